/** Takes failed messages through their pipeline again: one without storing anything, or all that failed, by the pipeline's reprocessing. */
import { datastoreColumns, isJsonFormat, type LookUp, type Services, type TransformDefinition } from "../../etl";
import type { Invocation } from "../../etl/activities";
import { LOCAL_ADMIN_ARN } from "../../local/core/principals";
import { ofType, TYPES } from "../../local/core/model";
import { ShadowError } from "../../local/services/shadows/shadows";
import { stringifyDocument } from "../../local/services/shadows/json";
import type { Deployed } from "../start/deployed";
import { Trial, type Trace } from "../try/trial";
import { wrong } from "./answers";

/** What became of a message that was tried: JSON texts, with the digits of the message. */
export type Tried = Pick<Trace, "result" | "states" | "output" | "rows" | "partitions" | "at" | "reason">;

/** A pipeline as it is deployed, to be tried. */
export class PipelineTrial {
  private readonly trial: Trial;

  /** @throws Refusal if the stack has no such pipeline, or its function holds no documents */
  constructor({ cloud, outputs, evaluation }: Deployed, kind: string, name: string) {
    const pipeline = outputs.pipelines[name];
    const functionName = kind === "candidate" ? pipeline?.candidate?.function : pipeline?.function;
    const resource = ofType(evaluation.resources, TYPES.function).find(({ inputs }) => inputs.name === functionName);
    const files = resource?.inputs.code?.files as Record<string, string> | undefined;
    const text = files?.["definition.json"];
    if (text === undefined) throw wrong(`${kind} ${name}: the local cloud runs no documents of it`, 404);
    const definition = JSON.parse(text) as TransformDefinition;
    this.trial = new Trial(
      {
        definition,
        columns: datastoreColumns(definition.datastore),
        json: isJsonFormat(definition.datastore),
        datastoreName: definition.datastore.datastoreName,
        warnings: [],
        files: [],
      },
      cloud.clock.now(),
      new RunningServices(cloud, definition.functions),
    );
  }

  /** Whether it calls functions or looks things up. */
  get asynchronous(): boolean {
    return this.trial.asynchronous;
  }

  /** Takes a message activity by activity; nothing is stored or counted, but functions of the pipeline are called. */
  async take(data: Buffer): Promise<Tried> {
    const [trace] = await this.trial.takeBatch([data]);
    const { result, states, output, rows, partitions, at, reason } = trace!;
    return { result, states, output, rows, partitions, at, reason };
  }
}

/** The services of asynchronous activities, by the functions, things and shadows that run. */
class RunningServices implements Services {
  constructor(
    private readonly cloud: Deployed["cloud"],
    private readonly functions: Readonly<Record<string, string>> = {},
  ) {}

  async invoke(lambdaName: string, payload: string): Promise<Invocation> {
    const name = this.functions[lambdaName] ?? lambdaName;
    const called = [...this.cloud.functions.values()].find((each) => each.name === name || each.arn === name);
    if (called === undefined) return { ok: false, reason: `could not be called: there is no function ${name}` };
    const invocation = await called.call(`${called.arn}:$LATEST`, payload);
    return invocation.ok
      ? { ok: true, payload: invocation.payload }
      : { ok: false, reason: `failed: ${invocation.errorType}: ${invocation.errorMessage}` };
  }

  describeThing(thingName: string): Promise<LookUp> {
    const thing = this.cloud.things.describe(thingName);
    return Promise.resolve(
      thing === undefined
        ? { ok: false, reason: "the thing was not found in the registry" }
        : { ok: true, json: JSON.stringify(thing) },
    );
  }

  thingShadow(thingName: string): Promise<LookUp> {
    try {
      return Promise.resolve({ ok: true, json: stringifyDocument(this.cloud.shadows.get(thingName, undefined)) });
    } catch (error) {
      if (!(error instanceof ShadowError)) throw error;
      return Promise.resolve({ ok: false, reason: `the thing's shadow was not found: ${error.message}` });
    }
  }
}

/** How the failed messages of a pipeline stand that are replayed. */
export interface Replay {
  pipeline: string;
  /** of the last run; null if there was none */
  status: string | null;
  started: string | null;
  /** counts of a run that succeeded */
  read: number | null;
  stored: number | null;
  failed: number | null;
}

/** The pipelines whose failed messages can be replayed, by the state machine that the setting `reprocessing` creates. */
export function replaysOf({ cloud, outputs }: Deployed): Replay[] {
  return Object.entries(outputs.pipelines).flatMap(([pipeline, { reprocessing }]): Replay[] => {
    const machine = reprocessing && cloud.machines.get(reprocessing.stateMachine);
    if (machine === undefined) return [];
    const [last] = machine.executions();
    const output = (last?.output ?? {}) as Partial<Record<"read" | "stored" | "failed", number>>;
    const { read = null, stored = null, failed = null } = output;
    return [{ pipeline, status: last?.status ?? null, started: last?.startDate ?? null, read, stored, failed }];
  });
}

/**
 * Replays all failed messages of a pipeline, as `npm run reprocess -- --pipeline NAME --errors` does: none is stored twice.
 * @throws Refusal where that is not possible
 */
export function replay({ cloud, outputs }: Deployed, name: string): void {
  const reprocessing = outputs.pipelines[name]?.reprocessing;
  const machine = reprocessing && cloud.machines.get(reprocessing.stateMachine);
  if (machine === undefined)
    throw wrong(`the pipeline ${name} has no reprocessing; the setting pipelines.${name}.reprocessing creates it`, 409);
  if (machine.executions()[0]?.status === "RUNNING") throw wrong(`a reprocessing of ${name} is going on`, 409);
  machine.start(LOCAL_ADMIN_ARN, { errors: true });
}
