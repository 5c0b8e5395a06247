import { NAMES } from "../../../aws/names";
import { TYPES } from "../../core/model";
import { arnOf, automaticName, type Handler } from "../../resources/handler";
import { checked, flag, number, physicalName, refused, tags, text } from "../../resources/properties";

/** Queue, for what services leave in it: here nothing takes messages out, so what is about receiving is checked only. */
export const queue: Handler = {
  type: TYPES.queue,
  naming: { property: "name", make: (context) => automaticName(context, 80) },
  properties: {
    name: physicalName(NAMES.queue),
    sqsManagedSseEnabled: checked(flag()),
    messageRetentionSeconds: checked(number(60, 1_209_600)),
    visibilityTimeoutSeconds: checked(number(0, 43_200)),
    receiveWaitTimeSeconds: checked(number(0, 20)),
    maxMessageSize: checked(number(1024, 1_048_576)),
    kmsMasterKeyId: checked(text()),
    tags,
    region: checked(text()),
    ...Object.fromEntries(
      "contentBasedDeduplication deduplicationScope delaySeconds fifoQueue fifoThroughputLimit kmsDataKeyReusePeriodSeconds namePrefix policy redriveAllowPolicy redrivePolicy"
        .split(" ")
        .map((name) => [name, refused("leave it out")]),
    ),
  },
  plan: (inputs, context) => ({
    id: `https://sqs.${context.region}.amazonaws.com/${context.account}/${inputs.name}`,
    outputs: {
      arn: arnOf(context, "sqs", inputs.name),
      url: `https://sqs.${context.region}.amazonaws.com/${context.account}/${inputs.name}`,
    },
  }),
};
