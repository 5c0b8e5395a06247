import { show } from "../../limits/values";
import type { ResourceRule } from "../../framework/rule";
import { demanded, principalsOf, statementsIn, typesOf, type Statement } from "../../iam/documents";

export const noPublicPrincipal: ResourceRule = {
  id: "no-public-principal",
  group: "iam",
  title: "No bucket, queue, topic, key, stream or trust policy allows everyone.",
  protects: "Everyone with an AWS account, or with none, could read the data or become the role.",
  severity: "critical",
  level: "mandatory",
  mend: "Name the principal: a role's ARN, or a service with aws:SourceArn and aws:SourceAccount.",
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
    }
  },
};

/** Conditions that leave no stranger in. */
function confined(statement: Statement): boolean {
  return [
    "aws:SourceAccount",
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
    const values = demanded(statement, key);
    return (
      values !== undefined &&
      values.every(
        (value) => !/^[*:]*$|^o-\*|^arn:[^:]*:[^:]*:[^:]*:\*?:/.test(value) || /^arn:aws[\w-]*:s3:::[^*]+$/.test(value),
      )
    );
  });
}
