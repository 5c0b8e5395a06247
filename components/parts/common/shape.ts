import * as pulumi from "@pulumi/pulumi";
import { nearest } from "../../../aws/text/nearest";
import { isRecord } from "../../../aws/text/record";
import { oneOf, TRUE_OR_FALSE, violation, wholeNumber, type Rule } from "../../../aws/text/rule";
import { seen, type Checks } from "./checks";
import { isLater } from "./inputs";

/**
 * What a value of type `V` must be. The types say it to programs in TypeScript; programs in JavaScript and other languages, and values of
 * type `any`, are checked by these descriptions. Each stands beside its interface, and the compiler compares the two: a member that one of
 * them lacks, or has with another type, does not compile.
 */
export interface Field<V> extends AnyField {
  readonly required?: never;
  /** for the compiler alone */
  readonly type?: (value: V) => V;
}

/** A member that must be given. */
export interface RequiredField<V> extends AnyField {
  readonly required: true;
  readonly type?: (value: V) => V;
}

interface AnyField {
  /** completes "must be ..." */
  readonly words: string;
  readonly required?: boolean;
  /**
   * Adds what is wrong with a value. It is not called for undefined.
   * @returns the value with defects left out; outputs in it are checked when their values are known
   */
  take(value: unknown, path: string, checks: Checks): unknown;
}

/** The fields of an interface. */
export type Shape<A> = {
  readonly [K in keyof A]-?: undefined extends A[K] ? Field<Exclude<A[K], undefined>> : RequiredField<A[K]>;
};

/** A rule for a value of the right type. @returns what is wrong: the value seen, the rule, the way out */
type Further<V> = (value: V) => string | undefined;

/** A member that must be given. */
export function required<V>(field: Field<V>): RequiredField<V> {
  return { ...field, required: true };
}

/** A text. */
export function text(words = "a text", further?: Further<string>): Field<string> {
  return plain("string", words, further);
}

/** A text that matches. @param words what it is: "1-128 letters and digits" */
export function matching(pattern: RegExp, words: string): Field<string> {
  return text("a text", (value) => (pattern.test(value) ? undefined : `saw ${seen(value)}; ${words}`));
}

/** A whole number of a range. @param unit of the number, `seconds` */
export function whole(min: number, max: number, unit: string): Field<number> {
  return keeping("number", wholeNumber(min, max, unit));
}

/** Any number. */
export const numeric: Field<number> = plain("number", "a number", (value) =>
  Number.isFinite(value) ? undefined : `saw ${value}; must be a number`,
);

/** One of the given values. */
export function among<V extends string | number>(values: readonly V[]): Field<V> {
  return keeping(typeof values[0] as "string" | "number", oneOf(values));
}

/** true or false. */
export const flag: Field<boolean> = keeping("boolean", TRUE_OR_FALSE);

/** A value that may be an output of another resource; it is checked when it is known. */
export function input<V>(field: Field<V>): Field<pulumi.Input<V>> {
  return {
    words: field.words,
    take: (value, path, checks) =>
      isLater(value)
        ? (pulumi.output(value) as unknown as pulumi.Output<unknown>).apply((known) => {
            if (known === undefined) return undefined;
            const later = checks.later();
            const taken = field.take(known, path, later);
            later.throwIfWrong();
            return taken;
          })
        : field.take(value, path, checks),
  };
}

/** An output that may turn out to have no value. */
export function inputOrNone<V>(field: Field<V>): Field<Exclude<pulumi.Input<V | undefined>, undefined>> {
  return input(field) as Field<Exclude<pulumi.Input<V | undefined>, undefined>>;
}

/** A list. @param of what is in it: "columns" */
export function list<V>(item: Field<V>, of: string, { min = 0, max = Infinity } = {}): Field<V[]> {
  const words = `a list of ${of}`;
  return {
    words,
    take: (value, path, checks) => {
      if (!Array.isArray(value)) return wrong(value, path, checks, words);
      if (value.length < min || value.length > max)
        checks.add(
          path,
          `saw ${value.length}; there must be ${max === Infinity ? `at least ${min}` : `${min} to ${max}`} ${of}`,
        );
      // A hole in a list is no entry of `map`.
      return Array.from(value as unknown[], (each, index) => takeGiven(item, each, `${path}[${index}]`, checks));
    },
  };
}

/** An object whose members the user names. @param of what its members are: "things by name" */
export function record<V>(item: Field<V>, of: string, further?: Further<Record<string, V>>): Field<Record<string, V>> {
  const words = `an object of ${of}`;
  return {
    words,
    take: (value, path, checks) => {
      if (!isPlainObject(value)) return wrong(value, path, checks, words);
      const taken = Object.fromEntries(
        Object.entries(value)
          .filter(([, each]) => each !== undefined)
          .map(([key, each]) => [key, item.take(each, `${path}.${key}`, checks)]),
      );
      const reason = checks.shaped(path) ? further?.(taken as Record<string, V>) : undefined;
      if (reason !== undefined) checks.add(path, reason);
      return taken;
    },
  };
}

/** An object with these members, and no others. */
export function object<A extends object>(shape: Shape<A>): Field<A> {
  const names = Object.keys(shape);
  const words =
    names.length > 6 ? `an object with ${names.slice(0, 6).join(", ")} ...` : `an object with ${names.join(", ")}`;
  return {
    words,
    take: (value, path, checks) => {
      if (!isPlainObject(value)) return wrong(value, path, checks, words);
      const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
      for (const name of Object.keys(value))
        if (!Object.hasOwn(shape, name) && value[name] !== undefined)
          checks.add(at(name), `there is no such argument; ${nearestOf(name, names)}`);
      return takeMembers(shape, value, at, checks);
    },
  };
}

/**
 * An object that has these members and may have others, such as a component. It is handed on as it is.
 * @param words what it is: "a TelemetryChannel"
 */
export function reference<A extends object>(words: string, shape: Shape<A>): Field<A> {
  return {
    words,
    take: (value, path, checks) => {
      if (!isReference(value)) return wrong(value, path, checks, words);
      takeMembers(
        shape,
        value as Record<string, unknown>,
        (name) => `${path}.${name}`,
        checks,
        `; ${path} is ${words}`,
      );
      return value;
    },
  };
}

/**
 * Checks the arguments of a component.
 * @returns a copy of what is right, in which outputs are checked when they are known
 * @throws InputPropertiesError if they are no object, of which there is nothing more to say
 */
export function takeArgs<A extends object>(shape: Shape<A>, args: A | undefined, checks: Checks): A {
  if (args !== undefined && !isPlainObject(args)) {
    wrong(args, "args", checks, object(shape).words);
    checks.throwIfWrong();
  }
  return object(shape).take(args ?? {}, "", checks) as A;
}

function takeMembers(
  shape: Readonly<Record<string, AnyField>>,
  value: Readonly<Record<string, unknown>>,
  at: (name: string) => string,
  checks: Checks,
  more = "",
): Record<string, unknown> {
  const taken: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(shape))
    if (value[name] !== undefined) taken[name] = field.take(value[name], at(name), checks);
    else if (field.required === true) checks.misshapen(at(name), `not set; must be ${field.words}${more}`);
  return taken;
}

function takeGiven(field: AnyField, value: unknown, path: string, checks: Checks): unknown {
  return value === undefined ? wrong(value, path, checks, field.words) : field.take(value, path, checks);
}

function keeping<V>(type: "string" | "number" | "boolean", rule: Rule<V>): Field<V> {
  return plain(type, rule.words, (value) => violation(value, rule));
}

function plain<V>(type: "string" | "number" | "boolean", words: string, further?: Further<V>): Field<V> {
  return {
    words,
    take: (value, path, checks) => {
      if (typeof value !== type) return wrong(value, path, checks, words);
      const reason = further?.(value as V);
      if (reason !== undefined) checks.add(path, reason);
      return value;
    },
  };
}

function wrong(value: unknown, path: string, checks: Checks, words: string): undefined {
  const why = isLater(value) ? "; it decides what is created, so give it a value that is known in the program" : "";
  checks.misshapen(
    path,
    value === undefined ? `not set; must be ${words}` : `saw ${seen(value)}; must be ${words}${why}`,
  );
}

function nearestOf(name: string, names: readonly string[]): string {
  const near = nearest(name, names);
  return near === undefined ? `there are ${names.join(", ")}` : `did you mean ${near}?`;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return isRecord(value) && !isLater(value) && !pulumi.Resource.isInstance(value);
}

function isReference(value: unknown): boolean {
  return isRecord(value) && !isLater(value);
}
