import { canCoerce, commonType } from "../types/coerce";
import { UNBOUNDED, UNKNOWN, type Type, type TypeOf } from "../types/type";

/** A type of a signature: `T`, `varchar(x)`, `array(T)`, `function(T,U)`. */
export type Pattern =
  | { readonly variable: string }
  | { readonly name: string; readonly parameters: readonly (Pattern | string | number)[] };

/** `split_part(varchar(x), varchar(y), bigint): varchar(x)`. Capitals are types, small letters in parentheses are lengths. */
export interface Signature {
  readonly name: string;
  readonly parameters: readonly Pattern[];
  /** the last parameter may come any number of times, none included */
  readonly variadic: boolean;
  readonly result: Pattern;
  /** type variables that must be orderable or comparable, by their letters */
  readonly orderable: string;
  readonly text: string;
}

/** What the letters of a signature stand for in one call. */
export interface Bindings {
  readonly types: Map<string, Type>;
  readonly numbers: Map<string, number>;
}

/** Reads a signature. @throws Error for one that cannot be read, a mistake of the programmer's */
export function parseSignature(text: string): Signature {
  const match = /^(\w+|\$\w+)\((.*)\): (.+?)(?: where ([A-Z]+) orderable)?$/s.exec(text);
  if (match === null) throw new Error(`not a signature: ${text}`);
  const [, name = "", args = "", result = "", orderable = ""] = match;
  const variadic = args.endsWith("...");
  const parts = splitTop(variadic ? args.slice(0, -3) : args);
  return {
    name,
    parameters: parts.map(parsePattern),
    variadic,
    result: parsePattern(result),
    orderable,
    text: `${name}(${args})`,
  };
}

function parsePattern(text: string): Pattern {
  const trimmed = text.trim();
  if (/^[A-Z]$/.test(trimmed)) return { variable: trimmed };
  const match = /^([a-z ]+?)(?:\((.*)\))?( with time zone)?$/s.exec(trimmed);
  if (match === null) throw new Error(`not a type: ${text}`);
  const [, name = "", inner, zone = ""] = match;
  const parameters = inner === undefined ? [] : splitTop(inner);
  return {
    name: name + zone,
    parameters: parameters.map((part) =>
      /^\d+$/.test(part) ? Number(part) : /^[a-z]\d?$/.test(part) ? part : parsePattern(part),
    ),
  };
}

function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")") depth--;
    else if (text[i] === "," && depth === 0) {
      parts.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  const last = text.slice(start).trim();
  return last === "" && parts.length === 0 ? [] : [...parts, last];
}

/** The parameters of a call with so many arguments; undefined if the signature does not take that many. */
export function parametersFor({ parameters, variadic }: Signature, count: number): readonly Pattern[] | undefined {
  if (!variadic) return parameters.length === count ? parameters : undefined;
  if (count < parameters.length - 1 || count === 0) return undefined;
  const repeated = parameters[parameters.length - 1]!;
  return Array.from({ length: count }, (_, i) => parameters[i] ?? repeated);
}

/**
 * Takes an argument's type into the bindings.
 * @param coerce whether a wider type may be found that both arguments have in common
 * @returns whether it can be made to fit
 */
export function unify(pattern: Pattern, type: Type, bindings: Bindings, coerce: boolean): boolean {
  if ("variable" in pattern) {
    const known = bindings.types.get(pattern.variable);
    const common = known === undefined ? type : commonType(known, type);
    if (common === undefined) return false;
    if (!coerce && known !== undefined && !canCoerce(common, known)) return false;
    bindings.types.set(pattern.variable, common);
    return true;
  }
  const { name, parameters } = pattern;
  if (type.kind === "unknown") {
    if (name === "unknown") return true;
    if (!coerce) return false;
    return bindUnknown(pattern, bindings);
  }
  const shaped = type.kind === name ? type : coerce ? shapeOf(name, type) : undefined;
  if (shaped === undefined) return false;
  switch (shaped.kind) {
    case "array":
      return unify(parameters[0] as Pattern, shaped.element, bindings, coerce);
    case "map":
      return (
        unify(parameters[0] as Pattern, shaped.key, bindings, coerce) &&
        unify(parameters[1] as Pattern, shaped.value, bindings, coerce)
      );
    case "row":
      if (parameters.length === 0) return true;
      if (parameters.length !== shaped.fields.length) return false;
      return parameters.every((inner, i) => unify(inner as Pattern, shaped.fields[i]!.type, bindings, coerce));
    case "varchar":
    case "char":
      return bindNumber(parameters[0], shaped.length, bindings, true);
    case "decimal":
      return bindDecimal(parameters, shaped, bindings);
    case "time":
    case "timestamp":
    case "time with time zone":
    case "timestamp with time zone":
      return bindNumber(parameters[0], shaped.precision, bindings, true);
    default:
      return true;
  }
}

/** A type that Trino would convert the argument to, for a parameter of another kind. */
function shapeOf(name: string, type: Type): Type | undefined {
  const targets: Record<string, Type[]> = {
    decimal: [
      { kind: "decimal", precision: 3, scale: 0 },
      { kind: "decimal", precision: 5, scale: 0 },
      { kind: "decimal", precision: 10, scale: 0 },
      { kind: "decimal", precision: 19, scale: 0 },
    ],
    char: [{ kind: "char", length: type.kind === "varchar" ? Math.min(type.length, 65536) : 0 }],
    time: [],
    timestamp: [{ kind: "timestamp", precision: 0 }],
    "timestamp with time zone": [
      { kind: "timestamp with time zone", precision: "precision" in type ? type.precision : 0 },
    ],
    "time with time zone": [{ kind: "time with time zone", precision: "precision" in type ? type.precision : 0 }],
  };
  const simple = ["array", "map", "row", "function", "varchar"].includes(name) ? [] : [{ kind: name } as Type];
  return (targets[name] ?? simple).find((target) => canCoerce(type, target));
}

function bindNumber(
  parameter: Pattern | string | number | undefined,
  value: number,
  { numbers }: Bindings,
  widen: boolean,
): boolean {
  if (typeof parameter === "number") return value <= parameter;
  if (typeof parameter !== "string") return true;
  const known = numbers.get(parameter);
  numbers.set(parameter, known === undefined ? value : widen ? Math.max(known, value) : value);
  return true;
}

/** The same letters twice: a decimal that both fit in. */
function bindDecimal(
  parameters: readonly (Pattern | string | number)[],
  type: TypeOf<"decimal">,
  { numbers }: Bindings,
): boolean {
  const [p, s] = parameters;
  if (typeof p !== "string" || typeof s !== "string") return true;
  const precision = numbers.get(p);
  const scale = numbers.get(s);
  const known: Type | undefined =
    precision === undefined || scale === undefined ? undefined : { kind: "decimal", precision, scale };
  const common = (known === undefined ? type : commonType(known, type)) as TypeOf<"decimal">;
  numbers.set(p, common.precision);
  numbers.set(s, common.scale);
  return true;
}

function bindUnknown(pattern: Pattern, bindings: Bindings): boolean {
  if ("variable" in pattern) {
    if (!bindings.types.has(pattern.variable)) bindings.types.set(pattern.variable, UNKNOWN);
    return true;
  }
  if (pattern.name === "function") return false;
  for (const parameter of pattern.parameters) {
    if (typeof parameter === "object") bindUnknown(parameter, bindings);
    else if (typeof parameter === "string" && !bindings.numbers.has(parameter))
      bindings.numbers.set(parameter, pattern.name === "decimal" && parameter === pattern.parameters[0] ? 1 : 0);
  }
  return true;
}

/** The type that a pattern is under bindings; letters that stand for nothing yet are `unknown`. */
export function realize(pattern: Pattern, bindings: Bindings): Type {
  if ("variable" in pattern) return bindings.types.get(pattern.variable) ?? UNKNOWN;
  const { name, parameters } = pattern;
  const number = (i: number, otherwise: number): number => {
    const parameter = parameters[i];
    if (typeof parameter === "number") return parameter;
    return typeof parameter === "string" ? (bindings.numbers.get(parameter) ?? otherwise) : otherwise;
  };
  const inner = (i: number): Type => realize(parameters[i] as Pattern, bindings);
  switch (name) {
    case "varchar":
      return { kind: "varchar", length: Math.min(UNBOUNDED, number(0, UNBOUNDED)) };
    case "char":
      return { kind: "char", length: number(0, 1) };
    case "decimal":
      return { kind: "decimal", precision: number(0, 38), scale: number(1, 0) };
    case "time":
    case "timestamp":
    case "time with time zone":
    case "timestamp with time zone":
      return { kind: name, precision: number(0, 3) };
    case "array":
      return { kind: "array", element: inner(0) };
    case "map":
      return { kind: "map", key: inner(0), value: inner(1) };
    case "row":
      return { kind: "row", fields: parameters.map((_, i) => ({ name: undefined, type: inner(i) })) };
    case "function": {
      const all = parameters.map((_, i) => inner(i));
      return { kind: "function", args: all.slice(0, -1), result: all[all.length - 1]! };
    }
    default:
      return { kind: name } as Type;
  }
}
