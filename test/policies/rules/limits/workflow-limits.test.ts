import { workflowLimits } from "../../../../policies/rules/limits/workflow-limits";
import { spec } from "../../spec";

spec(workflowLimits, {
  messages: {
    "transform-log: a number that CloudWatch does not take": [
      "transform-log (aws:cloudwatch:LogGroup), retentionInDays: saw 100; the retention of a log group is one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653 days (0: for ever); set 120",
    ],
    "dead-letters: longer than SQS takes": [
      "dead-letters (aws:sqs:Queue), messageRetentionSeconds: saw 2000000; the retention of a queue in seconds is 60 to 1,209,600; set at most 1209600",
    ],
    "schedule: five fields": [
      'schedule (aws:scheduler:Schedule), scheduleExpression: saw "cron(0 2 * * ?)"; a cron expression has six fields, not 5; write cron(MINUTE HOUR DAY MONTH WEEKDAY YEAR)',
    ],
    "schedule: day and weekday": [
      'schedule (aws:scheduler:Schedule), scheduleExpression: saw "cron(0 2 1 * MON *)"; one of day and weekday is ?; write ? for the other',
    ],
    "schedule: a rate of nothing": [
      'schedule (aws:scheduler:Schedule), scheduleExpression: saw "rate(0 minutes)"; a rate is above 0; write rate(1 hours)',
    ],
    "schedule: input that is no JSON": [
      'schedule (aws:scheduler:Schedule), target.input: saw "{"; the input of a target is JSON; write it with JSON.stringify',
    ],
    "schedules: a group that is AWS's": [
      'schedules (aws:scheduler:ScheduleGroup), name: saw "default"; this group is AWS\'s own; choose another name',
    ],
    "machine: a name with a slash": [
      'machine (aws:sfn:StateMachine), name: saw "plant/daily"; the name has letters, digits, hyphens and underscores; choose another name',
    ],
  },
  unknown: {
    of: "transform-log",
    property: "retentionInDays",
    says: "transform-log (aws:cloudwatch:LogGroup), retentionInDays: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
