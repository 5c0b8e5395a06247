import * as scheduler from "@pulumi/aws/scheduler";
import * as sqs from "@pulumi/aws/sqs";
import * as pulumi from "@pulumi/pulumi";
import { parseSchedule } from "../../../etl";
import { sendsMessages } from "../common/kms";
import { physicalName, uniqueName } from "../common/names";
import { createRole, type RoleTransforms, type RoleNodes } from "../common/role";
import type { Scope } from "../common/scope";
import { transformed, type Transform } from "../common/transform";

/** The schedules of a dataset and what belongs to them. */
export interface ScheduleNodes {
  readonly group: scheduler.ScheduleGroup;
  readonly schedules: scheduler.Schedule[];
  readonly role: RoleNodes;
  /** runs that could not even be started */
  readonly deadLetters: sqs.Queue;
}

/** Changes to the schedules of a dataset and what belongs to them. */
export interface ScheduleTransforms {
  group?: Transform<scheduler.ScheduleGroupArgs>;
  schedule?: Transform<scheduler.ScheduleArgs>;
  role?: RoleTransforms;
  deadLetters?: Transform<sqs.QueueArgs>;
}

interface ScheduleSettings {
  /** `cron(...)` or `rate(...)` each */
  expressions: readonly string[];
  machineArn: pulumi.Output<string>;
  transforms: ScheduleTransforms;
}

/** Days for which a run that could not be started is kept in the queue: the longest that SQS keeps a message. */
const DEAD_LETTER_DAYS = 14;

/** Creates schedules that start a state machine, in a group of their own, which their role trusts. */
export function createSchedules(
  scope: Scope,
  { expressions, machineArn, transforms }: ScheduleSettings,
): ScheduleNodes {
  const { component, name, aws, kmsKeyArn, tags } = scope;
  const groupName = uniqueName(component, "scheduleGroup", name);
  const group = createGroup();
  const deadLetters = createQueue();
  const queueArn = aws.arn("sqs", deadLetters.name);
  const role = createStarter();
  const schedules = expressions.map(createSchedule);
  return { group, schedules, role: { role: role.role, policy: role.policy }, deadLetters };

  function createGroup(): scheduler.ScheduleGroup {
    const args = { name: groupName, tags };
    return new scheduler.ScheduleGroup(
      ...transformed(transforms.group, `${name}-schedules`, args, { parent: component }),
    );
  }

  function createQueue(): sqs.Queue {
    const args: sqs.QueueArgs = {
      name: uniqueName(component, "queue", name, "schedule"),
      messageRetentionSeconds: DEAD_LETTER_DAYS * 86_400,
      ...(kmsKeyArn === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: kmsKeyArn }),
      tags,
    };
    return new sqs.Queue(...transformed(transforms.deadLetters, `${name}-dead-letters`, args, { parent: component }));
  }

  function createStarter(): ReturnType<typeof createRole> {
    return createRole(scope, {
      service: "scheduler",
      actor: "schedule",
      sourceResource: pulumi.interpolate`schedule-group/${group.name}`,
      description: `Starts the runs of the dataset ${name}`,
      statements: [
        // a run
        { Sid: "StartRun", Effect: "Allow", Action: ["states:StartExecution"], Resource: [machineArn] },
        // a run that could not be started
        { Sid: "KeepDeadLetter", Effect: "Allow", Action: ["sqs:SendMessage"], Resource: [queueArn] },
        // with the customer's key
        ...sendsMessages(kmsKeyArn, aws),
      ],
      transforms: transforms.role ?? {},
    });
  }

  function createSchedule(expression: string, index: number): scheduler.Schedule {
    const suffix = expressions.length === 1 ? "" : String(index + 1);
    const args: scheduler.ScheduleArgs = {
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
    };
    const child = `${name}-schedule${suffix === "" ? "" : `-${suffix}`}`;
    const opts = { parent: component, dependsOn: [role.policy] };
    return new scheduler.Schedule(...transformed(transforms.schedule, child, args, opts));
  }
}
