import * as scheduler from "@pulumi/aws/scheduler";
import * as sqs from "@pulumi/aws/sqs";
import * as pulumi from "@pulumi/pulumi";
import { parseSchedule } from "../../../etl";
import { sendsMessages } from "./kms";
import { physicalName, uniqueName } from "./names";
import { createRole, type RoleTransforms, type RoleNodes } from "./role";
import type { Scope } from "./scope";
import { transformed, type Transform } from "./transform";

/** The schedules of a component and what belongs to them. */
export interface ScheduleNodes {
  readonly group: scheduler.ScheduleGroup;
  readonly schedules: scheduler.Schedule[];
  readonly role: RoleNodes;
  /** runs that could not even be started */
  readonly deadLetters: sqs.Queue;
}

/** Changes to the schedules of a component and what belongs to them. */
export interface ScheduleTransforms {
  group?: Transform<scheduler.ScheduleGroupArgs>;
  schedule?: Transform<scheduler.ScheduleArgs>;
  role?: RoleTransforms;
  deadLetters?: Transform<sqs.QueueArgs>;
}

/** What schedules start. */
interface ScheduleSettings {
  /** what it is, for descriptions: `dataset daily` */
  subject: string;
  /** `cron(...)` or `rate(...)` each */
  expressions: readonly string[];
  target: {
    arn: pulumi.Output<string>;
    action: "states:StartExecution" | "lambda:InvokeFunction";
    /** JSON */
    input: string;
  };
  deadLetters: sqs.Queue;
  transforms: ScheduleTransforms;
}

/** Days for which a run that could not be started is kept in the queue: the longest that SQS keeps a message. */
const DEAD_LETTER_DAYS = 14;

/** Creates the queue of runs that could not be started. */
export function createDeadLetters(
  { component, name, kmsKeyArn, tags }: Scope,
  transform: Transform<sqs.QueueArgs> | undefined,
): sqs.Queue {
  const args: sqs.QueueArgs = {
    name: uniqueName(component, "queue", name, "schedule"),
    messageRetentionSeconds: DEAD_LETTER_DAYS * 86_400,
    ...(kmsKeyArn === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: kmsKeyArn }),
    tags,
  };
  return new sqs.Queue(...transformed(transform, `${name}-dead-letters`, args, { parent: component }));
}

/** Creates schedules that start something, in a group of their own, which their role trusts. */
export function createSchedules(
  scope: Scope,
  { subject, expressions, target, deadLetters, transforms }: ScheduleSettings,
): ScheduleNodes {
  const { component, name, aws, kmsKeyArn, tags } = scope;
  const groupName = uniqueName(component, "scheduleGroup", name);
  const group = createGroup();
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

  function createStarter(): ReturnType<typeof createRole> {
    return createRole(scope, {
      service: "scheduler",
      actor: "schedule",
      sourceResource: pulumi.interpolate`schedule-group/${group.name}`,
      description: `Starts the runs of the ${subject}`,
      statements: [
        // a run
        { Sid: "StartRun", Effect: "Allow", Action: [target.action], Resource: [target.arn] },
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
      description: `${subject[0]!.toUpperCase()}${subject.slice(1)}: ${expression}`,
      groupName: group.name,
      scheduleExpression: parseSchedule(expression).expression,
      scheduleExpressionTimezone: "UTC",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: target.arn,
        roleArn: role.arn,
        input: target.input,
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
