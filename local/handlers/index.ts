import { limitsOf } from "../../aws/limits";
import type { Properties, Resource } from "../core/model";
import { checkProgramWith } from "./program";
import type { Declared, ProgramFinding } from "../resources/references";
import * as athena from "../services/athena/resource";
import * as cloudwatch from "../services/cloudwatch/resource";
import * as dms from "../services/dms/resource";
import * as ecr from "../services/ecr/resource";
import * as ecs from "../services/ecs/resource";
import * as eventSources from "../services/event-sources/resource";
import * as firehose from "../services/firehose/resource";
import * as glue from "../services/glue/resource";
import type { Handler, PlanContext, Planned } from "../resources/handler";
import * as iam from "../iam/resource";
import * as devices from "../services/iot/resource";
import * as iotLogging from "../services/iot/logging-resource";
import * as authorities from "../services/provisioning/authority-resource";
import * as provisioning from "../services/provisioning/resource";
import * as rules from "../rules/resource";
import * as attachments from "../iam/attachment-resource";
import * as kinesis from "../services/kinesis/resource";
import * as invokeConfig from "../services/lambda/invoke-config-resource";
import * as invocation from "../services/lambda/invocation-resource";
import * as lambda from "../services/lambda/resource";
import * as logs from "../services/logs/resource";
import { checkProperties, type Finding } from "../resources/properties";
import * as network from "../services/network/resource";
import * as quicksight from "../services/quicksight/resource";
import * as s3 from "../services/s3/resource";
import * as scheduler from "../services/scheduler/resource";
import * as sfn from "../services/states/resource";
import * as sqs from "../services/sqs/resource";
import * as ssm from "../services/ssm/resource";
import * as things from "../services/things/resource";

export { Declared } from "../resources/references";
export { changesOf, type PropertyChange } from "../resources/changes";
export type { Finding } from "../resources/properties";
export type { Handler, PlanContext } from "../resources/handler";

/** The handler of each type that the local cloud executes. */
export const handlers: ReadonlyMap<string, Handler> = new Map(
  [
    athena,
    cloudwatch,
    dms,
    ecr,
    ecs,
    eventSources,
    invokeConfig,
    invocation,
    firehose,
    glue,
    iam,
    devices,
    iotLogging,
    authorities,
    provisioning,
    rules,
    attachments,
    kinesis,
    lambda,
    logs,
    network,
    quicksight,
    s3,
    scheduler,
    sfn,
    sqs,
    ssm,
    things,
  ].flatMap((service) => Object.values(service).map((handler: Handler): [string, Handler] => [handler.type, handler])),
);

/** Problems that only show beside the other resources of a program. */
export function checkProgram(resources: readonly Resource[]): ProgramFinding[] {
  return checkProgramWith(handlers, resources);
}

/** The references of a resource to others that are not declared. */
export function missingReferences(resource: Resource, declared: Declared): ProgramFinding[] {
  const findings: ProgramFinding[] = [];
  handlers
    .get(resource.type)
    ?.references?.(resource.inputs, declared, (path, message) => findings.push({ resource, path, message }));
  return findings;
}

/** The outcome of planning a resource. */
export interface Plan extends Planned {
  /** the arguments, with the physical name if the program gave none */
  inputs: Properties;
  problems: Finding[];
}

/**
 * What AWS would say to a resource's arguments, and what its state would be. Never throws for arguments: each that is wrong or not
 * executed is a problem with its path, and the state is given all the same.
 */
export function planResource(type: string, given: Properties, context: PlanContext): Plan {
  const handler = handlers.get(type);
  if (handler === undefined) return unknownType(type, given, context);
  const inputs = { ...given };
  if (handler.naming !== undefined && (inputs[handler.naming.property] ?? "") === "")
    inputs[handler.naming.property] = handler.naming.make(context);
  const problems = checkProperties(handler.properties, inputs);
  if (inputs.region !== undefined && inputs.region !== context.region)
    problems.push({
      path: "region",
      message: `saw "${inputs.region}"; the local cloud has one region, the stack's ${context.region}; leave it out`,
    });
  if (!problems.some(({ wrongKind }) => wrongKind === true)) {
    problems.push(...(handler.check?.(inputs, context) ?? []));
    // The rules of aws/limits, which the policies report too; a problem of the same property is not reported twice.
    const said = problems.map(({ path }) => path);
    problems.push(...limitsOf(type, inputs).filter(({ path }) => !said.some((other) => concerns(path, other))));
  }
  const planned = planOf(handler, inputs, context, problems);
  const shared: Properties = { region: context.region };
  if (Object.hasOwn(handler.properties, "tags")) shared.tagsAll = inputs.tags ?? {};
  return { id: planned.id, inputs, outputs: { ...shared, ...inputs, ...planned.outputs }, problems };
}

/** Arguments of the wrong kind may lead to no state at all; they are refused anyway. */
function planOf(handler: Handler, inputs: Properties, context: PlanContext, problems: readonly Finding[]): Planned {
  try {
    return handler.plan(inputs, context);
  } catch (error) {
    if (problems.length === 0) throw error;
    return { id: context.name, outputs: {} };
  }
}

/** Whether one path is the other or a part of it. */
function concerns(path: string, other: string): boolean {
  const [short, long] = path.length < other.length ? [path, other] : [other, path];
  return short === long || (long.startsWith(short) && /^[.[]/.test(long.slice(short.length)));
}

/** Service and beginning of the resource in the ARNs of some types that are not executed. */
const ARN_FORMS: Readonly<Record<string, readonly [service: string, resource: string]>> = {
  "cloudwatch/metricAlarm:MetricAlarm": ["cloudwatch", "alarm:"],
  "dynamodb/table:Table": ["dynamodb", "table/"],
  "kms/key:Key": ["kms", "key/"],
  "scheduler/scheduleGroup:ScheduleGroup": ["scheduler", "schedule-group/"],
  "secretsmanager/secret:Secret": ["secretsmanager", "secret:"],
  "sfn/stateMachine:StateMachine": ["states", "stateMachine:"],
  "sns/topic:Topic": ["sns", ""],
  "sqs/queue:Queue": ["sqs", ""],
};

function unknownType(type: string, inputs: Properties, context: PlanContext): Plan {
  const problems: Finding[] =
    type === "pulumi:providers:aws"
      ? checkProvider(inputs, context)
      : [
          {
            path: "",
            message: "the local cloud does not execute resources of this type; create it only in stacks that go to AWS",
          },
        ];
  // An ARN of the service's form lets the rest of the program go on to its own problems.
  const module = type.split(":")[1]?.split("/")[0] ?? "";
  const name = String(inputs.name ?? inputs.namePrefix ?? context.name);
  const [service = module, resource = ""] = ARN_FORMS[type.split(":").slice(1).join(":")] ?? [];
  const outputs = {
    name,
    arn: `arn:aws:${service}:${service === "iam" ? "" : context.region}:${context.account}:${resource}${name}`,
    ...inputs,
  };
  return { id: name, inputs, outputs, problems };
}

/** An explicit provider: the stack's region is the only thing that it can say here. */
function checkProvider(inputs: Properties, context: PlanContext): Finding[] {
  return Object.entries(inputs).flatMap(([path, value]): Finding[] => {
    if (path === "region")
      return value === context.region
        ? []
        : [{ path, message: `saw "${value}"; the local cloud has one region, the stack's ${context.region}` }];
    if (path === "version" || path.startsWith("skip")) return [];
    return [
      {
        path,
        message: "the local cloud does not execute this setting of the aws provider; leave it out for this stack",
      },
    ];
  });
}
