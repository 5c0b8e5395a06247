import assert from "node:assert/strict";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import {
  ActivityFunction,
  AnalyticsDataset,
  EtlPipeline,
  JsonDatastore,
  ParquetDatastore,
  TelemetryChannel,
  TelemetryDashboard,
  ThingRegistry,
} from "../../../../components";
import { ACCOUNT, REGION, run, wrongArguments } from "../../../harness";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as programs in JavaScript give them
type Anything = any;
type Component = new (name: string, args: Anything) => pulumi.ComponentResource;

const KINDS =
  "math, filter, addAttributes, removeAttributes, selectAttributes, lambda, deviceRegistryEnrich, deviceShadowEnrich";
const columns = [{ name: "temperature", type: "int" }];
/** A copy, for the tests that change it. */
const own = (): typeof columns => structuredClone(columns);
/** A datastore of another program. */
const rows = () => ({
  name: "rows",
  columns: own(),
  partitions: [],
  bucket: "mine",
  rootPrefix: "",
  prefix: "data/rows/",
  databaseName: "lake",
  tableName: "rows",
});
/** Arguments that are right, with every member given once. */
const RIGHT: [Component, () => Record<string, unknown>][] = [
  [
    TelemetryChannel,
    () => ({
      topicFilter: "dt/+/x",
      partitionKey: "${topic(2)}",
      stream: { mode: "PROVISIONED", shards: 1, retentionHours: 24 },
      retention: { days: 1 },
      buffering: { seconds: 60, megabytes: 64 },
      kmsKeyArn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/1`,
      logRetentionDays: 7,
      alarms: { enabled: true, behindPercent: 10 },
      permissionsBoundaryArn: "arn:aws:iam::aws:policy/x",
      tags: { a: "b" },
      allowDataDeletion: false,
      stackAllowsDataDeletion: false,
      protectData: false,
    }),
  ],
  [TelemetryChannel, () => ({ rules: [{ name: "a", sql: "SELECT * FROM 'a'", enabled: true, partitionKey: "a" }] })],
  [
    ParquetDatastore,
    () => ({
      columns: own(),
      partitions: [{ attributePartition: { attributeName: "site" } }, { timestampPartition: { attributeName: "t" } }],
      database: "lake",
      onMismatch: "fail",
    }),
  ],
  [JsonDatastore, () => ({ storage: { bucket: "mine", prefix: "a/" }, database: "lake" })],
  [
    EtlPipeline,
    () => ({
      channel: { streamName: "s" },
      datastore: rows(),
      activities: [
        { math: { attribute: "f", math: "temperature * 2" } },
        { addAttributes: { attributes: { a: "b" } } },
        { removeAttributes: { attributes: ["b"] } },
        { lambda: { lambdaName: "gaps", batchSize: 1 } },
      ],
      functions: { gaps: { functionName: "mine" } },
      function: { memoryMegabytes: 512 },
    }),
  ],
  [
    EtlPipeline,
    () => ({
      channel: { streamName: "s" },
      datastore: rows(),
      definition: {
        pipelineName: "x",
        pipelineActivities: [
          { channel: { name: "c", channelName: "c", next: "d" } },
          { datastore: { name: "d", datastoreName: "d" } },
        ],
      },
    }),
  ],
  [
    AnalyticsDataset,
    () => ({
      query: "SELECT * FROM rows",
      database: "lake",
      sources: [{ tableName: "rows", bucket: "mine", prefix: "", columns: own() }],
      schedules: ["rate(1 day)"],
      window: { timeExpression: "a", tables: ["rows"] },
      versions: { max: 1 },
      deliveries: [{ bucket: "reports", key: "a.csv" }],
    }),
  ],
  [ActivityFunction, () => ({ path: path.resolve(__dirname, "..", "..", "..", "run.cjs"), environment: { A: "b" } })],
  [ThingRegistry, () => ({ things: { a: { type: "pump", attributes: { site: "north" } } } })],
  [TelemetryDashboard, () => ({ rules: ["a"] })],
];

const NO_TABLE = { calls: { "aws:glue/getCatalogTable:getCatalogTable": () => ({ storageDescriptors: [] }) } };

describe("arguments of the wrong shape", () => {
  it("are argument errors with every problem", async () => {
    for (const [Type, args, ...problems] of [
      [ParquetDatastore, {}, "columns: not set; must be a list of columns"],
      [ParquetDatastore, undefined, "columns: not set; must be a list of columns"],
      [
        ParquetDatastore,
        "columns",
        'args: saw "columns"; must be an object with columns, onMismatch, partitions, firstDay, database, kmsKeyArn ...',
      ],
      [
        ParquetDatastore,
        { columns: [...columns, { name: "b" }, null, 7], partitions: {} },
        "columns[1].type: not set; must be a Hive type such as double",
        "columns[2]: saw null; must be an object with name, type",
        "columns[3]: saw 7; must be an object with name, type",
        "partitions: saw {}; must be a list of partitions",
      ],
      [
        AnalyticsDataset,
        {},
        "query: not set; must be SQL of Athena, one SELECT",
        "database: not set; must be the name of a Glue database",
      ],
      [
        EtlPipeline,
        { datastore: { name: "a" }, activities: [null, { maths: {} }, { math: 7 }] },
        "channel: not set; must be a TelemetryChannel, or an object with the name of a stream",
        ...["partitions", "bucket", "rootPrefix", "prefix", "databaseName", "tableName"].map(
          (member) =>
            `datastore.${member}: not set; must be ${{ partitions: "a list of partitions", bucket: "the name of a bucket", databaseName: "the name of a database", tableName: "the name of a table" }[member] ?? "a prefix"}; datastore is a ParquetDatastore, a JsonDatastore, or an object with their members`,
        ),
        "activities[0]: saw null; must be an object with math, filter, addAttributes, removeAttributes, selectAttributes, lambda ...",
        `activities[1].maths: there is no such argument; did you mean math?`,
        `activities[1]: saw none of them; an activity has exactly one of ${KINDS}`,
        "activities[2].math: saw 7; must be an object with name, attribute, math",
      ],
      [
        EtlPipeline,
        { channel: pulumi.output({ streamName: "a" }), datastore: Promise.resolve() },
        "channel: saw an output; must be a TelemetryChannel, or an object with the name of a stream; it decides what is created, so give it a value that is known in the program",
        "datastore: saw a promise; must be a ParquetDatastore, a JsonDatastore, or an object with their members; it decides what is created, so give it a value that is known in the program",
      ],
      [TelemetryChannel, { topicFilter: 5 }, "topicFilter: saw 5; must be a topic filter such as dt/+/aggregate"],
      [TelemetryChannel, { topicfilter: "a" }, "topicfilter: there is no such argument; did you mean topicFilter?"],
      [
        TelemetryChannel,
        { rules: { name: "a" }, stream: { mode: "FAST", shard: 2 }, protectData: "yes" },
        'rules: saw {"name":"a"}; must be a list of rules',
        "stream.shard: there is no such argument; did you mean shards?",
        'stream.mode: saw "FAST"; must be one of "PROVISIONED", "ON_DEMAND"',
        'protectData: saw "yes"; must be true or false',
      ],
      [
        TelemetryChannel,
        { rules: [{ name: "a" }, "b"] },
        "rules[0].sql: not set; must be IoT SQL such as SELECT * FROM 'dt/+/aggregate'",
        'rules[1]: saw "b"; must be an object with name, ruleName, sql, batchMode, enabled, partitionKey ...',
      ],
      [ThingRegistry, {}, "things: not set; must be an object of things by name"],
      [ThingRegistry, { things: { a: null } }, "things.a: saw null; must be an object with type, attributes"],
      [TelemetryDashboard, { rules: "a" }, 'rules: saw "a"; must be a list of names'],
      [ActivityFunction, {}, "path: not set; must be a folder or file"],
    ] as [Component, unknown, ...string[]][])
      assert.deepEqual(await wrongArguments(() => new Type("it", args)), problems);
  });

  it("are never another error, wherever they are", async () => {
    const junk = fc.oneof(
      { weight: 3, arbitrary: fc.anything({ maxDepth: 2, withBigInt: true, withSparseArray: true, withDate: true }) },
      fc.constantFrom(null, undefined, 0, -1, 1.5, NaN, "", " ", [], {}, [null], [undefined], () => 1, Symbol("x")),
    );
    let wrong = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), junk, async (which, where, value) => {
        const [Type, right] = RIGHT[which % RIGHT.length]!;
        try {
          await run(() => {
            const args = right();
            const places = placesIn(args);
            const [holder, key] = places[where % places.length]!;
            holder[key] = value;
            return new Type("it", args).urn;
          }, NO_TABLE);
        } catch (error) {
          wrong += 1;
          assert.ok(pulumi.InputPropertiesError.isInstance(error), `${Type.name}: ${(error as Error).stack}`);
        }
      }),
      { numRuns: 200 },
    );
    assert.ok(wrong > 50, `${wrong} of 200 were wrong`);
  });
});

describe("arguments that are known later", () => {
  const later = (value: string): pulumi.Output<string> => pulumi.output(Promise.resolve(value));

  it("are used when they are known", async () => {
    const { one } = await run(
      () => new TelemetryChannel("plant", { topicFilter: later("dt/+/x"), partitionKey: later("${clientid()}") }),
    );
    const { sql, kineses } = one("aws:iot/topicRule:TopicRule").inputs;
    assert.equal(sql, "SELECT *, timestamp() AS __received_at FROM 'dt/+/x'");
    assert.equal(kineses[0].partitionKey, "${clientid()}");
    const { one: other } = await run(() => new TelemetryChannel("plant", { topicFilter: later("one") }));
    assert.equal(other("aws:iot/topicRule:TopicRule").inputs.kineses[0].partitionKey, "${newuuid()}");
    const { one: dataset } = await run(
      () =>
        new AnalyticsDataset("daily", {
          query: later("SELECT * FROM rows"),
          database: later("lake"),
          sources: [{ tableName: "rows", bucket: "b", prefix: "p/" }],
          window: { timeExpression: "from_unixtime(t)" },
        }),
    );
    assert.equal(dataset("aws:athena/namedQuery:NamedQuery").inputs.query, "SELECT * FROM rows");
    assert.match(dataset("aws:sfn/stateMachine:StateMachine").inputs.definition as string, /lake\\+"\.\\+"rows/);
    const { one: pipeline } = await run(
      () =>
        new EtlPipeline("convert", {
          channel: { streamName: "s" },
          datastore: new ParquetDatastore("rows", { columns }),
          activities: [{ lambda: { lambdaName: "gaps", batchSize: 1 } }],
          functions: { gaps: { functionName: later("mine") } },
        }),
    );
    assert.match(pipeline("aws:iam/rolePolicy:RolePolicy", "convert-transform-policy").inputs.policy, /function:mine"/);
  });

  it("fail with the same words when they are wrong", async () => {
    for (const [program, problem] of [
      [() => new TelemetryChannel("p", { topicFilter: later("a/#/b") }), /^topicFilter: saw "a\/#\/b"; /],
      [
        () => new TelemetryChannel("p", { rules: [{ name: "a", sql: later("SELECT * FORM 'x'") }] }),
        /^rules\[0\]\.sql: expected .*FROM/,
      ],
      [() => new TelemetryChannel("p", { topicFilter: "a/+", partitionKey: later("${topic(2") }), /^partitionKey: /],
      [
        () => new TelemetryChannel("p", { kmsKeyArn: later("alias/x") }),
        /^kmsKeyArn: saw "alias\/x"; the ARN of a key/,
      ],
      [() => new TelemetryChannel("p", { tags: later("x") as never }), /^tags: saw "x"; must be an object of tags/],
      [
        () => new AnalyticsDataset("d", { query: later("SELECT FROM"), database: "lake" }),
        /^query: line 1:8: mismatched input 'FROM'/,
      ],
      [
        () =>
          new AnalyticsDataset("d", {
            query: later("SELECT nothing FROM rows"),
            database: "lake",
            sources: [{ tableName: "rows", bucket: "b", prefix: "", columns }],
          }),
        /^query: line 1:8: Column 'nothing' cannot be resolved/,
      ],
      [() => new ParquetDatastore("d", { columns, database: later("Lake") }), /^database: saw "Lake"; /],
    ] as const) {
      const [found, ...more] = await wrongArguments(program);
      assert.match(found!, problem);
      assert.deepEqual(more, []);
    }
  });
});

/** Every place in arguments that holds a value, without what is in components. */
function placesIn(value: unknown): [holder: Record<string, unknown>, key: string][] {
  if (typeof value !== "object" || value === null || pulumi.Resource.isInstance(value)) return [];
  return Object.entries(value).flatMap(([key, inner]): [Record<string, unknown>, string][] => [
    [value as Record<string, unknown>, key],
    ...placesIn(inner),
  ]);
}
