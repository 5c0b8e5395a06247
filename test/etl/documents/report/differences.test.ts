import assert from "node:assert/strict";
import { between, COLUMNS, ROLE } from "../parts";
import { CHANNEL, changed, DATASET, DATASTORE, loadTexts, PIPELINE } from "../support";

/** What is said to behave differently in files that belong together: `severity place: message -> rows`. */
function told(...documents: object[]): string[] {
  const files = Object.fromEntries(documents.map((document, index) => [`${index}.json`, JSON.stringify(document)]));
  const { problems } = loadTexts(files, { purpose: "check" });
  assert.deepEqual(
    problems.filter(({ severity }) => severity === "error").map(({ message }) => message),
    [],
  );
  return problems
    .filter(({ rows }) => rows !== undefined)
    .map(
      ({ severity, path, message, rows }) =>
        `${severity} ${path.replace("$.pipelineActivities", "")}: ${message} -> ${rows}`,
    );
}

const math = (attribute: string, text: string): object => ({ math: { attribute, math: text } });
const remove = (...attributes: string[]): object => ({ removeAttributes: { attributes } });
const select = (...attributes: string[]): object => ({ selectAttributes: { attributes } });
const add = (attributes: object): object => ({ addAttributes: { attributes } });
const filter = (text: string): object => ({ filter: { filter: text } });
const lambda = { lambda: { lambdaName: "f", batchSize: 1 } };
const registry = { deviceRegistryEnrich: { attribute: "thing", thingName: "device.id", roleArn: ROLE } };
const shadow = { deviceShadowEnrich: { attribute: "shadow", thingName: "id", roleArn: ROLE } };

function pipeline(...activities: object[]): object {
  return changed(PIPELINE, "pipelineActivities", between(...activities));
}

const INT = changed(DATASTORE, `${COLUMNS}.0.type`, "int");
const JSON_STORE = { datastoreName: "readings" };
const ROUNDED = /is rounded, halves away from zero/;
const NO_MORE = /any more at this activity/;
const NULLS = /it compares .* with NULL/;
const DIVISION = /divides whole numbers/;
const ALWAYS_NULL = /is always null/;
const BRING = /no activity sets the column/;
const NO_NUMBER = /for which it gives no number fails/;

/** Activities, the datastore behind them, what is told, and whether it is. */
const CASES: [string, object[], object, RegExp, boolean][] = [
  // 1 and 14: division, and a fraction for a column of whole numbers
  [
    "a division into an int column",
    [math("temperature", "raw * 9/5 + 32")],
    INT,
    /^warning \[1\]\.math\.math: .*column temperature .* is int: .*for 47: 116\.6 is stored as 117; with integer division it would be 116.* -> rows in which temperature/,
    true,
  ],
  ["a product with a decimal into an int column", [math("temperature", "raw * 1.8")], INT, ROUNDED, true],
  [
    "a square root into a bigint column",
    [math("temperature", "sqrt(raw)")],
    changed(DATASTORE, `${COLUMNS}.0.type`, "bigint"),
    ROUNDED,
    true,
  ],
  ["the column's name in other capitals", [math("Temperature", "raw / 2")], INT, ROUNDED, true],
  [
    "a fraction that another name carries on",
    [math("x", "raw / 2"), add({ x: "temperature" })],
    INT,
    /\[1\]\.math\.math: "raw \/ 2" gives decimals, and the column temperature/,
    true,
  ],
  [
    "a fraction in a later formula",
    [math("x", "raw / 2"), math("temperature", "x + 1")],
    INT,
    /\[2\]\.math\.math: "x \+ 1" gives decimals/,
    true,
  ],
  ["whole numbers into an int column", [math("temperature", "raw * 9 + 32")], INT, ROUNDED, false],
  ["a rounded result", [math("temperature", "round(raw * 9/5)")], INT, ROUNDED, false],
  [
    "a result that is rounded later",
    [math("temperature", "raw * 9/5"), math("temperature", "round(temperature)")],
    INT,
    ROUNDED,
    false,
  ],
  [
    "a result that is overwritten",
    [math("temperature", "raw / 2"), add({ other: "temperature" })],
    INT,
    ROUNDED,
    false,
  ],
  ["a result that a function may have changed", [math("temperature", "raw / 2"), lambda], INT, ROUNDED, false],
  ["a division into a double column", [math("temperature", "raw * 9/5 + 32")], DATASTORE, ROUNDED, false],
  ["a division into another column", [math("x", "raw / 2")], INT, ROUNDED, false],
  [
    "a division into a double column, as a division",
    [math("temperature", "raw / 2")],
    DATASTORE,
    /^note \[1\]\.math\.math: raw \/ 2 divides whole numbers.*for 47: 23\.5; with integer division it would be 23/,
    true,
  ],
  ["a division by a decimal", [math("temperature", "raw / 2.0")], DATASTORE, DIVISION, false],
  ["no division", [math("temperature", "raw * 2")], DATASTORE, DIVISION, false],
  // 2 and 25: no number
  [
    "a formula of attributes",
    [math("temperature", "a.b / c")],
    DATASTORE,
    /^note \[1\]\.math\.math: .*fails.*onMathFailure.* -> messages in which a\.b or c is missing or no number, or the divisor is 0/,
    true,
  ],
  ["a formula that divides by a number", [math("temperature", "a / 2")], DATASTORE, /a is missing or no number$/, true],
  ["a formula of nothing", [math("temperature", "1 + 1")], DATASTORE, NO_NUMBER, false],
  // 3, 32: filters
  [
    "a comparison with NULL",
    [filter("a <> NULL OR b.c <> NULL")],
    DATASTORE,
    /^warning \[1\]\.filter\.filter: it compares a, b\.c with NULL.* -> messages in which a or b\.c is missing/,
    true,
  ],
  ["NULL on the left", [filter("NULL = a")], DATASTORE, NULLS, true],
  ["NULL within NOT and brackets", [filter("NOT (x > 1 AND a = NULL)")], DATASTORE, NULLS, true],
  ["IS NOT NULL", [filter("a IS NOT NULL")], DATASTORE, NULLS, false],
  ["a text that says null", [filter("a = 'NULL'")], DATASTORE, NULLS, false],
  ["a comparison by size", [filter("a > 1")], DATASTORE, NULLS, false],
  [
    "a comparison with what may be missing",
    [filter("a > 1")],
    DATASTORE,
    /^note .*is not true.* -> messages in which a is missing or of another type/,
    true,
  ],
  // 4: operators that IoT SQL has not
  [
    "LIKE and IN",
    [filter("a LIKE 'x%' OR NOT b IN (1)")],
    DATASTORE,
    /^note \[1\]\.filter\.filter: LIKE, IN: IoT Core's SQL/,
    true,
  ],
  ["operators of IoT SQL", [filter("NOT (a = 1 OR startswith(b, 'x'))")], DATASTORE, /has no such operator/, false],
  // columns
  ["a column that a formula sets", [math("temperature", "raw * 2")], DATASTORE, BRING, false],
  ["a column that a copy sets", [add({ raw: "TEMPERATURE" })], DATASTORE, BRING, false],
  [
    "a column that an enrichment sets",
    [{ deviceShadowEnrich: { attribute: "temperature", thingName: "id", roleArn: ROLE } }],
    DATASTORE,
    BRING,
    false,
  ],
  [
    "a column that no activity sets",
    [math("x", "raw * 2")],
    DATASTORE,
    /^note \[2\]\.datastore: no activity sets the column temperature .*: messages must contain attributes of these names/,
    true,
  ],
  [
    "a column whose attribute is removed",
    [remove("temperature")],
    DATASTORE,
    /^warning \[2\]\.datastore: .*"a0" removes it\), so the column temperature .* is always null/,
    true,
  ],
  ["a column whose attribute is removed under other capitals", [remove("Temperature")], DATASTORE, ALWAYS_NULL, true],
  [
    "a column whose attribute is not selected",
    [select("a", "unit.id")],
    DATASTORE,
    /"a0" does not select it.*is always null/,
    true,
  ],
  [
    "a column whose attribute is made after it was removed",
    [remove("temperature"), math("temperature", "raw * 2")],
    DATASTORE,
    ALWAYS_NULL,
    false,
  ],
  ["a column whose attribute is selected from below", [select("unit.temperature")], DATASTORE, ALWAYS_NULL, false],
  ["a column that a function may bring back", [remove("temperature"), lambda], DATASTORE, ALWAYS_NULL, false],
  ["a column of which only a part is removed", [remove("temperature.unit")], DATASTORE, ALWAYS_NULL, false],
  ["columns that arrive", [remove("temperature")], JSON_STORE, ALWAYS_NULL, false],
  // attributes that are gone
  [
    "a formula of what was removed",
    [remove("raw"), math("temperature", "raw * 2")],
    DATASTORE,
    /^warning \[2\]\.math\.math: no message still has "raw".*"a0" removes it.*every message fails.* -> all messages/,
    true,
  ],
  [
    "a formula of what was not selected",
    [select("a"), math("temperature", "raw * 2")],
    DATASTORE,
    /"a0" does not select it/,
    true,
  ],
  [
    "a formula below what was removed",
    [remove("unit"), math("temperature", "unit.temp * 2")],
    DATASTORE,
    /no message still has "unit"/,
    true,
  ],
  [
    "a formula of what was removed below",
    [remove("unit.temp"), math("temperature", "unit.temp * 2")],
    DATASTORE,
    /no message still has "unit\.temp".*"a0" removes it/,
    true,
  ],
  [
    "a formula beside what was removed below",
    [remove("unit.temp"), math("temperature", "unit.other * 2")],
    DATASTORE,
    NO_MORE,
    false,
  ],
  [
    "a formula of an element behind one that was removed",
    [remove("list[0]"), math("temperature", "list[0] * 2")],
    DATASTORE,
    NO_MORE,
    false,
  ],
  ["a formula before the removal", [math("temperature", "raw * 2"), remove("raw")], DATASTORE, NO_MORE, false],
  [
    "a formula of what was made again",
    [remove("raw"), add({ other: "raw" }), math("temperature", "raw * 2")],
    DATASTORE,
    NO_MORE,
    false,
  ],
  [
    "a formula of what was made again, below",
    [remove("raw.x"), add({ other: "raw" }), math("temperature", "raw.x * 2")],
    DATASTORE,
    NO_MORE,
    false,
  ],
  ["a formula of what was spelt otherwise", [remove("Raw"), math("temperature", "raw * 2")], DATASTORE, NO_MORE, false],
  [
    "a formula of what a function may bring back",
    [remove("raw"), lambda, math("temperature", "raw * 2")],
    DATASTORE,
    NO_MORE,
    false,
  ],
  [
    "a formula of what was selected under its last name",
    [select("unit.raw"), math("temperature", "raw * 2")],
    DATASTORE,
    NO_MORE,
    false,
  ],
  [
    "a filter of what was removed",
    [remove("a"), filter("a > 1")],
    DATASTORE,
    /\[2\]\.filter\.filter: no message still has "a" .*never true/,
    true,
  ],
  [
    "a copy of what was removed",
    [remove("a"), add({ "a.b": "c" })],
    DATASTORE,
    /\["a\.b"\]: no message still has "a" .*"c" is never made/,
    true,
  ],
  [
    "a selection of what was removed",
    [remove("a"), select("a", "temperature")],
    DATASTORE,
    /\[2\]\.selectAttributes\.attributes\[0\]: .*selects nothing/,
    true,
  ],
  [
    "a look-up by what was removed",
    [remove("device"), registry],
    DATASTORE,
    /\[2\]\.deviceRegistryEnrich\.thingName: .*nothing is looked up/,
    true,
  ],
  // 5 to 11: what activities do
  [
    "a copy",
    [add({ a: "b" })],
    DATASTORE,
    /^note \[1\]\.addAttributes\.attributes\.a: a message without a gets no b, and an existing b is overwritten.* -> messages without a, or with b already/,
    true,
  ],
  [
    "a removal below",
    [remove("a.b")],
    DATASTORE,
    /^note \[1\]\.removeAttributes\.attributes\[0\]: "a\.b" is removed where it stands, below its attribute/,
    true,
  ],
  ["a removal at the root", [remove("a")], DATASTORE, /is removed where it is/, false],
  [
    "a look-up of a thing",
    [registry],
    DATASTORE,
    /^note \[1\]\.deviceRegistryEnrich: if no thing is found, the message continues without thing.* -> messages whose device\.id is missing or names no thing, or have thing already/,
    true,
  ],
  ["a look-up of a shadow", [shadow], DATASTORE, /no thing with a classic shadow/, true],
  [
    "a function",
    [lambda],
    DATASTORE,
    /^note \[1\]\.lambda: a function may return fewer or more messages than it received/,
    true,
  ],
  // 13 and 22: columns and names
  [
    "columns of a type",
    [math("temperature", "raw * 2")],
    DATASTORE,
    /^note \[2\]\.datastore: a value of another type than its column.* -> rows of messages with such values/,
    true,
  ],
  ["no columns", [math("temperature", "raw * 2")], JSON_STORE, /another type than its column/, false],
  [
    "a name that no column can have",
    [math("temp-c", "raw * 2")],
    DATASTORE,
    /^warning \[1\]\.math\.attribute: the attribute "temp-c"/,
    true,
  ],
  ["a name of the system", [add({ a: "__x" })], DATASTORE, /names that begin with two underscores are reserved/, true],
  ["a name that the service's pattern refused", [math("x_pos", "raw * 2")], DATASTORE, /no column can have/, false],
];

describe("the migration report", () => {
  for (const [what, activities, datastore, pattern, expected] of CASES) {
    it(`${expected ? "reports" : "is silent about"} ${what}${expected ? "" : ` (${pattern.source.slice(0, 30)})`}`, () => {
      const found = told(pipeline(...activities), datastore, CHANNEL);
      assert.equal(
        found.some((text) => pattern.test(text)),
        expected,
        `${String(pattern)}\n${found.join("\n")}`,
      );
    });
  }

  it("reports the partitions of a datastore", () => {
    const by = (partition: object): string[] =>
      told(PIPELINE, changed(DATASTORE, "datastorePartitions.partitions", [partition]));
    const time = (format?: string): string[] =>
      by({ timestampPartition: { attributeName: "ts", ...(format === undefined ? {} : { timestampFormat: format }) } });
    const some = (found: string[], pattern: RegExp): boolean => found.some((text) => pattern.test(text));
    assert.ok(
      some(
        by({ attributePartition: { attributeName: "site" } }),
        /partition of "unknown".* -> rows of messages without site$/,
      ),
    );
    assert.ok(some(time(), /read as seconds since 1970.* -> rows whose ts is in milliseconds/));
    assert.ok(some(time("yyyy-MM-dd HH:mm"), /no time zone; it is read as UTC/));
    assert.ok(!some(time("yyyy-MM-dd HH:mm XXX"), /no time zone/));
    // a letter in quotes is no zone
    assert.ok(some(time("yyyy-MM-dd'T'HH:mm'Z'"), /no time zone/));
    assert.ok(!some(told(PIPELINE, DATASTORE), /partition/));
  });

  it("says nothing wrong of a query that names no value of an attribute partition", () => {
    const store = changed(DATASTORE, "datastorePartitions.partitions", [
      { attributePartition: { attributeName: "Site" } },
    ]);
    const { datastoreName } = DATASTORE as { datastoreName: string };
    const sql = `SELECT * FROM ${datastoreName}`;
    const about = told(changed(DATASET, "actions.0.queryAction.sqlQuery", sql), store);
    assert.ok(!about.some((text) => /sqlQuery/.test(text)), about.join("\n"));
  });

  it("reports a dataset's times", () => {
    const delta = changed(DATASET, "actions.0.queryAction.filters", [
      { deltaTime: { offsetSeconds: -60, timeExpression: "ts" } },
    ]);
    const key = (text: string): object =>
      changed(DATASET, "contentDeliveryRules", [
        { destination: { s3DestinationConfiguration: { bucket: "out-bucket", key: text, roleArn: ROLE } } },
      ]);
    assert.match(
      told(delta).join(),
      /filters\[0\]\.deltaTime: a window includes its start and not its end.* -> rows whose time/,
    );
    assert.match(
      told(key("a/!{iotanalytics:scheduleTime}.csv")).join(),
      /\.key: scheduleTime and creationTime are written as 20260131T120000Z/,
    );
    assert.deepEqual(told(key("a/!{iotanalytics:versionId}.csv")), []);
    assert.deepEqual(told(DATASET), []);
  });

  it("is for who checks; who deploys is told what loses rows or fails messages", () => {
    const files = {
      "p.json": JSON.stringify(pipeline(remove("raw"), math("temperature", "raw / 2"))),
      "d.json": JSON.stringify(INT),
      "c.json": JSON.stringify(CHANNEL),
    };
    const differences = loadTexts(files, { purpose: "deploy" }).problems.filter(({ rows }) => rows !== undefined);
    assert.deepEqual(
      differences.map(({ severity, path }) => `${severity} ${path}`),
      ["warning $.pipelineActivities[2].math.math", "warning $.pipelineActivities[2].math.math"],
    );
  });
});
