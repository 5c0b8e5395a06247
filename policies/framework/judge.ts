import { environmentOf } from "./context";
import { contextOf, evaluateResource, evaluateStack, factsOf, targetsOf } from "./evaluate";
import { Exceptions, type Exception } from "./exceptions";
import type { Environment } from "../../stacks/schema";
import { isStackRule, type Level, type Rule } from "./rule";
import { StackView, View, type Registered } from "./view";

/** What one rule reports of one resource. */
export interface Violation {
  policy: string;
  level: Level;
  urn: string;
  message: string;
  /** what to do */
  remediation: string;
  /** what the rule would change by itself, if it were set to `remediate` */
  autofix?: string;
}

/** A rule that needs a value of a resource that is not known in preview. */
export interface Undecided {
  policy: string;
  urn: string;
  message: string;
}

/** What the rules say of a stack. */
export interface Judgement {
  environment: Environment;
  /** rules that were run */
  policies: number;
  violations: Violation[];
  undecided: Undecided[];
  /** violations that an exception covers, with its reason */
  excepted: (Violation & { reason: string; expires: string })[];
}

/** A stack to be judged. */
export interface Case {
  stack: string;
  resources: readonly Registered[];
  stackConfig?: Readonly<Record<string, string>>;
  region?: string;
  account?: string;
}

/** Settings of the pack as in Pulumi's `--policy-pack-config`: by rule, or `all`; a level alone, or an object. */
export type PackConfig = Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;

/** Which rules are run, and how. */
export interface JudgeOptions {
  rules: readonly Rule[];
  config?: PackConfig;
  exceptions?: readonly Exception[];
  /** ms; for the expiry of exceptions */
  now?: number;
}

/** Runs the rules over the resources of a stack. */
export function judge(given: Case, { rules, config = {}, exceptions = [], now = Date.now() }: JudgeOptions): Judgement {
  const views = given.resources.map((resource) => new View(resource));
  const stack = new StackView(views);
  const everywhere = settingsOf(config, "all");
  const covered = new Exceptions(exceptions, given.stack, now);
  const facts = factsOf(views, given);
  const judgement: Judgement = {
    environment: environmentOf(everywhere.environment, given.stack, facts.tags),
    policies: 0,
    violations: [],
    undecided: [],
    excepted: [],
  };
  for (const rule of rules) {
    const settings = { ...everywhere, ...settingsOf(config, rule.id) };
    const level = (settings.enforcementLevel as string | undefined) ?? rule.level;
    if (level === "disabled") continue;
    judgement.policies++;
    const context = contextOf(rule, facts, settings);
    const outcomes = isStackRule(rule)
      ? evaluateStack(rule, stack, context, covered)
      : targetsOf(rule, stack).map((view) => evaluateResource(rule, view, context, covered));
    for (const { view, violations, undecided, autofix } of outcomes) {
      for (const { message, exception } of violations) {
        const violation: Violation = {
          policy: rule.id,
          level: level === "advisory" ? "advisory" : "mandatory",
          urn: view.urn,
          message,
          remediation: rule.remediation,
          ...(autofix === undefined ? {} : { autofix }),
        };
        if (exception === undefined) judgement.violations.push(violation);
        else judgement.excepted.push({ ...violation, reason: exception.reason, expires: exception.expires });
      }
      judgement.undecided.push(...undecided.map((message) => ({ policy: rule.id, urn: view.urn, message })));
    }
  }
  for (const problem of covered.problems())
    judgement.violations.push({
      policy: "exceptions",
      level: problem.level,
      urn: stack.root?.urn ?? "",
      message: problem.message,
      remediation: "Remove the exception, or renew it with its reason.",
    });
  return judgement;
}

function settingsOf(config: PackConfig, id: string): Readonly<Record<string, unknown>> {
  const given = config[id];
  return typeof given === "string" ? { enforcementLevel: given } : (given ?? {});
}
