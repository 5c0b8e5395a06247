import assert from "node:assert/strict";
import { CHANNEL, changed, checkOne, DATASET, loadTexts, PIPELINE } from "../support";

/** The one thing that is said of a file. */
function reason(text: string, name = "x.json"): string {
  const { problems, documents } = loadTexts({ [name]: text }, { purpose: "check" });
  assert.equal(documents.length, 1);
  assert.deepEqual(
    problems.map(({ severity }) => severity),
    ["error"],
    problems.map(({ message }) => message).join("\n"),
  );
  return problems[0]!.message;
}

const ARN = "arn:aws:iotanalytics:us-east-1:123456789012:channel/machines";

describe("shapes of other tools", () => {
  const cases: [string, string, RegExp][] = [
    [
      "x.json",
      '{"channel_name": "a", "retention_period": {"unlimited": true}}',
      /"channel_name"\); write "channelName"/,
    ],
    ["x.json", '{"pipeline_activities": []}', /write "pipelineActivities"/],
    ["x.yaml", "datastore_name: a\n", /write "datastoreName"/],
    ["x.tf.json", '{"resource": {"awscc_iotanalytics_channel": {"c": {"channel_name": "a"}}}}', /Terraform's JSON/],
    ["main.tf", 'resource "awscc_iotanalytics_channel" "c" {\n  channel_name = "a"\n}\n', /Terraform's language/],
    [
      "make.py",
      'import boto3\nc = boto3.client("iotanalytics")\nc.create_channel(channelName="a")\n',
      /this is a program/,
    ],
    [
      "stack.ts",
      'import * as iota from "aws-cdk-lib/aws-iotanalytics";\nnew iota.CfnChannel(this, "c", {\n  channelName: "a",\n});\n',
      /this is a program/,
    ],
    ["make.sh", "#!/bin/sh\naws iotanalytics create-channel --channel-name a\n", /this is a program/],
    [
      "x.json",
      `{"channelName": "a", "channelArn": "${ARN}", "retentionPeriod": {"unlimited": true}}`,
      /what create-channel answered/,
    ],
    [
      "x.json",
      `{"datasetName": "a", "datasetArn": "x", "ResponseMetadata": {"HTTPStatusCode": 201}}`,
      /what create-dataset answered/,
    ],
    ["x.json", JSON.stringify({ channel: CHANNEL, dataset: DATASET }), /custom names; write them as a list/],
    ["x.json", JSON.stringify({ pipelines: [PIPELINE], channels: [CHANNEL] }), /custom names/],
    ["x.json", "{'channelName': 'a'}", /double quotes/],
    ["x.json", '{"channelName": "a", "retentionPeriod": {"unlimited": True}}', /JSON writes true, false and null/],
    ["x.json", '{"channelName": "a", "tags": None}', /JSON writes true, false and null/],
    ["x.json", JSON.stringify({ math: { name: "m", math: "a", attribute: "b" } }), /activities without their pipeline/],
  ];
  for (const [name, text, message] of cases) {
    it(`are named: ${text.slice(0, 60).replace(/\n/g, " ")}`, () => assert.match(reason(text, name), message));
  }

  it("are named, in a folder too", () => {
    const file = { "x.json": '{"resource": {"awscc_iotanalytics_channel": {}}}' };
    const everything = { has: () => true } as unknown as ReadonlySet<string>;
    const [found] = loadTexts(file, { purpose: "check", discovered: everything }).documents;
    assert.equal(found!.findings.failed, true);
  });

  it("have members whose names are known here, and those are named", () => {
    const cases: [object, string, RegExp][] = [
      [{ pipelineName: "p", activities: [] }, "$.activities", /did you mean "pipelineActivities"/],
      [changed(CHANNEL, "storage", {}), "$.storage", /did you mean "channelStorage"/],
      [changed(CHANNEL, "retention", {}), "$.retention", /did you mean "retentionPeriod"/],
      [changed(CHANNEL, "ChannelStorage", {}), "$.ChannelStorage", /did you mean "channelStorage"/],
      [
        changed(DATASET, "triggers", [{ schedule: { scheduleExpression: "rate(1 day)" } }]),
        "$.triggers[0].schedule.scheduleExpression",
        /did you mean "expression"/,
      ],
      [
        changed(DATASET, "triggers", [{ triggeringDataset: { datasetName: "x" } }]),
        "$.triggers[0].triggeringDataset",
        /did you mean "dataset"/,
      ],
      [changed(CHANNEL, "tags", { team: "a" }), "$.tags", /write tags as \[ \{ "key": "team", "value": "a" \} \]/],
      [changed(CHANNEL, "tags", "team=a"), "$.tags", /"team=a" is not a list; write tags as/],
      [changed(CHANNEL, "tags", ["team"]), "$.tags[0]", /"team" is not an object/],
      [changed(CHANNEL, "tags", [{ Key: "a", Value: "b" }]), "$.tags[0].Key", /did you mean "key"/],
      [changed(CHANNEL, "channelStorage", null), "$.channelStorage", /null is not allowed here; leave the member out/],
    ];
    for (const [document, place, message] of cases) {
      const found = checkOne(document).find((problem) => problem.startsWith(`error ${place}: `));
      assert.match(found ?? `nothing at ${place}: ${checkOne(document).join("\n")}`, message);
    }
  });
});
