import { configuredKey } from "../../../../policies/rules/encryption/configured-key";
import { spec } from "../../spec";

spec(configuredKey, {
  unknown: {
    of: "stream",
    property: "kmsKeyId",
    says: "stream (aws:kinesis:Stream), kmsKeyId: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
