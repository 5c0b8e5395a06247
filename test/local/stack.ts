import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Clock } from "../../local/core/clock";
import { Cloud, type CloudOptions } from "../../local/cloud";
import { ACCOUNT, TYPES, type Properties, type Resource } from "../../local/core/model";

const REGION = "eu-central-1";
const arn = (service: string, rest: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;

/** What a test changes of the small stack below. */
export interface StackChanges {
  /** the function's code; default hands records on, partitioned by `device_id` */
  code?: string;
  functionInputs?: Properties;
  streamInputs?: Properties;
  /** merged into the extendedS3Configuration of the conversion stream */
  conversion?: Properties;
  sql?: string;
  partitionKey?: string;
  /** changes the statements of a role before they count */
  statements?(role: string, statements: Properties[]): Properties[];
  lifecycle?: Properties[];
  tableParameters?: Record<string, string>;
}

const PASS_ON = `exports.handler = async (event) => ({
  records: event.records.map((r) => {
    const text = Buffer.from(r.data, "base64").toString();
    let device = "none";
    try { device = JSON.parse(text).device_id ?? "none"; } catch { return { recordId: r.recordId, result: "ProcessingFailed", data: r.data }; }
    return { recordId: r.recordId, result: "Ok", data: r.data, metadata: { partitionKeys: { device: String(device) } } };
  }),
});`;

/** A rule, a stream, an archive, a function, a table and its delivery stream, as resources of a program would describe them. */
export function smallStack(changes: StackChanges = {}): Resource[] {
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
  const allow = (Action: string[], Resource: string[]): Properties => ({ Effect: "Allow", Action, Resource });
  const role = (name: string, service: string, statements: Properties[]): string => {
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/${name}`;
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
    };
    add(TYPES.role, name, { name, assumeRolePolicy: JSON.stringify(trust) }, { arn: roleArn });
    const decided = changes.statements?.(name, statements) ?? statements;
    add(TYPES.rolePolicy, `${name}-policy`, {
      role: name,
      name: `${name}-policy`,
      policy: JSON.stringify({ Version: "2012-10-17", Statement: decided }),
    });
    return roleArn;
  };

  const streamArn = arn("kinesis", "stream/in");
  const functionArn = arn("lambda", "function:transform");
  const logs = (group: string): string => arn("logs", `log-group:${group}:*`);
  const bucketActions = [
    "s3:AbortMultipartUpload",
    "s3:GetBucketLocation",
    "s3:GetObject",
    "s3:ListBucket",
    "s3:ListBucketMultipartUploads",
    "s3:PutObject",
  ];
  const source = allow(
    ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards"],
    [streamArn],
  );

  add(
    TYPES.stream,
    "in",
    {
      name: "in",
      streamModeDetails: { streamMode: "PROVISIONED" },
      shardCount: 1,
      retentionPeriod: 24,
      ...changes.streamInputs,
    },
    { arn: streamArn },
  );
  add(TYPES.bucket, "store", { bucket: "store" }, { arn: "arn:aws:s3:::store" });
  if (changes.lifecycle !== undefined)
    add(TYPES.bucketLifecycle, "lifecycle", { bucket: "store", rules: changes.lifecycle });
  for (const name of ["/aws/lambda/transform", "/aws/iot-rules/errors", "/aws/kinesisfirehose/convert"])
    add(TYPES.logGroup, name, { name, retentionInDays: 7 });
  const ruleRole = role("rule", "iot.amazonaws.com", [
    allow(["kinesis:PutRecord"], [streamArn]),
    allow(["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], [logs("/aws/iot-rules/errors")]),
  ]);
  const archiveRole = role("archive", "firehose.amazonaws.com", [
    source,
    allow(bucketActions, ["arn:aws:s3:::store", "arn:aws:s3:::store/*"]),
  ]);
  const functionRole = role("function", "lambda.amazonaws.com", [
    allow(["logs:CreateLogStream", "logs:PutLogEvents"], [logs("/aws/lambda/transform")]),
  ]);
  const convertRole = role("convert", "firehose.amazonaws.com", [
    source,
    allow(bucketActions, ["arn:aws:s3:::store", "arn:aws:s3:::store/*"]),
    allow(["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"], [`${functionArn}:*`]),
    allow(
      ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
      [arn("glue", "catalog"), arn("glue", "database/db"), arn("glue", "table/db/readings")],
    ),
    allow(["logs:PutLogEvents"], [logs("/aws/kinesisfirehose/convert")]),
  ]);
  add(
    TYPES.function,
    "transform",
    {
      name: "transform",
      handler: "index.handler",
      runtime: "nodejs22.x",
      timeout: 60,
      memorySize: 256,
      role: functionRole,
      code: { files: { "index.js": changes.code ?? PASS_ON } },
      ...changes.functionInputs,
    },
    { arn: functionArn },
  );
  add(TYPES.database, "db", { name: "db" });
  add(TYPES.table, "readings", {
    databaseName: "db",
    name: "readings",
    partitionKeys: [{ name: "device", type: "string" }],
    parameters: {
      "projection.enabled": "true",
      "projection.device.type": "enum",
      "projection.device.values": "a,b,c",
      "storage.location.template": "s3://store/data/device=${device}/",
      ...changes.tableParameters,
    },
    storageDescriptor: {
      location: "s3://store/data/",
      columns: [
        { name: "device_id", type: "string" },
        { name: "value", type: "bigint" },
      ],
    },
  });
  add(
    TYPES.deliveryStream,
    "archive",
    {
      name: "archive",
      destination: "extended_s3",
      kinesisSourceConfiguration: { kinesisStreamArn: streamArn, roleArn: archiveRole },
      extendedS3Configuration: {
        bucketArn: "arn:aws:s3:::store",
        roleArn: archiveRole,
        prefix: "raw/dt=!{timestamp:yyyy-MM-dd}/",
        errorOutputPrefix: "raw-errors/!{firehose:error-output-type}/",
        bufferingSize: 5,
        bufferingInterval: 60,
        compressionFormat: "GZIP",
      },
    },
    { arn: arn("firehose", "deliverystream/archive") },
  );
  add(
    TYPES.deliveryStream,
    "convert",
    {
      name: "convert",
      destination: "extended_s3",
      kinesisSourceConfiguration: { kinesisStreamArn: streamArn, roleArn: convertRole },
      extendedS3Configuration: {
        bucketArn: "arn:aws:s3:::store",
        roleArn: convertRole,
        prefix: "data/device=!{partitionKeyFromLambda:device}/",
        errorOutputPrefix: "errors/!{firehose:error-output-type}/",
        bufferingSize: 64,
        bufferingInterval: 60,
        dynamicPartitioningConfiguration: { enabled: true },
        cloudwatchLoggingOptions: {
          enabled: true,
          logGroupName: "/aws/kinesisfirehose/convert",
          logStreamName: "S3Delivery",
        },
        processingConfiguration: {
          enabled: true,
          processors: [
            { type: "Lambda", parameters: [{ parameterName: "LambdaArn", parameterValue: `${functionArn}:$LATEST` }] },
          ],
        },
        dataFormatConversionConfiguration: {
          inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
          outputFormatConfiguration: { serializer: { parquetSerDe: {} } },
          schemaConfiguration: { databaseName: "db", tableName: "readings", roleArn: convertRole },
        },
        ...changes.conversion,
      },
    },
    { arn: arn("firehose", "deliverystream/convert") },
  );
  add(
    TYPES.topicRule,
    "rule",
    {
      name: "rule",
      enabled: true,
      sql: changes.sql ?? "SELECT * FROM 'dt/+/aggregate'",
      sqlVersion: "2016-03-23",
      kineses: [{ roleArn: ruleRole, streamName: "in", partitionKey: changes.partitionKey ?? "${topic(2)}" }],
      errorAction: { cloudwatchLogs: { logGroupName: "/aws/iot-rules/errors", roleArn: ruleRole } },
    },
    { arn: arn("iot", "rule/rule") },
  );
  return resources;
}

/** A cloud of that stack in a folder of its own; errors that would end a run are collected. */
export class TestCloud {
  readonly clock: Clock;
  readonly cloud: Cloud;
  readonly errors: unknown[] = [];

  constructor(
    resources: readonly Resource[],
    readonly dataDir = fs.mkdtempSync(path.join(os.tmpdir(), "cloud-")),
    start = Date.UTC(2026, 0, 15, 12),
    options: Pick<CloudOptions, "containers" | "projectDir"> = {},
  ) {
    this.clock = new Clock(start);
    this.cloud = new Cloud({
      resources,
      region: REGION,
      dataDir,
      clock: this.clock,
      onError: (error) => this.errors.push(error),
      ...options,
    });
    this.cloud.start();
  }

  /** Publishes with QoS 1; resolves when it is acknowledged. */
  publish(topic: string, payload: string | Buffer): Promise<void> {
    return new Promise((resolve, reject) =>
      this.cloud.rules.publish(
        {
          topic,
          payload: Buffer.from(payload),
          qos: 1,
          retain: false,
          clientId: "c",
          principal: "device/c",
          source: "mqtt",
        },
        (verdict) => (verdict.ok ? resolve() : reject(new Error(verdict.message))),
      ),
    );
  }

  counts(name: string) {
    return this.cloud.deliveryStreams.get(name)!.counts;
  }

  objects(prefix: string): string[] {
    return this.cloud.s3.list("store", prefix).map(({ key }) => key);
  }

  lines(prefix: string): Properties[] {
    return this.cloud.s3
      .list("store", prefix)
      .flatMap(({ file }) => fs.readFileSync(file, "utf8").trim().split("\n"))
      .map((line) => JSON.parse(line) as Properties);
  }

  events(group: string): Properties[] {
    return [...this.cloud.logs.events(group)].map(({ message }) => JSON.parse(message) as Properties);
  }

  /** whole numbers of 64 bits as numbers */
  async rows(sql: string): Promise<unknown[][]> {
    const { rows } = await this.cloud.query(sql, "db");
    return rows.map((row) => row.map((value) => (typeof value === "bigint" ? Number(value) : value)));
  }

  async close(remove = true): Promise<void> {
    await this.cloud.close();
    if (remove) fs.rmSync(this.dataDir, { recursive: true });
  }
}

/** What a test changes of the stack below. */
export interface ScheduledStackChanges {
  definition?: Properties;
  /** the schedule of the machine; default every 5 minutes */
  rate?: string;
}

/** The small stack with a parameter, a state machine that reads it, a schedule that starts the machine, a queue and alarms. */
export function scheduledStack(changes: ScheduledStackChanges = {}): Resource[] {
  const resources = smallStack();
  const add = (type: string, name: string, inputs: Properties, outputs: Properties = {}): void => {
    const urn = `urn:pulumi:test::test::${type}::${name}`;
    resources.push({ urn, type, name, custom: true, id: name, dependencies: [], inputs, outputs });
  };
  const role = (name: string, service: string, Action: string[], Resource: string): string => {
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/${name}`;
    const policy = (statement: Properties): string => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const trust = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
    add(TYPES.role, name, { name, assumeRolePolicy: policy(trust) }, { arn: roleArn });
    add(TYPES.rolePolicy, name, { role: name, name, policy: policy({ Effect: "Allow", Action, Resource }) });
    return roleArn;
  };
  const machineArn = arn("states", "stateMachine:m");
  const queueArn = arn("sqs", "dead");
  const definition = changes.definition ?? {
    QueryLanguage: "JSONata",
    StartAt: "Read",
    States: {
      Read: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:ssm:getParameter",
        Arguments: { Name: "/p" },
        Next: "Write",
      },
      Write: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:ssm:putParameter",
        Arguments: { Name: "/p", Value: "{% $states.input.Parameter.Value & 'x' %}", Overwrite: true },
        End: true,
      },
    },
  };
  add(TYPES.parameter, "p", { name: "/p", type: "String", value: "a" }, { arn: arn("ssm", "parameter/p") });
  add(
    TYPES.stateMachine,
    "m",
    {
      name: "m",
      roleArn: role(
        "machine",
        "states.amazonaws.com",
        ["ssm:GetParameter", "ssm:PutParameter"],
        arn("ssm", "parameter/p"),
      ),
      definition: JSON.stringify(definition),
    },
    { arn: machineArn },
  );
  add(TYPES.queue, "dead", { name: "dead" }, { arn: queueArn });
  add(TYPES.schedule, "s", {
    name: "s",
    groupName: "default",
    scheduleExpression: changes.rate ?? "rate(5 minutes)",
    target: {
      arn: machineArn,
      roleArn: role("schedule", "scheduler.amazonaws.com", ["states:StartExecution"], machineArn),
      input: "{}",
      deadLetterConfig: { arn: queueArn },
    },
  });
  add(TYPES.metricAlarm, "started", {
    name: "started",
    namespace: "AWS/States",
    metricName: "ExecutionsStarted",
    dimensions: { StateMachineArn: machineArn },
    statistic: "Sum",
    period: 60,
    evaluationPeriods: 1,
    threshold: 0,
    comparisonOperator: "GreaterThanThreshold",
    treatMissingData: "notBreaching",
  });
  add(TYPES.metricAlarm, "behind", {
    name: "behind",
    namespace: "AWS/Kinesis",
    metricName: "IncomingRecords",
    dimensions: { StreamName: "in" },
    statistic: "Sum",
    period: 60,
    evaluationPeriods: 1,
    threshold: 0,
    comparisonOperator: "GreaterThanThreshold",
  });
  add(TYPES.thing, "gateway", { name: "gateway", attributes: { site: "a" } });
  return resources;
}
