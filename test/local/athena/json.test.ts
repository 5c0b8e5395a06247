import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import { compilePipeline, formatColumnType, partitionScheme, type DatastoreDocument } from "../../../etl";
import { Athena } from "../../../local/athena";
import type { CatalogTable, PartitionFile } from "../../../local/athena";

const NOW = Date.UTC(2026, 0, 31);
type Columns = CatalogTable["columns"];

/** A datastore in JSON format: the lines and columns that the transform function makes, read by SQL. */
class Store {
  readonly athena = new Athena();
  columns: Columns = [];
  private readonly files: PartitionFile[] = [];
  private readonly document: DatastoreDocument;

  constructor(
    private readonly folder: string,
    partitions: NonNullable<DatastoreDocument["datastorePartitions"]>["partitions"] = [],
  ) {
    this.document = { datastoreName: "readings", datastorePartitions: { partitions } };
  }

  /** Stores an object with lines that no transform wrote, as another producer could. */
  putLines(...lines: string[]): this {
    const file = path.join(this.folder, `${this.files.length}.gz`);
    const bytes = gzipSync(lines.map((line) => `${line}\n`).join(""));
    fs.writeFileSync(file, bytes);
    const partition = { __dt: "2026-01-31" };
    this.files.push({ path: file, bucket: "b", key: path.basename(file), partition, bytes: bytes.length });
    return this;
  }

  /** Stores one object of messages, as a batch of the delivery stream would. */
  put(...messages: unknown[]): this {
    const pipeline = compilePipeline({
      pipeline: {
        pipelineName: "p",
        pipelineActivities: [
          { channel: { name: "in", channelName: "c", next: "out" } },
          { datastore: { name: "out", datastoreName: "readings" } },
        ],
      },
      datastore: this.document,
    });
    const arriving = pipeline.inferredSchema!;
    const parse = (columns: Columns) => columns.map(({ name, type }) => ({ name, type: types.get(type)! }));
    arriving.adopt(parse(this.columns));
    const rows = messages.map((message) => {
      const json = typeof message === "string" ? message : JSON.stringify(message);
      const outcome = pipeline.process(json, { arrivalTime: NOW });
      if (outcome.result !== "stored") throw new Error(JSON.stringify(outcome));
      return outcome;
    });
    this.columns = arriving.columns.map(({ name, type }) => {
      const text = formatColumnType(type);
      types.set(text, type);
      return { name, type: text };
    });
    const partition = rows[0]!.partitionKeys;
    const file = path.join(this.folder, `${this.files.length}.gz`);
    const bytes = gzipSync(rows.map(({ row }) => `${row}\n`).join(""));
    fs.writeFileSync(file, bytes);
    this.files.push({
      path: file,
      bucket: "b",
      key: path.basename(file),
      partition: Object.keys(partition).length === 0 ? { __dt: "2026-01-31" } : { ...partition },
      bytes: bytes.length,
    });
    return this;
  }

  async query(sql: string): Promise<{ columns: string[]; rows: unknown[][] }> {
    const table: CatalogTable = {
      database: "db",
      name: "readings",
      columns: this.columns,
      partitionKeys: [...partitionScheme(this.document).keys],
      parameters: {},
      location: "s3://b/data/readings/",
      json: true,
      files: () => this.files,
      unseen: () => 0,
    };
    const { columns, rows } = await this.athena.query(sql, {
      database: "db",
      tables: new Map([["db.readings", table]]),
      now: NOW,
    });
    return {
      columns: columns.map(({ name, type }) => `${name} ${type}`),
      rows: rows.map((row) => row.map((value) => (typeof value === "bigint" ? Number(value) : value))),
    };
  }

  async rows(sql: string): Promise<unknown[][]> {
    return (await this.query(sql)).rows;
  }
}
const types = new Map<
  string,
  NonNullable<ReturnType<typeof compilePipeline>["inferredSchema"]>["columns"][number]["type"]
>();

describe("local/athena: lines of JSON", () => {
  let folder: string;
  let store: Store;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "json-"));
    store = new Store(folder);
  });
  afterEach(() => {
    store.athena.close();
    fs.rmSync(folder, { recursive: true });
  });

  it("an empty store has its partitions alone, and no rows", async () => {
    assert.deepEqual(await store.query("SELECT * FROM readings"), { columns: ["__dt date"], rows: [] });
    assert.deepEqual(await store.rows("SELECT count(*) FROM readings WHERE __dt > current_date - interval '1' day"), [
      [0],
    ]);
    await assert.rejects(
      store.query("SELECT count(*) FROM readings WHERE __dt = '2026-01-31'"),
      /TYPE_MISMATCH: line 1:42: Cannot apply operator: date = varchar\(10\); write date '...'/,
    );
    await assert.rejects(
      store.query("SELECT temperature FROM readings"),
      /COLUMN_NOT_FOUND: line 1:8: Column 'temperature' cannot be resolved/,
    );
  });

  it("has every attribute, the digits as sent, partitions last", async () => {
    store.put('{"Device":"a","t":1.5,"n":9007199254740993,"ok":true,"x":null}', '{"device":"b","n":7}');
    const { columns, rows } = await store.query('SELECT * FROM readings ORDER BY "device"');
    assert.deepEqual(columns, ["device varchar", "t double", "n bigint", "ok boolean", "__dt date"]);
    assert.deepEqual(
      rows.map(([device, t, , ok, dt]) => [device, t, ok, dt]),
      [
        ["a", 1.5, true, "2026-01-31"],
        ["b", null, null, "2026-01-31"],
      ],
    );
    assert.deepEqual(await store.rows("SELECT CAST(n AS varchar) FROM readings WHERE t = 1.5"), [["9007199254740993"]]);
  });

  it("a column that came later is null in lines from before", async () => {
    store.put({ a: 1 }).put({ b: "x" });
    assert.deepEqual(await store.rows("SELECT a, b FROM readings ORDER BY a NULLS LAST"), [
      [1, null],
      [null, "x"],
    ]);
    await assert.rejects(store.query("SELECT c FROM readings"), /Column 'c' cannot be resolved/);
  });

  const CONFLICTS: [name: string, values: string[], type: string, read: unknown[]][] = [
    ["whole numbers and others", ["1", "2.5"], "double", [1, 2.5]],
    ["numbers and texts", ["1", "1.5", '"x"'], "varchar", ["1", "1.5", "x"]],
    ["truth and numbers", ["true", "1"], "varchar", ["true", "1"]],
    ["a number beyond 64 bits", ["1", "18446744073709551616"], "varchar", ["1", "18446744073709551616"]],
    ["an object and a number", ["5", '{"a":{"b":[1.5,"x y"]}}'], "varchar", ["5", '{"a":{"b":[1.5,"x y"]}}']],
    ["a list and a text", ["[1,2]", '"x"'], "varchar", ["[1,2]", "x"]],
    ["null and a number", ["null", "1"], "bigint", [null, 1]],
    ["lists of numbers", ["[1]", "[2.5,null]", "[]"], "array(double)", [[1], [2.5, null], []]],
    ["texts that look like others", ['"1"', '"null"', '"[1]"'], "varchar", ["1", "null", "[1]"]],
  ];
  for (const [name, values, type, read] of CONFLICTS)
    it(`one column of ${name}`, async () => {
      for (const [i, value] of values.entries()) store.put(`{"i":${i},"v":${value}}`);
      const { columns, rows } = await store.query("SELECT v FROM readings ORDER BY i");
      assert.deepEqual(columns, [`v ${type}`]);
      assert.deepEqual(
        rows,
        read.map((value) => [value]),
      );
    });

  it("objects are structs, whose members come and go", async () => {
    store
      .put({ id: 1, unit: { Name: "m7", pos: [3, 4] } })
      .put({ id: 2, unit: { temp: { c: 20 } } }, { id: 3, unit: null }, { id: 4 });
    assert.deepEqual(
      await store.rows("SELECT unit.name, unit.pos[2], unit.temp.c, unit IS NULL FROM readings ORDER BY id"),
      [
        ["m7", 4, null, false],
        [null, null, 20, false],
        [null, null, null, true],
        [null, null, null, true],
      ],
    );
    store.put({ id: 5, list: [{ k: "a", v: 1 }, { k: "b" }] });
    assert.deepEqual(await store.rows("SELECT t.k, t.v FROM readings CROSS JOIN UNNEST(list) AS t (k, v) ORDER BY 1"), [
      ["a", 1],
      ["b", null],
    ]);
  });

  it("has partitions by time and attribute, too", async () => {
    store = new Store(folder, [
      { attributePartition: { attributeName: "site" } },
      { timestampPartition: { attributeName: "ts" } },
    ]);
    const hour = Date.UTC(2024, 2, 5, 7) / 1000;
    store.put({ site: "north/1", ts: hour, v: 1 }).put({ site: "south", ts: hour + 3600, v: 2 });
    assert.deepEqual(await store.rows("SELECT v, __partition_site, __year, __hour FROM readings ORDER BY v"), [
      [1, "north/1", "2024", "07"],
      [2, "south", "2024", "08"],
    ]);
    assert.deepEqual(await store.rows("SELECT v FROM readings WHERE __partition_site = 'north/1'"), [[1]]);
  });

  it("lines that no column knows of are rows still", async () => {
    store.put({ "a-b": 1 }, { "a-b": 2 });
    assert.deepEqual(await store.query("SELECT * FROM readings"), {
      columns: ["__dt date"],
      rows: [["2026-01-31"], ["2026-01-31"]],
    });
  });

  /** https://docs.aws.amazon.com/athena/latest/ug/openx-json-serde.html */
  const MALFORMED: [line: string, message: RegExp][] = [
    ['{"a":1', /^HIVE_CURSOR_ERROR: Row is not a valid JSON Object - unexpected end of data, in .*1\.gz$/],
    ["a,b", /^HIVE_CURSOR_ERROR: Row is not a valid JSON Object - /],
    ['{"a":1} {"a":2}', /^HIVE_CURSOR_ERROR: Row is not a valid JSON Object - unexpected content after document/],
    ['{"a":1,"a":2}', /^HIVE_CURSOR_ERROR: Row is not a valid JSON Object - .*duplicate key "a"/],
    ['{"a":"x: y"}', /^HIVE_BAD_DATA: Error parsing field value "x: y": Failed to cast value to numerical, in /],
    ['{"o":3}', /^HIVE_BAD_DATA: Error parsing field value 3: Expected OBJECT, in .*1\.gz$/],
  ];
  for (const [line, message] of MALFORMED)
    it(`a line ${line} fails the query in Athena's words`, async () => {
      store.put({ a: 1, o: { b: 2 } }).putLines('{"a":1}', line);
      await assert.rejects(store.query("SELECT a, o FROM readings"), ({ message: text }: Error) => message.test(text));
      assert.deepEqual(await store.rows("SELECT 1"), [[1]]);
    });
});
