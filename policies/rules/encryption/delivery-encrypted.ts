import { absent, block } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";

export const deliveryEncrypted: ResourceRule = {
  id: "delivery-encrypted",
  group: "encryption",
  title: "A delivery stream without a source stream encrypts the records that it buffers.",
  rationale: "Records are stored unencrypted while their buffer fills, up to 24 hours if the destination fails.",
  severity: "medium",
  level: "mandatory",
  remediation: "Set serverSideEncryption: { enabled: true }.",
  page: "https://docs.aws.amazon.com/firehose/latest/dev/encryption.html",
  types: ["aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"],
  check(view, found) {
    // With a stream or a topic as source, the source's encryption counts.
    if (!absent(view.inputs.kinesisSourceConfiguration) || !absent(view.inputs.mskSourceConfiguration)) return;
    if (block(view.inputs.serverSideEncryption)?.enabled !== true)
      found.add(
        "serverSideEncryption",
        absent(view.inputs.serverSideEncryption) ? "nothing" : "enabled: false",
        "stored records must be encrypted",
        "set { enabled: true }",
      );
  },
};
