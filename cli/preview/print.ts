import { ASSUMPTIONS, briefText, figuresText, partitionsText, queryFigures } from "../../cost";
import type { Resource } from "../../local/core/model";
import { RULES } from "../../policies/rules";
import type { Violation } from "../../policies/framework/judge";
import { shortType } from "../../policies/framework/view";
import type { StackEvaluation } from "./evaluate-stack";

const PAGES = new Map(RULES.map(({ id, page }) => [id, page]));

/** The resources as a tree, with a sign before those that violate a rule. */
export function treeText({ evaluation, judgement }: StackEvaluation): string {
  const signs = new Map<string, string>();
  for (const { urn, level } of judgement.violations)
    if (signs.get(urn) !== "✖") signs.set(urn, level === "mandatory" ? "✖" : "!");
  for (const { urn } of judgement.undecided) if (!signs.has(urn)) signs.set(urn, "?");
  const children = new Map<string, Resource[]>();
  const known = new Set(evaluation.resources.map(({ urn }) => urn));
  const roots: Resource[] = [];
  for (const resource of evaluation.resources) {
    if (resource.parent === undefined || !known.has(resource.parent)) roots.push(resource);
    else children.set(resource.parent, [...(children.get(resource.parent) ?? []), resource]);
  }
  const lines: string[] = [];
  const walk = (resource: Resource, indent: string, last: boolean): void => {
    lines.push(
      `${(signs.get(resource.urn) ?? " ").padEnd(2)}${indent}${last ? "└─ " : "├─ "}${resource.name}  ${shortType(resource.type)}`,
    );
    const below = children.get(resource.urn) ?? [];
    below.forEach((child, index) => walk(child, indent + (last ? "   " : "│  "), index === below.length - 1));
  };
  roots.forEach((root, index) => walk(root, "", index === roots.length - 1));
  return lines.join("\n");
}

/** Violations by rule, mandatory ones first, each rule once with its remediation. */
export function violationsText({ judgement }: StackEvaluation): string {
  const { violations, undecided, excepted } = judgement;
  const lines: string[] = [];
  for (const level of ["mandatory", "advisory"] as const)
    for (const [policy, own] of byPolicy(violations.filter((violation) => violation.level === level))) {
      lines.push(`${level === "mandatory" ? "✖" : "!"} ${policy}  (${level})`);
      for (const { message } of own) lines.push(`    ${message}`);
      const [first] = own;
      lines.push(`    remediation: ${first?.remediation ?? ""}`);
      if (first?.autofix !== undefined)
        lines.push(`    automatic fix: ${first.autofix}, with {"${policy}": "remediate"} in the pack's configuration`);
      const page = PAGES.get(policy);
      if (page !== undefined) lines.push(`    page: ${page}`);
      lines.push("");
    }
  for (const { policy, message } of undecided) lines.push(`? ${policy}: ${message}`);
  if (undecided.length > 0) lines.push("");
  for (const { policy, message, reason, expires } of excepted)
    lines.push(`- ${policy}: ${message} (accepted until ${expires}: ${reason})`);
  if (excepted.length > 0) lines.push("");
  return lines.join("\n");
}

/** One line with the counts of resources, policies and violations. */
export function summaryText({ stack, evaluation, judgement, bill, took }: StackEvaluation): string {
  const { violations, undecided, excepted, policies, environment } = judgement;
  const mandatory = violations.filter(({ level }) => level === "mandatory").length;
  return (
    `${stack} (${environment}, ${evaluation.region}): ${evaluation.resources.length} resources, ${policies} policies, ` +
    `${mandatory} mandatory and ${violations.length - mandatory} advisory violations, ${undecided.length} not decidable` +
    `${excepted.length > 0 ? `, ${excepted.length} accepted` : ""} ` +
    `(program ${(took.evaluation / 1000).toFixed(1)} s, policies ${(took.policies / 1000).toFixed(1)} s); ` +
    `estimated ${briefText(bill)}`
  );
}

/** What the query of each dataset reads: which partitions, and for the traffic that is expected requests, bytes and cost of a run. */
export function queriesText({ bill: { traffic, estimate } }: StackEvaluation): string {
  const lines = estimate.queries
    .filter(({ reads }) => reads.length > 0)
    .map(({ component, reads }) => {
      const figures = traffic === undefined ? "" : `; after ${ASSUMPTIONS.months} months ${figuresText(reads)}`;
      return `query of ${component}: ${partitionsText(reads)}${figures}\n`;
    });
  return lines.join("");
}

/** Violations grouped by policy. */
export function byPolicy(violations: readonly Violation[]): Map<string, Violation[]> {
  const groups = new Map<string, Violation[]>();
  for (const violation of violations)
    groups.set(violation.policy, [...(groups.get(violation.policy) ?? []), violation]);
  return groups;
}

/** Why a stack could not be evaluated. */
export interface StackProblem {
  stack: string;
  message: string;
}

/** The JSON of `npm run preview`. */
export function jsonOf(evaluations: readonly StackEvaluation[], errors: readonly StackProblem[] = []): string {
  return JSON.stringify({
    ...(errors.length === 0 ? {} : { errors }),
    stacks: evaluations.map(({ stack, evaluation, judgement, bill }) => ({
      stack,
      resources: evaluation.resources.length,
      policies: judgement.policies,
      violations: judgement.violations.map(({ policy, level, urn, message }) => ({ policy, level, urn, message })),
      undecided: judgement.undecided.map(({ policy, urn, message }) => ({ policy, urn, message })),
      cost: {
        traffic: bill.traffic ?? null,
        usdPerMonth: bill.traffic === undefined ? null : bill.estimate.usdPerMonth,
        fixedUsdPerMonth: bill.estimate.fixedUsdPerMonth,
        usdPerMillionMessages: bill.estimate.usdPerMillionMessages,
        queries: bill.estimate.queries.map(({ component, reads }) => ({
          dataset: component,
          restricted: [...new Set(reads.flatMap(({ table }) => table.restricted))],
          run: bill.traffic === undefined ? null : queryFigures(reads),
        })),
      },
    })),
  });
}
