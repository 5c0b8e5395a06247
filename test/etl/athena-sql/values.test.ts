import assert from "node:assert/strict";
import fc from "fast-check";
import {
  addMonths,
  dateOf,
  daysOf,
  formatDayToSecond,
  formatTimestamp,
  ofPicos,
  parseInterval,
  parseTimestamp,
} from "../../../etl/athena-sql/values/datetime";
import { dayOfWeek } from "../../../etl/athena-sql/values/calendar";
import { castDouble, formatDouble, parseDouble } from "../../../etl/athena-sql/values/number-text";
import { divideHalfUp, floorDiv, floorMod } from "../../../etl/athena-sql/values/whole";

const DAY = 86_400_000;
const whole = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
const divisor = whole.filter((value) => value !== 0n);

describe("etl/athena-sql: values", () => {
  it("dates are those of JavaScript's calendar", () => {
    fc.assert(
      fc.property(fc.integer({ min: -3_000_000, max: 3_000_000 }), (days) => {
        const date = new Date(days * DAY);
        const { year, month, day } = dateOf(days);
        assert.deepEqual([year, month, day], [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]);
        assert.equal(daysOf(year, month, day), days);
        assert.equal(dayOfWeek(days) % 7, date.getUTCDay());
      }),
    );
  });

  it("months are added to the same day, or the month's last", () => {
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 100_000 }), fc.integer({ min: -500, max: 500 }), (days, months) => {
        const [from, to] = [dateOf(days), dateOf(addMonths(days, months))];
        assert.equal(to.year * 12 + to.month, from.year * 12 + from.month + months);
        const last = new Date(Date.UTC(to.year, to.month, 0)).getUTCDate();
        assert.equal(to.day, Math.min(from.day, last));
      }),
    );
  });

  it("timestamps are read as they are written", () => {
    const micros = fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n });
    fc.assert(
      fc.property(micros, (value) => {
        const text = formatTimestamp(value, 6);
        assert.equal(ofPicos(parseTimestamp(text)!.local, 6), value);
        const finer = value * 1_000_000n + 123_456n;
        assert.equal(parseTimestamp(formatTimestamp(finer, 12))!.local, finer);
        assert.equal(
          new Date(Number(floorDiv(value, 1000n))).toISOString().slice(0, 23),
          formatTimestamp(value, 3, "T"),
        );
      }),
    );
  });

  it("intervals are read as they are written", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }), (millis) => {
        assert.equal(parseInterval(formatDayToSecond(millis), "DAY", "SECOND"), millis);
      }),
    );
  });

  it("quotients are rounded half away from zero", () => {
    fc.assert(
      fc.property(whole, divisor, (a, b) => {
        const size = (value: bigint): bigint => (value < 0n ? -value : value);
        const quotient = divideHalfUp(a, b);
        const rest = size(a - quotient * b);
        assert.ok(2n * rest <= size(b));
        // In the middle it is the one farther from zero.
        if (2n * rest === size(b)) assert.ok(size(quotient * b) > size(a));
        assert.equal(floorDiv(a, b) * b + floorMod(a, b), a);
        assert.ok(floorMod(a, b) === 0n || floorMod(a, b) < 0n === b < 0n);
      }),
    );
  });

  it("doubles are read as they are written", () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        assert.ok(Object.is(parseDouble(formatDouble(value)), value));
        if (!Object.is(value, -0)) assert.ok(Object.is(parseDouble(castDouble(value)), value));
      }),
    );
  });
});
