import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { compilePipeline, datastoreColumns, formatColumnType, partitionScheme, rowsPrefix } from "../../../../etl";
import type { DatastoreDocument } from "../../../../etl";
import { pathValue } from "../../../../etl/partitions";
import type { Table } from "@aws-sdk/client-glue";
import { partitionInput } from "../../../../functions/glue-partitions";
import { Athena } from "../../../../local/athena";
import { Clock } from "../../../../local/core/clock";
import { Iam } from "../../../../local/iam";
import { LOCAL_ADMIN_ARN } from "../../../../local/core/principals";
import { ACCOUNT, TYPES, type Properties, type Resource } from "../../../../local/core/model";
import { ParquetBuilder } from "../../../../etl/parquet";
import { compilePrefix } from "../../../../local/services/firehose/prefix";
import { Glue } from "../../../../local/services/glue/glue";
import { PARTITION_OPERATIONS } from "../../../../local/services/glue/partition-operations";
import { S3 } from "../../../../local/services/s3/s3";

const NOW = Date.UTC(2026, 5, 15, 7, 30);

function resource(type: string, inputs: object): Resource {
  return { urn: type, type, name: "x", custom: true, id: "x", dependencies: [], inputs, outputs: inputs };
}

type Partitions = NonNullable<DatastoreDocument["datastorePartitions"]>["partitions"];

/** A datastore as it is deployed, without what carries messages: transform, prefix, objects, table and its partitions, SQL. */
class Store {
  private readonly document: DatastoreDocument;
  private readonly s3: S3;
  private readonly glue: Glue;
  private readonly athena = new Athena();
  private count = 0;

  constructor(folder: string, partitions: Partitions) {
    this.document = {
      datastoreName: "readings",
      fileFormatConfiguration: {
        parquetConfiguration: { schemaDefinition: { columns: [{ name: "id", type: "int" }] } },
      },
      ...(partitions === undefined ? {} : { datastorePartitions: { partitions } }),
    };
    const scheme = partitionScheme(this.document);
    const location = `s3://b/${rowsPrefix("", "readings")}`;
    const resources = [
      resource(TYPES.bucket, { bucket: "b" }),
      resource(TYPES.table, {
        databaseName: "db",
        name: "readings",
        parameters: {
          ...scheme.projection("2025-01-01"),
          "storage.location.template": scheme.locationTemplate(location),
        },
        partitionKeys: scheme.keys,
        storageDescriptor: {
          location,
          columns: datastoreColumns(this.document).map(({ name, type }) => ({ name, type: formatColumnType(type) })),
        },
      }),
    ];
    const own = fs.mkdtempSync(path.join(folder, "store-"));
    this.s3 = new S3(resources, path.join(own, "s3"), new Clock(NOW), new Iam(resources, ACCOUNT), "eu-central-1");
    this.s3.clean();
    this.glue = new Glue(resources, this.s3, new Clock(NOW), path.join(own, "glue"));
  }

  /**
   * Stores each message as a row in an object of its own, with its partition registered as the transform function does it.
   * @returns the partition that each went to
   */
  store(messages: readonly object[], register = true): Record<string, string>[] {
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
    const table = this.glue.tables.get("db.readings")!;
    pipeline.onPartition = (keys) => {
      if (!register || table.parameters["projection.enabled"] === "true") return;
      const PartitionInputList = [partitionInput(table.describe() as Table, keys)];
      const { Errors } = PARTITION_OPERATIONS.BatchCreatePartition!(table, { PartitionInputList }, NOW);
      for (const { ErrorDetail } of Errors as Properties[])
        assert.equal(ErrorDetail.ErrorCode, "AlreadyExistsException");
    };
    const prefix = compilePrefix(partitionScheme(this.document).firehosePrefix(rowsPrefix("", "readings")), false);
    return messages.map((message) => {
      const outcome = pipeline.process(JSON.stringify(message), { arrivalTime: NOW });
      assert.equal(outcome.result, "stored");
      if (outcome.result !== "stored") throw new Error("not stored");
      const { row, partitionKeys } = outcome;
      const builder = new ParquetBuilder([{ name: "id", type: "int" }], {
        caseInsensitive: true,
        compression: "SNAPPY",
      });
      builder.add(row);
      const evaluated = prefix({ time: NOW, seed: "", partitionKeys });
      assert.ok(evaluated.length <= 512, `${evaluated.length} characters`);
      assert.ok(Buffer.byteLength(evaluated) <= 850, "an object's name has room within 1,024 bytes");
      this.s3.put(LOCAL_ADMIN_ARN, "b", `${evaluated}object-${this.count++}.parquet`, builder.finish());
      return partitionKeys;
    });
  }

  get unseen(): number {
    return this.glue.tables.get("db.readings")!.unseen();
  }

  /** what SQL finds, ids in their order */
  async ids(where: string): Promise<unknown[]> {
    const { rows } = await this.athena.query(`SELECT id FROM readings WHERE ${where} ORDER BY id`, {
      database: "db",
      tables: this.glue.tables,
      now: NOW,
    });
    return rows.map(([id]) => id);
  }

  close(): void {
    this.athena.close();
  }
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

describe("local: partitions, from a message to SQL", () => {
  let folder: string;
  let store: Store | undefined;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "partitions-"))));
  afterEach(() => {
    store?.close();
    store = undefined;
    fs.rmSync(folder, { recursive: true });
  });

  const VALUES = [
    "north",
    "north/1",
    "north/1/a",
    "a=b",
    "a b",
    " a ",
    "50%",
    "50%2F",
    "é 温度 \u{1f321}",
    "..",
    ".a",
    "a.",
    "O'Brien",
    'a"b',
    "a\\b",
    "a:b",
    "[a]",
    "a*",
    "a?",
    "{a}",
    "$a",
    "a+b",
    "a&b#c",
    "~",
    "__HIVE_DEFAULT_PARTITION__x",
    "x".repeat(300),
  ];

  it("an attribute's value is looked up as it was sent", async () => {
    store = new Store(folder, [{ attributePartition: { attributeName: "site" } }]);
    const keys = store.store(VALUES.map((site, id) => ({ id, site })));
    assert.deepEqual(
      keys,
      VALUES.map((site) => ({ __partition_site: site })),
    );
    assert.equal(store.unseen, 0);
    assert.deepEqual(await store.ids(`__partition_site IN (${VALUES.map(text).join(", ")})`), [...VALUES.keys()]);
    assert.deepEqual(await store.ids(`__partition_site IN ('north', 'north/1', 'north/2')`), [0, 1]);
    for (const site of ["north", "50%2F", "O'Brien"])
      assert.deepEqual(await store.ids(`__partition_site = ${text(site)}`), [VALUES.indexOf(site)], site);
  });

  it("numbers and truth values are looked up by their text; what is missing, null, empty or nested is unknown", async () => {
    store = new Store(folder, [{ attributePartition: { attributeName: "Site" } }]);
    store.store([
      { id: 0, site: 7 },
      { id: 1, SITE: true },
      { id: 2 },
      { id: 3, site: null },
      { id: 4, site: "" },
      { id: 5, site: { a: 1 } },
    ]);
    assert.deepEqual(await store.ids("__partition_site = '7'"), [0]);
    assert.deepEqual(await store.ids("__partition_site = 'true'"), [1]);
    assert.deepEqual(await store.ids("__partition_site = 'unknown'"), [2, 3, 4, 5]);
    // the text by which the catalog says NULL is changed, so that it is none
    const [hive] = store.store([{ id: 6, site: "__HIVE_DEFAULT_PARTITION__" }]);
    assert.match(hive!.__partition_site!, /^__HIVE_DEFAULT_PARTITION__~[0-9a-f]{8}$/);
    assert.deepEqual(await store.ids("__partition_site IS NULL"), []);
  });

  it("a time is four strings in UTC, a time that cannot be read the time of arrival", async () => {
    store = new Store(folder, [{ timestampPartition: { attributeName: "ts" } }]);
    store.store([
      { id: 0, ts: Date.UTC(2024, 2, 5, 7, 59, 59) / 1000 },
      { id: 1, ts: String(Date.UTC(2024, 2, 5, 8) / 1000) },
      { id: 2, ts: "yesterday" },
      { id: 3 },
      { id: 4, ts: Date.UTC(2009, 11, 31, 23) / 1000 },
    ]);
    assert.deepEqual(await store.ids("__year = '2024' AND __month = '03' AND __day = '05' AND __hour = '07'"), [0]);
    assert.deepEqual(await store.ids("__hour = '08'"), [1]);
    assert.deepEqual(await store.ids("__year || __month || __day || __hour = '2026061507'"), [2, 3]);
    assert.deepEqual(await store.ids("__year < '2010'"), [4]);
    assert.equal(store.unseen, 0);
  });

  it("values need not be named; what is not registered is stored, and not found", async () => {
    store = new Store(folder, [{ attributePartition: { attributeName: "Site" } }]);
    store.store([{ id: 0, site: "north" }, { id: 1, site: "north/1" }, { id: 2 }]);
    store.store([{ id: 3, site: " a " }], false);
    assert.deepEqual(await store.ids("true"), [0, 1, 2]);
    assert.deepEqual(await store.ids("__partition_site LIKE 'north%'"), [0, 1]);
    assert.equal(store.unseen, 1);
  });

  it("without partitions a row lies at its day of arrival, a date", async () => {
    store = new Store(folder, undefined);
    store.store([{ id: 0 }, { id: 1, __dt: "2020-01-01" }]);
    assert.deepEqual(await store.ids("__dt = date '2026-06-15'"), [0, 1]);
    assert.deepEqual(await store.ids("__dt > current_date - interval '1' day"), [0, 1]);
    assert.deepEqual(await store.ids("__dt < timestamp '2026-06-15 00:00:00'"), []);
  });

  it("any values of two attributes around a time are found by themselves and by nothing else", async () => {
    const piece = fc.constantFrom(
      "a",
      "b",
      "/",
      "=",
      " ",
      "%",
      "%2F",
      ".",
      "rows",
      "é",
      "'",
      "~",
      "__partition_b=",
      "[",
      "*",
    );
    const value = fc.oneof(
      { weight: 3, arbitrary: fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join("")) },
      { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 12 }) },
      { weight: 1, arbitrary: fc.constantFrom("x".repeat(400), "é".repeat(200), "\u{1f321}".repeat(100)) },
    );
    const row = fc.record({ a: value, b: value, ts: fc.integer({ min: 1_300_000_000, max: 1_800_000_000 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 2, maxLength: 5 }), async (rows) => {
        store?.close();
        store = new Store(folder, [
          { attributePartition: { attributeName: "a" } },
          { timestampPartition: { attributeName: "ts" } },
          { attributePartition: { attributeName: "b" } },
        ]);
        const keys = store.store(rows.map((each, id) => ({ id, ...each })));
        assert.equal(store.unseen, 0);
        for (const [id, { a, b }] of rows.entries()) {
          const { __partition_a: first, __partition_b: second } = keys[id]!;
          const same = rows.flatMap((other, at) => (other.a === a && other.b === b ? [at] : []));
          const found = await store.ids(`__partition_a = ${text(first!)} AND __partition_b = ${text(second!)}`);
          assert.deepEqual(found, same);
          if (first === a) assert.equal(pathValue(a, 1000), a);
        }
      }),
      { numRuns: 5 },
    );
  });
});
