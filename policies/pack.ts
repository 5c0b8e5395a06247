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
import { configOf, environmentOf, type Context } from "./framework/context";
import { Exceptions, readExceptions } from "./framework/exceptions";
import type { Found } from "./framework/found";
import { messageOf, placeOf, runResourceRule, runStackRule, tagsOf, undecidedMessage } from "./framework/judge";
import { ENVIRONMENTS, isStackRule, type ResourceRule, type Rule, type StackRule } from "./framework/rule";
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

function exceptionsOf(urn: string): Exceptions {
  covered ??= new Exceptions(exceptions, stackOf(urn), Date.now());
  return covered;
}

function stackOf(urn: string): string {
  return /^urn:pulumi:([^:]+)::/.exec(urn)?.[1] ?? stackName;
}

function contextOf(rule: Rule, views: readonly View[], config: Record<string, unknown>): Context {
  const stack = stackOf(views[0]?.urn ?? "");
  const environment = environmentOf(config.environment, stack, tagsOf(views));
  const place = placeOf(views);
  return {
    environment,
    stack,
    region: stackConfig["aws:region"] ?? place.region,
    account: place.account,
    stackConfig,
    config: configOf(rule.config, environment, config),
  };
}

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
    description: `${rule.title} ${rule.protects} ${rule.mend}`,
    enforcementLevel: rule.level,
    // The SDK knows more fields than its type of this version says for each kind of policy.
    ...({
      displayName: rule.title,
      severity: rule.severity,
      remediationSteps: rule.mend,
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
  const { remedy } = rule;
  return {
    ...about(rule),
    validateResource: (args, report) => {
      if (!concerns(rule, args.type)) return;
      const view = viewOf(args);
      tell(rule, view, runResourceRule(rule, view, contextOf(rule, [view], args.getConfig())), report);
    },
    ...(remedy === undefined
      ? {}
      : {
          remediateResource: (args) => {
            if (!concerns(rule, args.type)) return undefined;
            const view = viewOf(args);
            const context = contextOf(rule, [view], args.getConfig());
            return runResourceRule(rule, view, context).all.length === 0 ? undefined : remedy.apply(view, context);
          },
        }),
  };
}

function stackPolicy(rule: StackRule): StackValidationPolicy {
  return {
    ...about(rule),
    validateStack: (args, report) => {
      const stack = stackViewOf(args);
      for (const [view, found] of runStackRule(rule, stack, contextOf(rule, stack.all, args.getConfig())))
        tell(rule, view, found, report);
    },
  };
}

function tell(rule: Rule, view: View, found: Found, report: ReportViolation): void {
  for (const finding of found.all) {
    if (exceptionsOf(view.urn).covers(rule.id, view.urn, view.name) !== undefined) continue;
    report(messageOf(view, finding), view.urn);
  }
}

/** Says what the other policies could not decide. */
function notDecidable(kind: "resource" | "stack"): ResourceValidationPolicy | StackValidationPolicy {
  const description =
    "What rules could not decide because a value is not known in preview: give resources explicit names.";
  const say = (rule: Rule, view: View, found: Found, report: ReportViolation): void => {
    for (const unknown of found.unknown) report(`${rule.id}: ${undecidedMessage(view, unknown)}`, view.urn);
  };
  if (kind === "resource")
    return {
      name: "not-decidable",
      description,
      enforcementLevel: "advisory",
      validateResource: (args, report) => {
        let view: View | undefined;
        for (const rule of RULES)
          if (!isStackRule(rule) && concerns(rule, args.type)) {
            view ??= viewOf(args);
            say(rule, view, runResourceRule(rule, view, contextOf(rule, [view], {})), report);
          }
      },
    };
  return {
    name: "not-decidable-in-stack",
    description,
    enforcementLevel: "advisory",
    validateStack: (args, report) => {
      const stack = stackViewOf(args);
      for (const rule of RULES)
        if (isStackRule(rule))
          for (const [view, found] of runStackRule(rule, stack, contextOf(rule, stack.all, {})))
            say(rule, view, found, report);
    },
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

function concerns(rule: ResourceRule, type: string): boolean {
  return rule.types.includes(type) || (rule.types.includes("*") && type.startsWith("aws:"));
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
