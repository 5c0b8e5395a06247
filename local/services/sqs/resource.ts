import { NAMES } from "../../../aws/names";
import { ofType, TYPES, type Properties } from "../../core/model";
import { arnOf, automaticName, type Handler } from "../../resources/handler";
import { checked, flag, jsonText, number, physicalName, refused, tags, text } from "../../resources/properties";

/**
 * Standard queue.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
export const queue: Handler = {
  type: TYPES.queue,
  naming: { property: "name", make: (context) => automaticName(context, 80) },
  properties: {
    name: physicalName(NAMES.queue),
    sqsManagedSseEnabled: checked(flag()),
    messageRetentionSeconds: number(60, 1_209_600),
    visibilityTimeoutSeconds: number(0, 43_200),
    receiveWaitTimeSeconds: number(0, 20),
    maxMessageSize: number(1024, 1_048_576),
    delaySeconds: number(0, 900),
    kmsMasterKeyId: text(),
    // Nothing is encrypted here.
    kmsDataKeyReusePeriodSeconds: checked(number(60, 86_400)),
    redrivePolicy: jsonText({ check: checkRedrive }),
    redriveAllowPolicy: jsonText({ check: checkRedriveAllow }),
    tags,
    region: checked(text()),
    ...Object.fromEntries(
      "contentBasedDeduplication deduplicationScope fifoQueue fifoThroughputLimit namePrefix policy"
        .split(" ")
        .map((name) => [name, refused("leave it out")]),
    ),
  },
  references: ({ redrivePolicy }, declared, report) =>
    declared.require(TYPES.queue, parsed(redrivePolicy).deadLetterTargetArn, "queue", "redrivePolicy", report),
  checkProgram: (resources, report) => {
    const queues = ofType(resources, TYPES.queue);
    for (const source of queues) {
      const arn: unknown = parsed(source.inputs.redrivePolicy).deadLetterTargetArn;
      const target = queues.find(({ outputs }) => outputs.arn === arn);
      const { redrivePermission, sourceQueueArns } = parsed(target?.inputs.redriveAllowPolicy);
      const allowed =
        redrivePermission === "byQueue"
          ? (sourceQueueArns as unknown[]).includes(source.outputs.arn)
          : redrivePermission !== "denyAll";
      if (target !== undefined && !allowed)
        report(source, "redrivePolicy", `the redriveAllowPolicy of queue ${target.name} does not allow this queue`);
    }
  },
  plan: (inputs, context) => ({
    id: `https://sqs.${context.region}.amazonaws.com/${context.account}/${inputs.name}`,
    outputs: {
      arn: arnOf(context, "sqs", inputs.name),
      url: `https://sqs.${context.region}.amazonaws.com/${context.account}/${inputs.name}`,
    },
  }),
};

function parsed(text: unknown): Properties {
  if (typeof text !== "string" || text === "") return {};
  try {
    return (JSON.parse(text) ?? {}) as Properties;
  } catch {
    return {};
  }
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html */
function checkRedrive(text: string): string | undefined {
  const { deadLetterTargetArn, maxReceiveCount, ...others } = parsed(text);
  const other = Object.keys(others)[0];
  if (other !== undefined) return `saw the member "${other}"; it has deadLetterTargetArn and maxReceiveCount`;
  if (typeof deadLetterTargetArn !== "string" || !/^arn:aws:sqs:[^:]*:\d{12}:[^:]+$/.test(deadLetterTargetArn))
    return "deadLetterTargetArn must be the ARN of a queue";
  return Number.isInteger(Number(maxReceiveCount ?? Number.NaN)) ? undefined : "maxReceiveCount must be a whole number";
}

function checkRedriveAllow(text: string): string | undefined {
  const { redrivePermission: permission, sourceQueueArns: arns } = parsed(text);
  if (!["allowAll", "denyAll", "byQueue"].includes(String(permission)))
    return "redrivePermission must be allowAll, denyAll or byQueue";
  const isList = Array.isArray(arns) && arns.length >= 1 && arns.length <= 10;
  if (permission === "byQueue") return isList ? undefined : "byQueue wants sourceQueueArns, 1 to 10 ARNs";
  return arns === undefined ? undefined : "sourceQueueArns belong to byQueue";
}
