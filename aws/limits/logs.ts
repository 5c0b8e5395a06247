import { LOG_RETENTION_DAYS } from "../log-retention";
import { checkName } from "../names";
import { Findings, number, type Limit } from "../values";

/** Log group. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export const logGroup: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "logGroup");
  if (typeof inputs.name === "string" && inputs.name.startsWith("aws/"))
    findings.add(
      "name",
      JSON.stringify(inputs.name),
      "names that begin with aws/ are AWS's own",
      "begin it with a slash",
    );
  const days = number(inputs.retentionInDays);
  if (days !== undefined && days !== 0 && !LOG_RETENTION_DAYS.includes(days)) {
    const next = LOG_RETENTION_DAYS.find((allowed) => allowed >= days);
    findings.add(
      "retentionInDays",
      String(days),
      `the retention of a log group is one of ${LOG_RETENTION_DAYS.join(", ")} days (0: for ever)`,
      `set ${next ?? 3653}`,
    );
  }
  findings.among(
    "logGroupClass",
    inputs.logGroupClass,
    ["STANDARD", "INFREQUENT_ACCESS", "DELIVERY"],
    "the class of a log group",
  );
  return findings.all;
};

/** Log stream. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogStream.html */
export const logStream: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "logStream");
  return findings.all;
};
