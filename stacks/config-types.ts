import { nearest } from "../aws/text/nearest";
import { isRecord } from "../aws/text/record";
import { matching, numberWithin, oneOf, TRUE_OR_FALSE, violation, wholeNumber, type Rule } from "../aws/text/rule";
import { show } from "../aws/text/show";

/** Says what is wrong at a place below a setting: "" or `.NAME.member`, and the way out if it is not that of the whole setting. */
export type Report = (place: string, message: string, wayOut?: string) => void;

/** One kind of value: how it is read from a stack's configuration, checked, and described. */
export interface Kind<V> {
  /** the rule in words, for errors and the table */
  readonly words: string;
  /** JSON schema of the value in a YAML file */
  readonly schema: Record<string, unknown>;
  /** members of a group or of a map's values, for the table */
  readonly members?: Readonly<Record<string, Member>>;
  /** the configuration's text as a value; the text itself if it is none */
  fromText(text: string): unknown;
  /** the value, or undefined after reporting what is wrong with it */
  read(value: unknown, report: Report): V | undefined;
}

/** A member of a group. */
export interface Member {
  readonly kind: Kind<unknown>;
  readonly description: string;
}

export { show };

/** A value that keeps a rule, as it is. */
function keeping<V>(rule: Rule<V>, schema: Record<string, unknown>, fromText: (text: string) => unknown): Kind<V> {
  return {
    words: rule.words,
    schema,
    fromText,
    read(value, report) {
      if (rule.accepts(value)) return value;
      report("", violation(value, rule) as string);
      return undefined;
    },
  };
}

const asGiven = (text: string): unknown => text;

/** A text that matches a pattern. */
export function text(words: string, pattern: RegExp): Kind<string> {
  return keeping(matching(pattern, words), { type: "string", pattern: pattern.source }, asGiven);
}

/** A text that no message shows, and that stands encrypted in a stack's file. */
export function secretText(): Kind<string> {
  const encrypted = { type: "object", required: ["secure"], properties: { secure: { type: "string" } } };
  return {
    words: "a text, encrypted",
    schema: { anyOf: [{ type: "string" }, encrypted] },
    fromText: asGiven,
    read(value, report) {
      if (typeof value === "string") return value;
      report(
        "",
        `saw ${value === null ? "nothing" : `a ${Array.isArray(value) ? "list" : typeof value}`}; must be a text: for JSON its text, in quotes`,
      );
      return undefined;
    },
  };
}

/** A list of texts. */
export function texts(words: string, pattern: RegExp): Kind<string[]> {
  const wanted = `a list of texts ${words}`;
  return {
    words: wanted,
    schema: { type: "array", minItems: 1, items: { type: "string", pattern: pattern.source } },
    fromText: objectOf,
    read(value, report) {
      if (!Array.isArray(value) || value.length === 0) {
        report("", `saw ${show(value)}; must be ${wanted}`);
        return undefined;
      }
      const wrong = value.findIndex((item) => typeof item !== "string" || !pattern.test(item));
      if (wrong < 0) return value as string[];
      report(`[${wrong}]`, `saw ${show(value[wrong])}; must be a text ${words}`);
      return undefined;
    },
  };
}

/** A list of values of one kind. */
export function list<V>(what: string, of: Kind<V>): Kind<V[]> {
  const words = `a list of ${what}, each ${of.words}`;
  return {
    words,
    schema: { type: "array", minItems: 1, items: inYaml(of) },
    members: of.members,
    fromText: objectOf,
    read(value, report) {
      if (!Array.isArray(value) || value.length === 0) {
        report("", `saw ${show(value)}; must be ${words}`);
        return undefined;
      }
      return value.flatMap((item, index) => {
        const good = of.read(item, (place, message) => report(`[${index}]${place}`, message));
        return good === undefined ? [] : [good];
      });
    },
  };
}

/** One of several texts. */
export function choice<V extends string>(...values: V[]): Kind<V> {
  const kind = keeping(oneOf(values), { enum: values }, asGiven);
  // YAML reads null without quotes as a value of its own.
  return { ...kind, read: (value, report) => kind.read(value === null ? "null" : value, report) };
}

/** A whole number of a range, both ends included. */
export function whole(min: number, max: number): Kind<number> {
  const schema = orText({ type: "integer", minimum: min, maximum: max }, "^\\d+$");
  return keeping(wholeNumber(min, max), schema, numberOf);
}

/** A number of a range, both ends included, that may have a fraction. */
export function decimal(min: number, max: number): Kind<number> {
  const schema = orText({ type: "number", minimum: min, maximum: max }, "^\\d+(\\.\\d+)?$");
  return keeping(numberWithin(min, max), schema, numberOf);
}

/** One of several whole numbers. */
export function wholeOf(values: readonly number[]): Kind<number> {
  return keeping(oneOf(values), orText({ type: "integer", enum: values }, "^\\d+$"), numberOf);
}

/** True or false. */
export function flag(): Kind<boolean> {
  const kind = keeping(TRUE_OR_FALSE, orText({ type: "boolean" }, "^(true|false)$"), (given) =>
    given === "true" ? true : given === "false" ? false : given,
  );
  return {
    ...kind,
    read: (value, report) => kind.read(value, (at, message) => report(at, `${message}, without quotes`)),
  };
}

/** Values by name. */
export function map<V>(what: string, key: RegExp, keyWords: string, of: Kind<V>): Kind<Record<string, V>> {
  return {
    words: `an object, ${what} to ${of.words}`,
    schema: { type: "object", propertyNames: { pattern: key.source }, additionalProperties: inYaml(of) },
    members: of.members,
    fromText: objectOf,
    read(value, report) {
      if (!isRecord(value)) {
        report("", `saw ${show(value)}; must be an object, ${what} to ${of.words}`);
        return undefined;
      }
      const read: Record<string, V> = {};
      for (const [name, item] of Object.entries(value)) {
        if (!key.test(name)) report(`.${name}`, `saw the name ${show(name)}; must be ${keyWords}`);
        const good = of.read(item, (place, message, way) => report(`.${name}${place}`, message, way));
        if (good !== undefined) read[name] = good;
      }
      return read;
    },
  };
}

type MembersOf<M> = { [K in keyof M]?: M[K] extends { kind: Kind<infer V> } ? V : never };

/**
 * An object with certain members, each of which may be left out.
 * @param removed members of earlier versions: why there is none any more, and the way out
 */
export function group<M extends Record<string, { kind: Kind<unknown>; description: string }>>(
  members: M,
  removed: Readonly<Record<string, string>> = {},
): Kind<MembersOf<M>> {
  const names = Object.keys(members);
  const words = `an object with ${names.join(", ")}`;
  return {
    words,
    schema: {
      type: "object",
      additionalProperties: false,
      properties: Object.fromEntries(
        names.map((name) => [name, { ...inYaml(members[name]!.kind), description: members[name]!.description }]),
      ),
    },
    members,
    fromText: objectOf,
    read(value, report) {
      if (!isRecord(value)) {
        report("", `saw ${show(value)}; must be ${words}`);
        return undefined;
      }
      const read: Record<string, unknown> = {};
      for (const [name, item] of Object.entries(value)) {
        if (Object.hasOwn(removed, name)) {
          report(`.${name}`, removed[name]!, "remove it");
          continue;
        }
        if (!Object.hasOwn(members, name)) {
          const near = nearest(name, names);
          report(
            `.${name}`,
            near === undefined
              ? `is no setting; there are ${names.join(", ")}`
              : `is no setting; did you mean ${near}?`,
          );
          continue;
        }
        const good = members[name]!.kind.read(item, (place, message, way) => report(`.${name}${place}`, message, way));
        if (good !== undefined) read[name] = good;
      }
      return read as MembersOf<M>;
    },
  };
}

/** A group, for which a text stands alone when it is all that is said: the member that is given most often. */
export function groupOr<M extends Record<string, { kind: Kind<unknown>; description: string }>>(
  member: keyof M & string,
  members: M,
): Kind<MembersOf<M>> {
  const whole = group(members);
  const alone = members[member]!.kind;
  return {
    ...whole,
    words: `${alone.words}, or ${whole.words}`,
    schema: { anyOf: [alone.schema, whole.schema] },
    read: (value, report) =>
      typeof value === "string"
        ? whole.read({ [member]: value }, (place, message, way) =>
            report(place === `.${member}` ? "" : place, message, way),
          )
        : whole.read(value, report),
  };
}

/** Within an object YAML says the type itself, so numbers and flags have no quotes there. */
function inYaml(kind: Kind<unknown>): Record<string, unknown> {
  const [typed, other] = (kind.schema.anyOf ?? []) as Record<string, unknown>[];
  return typed === undefined || other?.type === "object" ? kind.schema : typed;
}

/** The CLI writes numbers and flags of the top level in quotes. */
function orText(schema: Record<string, unknown>, pattern: string): Record<string, unknown> {
  return { anyOf: [schema, { type: "string", pattern }] };
}

function numberOf(text: string): unknown {
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

function objectOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
