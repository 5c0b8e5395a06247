import * as fs from "node:fs";
import { parse } from "yaml";

/** A violation that somebody decided to live with, for a time. */
export interface Exception {
  /** id of the rule */
  rule: string;
  /** the resource's name or URN; * stands for any characters */
  resource: string;
  reason: string;
  /** last day, yyyy-mm-dd */
  expires: string;
  /** stacks in which it counts; all if not given */
  stacks?: string[];
}

/** An exception that has expired (mandatory) or that covers nothing (advisory). */
export interface ExceptionProblem {
  level: "mandatory" | "advisory";
  message: string;
}

const MEMBERS = ["rule", "resource", "reason", "expires", "stacks"];
const DAY = 86_400_000;

/**
 * Reads a file of exceptions, a YAML list.
 * @param rules ids that there are
 * @throws Error with every mistake of the file
 */
export function readExceptions(file: string, rules: readonly string[]): Exception[] {
  if (!fs.existsSync(file)) return [];
  const content: unknown = parse(fs.readFileSync(file, "utf8")) ?? [];
  const problems: string[] = [];
  if (!Array.isArray(content))
    throw new Error(`${file}: holds no list; each exception is an item with ${MEMBERS.join(", ")}`);
  content.forEach((item: unknown, index) => {
    const wrong = (path: string, what: string): void => void problems.push(`${file}: [${index}]${path}: ${what}`);
    if (typeof item !== "object" || item === null)
      return wrong("", `saw ${JSON.stringify(item)}; an exception is a mapping`);
    const given = item as Record<string, unknown>;
    for (const key of Object.keys(given))
      if (!MEMBERS.includes(key)) wrong(`.${key}`, `is no member of an exception; there are ${MEMBERS.join(", ")}`);
    for (const key of ["rule", "resource", "reason", "expires"])
      if (typeof given[key] !== "string" || given[key].trim() === "")
        wrong(
          `.${key}`,
          `saw ${JSON.stringify(given[key])}; it is a text${key === "expires" ? " yyyy-mm-dd, in quotes" : ""}`,
        );
    if (typeof given.rule === "string" && !rules.includes(given.rule))
      wrong(".rule", `saw ${JSON.stringify(given.rule)}; there is no such rule, see docs/policies.md`);
    if (typeof given.expires === "string" && !isDay(given.expires))
      wrong(".expires", `saw ${JSON.stringify(given.expires)}; it is a day, yyyy-mm-dd`);
    if (
      given.stacks !== undefined &&
      (!Array.isArray(given.stacks) || given.stacks.some((name) => typeof name !== "string"))
    )
      wrong(".stacks", `saw ${JSON.stringify(given.stacks)}; it is a list of names of stacks`);
  });
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return content as Exception[];
}

function isDay(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
}

/** Which exceptions cover what, and which of them cover nothing any more. */
export class Exceptions {
  private readonly used = new Set<Exception>();
  private readonly here: readonly Exception[];

  constructor(
    all: readonly Exception[],
    stack: string,
    private readonly now: number,
  ) {
    this.here = all.filter(({ stacks }) => stacks === undefined || stacks.includes(stack));
  }

  covers(rule: string, urn: string, name: string): Exception | undefined {
    const found = this.here.find(
      (exception) =>
        exception.rule === rule &&
        !this.expired(exception) &&
        (matches(exception.resource, urn) || matches(exception.resource, name)),
    );
    if (found !== undefined) this.used.add(found);
    return found;
  }

  /** Expired and unused exceptions; to be asked when all rules have been run. */
  problems(): ExceptionProblem[] {
    return this.here.flatMap((exception): ExceptionProblem[] => {
      const what = `the exception from ${exception.rule} for ${exception.resource} (${exception.reason})`;
      if (this.expired(exception))
        return [
          {
            level: "mandatory",
            message: `${what} expired on ${exception.expires}; fix the resource, or extend the exception`,
          },
        ];
      if (!this.used.has(exception))
        return [{ level: "advisory", message: `${what} covers nothing; remove it from the file` }];
      return [];
    });
  }

  private expired({ expires }: Exception): boolean {
    return this.now >= Date.parse(`${expires}T00:00:00Z`) + DAY;
  }
}

function matches(pattern: string, text: string): boolean {
  return new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\?]/g, "\\$&").replace(/\*/g, ".*")}$`).test(text);
}
