import * as path from "node:path";
import type {
  PolicyConfigSchema,
  Policies,
  PolicyResource,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { Context } from "./framework/context";
import { appliesTo, contextOf, evaluateResource, evaluateStack, factsOf, type Outcome } from "./framework/evaluate";
import { Exceptions, readExceptions } from "./framework/exceptions";
import { ENVIRONMENTS } from "../stacks/schema";
import { isStackRule, type ResourceRule, type Rule, type StackRule } from "./framework/rule";
import { StackView, View, type Registered } from "./framework/view";
import type { Inputs } from "../aws/values";
import { RULES } from "./rules";

/**
 * The rules as policies of Pulumi's SDK. The SDK would turn a mandatory rule into a remark as soon as it meets a value that is not known
 * yet; here such a value is said by the policy `not-decidable`, and all else that the rule finds stays mandatory.
 */
const exceptions = readExceptions(
  path.join(__dirname, "exceptions.yaml"),
  RULES.map(({ id }) => id),
);

/** The SDK hands secrets to policies in plain, so that a marked output looks like one that is not. */
const WITHOUT_CLI = new Set(["no-secret-output"]);

/** Stack of this process; the SDK hands it to programs and packs alike. */
const stackName = process.env.PULUMI_NODEJS_STACK ?? "";
const stackConfig = JSON.parse(process.env.PULUMI_CONFIG ?? "{}") as Record<string, string>;
let covered: Exceptions | undefined;

/** By URN, what the rules that ran could not decide; `not-decidable` reports it. A rule that is disabled does not run. */
const undecided = new Map<string, string[]>();

function exceptionsOf(urn: string): Exceptions {
  covered ??= new Exceptions(exceptions, stackOf(urn), Date.now());
  return covered;
}

function stackOf(urn: string): string {
  return /^urn:pulumi:([^:]+)::/.exec(urn)?.[1] ?? stackName;
}

function contextFor(rule: Rule, views: readonly View[], settings: Record<string, unknown>): Context {
  const stack = stackOf(views[0]?.urn ?? "");
  return contextOf(rule, factsOf(views, { stack, stackConfig, region: stackConfig["aws:region"] }), settings);
}

/** The policies of the pack, in the order in which Pulumi runs them. */
export const policies: Policies = [
  ...RULES.filter(({ id }) => !WITHOUT_CLI.has(id)).map((rule) =>
    isStackRule(rule) ? stackPolicy(rule) : resourcePolicy(rule),
  ),
  notDecidable("resource"),
  notDecidable("stack"),
  expiredExceptions(),
  unusedExceptions(),
];

function about(
  rule: Rule,
): Pick<ResourceValidationPolicy, "name" | "description" | "enforcementLevel" | "configSchema"> {
  return {
    name: rule.id,
    description: `${rule.title} ${rule.rationale} ${rule.remediation}`,
    enforcementLevel: rule.level,
    // The SDK knows more fields than its type of this version says for each kind of policy.
    ...({
      displayName: rule.title,
      severity: rule.severity,
      remediationSteps: rule.remediation,
      url: rule.page,
      tags: [rule.group],
    } as object),
    configSchema: schemaOf(rule),
  };
}

function schemaOf(rule: Rule): PolicyConfigSchema {
  return {
    properties: {
      environment: {
        type: "string",
        enum: [...ENVIRONMENTS],
        description: "whose defaults count; otherwise the stack's name, or the tag `environment`",
      },
      ...Object.fromEntries(
        Object.entries(rule.config ?? {}).map(([name, { type, description, defaults }]) => [
          name,
          {
            type,
            description: `${description} (${ENVIRONMENTS.map((environment) => `${environment} ${JSON.stringify(defaults[environment] ?? null)}`).join(", ")})`,
          },
        ]),
      ),
    },
  } as PolicyConfigSchema;
}

function resourcePolicy(rule: ResourceRule): ResourceValidationPolicy {
  const evaluate = (args: ResourceValidationArgs): { outcome: Outcome; context: Context } => {
    const view = viewOf(args);
    const context = contextFor(rule, [view], args.getConfig());
    return { outcome: evaluateResource(rule, view, context, exceptionsOf(view.urn)), context };
  };
  const { autofix } = rule;
  return {
    ...about(rule),
    validateResource: (args, report) => {
      if (appliesTo(rule, args.type)) reportOutcome(rule, evaluate(args).outcome, report);
    },
    ...(autofix === undefined
      ? {}
      : {
          remediateResource: (args) => {
            if (!appliesTo(rule, args.type)) return undefined;
            const { outcome, context } = evaluate(args);
            const violated = outcome.violations.some(({ exception }) => exception === undefined);
            return violated ? autofix.apply(outcome.view, context) : undefined;
          },
        }),
  };
}

function stackPolicy(rule: StackRule): StackValidationPolicy {
  return {
    ...about(rule),
    validateStack: (args, report) => {
      const stack = stackViewOf(args);
      const context = contextFor(rule, stack.all, args.getConfig());
      for (const outcome of evaluateStack(rule, stack, context, exceptionsOf(stack.root?.urn ?? "")))
        reportOutcome(rule, outcome, report);
    },
  };
}

function reportOutcome(rule: Rule, outcome: Outcome, report: ReportViolation): void {
  const { urn } = outcome.view;
  for (const { message, exception } of outcome.violations) if (exception === undefined) report(message, urn);
  if (outcome.undecided.length > 0)
    undecided.set(urn, [...(undecided.get(urn) ?? []), ...outcome.undecided.map((text) => `${rule.id}: ${text}`)]);
}

/** Reports what the other policies could not decide. The SDK runs the policies of a pack one after the other, so it comes after them. */
function notDecidable(kind: "resource" | "stack"): ResourceValidationPolicy | StackValidationPolicy {
  const about = {
    description: "What rules could not decide because a value is not known in preview: give resources explicit names.",
    enforcementLevel: "advisory",
  } as const;
  const flush = (urn: string, report: ReportViolation): void => {
    for (const message of undecided.get(urn) ?? []) report(message, urn);
    undecided.delete(urn);
  };
  return kind === "resource"
    ? { ...about, name: "not-decidable", validateResource: ({ urn }, report) => flush(urn, report) }
    : {
        ...about,
        name: "not-decidable-in-stack",
        validateStack: (_, report) => [...undecided.keys()].forEach((urn) => flush(urn, report)),
      };
}

/** These come last, when all others have been asked for. */
function expiredExceptions(): StackValidationPolicy {
  return {
    name: "exceptions",
    description: "Every exception is in force.",
    enforcementLevel: "mandatory",
    validateStack: (args, report) => problemsOf(args, "mandatory", report),
  };
}

function unusedExceptions(): StackValidationPolicy {
  return {
    name: "exceptions-unused",
    description: "Every exception covers something.",
    enforcementLevel: "advisory",
    validateStack: (args, report) => {
      problemsOf(args, "advisory", report);
      covered = undefined;
    },
  };
}

function problemsOf(
  { resources }: StackValidationArgs,
  level: "mandatory" | "advisory",
  report: ReportViolation,
): void {
  for (const problem of exceptionsOf(resources[0]?.urn ?? "").problems())
    if (problem.level === level) report(problem.message);
}

/** The SDK's proxy throws on every unknown value; behind it are the values with Pulumi's markers. */
function behind(props: object): Inputs {
  return ((props as Record<string, unknown>).__getSpecialProxyTarget as Inputs | undefined) ?? props;
}

function viewOf({ urn, type, name, props, opts }: ResourceValidationArgs): View {
  return new View({ urn, type, name, inputs: behind(props), protect: opts.protect, parent: opts.parent });
}

function stackViewOf({ resources }: StackValidationArgs): StackView {
  return new StackView(resources.map(registeredOf).map((registered) => new View(registered)));
}

function registeredOf({
  urn,
  type,
  name,
  props,
  opts,
  parent,
  dependencies,
  propertyDependencies,
}: PolicyResource): Registered {
  return {
    urn,
    type,
    name,
    inputs: behind(props),
    parent: parent?.urn,
    dependencies: dependencies.map((dependency) => dependency.urn),
    references: Object.fromEntries(
      Object.entries(propertyDependencies).map(([property, targets]) => [
        property,
        targets.map((target) => target.urn),
      ]),
    ),
    protect: opts.protect,
  };
}
