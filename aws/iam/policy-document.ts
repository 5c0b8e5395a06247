import { block, Findings, isUnknown, show, text, type Finding, type Inputs } from "../values";

/** Which document it is: a role's permissions, a role's trust, or the policy of a bucket, queue, topic or key. */
export type DocumentKind = "identity" | "trust" | "resource";

const MEMBERS = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

/** IAM counts characters without blanks. */
export function withoutBlanks(document: string): number {
  return document.replace(/\s/g, "").length;
}

/** The document as an object; undefined if it is not known or no JSON object. */
export function parseDocument(document: unknown): Inputs | undefined {
  if (block(document) !== undefined) return block(document);
  const json = text(document);
  if (json === undefined) return undefined;
  try {
    return block(JSON.parse(json));
  } catch {
    return undefined;
  }
}

/** A member that is a value or a list of values, as a list. */
export function listOf(value: unknown): unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

/** Statements of a document, one or a list. */
export function statementsOf(document: Inputs): Inputs[] {
  return listOf(document.Statement).flatMap((statement) => block(statement) ?? []);
}

/**
 * Shape of an IAM document as AWS checks it. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * @param document JSON text, or the object
 * @param path property that holds it
 */
export function documentLimits(document: unknown, kind: DocumentKind, path: string): Finding[] {
  const findings = new Findings();
  const json = text(document);
  const parsed = parseDocument(document);
  if (parsed === undefined) {
    if (json !== undefined)
      findings.add(path, show(json), "a policy document is a JSON object", "write it with JSON.stringify");
    return findings.all;
  }
  for (const key of Object.keys(parsed))
    if (!["Version", "Id", "Statement"].includes(key))
      findings.add(`${path}.${key}`, show(key), "a document has Version, Id and Statement", "remove the member");
  if (parsed.Version !== "2012-10-17")
    findings.add(
      `${path}.Version`,
      show(parsed.Version),
      "the version of a policy document is 2012-10-17",
      'write "2012-10-17"',
    );
  const statements = listOf(parsed.Statement);
  if (statements.length === 0)
    findings.add(`${path}.Statement`, "no statement", "a document has at least one", "add one, or remove the document");
  const sids = new Set<string>();
  statements.forEach((item, index) => {
    const at = `${path}.Statement[${index}]`;
    const statement = block(item);
    if (statement === undefined) findings.add(at, show(item), "a statement is an object", "write an object");
    else checkStatement(findings, statement, kind, at, sids);
  });
  return findings.all;
}

function checkStatement(
  findings: Findings,
  statement: Inputs,
  kind: DocumentKind,
  at: string,
  sids: Set<string>,
): void {
  for (const key of Object.keys(statement))
    if (!MEMBERS.includes(key))
      findings.add(`${at}.${key}`, show(key), `a statement has ${MEMBERS.join(", ")}`, "remove the member");
  if (statement.Effect !== "Allow" && statement.Effect !== "Deny")
    findings.add(`${at}.Effect`, show(statement.Effect), "an effect is Allow or Deny", "write one of them");
  const sid = text(statement.Sid);
  if (sid !== undefined) {
    if (!/^[A-Za-z0-9]*$/.test(sid) && kind !== "resource")
      findings.add(
        `${at}.Sid`,
        show(sid),
        "a Sid has letters and digits only",
        `write ${show(sid.replace(/[^A-Za-z0-9]/g, ""))}`,
      );
    if (sid !== "" && sids.has(sid))
      findings.add(`${at}.Sid`, `${show(sid)} twice`, "a Sid occurs once in a document", "rename one");
    sids.add(sid);
  }
  oneOf(findings, statement, "Action", "NotAction", at);
  for (const action of [...listOf(statement.Action), ...listOf(statement.NotAction)])
    checkAction(findings, action, kind, at);
  if (kind === "trust") {
    for (const member of ["Resource", "NotResource"])
      if (statement[member] !== undefined)
        findings.add(
          `${at}.${member}`,
          show(statement[member]),
          "a trust policy names no resource",
          "remove the member",
        );
  } else {
    oneOf(findings, statement, "Resource", "NotResource", at);
    for (const resource of [...listOf(statement.Resource), ...listOf(statement.NotResource)])
      checkArn(findings, resource, at);
  }
  if (kind === "identity") {
    for (const member of ["Principal", "NotPrincipal"])
      if (statement[member] !== undefined)
        findings.add(
          `${at}.${member}`,
          show(statement[member]),
          "a role's policy names no principal",
          "remove the member",
        );
  } else oneOf(findings, statement, "Principal", "NotPrincipal", at);
}

function oneOf(findings: Findings, statement: Inputs, one: string, other: string, at: string): void {
  const given = [one, other].filter((member) => statement[member] !== undefined);
  if (given.length !== 1)
    findings.add(
      at,
      given.length === 0 ? `neither ${one} nor ${other}` : `${one} and ${other}`,
      "a statement has one of the two",
      `keep ${one}`,
    );
  for (const member of given)
    if (member !== "Principal" && member !== "NotPrincipal" && listOf(statement[member]).length === 0)
      findings.add(`${at}.${member}`, "an empty list", "it names at least one", "name one, or remove the statement");
}

function checkAction(findings: Findings, value: unknown, kind: DocumentKind, at: string): void {
  const action = text(value);
  if (action === undefined || (action === "*" && kind !== "trust")) return;
  const match = /^([^:]*):(.+)$/.exec(action);
  if (match === null)
    findings.add(
      `${at}.Action`,
      show(action),
      "an action is SERVICE:NAME",
      "write the service in front, for example s3:GetObject",
    );
  else if (/[*?]/.test(match[1]!))
    findings.add(`${at}.Action`, show(action), "the service part of an action takes no wildcard", "name the service");
  else if (kind === "trust" && !/^sts:(AssumeRole\w*|TagSession|SetSourceIdentity)$/.test(action))
    findings.add(
      `${at}.Action`,
      show(action),
      "a trust policy allows sts:AssumeRole",
      "move other actions to the role's policy",
    );
}

function checkArn(findings: Findings, value: unknown, at: string): void {
  const arn = text(value);
  if (arn === undefined || arn === "*" || isUnknown(value)) return;
  // A policy variable may hold a colon of its own.
  const parts = arn.replace(/\$\{[^}]*\}/g, "x").split(":");
  // A * at the end stands for the parts that are missing, but not for the service.
  if (parts[0] !== "arn" || parts.length < (arn.endsWith("*") ? 4 : 6)) {
    findings.add(
      `${at}.Resource`,
      show(arn),
      "an ARN has six parts, arn:PARTITION:SERVICE:REGION:ACCOUNT:NAME",
      "write all of them",
    );
    return;
  }
  if (parts.length < 6) return;
  if ((parts[2] === "s3" || parts[2] === "iam") && parts[3] !== "")
    findings.add(`${at}.Resource`, show(arn), `ARNs of ${parts[2]} carry no region`, "leave the region empty");
  if (parts[2] === "s3" && parts[4] !== "" && !/^(accesspoint|job|storage-lens|access-grants)/.test(parts[5]!))
    findings.add(`${at}.Resource`, show(arn), "the ARN of a bucket carries no account", "leave the account empty");
}
