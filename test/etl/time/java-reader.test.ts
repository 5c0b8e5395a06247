import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { javaReader } from "../../../etl/time/java-reader";

type Row = [pattern: string, text: string, ms: number | null];

const rows = fs
  .readFileSync(path.join(__dirname, "../../oracles/joda/epoch.ndjson"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);

function read(pattern: string, text: string): number | null {
  try {
    return javaReader(pattern)(text) ?? null;
  } catch (error) {
    assert.ok(error instanceof SyntaxError, String(error));
    return null;
  }
}

/** Weeks, localised days of the week, narrow names, periods of the day, Julian days and generic names of zones are not read. */
const UNREAD = /[YWFecgBv]|MMMMM|EEEEE/;

describe("etl/time: java.time's patterns", () => {
  it("are read as java.time reads them", () => {
    const readable = rows.filter(([pattern]) => !UNREAD.test(pattern.replace(/'[^']*'/g, "")));
    assert.ok(readable.length > 150, `${readable.length} compared`);
    for (const [pattern, text, ms] of readable) assert.equal(read(pattern, text), ms, JSON.stringify([pattern, text]));
  });

  it("are Undefined where they are not read", () => {
    for (const [pattern, text] of rows.filter(([pattern]) => UNREAD.test(pattern.replace(/'[^']*'/g, ""))))
      assert.equal(read(pattern, text), null, JSON.stringify([pattern, text]));
  });

  it("never throw anything but a SyntaxError", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 14 }),
      fc.array(fc.constantFrom(..."yMdHhKkmsSnNAaEGuDXxZzVO[]'-: 0129+"), { maxLength: 14 }).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(text, text, (pattern, written) => {
        const ms = read(pattern, written);
        assert.ok(ms === null || Number.isFinite(ms));
      }),
      { numRuns: 5000 },
    );
  });
});
