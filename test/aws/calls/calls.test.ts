import assert from "node:assert/strict";
import { CALLS, SERVICE_PRINCIPALS, type ServiceCall, type Surroundings } from "../../../aws/calls";
import { DMS_CALLS } from "../../../aws/calls/dms";
import { FIREHOSE_CALLS } from "../../../aws/calls/firehose";
import { IOT_RULE_CALLS } from "../../../aws/calls/iot-rule";
import { LAMBDA_CALLS } from "../../../aws/calls/lambda";
import { SCHEDULER_CALLS } from "../../../aws/calls/scheduler";
import { STEP_FUNCTIONS_CALLS } from "../../../aws/calls/step-functions";
import { actionOf } from "../../../aws/iam/action-catalog";
import type { Inputs } from "../../../aws/values";

const TABLES: Readonly<Record<string, Readonly<Record<string, ServiceCall>>>> = {
  DMS_CALLS,
  FIREHOSE_CALLS,
  IOT_RULE_CALLS,
  LAMBDA_CALLS,
  SCHEDULER_CALLS,
  STEP_FUNCTIONS_CALLS,
};
const KEY = "arn:aws:kms:eu-central-1:123456789012:key/1";
const ALONE: Surroundings = {
  name: "x",
  keyOf: () => undefined,
  hasLogGroup: () => false,
  mappings: () => [],
  queryBuckets: () => undefined,
};

/** The calls that a resource must be able to make, as `ACTION ON ROLE (ARGUMENT)`. */
function mustOf(type: string, raw: Inputs, surroundings: Partial<Surroundings> = {}): string[] {
  return CALLS[type]!(raw, { ...ALONE, ...surroundings }).all.flatMap(({ call, role, on, at }) =>
    call.need === "must" ? call.actions.map((action) => `${action} ${on.join()} ${String(role)} (${at})`) : [],
  );
}

describe("the calls that services make", () => {
  for (const [table, calls] of Object.entries(TABLES))
    it(`${table} has actions of the service authorization reference, a consequence and AWS's page for each`, () => {
      for (const [name, { actions, refused, on, source }] of Object.entries(calls)) {
        for (const action of actions) assert.equal(actionOf(action)?.name, action, `${name}: ${action}`);
        assert.match(refused, /^[A-Z].*\.$/, name);
        assert.notEqual(on, "", name);
        assert.match(source, /^https:\/\/docs\.aws\.amazon\.com\//, name);
      }
    });

  it("are described for types whose service principal is known", () => {
    for (const type of Object.keys(CALLS)) assert.match(SERVICE_PRINCIPALS[type] ?? "", /\.amazonaws\.com$/, type);
  });

  it("of a delivery stream read the stream, write both prefixes and log, with the role of each part", () => {
    const raw = {
      kinesisSourceConfiguration: { kinesisStreamArn: "STREAM", roleArn: "reader" },
      extendedS3Configuration: {
        bucketArn: "BUCKET",
        roleArn: "writer",
        prefix: "raw/dt=!{timestamp:yyyy}/",
        errorOutputPrefix: "errors/",
        cloudwatchLoggingOptions: { enabled: true, logGroupName: "G", logStreamName: "S" },
      },
    };
    const at = "kinesisSourceConfiguration.kinesisStreamArn";
    assert.deepEqual(
      mustOf("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", raw, {
        keyOf: (resource) => (resource === "BUCKET" ? KEY : undefined),
      }),
      [
        `kinesis:DescribeStream STREAM reader (${at})`,
        `kinesis:GetShardIterator STREAM reader (${at})`,
        `kinesis:GetRecords STREAM reader (${at})`,
        `kms:GenerateDataKey ${KEY} writer (extendedS3Configuration.bucketArn)`,
        "s3:PutObject BUCKET/raw/dt=* writer (extendedS3Configuration.prefix)",
        "s3:PutObject BUCKET/errors/* writer (extendedS3Configuration.errorOutputPrefix)",
        "logs:PutLogEvents arn:*:logs:*:*:log-group:G:log-stream:S writer (extendedS3Configuration.cloudwatchLoggingOptions)",
      ],
    );
  });

  it("of a rule are certain for a literal target only", () => {
    const kineses = (streamName: string) => ({ kineses: [{ streamName, roleArn: "rule" }] });
    const type = "aws:iot/topicRule:TopicRule";
    assert.deepEqual(mustOf(type, kineses("plant")), [
      "kinesis:PutRecord arn:*:kinesis:*:*:stream/plant rule (kineses[0])",
    ]);
    assert.deepEqual(mustOf(type, kineses("plant-${topic(2)}")), []);
    const [call] = CALLS[type]!(kineses("plant-${topic(2)}"), ALONE).all;
    assert.deepEqual(call?.on, ["arn:*:kinesis:*:*:stream/plant-*"]);
    const batch = { errorAction: { firehose: { deliveryStreamName: "d", roleArn: "rule", batchMode: true } } };
    assert.deepEqual(mustOf(type, batch), [
      "firehose:PutRecordBatch arn:*:firehose:*:*:deliverystream/d rule (errorAction.firehose)",
    ]);
    assert.equal(CALLS[type]!({ kafkas: [{}] }, ALONE).incomplete, true);
    assert.equal(CALLS[type]!(kineses("plant"), ALONE).incomplete, false);
  });

  it("of a schedule start its target and keep what failed", () => {
    const raw = {
      target: {
        arn: "arn:aws:states:eu-central-1:1:stateMachine:m",
        roleArn: "scheduler",
        deadLetterConfig: { arn: "arn:aws:sqs:eu-central-1:1:q" },
      },
    };
    assert.deepEqual(mustOf("aws:scheduler/schedule:Schedule", raw, { keyOf: () => KEY }), [
      "states:StartExecution arn:aws:states:eu-central-1:1:stateMachine:m scheduler (target.arn)",
      "sqs:SendMessage arn:aws:sqs:eu-central-1:1:q scheduler (target.deadLetterConfig.arn)",
      `kms:GenerateDataKey ${KEY} scheduler (target.deadLetterConfig.arn)`,
      `kms:Decrypt ${KEY} scheduler (target.deadLetterConfig.arn)`,
    ]);
  });

  it("of a function log into a group of the program, and read the sources that are mapped to it", () => {
    const mapping = {
      name: "m",
      inputs: {
        eventSourceArn: "arn:aws:sqs:eu-central-1:1:in",
        destinationConfig: { onFailure: { destinationArn: "arn:aws:sns:eu-central-1:1:failed" } },
      },
    };
    const surroundings = { mappings: () => [mapping], hasLogGroup: (name: string) => name === "/aws/lambda/x" };
    assert.deepEqual(mustOf("aws:lambda/function:Function", { role: "f" }, surroundings), [
      "logs:PutLogEvents arn:*:logs:*:*:log-group:/aws/lambda/x:* f (loggingConfig.logGroup)",
      "sqs:ReceiveMessage arn:aws:sqs:eu-central-1:1:in f (eventSourceArn of m)",
      "sns:Publish arn:aws:sns:eu-central-1:1:failed f (destinationConfig of m)",
    ]);
    assert.deepEqual(mustOf("aws:lambda/function:Function", { role: "f" }), []);
  });

  it("of a state machine are those of its tasks, nested ones too", () => {
    const task = (Resource: string, Arguments: Inputs) => ({ Type: "Task", Resource, Arguments });
    const definition = JSON.stringify({
      States: {
        Ask: task("arn:aws:states:::athena:startQueryExecution.sync", { WorkGroup: "w", QueryString: "SELECT 1" }),
        Each: {
          Type: "Map",
          ItemProcessor: { States: { Call: task("arn:aws:states:::lambda:invoke", { FunctionName: "f" }) } },
        },
        Tell: task("arn:aws:states:::sns:publish", { TopicArn: "{% $topic %}" }),
      },
    });
    assert.deepEqual(mustOf("aws:sfn/stateMachine:StateMachine", { definition, roleArn: "m" }), [
      "athena:StartQueryExecution arn:*:athena:*:*:workgroup/w m (definition)",
      "lambda:InvokeFunction arn:*:lambda:*:*:function:f m (definition)",
    ]);
    assert.equal(CALLS["aws:sfn/stateMachine:StateMachine"]!({ definition: "{" }, ALONE).incomplete, true);
  });

  it("of an endpoint write its stream", () => {
    const raw = { kinesisSettings: { streamArn: "STREAM", serviceAccessRoleArn: "dms" } };
    assert.deepEqual(mustOf("aws:dms/endpoint:Endpoint", raw), [
      "kinesis:DescribeStream STREAM dms (kinesisSettings.streamArn)",
      "kinesis:PutRecord STREAM dms (kinesisSettings.streamArn)",
      "kinesis:PutRecords STREAM dms (kinesisSettings.streamArn)",
    ]);
    assert.equal(CALLS["aws:dms/endpoint:Endpoint"]!({}, ALONE).incomplete, true);
  });
});
