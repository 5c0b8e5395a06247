/** CloudFormation's functions in values (`Ref`, `Fn::Sub`, ...): what they give as far as the template tells, else a placeholder. */
import { isRecord } from "./kinds";

/** Not a value: CloudFormation leaves the member out. */
export const NO_VALUE = Symbol("AWS::NoValue");

export interface Resolved {
  /** a text with `${...}` where something is not known */
  readonly value: unknown;
  /** whether something is not known */
  readonly open: boolean;
}

/** Whether a value is a call of a function: an object with one member, `Ref`, `Condition` or `Fn::...`. */
export function isIntrinsic(value: unknown): value is Record<string, unknown> {
  if (!isRecord(value)) return false;
  const names = Object.keys(value);
  return names.length === 1 && /^(?:Ref|Fn::[A-Za-z0-9:]+)$/.test(names[0] as string);
}

/** `!Ref X`, `Fn::Sub` as people call them. */
export function nameOfIntrinsic(value: Record<string, unknown>): string {
  return Object.keys(value)[0] as string;
}

/** `names`: what a Ref to a resource of the template gives, by logical id. */
export function resolveIntrinsic(value: Record<string, unknown>, names: ReadonlyMap<string, string>): Resolved {
  const name = nameOfIntrinsic(value);
  const argument = value[name];
  switch (name) {
    case "Ref":
      if (argument === "AWS::NoValue") return { value: NO_VALUE, open: false };
      return reference(String(argument), names);
    case "Fn::GetAtt": {
      const parts = Array.isArray(argument) ? argument.map(String) : String(argument).split(".");
      return unknown(parts.join("."));
    }
    case "Fn::Sub":
      return substituted(argument, names);
    case "Fn::Join":
      return joined(argument, names);
    default:
      return unknown(name);
  }
}

function unknown(what: string): Resolved {
  return { value: `\${${what}}`, open: true };
}

function reference(name: string, names: ReadonlyMap<string, string>): Resolved {
  const known = names.get(name);
  return known === undefined ? unknown(name) : { value: known, open: known.includes("${") };
}

/** A part of a text: a scalar, or what a function gives. */
function part(value: unknown, names: ReadonlyMap<string, string>): Resolved | undefined {
  if (isIntrinsic(value)) return resolveIntrinsic(value, names);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? { value: String(value), open: false }
    : undefined;
}

function substituted(argument: unknown, names: ReadonlyMap<string, string>): Resolved {
  const [text, variables] = Array.isArray(argument) ? (argument as unknown[]) : [argument, undefined];
  if (typeof text !== "string") return unknown("Fn::Sub");
  let open = false;
  const value = text.replace(/\$\{([^}]*)\}/g, (whole, inner: string) => {
    const name = inner.trim();
    // ${!literal} stands for ${literal}
    if (name.startsWith("!")) return `\${${name.slice(1)}}`;
    const own = isRecord(variables) && Object.hasOwn(variables, name) ? part(variables[name], names) : undefined;
    const found = own ?? (names.has(name) ? reference(name, names) : undefined);
    open ||= found === undefined || found.open;
    return found === undefined ? whole : String(found.value);
  });
  return { value, open };
}

function joined(argument: unknown, names: ReadonlyMap<string, string>): Resolved {
  const [separator, list] = Array.isArray(argument) ? (argument as unknown[]) : [];
  if (typeof separator !== "string" || !Array.isArray(list)) return unknown("Fn::Join");
  const parts = list.map((entry: unknown) => part(entry, names) ?? unknown("Fn::Join"));
  return { value: parts.map(({ value }) => String(value)).join(separator), open: parts.some(({ open }) => open) };
}
