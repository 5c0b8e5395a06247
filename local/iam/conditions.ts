import { arnLikeMatcher } from "../../aws/arn";
import { wildcard } from "../../aws/wildcard";
import type { Properties } from "../core/model";

/** Condition keys of a request with their values. */
export type Context = Readonly<Record<string, string>>;

/** Says of a condition key's value whether it fits one value of the policy. */
type Comparison = (wanted: string) => (given: string) => boolean;

const numeric =
  (compare: (given: number, wanted: number) => boolean): Comparison =>
  (wanted) =>
  (given) =>
    given.trim() !== "" && compare(Number(given), Number(wanted));

const date =
  (compare: (given: number, wanted: number) => boolean): Comparison =>
  (wanted) =>
  (given) =>
    compare(timeOf(given), timeOf(wanted));

const POSITIVE: Record<string, Comparison> = {
  StringEquals: (wanted) => (given) => given === wanted,
  StringEqualsIgnoreCase: (wanted) => (given) => given.toLowerCase() === wanted.toLowerCase(),
  StringLike: (wanted) => wildcard(wanted),
  ArnEquals: arnLikeMatcher,
  ArnLike: arnLikeMatcher,
  Bool: (wanted) => (given) => given.toLowerCase() === wanted.toLowerCase(),
  NumericEquals: numeric((given, wanted) => given === wanted),
  NumericLessThan: numeric((given, wanted) => given < wanted),
  NumericLessThanEquals: numeric((given, wanted) => given <= wanted),
  NumericGreaterThan: numeric((given, wanted) => given > wanted),
  NumericGreaterThanEquals: numeric((given, wanted) => given >= wanted),
  DateEquals: date((given, wanted) => given === wanted),
  DateLessThan: date((given, wanted) => given < wanted),
  DateLessThanEquals: date((given, wanted) => given <= wanted),
  DateGreaterThan: date((given, wanted) => given > wanted),
  DateGreaterThanEquals: date((given, wanted) => given >= wanted),
};

/** Operators that hold when none of the policy's values fits, also when the key is not in the request at all. */
const NEGATIVE: Record<string, string> = {
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
  NumericNotEquals: "NumericEquals",
  DateNotEquals: "DateEquals",
};

const IF_EXISTS = "IfExists";

/** Whether an operator of a policy is one that is decided here. */
export function isOperator(operator: string): boolean {
  if (operator === "Null") return true;
  const base = baseOf(operator);
  return Object.hasOwn(POSITIVE, base) || Object.hasOwn(NEGATIVE, base);
}

/** Compiles a statement's Condition: all operators and all keys must hold, of a key's values one. */
export function compileCondition(condition: Properties | undefined): (context: Context) => boolean {
  const tests: ((context: Context) => boolean)[] = [];
  for (const [operator, keys] of Object.entries(condition ?? {}))
    for (const [key, values] of Object.entries(keys as Properties))
      tests.push(compileTest(operator, key, [values].flat().map(String)));
  return (context) => tests.every((test) => test(context));
}

function compileTest(operator: string, key: string, values: string[]): (context: Context) => boolean {
  const name = key.toLowerCase();
  if (operator === "Null") {
    const wanted = values.map((value) => value.toLowerCase() === "true");
    return (context) => wanted.includes(valueOf(context, name) === undefined);
  }
  const base = baseOf(operator);
  const negated = NEGATIVE[base];
  const comparison = POSITIVE[negated ?? base];
  if (comparison === undefined) throw new Error(`the condition operator ${operator} is not executed`);
  const fits = values.map((value) => comparison(value));
  const absent = negated !== undefined || operator.endsWith(IF_EXISTS);
  return (context) => {
    const given = valueOf(context, name);
    if (given === undefined) return absent;
    return fits.some((fit) => fit(given)) !== (negated !== undefined);
  };
}

function baseOf(operator: string): string {
  return operator.endsWith(IF_EXISTS) ? operator.slice(0, -IF_EXISTS.length) : operator;
}

/** Condition keys are the same in any case. */
function valueOf(context: Context, name: string): string | undefined {
  for (const key in context) if (key.toLowerCase() === name) return context[key];
  return undefined;
}

/** ISO text or seconds since 1970. */
function timeOf(value: string): number {
  return /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value);
}
