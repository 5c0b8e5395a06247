import assert from "node:assert/strict";
import fc from "fast-check";
import { channel, dataset, datastore, pipeline, rule } from "../arbitrary";
import { changed, CHANNEL, checkOne, DATASET, DATASTORE, errorsOf, loadTexts, PIPELINE, RULE } from "../support";

/** A template with one resource. */
const template = (type: string, properties: object): object => ({
  Resources: { X: { Type: `AWS::IoTAnalytics::${type}`, Properties: properties } },
});
const sub = (text: string): object => ({ "Fn::Sub": text });
const math = (text: string): object =>
  template("Pipeline", {
    PipelineName: "p",
    PipelineActivities: [
      { Channel: { Name: "c", ChannelName: "c", Next: "m" } },
      { Math: { Name: "m", Attribute: "a", Math: sub(text), Next: "d" } },
      { Datastore: { Name: "d", DatastoreName: "d" } },
    ],
  });
const query = (text: string): object =>
  template("Dataset", { DatasetName: "d", Actions: [{ ActionName: "q", QueryAction: { SqlQuery: sub(text) } }] });
const cron = (text: string): object =>
  template("Dataset", {
    DatasetName: "d",
    Actions: [{ ActionName: "q", QueryAction: { SqlQuery: "SELECT 1" } }],
    Triggers: [{ Schedule: { ScheduleExpression: sub(text) } }],
  });
const columns = (type: string): object =>
  template("Datastore", {
    DatastoreName: "d",
    FileFormatConfiguration: {
      ParquetConfiguration: { SchemaDefinition: { Columns: [{ Name: "a", Type: sub(type) }] } },
    },
  });

/** Documents with placeholders, and the mistake that they have whatever fills them in; none if there may be none. */
const CASES: [what: string, document: object, mistake?: RegExp][] = [
  ["a name", changed(CHANNEL, "channelName", "<NAME>")],
  ["a part of a name", changed(CHANNEL, "channelName", "<SITE>_machines")],
  ["a part of a name with a hyphen", changed(CHANNEL, "channelName", "<SITE>-machines"), /"a-machines" does not fit/],
  ["a long part", changed(CHANNEL, "channelName", `<SITE>${"x".repeat(129)}`), /has 130 characters/],
  [
    "a prefix without its slash",
    changed(CHANNEL, "channelStorage", {
      customerManagedS3: { bucket: "<BUCKET>", keyPrefix: "<P>/x", roleArn: "arn:aws:iam::123456789012:role/r" },
    }),
    /ends with a slash/,
  ],
  [
    "a prefix",
    changed(CHANNEL, "channelStorage", {
      customerManagedS3: { bucket: "<BUCKET>", keyPrefix: "<P>", roleArn: "arn:aws:iam::<ACCOUNT>:role/r" },
    }),
  ],
  ["a number", changed(CHANNEL, "retentionPeriod", { numberOfDays: "<DAYS>" })],
  [
    "a number, beside a column of no type",
    changed(
      changed(DATASTORE, "retentionPeriod", { numberOfDays: "<DAYS>" }),
      "fileFormatConfiguration.parquetConfiguration.schemaDefinition.columns.0.type",
      "inte",
    ),
    /"inte" is not a column type/,
  ],
  [
    "a batch size, beside a formula with a mistake",
    changed(
      changed(PIPELINE, "pipelineActivities.1.math.math", "raw *"),
      "pipelineActivities.2",
      // the chain is whole without it, so that only the formula is wrong
      { datastore: { name: "to", datastoreName: "<STORE>" } },
    ),
    /raw \*/,
  ],
  ["a topic rule's channel", changed(RULE, "actions.0.iotAnalytics.channelName", "<CHANNEL>")],
  ["a topic in a statement", changed(RULE, "sql", "SELECT * FROM '<TOPIC>'")],
  ["a factor", math("temperature * ${Factor}")],
  ["a formula", math("${Formula}")],
  ["a factor in half a formula", math("(temperature * ${Factor}"), /temperature \* a/],
  ["a table", query("SELECT * FROM ${Table}")],
  ["a statement", query("${Query}")],
  ["a table in no SELECT", query("DELETE FROM ${Table}"), /is no SELECT/],
  ["a table in half a SELECT", query("SELECT * FROM ${Table} WHERE ("), /mismatched input|line 1/],
  ["an hour", cron("cron(0 ${Hour} * * ? *)")],
  ["an hour in a schedule of four fields", cron("cron(0 ${Hour} * *)"), /cron/],
  ["a type", columns("array<${Type}>")],
  ["a type in brackets that stay open", columns("array<${Type}"), /is not a column type/],
];

describe("placeholders", () => {
  for (const [what, document, mistake] of CASES)
    it(`${mistake === undefined ? "stand for" : "do not hide a mistake beside"} ${what}`, () => {
      const errors = errorsOf(document);
      if (mistake === undefined) assert.deepEqual(errors, []);
      else {
        assert.equal(errors.length, 1, errors.join("\n"));
        assert.match(errors[0]!, mistake);
      }
    });

  it("may stand for any scalar of any document, which is checked for the rest and never fails", () => {
    const paths = (value: unknown, path: string): string[] =>
      typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([name, entry]) =>
            paths(entry, path === "" ? name : `${path}.${name.includes(".") ? "" : name}`),
          )
        : path.includes("..") || path.endsWith(".")
          ? []
          : [path];
    const documents = fc.oneof<fc.Arbitrary<object>[]>(channel, datastore, pipeline, dataset, rule);
    fc.assert(
      fc.property(documents, fc.nat(), (document, pick) => {
        const all = paths(document, "").filter((path) => !/\.(?:sns|s3|republish)\./.test(path));
        const place = all[pick % all.length]!;
        const open = changed(document, place, "<FILL_IN>");
        const set = loadTexts({ "x.json": JSON.stringify(open) }, { purpose: "check" });
        assert.equal(set.documents.length, 1, place);
      }),
      { numRuns: 200 },
    );
  });

  it("that are filled in by a deployment's tool are errors there", () => {
    const found = checkOne(changed(DATASET, "datasetName", "<NAME>"), { purpose: "deploy" });
    assert.match(found.join("\n"), /"<NAME>" does not fit/);
  });

  it("a rule of the console's long-time default version runs as 2016-03-23, with a note", () => {
    const found = checkOne(changed(RULE, "awsIotSqlVersion", "2016-03-23-beta"));
    const about = found.filter((line) => line.includes("awsIotSqlVersion"));
    assert.equal(about.length, 1, found.join("\n"));
    assert.match(about[0]!, /^note \$\.awsIotSqlVersion: the rule runs with awsIotSqlVersion "2016-03-23"/);
    const deployed = checkOne(changed(RULE, "awsIotSqlVersion", "2016-03-23-beta"), { purpose: "deploy" });
    assert.deepEqual(
      deployed.filter((line) => line.startsWith("error") && line.includes("Version")),
      [],
    );
  });
});
