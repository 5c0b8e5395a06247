import { judge, type Judgement, type PackConfig } from "../../../policies/framework/judge";
import type { Rule } from "../../../policies/framework/rule";
import type { Registered } from "../../../policies/framework/view";
import type { Inputs } from "../../../aws/values";
import { ACCOUNT, REGION, resource, type Shorthand } from "../resources";
import { PLANT } from "./plant";

/** One way to get a program wrong, and the rule that has to report it. */
export interface Misconfiguration extends Variation {
  rule: string;
  what: string;
  /** what the rule reports, word for word */
  messages: readonly string[];
}

/** A change of the good program, of its stack or of the pack's settings. */
export interface Variation {
  /** the resource whose arguments are changed */
  of?: string;
  change?: (inputs: Inputs) => void;
  without?: readonly string[];
  add?: readonly Shorthand[];
  /** dev if left out */
  stack?: string;
  stackConfig?: Readonly<Record<string, string>>;
  /** the stack's region, if another than the program's ARNs name */
  region?: string;
  /** settings of the pack */
  config?: PackConfig;
}

type Change = (inputs: Inputs) => void;

/** A change of one resource. */
export const change = (
  rule: string,
  of: string,
  what: string,
  own: Change,
  messages: string | readonly string[],
  more: Variation = {},
): Misconfiguration => ({
  rule,
  what,
  of,
  change: own,
  messages: [messages].flat(),
  ...more,
});
/** Resources that are added. */
export const adding = (
  rule: string,
  what: string,
  messages: string | readonly string[],
  ...add: readonly Shorthand[]
): Misconfiguration => ({
  rule,
  what,
  messages: [messages].flat(),
  add,
});
/** Resources that are left out. */
export const lacking = (
  rule: string,
  what: string,
  messages: string | readonly string[],
  ...without: readonly string[]
): Misconfiguration => ({
  rule,
  what,
  messages: [messages].flat(),
  without,
});

/** Changes the statement with a Sid, or the first one, of a document. */
export function statement(own: Change, sid?: string, property = "policy"): Change {
  return (inputs) => {
    const parsed = JSON.parse(inputs[property] as string) as { Statement: Inputs[] };
    own(parsed.Statement.find((each) => each.Sid === sid) ?? parsed.Statement[0]!);
    inputs[property] = JSON.stringify(parsed);
  };
}

/** Appends a statement that allows. */
export function allow(own: Inputs, property = "policy"): Change {
  return (inputs) => {
    const parsed = JSON.parse(inputs[property] as string) as { Statement: Inputs[] };
    parsed.Statement.push({ Effect: "Allow", ...own });
    inputs[property] = JSON.stringify(parsed);
  };
}

/** Changes a block within the arguments, by its path. */
export function within(path: string, own: Change): Change {
  return (inputs) => own(path.split(".").reduce<Inputs>((block, key) => block[key] as Inputs, inputs));
}

/** Whether a resource is meant by its name, or by its name and the end of its type. */
export const isMeant = ({ name, type }: { name: string; type: string }, meant: string): boolean =>
  meant === name || meant === `${name} ${type.split(":").at(-1)!}`;

/** The good program, changed; the resources as they are registered in a stack. */
export function programOf({ of, change: own, without = [], add = [], stack = "dev" }: Variation): Registered[] {
  const resources = [...PLANT, ...add]
    .filter(([, name]) => !without.includes(name))
    .map((each) => resource(each, stack))
    .map((each) => ({ ...each, dependencies: each.dependencies?.map((urn) => urn.replace(":STACK:", `:${stack}:`)) }));
  if (of !== undefined) {
    const target = resources.find(({ name }) => name === of);
    if (target === undefined) throw new Error(`there is no ${of} in the program`);
    own?.(target.inputs);
  }
  return resources;
}

/** Runs rules over resources of a stack, in the account and region of the good program. */
export function judged(
  resources: readonly Registered[],
  rules: readonly Rule[],
  { stack = "dev", stackConfig, region = REGION, config }: Variation = {},
): Judgement {
  return judge({ stack, resources, stackConfig, region, account: ACCOUNT }, { rules, config });
}

/** The name of a case within those of its rule. */
export function titleOf({ of, what, stack }: Misconfiguration): string {
  return `${of === undefined ? "" : `${of}: `}${what}${stack === undefined ? "" : ` (${stack})`}`;
}
