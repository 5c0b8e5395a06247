import type { Properties } from "../core/model";
import { isOperator } from "./conditions";

export type PolicyKind = "identity" | "trust" | "resource";

export interface PolicyFinding {
  path: string;
  message: string;
}

const VERSIONS = ["2012-10-17", "2008-10-17"];
const MEMBERS = new Set([
  ...["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"],
]);

/**
 * Checks a policy document: its shape (building blocks 0.2) and that everything in it is decided here; a condition operator or a
 * kind of principal that is not known is refused, never skipped. `path` is the property that holds the document.
 */
export function checkPolicyDocument(text: unknown, kind: PolicyKind, path: string): PolicyFinding[] {
  const findings: PolicyFinding[] = [];
  const wrong = (at: string, message: string): void => {
    findings.push({ path: at, message });
  };
  let document: Properties;
  try {
    document = JSON.parse(String(text));
  } catch {
    return []; // the resource's table says so
  }
  if (typeof document !== "object" || document === null || Array.isArray(document)) return [];
  for (const key of Object.keys(document))
    if (!["Version", "Id", "Statement"].includes(key)) wrong(`${path}.${key}`, "is no member of a policy document");
  if (!VERSIONS.includes(document.Version))
    wrong(`${path}.Version`, `saw ${JSON.stringify(document.Version)}; use "2012-10-17"`);
  const statements = [document.Statement ?? []].flat() as unknown[];
  if (statements.length === 0) wrong(`${path}.Statement`, "holds no statement");
  const sids = new Set<string>();
  statements.forEach((statement, index) => {
    const at = `${path}.Statement[${index}]`;
    if (typeof statement !== "object" || statement === null) wrong(at, "wants an object");
    else checkStatement(statement as Properties, kind, at, sids, wrong);
  });
  return findings;
}

function checkStatement(
  statement: Properties,
  kind: PolicyKind,
  at: string,
  sids: Set<string>,
  wrong: (at: string, message: string) => void,
): void {
  for (const key of Object.keys(statement)) if (!MEMBERS.has(key)) wrong(`${at}.${key}`, "is no member of a statement");
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny")
    wrong(`${at}.Effect`, `saw ${JSON.stringify(statement.Effect)}; "Allow" or "Deny"`);
  const sid: unknown = statement.Sid;
  if (sid !== undefined && sid !== "") {
    if (!/^[A-Za-z0-9]*$/.test(String(sid)) && kind !== "resource")
      wrong(`${at}.Sid`, `saw ${JSON.stringify(sid)}; letters and digits only`);
    if (sids.has(String(sid))) wrong(`${at}.Sid`, `saw ${JSON.stringify(sid)} twice; a Sid occurs once in a document`);
    sids.add(String(sid));
  }
  oneOfTwo(statement, "Action", "NotAction", at, wrong);
  if (kind === "trust") {
    for (const name of ["Resource", "NotResource"])
      if (statement[name] !== undefined) wrong(`${at}.${name}`, "a trust policy names no resource");
    for (const action of listOf(statement.Action))
      if (!/^sts:(AssumeRole\w*|TagSession|SetSourceIdentity|\*)$/i.test(action))
        wrong(`${at}.Action`, `saw "${action}"; a trust policy allows sts:AssumeRole`);
  } else {
    oneOfTwo(statement, "Resource", "NotResource", at, wrong);
    for (const action of [...listOf(statement.Action), ...listOf(statement.NotAction)])
      if (action !== "*" && !/^[a-z0-9-]+:[A-Za-z0-9*?]+$/.test(action))
        wrong(`${at}.Action`, `saw "${action}"; an action is SERVICE:NAME`);
    for (const resource of [...listOf(statement.Resource), ...listOf(statement.NotResource)])
      if (resource !== "*" && resource.split(":").length < 6)
        wrong(`${at}.Resource`, `saw "${resource}"; an ARN has six parts: arn:aws:SERVICE:REGION:ACCOUNT:NAME`);
  }
  if (kind === "identity") {
    for (const name of ["Principal", "NotPrincipal"])
      if (statement[name] !== undefined) wrong(`${at}.${name}`, "a role's policy names no principal");
  } else checkPrincipals(statement, at, wrong);
  checkConditions(statement.Condition, at, wrong);
  for (const name of ["Resource", "NotResource", "Condition"])
    if (/\$\{/.test(JSON.stringify(statement[name]) ?? ""))
      wrong(`${at}.${name}`, "the local cloud does not execute policy variables (${...}); write the value");
}

function oneOfTwo(
  statement: Properties,
  one: string,
  other: string,
  at: string,
  wrong: (at: string, message: string) => void,
): void {
  const given = [one, other].filter((name) => statement[name] !== undefined);
  if (given.length !== 1) wrong(at, `wants ${one} or ${other}, and not both`);
  for (const name of given) {
    const values: unknown[] = [statement[name]].flat();
    if (values.length === 0 || values.some((value) => typeof value !== "string" || value === ""))
      wrong(`${at}.${name}`, "wants a string or a list of strings");
  }
}

function checkPrincipals(statement: Properties, at: string, wrong: (at: string, message: string) => void): void {
  if (statement.NotPrincipal !== undefined)
    wrong(`${at}.NotPrincipal`, "the local cloud does not execute NotPrincipal; use Principal with a condition");
  const principal: unknown = statement.Principal;
  if (principal === undefined) {
    if (statement.NotPrincipal === undefined) wrong(at, "wants a Principal");
    return;
  }
  if (principal === "*") return;
  if (typeof principal !== "object" || principal === null) {
    wrong(`${at}.Principal`, `saw ${JSON.stringify(principal)}; wants "*", {"AWS": ...} or {"Service": ...}`);
    return;
  }
  for (const key of Object.keys(principal))
    if (key !== "AWS" && key !== "Service")
      wrong(
        `${at}.Principal.${key}`,
        `the local cloud does not execute principals of the kind ${key}; it knows AWS and Service`,
      );
}

function checkConditions(condition: unknown, at: string, wrong: (at: string, message: string) => void): void {
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

export function listOf(value: unknown): string[] {
  return value === undefined ? [] : ([value].flat() as unknown[]).map(String);
}

/** The statements of a policy document; none if it is not JSON, which its handler reports. */
export function statementsOf(policy: string): Properties[] {
  try {
    return [(JSON.parse(policy) as Properties).Statement ?? []].flat() as Properties[];
  } catch {
    return [];
  }
}
