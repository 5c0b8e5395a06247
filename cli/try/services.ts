/** The services of asynchronous activities in a trial: functions in this process, things and shadows from files. */
import * as fs from "node:fs";
import type { Invocation, LookUp, Services } from "../../etl/activities";
import { followChain, parseJson, type PipelineDocument } from "../../etl";
import { UserError } from "../command/run";
import type { FunctionSource, TrialFunction } from "./function-source";
import { loadFunction } from "./functions";

type Pair = readonly [name: string, file: string];

/** Files and declarations from which the services of a trial are made. */
export interface ServiceFiles {
  lambdas: readonly FunctionSource[];
  /** functions that exist only on AWS */
  remote?: readonly string[];
  /** things that the stack declares; a file of the same name wins */
  declared: Readonly<Record<string, { type?: string; attributes?: Readonly<Record<string, string>> }>>;
  /** names of things to a file with what the registry knows of each */
  things: readonly Pair[];
  /** names of things to a file with the shadow of each */
  shadows: readonly Pair[];
}

const ACCOUNT = "000000000000";
const REGION = "us-east-1";

/** The services that asynchronous activities call in a trial. */
export class TrialServices implements Services {
  private readonly functions = new Map<string, TrialFunction>();
  private readonly things = new Map<string, string>();
  private readonly shadows = new Map<string, string>();

  private constructor(private readonly files: ServiceFiles) {}

  /** Reads the files. @throws UserError with what is wrong with any of them */
  static async load(files: ServiceFiles): Promise<TrialServices> {
    const services = new TrialServices(files);
    const problems: string[] = [];
    const each = async (option: string, pairs: readonly Pair[], read: (pair: Pair) => unknown): Promise<void> => {
      for (const pair of pairs)
        try {
          await read(pair);
        } catch (error) {
          problems.push(`--${option} ${pair.join("=")}: ${(error as Error).message}`);
        }
    };
    for (const source of files.lambdas)
      try {
        services.functions.set(source.name, await loadFunction(source));
      } catch (error) {
        problems.push(`${source.place}: ${(error as Error).message}`);
      }
    for (const [name, { type, attributes }] of Object.entries(files.declared))
      services.things.set(name, thingJson(name, { thingTypeName: type, attributes: attributes ?? {} }));
    await each("thing", files.things, ([name, file]) => services.things.set(name, thingJson(name, read(file))));
    await each("shadow", files.shadows, ([name, file]) => services.shadows.set(name, shadowJson(read(file))));
    if (problems.length > 0) throw new UserError(problems);
    return services;
  }

  /** Functions that the pipeline calls and that no file was given for, as problems; look-ups without any answer as warnings. */
  missing(pipeline: PipelineDocument): { problems: string[]; warnings: string[] } {
    const problems: string[] = [];
    const warnings: string[] = [];
    for (const { activity, name } of followChain(pipeline).chain) {
      if (activity.lambda !== undefined && this.functionOf(activity.lambda.lambdaName) === undefined) {
        const { lambdaName } = activity.lambda;
        const remote = this.files.remote?.includes(lambdaName) === true;
        problems.push(
          `${pipeline.pipelineName}: the activity ${name} calls the function ${lambdaName}${remote ? ", which the stack names by its ARN alone" : ""}; give its code by --lambda ${shortName(lambdaName)}=FILE${remote ? "" : ", or the stack that deploys it by --stack NAME"}.`,
        );
      }
      if (activity.deviceRegistryEnrich !== undefined && this.things.size === 0)
        warnings.push(
          `${pipeline.pipelineName}: the activity ${name} looks things up, and none is given (--thing NAME=FILE.json, or --stack NAME for those that a stack declares), so none is found`,
        );
      if (activity.deviceShadowEnrich !== undefined && this.files.shadows.length === 0)
        warnings.push(
          `${pipeline.pipelineName}: the activity ${name} looks shadows up, and none is given (--shadow NAME=FILE.json), so none is found`,
        );
    }
    return { problems, warnings };
  }

  async invoke(lambdaName: string, payload: string): Promise<Invocation> {
    const called = this.functionOf(lambdaName);
    if (called === undefined) return { ok: false, reason: "could not be called: it has no code here (--lambda)" };
    try {
      const answer = await called.call(JSON.parse(payload) as unknown);
      return { ok: true, payload: JSON.stringify(answer ?? null) };
    } catch (error) {
      const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
      return { ok: false, reason: `failed: ${name}: ${message}` };
    }
  }

  async describeThing(thingName: string): Promise<LookUp> {
    const json = this.things.get(thingName);
    return json === undefined
      ? { ok: false, reason: "the thing was not found: no --thing is its name" }
      : { ok: true, json };
  }

  async thingShadow(thingName: string): Promise<LookUp> {
    const json = this.shadows.get(thingName);
    if (json !== undefined) return { ok: true, json };
    return { ok: false, reason: "the thing's shadow was not found: no --shadow is its name" };
  }

  /** The files that functions are made of. */
  get functionFiles(): string[] {
    return [...this.functions.values()].flatMap(({ files }) => files);
  }

  private functionOf(lambdaName: string): TrialFunction | undefined {
    return this.functions.get(lambdaName) ?? this.functions.get(shortName(lambdaName));
  }
}

/** The name in a function's ARN, without its version; a name as it is. */
function shortName(lambdaName: string): string {
  return /^arn:[^:]+:lambda:[^:]*:[^:]*:function:([^:]+)/.exec(lambdaName)?.[1] ?? lambdaName;
}

function read(file: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new Error(missing ? "there is no such file." : `${(error as Error).message}.`, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error("the file holds no JSON object.");
  return value as Record<string, unknown>;
}

const THING_MEMBERS = ["defaultClientId", "thingName", "thingId", "thingArn", "thingTypeName", "attributes", "version"];

/** The members that `aws iot describe-thing` prints; a file with none of them is taken for the thing's attributes. */
function thingJson(name: string, given: Record<string, unknown>): string {
  const described = THING_MEMBERS.some((member) => Object.hasOwn(given, member));
  const unknown = described
    ? Object.keys(given).filter((member) => ![...THING_MEMBERS, "billingGroupName"].includes(member))
    : [];
  if (unknown.length > 0)
    throw new Error(`there is no member ${unknown.join(", ")} of a thing; there are ${THING_MEMBERS.join(", ")}.`);
  const { attributes, ...others } = described ? given : { attributes: given };
  const texts = attributes as Record<string, unknown> | undefined;
  for (const [attribute, value] of Object.entries(texts ?? {}))
    if (typeof value !== "string")
      throw new Error(`the attribute ${attribute} is no text; the registry holds texts only.`);
  const thing: Record<string, unknown> = {
    defaultClientId: name,
    thingName: name,
    thingId: "00000000-0000-0000-0000-000000000000",
    thingArn: `arn:aws:iot:${REGION}:${ACCOUNT}:thing/${name}`,
    ...others,
    attributes: texts ?? {},
    version: others.version ?? 1,
  };
  return JSON.stringify(Object.fromEntries(THING_MEMBERS.map((member) => [member, thing[member]])));
}

/** A shadow document as `aws iot-data get-thing-shadow` gives it; without a `state` the file is what the thing reported. */
function shadowJson(given: Record<string, unknown>): string {
  const json = JSON.stringify(Object.hasOwn(given, "state") ? given : { state: { reported: given } });
  parseJson(json);
  return json;
}
