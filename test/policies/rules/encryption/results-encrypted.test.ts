import { resultsEncrypted } from "../../../../policies/rules/encryption/results-encrypted";
import { spec } from "../../spec";

spec(resultsEncrypted, {
  messages: {
    "workgroup: results in plain": [
      'workgroup (aws:athena:Workgroup), configuration.resultConfiguration.encryptionConfiguration: saw nothing; results are encrypted; set { encryptionOption: "SSE_S3" }, or SSE_KMS with a key',
    ],
    "a database that writes in plain": [
      'db (aws:athena:Database), encryptionConfiguration: saw nothing; a database made by a query encrypts what it writes; set { encryptionOption: "SSE_S3" }, or SSE_KMS with a key',
    ],
  },
  unknown: {
    of: "workgroup",
    property: "configuration",
    says: "workgroup (aws:athena:Workgroup), configuration: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
