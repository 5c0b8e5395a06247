import { NAMES } from "../../../aws/names";
import { parseSchedule } from "../../../etl";
import { TYPES, type Properties } from "../../core/model";
import { arnOf, automaticName, type Handler } from "../../resources/handler";
import {
  arn,
  block,
  checked,
  description,
  jsonText,
  number,
  oneOf,
  physicalName,
  refused,
  replaces,
  required,
  tags,
  text,
  type Finding,
} from "../../resources/properties";

const NAME = physicalName(NAMES.schedule);
const NO_OTHER_TARGET = "the local cloud's schedules start state machines and call functions; leave it out";

/**
 * Group of schedules, which the trust policy of a schedule's role names.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
export const scheduleGroup: Handler = {
  type: TYPES.scheduleGroup,
  naming: { property: "name", make: (context) => automaticName(context, 64) },
  properties: { name: NAME, tags, region: checked(text()), namePrefix: refused("give the whole name as name") },
  plan: (inputs, context) => ({
    id: inputs.name,
    outputs: { arn: arnOf(context, "scheduler", `schedule-group/${inputs.name}`), state: "ACTIVE" },
  }),
};

/**
 * Schedule, executed on the local clock.
 * @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
 */
export const schedule: Handler = {
  type: TYPES.schedule,
  naming: { property: "name", make: (context) => automaticName(context, 64) },
  properties: {
    name: NAME,
    description,
    groupName: replaces(text()),
    scheduleExpression: required(text()),
    scheduleExpressionTimezone: refused("the local clock is in UTC; leave it out", "UTC"),
    flexibleTimeWindow: required(
      block({ mode: required(oneOf(["OFF"])), maximumWindowInMinutes: refused("set the mode to OFF") }),
    ),
    state: oneOf(["ENABLED", "DISABLED"]),
    kmsKeyArn: checked(arn("kms")),
    region: checked(text()),
    namePrefix: refused("give the whole name as name"),
    startDate: refused("leave it out"),
    endDate: refused("leave it out"),
    actionAfterCompletion: refused("leave it out", "NONE"),
    target: required(
      block({
        arn: required(
          text({
            check: (value) =>
              /^arn:aws[a-z-]*:(states:[^:]*:[^:]*:stateMachine|lambda:[^:]*:[^:]*:function):[^:]+$/.test(value)
                ? undefined
                : `saw "${value}"; the local cloud's schedules start state machines and call functions`,
          }),
        ),
        roleArn: required(arn("iam")),
        input: jsonText(),
        deadLetterConfig: block({ arn: required(arn("sqs")) }),
        // A target that cannot be called here cannot be called a minute later either.
        retryPolicy: checked(
          block({ maximumEventAgeInSeconds: number(60, 86_400), maximumRetryAttempts: number(0, 185) }),
        ),
        ...Object.fromEntries(
          "ecsParameters eventbridgeParameters kinesisParameters sagemakerPipelineParameters sqsParameters"
            .split(" ")
            .map((name) => [name, refused(NO_OTHER_TARGET)]),
        ),
      }),
    ),
  },
  check: (inputs) => checkExpression(inputs),
  references: ({ groupName, target = {} }, declared, report) => {
    if (groupName !== "default")
      declared.require(TYPES.scheduleGroup, groupName, "group of schedules", "groupName", report);
    if (String(target.arn).includes(":lambda:"))
      declared.require(TYPES.function, target.arn, "function", "target.arn", report);
    else declared.require(TYPES.stateMachine, target.arn, "state machine", "target.arn", report);
    declared.require(TYPES.role, target.roleArn, "role", "target.roleArn", report);
    declared.require(TYPES.queue, target.deadLetterConfig?.arn, "queue", "target.deadLetterConfig.arn", report);
  },
  plan: (inputs, context) => ({
    id: `${inputs.groupName ?? "default"}/${inputs.name}`,
    outputs: {
      arn: arnOf(context, "scheduler", `schedule/${inputs.groupName ?? "default"}/${inputs.name}`),
      groupName: inputs.groupName ?? "default",
      state: inputs.state ?? "ENABLED",
      scheduleExpressionTimezone: "UTC",
    },
  }),
};

function checkExpression({ scheduleExpression }: Properties): Finding[] {
  try {
    parseSchedule(String(scheduleExpression));
    return [];
  } catch (error) {
    return [{ path: "scheduleExpression", message: `saw ${(error as Error).message}` }];
  }
}
