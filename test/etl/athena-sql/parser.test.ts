import assert from "node:assert/strict";
import fc from "fast-check";
import { SqlError } from "../../../etl/athena-sql/syntax/error";
import { parse } from "../../../etl/athena-sql/parser";
import { tokenize } from "../../../etl/athena-sql/parser/tokens";

/** Places and words are those of Trino 413. */
describe("etl/athena-sql: parser", () => {
  const refusals: [sql: string, message: string][] = [
    ["SELECT 1 FRO x", "line 1:14: mismatched input 'x'. Expecting: "],
    ["SELECT * FRO store", "line 1:10: mismatched input 'FRO'. Expecting: "],
    ["SELECT x::varchar FROM (VALUES 1) t(x)", "line 1:9: mismatched input ':'. Expecting: "],
    ["SELECT 1 LIMIT 1 OFFSET 1", "line 1:18: mismatched input 'OFFSET'. Expecting: <EOF>"],
    ["SELECT `a` FROM t", "line 1:8: backquoted identifiers are not supported; use double quotes to quote identifiers"],
    ["SELECT 1a", "line 1:8: identifiers must not start with a digit; surround the identifier with double quotes"],
    ["SELECT", "line 1:7: mismatched input '<EOF>'. Expecting: '*', 'ALL', 'DISTINCT', <expression>"],
    ["SELECT 'abc", "line 1:8: mismatched input '''. Expecting: "],
    ["SELECT count(distinct)", "line 1:22: mismatched input ')'. Expecting: <expression>"],
    ["SELECT\n  1,\n  é", "line 3:3: mismatched input 'é'. Expecting: "],
    ["SELECT '😀', ~1", "line 1:13: mismatched input '~'. Expecting: "],
    ["SELECT x'0'", "line 1:8: Binary literal must contain an even number of digits"],
  ];
  for (const [sql, message] of refusals)
    it(`refuses ${JSON.stringify(sql)}`, () => {
      assert.throws(
        () => parse(sql),
        (error: unknown) =>
          error instanceof SqlError && error.code === "SYNTAX_ERROR" && error.message.startsWith(message),
        message,
      );
    });

  it("keeps every character of a statement in its tokens, or between them", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "SELECT",
        "x",
        '"a""b"',
        "'it''s'",
        "1",
        "1.5",
        "1e3",
        "<>",
        "||",
        "->",
        "-- c\n",
        "/* c */",
        " ",
        "\n",
        "(",
        ")",
      ),
      fc.string({ maxLength: 3 }).filter((text) => !/[`0-9]/.test(text)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const sql = pieces.join(" ");
        let end = 0;
        for (const { start, text, kind } of tokenize(sql)) {
          assert.ok(start >= end);
          if (kind !== "end") assert.equal(sql.slice(start, start + text.length), text);
          assert.match(sql.slice(end, start), /^(?:\s|--[^\r\n]*|\/\*[^]*?\*\/)*$/);
          end = start + (kind === "end" ? 0 : text.length);
        }
        assert.equal(end, sql.length - (/(?:\s|--[^\r\n]*|\/\*[^]*?\*\/)*$/.exec(sql.slice(end))?.[0].length ?? 0));
      }),
    );
  });

  it("ends in a statement or an SqlError, whatever words come", () => {
    const words =
      "SELECT FROM WHERE GROUP BY ORDER HAVING ( ) , * x y . 1 'a' AS WITH JOIN ON USING UNION CASE WHEN THEN END CAST ( [ ] -> IN NOT NULL AND OVER UNNEST ROW INTERVAL DAY FILTER LIKE ESCAPE".split(
        " ",
      );
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 25 }), (soup) => {
        try {
          parse(`SELECT ${soup.join(" ")}`);
        } catch (error) {
          assert.ok(error instanceof SqlError, String((error as Error).stack));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("refuses a statement that is nested too deep, and parses one of 300 levels", () => {
    parse(`SELECT ${"(".repeat(300)}1${")".repeat(300)}`);
    assert.throws(() => parse(`SELECT ${"(".repeat(10_000)}1${")".repeat(10_000)}`), SqlError);
    assert.throws(() => parse(`SELECT ${"- ".repeat(100_000)}1`), SqlError);
  });
});
