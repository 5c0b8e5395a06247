import { streamEncrypted } from "../../../../policies/rules/encryption/stream-encrypted";
import { spec } from "../../spec";

spec(streamEncrypted, {
  unknown: {
    of: "stream",
    property: "encryptionType",
    says: "stream (aws:kinesis:Stream), encryptionType: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
