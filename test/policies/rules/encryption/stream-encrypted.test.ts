import { streamEncrypted } from "../../../../policies/rules/encryption/stream-encrypted";
import { spec } from "../../spec";

spec(streamEncrypted, {
  messages: {
    "stream: not encrypted": [
      'stream (aws:kinesis:Stream), encryptionType: saw "NONE"; a stream is encrypted; set "KMS" and kmsKeyId',
    ],
    "stream: nothing said": [
      'stream (aws:kinesis:Stream), encryptionType: saw nothing; a stream is encrypted; set "KMS" and kmsKeyId',
    ],
  },
  unknown: {
    of: "stream",
    property: "encryptionType",
    says: "stream (aws:kinesis:Stream), encryptionType: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
