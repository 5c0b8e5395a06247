import { inOrder } from "../aws/text/in-order";
import { nearest } from "../aws/text/nearest";
import { show } from "./config-types";
import { ENVIRONMENTS, PROJECT, REMOVED, SETTINGS, type Environment, type Setting, type Settings } from "./schema";

/** What is wrong with a stack's configuration. */
export interface ConfigProblem {
  /** `shardCount`, `pipelines.calculate_fahrenheit.onMathFailure` */
  key: string;
  /** value seen, rule, way out */
  message: string;
}

/** The settings of a stack, and what is wrong with them. */
export interface Validated {
  /** with the default in the place of what is wrong, so that other checks can go on */
  settings: Settings;
  /** all of them */
  problems: ConfigProblem[];
}

/**
 * Checks the configuration of a stack.
 * Objects of it have their members in the order of their names: what a stack is made of does not depend on how its file is written.
 * @param texts every `iot-telemetry-etl:KEY` by KEY, objects as JSON text, as Pulumi hands them to a program
 */
export function validate(texts: Readonly<Record<string, string>>, stack: string): Validated {
  const problems: ConfigProblem[] = [];
  const settings = SETTINGS as Readonly<Record<string, Setting<unknown>>>;
  const given: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(texts)) {
    if (Object.hasOwn(REMOVED, key)) {
      problems.push({ key, message: REMOVED[key]! });
      continue;
    }
    if (!Object.hasOwn(settings, key)) {
      problems.push({ key, message: unknownKey(key) });
      continue;
    }
    const setting = settings[key]!;
    const value = setting.kind.read(inOrder(setting.kind.fromText(text)), (place, message, way) =>
      problems.push({ key: key + place, message: `${message}; ${way ?? wayOut(key, setting)}` }),
    );
    if (value !== undefined) given[key] = value;
  }
  const environment = environmentOf(texts, given, stack, problems);
  if (given.streamMode === "ON_DEMAND" && given.shardCount !== undefined)
    problems.push({
      key: "shardCount",
      message: `saw ${show(given.shardCount)} beside streamMode ON_DEMAND, which has no shards; remove it, or set streamMode to PROVISIONED`,
    });
  const values = Object.fromEntries(
    Object.entries(settings).map(([key, { defaults }]) => [key, given[key] ?? defaults[environment]]),
  );
  if (values.protectData === true && values.allowDataDeletion === true)
    problems.push({
      key: "allowDataDeletion",
      message: `saw true beside protectData true${given.protectData === undefined ? `, the default in ${environment}` : ""}, and what is protected is not deleted; remove it, or set protectData to false`,
    });
  return { settings: { ...values, environment } as Settings, problems };
}

/** The profile: the one that is configured, or the one that the stack is named for. A guess could be the wrong one for production. */
function environmentOf(
  texts: Readonly<Record<string, string>>,
  given: Readonly<Record<string, unknown>>,
  stack: string,
  problems: ConfigProblem[],
): Environment {
  const environment = given.environment ?? stack;
  if (ENVIRONMENTS.includes(environment as Environment)) return environment as Environment;
  if (texts.environment === undefined)
    problems.push({
      key: "environment",
      message: `is not set, and the stack's name ${show(stack)} is none of ${ENVIRONMENTS.join(", ")}; set one of them: pulumi config set environment dev`,
    });
  return "dev";
}

function wayOut(key: string, { kind, example, wayOut: own }: Setting<unknown>): string {
  if (own !== undefined) return own;
  return kind.schema.type === "object"
    ? `for example ${PROJECT}:${key}: ${example}`
    : `for example pulumi config set ${key} ${/^[\w/.-]+$/.test(example) ? example : `'${example}'`}`;
}

function unknownKey(key: string): string {
  const keys = Object.keys(SETTINGS);
  const [head = ""] = key.split(/[.[]/);
  if (head !== key && keys.includes(head))
    return `is a path; set it with pulumi config set --path ${key} VALUE, or give ${head} as an object: -c '${head}={...}'`;
  const near = nearest(key, keys);
  return `is no setting; ${near === undefined ? `there are ${keys.join(", ")}` : `did you mean ${near}?`} Otherwise remove it: pulumi config rm ${key}`;
}

/** `iot-telemetry-etl:shardCount: saw 0; ...` */
export function formatConfigProblem({ key, message }: ConfigProblem): string {
  return `${PROJECT}:${key}: ${message}`;
}
