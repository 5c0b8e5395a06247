import assert from "node:assert/strict";
import type { CatalogTable } from "../../../local/athena";
import { checkPartitionSchemas } from "../../../local/athena/partition-schema";

/** A table of JSON lines with one column of a type, and a partition that was registered when it had another. */
function check(from: string, to: string, changes: Partial<CatalogTable> = {}): void {
  const Columns = [{ Name: "x", Type: from }];
  const table = {
    database: "db",
    name: "t",
    columns: [{ name: "x", type: to }],
    partitionKeys: [{ name: "site", type: "string" }],
    parameters: {},
    json: true,
    registered: { size: 1, list: () => [{ values: ["a"], descriptor: { Columns } }], get: () => undefined },
    ...changes,
  } as unknown as CatalogTable;
  checkPartitionSchemas(table, () => true);
}

/** What Presto's HiveCoercionPolicy lets pass; the other direction of each is refused unless it is listed itself. */
const COERCED: [from: string, to: string][] = [
  ["tinyint", "smallint"],
  ["tinyint", "bigint"],
  ["smallint", "int"],
  ["int", "bigint"],
  ["float", "double"],
  ["bigint", "string"],
  ["string", "bigint"],
  ["varchar(3)", "string"],
  ["string", "varchar(3)"],
  ["array<int>", "array<bigint>"],
  ["map<string,int>", "map<string,bigint>"],
  ["struct<a:int>", "struct<a:bigint>"],
  ["struct<a:int>", "struct<a:int,b:string>"],
  ["struct<a:int,b:string>", "struct<a:int>"],
];
const REFUSED: [from: string, to: string][] = [
  ["bigint", "double"],
  ["bigint", "int"],
  ["double", "float"],
  ["double", "string"],
  ["boolean", "string"],
  ["string", "double"],
  ["string", "array<string>"],
  ["array<bigint>", "array<double>"],
  ["struct<a:int>", "struct<b:int>"],
  ["struct<a:int,b:int>", "struct<b:int,a:int>"],
  ["nonsense", "bigint"],
];

describe("local/athena: columns of partitions beside those of their table", () => {
  for (const [from, to] of COERCED) it(`reads ${from} as ${to}`, () => check(from, to));
  for (const [from, to] of REFUSED)
    it(`does not read ${from} as ${to}`, () =>
      assert.throws(() => check(from, to), {
        code: "HIVE_PARTITION_SCHEMA_MISMATCH",
        message: `HIVE_PARTITION_SCHEMA_MISMATCH: There is a mismatch between the table and partition schemas. The types are incompatible and cannot be coerced. The column 'x' in table 'db.t' is declared as type '${to}', but partition 'site=a' declared column 'x' as type '${from}'.`,
      }));

  it("asks of Parquet, of a projection and of partitions that are not read for nothing", () => {
    check("bigint", "double", { json: false });
    check("bigint", "double", { parameters: { "projection.enabled": "true" } });
    check("bigint", "bigint", {
      columns: [
        { name: "x", type: "bigint" },
        { name: "y", type: "double" },
      ],
    });
    const table = { columns: [], partitionKeys: [], parameters: {}, json: true, registered: undefined };
    checkPartitionSchemas(table as unknown as CatalogTable, () => true);
  });
});
