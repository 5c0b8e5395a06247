import { absent, show } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";

export const streamEncrypted: ResourceRule = {
  id: "stream-encrypted",
  group: "encryption",
  title: "Every stream is encrypted with a key of KMS.",
  rationale: "Otherwise messages are stored unencrypted for the stream's whole retention.",
  severity: "high",
  level: "mandatory",
  remediation: 'Set encryptionType "KMS" and kmsKeyId, "alias/aws/kinesis" or a key of your own.',
  page: "https://docs.aws.amazon.com/streams/latest/dev/server-side-encryption.html",
  types: ["aws:kinesis/stream:Stream", "aws:kinesis/videoStream:VideoStream"],
  check(view, found) {
    if (view.type.endsWith("VideoStream")) return;
    const type: unknown = view.inputs.encryptionType;
    if (type !== "KMS")
      found.add(
        "encryptionType",
        absent(type) ? "nothing" : show(type),
        "a stream is encrypted",
        'set "KMS" and kmsKeyId',
      );
  },
};
