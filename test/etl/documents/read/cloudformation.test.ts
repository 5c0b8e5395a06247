import assert from "node:assert/strict";
import { loadTexts } from "../support";
import type { DocumentSet } from "../../../../etl/documents";

function load(text: string, name = "template.yaml", purpose: "check" | "deploy" = "check"): DocumentSet {
  return loadTexts({ [name]: text }, { purpose });
}

function said({ problems }: DocumentSet, severity: string): string[] {
  return problems.filter((problem) => problem.severity === severity).map(({ path, message }) => `${path}: ${message}`);
}

const HEAD = `
Parameters:
  Stage: { Type: String, Default: dev, AllowedValues: [dev, prod] }
  Days: { Type: Number, Default: 14 }
  Sites: { Type: CommaDelimitedList, Default: "north, south" }
  Owner: { Type: String }
  Secret: { Type: "AWS::SSM::Parameter::Value<String>", Default: /path/of/secret }
Mappings:
  Keep:
    dev: { days: 3, attributes: [a, b] }
    prod: { days: 300, attributes: [c] }
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsDev: !Not [!Condition IsProd]
  Both: !And [!Condition IsDev, !Equals [!Ref Owner, me]]
  Either: !Or [!Condition IsDev, !Equals [!Ref Owner, me]]
  Neither: !And [!Condition IsProd, !Equals [!Ref Owner, me]]
  Circle: !Not [!Condition Circle]
Resources:
`;

/** A channel of a template in YAML with the given properties. */
function channel(properties: string): { document: unknown; set: DocumentSet } {
  const set = load(`${HEAD}  C:\n    Type: AWS::IoTAnalytics::Channel\n    Properties: ${properties}\n`);
  return { document: set.channels[0]?.document, set };
}

describe("templates of CloudFormation", () => {
  const values: [string, unknown][] = [
    ["!Ref Stage", "dev"],
    ["!Sub 'c_${Stage}'", "c_dev"],
    ["!Sub ['c_${X}_${Stage}', { X: !Ref Days }]", "c_14_dev"],
    ["!Join ['_', [c, !Ref Stage, !Ref Days]]", "c_dev_14"],
    ["!Join ['_', !Ref Sites]", "north_south"],
    ["!Join ['_', !Split ['-', a-b]]", "a_b"],
    ["!Select [1, !Ref Sites]", "south"],
    ["!Select ['0', [!Ref Stage, other]]", "dev"],
    ["!Select [1, !Split [',', 'x,y']]", "y"],
    ["!FindInMap [Keep, !Ref Stage, days]", "3"],
    ["!If [IsProd, p, !Sub 'd_${Stage}']", "d_dev"],
    ["!If [IsDev, d, p]", "d"],
    ["!If [Either, e, n]", "e"],
    ["!If [Neither, n, o]", "o"],
    ["{ 'Fn::If': [IsProd, p, { Ref: 'AWS::NoValue' }] }", "C"],
    // nobody knows these
    ["!If [Both, a, b]", undefined],
    ["!If [Circle, a, b]", undefined],
    ["!If [Missing, a, b]", undefined],
    ["!Ref Owner", undefined],
    ["!Ref Secret", undefined],
    ["!Ref AWS::StackName", undefined],
    ["!Sub '${Owner}_x'", undefined],
    ["!FindInMap [Keep, !Ref Owner, days]", undefined],
    ["!FindInMap [Keep, qa, days]", undefined],
    ["!Select [7, !Ref Sites]", undefined],
    ["!ImportValue x", undefined],
    ["!GetAtt X.Name", undefined],
    ["!Base64 x", undefined],
    ["!Sub [1]", undefined],
    ["!Join ['_']", undefined],
    ["!If [IsDev]", undefined],
  ];
  for (const [written, expected] of values) {
    it(`${written} is ${expected === undefined ? "a placeholder" : JSON.stringify(expected)}`, () => {
      const { document, set } = channel(`{ ChannelName: ${written} }`);
      assert.deepEqual(said(set, "error"), []);
      const placeholders = said(set, "note").filter((note) => note.includes("is a placeholder"));
      if (expected === undefined) {
        assert.equal(placeholders.length, 1);
        assert.match(placeholders[0]!, /^\$\.Resources\.C\.Properties\.ChannelName: /);
      } else {
        assert.deepEqual(placeholders, []);
        assert.equal((document as { channelName: string }).channelName, expected);
      }
    });
  }

  it("takes whole objects and lists by a condition, and checks what was chosen where it is written", () => {
    const { document } = channel(
      "{ ChannelName: c, RetentionPeriod: !If [IsProd, { Unlimited: yes }, { NumberOfDays: !FindInMap [Keep, !Ref Stage, days] }] }",
    );
    assert.deepEqual(document, { channelName: "c", retentionPeriod: { numberOfDays: 3 } });
    const { set } = channel(
      "{ ChannelName: c, RetentionPeriod: !If [IsDev, { NumberOfDays: 0 }, { Unlimited: true }] }",
    );
    assert.deepEqual(said(set, "error"), [
      '$.Resources.C.Properties.RetentionPeriod["Fn::If"][1].NumberOfDays: 0 is not a whole number of at least 1',
    ]);
    assert.equal(set.problems.find(({ severity }) => severity === "error")?.line, 22);
    const list = load(
      `${HEAD}  P:
    Type: AWS::IoTAnalytics::Pipeline
    Properties:
      PipelineName: p
      PipelineActivities:
        - Channel: { Name: c, ChannelName: x, Next: r }
        - RemoveAttributes: { Name: r, Attributes: !FindInMap [Keep, !Ref Stage, attributes], Next: m }
        - Math: { Name: m, Attribute: t, Math: !Sub "t * \${Days}", Next: d }
        - !If [IsProd, { Filter: { Name: f, Filter: a } }, !Ref AWS::NoValue]
        - Datastore: { Name: d, DatastoreName: y }
`,
    );
    assert.deepEqual(said(list, "error"), []);
    assert.deepEqual(list.pipelines[0]?.document.pipelineActivities, [
      { channel: { name: "c", channelName: "x", next: "r" } },
      { removeAttributes: { name: "r", attributes: ["a", "b"], next: "m" } },
      { math: { name: "m", attribute: "t", math: "t * 14", next: "d" } },
      { datastore: { name: "d", datastoreName: "y" } },
    ]);
  });

  it("says that a parameter's default was taken, once a value", () => {
    const { set } = channel(
      "{ ChannelName: !Sub '${Stage}_${Stage}_${Days}', RetentionPeriod: { NumberOfDays: !Ref Days } }",
    );
    assert.deepEqual(said(set, "note"), [
      '$.Resources.C.Properties.ChannelName: it is "dev_dev_14" by the default of the parameters Stage, Days; a stack may have been given another',
      "$.Resources.C.Properties.RetentionPeriod.NumberOfDays: it is 14 by the default of the parameter Days; a stack may have been given another",
    ]);
  });

  it("says what becomes of a resource with a condition", () => {
    const set = load(
      `${HEAD}${["IsProd", "IsDev", "Both"].map((name) => `  ${name}C: { Type: "AWS::IoTAnalytics::Channel", Condition: ${name} }\n`).join("")}`,
    );
    const about = (name: string): string[] =>
      set.problems
        .filter(({ path, message }) => path.includes(`.${name}C.`) && message.startsWith("Condition"))
        .map(({ severity, message }) => `${severity} ${message}`);
    assert.match(
      about("IsProd")[0]!,
      /^warning Condition "IsProd" does not hold with the defaults of the parameter Stage/,
    );
    assert.deepEqual(about("IsDev"), []);
    assert.match(about("Both")[0]!, /^note Condition \("Both"\) is CloudFormation's own/);
  });

  it("names resources by what their names come to, so that references meet", () => {
    const set = load(`${HEAD}  C:
    Type: AWS::IoTAnalytics::Channel
    Properties: { ChannelName: !Sub "raw_\${Stage}" }
  S:
    Type: AWS::IoTAnalytics::Datastore
    Properties: { DatastoreName: !Join [_, [store, !Ref Stage]] }
  P:
    Type: AWS::IoTAnalytics::Pipeline
    Properties:
      PipelineName: p
      PipelineActivities:
        - Channel: { Name: c, ChannelName: !Ref C, Next: d }
          Datastore: { Name: d, DatastoreName: !Ref S }
  D:
    Type: AWS::IoTAnalytics::Dataset
    Properties:
      DatasetName: d
      Actions: [{ ActionName: q, QueryAction: { SqlQuery: !Sub "select * from \${S}" } }]
`);
    assert.deepEqual(said(set, "error"), []);
    assert.deepEqual(said(set, "warning"), []);
    assert.equal(set.datasets[0]?.document.actions[0]?.queryAction?.sqlQuery, "select * from store_dev");
  });

  it("deploys what defaults decide, and nothing that is open", () => {
    const of = (name: string): string[] =>
      said(
        load(
          `${HEAD}  C: { Type: "AWS::IoTAnalytics::Channel", Properties: { ChannelName: ${name} } }\n`,
          "t.yaml",
          "deploy",
        ),
        "error",
      );
    assert.deepEqual(of("!Ref Stage"), []);
    assert.match(of("!Ref Owner")[0]!, /\$\{Owner\} \(Ref\) is a placeholder that CloudFormation filled in/);
  });

  it("needs no name, in a template or alone", () => {
    const properties = {
      PipelineActivities: [
        { Channel: { Name: "a", ChannelName: "b", Next: "c" }, Datastore: { Name: "c", DatastoreName: "d" } },
      ],
    };
    for (const [file, name, note] of [
      [{ Resources: { P: { Type: "AWS::IoTAnalytics::Pipeline", Properties: properties } } }, "P", /logical id/],
      [
        { Type: "AWS::IoTAnalytics::Pipeline", Properties: properties },
        "my_pipe_line",
        /"my_pipe_line", after the file/,
      ],
      [properties, "my_pipe_line", /after the file/],
    ] as const) {
      const set = load(JSON.stringify(file), "my-pipe line.json");
      assert.deepEqual(said(set, "error"), []);
      assert.equal(set.pipelines[0]?.name, name);
      assert.match(said(set, "note").join("\n"), note);
    }
  });

  it("does not say of a name that nobody knows that it names nothing", () => {
    const set = load(`${HEAD}  P:
    Type: AWS::IoTAnalytics::Pipeline
    Properties:
      PipelineName: p
      PipelineActivities:
        - Channel: { Name: c, ChannelName: !ImportValue x, Next: d }
          Datastore: { Name: d, DatastoreName: nowhere }
`);
    assert.deepEqual(
      said(set, "warning").map((warning) => /"(\S+)" names no/.exec(warning)?.[1]),
      ["nowhere"],
    );
  });

  it("reads the words that YAML 1.1 has for true and false", () => {
    for (const [word, expected] of [
      ["yes", true],
      ["No", false],
      ["on", true],
      ["OFF", false],
      ["'True'", true],
      ["FALSE", false],
    ] as const) {
      const { document } = channel(`{ ChannelName: c, RetentionPeriod: { Unlimited: ${word} } }`);
      assert.deepEqual(document, { channelName: "c", retentionPeriod: { unlimited: expected } }, word);
    }
    const { set } = channel("{ ChannelName: c, RetentionPeriod: { Unlimited: maybe } }");
    assert.match(said(set, "error")[0]!, /Unlimited: "maybe" is not true or false/);
  });

  it("takes what get-template prints, a file of the Serverless Framework, and what CDK synthesizes", () => {
    const properties = { ChannelName: "c", RetentionPeriod: { NumberOfDays: 3 } };
    const resource = { Type: "AWS::IoTAnalytics::Channel", Properties: properties };
    const cases: [object, string][] = [
      [
        { TemplateBody: { Resources: { C: resource } }, StagesAvailable: ["Original"] },
        "$.TemplateBody.Resources.C.Properties",
      ],
      [{ service: "x", provider: {}, resources: { Resources: { C: resource } } }, "$.resources.Resources.C.Properties"],
      [
        {
          Resources: {
            C4A1: { ...resource, Metadata: { "aws:cdk:path": "Stack/C" }, DependsOn: ["X"] },
            CDKMetadata: { Type: "AWS::CDK::Metadata", Condition: "CDKMetadataAvailable" },
          },
          Parameters: { BootstrapVersion: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/x" } },
          Rules: {},
        },
        "$.Resources.C4A1.Properties",
      ],
    ];
    for (const [file, root] of cases) {
      const set = load(JSON.stringify(file), "t.json");
      assert.deepEqual(said(set, "error"), []);
      assert.deepEqual(
        set.channels.map((loaded) => [loaded.root, loaded.document]),
        [[root, { channelName: "c", retentionPeriod: { numberOfDays: 3 } }]],
      );
    }
  });

  it("takes variables of the Serverless Framework and dynamic references as placeholders", () => {
    for (const name of ["${self:custom.name}", "'{{resolve:ssm:name}}'", "x_${opt:stage, 'dev'}", "<your channel>"]) {
      const { set } = channel(`{ ChannelName: "${name.replace(/^'|'$/g, "")}" }`);
      assert.deepEqual(said(set, "error"), [], name);
      assert.equal(said(set, "note").filter((note) => note.includes("is a placeholder")).length, 1, name);
    }
    // who forgot Fn::Sub is told
    assert.match(said(channel('{ ChannelName: "c_${Stage}" }').set, "error")[0]!, /does not fit/);
  });

  it("names log groups, buckets and functions that documents refer to", () => {
    const set =
      load(`${HEAD}  Named: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: !Sub "/iot/\${Stage}" } }
  Unnamed: { Type: "AWS::Logs::LogGroup" }
  Archive: { Type: "AWS::S3::Bucket", Properties: { BucketName: plant-archive } }
  Fill: { Type: "AWS::Lambda::Function", Properties: { FunctionName: fill_gaps } }
  ByAws: { Type: "AWS::S3::Bucket" }
  R:
    Type: AWS::IoT::TopicRule
    Properties:
      RuleName: r
      TopicRulePayload:
        Sql: SELECT * FROM 'a'
        Actions: [{ IotAnalytics: { ChannelName: c, RoleArn: "arn:aws:iam::123456789012:role/rule" } }]
        ErrorAction: { CloudwatchLogs: { LogGroupName: !Ref Named, RoleArn: "arn:aws:iam::123456789012:role/rule" } }
  R2:
    Type: AWS::IoT::TopicRule
    Properties:
      RuleName: r2
      TopicRulePayload:
        Sql: SELECT * FROM 'a'
        Actions: [{ IotAnalytics: { ChannelName: c, RoleArn: "arn:aws:iam::123456789012:role/rule" } }]
        ErrorAction: { CloudwatchLogs: { LogGroupName: !Ref Unnamed, RoleArn: "arn:aws:iam::123456789012:role/rule" } }
  C:
    Type: AWS::IoTAnalytics::Channel
    Properties:
      ChannelName: c
      ChannelStorage: { CustomerManagedS3: { Bucket: !Ref Archive, RoleArn: "arn:aws:iam::123456789012:role/rule" } }
  C2:
    Type: AWS::IoTAnalytics::Channel
    Properties:
      ChannelName: c2
      ChannelStorage: { CustomerManagedS3: { Bucket: !Ref ByAws, RoleArn: "arn:aws:iam::123456789012:role/rule" } }
  P:
    Type: AWS::IoTAnalytics::Pipeline
    Properties:
      PipelineName: p
      PipelineActivities:
        - Channel: { Name: c, ChannelName: c, Next: f }
          Lambda: { Name: f, LambdaName: !Ref Fill, BatchSize: 1, Next: d }
          Datastore: { Name: d, DatastoreName: d }
`);
    assert.deepEqual(said(set, "error"), []);
    assert.deepEqual(
      set.rules.map(({ document }) => document.errorAction?.cloudwatchLogs?.logGroupName),
      ["/iot/dev", "Unnamed"],
    );
    assert.deepEqual(
      set.channels.map(({ document }) => document.channelStorage?.customerManagedS3?.bucket),
      // CloudFormation makes the name up, and only the stack knows it
      ["plant-archive", "${ByAws}"],
    );
    assert.equal(set.pipelines[0]?.document.pipelineActivities[1]?.lambda?.lambdaName, "fill_gaps");
  });

  it("refuses what CloudFormation refused", () => {
    const cases: [string, RegExp][] = [
      [
        `{ ChannelName: c, Tags: [{ Key: ${"k".repeat(129)}, Value: v }] }`,
        /Tags\[0\]\.Key: .* 129 characters; in CloudFormation there must be 1 to 128/,
      ],
      [
        "{ ChannelName: c, Tags: { team: a } }",
        /Tags: .* is not a list; write tags as \[ \{ "Key": "team", "Value": "a" \} \]/,
      ],
      ["{ ChannelName: c, ChannelStorage: { ServiceManagedS3: } }", /ServiceManagedS3: null is not allowed here/],
      ["{ ChannelName: c, ChannelStorage: { serviceManagedS3: {} } }", /begins with a small letter/],
    ];
    for (const [properties, message] of cases) assert.match(said(channel(properties).set, "error").join("\n"), message);
    // a name with ${ in it
    assert.match(said(channel('{ ChannelName: !Sub "c_${!x}" }').set, "error")[0]!, /"c_\$\{x\}" does not fit/);
    const typo = load(
      `Resources:\n  S: { Type: "AWS::IoTAnalytics::DataStore" }\n  T: { Type: "AWS::IoTAnalytics::Thing" }\n`,
    );
    assert.match(said(typo, "error")[0]!, /^\$\.Resources\.S: .*did you mean AWS::IoTAnalytics::Datastore\?/);
    assert.match(said(typo, "error")[1]!, /^\$\.Resources\.T: there is no type of resource "AWS::IoTAnalytics::Thing"/);
    const dataset = load(`Resources:
  D:
    Type: AWS::IoTAnalytics::Dataset
    Properties:
      Actions: [{ QueryAction: { SqlQuery: SELECT 1 } }]
      Triggers: [{ Schedule: { Expression: rate(1 day) } }, { Dataset: { Name: x } }]
`);
    const errors = said(dataset, "error").join("\n");
    assert.match(errors, /Actions\[0\]\.ActionName: it is missing/);
    assert.match(errors, /Triggers\[1\]\.Dataset: there is no member "Dataset" here; did you mean "TriggeringDataset"/);
  });
});
