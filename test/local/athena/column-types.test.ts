import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { Athena, type CatalogTable, type Column } from "../../../local/athena";

type ColumnData = Parameters<typeof parquetWriteBuffer>[0]["columnData"];

/**
 * A table whose column has another type than its files. What Athena converts is converted, the rest fails the query:
 * https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html
 */
describe("local/athena: a column whose type changed", () => {
  const athena = new Athena();
  let folder: string;
  before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "column-types-"))));
  after(() => {
    athena.close();
    fs.rmSync(folder, { recursive: true });
  });

  let next = 0;
  /** A table with a file for each list of columns, in a partition of its own. */
  function table(columns: Column[], ...files: ColumnData[]): Map<string, CatalogTable> {
    const place = `t${next++}`;
    const paths = files.map((columnData, i) => {
      const file = path.join(folder, place, `p=${i}`, "object");
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, Buffer.from(parquetWriteBuffer({ columnData })));
      return file;
    });
    const own: CatalogTable = {
      database: "db",
      name: "t",
      columns,
      partitionKeys: [{ name: "p", type: "string" }],
      parameters: {},
      location: `s3://b/${place}/`,
      files: () =>
        paths.map((file, i) => ({
          path: file,
          bucket: "b",
          key: path.relative(folder, file),
          partition: { p: String(i) },
          bytes: fs.statSync(file).size,
        })),
      unseen: () => 0,
    };
    return new Map([["db.t", own]]);
  }
  const run = async (sql: string, tables: Map<string, CatalogTable>): Promise<unknown[][]> =>
    (await athena.query(sql, { database: "db", tables })).rows;

  const doubles: ColumnData = [
    { name: "id", data: ["a", "b", "c"], type: "STRING" },
    { name: "temp", data: [0.5, 1.5, 2.5], type: "DOUBLE" },
  ];
  const ints: ColumnData = [
    { name: "id", data: ["d"], type: "STRING" },
    { name: "temp", data: [7], type: "INT32" },
  ];
  const id = { name: "id", type: "string" };

  it("double in the file, int in the table: the query fails in Athena's words", async () => {
    const tables = table([id, { name: "temp", type: "int" }], doubles, ints);
    await assert.rejects(run("SELECT temp FROM t", tables), {
      message:
        /^HIVE_BAD_DATA: Field temp's type DOUBLE in parquet file s3:\/\/b\/t\d+\/p=0\/object is incompatible with type integer defined in table schema$/,
    });
    await assert.rejects(run("SELECT id FROM t WHERE temp > 1", tables), { message: /^HIVE_BAD_DATA: / });
    await assert.rejects(run("SELECT sum(temp) FROM t", tables), { message: /^HIVE_BAD_DATA: / });
  });

  it("columns and partitions that are not concerned are read", async () => {
    const tables = table([id, { name: "temp", type: "int" }], doubles, ints);
    assert.deepEqual(await run("SELECT id FROM t ORDER BY id", tables), [["a"], ["b"], ["c"], ["d"]]);
    assert.deepEqual(await run("SELECT count(*) FROM t", tables), [[4n]]);
    assert.deepEqual(await run("SELECT id, temp FROM t WHERE p = '1'", tables), [["d", 7]]);
  });

  it("converts wider whole numbers, and float to double", async () => {
    const small: ColumnData = [
      { name: "n", data: [1, -2], type: "INT32" },
      { name: "x", data: [0.5, 0.25], type: "FLOAT" },
    ];
    const large: ColumnData = [
      { name: "n", data: [9007199254740993n], type: "INT64" },
      { name: "x", data: [0.1], type: "DOUBLE" },
    ];
    const tables = table(
      [
        { name: "n", type: "bigint" },
        { name: "x", type: "double" },
      ],
      small,
      large,
    );
    assert.deepEqual(await run("SELECT n, x FROM t ORDER BY n", tables), [
      [-2n, 0.25],
      [1n, 0.5],
      [9007199254740993n, 0.1],
    ]);
  });

  for (const [stored, data, type, physical] of [
    ["INT64", [1n], "int", "INT64"],
    ["DOUBLE", [1.5], "float", "DOUBLE"],
    ["INT32", [1], "double", "INT32"],
    ["INT32", [1], "string", "INT32"],
    ["STRING", ["1"], "int", "BINARY"],
    ["STRING", ["true"], "boolean", "BINARY"],
    ["BOOLEAN", [true], "string", "BOOLEAN"],
    ["DOUBLE", [1.5], "decimal(5,2)", "DOUBLE"],
    ["INT64", [1n], "timestamp", "INT64"],
  ] as const)
    it(`${stored} in the file, ${type} in the table, fails`, async () => {
      const tables = table([{ name: "x", type }], [{ name: "x", data: [...data], type: stored }]);
      await assert.rejects(run("SELECT x FROM t", tables), {
        message: new RegExp(`^HIVE_BAD_DATA: Field x's type ${physical} in parquet file`),
      });
    });

  it("a column that a file lacks is NULL, beside one of another type", async () => {
    const tables = table([id, { name: "temp", type: "int" }, { name: "added", type: "int" }], doubles, ints);
    assert.deepEqual(await run("SELECT id, added FROM t ORDER BY id", tables), [
      ["a", null],
      ["b", null],
      ["c", null],
      ["d", null],
    ]);
  });
});
