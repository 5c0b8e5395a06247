import { checkName } from "../names";
import { Findings, number, type Limit } from "../values";

/** What CloudWatch Logs takes as retention in days; 0 is for ever (building blocks 4). */
export const LOG_RETENTION_DAYS = [
  0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

/** Log group (building blocks 0.1, 4). */
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
  if (days !== undefined && !(LOG_RETENTION_DAYS as readonly number[]).includes(days)) {
    const next = LOG_RETENTION_DAYS.find((allowed) => allowed >= days);
    findings.add(
      "retentionInDays",
      String(days),
      `the retention of a log group is one of ${LOG_RETENTION_DAYS.join(", ")} (0: for ever)`,
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

/** Log stream (building blocks 0.1). */
export const logStream: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "logStream");
  return findings.all;
};
