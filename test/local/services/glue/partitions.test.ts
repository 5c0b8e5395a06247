import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { Clock } from "../../../../local/core/clock";
import { ACCOUNT, TYPES, type Properties, type Resource } from "../../../../local/core/model";
import { LOCAL_ADMIN_ARN } from "../../../../local/core/principals";
import { Iam } from "../../../../local/iam";
import { Glue, type ManagedTable } from "../../../../local/services/glue/glue";
import { GlueError } from "../../../../local/services/glue/error";
import { parsePartitionExpression } from "../../../../local/services/glue/partition-expression";
import { PARTITION_OPERATIONS } from "../../../../local/services/glue/partition-operations";
import { PartitionStore } from "../../../../local/services/glue/partition-store";
import { S3 } from "../../../../local/services/s3/s3";

function resource(type: string, inputs: object): Resource {
  return { urn: type, type, name: "x", custom: true, id: "x", dependencies: [], inputs, outputs: inputs };
}

const PARQUET = "org.apache.hadoop.hive.ql.io.parquet";
const NOW = Date.UTC(2026, 0, 15);

describe("local/services/glue: registered partitions", () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "glue-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  function open(template = "s3://b/data/site=${site}/day=${day}/rows/"): { table: ManagedTable; s3: S3 } {
    const resources = [
      resource(TYPES.bucket, { bucket: "b" }),
      resource(TYPES.table, {
        databaseName: "db",
        name: "t",
        parameters: { "storage.location.template": template },
        partitionKeys: [
          { name: "site", type: "string" },
          { name: "day", type: "int" },
        ],
        storageDescriptor: {
          location: "s3://b/data/",
          columns: [{ name: "v", type: "int" }],
          inputFormat: `${PARQUET}.MapredParquetInputFormat`,
          outputFormat: `${PARQUET}.MapredParquetOutputFormat`,
          serDeInfo: { serializationLibrary: `${PARQUET}.serde.ParquetHiveSerDe` },
        },
      }),
    ];
    const clock = new Clock(NOW);
    const s3 = new S3(resources, path.join(folder, "s3"), clock, new Iam(resources, ACCOUNT), "eu-central-1");
    s3.clean();
    return { table: new Glue(resources, s3, clock, path.join(folder, "glue")).tables.get("db.t")!, s3 };
  }
  const input = (values: string[], location = `s3://b/data/site=${values[0]}/day=${values[1]}/rows/`): Properties => ({
    Values: values,
    StorageDescriptor: { Location: location },
  });
  const call = (table: ManagedTable, operation: string, args: Properties): Properties =>
    PARTITION_OPERATIONS[operation]!(table, { DatabaseName: "db", TableName: "t", ...args }, NOW);
  const refusal = (work: () => unknown): string => {
    try {
      work();
    } catch (error) {
      assert.ok(error instanceof GlueError, String(error));
      return `${error.code}: ${error.message}`;
    }
    return "nothing";
  };
  const valuesOf = ({ Partitions }: Properties): string[] =>
    (Partitions as Properties[]).map(({ Values }) => (Values as string[]).join("/"));

  it("are read where they are, wherever that is, and survive a restart", () => {
    const { table, s3 } = open();
    for (const key of [
      "data/site=n/day=1/rows/a",
      "data/site=n/day=2/rows/b",
      "data/site=n/day=2/rows/deeper/c",
      "data/site=n/1/day=1/rows/d",
      "data/compacted/x/e",
      "other/f",
      "data/stray",
    ])
      s3.put(LOCAL_ADMIN_ARN, "b", key, Buffer.from("x"));
    assert.deepEqual([table.files().length, table.unseen()], [0, 7 - 1]);
    call(table, "BatchCreatePartition", {
      PartitionInputList: [
        input(["n", "1"], "s3://b/data/compacted/x/"),
        input(["n", "2"]),
        input(["far", "3"], "s3://b/other"),
      ],
    });
    for (const reader of [table, open().table]) {
      assert.deepEqual(
        reader.files().map(({ key, partition }) => [key, partition.site, partition.day]),
        [
          ["other/f", "far", "3"],
          ["data/compacted/x/e", "n", "1"],
          ["data/site=n/day=2/rows/b", "n", "2"],
          ["data/site=n/day=2/rows/deeper/c", "n", "2"],
        ],
      );
      // what lies where n/1 was before it moved is not missing; n/1's neighbour n/1 + 1 is
      assert.equal(reader.unseen(), 2);
    }
  });

  it("are created once, in a batch with the others, and said to exist", () => {
    const { table } = open();
    assert.deepEqual(call(table, "BatchCreatePartition", { PartitionInputList: [input(["a", "1"])] }), { Errors: [] });
    const exists = { ErrorCode: "AlreadyExistsException", ErrorMessage: "Partition already exists." };
    assert.deepEqual(
      call(table, "BatchCreatePartition", {
        PartitionInputList: [input(["a", "1"]), input(["b", "1"]), input(["b", "1"])],
      }),
      {
        Errors: [
          { PartitionValues: ["a", "1"], ErrorDetail: exists },
          { PartitionValues: ["b", "1"], ErrorDetail: exists },
        ],
      },
    );
    assert.match(
      refusal(() => call(table, "CreatePartition", { PartitionInput: input(["b", "1"]) })),
      /^AlreadyExistsException/,
    );
    assert.deepEqual(valuesOf(call(table, "GetPartitions", {})), ["a/1", "b/1"]);
  });

  it("are moved, renamed and deleted", () => {
    const { table } = open();
    call(table, "BatchCreatePartition", { PartitionInputList: [input(["a", "1"]), input(["b", "1"])] });
    call(table, "UpdatePartition", {
      PartitionValueList: ["a", "1"],
      PartitionInput: input(["a", "1"], "s3://b/new/"),
    });
    const { Partition } = call(table, "GetPartition", { PartitionValues: ["a", "1"] });
    assert.equal(Partition.StorageDescriptor.Location, "s3://b/new/");
    assert.deepEqual(Partition.CreationTime, new Date(NOW));
    const entries = [
      { PartitionValueList: ["b", "1"], PartitionInput: input(["b", "2"]) },
      { PartitionValueList: ["c", "1"], PartitionInput: input(["c", "1"]) },
      { PartitionValueList: ["b", "2"], PartitionInput: input(["a", "1"]) },
    ];
    const { Errors } = call(table, "BatchUpdatePartition", { Entries: entries });
    assert.deepEqual(
      (Errors as Properties[]).map(({ ErrorDetail }) => ErrorDetail.ErrorCode as string),
      ["EntityNotFoundException", "AlreadyExistsException"],
    );
    assert.deepEqual(valuesOf(call(table, "GetPartitions", {})), ["a/1", "b/2"]);
    const deleted = call(table, "BatchDeletePartition", {
      PartitionsToDelete: [{ Values: ["b", "2"] }, { Values: ["z", "2"] }],
    });
    assert.equal(deleted.Errors.length, 1);
    call(table, "DeletePartition", { PartitionValues: ["a", "1"] });
    assert.match(
      refusal(() => call(table, "DeletePartition", { PartitionValues: ["a", "1"] })),
      /^EntityNotFoundException: Cannot find partition/,
    );
    assert.deepEqual(valuesOf(call(open().table, "GetPartitions", {})), []);
  });

  it("come in pages and segments, each exactly once, with partitions added and removed in between", () => {
    const { table } = open();
    const names = Array.from({ length: 250 }, (_, i) => String(i).padStart(3, "0"));
    for (let from = 0; from < names.length; from += 100)
      call(table, "BatchCreatePartition", {
        PartitionInputList: names.slice(from, from + 100).map((name) => input([name, "1"])),
      });
    const seen: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = call(table, "GetPartitions", { MaxResults: 60, NextToken });
      seen.push(...valuesOf(page));
      NextToken = page.NextToken as string | undefined;
      if (seen.length === 60) call(table, "DeletePartition", { PartitionValues: ["059", "1"] });
    } while (NextToken !== undefined);
    assert.deepEqual(
      seen,
      names.map((name) => `${name}/1`),
    );
    const segments = [0, 1, 2].flatMap((SegmentNumber) =>
      valuesOf(call(table, "GetPartitions", { Segment: { SegmentNumber, TotalSegments: 3 } })),
    );
    assert.equal(new Set(segments).size, 249);
    assert.equal(segments.length, 249);
    const { Partitions } = call(table, "GetPartitions", { ExcludeColumnSchema: true, MaxResults: 1 });
    assert.equal((Partitions as Properties[])[0]!.StorageDescriptor.Columns, undefined);
  });

  it("says what is wrong with a call", () => {
    const { table } = open();
    const CASES: [operation: string, args: Properties, said: RegExp][] = [
      ["BatchCreatePartition", { PartitionInputList: Array(101).fill(input(["a", "1"])) }, /less than or equal to 100/],
      ["BatchDeletePartition", { PartitionsToDelete: Array(26).fill({ Values: ["a", "1"] }) }, /equal to 25/],
      ["BatchCreatePartition", { PartitionInputList: [input(["a"])] }, /2 keys, 1 values/],
      ["BatchCreatePartition", { PartitionInputList: [input(["", "1"])] }, /a value has 1-1024 characters/],
      ["CreatePartition", { PartitionInput: { Values: ["a", "1"] } }, /StorageDescriptor.Location is missing/],
      ["CreatePartition", { PartitionInput: input(["a", "1"], "hdfs://x") }, /reads s3:/],
      ["CreatePartition", { PartitionInput: input(["a", "1"]), Speed: 1 }, /Speed is not executed/],
      ["GetPartitions", { MaxResults: 1001 }, /a whole number from 1 to 1000/],
      ["GetPartitions", { NextToken: "x" }, /NextToken is no token/],
      ["GetPartitions", { Segment: { SegmentNumber: 3, TotalSegments: 3 } }, /SegmentNumber: saw 3/],
      ["GetPartitions", { Expression: "v = 1" }, /v is no partition key; there is site, day/],
      ["GetPartitions", { Expression: "site = 'a" }, /unexpected text at 7/],
      ["GetPartitions", { Expression: "day = 'x'" }, /'x' is no number, but day is/],
      ["GetPartitions", { Expression: `site = '${"x".repeat(2100)}'` }, /2048 are the most/],
    ];
    for (const [operation, args, said] of CASES)
      assert.match(
        refusal(() => call(table, operation, args)),
        said,
      );
    const other = { ...input(["a", "1"]) };
    other.StorageDescriptor = { ...other.StorageDescriptor, InputFormat: "org.apache.hadoop.mapred.TextInputFormat" };
    assert.match(
      refusal(() => call(table, "CreatePartition", { PartitionInput: other })),
      /reads partitions as their table/,
    );
  });
});

describe("local/services/glue: expressions of GetPartitions", () => {
  const keys = [
    { name: "year", type: "string" },
    { name: "n", type: "int" },
    { name: "dt", type: "date" },
  ];
  const ALL = [
    ["2025", "9", "2025-12-31"],
    ["2026", "10", "2026-01-01"],
    ["2026", "100", "__HIVE_DEFAULT_PARTITION__"],
  ];
  // What Glue's page says of each operator; numbers compare as numbers, and NULL compares as SQL says.
  const CASES: [expression: string, found: number[]][] = [
    ["", [0, 1, 2]],
    ["year = '2026'", [1, 2]],
    ["YEAR = '2026' AND n > 10", [2]],
    ["n > 9 OR year = '2025'", [0, 1, 2]],
    ["n <> 10", [0, 2]],
    ["n >= 10 and n <= 100", [1, 2]],
    ["n in (9, 100)", [0, 2]],
    ["n BETWEEN 9 AND 10", [0, 1]],
    ["NOT (n BETWEEN 9 AND 10)", [2]],
    ["n NOT IN (9)", [1, 2]],
    ["year LIKE '%25'", [0]],
    ["year not like '202_'", []],
    ["dt IS NULL", [2]],
    ["dt is not null", [0, 1]],
    ["dt < '2026-01-01'", [0]],
    ["NOT dt < '2026-01-01'", [1]],
    ["dt = DATE '2026-01-01'", [1]],
    ["10 < n", [2]],
    ["\"year\" = '2026' AND (`n` = 10 OR n = 9)", [1]],
    ["year = 'O''Brien'", []],
  ];
  for (const [expression, found] of CASES)
    it(expression === "" ? "none" : expression, () => {
      const filter = parsePartitionExpression(expression, keys);
      assert.deepEqual(
        ALL.flatMap((values, index) => (filter(values) ? [index] : [])),
        found,
      );
    });

  it("never fails in another way than by saying so", () => {
    const piece = fc.constantFrom(
      "year",
      "n",
      "=",
      "<",
      "(",
      ")",
      "AND",
      "OR",
      "NOT",
      "IN",
      "'a'",
      "1",
      ",",
      "IS",
      "NULL",
      "'",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        try {
          parsePartitionExpression(pieces.join(" "), keys)(ALL[0]!);
        } catch (error) {
          assert.ok(error instanceof GlueError, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("local/services/glue: the file of the partitions", () => {
  it("has after a restart, cut off in any line, what it had before that line", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "partitions-"));
    const value = fc.constantFrom("a", "b", "c/d", "é'");
    const change = fc.record({ remove: fc.boolean(), values: fc.tuple(value, value), place: fc.nat(9) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.nat(20), (changes, cut) => {
        const file = path.join(fs.mkdtempSync(path.join(folder, "t-")), "p.ndjson");
        const store = new PartitionStore(file);
        const expected = new Map<string, number>();
        const states = [[...expected]];
        for (const { remove, values, place } of changes) {
          if (remove) store.remove([values]);
          else store.put([{ values, descriptor: { Location: `s3://b/${place}/` }, parameters: {}, created: place }]);
          if (remove) expected.delete(values.join());
          else expected.set(values.join(), place);
          states.push([...expected].sort());
        }
        const have = (one: PartitionStore): [string, number][] =>
          one
            .list()
            .map(({ values, created }): [string, number] => [values.join(), created])
            .sort();
        assert.deepEqual(have(new PartitionStore(file)), states.at(-1)!);
        if (changes.length === 0 || cut === 0) return;
        const text = fs.readFileSync(file, "utf8");
        fs.writeFileSync(file, text.slice(0, -Math.min(cut, text.split("\n").at(-2)!.length)));
        const again = new PartitionStore(file);
        assert.deepEqual(have(again), states.at(-2)!);
        again.put([{ values: ["z", "z"], descriptor: { Location: "s3://b/z/" }, parameters: {}, created: 0 }]);
        assert.equal(new PartitionStore(file).size, states.at(-2)!.length + 1);
      }),
      { numRuns: 60 },
    );
    fs.rmSync(folder, { recursive: true });
  });
});
