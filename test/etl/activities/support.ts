import {
  compilePipeline,
  type InboundRecord,
  type CompiledPipeline,
  type LookUp,
  type Services,
  type TransformDefinition,
  type TransformOptions,
} from "../../../etl";

type Activity = Record<string, Record<string, unknown>>;

/** A pipeline of these activities, named by their kind and place, over string columns and `n`, an int. */
export function pipelineOf(
  activities: readonly Activity[],
  options: TransformOptions = {},
  datastore: Partial<TransformDefinition["datastore"]> = {},
): CompiledPipeline {
  const named = activities.map((activity, index) => {
    const [kind, settings] = Object.entries(activity)[0]!;
    return { kind, settings, name: `${kind}${index + 1}` };
  });
  const next = (index: number): string => named[index]?.name ?? "store";
  return compilePipeline({
    options,
    pipeline: {
      pipelineName: "test",
      pipelineActivities: [
        { channel: { name: "source", channelName: "c", next: next(0) } },
        ...named.map(({ kind, settings, name }, index) => ({ [kind]: { ...settings, name, next: next(index + 1) } })),
        { datastore: { name: "store", datastoreName: "d" } },
      ] as TransformDefinition["pipeline"]["pipelineActivities"],
    },
    datastore: {
      datastoreName: "d",
      fileFormatConfiguration: {
        parquetConfiguration: {
          schemaDefinition: {
            columns: [
              ...["id", "text", "thing", "shadow", "__received_at"].map((name) => ({ name, type: "string" })),
              { name: "n", type: "bigint" },
            ],
          },
        },
      },
      ...datastore,
    },
  });
}

/** A function of the user's, by what it returns for an array of messages; text is returned as it is. */
export type Returns = (messages: Record<string, unknown>[]) => unknown;

export interface Recorded {
  services: Services;
  /** payloads of the calls, in their order */
  payloads: string[];
  /** things that were looked up, in their order */
  lookedUp: string[];
}

/** Services that a test gives; nothing of AWS stands behind them. */
export function servicesOf(returns: Returns, lookUp: (thing: string) => LookUp = missing): Recorded {
  const payloads: string[] = [];
  const lookedUp: string[] = [];
  const look = (thing: string): Promise<LookUp> => {
    lookedUp.push(thing);
    return Promise.resolve(lookUp(thing));
  };
  return {
    payloads,
    lookedUp,
    services: {
      invoke: (_, payload) => {
        payloads.push(payload);
        try {
          const answer = returns(JSON.parse(payload) as Record<string, unknown>[]);
          return Promise.resolve({ ok: true, payload: typeof answer === "string" ? answer : JSON.stringify(answer) });
        } catch (error) {
          return Promise.resolve({ ok: false, reason: `failed: ${(error as Error).message}` });
        }
      },
      describeThing: look,
      thingShadow: look,
    },
  };
}

function missing(thing: string): LookUp {
  return { ok: false, reason: `there is no ${thing}` };
}

export function arrivals(...messages: (string | Buffer | Record<string, unknown>)[]): InboundRecord[] {
  return messages.map((message) => ({
    bytes: Buffer.isBuffer(message)
      ? message
      : Buffer.from(typeof message === "string" ? message : JSON.stringify(message)),
    arrivalTime: Date.UTC(2026, 0, 1),
  }));
}

/** Of each message its rows, or `filtered` and `failed` with the activity. */
export async function outcomes(
  pipeline: CompiledPipeline,
  messages: readonly InboundRecord[],
  services: Services,
): Promise<(unknown[] | string)[]> {
  const all = await pipeline.processBatch(messages, services);
  return all.map((outcome) => {
    if (outcome.result === "stored") return outcome.rows.map(({ row }) => JSON.parse(row.toString()) as unknown);
    return outcome.result === "filtered" ? `filtered at ${outcome.at}` : `failed at ${outcome.at}: ${outcome.reason}`;
  });
}

/**
 * The message after one activity that does not wait, as its JSON text; or `filtered`, or `failed: ` and why.
 * @param message JSON text, so that digits and order are as they are sent
 */
export function after(activity: Activity, message: string, options: TransformOptions = {}): string {
  const pipeline = pipelineOf([activity], options);
  let json = "";
  pipeline.observer = (_, seen) => {
    json = seen.toJson();
  };
  const outcome = pipeline.process(message, { arrivalTime: Date.UTC(2026, 0, 1) });
  if (outcome.result === "failed") return `failed: ${outcome.reason}`;
  return outcome.result === "filtered" ? "filtered" : json;
}
