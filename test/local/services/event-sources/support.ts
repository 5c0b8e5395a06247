import { ACCOUNT, TYPES, type Properties, type Resource } from "../../../../local/core/model";
import { planResource } from "../../../../local/handlers";

const REGION = "eu-central-1";
/** ARN in the account of the local cloud. */
export const arnOf = (service: string, rest: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;
export const STREAM = arnOf("kinesis", "stream/in");
export const SOURCE = arnOf("sqs", "source");
export const DEAD = arnOf("sqs", "dead");

/** What a test changes of the stack below. */
export interface MappingStackChanges {
  /** of the function */
  code: string;
  functionInputs?: Properties;
  /** arguments of the mapping, beside its function */
  mapping?: Properties;
  shardCount?: number;
  /** of the queue that is a source */
  queue?: Properties;
  /** allowed to the function's role beside its log */
  statements?: Properties[];
}

const READ_STREAM = {
  Effect: "Allow",
  Action: ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards"],
  Resource: STREAM,
};
const READ_QUEUE = {
  Effect: "Allow",
  Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  Resource: SOURCE,
};
const SEND_DEAD = { Effect: "Allow", Action: "sqs:SendMessage", Resource: DEAD };

/** A stream, a queue, a queue for what failed, a function that notes each event in its log, and a mapping. */
export function mappingStack(changes: MappingStackChanges): Resource[] {
  const resources: Resource[] = [];
  const add = (type: string, name: string, inputs: Properties, outputs: Properties = {}): void => {
    const urn = `urn:pulumi:test::test::${type}::${name}`;
    resources.push({
      urn,
      type,
      name,
      custom: true,
      id: name,
      dependencies: [],
      inputs,
      outputs: { ...inputs, ...outputs },
    });
  };
  const role = `arn:aws:iam::${ACCOUNT}:role/function`;
  const policy = (statement: Properties[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statement });
  const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
  add(TYPES.role, "function", { name: "function", assumeRolePolicy: policy([trust]) }, { arn: role });
  const log = {
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: arnOf("logs", "log-group:/aws/lambda/reader:*"),
  };
  const statements = changes.statements ?? [READ_STREAM, READ_QUEUE, SEND_DEAD];
  add(TYPES.rolePolicy, "function", { role: "function", name: "function", policy: policy([log, ...statements]) });
  add(TYPES.logGroup, "/aws/lambda/reader", { name: "/aws/lambda/reader" });
  add(TYPES.stream, "in", { name: "in", shardCount: changes.shardCount ?? 1 }, { arn: STREAM });
  add(TYPES.queue, "source", { name: "source", visibilityTimeoutSeconds: 60, ...changes.queue }, { arn: SOURCE });
  add(TYPES.queue, "dead", { name: "dead" }, { arn: DEAD });
  const code = `const note = (event) => console.log(JSON.stringify(event.Records.map((r) => r.kinesis ? Buffer.from(r.kinesis.data, "base64").toString() : r.body)));\n${changes.code}`;
  add(
    TYPES.function,
    "reader",
    {
      name: "reader",
      handler: "index.handler",
      runtime: "nodejs22.x",
      timeout: 20,
      role,
      code: { files: { "index.js": code } },
      ...changes.functionInputs,
    },
    { arn: arnOf("lambda", "function:reader") },
  );
  if (changes.mapping === undefined) return resources;
  const context = {
    account: ACCOUNT,
    region: REGION,
    project: "test",
    stack: "test",
    name: "mapping",
    urn: "urn:mapping",
  };
  const inputs = { functionName: "reader", ...changes.mapping };
  const planned = planResource(TYPES.eventSourceMapping, inputs, context);
  if (planned.problems.length > 0) throw new Error(JSON.stringify(planned.problems));
  add(TYPES.eventSourceMapping, "mapping", inputs, planned.outputs);
  return resources;
}
