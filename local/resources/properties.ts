import { tagLimits } from "../../aws/limits/tags";
import { isRecord } from "../../aws/text/record";
import { numberWithin, violation } from "../../aws/text/rule";
import { show } from "../../aws/text/show";
import { nameProblem, type NameRule } from "../../aws/names";
import type { Properties } from "../core/model";

/**
 * The table of a resource's properties. Every property that a program may give is in its type's table: `executed` changes what the
 * local cloud does, `checked` is compared with AWS's rules and has no effect here (a tag, a description). What is
 * not in the table, or in it as refused, is refused by name.
 */
export type Table = Readonly<Record<string, Rule>>;

/** A property that is accepted, or refused by name. */
export type Rule = Accepted | Refused;

/** A property that a program may give. */
export interface Accepted {
  use: "executed" | "checked";
  kind: "string" | "number" | "boolean" | "list" | "map" | "block" | "archive";
  required: boolean;
  /** a change makes AWS replace the resource */
  replaces: boolean;
  /** says what is wrong with a value of the right kind */
  check?: (value: never) => string | undefined;
  /** of a list's items or a map's values */
  items?: Accepted;
  /** of a block */
  table?: Table;
}

/** A property that the local cloud does not execute. */
export interface Refused {
  use: "refused";
  wayOut: string;
  /** a value that says the same as leaving it out, and is accepted */
  unless?: unknown;
}

/** A problem of a resource's arguments. */
export interface Finding {
  /** property path, "" for the resource as a whole */
  path: string;
  /** value seen, rule, way out */
  message: string;
  /** the value is not of the kind that other checks may count on */
  wrongKind?: true;
}

interface Extra<V> {
  required?: boolean;
  replaces?: boolean;
  check?: (value: V) => string | undefined;
}

function accepted<V>(kind: Accepted["kind"], extra: Extra<V>, use: Accepted["use"]): Accepted {
  return {
    kind,
    use,
    required: extra.required ?? false,
    replaces: extra.replaces ?? false,
    check: extra.check as Accepted["check"],
  };
}

/** A text. This and the next build rules of properties that are executed. */
export const text = (extra: Extra<string> = {}): Accepted => accepted("string", extra, "executed");
/** A number within bounds. */
export const number = (min: number, max: number, extra: Extra<number> = {}): Accepted =>
  accepted(
    "number",
    { ...extra, check: both((value) => violation(value, numberWithin(min, max)), extra.check) },
    "executed",
  );
/** True or false. */
export const flag = (extra: Extra<boolean> = {}): Accepted => accepted("boolean", extra, "executed");
/** An archive of files. */
export const archive = (extra: Extra<Properties> = {}): Accepted => accepted("archive", extra, "executed");
/** A nested object with a table of its own. */
export const block = (table: Table, extra: Extra<Properties> = {}): Accepted => ({
  ...accepted("block", extra, "executed"),
  table,
});
/** A list of equal items. */
export const list = (items: Accepted, extra: Extra<unknown[]> = {}): Accepted => ({
  ...accepted("list", extra, "executed"),
  items,
});
/** An object with any keys and equal values. */
export const map = (items: Accepted, extra: Extra<Properties> = {}): Accepted => ({
  ...accepted("map", extra, "executed"),
  items,
});
/** One of a few texts. */
export const oneOf = (values: readonly string[], extra: Extra<string> = {}): Accepted =>
  accepted("string", { ...extra, check: both(among(values), extra.check) }, "executed");

/** The same rule for a property that has nothing to do here. */
export const checked = (rule: Accepted): Accepted => ({ ...rule, use: "checked" });
/** A property that is refused by name, with what to do instead. */
export const refused = (wayOut: string, unless?: unknown): Refused => ({ use: "refused", wayOut, unless });

/** The same rule for a property that must be given. */
export const required = (rule: Accepted): Accepted => ({ ...rule, required: true });
/** The same rule for a property whose change replaces the resource. */
export const replaces = (rule: Accepted): Accepted => ({ ...rule, replaces: true });

/** Tags, with AWS's general limits. */
export const tags: Accepted = checked(map(text(), { check: (value) => tagLimits(value)[0]?.message }));

/** A description, with AWS's general limit. */
export const description: Accepted = checked(
  text({ check: (value) => (value.length > 2048 ? `${value.length} characters; at most 2,048` : undefined) }),
);

/** A physical name: its characters and length. AWS replaces the resource when it changes. */
export function physicalName(rule: NameRule): Accepted {
  return text({
    replaces: true,
    check: (value) => {
      const problem = nameProblem(rule, value);
      return problem === undefined ? undefined : `saw ${problem.seen}; ${problem.rule}`;
    },
  });
}

/** An ARN of a service. */
export function arn(service: string, extra: Extra<string> = {}): Accepted {
  const pattern = new RegExp(`^arn:aws:${service}:[^:]*:[^:]*:.+$`);
  return text({
    ...extra,
    check: both(
      (value) => (pattern.test(value) ? undefined : `saw ${quote(value)}; must be an ARN arn:aws:${service}:...`),
      extra.check,
    ),
  });
}

/** Text that holds a JSON object. */
export function jsonText(extra: Extra<string> = {}): Accepted {
  return text({
    ...extra,
    check: both((value) => {
      try {
        const parsed: unknown = JSON.parse(value);
        return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)
          ? undefined
          : "must be a JSON object in a string";
      } catch (error) {
        return `is not JSON: ${(error as Error).message}`;
      }
    }, extra.check),
  });
}

/** Holds a resource's arguments against its table. */
export function checkProperties(table: Table, inputs: Properties, prefix = ""): Finding[] {
  const findings: Finding[] = [];
  for (const [name, rule] of Object.entries(table))
    if (rule.use !== "refused" && rule.required && !present(inputs[name]))
      findings.push({ path: prefix + name, message: "is required" });
  for (const [name, value] of Object.entries(inputs)) {
    if (!present(value)) continue;
    const path = prefix + name;
    const rule = Object.hasOwn(table, name) ? table[name] : undefined;
    if (rule === undefined) {
      findings.push({
        path,
        message: `the local cloud does not execute this property (saw ${show(value)}); leave it out for this stack`,
      });
    } else if (rule.use === "refused") {
      if (!same(value, rule.unless) && !empty(value))
        findings.push({
          path,
          message: `the local cloud does not execute this property (saw ${show(value)}); ${rule.wayOut}`,
        });
    } else checkValue(rule, value, path, findings);
  }
  return findings;
}

function checkValue(rule: Accepted, value: unknown, path: string, findings: Finding[]): void {
  const wrong = wrongKind(rule.kind, value);
  if (wrong !== undefined) {
    findings.push({ path, message: `saw ${show(value)}; ${wrong}`, wrongKind: true });
    return;
  }
  const message = rule.check?.(value as never);
  if (message !== undefined) findings.push({ path, message });
  if (rule.kind === "block" && rule.table !== undefined)
    findings.push(...checkProperties(rule.table, value as Properties, `${path}.`));
  const items = rule.items;
  if (items === undefined) return;
  if (Array.isArray(value)) value.forEach((item, index) => checkValue(items, item, `${path}[${index}]`, findings));
  else
    for (const [key, item] of Object.entries(value as Properties))
      checkValue(items, item, `${path}[${quote(key)}]`, findings);
}

function wrongKind(kind: Accepted["kind"], value: unknown): string | undefined {
  switch (kind) {
    case "string":
    case "number":
    case "boolean":
      return typeof value === kind ? undefined : `must be a ${kind}`;
    case "list":
      return Array.isArray(value) ? undefined : "must be a list";
    case "archive":
      return isRecord(value) && isRecord(value.files) ? undefined : "must be an archive (pulumi.asset.AssetArchive)";
    default:
      return isRecord(value) ? undefined : "must be an object";
  }
}

/** A text in quotes, as messages show it. */
export function quote(text: string): string {
  return JSON.stringify(text);
}

export { show };

function among(values: readonly string[]) {
  return (value: string): string | undefined =>
    values.includes(value)
      ? undefined
      : `saw ${quote(value)}; the local cloud executes ${values.map(quote).join(", ")}`;
}

function both<V>(first: (value: V) => string | undefined, second: ((value: V) => string | undefined) | undefined) {
  return (value: V): string | undefined => first(value) ?? second?.(value);
}

function present(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function empty(value: unknown): boolean {
  return (Array.isArray(value) && value.length === 0) || (isRecord(value) && Object.keys(value).length === 0);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
