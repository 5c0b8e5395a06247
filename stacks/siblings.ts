import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { PROJECT, type Settings } from "./schema";

/** Folder of the bootstrap's project, in which each environment has a stack of the same name. */
const BOOTSTRAP = path.join("stacks", "bootstrap");

/** What a stack's file says of the place that the stack is deployed to. */
interface Sibling {
  stack: string;
  keepRuleNames: string[];
  /** whether it sets the log of AWS IoT */
  logs: boolean;
  region: string | undefined;
  /** undefined: not stated */
  accounts: string[] | undefined;
}

/**
 * Finds topic rules whose names another stack of the project keeps too: in one account and region, the second deployment would fail, or
 * one stack would replace the other's rule. The accounts of stacks are known only where their files state them (`aws:allowedAccountIds`).
 * @param folder of the project
 */
export function ruleNameCollisions(
  folder: string,
  stack: string,
  { keepRuleNames }: Settings,
): { errors: string[]; warnings: string[] } {
  const found = { errors: [] as string[], warnings: [] as string[] };
  if (keepRuleNames.length === 0) return found;
  const stacks = stackFiles(folder);
  const own = stacks.find((each) => each.stack === stack);
  for (const other of stacks) {
    const names = other.keepRuleNames.filter((name) => keepRuleNames.includes(name));
    if (other.stack === stack || names.length === 0) continue;
    if (own?.region !== undefined && other.region !== undefined && own.region !== other.region) continue;
    const said = `${PROJECT}:keepRuleNames: the stack ${other.stack} keeps the rule name ${names.join(", ")}, too`;
    if (own?.accounts === undefined || other.accounts === undefined)
      found.warnings.push(
        `${said}, and a name exists once in an account and region; if the two stacks are in different accounts, say so in both: pulumi config set --path 'aws:allowedAccountIds[0]' ACCOUNT. Otherwise keep it in one of them`,
      );
    else if (own.accounts.some((account) => other.accounts!.includes(account)))
      found.errors.push(`${said}, in the same account and region, where a name exists once; keep it in one of them`);
  }
  return found;
}

/**
 * Finds who else sets the log of AWS IoT, which an account has once in a region: another stack of the project, or the bootstrap of this one. The
 * one that is deployed last would replace the other's setting.
 * @param folder of the project
 */
export function iotLogCollisions(
  folder: string,
  stack: string,
  { iotLogLevel }: Pick<Settings, "iotLogLevel">,
): { errors: string[]; warnings: string[] } {
  const found = { errors: [] as string[], warnings: [] as string[] };
  if (iotLogLevel === undefined) return found;
  const key = `${PROJECT}:iotLogLevel`;
  const once = "an account has one log of AWS IoT in a region";
  const bootstrap = configOf(path.join(folder, BOOTSTRAP, `Pulumi.${stack}.yaml`), `${PROJECT}-bootstrap`);
  if (bootstrap[`${PROJECT}-bootstrap:iotLogLevel`] !== undefined)
    found.errors.push(`${key}: the bootstrap of this stack sets it, too, and ${once}; remove it from one of them`);
  const stacks = stackFiles(folder);
  const own = stacks.find((each) => each.stack === stack);
  for (const other of stacks) {
    if (other.stack === stack || !other.logs || apart(own, other)) continue;
    if (own?.region !== undefined && other.region !== undefined && own.region !== other.region) continue;
    const said = `${key}: the stack ${other.stack} sets it, too, and ${once}`;
    if (own?.accounts === undefined || other.accounts === undefined)
      found.warnings.push(
        `${said}; if the two stacks are in different accounts, say so in both: pulumi config set --path 'aws:allowedAccountIds[0]' ACCOUNT. Otherwise keep it in one of them`,
      );
    else found.errors.push(`${said}; keep it in one of them`);
  }
  return found;
}

/**
 * Stacks of a project whose names begin with another's and a separator: `dev-2` beside `dev`. On AWS their resources' names begin with the
 * other's too. Those that are known to be in other accounts are left out.
 * @param folder of the project; one that is called otherwise has no such stacks here
 */
export function namesBeginningWith(folder: string, project: string, stack: string): string[] {
  if (project !== PROJECT) return [];
  const stacks = stackFiles(folder);
  const own = stacks.find((each) => each.stack === stack);
  return stacks.filter((other) => extendsName(other.stack, stack) && !apart(own, other)).map((other) => other.stack);
}

/**
 * What is wrong with a stack's name beside those of the other stacks: roles of a stack `dev` that were made by the bootstrap reach the resources
 * of `dev-2`.
 */
export function stackNameOverlaps(folder: string, stack: string): { errors: string[]; warnings: string[] } {
  const found = { errors: [] as string[], warnings: [] as string[] };
  const stacks = stackFiles(folder);
  const own = stacks.find((each) => each.stack === stack);
  for (const other of stacks) {
    if (!extendsName(stack, other.stack) || apart(own, other)) continue;
    const said = `the stack ${stack} begins with the name of the stack ${other.stack}, whose deploy role and boundary reach all that is called ${PROJECT}-${other.stack}-...`;
    if (own?.accounts === undefined || other.accounts === undefined)
      found.warnings.push(
        `${said}; give it a name of letters and digits (${stack.replace(/[-_]/g, "")}), or, if the two are in different accounts, say so in both: pulumi config set --path 'aws:allowedAccountIds[0]' ACCOUNT`,
      );
    else
      found.errors.push(
        `${said}, in the same account; give it a name of letters and digits (${stack.replace(/[-_]/g, "")})`,
      );
  }
  return found;
}

/** Whether one name is another and more: in names of databases and buckets "-" and "_", upper and lower case are the same. */
function extendsName(longer: string, shorter: string): boolean {
  const plain = (name: string): string => name.toLowerCase().replaceAll("_", "-");
  return plain(longer).startsWith(`${plain(shorter)}-`);
}

/** Whether two stacks are known to be in different accounts. */
function apart(one: Sibling | undefined, other: Sibling): boolean {
  return (
    one?.accounts !== undefined &&
    other.accounts !== undefined &&
    !one.accounts.some((account) => other.accounts!.includes(account))
  );
}

/** What the project's file and the stacks' files say; files that are no YAML are Pulumi's to report. */
function stackFiles(folder: string): Sibling[] {
  const shared = configOf(path.join(folder, "Pulumi.yaml"));
  return fs.readdirSync(folder).flatMap((file) => {
    const stack = /^Pulumi\.(.+)\.ya?ml$/.exec(file)?.[1];
    if (stack === undefined) return [];
    const config = { ...shared, ...configOf(path.join(folder, file)) };
    return [
      {
        stack,
        keepRuleNames: texts(config[`${PROJECT}:keepRuleNames`]) ?? [],
        logs: config[`${PROJECT}:iotLogLevel`] !== undefined,
        region: typeof config["aws:region"] === "string" ? config["aws:region"] : undefined,
        accounts: texts(config["aws:allowedAccountIds"]),
      },
    ];
  });
}

function configOf(file: string, project = PROJECT): Record<string, unknown> {
  try {
    const { config } = (parse(fs.readFileSync(file, "utf8"), { intAsBigInt: true }) ?? {}) as { config?: unknown };
    if (typeof config !== "object" || config === null) return {};
    // Settings of the project's own namespace may stand without it, and a setting may be an object with its value.
    return Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key.includes(":") ? key : `${project}:${key}`, plain(value)]),
    );
  } catch {
    return {};
  }
}

function plain(value: unknown): unknown {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && Object.hasOwn(value, "value") ? (value as { value: unknown }).value : value;
}

/** A list, or the JSON text of one; account ids may stand without quotes. */
function texts(value: unknown): string[] | undefined {
  if (typeof value === "string" && value.startsWith("[")) {
    try {
      return texts(JSON.parse(value) as unknown);
    } catch {
      return undefined;
    }
  }
  return Array.isArray(value) ? value.map(String) : undefined;
}
