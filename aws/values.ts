import { isRecord } from "./text/record";
import { formatNumber } from "./text/rule";
import { NOTHING, show } from "./text/show";

/**
 * How limits look at arguments. A value that Pulumi does not know yet in preview is neither present nor absent: a rule that needs it
 * decides nothing.
 */

/** What a limit finds: `message` holds the value seen, the rule and the way out. */
export interface Finding {
  /** property path within the resource's arguments, "" for the resource as a whole */
  path: string;
  message: string;
}

/** Arguments of a resource, named as `@pulumi/aws` names them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the shape is the AWS resource's; every read is checked
export type Inputs = Record<string, any>;

/** What AWS refuses of one resource type's arguments. Never throws, whatever the arguments are. */
export type Limit = (inputs: Inputs) => Finding[];

/** The texts by which Pulumi marks a value that is not known in preview, one for each kind of value. */
const UNKNOWNS = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** Not known in preview. */
export function isUnknown(value: unknown): boolean {
  return typeof value === "string" && UNKNOWNS.has(value);
}

/** Certainly not given; false for a value that is not known. */
export function absent(value: unknown): value is undefined {
  return value === undefined || value === null;
}

/** A text that is known, else undefined. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" && !isUnknown(value) ? value : undefined;
}

/** A number that is known, else undefined. */
export function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** A list that is known (its members need not be); else, also when absent, undefined. */
export function list(value: unknown): unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** A block that is known; else, also when absent, undefined. */
export function block(value: unknown): Inputs | undefined {
  return isRecord(value) ? value : undefined;
}

/** The known blocks of a list of blocks, with their index. */
export function blocks(value: unknown): [index: number, block: Inputs][] {
  return (list(value) ?? []).flatMap((item, index): [number, Inputs][] => {
    const known = block(item);
    return known === undefined ? [] : [[index, known]];
  });
}

export { show };

/** Collects findings. */
export class Findings {
  readonly all: Finding[] = [];

  /** `seen` is the value as the reader of the message should see it. */
  add(path: string, seen: string, rule: string, wayOut: string): void {
    const message = `${seen === NOTHING ? "not set" : `saw ${seen}`}; ${rule}; ${wayOut}`;
    if (!this.all.some((other) => other.path === path && other.message === message)) this.all.push({ path, message });
  }

  /** Reports unless a known number lies within the bounds. */
  range(path: string, value: unknown, min: number, max: number, what: string): void {
    const given = number(value);
    if (given === undefined || (given >= min && given <= max)) return;
    this.add(
      path,
      String(given),
      `${what} is ${formatNumber(min)} to ${formatNumber(max)}`,
      `set ${given < min ? `at least ${min}` : `at most ${max}`}`,
    );
  }

  /** Reports unless a known text is one of the values. */
  among(path: string, value: unknown, values: readonly string[], what: string): void {
    const given = text(value);
    if (given === undefined || values.includes(given)) return;
    const near = values.find(
      (other) => other.toLowerCase().replace(/[^a-z0-9]/g, "") === given.toLowerCase().replace(/[^a-z0-9]/g, ""),
    );
    this.add(
      path,
      show(given),
      `${what} is one of ${values.join(", ")}`,
      near === undefined ? "choose one of them" : `write ${near}`,
    );
  }

  /** Reports what is certainly not given. */
  required(path: string, value: unknown, what: string): void {
    if (absent(value) || value === "") this.add(path, absent(value) ? "nothing" : '""', what, `set ${path}`);
  }

  /** Takes findings over, below a path. */
  within(path: string, findings: readonly Finding[]): void {
    for (const finding of findings)
      this.all.push({ path: [path, finding.path].filter((part) => part !== "").join("."), message: finding.message });
  }
}
