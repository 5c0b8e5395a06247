import { limitRule } from "../../framework/limit-rule";

export const workflowLimits = limitRule(
  "workflow-limits",
  "Schedules, state machines, queues and log groups stay within the limits of their services.",
  "https://docs.aws.amazon.com/scheduler/latest/UserGuide/scheduler-quotas.html",
  [
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:cloudwatch/logStream:LogStream",
    "aws:scheduler/schedule:Schedule",
    "aws:scheduler/scheduleGroup:ScheduleGroup",
    "aws:sfn/stateMachine:StateMachine",
    "aws:sqs/queue:Queue",
  ],
);
