import { absent, block, number, show, text } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";

export const deliverySafe: ResourceRule = {
  id: "delivery-safe",
  group: "delivery",
  title: "A delivery stream logs its errors and writes failed records under a separate prefix.",
  rationale: "Failed records end up among good ones or are lost, and no log says why.",
  severity: "high",
  level: "mandatory",
  remediation:
    "Set cloudwatchLoggingOptions with group and stream, and errorOutputPrefix with !{firehose:error-output-type}.",
  page: "https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-logs.html",
  types: ["aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"],
  check({ inputs }, found) {
    for (const member of ["extendedS3Configuration", "icebergConfiguration"]) {
      const destination = found.attempt(() => block(inputs[member]));
      if (destination === undefined) continue;
      found.attempt(() => {
        const logging = block(destination.cloudwatchLoggingOptions);
        if (logging?.enabled !== true || absent(logging.logGroupName) || absent(logging.logStreamName))
          found.add(
            `${member}.cloudwatchLoggingOptions`,
            show(logging),
            "a delivery stream logs its errors",
            "set { enabled: true, logGroupName, logStreamName }",
          );
      });
      const iceberg = member === "icebergConfiguration";
      const at = iceberg ? `${member}.s3Configuration` : member;
      found.attempt(() => {
        const s3 = iceberg ? block(destination.s3Configuration) : destination;
        const path = `${at}.errorOutputPrefix`;
        const errors = text(s3?.errorOutputPrefix);
        const start = (prefix: string): string => prefix.split("!{")[0]!;
        const data = start(text(s3?.prefix) ?? "");
        if (errors === undefined || errors === "")
          found.add(
            path,
            "nothing",
            "failed records must have a separate prefix",
            "set one with !{firehose:error-output-type}",
          );
        else if (!errors.includes("!{firehose:error-output-type}"))
          found.add(
            path,
            show(errors),
            "an error prefix says of what kind the error was",
            "write !{firehose:error-output-type} into it",
          );
        else if (data !== "" && start(errors).startsWith(data))
          found.add(
            path,
            show(errors),
            `it is below the prefix of the data ${show(data)}, where a table would read the errors`,
            "choose a prefix beside it",
          );
      });
      found.attempt(() => {
        const interval = number(destination.bufferingInterval);
        if (interval !== undefined && interval < 60)
          found.add(
            `${member}.bufferingInterval`,
            String(interval),
            "buffers of less than 60 s make countless small objects",
            "set 60 or more",
          );
      });
    }
  },
};
