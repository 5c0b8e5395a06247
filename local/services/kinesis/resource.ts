import { NAMES } from "../../../aws/names";
import { TYPES } from "../../core/model";
import { arnOf, automaticName, type Handler } from "../../resources/handler";
import {
  block,
  checked,
  flag,
  list,
  number,
  oneOf,
  physicalName,
  refused,
  required,
  tags,
  text,
} from "../../resources/properties";

/**
 * Data stream.
 * @see https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html
 */
export const stream: Handler = {
  type: TYPES.stream,
  naming: { property: "name", make: (context) => automaticName(context, 128) },
  properties: {
    name: physicalName(NAMES.stream),
    streamModeDetails: block({ streamMode: required(oneOf(["ON_DEMAND", "PROVISIONED"])) }),
    shardCount: number(1, 20_000),
    retentionPeriod: number(24, 8760),
    encryptionType: oneOf(["NONE", "KMS"]),
    kmsKeyId: text(),
    // Metrics per shard are not kept here; the list changes nothing that a message sees.
    shardLevelMetrics: checked(list(text())),
    // There are no registered consumers here to keep a stream from being deleted.
    enforceConsumerDeletion: checked(flag()),
    maxRecordSizeInKib: refused("leave it out: Firehose accepts no record over 1,000 KiB", 1024),
    warmThroughputMibPs: refused("it needs a commitment of the account; leave it out"),
    arn: refused("AWS assigns it"),
    tags,
    region: checked(text()),
  },
  plan: (inputs, context) => ({
    id: arnOf(context, "kinesis", `stream/${inputs.name}`),
    outputs: {
      arn: arnOf(context, "kinesis", `stream/${inputs.name}`),
      retentionPeriod: inputs.retentionPeriod ?? 24,
      encryptionType: inputs.encryptionType ?? "NONE",
      streamModeDetails: inputs.streamModeDetails ?? { streamMode: "PROVISIONED" },
      shardCount: inputs.shardCount ?? 0,
      maxRecordSizeInKib: inputs.maxRecordSizeInKib ?? 1024,
    },
  }),
};
