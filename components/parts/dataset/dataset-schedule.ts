import * as scheduler from "@pulumi/aws/scheduler";
import * as sqs from "@pulumi/aws/sqs";
import type * as pulumi from "@pulumi/pulumi";
import { parseSchedule } from "../../../etl";
import { sendsMessages } from "../kms";
import { physicalName } from "../names";
import type { Place } from "../aws-context";
import { actorRole, type RoleHooks, type RoleNodes } from "../role";
import { hooked, type Transform } from "../transform";

export interface ScheduleNodes {
  readonly group: scheduler.ScheduleGroup;
  readonly schedules: scheduler.Schedule[];
  readonly role: RoleNodes;
  /** runs that could not even be started */
  readonly deadLetters: sqs.Queue;
}

export interface ScheduleHooks {
  group?: Transform<scheduler.ScheduleGroupArgs>;
  schedule?: Transform<scheduler.ScheduleArgs>;
  role?: RoleHooks;
  deadLetters?: Transform<sqs.QueueArgs>;
}

interface ScheduleSettings {
  place: Place;
  expressions: readonly string[];
  machineArn: pulumi.Output<string>;
  kmsKeyArn: pulumi.Input<string> | undefined;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  hooks: ScheduleHooks;
}

/** Days that a run which could not be started can be found. */
const DEAD_LETTER_DAYS = 14;

/** Schedules that start a state machine, in a group of their own, which is what their role trusts. */
export function datasetSchedules(
  component: pulumi.ComponentResource,
  name: string,
  { place, expressions, machineArn, kmsKeyArn, tags, hooks }: ScheduleSettings,
): ScheduleNodes {
  const groupName = physicalName("schedule", name);
  const group = new scheduler.ScheduleGroup(
    ...hooked(hooks.group, `${name}-schedules`, { name: groupName, tags }, { parent: component }),
  );
  const deadLetters = new sqs.Queue(
    ...hooked(
      hooks.deadLetters,
      `${name}-dead-letters`,
      {
        name: physicalName("queue", name, "schedule"),
        messageRetentionSeconds: DEAD_LETTER_DAYS * 86_400,
        ...(kmsKeyArn === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: kmsKeyArn }),
        tags,
      },
      { parent: component },
    ),
  );
  const queueArn = place.arn("sqs", deadLetters.name);
  const role = actorRole(component, name, place, {
    service: "scheduler",
    actor: "schedule",
    scope: `schedule-group/${groupName}`,
    description: `Starts the runs of the dataset ${name}`,
    statements: [
      // a run
      { Sid: "StartRun", Effect: "Allow", Action: ["states:StartExecution"], Resource: [machineArn] },
      // a run that could not be started
      { Sid: "KeepDeadLetter", Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [queueArn] },
      // with the customer's key
      ...sendsMessages(kmsKeyArn, place),
    ],
    tags,
    hooks: hooks.role ?? {},
  });
  const schedules = expressions.map((expression, index) => {
    const suffix = expressions.length === 1 ? "" : String(index + 1);
    return new scheduler.Schedule(
      ...hooked(
        hooks.schedule,
        `${name}-schedule${suffix === "" ? "" : `-${suffix}`}`,
        {
          name: physicalName("schedule", name, suffix),
          description: `Dataset ${name}: ${expression}`,
          groupName: group.name,
          scheduleExpression: parseSchedule(expression).expression,
          scheduleExpressionTimezone: "UTC",
          flexibleTimeWindow: { mode: "OFF" },
          target: {
            arn: machineArn,
            roleArn: role.arn,
            // A late retry is for the time that it was scheduled for.
            input: JSON.stringify({ scheduledTime: "<aws.scheduler.scheduled-time>" }),
            // 185 retries in a day, the default, would let runs overtake each other.
            retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 3600 },
            deadLetterConfig: { arn: queueArn },
          },
        },
        { parent: component, dependsOn: [role.policy] },
      ),
    );
  });
  return { group, schedules, role: { role: role.role, policy: role.policy }, deadLetters };
}
