import type { Finding } from "../../aws/values";
import { configOf, environmentOf, type Context } from "./context";
import type { Exception, Exceptions } from "./exceptions";
import { Found, StackFound } from "./found";
import { accountAndRegionOf, tagsOf } from "./origin";
import { isStackRule, type ResourceRule, type Rule, type StackRule } from "./rule";
import { noted, type StackView, type View } from "./view";

/*
 * How a rule is run, for both drivers: judge.ts over a whole stack in `npm run preview`, and pack.ts resource by resource in Pulumi's engine.
 */

/** What one rule says of one resource. */
export interface Outcome {
  view: View;
  violations: { message: string; exception?: Exception }[];
  /** one message for each value that the rule needs and that is not known in preview */
  undecided: string[];
  /** what the rule would change by itself, if there are violations and it were set to `remediate` */
  autofix?: string;
}

/** What rules know of a stack beside its resources. */
export interface StackFacts extends Pick<Context, "stack" | "stackConfig" | "region" | "account"> {
  /** values of the tag `environment` */
  tags: readonly unknown[];
}

/** @param given what is known for sure; account and region are looked for in the resources otherwise */
export function factsOf(
  views: readonly View[],
  { stack, stackConfig = {}, region, account }: Partial<StackFacts> & { stack: string },
): StackFacts {
  const origin = accountAndRegionOf(views);
  return {
    stack,
    stackConfig,
    region: region ?? origin.region,
    account: account ?? origin.account,
    tags: tagsOf(views),
  };
}

/** @param settings of the rule in the pack's configuration */
export function contextOf(
  rule: Rule,
  { tags, ...facts }: StackFacts,
  settings: Readonly<Record<string, unknown>>,
): Context {
  const environment = environmentOf(settings.environment, facts.stack, tags);
  return { ...facts, environment, config: configOf(rule.config, environment, settings) };
}

/** Whether a rule looks at resources of a type. */
export function appliesTo(rule: ResourceRule, type: string): boolean {
  return rule.types.includes(type) || (rule.types.includes("*") && type.startsWith("aws:"));
}

/** The resources of a stack that a rule looks at, by the order of its types. */
export function targetsOf(rule: ResourceRule, stack: StackView): View[] {
  return rule.types.includes("*") ? stack.all.filter(({ type }) => appliesTo(rule, type)) : stack.of(...rule.types);
}

/** What a rule says of one resource. */
export function evaluateResource(rule: ResourceRule, view: View, context: Context, exceptions: Exceptions): Outcome {
  return outcomeOf(rule, view, findingsOf(rule, view, context), context, exceptions);
}

/** What a rule says of the resources of a stack; nothing for a stack without resources. */
export function evaluateStack(rule: StackRule, stack: StackView, context: Context, exceptions: Exceptions): Outcome[] {
  const found = new StackFound();
  const root = stack.root;
  if (root === undefined) return [];
  noted(
    (view, path) => found.on(view).unknown.add(path),
    () => found.attempt(root, () => rule.checkStack(stack, found, context)),
  );
  return [...found.by].map(([view, own]) => outcomeOf(rule, view, own, context, exceptions));
}

/**
 * Runs a rule over one resource. A value that is not known ends it there; what the rule would find behind that is found by two more runs, with
 * nothing in the value's place and with a text: a violation that both have does not depend on it.
 */
function findingsOf(rule: ResourceRule, view: View, context: Context): Found {
  const found = runOnce(rule, view, context);
  if (found.unknown.size === 0) return found;
  const [without, withText] = [undefined, "(not known)"].map((value) =>
    runOnce(rule, view.known(value), context).all.map(({ path, message }) => ({ path, message })),
  );
  const reported = new Set(found.all.map(({ path, message }) => `${path} ${message}`));
  const unknown = [...found.unknown];
  const certain = without!.filter(
    ({ path, message }) =>
      !reported.has(`${path} ${message}`) &&
      // A finding about the value itself, about a part of it or about what it is a part of does depend on it.
      !unknown.some((own) => own.startsWith(path) || path.startsWith(own)) &&
      withText!.some((other) => other.path === path && other.message === message),
  );
  found.within("", certain);
  return found;
}

function runOnce(rule: ResourceRule, view: View, context: Context): Found {
  const found = new Found();
  noted(
    (_, path) => found.unknown.add(path),
    () => found.attempt(() => rule.check(view, found, context)),
  );
  return found;
}

function outcomeOf(rule: Rule, view: View, found: Found, context: Context, exceptions: Exceptions): Outcome {
  const violations = found.all.map((finding) => ({
    message: messageOf(view, finding),
    exception: exceptions.covers(rule.id, view.urn, view.name),
  }));
  const fix = isStackRule(rule) || violations.length === 0 ? undefined : rule.autofix;
  const fixes = fix !== undefined && found.attempt(() => fix.apply(view, context)) !== undefined;
  return {
    view,
    violations,
    undecided: [...found.unknown].map((path) => undecidedMessage(view, path)),
    autofix: fixes ? fix.changes : undefined,
  };
}

/** The resource, the property path, and then the value seen, the rule and the way out. */
function messageOf(view: View, { path, message }: Finding): string {
  return `${view.label}${path === "" ? "" : `, ${path}`}: ${message}`;
}

function undecidedMessage(view: View, path: string): string {
  return `${view.label}${path === "" ? "" : `, ${path}`}: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update`;
}
