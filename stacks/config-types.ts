import { show } from "../aws/text/show";

/** Says what is wrong at a place below a setting: "" or `.NAME.member`. */
export type Report = (place: string, message: string) => void;

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

export interface Member {
  readonly kind: Kind<unknown>;
  readonly description: string;
}

export { show };

export function text(words: string, pattern: RegExp): Kind<string> {
  return {
    words,
    schema: { type: "string", pattern: pattern.source },
    fromText: (given) => given,
    read(value, report) {
      if (typeof value === "string" && pattern.test(value)) return value;
      report("", `saw ${show(value)}; wants ${words}`);
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
        report("", `saw ${show(value)}; wants ${wanted}`);
        return undefined;
      }
      const wrong = value.findIndex((item) => typeof item !== "string" || !pattern.test(item));
      if (wrong < 0) return value as string[];
      report(`[${wrong}]`, `saw ${show(value[wrong])}; wants a text ${words}`);
      return undefined;
    },
  };
}

export function choice<V extends string>(...values: V[]): Kind<V> {
  const words = `one of ${values.map((value) => `"${value}"`).join(", ")}`;
  return {
    words,
    schema: { enum: values },
    fromText: (given) => given,
    read(value, report) {
      // YAML reads null without quotes as a value of its own.
      const given = value === null ? "null" : value;
      if (values.includes(given as V)) return given as V;
      report("", `saw ${show(value)}; wants ${words}`);
      return undefined;
    },
  };
}

export function whole(min: number, max: number): Kind<number> {
  const words = `a whole number from ${count(min)} to ${count(max)}`;
  return {
    words,
    schema: orText({ type: "integer", minimum: min, maximum: max }, "^\\d+$"),
    fromText: numberOf,
    read(value, report) {
      if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
      report("", `saw ${show(value)}; wants ${words}`);
      return undefined;
    },
  };
}

export function wholeOf(values: readonly number[]): Kind<number> {
  const words = `one of ${values.join(", ")}`;
  return {
    words,
    schema: orText({ type: "integer", enum: values }, "^\\d+$"),
    fromText: numberOf,
    read(value, report) {
      if (values.includes(value as number)) return value as number;
      report("", `saw ${show(value)}; wants ${words}`);
      return undefined;
    },
  };
}

export function flag(): Kind<boolean> {
  const words = "true or false";
  return {
    words,
    schema: orText({ type: "boolean" }, "^(true|false)$"),
    fromText: (given) => (given === "true" ? true : given === "false" ? false : given),
    read(value, report) {
      if (typeof value === "boolean") return value;
      report("", `saw ${show(value)}; wants ${words}, without quotes`);
      return undefined;
    },
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
      if (!isObject(value)) {
        report("", `saw ${show(value)}; wants an object, ${what} to ${of.words}`);
        return undefined;
      }
      const read: Record<string, V> = {};
      for (const [name, item] of Object.entries(value)) {
        if (!key.test(name)) report(`.${name}`, `saw the name ${show(name)}; wants ${keyWords}`);
        const good = of.read(item, (place, message) => report(`.${name}${place}`, message));
        if (good !== undefined) read[name] = good;
      }
      return read;
    },
  };
}

type MembersOf<M> = { [K in keyof M]?: M[K] extends { kind: Kind<infer V> } ? V : never };

/** An object with certain members, each of which may be left out. */
export function group<M extends Record<string, { kind: Kind<unknown>; description: string }>>(
  members: M,
  nearest: (name: string, names: Iterable<string>) => string | undefined,
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
      if (!isObject(value)) {
        report("", `saw ${show(value)}; wants ${words}`);
        return undefined;
      }
      const read: Record<string, unknown> = {};
      for (const [name, item] of Object.entries(value)) {
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
        const good = members[name]!.kind.read(item, (place, message) => report(`.${name}${place}`, message));
        if (good !== undefined) read[name] = good;
      }
      return read as MembersOf<M>;
    },
  };
}

/** Within an object YAML says the type itself, so numbers and flags have no quotes there. */
function inYaml(kind: Kind<unknown>): Record<string, unknown> {
  const [typed] = (kind.schema.anyOf ?? []) as Record<string, unknown>[];
  return typed ?? kind.schema;
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

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Years and small numbers stay as one writes them. */
function count(value: number): string {
  return value < 10_000 ? String(value) : value.toLocaleString("en-US");
}
