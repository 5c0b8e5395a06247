import { scheduleSafe } from "../../../../policies/rules/workflows/schedule-safe";
import { spec } from "../../spec";

spec(scheduleSafe, {
  messages: {
    "schedule: the default group": [
      'schedule (aws:scheduler:Schedule), groupName: saw "default"; the role\'s trust is bound to a group; add an aws.scheduler.ScheduleGroup',
    ],
    "schedule: 185 retries": [
      "schedule (aws:scheduler:Schedule), target.retryPolicy.maximumRetryAttempts: saw nothing; a schedule retries at most five times; set 2 or 3",
    ],
    "schedule: no dead letters": [
      "schedule (aws:scheduler:Schedule), target.deadLetterConfig: saw nothing; an event that could not be delivered is kept; set the ARN of a standard queue",
    ],
    "schedule: a schedule that is off": [
      'schedule (aws:scheduler:Schedule), state: saw "DISABLED"; a schedule that is off starts nothing; set "ENABLED", or remove it',
    ],
    "an event rule that is off": [
      'event-rule (aws:cloudwatch:EventRule), state: saw "DISABLED"; a rule that is off drops every event; set "ENABLED", or remove it',
    ],
  },
  unknown: {
    of: "schedule",
    property: "groupName",
    says: "schedule (aws:scheduler:Schedule), groupName: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
