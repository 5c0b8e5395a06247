import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { jodaWriter } from "../../../etl/time/joda";

type Row = [pattern: string, zone: string, ms: number, text: string | null];

const rows = fs
  .readFileSync(path.join(__dirname, "../../oracles/joda/format.ndjson"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);

function written(pattern: string, zone: string, ms: number): string | null {
  try {
    return jodaWriter(pattern)(ms, zone) ?? null;
  } catch (error) {
    assert.ok(error instanceof SyntaxError, String(error));
    return null;
  }
}

/**
 * The platform has the offset of an instant and not whether Joda-Time calls it summer time. It cannot be told apart where a clock was ahead all year (Ireland
 * from 1968 to 1971), ran backwards in Ramadan (Morocco), or was ahead for years in a war (India).
 */
const UNMARKED = new Set(["Africa/Casablanca", "Europe/Dublin", "Eire", "Asia/Kolkata"]);
/** Morocco's clock follows Ramadan; later years differ between versions of the time zone data. */
const MOROCCO_KNOWN = Date.UTC(2024, 0, 1);
const hasName = (pattern: string): boolean => /z/.test(pattern.replace(/'[^']*'/g, ""));

describe("etl/time: Joda-Time's patterns", () => {
  it("are written as Joda-Time writes them", () => {
    let compared = 0;
    for (const [pattern, zone, ms, text] of rows) {
      if (UNMARKED.has(zone) && hasName(pattern)) continue;
      if (zone === "Africa/Casablanca" && ms > MOROCCO_KNOWN) continue;
      compared++;
      assert.equal(written(pattern, zone, ms), text, JSON.stringify([pattern, zone, ms]));
    }
    assert.ok(compared > 14_000, `${compared} compared`);
  });

  it("name the zones of today as Joda-Time does", () => {
    for (const [zone, short, long] of [
      ["Europe/Dublin", "IST", "Irish Standard Time"],
      ["Asia/Kolkata", "IST", "India Standard Time"],
    ] as const) {
      assert.equal(written("z", zone, Date.UTC(2024, 6, 1)), short);
      assert.equal(written("zzzz", zone, Date.UTC(2024, 6, 1)), long);
    }
  });

  it("have no text for an infinite instant", () => {
    for (const ms of [Infinity, -Infinity, NaN]) assert.equal(written("E", "UTC", ms), null);
  });

  it("never throw anything but a SyntaxError, and never for an instant or a zone", () => {
    const pattern = fc.oneof(
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.array(fc.constantFrom(..."GCxweEyYDMdahHkKmsSzZ'- T"), { maxLength: 12 }).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(
        pattern,
        fc.oneof(fc.constantFrom("UTC", "Europe/Berlin", "+02:00", "EST"), fc.string()),
        fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true })),
        (text, zone, ms) => {
          written(text, zone, ms);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
