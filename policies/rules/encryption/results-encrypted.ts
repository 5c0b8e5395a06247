import { absent, block } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";

export const resultsEncrypted: ResourceRule = {
  id: "results-encrypted",
  group: "encryption",
  title: "A workgroup encrypts the results of its queries.",
  rationale: "Results are copies of the data and need the same protection.",
  severity: "high",
  level: "mandatory",
  remediation: "Set configuration.resultConfiguration.encryptionConfiguration with SSE_S3 or SSE_KMS.",
  page: "https://docs.aws.amazon.com/athena/latest/ug/encrypting-query-results-stored-in-s3.html",
  types: ["aws:athena/workgroup:Workgroup", "aws:athena/database:Database"],
  check(view, found) {
    if (view.type === "aws:athena/database:Database") {
      if (absent(block(view.inputs.encryptionConfiguration)?.encryptionOption))
        found.add(
          "encryptionConfiguration",
          "nothing",
          "a database made by a query encrypts what it writes",
          'set { encryptionOption: "SSE_S3" }, or SSE_KMS with a key',
        );
      return;
    }
    const configuration = block(view.inputs.configuration);
    if (block(configuration?.managedQueryResultsConfiguration)?.enabled === true) return;
    const result = block(configuration?.resultConfiguration);
    if (absent(result?.encryptionConfiguration) || absent(block(result?.encryptionConfiguration)?.encryptionOption))
      found.add(
        "configuration.resultConfiguration.encryptionConfiguration",
        "nothing",
        "results are encrypted",
        'set { encryptionOption: "SSE_S3" }, or SSE_KMS with a key',
      );
  },
};
