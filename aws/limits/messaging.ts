import { documentLimits } from "../iam/policy-document";
import { checkName } from "../names";
import { absent, block, Findings, number, show, text, type Limit } from "../values";

/** Queue. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
export const queue: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "queue");
  findings.range(
    "messageRetentionSeconds",
    inputs.messageRetentionSeconds,
    60,
    1_209_600,
    "the retention of a queue in seconds",
  );
  if (inputs.sqsManagedSseEnabled === true && !absent(inputs.kmsMasterKeyId) && inputs.kmsMasterKeyId !== "")
    findings.add(
      "kmsMasterKeyId",
      show(inputs.kmsMasterKeyId),
      "a queue has SQS's own encryption or a key",
      "set sqsManagedSseEnabled to false",
    );
  const redrive = text(inputs.redrivePolicy);
  if (redrive !== undefined && redrive !== "")
    try {
      const count = number(Number((JSON.parse(redrive) as { maxReceiveCount?: unknown }).maxReceiveCount));
      if (count === undefined || count < 1 || count > 1000)
        findings.add("redrivePolicy", show(redrive), "maxReceiveCount is 1 to 1,000", "set it so");
    } catch {
      findings.add("redrivePolicy", show(redrive), "it is JSON", "write it with JSON.stringify");
    }
  if (!absent(inputs.policy)) findings.within("", documentLimits(inputs.policy, "resource", "policy"));
  return findings.all;
};

/** Schedule. https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
export const schedule: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "schedule");
  const expression = text(inputs.scheduleExpression);
  if (expression !== undefined) checkExpression(findings, expression);
  const flexible = block(inputs.flexibleTimeWindow);
  const mode = text(flexible?.mode);
  findings.among("flexibleTimeWindow.mode", mode, ["OFF", "FLEXIBLE"], "the mode of a time window");
  if (mode === "OFF" && !absent(flexible?.maximumWindowInMinutes))
    findings.add(
      "flexibleTimeWindow.maximumWindowInMinutes",
      show(flexible?.maximumWindowInMinutes),
      "a window that is OFF has no length",
      "leave it out",
    );
  if (mode === "FLEXIBLE" && absent(flexible?.maximumWindowInMinutes))
    findings.add(
      "flexibleTimeWindow.maximumWindowInMinutes",
      "nothing",
      "a FLEXIBLE window has a length",
      "set 1 to 1440",
    );
  findings.range(
    "flexibleTimeWindow.maximumWindowInMinutes",
    flexible?.maximumWindowInMinutes,
    1,
    1440,
    "the window in minutes",
  );
  const target = block(inputs.target);
  const retry = block(target?.retryPolicy);
  findings.range(
    "target.retryPolicy.maximumEventAgeInSeconds",
    retry?.maximumEventAgeInSeconds,
    60,
    86_400,
    "the age of an event in seconds",
  );
  findings.range(
    "target.retryPolicy.maximumRetryAttempts",
    retry?.maximumRetryAttempts,
    0,
    185,
    "the number of retries",
  );
  const input = text(target?.input);
  if (input !== undefined)
    try {
      JSON.parse(input);
    } catch {
      findings.add("target.input", show(input), "the input of a target is JSON", "write it with JSON.stringify");
    }
  return findings.all;
};

function checkExpression(findings: Findings, expression: string): void {
  const rate = /^rate\((-?\d+) (minute|hour|day)s?\)$/.exec(expression);
  const cron = /^cron\((.*)\)$/.exec(expression);
  if (rate !== null) {
    if (Number(rate[1]) < 1)
      findings.add("scheduleExpression", show(expression), "a rate is above 0", "write rate(1 hours)");
  } else if (cron !== null) {
    const fields = cron[1]!.trim().split(/\s+/);
    if (fields.length !== 6)
      findings.add(
        "scheduleExpression",
        show(expression),
        `a cron expression has six fields, not ${fields.length}`,
        "write cron(MINUTE HOUR DAY MONTH WEEKDAY YEAR)",
      );
    else if ((fields[2] === "?") === (fields[4] === "?"))
      findings.add("scheduleExpression", show(expression), "one of day and weekday is ?", "write ? for the other");
  } else if (!/^at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)$/.test(expression))
    findings.add(
      "scheduleExpression",
      show(expression),
      "it is rate(...), cron(...) or at(yyyy-mm-ddThh:mm:ss)",
      "write one of them",
    );
}

/** Group of schedules. https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateScheduleGroup.html */
export const scheduleGroup: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "schedule");
  if (inputs.name === "default") findings.add("name", '"default"', "this group is AWS's own", "choose another name");
  return findings.all;
};

/** State machine. https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html */
export const stateMachine: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "stateMachine");
  return findings.all;
};
