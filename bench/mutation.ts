import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Clock } from "../local/core/clock";
import { Cloud } from "../local/cloud";
import { evaluate, type Evaluation } from "../local/engine";
import { TYPES, type Properties, type Resource } from "../local/core/model";
import { judge } from "../policies/framework/judge";
import { RULES } from "../policies/rules";

const ROOT = path.resolve(__dirname, "..");
const SEED = path.join(ROOT, "definitions/etl");
const KEY = "arn:aws:kms:eu-central-1:000000000000:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const START = Date.UTC(2026, 0, 15, 12);

/** A stack whose roles are tested: the example's documents with changes. */
export interface Example {
  name: string;
  /** changes a document, by its file */
  documents?: Record<string, (document: Properties) => void>;
  /** settings as in the stack's file */
  config?: Record<string, string>;
  /** code of functions by lambdaName */
  functions?: Record<string, string>;
}

/** Variants of the documents that need different permissions. */
export const EXAMPLES: readonly Example[] = [
  { name: "with partitions" },
  {
    name: "without partitions",
    documents: { "datastore.json": (document) => void delete document.datastorePartitions },
  },
  {
    name: "customer's buckets",
    documents: {
      "channel.json": (document) => {
        delete document.retentionPeriod;
        document.channelStorage = { customerManagedS3: { bucket: "plant-raw", keyPrefix: "iot/", roleArn: ROLE } };
      },
      "datastore.json": (document) => {
        delete document.retentionPeriod;
        document.datastoreStorage = { customerManagedS3: { bucket: "plant-rows", keyPrefix: "iot/", roleArn: ROLE } };
      },
    },
  },
  { name: "customer's key", config: { kmsKeyArn: KEY } },
  {
    name: "lambda activity",
    documents: {
      "pipeline.json": (document) => insert(document, { lambda: { lambdaName: "hand_on", batchSize: 10 } }),
    },
    functions: { hand_on: "exports.handler = async (messages) => messages;" },
  },
  {
    name: "enrichments",
    documents: {
      "pipeline.json": (document) => {
        insert(document, { deviceRegistryEnrich: { attribute: "thing", thingName: "device_id", roleArn: ROLE } });
        insert(document, { deviceShadowEnrich: { attribute: "shadow", thingName: "device_id", roleArn: ROLE } });
      },
    },
    config: { things: JSON.stringify({ sensor0: {} }) },
  },
  {
    name: "scheduled dataset",
    documents: {
      "dataset.json": (document) => void (document.triggers = [{ schedule: { expression: "rate(5 minutes)" } }]),
    },
  },
];
const ROLE = "arn:aws:iam::000000000000:role/of-the-retired-service";

/** Inserts an activity after the channel activity. */
function insert(document: Properties, activity: Record<string, Properties>): void {
  const activities = document.pipelineActivities as Properties[];
  const first = activities.find(({ channel }) => channel !== undefined)!.channel as Properties;
  const [[kind, settings]] = Object.entries(activity) as [[string, Properties]];
  activities.push({ [kind]: { ...settings, name: kind, next: first.next } });
  first.next = kind;
}

/**
 * Roles that are left as they are: the maintenance of a datastore acts on what these messages do not bring about, such as a partition that is
 * not in the catalog. test/local/maintenance runs it.
 */
const LEFT = /-maintenance-(function|schedule)$/;

/** A role with one action or resource removed or added. */
export interface Mutant {
  role: string;
  statement: string;
  kind: "action" | "resource";
  value: string;
  resources: Resource[];
}

/** Evaluates the program with the example's documents. */
export async function evaluated(
  { documents = {}, config = {}, functions }: Example,
  stack = "dev",
): Promise<Evaluation> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "mutation-"));
  try {
    for (const file of fs.readdirSync(SEED)) {
      const document = JSON.parse(fs.readFileSync(path.join(SEED, file), "utf8")) as Properties;
      documents[file]?.(document);
      fs.writeFileSync(path.join(folder, file), JSON.stringify(document));
    }
    const paths: Record<string, { path: string }> = {};
    for (const [name, code] of Object.entries(functions ?? {})) {
      paths[name] = { path: path.join(folder, `${name}.js`) };
      fs.writeFileSync(paths[name].path, code);
    }
    // The stacks' own names go by the documents' path, and these are copies.
    const ruleNames = JSON.stringify({ "topic_rule.json": "etl_analytics" });
    const given = { definitions: folder, ruleNames, ...config, ...(functions && { functions: JSON.stringify(paths) }) };
    const evaluation = await evaluate({ projectDir: ROOT, stack, config: given });
    if (evaluation.problems.length > 0) throw new Error(evaluation.problems[0]!.message);
    return evaluation;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** Changes one statement of one role's policy at a time; other objects are shared. */
function* changed(
  resources: readonly Resource[],
  change: (statement: Properties) => Iterable<[kind: Mutant["kind"], value: string, statement: Properties]>,
): Generator<Mutant> {
  for (const [index, resource] of resources.entries()) {
    if (resource.type !== TYPES.rolePolicy || LEFT.test(resource.inputs.role as string)) continue;
    const document = JSON.parse(resource.inputs.policy as string) as { Statement: Properties[] };
    for (const [at, statement] of document.Statement.entries())
      for (const [kind, value, other] of change(statement)) {
        const Statement = document.Statement.with(at, other);
        const inputs = { ...resource.inputs, policy: JSON.stringify({ ...document, Statement }) };
        yield {
          role: resource.inputs.role as string,
          statement: statement.Sid as string,
          kind,
          value,
          resources: (resources as Resource[]).with(index, { ...resource, inputs }),
        };
      }
  }
}

/** Variants with one action or resource removed. */
export function lessened(resources: readonly Resource[]): Mutant[] {
  return [
    ...changed(resources, function* (statement) {
      for (const [kind, member] of [
        ["action", "Action"],
        ["resource", "Resource"],
      ] as const) {
        const values = [statement[member]].flat() as string[];
        for (const value of values) {
          const rest = values.filter((other) => other !== value);
          // A statement needs at least one, so the last is replaced by one that matches no call of the stack.
          yield [kind, value, { ...statement, [member]: rest.length > 0 ? rest : [nowhere(kind)] }];
        }
      }
    }),
  ];
}

function nowhere(kind: Mutant["kind"]): string {
  return kind === "action" ? "sts:GetCallerIdentity" : "arn:aws:s3:::nowhere/*";
}

/** Actions that people tend to add, by service. */
const HABITS: Record<string, string[]> = {
  s3: ["s3:DeleteBucket", "s3:PutBucketPolicy", "s3:*"],
  kinesis: ["kinesis:DeleteStream", "kinesis:*"],
  logs: ["logs:DeleteLogGroup", "logs:*"],
  lambda: ["lambda:UpdateFunctionCode", "lambda:*"],
  glue: ["glue:DeleteTable", "glue:*"],
  kms: ["kms:ScheduleKeyDeletion", "kms:*"],
  athena: ["athena:DeleteWorkGroup", "athena:*"],
  states: ["states:DeleteStateMachine", "states:*"],
  sqs: ["sqs:PurgeQueue", "sqs:*"],
  ssm: ["ssm:DeleteParameter", "ssm:*"],
  iot: ["iot:DeleteThing", "iot:*"],
};

/** Variants with one action or resource added: common actions, wildcards, and a resource outside the stack. */
export function widened(resources: readonly Resource[]): Mutant[] {
  return [
    ...changed(resources, function* (statement) {
      const actions = [statement.Action].flat() as string[];
      const given = [statement.Resource].flat() as string[];
      for (const action of HABITS[actions[0]!.split(":")[0]!] ?? [])
        yield ["action", action, { ...statement, Action: [...actions, action] }];
      if (given[0] === "*") return;
      for (const resource of ["*", stranger(given[0]!)])
        yield ["resource", resource, { ...statement, Resource: [...given, resource] }];
    }),
  ];
}

/** The same kind of resource with a name that does not occur in the stack. */
function stranger(arn: string): string {
  const parts = arn.split(":");
  const rest = parts.slice(5).join(":");
  if (parts[2] === "s3") return rest.includes("/") ? "arn:aws:s3:::somebody-elses/*" : "arn:aws:s3:::somebody-elses";
  if (parts[2] === "kms") return [...parts.slice(0, 5), "key/99999999-0000-0000-0000-000000000000"].join(":");
  if (parts[2] === "lambda") return parts.with(6, "somebody_elses").join(":");
  if (parts[2] === "logs") return parts.with(6, "/somebody/elses").join(":");
  return [...parts.slice(0, 5), rest.replace(/[A-Za-z0-9_-]+(?=[:/*]*[^A-Za-z0-9_-]*$)/, "somebody_elses")].join(":");
}

export interface Outcome {
  refused: number;
  unused: string[];
  serviceRequired: string[];
}

/** Runs the stack with valid messages, one that fails in the pipeline and one that fails in the rule. */
export async function played({ region, project, stack }: Evaluation, resources: readonly Resource[]): Promise<Outcome> {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), `mutation-${project}-${stack}-`));
  const clock = new Clock(START);
  let failure: unknown;
  const cloud = new Cloud({ resources, region, dataDir, clock, onError: (error) => (failure ??= error) });
  try {
    await cloud.listen({ mqtt: 0, http: 0 });
    cloud.start();
    const reading = (temperature: unknown): string =>
      JSON.stringify({ device_id: "sensor0", temperature, humidity: 5, timestamp: "2026-01-15 12:00:00" });
    for (const payload of [reading(20), reading(21), reading("hot"), "no JSON"])
      await new Promise<void>((resolve) =>
        cloud.rules.publish(
          {
            topic: "dt/sensor0/aggregate",
            payload: Buffer.from(payload),
            qos: 1,
            retain: false,
            clientId: "mutation",
            principal: "mutation",
            source: "mqtt",
          },
          () => resolve(),
        ),
      );
    await cloud.drain();
    // A schedule creates several contents, so that the first is superseded.
    if (cloud.machines.size > 0) await clock.advanceTo(clock.now() + 15 * 60_000);
    const { iam } = cloud;
    const text = ({ role, statement, action }: { role: string; statement: string; action: string }): string =>
      `${role} ${statement} ${action}`;
    // A run that ends with an error has also detected the change.
    const refused = iam.refused().length + (failure === undefined ? 0 : 1);
    const own = <T extends { role: string }>(grants: T[]): T[] => grants.filter(({ role }) => !LEFT.test(role));
    return { refused, unused: own(iam.unused()).map(text), serviceRequired: own(iam.serviceRequired()).map(text) };
  } finally {
    await cloud.close();
    fs.rmSync(dataDir, { recursive: true, force: true });
  }
}

/** The policy pack's messages about the stack. */
export function judged({ stack, region }: Evaluation, resources: readonly Resource[]): Set<string> {
  const { violations } = judge({ stack, resources, region, account: "000000000000" }, { rules: RULES });
  return new Set(violations.map(({ policy, urn, message }) => `${policy} ${urn} ${message}`));
}

/** Changes every action and resource of every role: the run must report a missing one, the policy pack an unnecessary one. */
export async function benchMutation(): Promise<void> {
  const escaped: string[] = [];
  process.stdout.write("  example               refused unused  less: caught/all  more: caught/all   seconds\n");
  for (const example of EXAMPLES) {
    const started = Date.now();
    let evaluation: Evaluation;
    try {
      evaluation = await evaluated(example);
    } catch (error) {
      process.stdout.write(`  ${example.name.padEnd(21)} not run: ${(error as Error).message}\n`);
      continue;
    }
    const { resources } = evaluation;
    const whole = await played(evaluation, resources);
    const less = lessened(resources);
    let lessCaught = 0;
    for (const mutant of less)
      if ((await played(evaluation, mutant.resources)).refused > whole.refused) lessCaught++;
      else escaped.push(line(example, "without", mutant));
    const before = judged(evaluation, resources);
    const more = widened(resources);
    let moreCaught = 0;
    for (const mutant of more)
      if ([...judged(evaluation, mutant.resources)].some((message) => !before.has(message))) moreCaught++;
      else escaped.push(line(example, "with", mutant));
    const cells = [
      String(whole.refused).padStart(7),
      String(whole.unused.length).padStart(6),
      `${lessCaught}/${less.length}`.padStart(17),
      `${moreCaught}/${more.length}`.padStart(17),
      ((Date.now() - started) / 1000).toFixed(1).padStart(9),
    ];
    process.stdout.write(`  ${example.name.padEnd(21)} ${cells.join(" ")}\n`);
  }
  process.stdout.write(`  ${escaped.length === 0 ? "none escaped" : `${escaped.length} escaped:`}\n`);
  for (const text of escaped) process.stdout.write(`    ${text}\n`);
}

function line({ name }: Example, how: string, { role, statement, kind, value }: Mutant): string {
  return `${name}: ${role}, statement ${statement}, ${how} the ${kind} ${value}`;
}
