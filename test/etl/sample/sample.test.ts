import assert from "node:assert/strict";
import fc from "fast-check";
import { samplePlan, compilePipeline, type SamplePlan } from "../../../etl";
import { loadTexts } from "../documents/support";

const MOMENT = { device: "sensor3", ms: Date.UTC(2026, 0, 31, 12), random: () => 0.5 };
const ROLE = "arn:aws:iam::123456789012:role/r";
const rule = (sql: string, channelName = "c"): object => ({
  sql,
  awsIotSqlVersion: "2016-03-23",
  actions: [{ iotAnalytics: { channelName, roleArn: ROLE } }],
});
const pipeline = (activities: object[], name = "p", channelName = "c", datastoreName = "d"): object => {
  const list = [
    { channel: { name: "from", channelName } },
    ...activities.map((activity, index) => {
      const [[kind, members]] = Object.entries(activity) as [[string, object]];
      return { [kind]: { name: `a${index}`, ...members } };
    }),
    { datastore: { name: "to", datastoreName } },
  ] as Record<string, { name: string; next?: string }>[];
  list.forEach((one, index) => {
    const next = Object.values(list[index + 1] ?? {})[0]?.name;
    if (next !== undefined) Object.values(one)[0]!.next = next;
  });
  return { pipelineName: name, pipelineActivities: list };
};
const parquet = (columns: Record<string, string>, more: object = {}): object => ({
  datastoreName: "d",
  fileFormatConfiguration: {
    parquetConfiguration: {
      schemaDefinition: { columns: Object.entries(columns).map(([name, type]) => ({ name, type })) },
    },
  },
  ...more,
});
const query = (sqlQuery: string, timeExpression?: string): object => ({
  datasetName: "s",
  actions: [
    {
      actionName: "q",
      queryAction: {
        sqlQuery,
        ...(timeExpression && { filters: [{ deltaTime: { offsetSeconds: -5, timeExpression } }] }),
      },
    },
  ],
});
const planOf = (documents: object[], options: Parameters<typeof samplePlan>[1] = {}): SamplePlan => {
  const set = loadTexts(
    Object.fromEntries(
      [{ channelName: "c" }, ...documents].map((one, index) => [`f${index}.json`, JSON.stringify(one)]),
    ),
  );
  assert.deepEqual(
    set.problems.filter(({ severity }) => severity === "error").map(({ message }) => message),
    [],
  );
  return samplePlan(set, options);
};
/** The one source's topic and message. */
const sample = (...documents: object[]): [topic: string | undefined, message: Record<string, unknown>] => {
  const { sources } = planOf(documents);
  assert.equal(sources.length, 1);
  return [sources[0]!.topic, sources[0]!.message(MOMENT)];
};

describe("etl/sample: messages made from documents", () => {
  it("is the plain reading, where the documents want nothing else", () => {
    const plain = (...documents: object[]): boolean => planOf(documents).sources[0]!.plain;
    const math = { math: { attribute: "f", math: "temperature * 1.8 + 32" } };
    const store = parquet({ device_id: "string", temperature: "int", f: "int", timestamp: "string" });
    assert.equal(plain(rule("SELECT * FROM 'dt/+/x'"), pipeline([math]), store), true);
    assert.equal(plain(rule("SELECT * FROM 'dt/+/x'"), pipeline([]), { datastoreName: "d" }), true);
    assert.equal(plain(rule("SELECT * FROM 'dt/+/x'"), pipeline([]), parquet({ device_id: "bigint" })), false);
    assert.equal(plain(rule("SELECT * FROM 'dt/+/x'"), pipeline([]), parquet({ pressure: "int" })), false);
    const hot = { filter: { filter: "temperature > 100" } };
    assert.equal(plain(rule("SELECT * FROM 'dt/+/x'"), pipeline([hot]), { datastoreName: "d" }), false);
    const daily = { timestampPartition: { attributeName: "timestamp", timestampFormat: "yyyy-MM-dd" } };
    const partitioned = parquet({ timestamp: "string" }, { datastorePartitions: { partitions: [daily] } });
    assert.equal(plain(rule("SELECT * FROM 'dt/+/x'"), pipeline([]), partitioned), false);
  });

  it("has the attributes that activities and columns name, and not those that activities make", () => {
    const activities = [
      { addAttributes: { attributes: { "unit.temp": "t" } } },
      { math: { attribute: "k", math: "t + 273.15" } },
      { filter: { filter: "status = 'ok' AND level > 40 AND NOT broken" } },
      { removeAttributes: { attributes: ["_id_"] } },
      { deviceRegistryEnrich: { attribute: "registry", thingName: "thing", roleArn: ROLE } },
    ];
    const [topic, message] = sample(
      rule("SELECT * FROM 'plant/+/+/data'"),
      pipeline(activities),
      parquet({ k: "double", t: "double", count: "int", Site: "string", registry: "string" }),
    );
    assert.equal(topic, "plant/{device}/data/data");
    assert.deepEqual(Object.keys(message).sort(), [
      "Site",
      "_id_",
      "broken",
      "count",
      "level",
      "status",
      "thing",
      "unit",
    ]);
    assert.deepEqual(
      [message.status, message.thing, message.unit, message.count, message.Site],
      ["ok", "sensor3", { temp: 25 }, 50, "south"],
    );
  });

  it("follows the statement of the rule back to what the device sends", () => {
    const [topic, message] = sample(
      rule(
        "SELECT state.reported.temp AS temperature, topic(2) AS device, a.b AS c.d FROM 'x/#' WHERE state.reported.on = true",
      ),
      pipeline([]),
      parquet({ temperature: "double", device: "string", c: "struct<d:int>", lost: "int" }),
    );
    assert.equal(topic, "x/{device}");
    assert.deepEqual(message, { state: { reported: { temp: 25, on: false } }, a: { b: 50 } });
  });

  it("asks for an update of the shadow, where a rule listens to its answers", () => {
    const columns = parquet({ temperature: "int" });
    const shadow = (sql: string): [string | undefined, unknown] => sample(rule(sql), pipeline([]), columns);
    for (const answer of ["", "/accepted"])
      assert.deepEqual(
        shadow(`SELECT state.reported.temperature AS temperature FROM '$aws/things/+/shadow/update${answer}'`),
        ["$aws/things/{device}/shadow/update", { state: { reported: { temperature: 25 } } }],
      );
    assert.deepEqual(
      shadow("SELECT current.state.reported.temperature AS temperature FROM '$aws/things/+/shadow/update/documents'"),
      ["$aws/things/{device}/shadow/update", { state: { reported: { temperature: 25 } } }],
    );
    assert.deepEqual(shadow("SELECT state.temperature AS temperature FROM '$aws/things/t1/shadow/update/delta'"), [
      "$aws/things/t1/shadow/update",
      { state: { desired: { temperature: 25 } } },
    ]);
    assert.deepEqual(shadow("SELECT state.reported.* FROM '$aws/things/+/shadow/name/+/update/accepted'"), [
      "$aws/things/{device}/shadow/name/settings/update",
      { state: { reported: { temperature: 25 } } },
    ]);
  });

  it("says what no device sends", () => {
    const { sources, impossible } = planOf([rule("SELECT * FROM '$aws/events/presence/connected/+'")]);
    assert.deepEqual(sources, []);
    assert.match(impossible[0]!.reason, /listens to \$aws\/events.*give recorded messages with --input/);
  });

  it("puts messages into the stream of a channel without a rule, and takes filters of the configuration", () => {
    const documents = [pipeline([]), parquet({ volts: "double" })];
    assert.deepEqual(sample(...documents), [undefined, { volts: 230 }]);
    assert.equal(planOf(documents, { topicFilters: { c: "a/+/b" } }).sources[0]!.topic, "a/{device}/b");
  });

  it("sends one message for rules that hear the same topic, with what all of them want", () => {
    const { sources } = planOf([
      { channelName: "c2" },
      rule("SELECT * FROM 'dt/+/x'"),
      rule("SELECT * FROM 'dt/#'", "c2"),
      pipeline([]),
      pipeline([{ math: { attribute: "m", math: "amps * 2" } }], "p2", "c2", "d"),
      parquet({ volts: "double" }),
    ]);
    assert.deepEqual(
      sources.map(({ topic, channels, attributes }) => [topic, channels, attributes]),
      [["dt/{device}/x", ["c", "c2"], ["volts", "amps"]]],
    );
  });

  it("writes times as partitions and queries read them", () => {
    const json = { datastoreName: "d" };
    const at = (...documents: object[]): unknown => sample(pipeline([]), ...documents)[1].at;
    const partition = (timestampFormat?: string): object =>
      parquet(
        { at: "string" },
        {
          datastorePartitions: {
            partitions: [{ timestampPartition: { attributeName: "at", ...(timestampFormat && { timestampFormat }) } }],
          },
        },
      );
    assert.equal(at(partition("dd/MM/yyyy HH:mm")), "31/01/2026 12:00");
    assert.equal(at(partition()), 1769860800);
    assert.equal(at(json, query("SELECT * FROM d", "from_iso8601_timestamp(at)")), "2026-01-31T12:00:00.000Z");
    assert.equal(at(json, query("SELECT * FROM d", "from_unixtime(at)")), 1769860800);
    assert.equal(at(json, query("SELECT * FROM d", "from_unixtime(at / 1000)")), 1769860800000);
    assert.equal(at(json, query("SELECT * FROM d", "date_parse(at, '%Y-%m-%d %H:%i:%s')")), "2026-01-31 12:00:00");
  });

  it("has what queries name, where the datastore lists no columns", () => {
    const [, message] = sample(
      pipeline([]),
      { datastoreName: "d" },
      query(
        "WITH w AS (SELECT x.site AS place, volts FROM d AS x WHERE __dt > date '2026-01-01') SELECT place, max(volts) AS top FROM w GROUP BY place ORDER BY top",
      ),
    );
    assert.deepEqual(Object.keys(message).sort(), ["site", "volts"]);
  });

  it("makes messages of which every value fits its column, whatever the type (property)", () => {
    const simple = fc.constantFrom(
      "boolean",
      "tinyint",
      "smallint",
      "int",
      "bigint",
      "float",
      "double",
      "string",
      "date",
      "timestamp",
      "binary",
      "char(5)",
      "varchar(9)",
      "decimal(3,1)",
      "decimal(38,0)",
      "decimal(2,2)",
    );
    const type = fc.oneof(
      simple,
      simple.map((of) => `array<${of}>`),
      simple.map((of) => `map<string,${of}>`),
      simple.map((of) => `struct<a:${of},b:array<${of}>>`),
    );
    const name = fc.constantFrom("temperature", "device_id", "ts", "status", "x", "latitude", "created_date", "values");
    fc.assert(
      fc.property(name, type, fc.double({ min: 0, max: 0.999, noNaN: true }), (column, of, random) => {
        const set = loadTexts({
          "c.json": '{"channelName":"c"}',
          "p.json": JSON.stringify(pipeline([])),
          "d.json": JSON.stringify(parquet({ [column]: of })),
        });
        const [source] = samplePlan(set).sources;
        const message = source!.message({ ...MOMENT, random: () => random });
        const compiled = compilePipeline({
          pipeline: set.pipelines[0]!.document,
          datastore: set.datastores[0]!.document,
          options: { onMismatch: "fail" },
        });
        const outcome = compiled.process(JSON.stringify(message), { arrivalTime: MOMENT.ms });
        assert.equal(outcome.result, "stored", `${of}: ${JSON.stringify(message)}`);
      }),
      { numRuns: 300 },
    );
  });
});
