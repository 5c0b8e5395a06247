import type { ConfigMember, Context } from "./context";
import type { StackFound, Found } from "./found";
import type { Inputs } from "../../aws/values";
import type { StackView, View } from "./view";

/** Whether a violation fails the preview, or is only reported. */
export type Level = "mandatory" | "advisory";
/** How much a violation can harm; Pulumi shows it. */
export type Severity = "low" | "medium" | "high" | "critical";

interface About {
  /** `no-wildcard-action`; the policy's name in Pulumi */
  readonly id: string;
  readonly group: Group;
  /** one sentence that is true of a program that keeps the rule */
  readonly title: string;
  /** what happens to those who do not */
  readonly rationale: string;
  readonly severity: Severity;
  readonly level: Level;
  /** what to do about a violation */
  readonly remediation: string;
  /** what the rule rests on: AWS's page, or the place in this project that settles it */
  readonly page: string;
  /** settings by name, each with its default */
  readonly config?: Readonly<Record<string, ConfigMember>>;
}

/** The groups of rules with their titles, in the order of docs/policies.md; each has a folder of that name. */
export const GROUPS = {
  iam: "Least privilege",
  retention: "Retention and protection",
  encryption: "Encryption and transport",
  exposure: "Exposure and secrets",
  limits: "What AWS refuses at deploy",
  delivery: "Delivery without loss",
  compute: "Functions",
  queries: "Queries",
  workflows: "Schedules, state machines, replication, reports, notebooks",
  operability: "Operability",
} as const;
/** A group of rules by its key in `GROUPS`. */
export type Group = keyof typeof GROUPS;

/** Decides on one resource by its arguments alone. */
export interface ResourceRule extends About {
  /** type tokens; "*" for every resource of AWS */
  readonly types: readonly string[];
  check(resource: View, found: Found, context: Context): void;
  /** Arguments that keep the rule, where there is only one way to get there; undefined if nothing is to be changed. */
  autofix?: Autofix;
}

/** A change by which Pulumi can make a resource keep the rule, at the level `remediate`. */
export interface Autofix {
  /** what is changed, for people: `sets retentionInDays` */
  readonly changes: string;
  apply(resource: View, context: Context): Inputs | undefined;
}

/** Decides on resources beside each other. */
export interface StackRule extends About {
  checkStack(stack: StackView, found: StackFound, context: Context): void;
}

/** A rule of the pack. */
export type Rule = ResourceRule | StackRule;

/** Whether a rule decides on the stack as a whole. */
export function isStackRule(rule: Rule): rule is StackRule {
  return "checkStack" in rule;
}
