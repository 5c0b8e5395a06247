import { documentLimits, withoutBlanks, type DocumentKind } from "../iam/policy-document";
import { checkName } from "../names";
import { tagLimits } from "./tags";
import { absent, blocks, Findings, list, text, type Inputs, type Limit } from "../values";

/** Role, with its trust policy. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const role: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "role");
  findings.required("assumeRolePolicy", inputs.assumeRolePolicy, "a role says who may assume it");
  const trust = inputs.assumeRolePolicy;
  findings.within("", documentLimits(trust, "trust", "assumeRolePolicy"));
  findings.range("maxSessionDuration", inputs.maxSessionDuration, 3600, 43_200, "the session of a role in seconds");
  const managed = list(inputs.managedPolicyArns);
  if (managed !== undefined && managed.length > 25)
    findings.add("managedPolicyArns", `${managed.length} managed policies`, "a role has at most 25", "join some");
  let total = 0;
  for (const [index, inline] of blocks(inputs.inlinePolicies)) {
    findings.within("", documentLimits(inline.policy, "identity", `inlinePolicies[${index}].policy`));
    total += withoutBlanks(text(inline.policy) ?? "");
  }
  inlineSize(findings, "inlinePolicies", total);
  findings.within("", tagLimits(inputs.tags));
  return findings.all;
};

/** All inline policies of one role together; the whole program's sum is a rule of the pack. */
export const INLINE_MAX = 10_240;

function inlineSize(findings: Findings, path: string, length: number): void {
  if (length > INLINE_MAX)
    findings.add(
      path,
      `${length} characters without blanks`,
      "the inline policies of one role have at most 10,240 together",
      "name fewer resources, or use a managed policy",
    );
}

/** Inline policy of a role, user or group. https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
const inlinePolicy =
  (owner: string): Limit =>
  (inputs) => {
    const findings = new Findings();
    checkName(findings, "name", inputs.name, "policy");
    findings.required(owner, inputs[owner], `an inline policy belongs to a ${owner}`);
    findings.within("", documentLimits(inputs.policy, "identity", "policy"));
    inlineSize(findings, "policy", withoutBlanks(text(inputs.policy) ?? ""));
    return findings.all;
  };

export const rolePolicy = inlinePolicy("role");
export const userPolicy = inlinePolicy("user");
export const groupPolicy = inlinePolicy("group");

/** Managed policy of the program's own. */
export const policy: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "policy");
  findings.within("", documentLimits(inputs.policy, "identity", "policy"));
  const length = withoutBlanks(text(inputs.policy) ?? "");
  if (length > 6144)
    findings.add(
      "policy",
      `${length} characters without blanks`,
      "a managed policy has at most 6,144",
      "split it in two",
    );
  return findings.all;
};

/** Policy of a queue, topic, key or stream: a resource's own document. */
export const resourceDocument =
  (member: string, kind: DocumentKind = "resource"): Limit =>
  (inputs: Inputs) =>
    absent(inputs[member]) ? [] : documentLimits(inputs[member], kind, member);
