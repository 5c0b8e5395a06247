import { absent, block, list, number, show, text } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";

export const mappingSafe: ResourceRule = {
  id: "mapping-safe",
  group: "compute",
  title:
    "A function that reads a stream limits its retries, bisects failing batches, reports single failures and sends failed batches to a destination.",
  rationale: "Otherwise one failing record blocks its shard, and every record behind it, until it expires.",
  severity: "high",
  level: "mandatory",
  remediation:
    "Set maximumRetryAttempts, bisectBatchOnFunctionError, functionResponseTypes and destinationConfig.onFailure.",
  page: "https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html",
  types: ["aws:lambda/eventSourceMapping:EventSourceMapping"],
  check({ inputs }, found) {
    if (inputs.enabled === false)
      found.add(
        "enabled",
        "false",
        "a mapping that is off reads nothing, and records expire",
        "set true, or remove it",
      );
    const source = found.attempt(() => text(inputs.eventSourceArn));
    if (source !== undefined && !/:(kinesis|dynamodb):/.test(source)) return;
    const retries = number(inputs.maximumRetryAttempts);
    if (retries === undefined || retries < 0)
      found.add(
        "maximumRetryAttempts",
        show(inputs.maximumRetryAttempts),
        "retries are finite",
        "set a number, for example 5",
      );
    if (absent(block(inputs.destinationConfig)?.onFailure))
      found.add(
        "destinationConfig.onFailure",
        "nothing",
        "what the function gave up is kept",
        "set the ARN of a queue, a topic or a bucket",
      );
    if (list(inputs.functionResponseTypes)?.includes("ReportBatchItemFailures") !== true)
      found.add(
        "functionResponseTypes",
        show(inputs.functionResponseTypes),
        "a function reports the records that failed, not the batch",
        'set ["ReportBatchItemFailures"]',
      );
    if (inputs.bisectBatchOnFunctionError !== true)
      found.add(
        "bisectBatchOnFunctionError",
        show(inputs.bisectBatchOnFunctionError),
        "a batch that fails is halved until the bad record is alone",
        "set true",
      );
  },
};
