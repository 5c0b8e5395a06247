import assert from "node:assert/strict";
import { CHANNEL, DATASET, DATASTORE, loadTexts, PIPELINE, RULE } from "../support";
import type { DocumentSet } from "../../../../etl/documents";

const TIMES = { creationTime: "2021-03-02T10:00:00.123000+01:00", lastUpdateTime: 1614679200.5 };
const ARN = "arn:aws:iotanalytics:us-east-1:123456789012";

function errors({ problems }: DocumentSet): string[] {
  return problems.filter(({ severity }) => severity === "error").map(({ path, message }) => `${path}: ${message}`);
}

function load(text: string | object, name = "file.json", purpose: "check" | "deploy" = "check"): DocumentSet {
  return loadTexts({ [name]: typeof text === "string" ? text : JSON.stringify(text) }, { purpose });
}

describe("shapes of documents", () => {
  it("takes what describing printed, wrapped and not", () => {
    const { channelName: name, ...channel } = CHANNEL;
    const files = {
      channel: {
        channel: {
          name,
          storage: { serviceManagedS3: {} },
          arn: `${ARN}:channel/machines`,
          status: "ACTIVE",
          retentionPeriod: { unlimited: true },
          lastMessageArrivalTime: "x",
          ...TIMES,
          ...channel,
        },
        statistics: { size: { estimatedSizeInBytes: 1.5, estimatedOn: "x" } },
      },
      pipeline: {
        pipeline: {
          name: "convert",
          arn: `${ARN}:pipeline/convert`,
          activities: PIPELINE.pipelineActivities,
          reprocessingSummaries: [{ id: "1", status: "SUCCEEDED", creationTime: "x" }],
          ...TIMES,
        },
      },
      datastore: {
        datastore: {
          name: "readings",
          storage: { serviceManagedS3: {} },
          arn: `${ARN}:datastore/readings`,
          status: "ACTIVE",
          fileFormatConfiguration: DATASTORE.fileFormatConfiguration,
          ...TIMES,
        },
      },
      dataset: {
        name: "hourly",
        arn: `${ARN}:dataset/hourly`,
        actions: DATASET.actions,
        triggers: [],
        contentDeliveryRules: [],
        status: "ACTIVE",
        ...TIMES,
      },
      rule: {
        ruleArn: "arn:aws:iot:us-east-1:123456789012:rule/feed",
        rule: { ruleName: "feed", createdAt: "x", ruleDisabled: false, ...RULE },
      },
    };
    const set = loadTexts(
      Object.fromEntries(Object.entries(files).map(([file, value]) => [`${file}.json`, JSON.stringify(value)])),
      { purpose: "check" },
    );
    assert.deepEqual(errors(set), []);
    assert.deepEqual(
      set.documents.map(({ kind, name: named }) => `${kind} ${named}`),
      ["channel machines", "pipeline convert", "datastore readings", "dataset hourly", "topicRule feed"],
    );
    assert.deepEqual(set.pipelines[0]?.document, PIPELINE);
    assert.deepEqual(set.datastores[0]?.document, { ...DATASTORE, datastoreStorage: { serviceManagedS3: {} } });
    assert.deepEqual(set.rules[0]?.document, { ruleDisabled: false, ...RULE });
  });

  it("names places of a description as they are written", () => {
    const text = '{\n  "pipeline": {\n    "name": "a-b",\n    "activities": []\n  }\n}';
    const { problems } = load(text);
    assert.deepEqual(
      problems.map(({ path, line, column }) => [path, line, column]),
      [
        ["$.pipeline.name", 3, 13],
        ["$.pipeline.activities", 4, 19],
      ],
    );
  });

  it("takes lists of documents", () => {
    const set = load([CHANNEL, PIPELINE, DATASTORE, DATASET, RULE]);
    assert.deepEqual(errors(set), []);
    assert.deepEqual(
      set.documents.map(({ root }) => root),
      ["$[0]", "$[1]", "$[2]", "$[3]", "$[4]"],
    );
  });

  const TEMPLATE = `AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Project: { Type: String }
Resources:
  Bucket:
    Type: AWS::S3::Bucket
  Channel:
    Type: AWS::IoTAnalytics::Channel
    Properties:
      ChannelStorage:
        CustomerManagedS3: { Bucket: !Ref Bucket, RoleArn: !GetAtt Role.Arn, KeyPrefix: !Sub "\${Project}/" }
      RetentionPeriod: { NumberOfDays: "30", Unlimited: "false" }
      Tags: [{ Key: cost, Value: 12 }]
  Store:
    Type: AWS::IoTAnalytics::Datastore
    Properties:
      DatastoreName: readings
      DatastorePartitions:
        Partitions:
          - Partition: { AttributeName: site }
          - TimestampPartition: { AttributeName: ts }
  Pipeline:
    Type: AWS::IoTAnalytics::Pipeline
    Properties:
      PipelineName: !Join ["_", [!Ref Project, pipeline]]
      PipelineActivities:
        - Datastore: { Name: to, DatastoreName: !Ref Store }
          Channel: { Name: from, ChannelName: !Ref Channel, Next: copy }
        - AddAttributes: { Name: copy, Attributes: { unit.id: Unit }, Next: to }
  Dataset:
    Type: AWS::IoTAnalytics::Dataset
    DependsOn: Store
    Properties:
      DatasetName: hourly
      Actions:
        - ActionName: run
          ContainerAction:
            Image: image
            ExecutionRoleArn: !Sub "arn:aws:iam::\${AWS::AccountId}:role/run"
            ResourceConfiguration: { ComputeType: ACU_1, VolumeSizeInGB: "2" }
            Variables: [{ VariableName: a, DoubleValue: 1.5 }, { VariableName: b, StringValue: 7 }]
      Triggers:
        - TriggeringDataset: { DatasetName: other }
      VersioningConfiguration: !Ref AWS::NoValue
  Rule:
    Type: AWS::IoT::TopicRule
    Properties:
      RuleName: feed
      TopicRulePayload:
        Sql: SELECT * FROM 'a'
        AwsIotSqlVersion: "2016-03-23"
        Actions:
          - IotAnalytics: { ChannelName: !Ref Channel, RoleArn: !GetAtt Role.Arn, BatchMode: "true" }
          - Kafka: { ClientProperties: { acks: "1" } }
`;

  it("takes a template in YAML, with its functions as placeholders", () => {
    const set = load(TEMPLATE, "template.yaml");
    assert.deepEqual(errors(set), []);
    const placeholder = "${Project}";
    assert.deepEqual(set.channels[0]?.document, {
      channelName: "Channel",
      channelStorage: {
        customerManagedS3: { bucket: "${Bucket}", roleArn: "${Role.Arn}", keyPrefix: `${placeholder}/` },
      },
      retentionPeriod: { numberOfDays: 30, unlimited: false },
      tags: [{ key: "cost", value: "12" }],
    });
    assert.deepEqual(set.pipelines[0]?.document, {
      pipelineName: `${placeholder}_pipeline`,
      pipelineActivities: [
        { datastore: { name: "to", datastoreName: "readings" } },
        { channel: { name: "from", channelName: "Channel", next: "copy" } },
        { addAttributes: { name: "copy", attributes: { "unit.id": "Unit" }, next: "to" } },
      ],
    });
    assert.deepEqual(set.datastores[0]?.document.datastorePartitions, {
      partitions: [{ attributePartition: { attributeName: "site" } }, { timestampPartition: { attributeName: "ts" } }],
    });
    const { actions, triggers, versioningConfiguration } = set.datasets[0]!.document;
    assert.deepEqual(actions[0]?.containerAction?.resourceConfiguration, { computeType: "ACU_1", volumeSizeInGB: 2 });
    assert.deepEqual(actions[0]?.containerAction?.variables, [
      { name: "a", doubleValue: 1.5 },
      { name: "b", stringValue: "7" },
    ]);
    assert.deepEqual([triggers, versioningConfiguration], [[{ dataset: { name: "other" } }], undefined]);
    assert.deepEqual(set.rules[0]?.document.actions, [
      { iotAnalytics: { channelName: "Channel", roleArn: "${Role.Arn}", batchMode: true } },
      { kafka: { ClientProperties: { acks: "1" } } },
    ]);
    const told = set.problems.filter(({ message }) => message.includes("placeholder")).map(({ path }) => path);
    assert.ok(told.includes("$.Resources.Pipeline.Properties.PipelineName"), told.join());
    assert.ok(told.includes("$.Resources.Channel.Properties.ChannelStorage.CustomerManagedS3.Bucket"), told.join());
    assert.match(set.others[0]!.reason, /AWS::S3::Bucket/);
  });

  it("names a placeholder on one line, however long it is", () => {
    const channel = {
      Type: "AWS::IoTAnalytics::Channel",
      Properties: { ChannelName: { "Fn::Sub": `\${A}\n${"x".repeat(99)}` } },
    };
    const [problem] = load({ C: channel }).problems;
    assert.match(problem!.message, /^\$\{A\} x{52}\.\.\. \(Fn::Sub\) is a placeholder/);
  });

  it("does not deploy placeholders, but for those of roles", () => {
    const found = errors(load(TEMPLATE, "template.yaml", "deploy")).filter((error) => error.includes("placeholder"));
    assert.deepEqual(found.map((error) => error.split(": ")[0]).sort(), [
      "$.Resources.Channel.Properties.ChannelStorage.CustomerManagedS3.Bucket",
      "$.Resources.Channel.Properties.ChannelStorage.CustomerManagedS3.KeyPrefix",
      "$.Resources.Pipeline.Properties.PipelineName",
    ]);
  });

  it("says what is wrong in CloudFormation's words, where it is written", () => {
    const template = {
      Resources: {
        C: {
          Type: "AWS::IoTAnalytics::Channel",
          Properties: { ChannelName: "a-b", ChanelStorage: {}, retentionPeriod: { NumberOfDays: 0 } },
        },
      },
    };
    const set = load(JSON.stringify(template, undefined, 2));
    assert.deepEqual(errors(set).sort(), [
      '$.Resources.C.Properties.ChanelStorage: there is no member "ChanelStorage" here; did you mean "ChannelStorage"?',
      '$.Resources.C.Properties.ChannelName: "a-b" does not fit: a name has letters, digits and underscores, and does not begin with two underscores',
      "$.Resources.C.Properties.retentionPeriod.NumberOfDays: 0 is not a whole number of at least 1",
      '$.Resources.C.Properties.retentionPeriod: "retentionPeriod" begins with a small letter; CloudFormation\'s members begin with a capital: write "RetentionPeriod"',
    ]);
    assert.deepEqual(set.problems.map(({ line }) => line).sort(), [6, 7, 8, 9]);
  });

  it("takes a resource alone, its properties alone, and YAML in the command line's shape", () => {
    const set = loadTexts(
      {
        "a.json": JSON.stringify({ Type: "AWS::IoTAnalytics::Channel", Properties: { ChannelName: "a" } }),
        "b.json": JSON.stringify({ DatastoreName: "b" }),
        "c.yml": "channelName: c\nretentionPeriod:\n  numberOfDays: 3\n",
        "d.template": JSON.stringify({ D: { Type: "AWS::IoTAnalytics::Channel" } }),
      },
      { purpose: "check" },
    );
    assert.deepEqual(errors(set), []);
    assert.deepEqual(
      set.documents.map(({ name }) => name),
      ["a", "b", "c", "D"],
    );
  });

  it("reports a value that is not a document, with a suggestion", () => {
    const reasons: [unknown, RegExp][] = [
      [{ pipelineNam: "x" }, /did you mean "pipelineName" by "pipelineNam"/],
      [PIPELINE.pipelineActivities, /activities without their pipeline/],
      [{ channelSummaries: [] }, /list of names/],
      [[], /the list is empty/],
      [3, /3 is not a document/],
      [{}, /no members/],
      [{ Resources: { B: { Type: "AWS::S3::Bucket" } } }, /holds nothing of AWS IoT Analytics.*AWS::S3::Bucket/],
    ];
    for (const [value, reason] of reasons) {
      const [first, ...more] = errors(load(JSON.stringify(value)));
      assert.deepEqual(more, []);
      assert.match(first!, reason);
    }
  });

  it("checks a rule's name where it is written, in every shape", () => {
    const payload = {
      Sql: RULE.sql,
      AwsIotSqlVersion: "2016-03-23",
      Actions: [{ IotAnalytics: { ChannelName: "c" } }],
    };
    const rule = (name: unknown): object => ({
      Resources: { R: { Type: "AWS::IoT::TopicRule", Properties: { RuleName: name, TopicRulePayload: payload } } },
    });
    const cases: [object, string][] = [
      [{ ruleName: "my-rule", topicRulePayload: RULE }, "$.ruleName"],
      [{ ruleName: "my rule", ...RULE }, "$.ruleName"],
      [{ rule: { ruleName: "my.rule", ...RULE } }, "$.rule.ruleName"],
      [rule("my-rule"), "$.Resources.R.Properties.RuleName"],
    ];
    for (const [file, place] of cases) {
      const [first, ...more] = errors(load(file));
      assert.deepEqual(more, []);
      assert.match(first!, /letters, digits and underscores/);
      assert.ok(first!.startsWith(`${place}: `), first);
    }
    for (const file of [
      rule({ Ref: "Name" }),
      rule({ "Fn::Sub": "${AWS::StackName}-x" }),
      rule(undefined),
      { ruleName: "<RULE_NAME>", topicRulePayload: RULE },
    ])
      assert.deepEqual(errors(load(file)), []);
    assert.deepEqual(errors(load(RULE, "my-rule.json")), []);
  });

  it("holds names against each other in every shape, and storage of two versions of one datastore", () => {
    const site = { iotSiteWiseMultiLayerStorage: { customerManagedS3Storage: { bucket: "site-bucket" } } };
    const set = loadTexts(
      {
        "1.json": JSON.stringify({ datastoreName: "readings", datastoreStorage: site }),
        "2.json": JSON.stringify({ datastoreName: "readings", datastoreStorage: { serviceManagedS3: {} } }),
        "3.json": JSON.stringify({ datastoreName: "readings" }),
      },
      { purpose: "check" },
    );
    assert.deepEqual(
      errors(set)
        .map((error) => error.replace(/in \S*2\.json/, "in it"))
        .map((error) => error.split(":")[0]),
      ["$.datastoreStorage"],
    );
    assert.ok(set.documents[1]?.findings.failed);
  });

  it("takes a name that no document has as a warning when checking, and as an error when deploying", () => {
    const purposes = (["check", "deploy"] as const).map((purpose) => {
      const { problems } = load(PIPELINE, "p.json", purpose);
      return problems.filter(({ message }) => message.includes("names no")).map(({ severity }) => severity);
    });
    assert.deepEqual(purposes, [
      ["warning", "warning"],
      ["error", "error"],
    ]);
  });
});
