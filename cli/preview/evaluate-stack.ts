import * as fs from "node:fs";
import * as path from "node:path";
import { briefOf, type Brief } from "../../cost";
import { evaluate, type Evaluation } from "../../local/engine";
import { judge, type Judgement, type PackConfig } from "../../policies/framework/judge";
import type { Exception } from "../../policies/framework/exceptions";
import type { Registered } from "../../policies/framework/view";
import { RULES } from "../../policies/rules";
import { UserError } from "../command/run";

/** A stack's resources and the policy pack's findings. */
export interface StackEvaluation {
  stack: string;
  evaluation: Evaluation;
  judgement: Judgement;
  /** the estimated bill, for the traffic that the configuration expects */
  bill: Brief;
  /** ms */
  took: { evaluation: number; policies: number };
}

/** Where the program is, and how the policy pack is configured. */
export interface EvaluationOptions {
  projectDir: string;
  config: Record<string, string>;
  packConfig: PackConfig;
  exceptions: readonly Exception[];
}

/** @throws UserError with every problem of the program, its documents and its configuration */
export async function evaluateStack(
  stack: string,
  { projectDir, config, packConfig, exceptions }: EvaluationOptions,
): Promise<StackEvaluation> {
  const started = performance.now();
  const evaluation = await evaluate({ projectDir, stack, config, dryRun: true });
  if (evaluation.problems.length > 0)
    throw new UserError(evaluation.problems.map(({ message }) => `stack ${stack}: ${message}`));
  const evaluated = performance.now();
  const resources = registeredOf(evaluation);
  const judgement = judge(
    {
      stack,
      region: evaluation.region,
      stackConfig: evaluation.config ?? {},
      resources,
    },
    { rules: RULES, config: packConfig, exceptions },
  );
  return {
    stack,
    evaluation,
    judgement,
    bill: briefOf(resources, evaluation.config ?? {}, { region: evaluation.region, now: Date.now() }),
    took: { evaluation: evaluated - started, policies: performance.now() - evaluated },
  };
}

/** Resources as rules see them: arguments with the provider's additions; for the stack itself its outputs, except secrets. */
export function registeredOf({ resources, options, outputs, secretOutputs = [] }: Evaluation): Registered[] {
  return resources.map(({ urn, type, name, inputs, outputs: own, parent, dependencies, custom, id }) => ({
    urn,
    type,
    name,
    parent,
    dependencies,
    protect: options.get(urn)?.protect,
    inputs:
      type === "pulumi:pulumi:Stack"
        ? Object.fromEntries(Object.entries(outputs).filter(([key]) => !secretOutputs.includes(key)))
        : custom
          ? { ...own, ...inputs, id }
          : inputs,
  }));
}

/** Names of the stacks that have a file in a project, in the order of their environments. */
export function stacksOf(projectDir: string): string[] {
  const order = ["dev", "staging", "prod"];
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return fs
    .readdirSync(projectDir)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort((one, other) => rank(one) - rank(other) || one.localeCompare(other));
}

/** @throws UserError for a file that is not a policy pack configuration */
export function readPackConfig(file: string | undefined): PackConfig {
  if (file === undefined) return {};
  const shown = path.relative(process.cwd(), path.resolve(file));
  let content: unknown;
  try {
    content = JSON.parse(fs.readFileSync(file, "utf8"));
  } catch (error) {
    throw new UserError([`${shown}: cannot be read as JSON: ${(error as Error).message}`]);
  }
  const problems: string[] = [];
  if (typeof content !== "object" || content === null || Array.isArray(content))
    throw new UserError([
      `${shown}: holds no object; write {"all": "mandatory", "log-retention": {"minimumDays": 30}}`,
    ]);
  const levels = ["advisory", "mandatory", "remediate", "disabled"];
  for (const [id, value] of Object.entries(content)) {
    const rule = RULES.find((each) => each.id === id);
    if (id !== "all" && rule === undefined) {
      problems.push(`${shown}: ${id}: there is no such rule; docs/policies.md lists them`);
      continue;
    }
    const settings: Record<string, unknown> =
      typeof value === "string" ? { enforcementLevel: value } : ((value ?? {}) as Record<string, unknown>);
    for (const [key, given] of Object.entries(settings)) {
      if (key === "enforcementLevel") {
        if (!levels.includes(String(given)))
          problems.push(`${shown}: ${id}: saw level ${JSON.stringify(given)}; wants one of ${levels.join(", ")}`);
      } else if (key !== "environment" && rule?.config?.[key] === undefined)
        problems.push(
          `${shown}: ${id}.${key}: is no setting of the rule; there are ${["environment", ...Object.keys(rule?.config ?? {})].join(", ")}`,
        );
    }
  }
  if (problems.length > 0) throw new UserError(problems);
  return content as PackConfig;
}
