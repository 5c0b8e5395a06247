import type { ResourceRule } from "../../framework/rule";
import { requiredValues, statementsIn, typesOf } from "../../iam/documents";

const USES = /^kms:(Decrypt|Encrypt|GenerateDataKey\w*|ReEncrypt\w*)$/i;

export const kmsGrantConfined: ResourceRule = {
  id: "kms-grant-confined",
  group: "encryption",
  title: "A permission to use a KMS key is limited to one service, by kms:ViaService or an encryption context.",
  rationale: "Otherwise anyone with the role can decrypt everything that the key encrypted, wherever it is stored.",
  severity: "medium",
  level: "mandatory",
  remediation:
    "Add Condition StringEquals kms:ViaService with the service's endpoint, s3.REGION.amazonaws.com or kinesis.REGION.amazonaws.com.",
  page: "https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service",
  types: typesOf("identity"),
  check(view, found) {
    for (const statement of statementsIn(view, found, "identity")) {
      if (!statement.allow || !statement.actions.some((action) => USES.test(action))) continue;
      const context = statement.conditions.some(({ key }) => /^kms:EncryptionContext/i.test(key));
      if (!context && requiredValues(statement, "kms:ViaService") === undefined)
        found.add(
          `${statement.at}.Condition`,
          "no kms:ViaService",
          "a key is used through one service",
          'add "StringEquals": {"kms:ViaService": "s3.REGION.amazonaws.com"}',
        );
    }
  },
};
