import { documentLimits, parseDocument, type DocumentKind } from "../../aws/iam/policy-document";
import type { Finding } from "../../aws/values";
import { isRecord } from "../../aws/text/record";
import type { Properties } from "../core/model";
import { isOperator } from "./conditions";

/** Whose document it is: a role's permissions, a role's trust policy, or a bucket's policy. */
export type PolicyKind = DocumentKind;

/**
 * Checks a policy document: what AWS refuses of it, and that the local cloud evaluates everything in it. A condition operator or a kind of
 * principal that it does not know is refused, never skipped.
 *
 * @param path the property that holds the document
 */
export function checkPolicyDocument(text: unknown, kind: PolicyKind, path: string): Finding[] {
  // A text that is no JSON object is reported by the resource's table.
  if (parseDocument(text) === undefined) return [];
  const findings = documentLimits(text, kind, path);
  const wrong = (at: string, message: string): void => void findings.push({ path: at, message });
  statementsOf(String(text)).forEach((statement, index) => {
    if (isRecord(statement)) checkEvaluated(statement, kind, `${path}.Statement[${index}]`, wrong);
  });
  return findings;
}

type Report = (path: string, message: string) => void;

function checkEvaluated(statement: Properties, kind: PolicyKind, at: string, wrong: Report): void {
  for (const name of ["Action", "NotAction", "Resource", "NotResource"]) {
    const values: unknown[] = statement[name] === undefined ? [] : [statement[name]].flat();
    if (values.some((value) => typeof value !== "string" || value === ""))
      wrong(`${at}.${name}`, "wants a string or a list of strings");
  }
  if (kind !== "identity") checkPrincipals(statement, at, wrong);
  checkConditions(statement.Condition, at, wrong);
  for (const name of ["Resource", "NotResource", "Condition"])
    if (/\$\{/.test(JSON.stringify(statement[name]) ?? ""))
      wrong(`${at}.${name}`, "the local cloud does not execute policy variables (${...}); write the value");
}

function checkPrincipals(statement: Properties, at: string, wrong: Report): void {
  if (statement.NotPrincipal !== undefined)
    wrong(`${at}.NotPrincipal`, "the local cloud does not execute NotPrincipal; use Principal with a condition");
  const principal: unknown = statement.Principal;
  if (principal === undefined || principal === "*") return;
  if (typeof principal !== "object" || principal === null) {
    wrong(`${at}.Principal`, `saw ${JSON.stringify(principal)}; wants "*", {"AWS": ...} or {"Service": ...}`);
    return;
  }
  for (const key of Object.keys(principal))
    if (key !== "AWS" && key !== "Service")
      wrong(
        `${at}.Principal.${key}`,
        `the local cloud does not execute principals of the kind ${key}; it supports AWS and Service`,
      );
}

/** Reports condition operators that are not decided here. */
export function checkConditions(condition: unknown, at: string, wrong: Report): void {
  if (condition === undefined) return;
  if (typeof condition !== "object" || condition === null) {
    wrong(`${at}.Condition`, "wants an object of operators");
    return;
  }
  for (const [operator, keys] of Object.entries(condition)) {
    if (!isOperator(operator))
      wrong(`${at}.Condition.${operator}`, `the local cloud does not execute the condition operator ${operator}`);
    if (typeof keys !== "object" || keys === null)
      wrong(`${at}.Condition.${operator}`, "wants an object of condition keys");
  }
}

/** A member of a statement that is a value or a list of values, as a list of texts. */
export function listOf(value: unknown): string[] {
  return value === undefined ? [] : ([value].flat() as unknown[]).map(String);
}

/** The statements of a policy document; none if it is not JSON, which its handler reports. */
export function statementsOf(policy: string): Properties[] {
  try {
    const document: unknown = JSON.parse(policy);
    return isRecord(document) ? ([document.Statement ?? []].flat() as Properties[]) : [];
  } catch {
    return [];
  }
}
