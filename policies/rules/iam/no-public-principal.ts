import { show } from "../../../aws/values";
import type { Found } from "../../framework/found";
import type { ResourceRule } from "../../framework/rule";
import { requiredValues, principalsOf, statementsIn, typesOf, type Statement } from "../../iam/documents";

export const noPublicPrincipal: ResourceRule = {
  id: "no-public-principal",
  group: "iam",
  title: "No bucket, queue, topic, key, stream or trust policy allows everyone.",
  rationale: "Everyone with an AWS account, or with none, could read the data or become the role.",
  severity: "critical",
  level: "mandatory",
  remediation:
    "Name the principal: a role's ARN, a service with aws:SourceArn and aws:SourceAccount, an identity provider with the aud and sub of its tokens.",
  page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous",
  types: typesOf("trust", "resource"),
  check(view, found) {
    for (const statement of statementsIn(view, found, "trust", "resource")) {
      if (!statement.allow || view.type.startsWith("aws:ec2/")) continue;
      for (const { kind, value } of principalsOf(statement)) {
        if (!value.includes("*") || !["*", "AWS", "Federated", "CanonicalUser", "Service"].includes(kind)) continue;
        if (!confined(statement))
          found.add(
            `${statement.at}.Principal`,
            show(statement.raw.Principal),
            "it allows everyone",
            "name the principal that needs it, or remove the statement",
          );
      }
      judgeFederated(statement, found);
    }
  },
};

/** What the subject of a token begins with, where one provider serves everybody's jobs. */
const SUBJECTS: Readonly<Record<string, { own: RegExp; form: string }>> = {
  "token.actions.githubusercontent.com": { own: /^repo:[^*?:/]+\/[^*?:/]+:/, form: "repo:OWNER/NAME:environment:NAME" },
  "gitlab.com": { own: /^project_path:[^*?:]+:/, form: "project_path:GROUP/NAME:ref_type:branch:ref:NAME" },
};

/** An identity provider vouches for all of its users: without a subject each of them becomes the role, strangers' repositories too. */
function judgeFederated(statement: Statement, found: Found): void {
  if (statement.kind !== "trust") return;
  for (const { kind, value } of principalsOf(statement)) {
    const issuer = /:oidc-provider\/(.+)$/.exec(value)?.[1];
    if (kind !== "Federated" || issuer === undefined) continue;
    const { own, form } = SUBJECTS[issuer] ?? { own: /^[^*?]{3,}/, form: "SUBJECT" };
    const subjects = requiredValues(statement, `${issuer}:sub`);
    const stranger = subjects?.find((subject) => !own.test(subject));
    if (subjects === undefined || stranger !== undefined)
      found.add(
        `${statement.at}.Condition`,
        stranger === undefined ? `no ${issuer}:sub` : show(stranger),
        "anyone with a token of this provider can assume the role",
        `add "StringEquals": {"${issuer}:sub": "${form}"}`,
      );
    if (requiredValues(statement, `${issuer}:aud`) === undefined)
      found.add(
        `${statement.at}.Condition`,
        `no ${issuer}:aud`,
        "a token that was issued for another audience is accepted too",
        `add "StringEquals": {"${issuer}:aud": "sts.amazonaws.com"}`,
      );
  }
}

/** Conditions that leave no stranger in. */
function confined(statement: Statement): boolean {
  return [
    "aws:SourceAccount",
    // SNS's own default policy names everyone, confined by the topic's owner.
    "aws:SourceOwner",
    "aws:PrincipalAccount",
    "aws:PrincipalOrgID",
    "aws:SourceOrgID",
    "kms:CallerAccount",
    "aws:PrincipalArn",
    "aws:SourceArn",
    "s3:DataAccessPointAccount",
    "aws:SourceVpce",
    "aws:SourceVpc",
  ].some((key) => {
    const values = requiredValues(statement, key);
    return (
      values !== undefined &&
      values.every(
        (value) => !/^[*:]*$|^o-\*|^arn:[^:]*:[^:]*:[^:]*:\*?:/.test(value) || /^arn:aws[\w-]*:s3:::[^*]+$/.test(value),
      )
    );
  });
}
