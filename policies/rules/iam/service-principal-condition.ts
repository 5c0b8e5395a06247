import { block, show } from "../../../aws/values";
import { requiredValues, principalsOf, statementsIn, typesOf } from "../../iam/documents";
import { parseArn } from "../../../aws/arn";
import type { ResourceRule } from "../../framework/rule";

/** Keys by which a service says for whom it calls. */
const KEYS = [
  "aws:SourceArn",
  "aws:SourceAccount",
  "aws:SourceOrgID",
  "aws:SourceOrgPaths",
  "kms:EncryptionContext:aws:logs:arn",
  "kms:CallerAccount",
  "kms:ViaService",
];
/** Services whose calls to a function come for somebody else's resource whenever that somebody names it. */
const WITH_ACCOUNT = ["s3.amazonaws.com", "iot.amazonaws.com", "ses.amazonaws.com"];

export const servicePrincipalCondition: ResourceRule = {
  id: "service-principal-condition",
  group: "iam",
  title: "A policy that allows an AWS service names the resource it acts for: aws:SourceArn or aws:SourceAccount.",
  rationale: "Any customer of that service could make it act on this queue, topic, key or function (confused deputy).",
  severity: "high",
  level: "mandatory",
  remediation:
    "Add ArnLike aws:SourceArn and StringEquals aws:SourceAccount; at a Lambda permission set sourceArn, and sourceAccount for S3 and IoT.",
  page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
  types: [...typesOf("resource"), "aws:lambda/permission:Permission"],
  check(view, found) {
    if (view.type === "aws:lambda/permission:Permission") {
      const principal = view.inputs.principal as string | undefined;
      if (principal === undefined || !principal.includes(".")) return;
      const sourceArn = found.attempt(() => view.inputs.sourceArn as unknown);
      if (found.unknown.size > 0) return;
      if (sourceArn === undefined || sourceArn === null || sourceArn === "")
        found.add(
          "sourceArn",
          "nothing",
          `${principal} may invoke the function for any resource of anybody`,
          "set the ARN of the rule, bucket or topic",
        );
      else if (typeof sourceArn === "string" && openSource(sourceArn))
        found.add(
          "sourceArn",
          show(sourceArn),
          "it takes in the resources of anybody",
          "write account and name of the rule, bucket or topic",
        );
      const account = found.attempt(() => view.inputs.sourceAccount as unknown);
      if (
        (account === undefined || account === null || account === "") &&
        WITH_ACCOUNT.includes(principal) &&
        found.unknown.size === 0
      )
        found.add(
          "sourceAccount",
          "nothing",
          `a permission for ${principal} names the account, for its ARNs can be taken over by another`,
          "set sourceAccount to the stack's account",
        );
      return;
    }
    for (const statement of statementsIn(view, found, "resource")) {
      if (!statement.allow) continue;
      const services = principalsOf(statement).filter(({ kind }) => kind === "Service");
      if (services.length === 0 || KEYS.some((key) => confines(requiredValues(statement, key)))) continue;
      // The encryption context names the log group, whatever key of it the condition uses.
      if (
        Object.values(block(statement.raw.Condition) ?? {}).some((keys) =>
          Object.keys(block(keys) ?? {}).some((key) => /^kms:EncryptionContext/i.test(key)),
        )
      )
        continue;
      found.add(
        `${statement.at}.Condition`,
        `no aws:SourceArn and no aws:SourceAccount for ${services.map(({ value }) => show(value)).join(", ")}`,
        "a service that is allowed in must be limited to the resources it acts for",
        'add "Condition": {"StringEquals": {"aws:SourceAccount": "ACCOUNT"}, "ArnLike": {"aws:SourceArn": "ARN"}}',
      );
    }
  },
};

/** Whether values of a condition leave somebody out. */
function confines(values: readonly string[] | undefined): boolean {
  return (
    values !== undefined &&
    values.every((value) => !/^[*?:]*$|^o-\*/.test(value) && (!value.startsWith("arn:") || !openSource(value)))
  );
}

/** An ARN that names no account, or a bucket of any name: buckets' ARNs carry none. */
function openSource(arn: string): boolean {
  const parts = parseArn(arn);
  return parts === undefined || /[*?]/.test(parts.account) || (parts.service === "s3" && /^[*?]/.test(parts.resource));
}
