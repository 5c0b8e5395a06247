import { show } from "./show";

/**
 * What a value must be. Documents, configuration, component arguments and resource properties are checked by these rules,
 * and each adds the place and the way out in its own way.
 */
export interface Rule<V> {
  /** completes "must be ..." and "is not ..." */
  readonly words: string;
  accepts(value: unknown): value is V;
}

/** @param unit of the number, `seconds` */
export function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER, unit?: string): Rule<number> {
  return {
    words: `a whole number${unit === undefined ? "" : ` of ${unit}`}${range(min, max)}`,
    accepts: (value): value is number => Number.isInteger(value) && within(value as number, min, max),
  };
}

/** A number that may have a fraction. */
export function numberWithin(min: number, max: number): Rule<number> {
  return {
    words: `a number${range(min, max)}`,
    accepts: (value): value is number => typeof value === "number" && within(value, min, max),
  };
}

/** One of the given values, by identity. */
export function oneOf<V extends string | number>(values: readonly V[]): Rule<V> {
  return {
    words: values.length === 1 ? show(values[0]) : `one of ${values.map(show).join(", ")}`,
    accepts: (value): value is V => values.includes(value as V),
  };
}

/** @param words what a text that matches is: "a region such as eu-central-1" */
export function matching(pattern: RegExp, words: string): Rule<string> {
  return { words, accepts: (value): value is string => typeof value === "string" && pattern.test(value) };
}

/** A boolean, not its text. */
export const TRUE_OR_FALSE: Rule<boolean> = {
  words: "true or false",
  accepts: (value): value is boolean => typeof value === "boolean",
};

/** `saw 7; must be a whole number from 1 to 5`, or undefined for a value that keeps the rule. */
export function violation(value: unknown, rule: Rule<unknown>): string | undefined {
  if (rule.accepts(value)) return undefined;
  return `${value === undefined ? "not set" : `saw ${show(value)}`}; must be ${rule.words}`;
}

/** A number as messages write it: years and other small numbers without separators. */
export function formatNumber(value: number): string {
  return Math.abs(value) < 10_000 ? String(value) : value.toLocaleString("en-US");
}

function within(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}

function range(min: number, max: number): string {
  if (max < Number.MAX_SAFE_INTEGER) return ` from ${formatNumber(min)} to ${formatNumber(max)}`;
  return min > -Number.MAX_SAFE_INTEGER ? ` of at least ${formatNumber(min)}` : "";
}
