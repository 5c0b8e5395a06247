import { isUnknown } from "../limits/values";
import type { StackView } from "../framework/view";
import { overlap, parseArn } from "../iam/arn";
import { physicalName, textsOf } from "./links";

/** ARN, without partition, region and account, of a resource by its name. */
const FORMS: Readonly<Record<string, (name: string, raw: Record<string, unknown>) => string[]>> = {
  "aws:s3/bucket:Bucket": (name) => [`s3:${name}`, `s3:${name}/*`],
  "aws:kinesis/stream:Stream": (name) => [`kinesis:stream/${name}`, `kinesis:stream/${name}/*`],
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (name) => [`firehose:deliverystream/${name}`],
  "aws:lambda/function:Function": (name) => [`lambda:function:${name}`, `lambda:function:${name}:*`],
  "aws:cloudwatch/logGroup:LogGroup": (name) => [`logs:log-group:${name}`, `logs:log-group:${name}:*`],
  "aws:glue/catalogDatabase:CatalogDatabase": (name) => [
    `glue:database/${name}`,
    `glue:table/${name}/*`,
    `glue:tableVersion/${name}/*`,
  ],
  "aws:glue/catalogTable:CatalogTable": (name, raw) => [
    `glue:database/${String(raw.databaseName)}`,
    `glue:table/${String(raw.databaseName)}/${name}`,
    `glue:tableVersion/${String(raw.databaseName)}/${name}/*`,
  ],
  "aws:sqs/queue:Queue": (name) => [`sqs:${name}`],
  "aws:sns/topic:Topic": (name) => [`sns:${name}`],
  "aws:sfn/stateMachine:StateMachine": (name) => [
    `states:stateMachine:${name}`,
    `states:stateMachine:${name}:*`,
    `states:execution:${name}*`,
    `states:express:${name}*`,
    `states:mapRun:${name}*`,
  ],
  "aws:athena/workgroup:Workgroup": (name) => [`athena:workgroup/${name}`],
  "aws:iot/topicRule:TopicRule": (name) => [`iot:rule/${name}`],
  "aws:iam/role:Role": (name) => [`iam:role/${name}`, `iam:role/*/${name}`],
  "aws:dynamodb/table:Table": (name) => [`dynamodb:table/${name}`, `dynamodb:table/${name}/*`],
  "aws:secretsmanager/secret:Secret": (name) => [`secretsmanager:secret:${name}*`],
  "aws:scheduler/scheduleGroup:ScheduleGroup": (name) => [
    `scheduler:schedule-group/${name}`,
    `scheduler:schedule/${name}/*`,
  ],
  "aws:ssm/parameter:Parameter": (name) => [`ssm:parameter/${name.replace(/^\//, "")}`],
  "aws:ecr/repository:Repository": (name) => [`ecr:repository/${name}`],
  "aws:ecs/taskDefinition:TaskDefinition": (name) => [`ecs:task-definition/${name}*`],
  "aws:ecs/cluster:Cluster": (name) => [`ecs:cluster/${name}`, `ecs:task/${name}/*`],
};

/** What no program holds: the account's catalog, devices and their topics, rules that Step Functions makes for itself. */
const ALWAYS = [
  "glue:catalog",
  "athena:datacatalog/AwsDataCatalog",
  "iot:thing/*",
  "iot:topic/*",
  "iot:topicfilter/*",
  "iot:client/*",
  "events:rule/StepFunctionsGetEvents*",
  "logs:log-group:AWSIotLogs*",
  "logs:log-group:/aws-glue/*",
  "logs:log-group:/aws/sagemaker/*",
];

/** Says of an ARN in a policy whether the stack holds the resource, or names it elsewhere than in its policies. */
export function holdings(stack: StackView): (arn: string) => boolean {
  const held: string[] = [...ALWAYS];
  const named: string[] = [];
  let open = false;
  for (const view of stack.all) {
    const form = FORMS[view.type];
    if (form !== undefined) {
      const name = physicalName(view);
      if (name === undefined) open = true;
      else held.push(...form(name, view.raw));
    }
    const arn: unknown = view.plain.arn;
    if (typeof arn === "string" && !isUnknown(arn)) named.push(arn);
    if (view.type.startsWith("aws:") && !view.type.startsWith("aws:iam/")) {
      const { policy, policyDocument, resourcePolicy, code, ...others } = view.plain;
      void [policy, policyDocument, resourcePolicy, code];
      named.push(...textsOf(others));
    }
  }
  const elsewhere = new Set(named.filter((text) => text.length < 2048));
  return (arn) => {
    const parts = parseArn(arn);
    if (parts === undefined) return true;
    const short = `${parts.service}:${parts.resource}`;
    if (held.some((own) => overlap(own, short))) return true;
    if (elsewhere.has(arn)) return true;
    const name = parts.resource.split(/[/:]/).at(-1)!;
    // A resource of the user's own, named by an argument: a customer's bucket, key or function.
    const base = parts.service === "s3" ? parts.resource.split("/")[0]! : name;
    if (
      [...elsewhere].some(
        (text) =>
          text.length >= 3 &&
          (text === base ||
            text.endsWith(`/${base}`) ||
            text.endsWith(`:${base}`) ||
            (parts.service === "s3" && text.includes(base))),
      )
    )
      return true;
    return open;
  };
}
