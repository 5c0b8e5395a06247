/**
 * CloudFormation's functions in values (`Ref`, `Fn::Sub`, ...): what they give as far as the template says, else a
 * placeholder. A parameter is what its default is; a note says so to those who gave it another value.
 */
import { isRecord } from "../../../aws/text/record";

/** Not a value: CloudFormation leaves the member out. */
export const NO_VALUE = Symbol("AWS::NoValue");

/** The sections of a template beside its resources. */
export interface Scope {
  /** what a Ref to a resource of the template gives, by logical id */
  readonly names: ReadonlyMap<string, string>;
  /** the default of each parameter that has one */
  readonly parameters: ReadonlyMap<string, unknown>;
  readonly mappings: Readonly<Record<string, unknown>>;
  readonly conditions: Readonly<Record<string, unknown>>;
}

/** The scope of a resource that stands in no template. */
export const NO_SCOPE: Scope = { names: new Map(), parameters: new Map(), mappings: {}, conditions: {} };

/** What a function of CloudFormation gives, as far as it is known. */
export interface Resolved {
  /** a text with `${...}` where something is not known */
  readonly value: unknown;
  /** whether something is not known */
  readonly open: boolean;
  /** parameters whose defaults are in the value */
  readonly defaults: readonly string[];
}

/** Whether a value is a call of a function: an object with one member, `Ref` or `Fn::...`. */
export function isIntrinsic(value: unknown): value is Record<string, unknown> {
  if (!isRecord(value)) return false;
  const names = Object.keys(value);
  return names.length === 1 && /^(?:Ref|Fn::[A-Za-z0-9:]+)$/.test(names[0] as string);
}

/** `Ref`, `Fn::Sub` */
export function nameOfIntrinsic(value: Record<string, unknown>): string {
  return Object.keys(value)[0] as string;
}

/** Evaluates a function of CloudFormation with what the template says. */
export function resolveIntrinsic(value: Record<string, unknown>, scope: Scope): Resolved {
  const name = nameOfIntrinsic(value);
  const argument = value[name];
  switch (name) {
    case "Ref":
      if (argument === "AWS::NoValue") return known(NO_VALUE);
      return reference(String(argument), scope);
    case "Fn::GetAtt": {
      const parts = Array.isArray(argument) ? argument.map(String) : String(argument).split(".");
      return unknown(parts.join("."));
    }
    case "Fn::Sub":
      return substituted(argument, scope);
    case "Fn::Join":
      return joined(argument, scope);
    case "Fn::Split":
      return split(argument, scope);
    case "Fn::Select":
      return selected(argument, scope);
    case "Fn::FindInMap":
      return mapped(argument, scope);
    case "Fn::If": {
      const branch = branchOf(argument, scope);
      if (branch === undefined) return unknown(name);
      const { value: chosen, open, defaults } = resolved(branch.value, scope);
      return { value: chosen, open, defaults: [...branch.defaults, ...defaults] };
    }
    default:
      return unknown(name);
  }
}

/** The branch of an `Fn::If` that the parameters' defaults lead to: 1 or 2; undefined when they decide nothing. */
export function branchOf(
  argument: unknown,
  scope: Scope,
): { index: 1 | 2; value: unknown; defaults: readonly string[] } | undefined {
  if (!Array.isArray(argument) || argument.length !== 3) return undefined;
  const [condition, ...branches] = argument as [unknown, unknown, unknown];
  const { holds, defaults } = conditionHolds({ Condition: condition }, scope);
  if (holds === undefined) return undefined;
  return { index: holds ? 1 : 2, value: branches[holds ? 0 : 1], defaults };
}

/** Whether a condition of the template holds with the parameters' defaults; undefined when they do not tell. */
export function conditionHolds(
  condition: unknown,
  scope: Scope,
  within: readonly string[] = [],
): { holds: boolean | undefined; defaults: readonly string[] } {
  const [[name, argument] = ["", undefined]] = isRecord(condition) ? Object.entries(condition) : [];
  if (name === "Condition") {
    const called = String(argument);
    // one that is made of itself
    if (within.includes(called) || !Object.hasOwn(scope.conditions, called)) return { holds: undefined, defaults: [] };
    return conditionHolds(scope.conditions[called], scope, [...within, called]);
  }
  const operands = Array.isArray(argument) ? (argument as unknown[]) : [];
  if (name === "Fn::Equals" && operands.length === 2) {
    const [left, right] = operands.map((operand) => resolved(operand, scope)) as [Resolved, Resolved];
    const defaults = [...left.defaults, ...right.defaults];
    return { holds: left.open || right.open ? undefined : text(left.value) === text(right.value), defaults };
  }
  if (!/^Fn::(?:And|Or|Not)$/.test(name) || operands.length === 0) return { holds: undefined, defaults: [] };
  const parts = operands.map((operand) => conditionHolds(operand, scope, within));
  const defaults = parts.flatMap((part) => part.defaults);
  const all = parts.map(({ holds }) => holds);
  if (name === "Fn::Not") return { holds: all[0] === undefined ? undefined : !all[0], defaults };
  const decisive = name === "Fn::Or";
  return { holds: all.includes(decisive) ? decisive : all.includes(undefined) ? undefined : !decisive, defaults };
}

/** A value, or what a function gives. */
function resolved(value: unknown, scope: Scope): Resolved {
  return isIntrinsic(value) ? resolveIntrinsic(value, scope) : known(value);
}

function known(value: unknown, defaults: readonly string[] = []): Resolved {
  return { value, open: false, defaults };
}

function unknown(what: string): Resolved {
  return { value: `\${${what}}`, open: true, defaults: [] };
}

function reference(name: string, { names, parameters }: Scope): Resolved {
  const resource = names.get(name);
  if (resource !== undefined) return { value: resource, open: resource.includes("${"), defaults: [] };
  return parameters.has(name) ? known(parameters.get(name), [name]) : unknown(name);
}

/** As text, if it is a scalar. */
function text(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}

/** A part of a text. */
function part(value: unknown, scope: Scope, what: string): Resolved {
  const found = resolved(value, scope);
  const written = text(found.value);
  return written === undefined ? unknown(what) : { ...found, value: written };
}

function list(value: unknown, scope: Scope): { entries: unknown[]; defaults: readonly string[] } | undefined {
  const { value: entries, open, defaults } = resolved(value, scope);
  return open || !Array.isArray(entries) ? undefined : { entries: entries as unknown[], defaults };
}

function substituted(argument: unknown, scope: Scope): Resolved {
  const [pattern, variables] = Array.isArray(argument) ? (argument as unknown[]) : [argument, undefined];
  if (typeof pattern !== "string") return unknown("Fn::Sub");
  let open = false;
  const defaults: string[] = [];
  const value = pattern.replace(/\$\{([^}]*)\}/g, (whole, inner: string) => {
    const name = inner.trim();
    // ${!literal} stands for ${literal}
    if (name.startsWith("!")) return `\${${name.slice(1)}}`;
    const own = isRecord(variables) && Object.hasOwn(variables, name);
    const found = own ? part(variables[name], scope, name) : reference(name, scope);
    const written = text(found.value);
    open ||= found.open || written === undefined;
    defaults.push(...found.defaults);
    return found.open && !own && !scope.names.has(name) ? whole : (written ?? whole);
  });
  return { value, open, defaults };
}

function joined(argument: unknown, scope: Scope): Resolved {
  const [separator, values] = Array.isArray(argument) ? (argument as unknown[]) : [];
  const found = list(values, scope);
  if (typeof separator !== "string" || found === undefined) return unknown("Fn::Join");
  const parts = found.entries.map((entry) => part(entry, scope, "Fn::Join"));
  return {
    value: parts.map(({ value }) => String(value)).join(separator),
    open: parts.some(({ open }) => open),
    defaults: [...found.defaults, ...parts.flatMap(({ defaults }) => defaults)],
  };
}

function split(argument: unknown, scope: Scope): Resolved {
  const [separator, value] = Array.isArray(argument) ? (argument as unknown[]) : [];
  const found = part(value, scope, "Fn::Split");
  if (typeof separator !== "string" || separator === "" || found.open) return unknown("Fn::Split");
  return known(String(found.value).split(separator), found.defaults);
}

function selected(argument: unknown, scope: Scope): Resolved {
  const [index, values] = Array.isArray(argument) ? (argument as unknown[]) : [];
  const [at, found] = [part(index, scope, "Fn::Select"), list(values, scope)];
  const entry = found?.entries[Number(at.value)];
  if (at.open || found === undefined || entry === undefined) return unknown("Fn::Select");
  const chosen = resolved(entry, scope);
  return { ...chosen, defaults: [...at.defaults, ...found.defaults, ...chosen.defaults] };
}

function mapped(argument: unknown, scope: Scope): Resolved {
  const keys = (Array.isArray(argument) ? (argument as unknown[]) : []).map((key) => part(key, scope, "Fn::FindInMap"));
  if (keys.length < 3 || keys.some(({ open }) => open)) return unknown("Fn::FindInMap");
  let value: unknown = scope.mappings;
  for (const { value: key } of keys.slice(0, 3)) {
    value = isRecord(value) && Object.hasOwn(value, String(key)) ? value[String(key)] : undefined;
  }
  return value === undefined
    ? unknown("Fn::FindInMap")
    : known(
        value,
        keys.flatMap(({ defaults }) => defaults),
      );
}
