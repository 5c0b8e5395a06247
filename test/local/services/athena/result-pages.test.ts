import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as fc from "fast-check";
import { toCsv } from "../../../../local/athena";
import { readPage } from "../../../../local/services/athena/result-pages";
import { resultLines } from "../../../../local/services/athena/result-text";

describe("local/services/athena: results by page", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "pages-"));
    file = path.join(folder, "result");
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const readAll = (form: "csv" | "txt", count: number): (string | undefined)[][] => {
    const rows: (string | undefined)[][] = [];
    for (let from: number | undefined = 0; from !== undefined;) {
      const page = readPage(file, form, from, count);
      assert.ok(page.rows.length <= count);
      rows.push(...page.rows);
      from = page.next;
    }
    return rows;
  };

  it("reads back every value of a CSV, whatever is in it and however long the pages are", () => {
    const cell = fc.option(fc.string({ unit: fc.constantFrom('"', ",", "\n", "a", "é", "🙂", " ") }), { nil: null });
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 4 })
          .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 9 })),
        fc.integer({ min: 1, max: 5 }),
        (rows, count) => {
          const columns = (rows[0] ?? ["x"]).map((_, i) => ({ name: `c${i}`, type: "varchar" }));
          fs.writeFileSync(file, toCsv({ columns, rows }));
          const expected = [
            columns.map(({ name }) => name),
            ...rows.map((row) => row.map((value) => value ?? undefined)),
          ];
          assert.deepEqual(readAll("csv", count), expected);
        },
      ),
    );
  });

  it("reads a row that is longer than what is read at once", () => {
    const long = `${'"'.repeat(300_000)}x`;
    fs.writeFileSync(file, toCsv({ columns: [{ name: "a", type: "varchar" }], rows: [[long], ["y"]] }));
    assert.deepEqual(readAll("csv", 2), [["a"], [long], ["y"]]);
  });

  it("has a next page behind a full one, though it may be empty, as Athena does", () => {
    fs.writeFileSync(file, '"a"\n"1"\n');
    const { rows, next } = readPage(file, "csv", 0, 2);
    assert.deepEqual(rows, [["a"], ["1"]]);
    assert.deepEqual(readPage(file, "csv", next!, 2), { rows: [] });
  });

  it("reads back every line of a text, also the empty ones at its end", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom("a", "\t", "é", " "), minLength: 1 }), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 1, max: 5 }),
        (lines, empty, count) => {
          const all = [...lines, ...Array.from({ length: empty }, () => "")];
          fs.writeFileSync(file, all.join("\n"));
          assert.deepEqual(
            readAll("txt", count),
            all.map((line) => [line]),
          );
        },
      ),
    );
    fs.writeFileSync(file, "");
    assert.deepEqual(readAll("txt", 3), []);
  });

  /** As https://github.com/aoyagikouhei/athena-local measured. */
  it("fills the fields of Hive's statements to 20 characters", () => {
    const columns = [{ name: "col_name" }];
    assert.deepEqual(
      resultLines("DESCRIBE_TABLE", columns, [
        ["n", "int", ""],
        ["列名", "struct<aa:int,bb:int>", "abc"],
        ["", "", ""],
        ["# Partition Information", "", ""],
        ["# col_name", "data_type", "comment"],
      ]),
      [
        "n                   \tint                 \t                    ",
        "列名                  \tstruct<aa:int,bb:int>\tabc                 ",
        "\t \t ",
        "# Partition Information\t \t ",
        "# col_name          \tdata_type           \tcomment             ",
      ],
    );
    assert.deepEqual(resultLines("SHOW_COLUMNS", columns, [["c19"]]), ["c19                 "]);
    assert.deepEqual(resultLines("SHOW_TABLES", columns, [["t"]]), ["t"]);
    assert.deepEqual(resultLines("EXPLAIN", [{ name: "Query Plan" }], [["a\nb\n"]]), ["Query Plan", "a", "b", "", ""]);
    assert.deepEqual(resultLines("SHOW_TBLPROPERTIES", columns, [["a", "1"]]), ["a\t1"]);
  });
});
