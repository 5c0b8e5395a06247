import assert from "node:assert/strict";
import fc from "fast-check";
import { columnsIn, parseSchedule, windowedQuery, windowProblem } from "../../../etl";

const at = (text: string): number => Date.parse(text);
const MINUTE = 60_000;
const DAY = 86_400_000;

describe("schedules", () => {
  const FIRINGS: [expression: string, after: string, expected: string[]][] = [
    ["cron(0 12 * * ? *)", "2026-01-15T12:00:00Z", ["2026-01-16T12:00:00Z", "2026-01-17T12:00:00Z"]],
    ["cron(0/15 * * * ? *)", "2026-01-15T12:01:30Z", ["2026-01-15T12:15:00Z", "2026-01-15T12:30:00Z"]],
    ["cron(1/5 * * * ? *)", "2026-01-15T12:55:59Z", ["2026-01-15T12:56:00Z", "2026-01-15T13:01:00Z"]],
    ["cron(15,45 8-9 ? * MON-FRI *)", "2026-01-16T09:15:00Z", ["2026-01-16T09:45:00Z", "2026-01-19T08:15:00Z"]],
    ["cron(0 0 L * ? *)", "2026-01-31T00:00:00Z", ["2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z"]],
    ["cron(0 0 L-2 * ? *)", "2026-02-01T00:00:00Z", ["2026-02-26T00:00:00Z"]],
    ["cron(0 0 15W 8 ? *)", "2026-01-01T00:00:00Z", ["2026-08-14T00:00:00Z", "2027-08-16T00:00:00Z"]],
    ["cron(0 0 1W * ? *)", "2026-08-01T00:00:00Z", ["2026-08-03T00:00:00Z"]],
    ["cron(0 10 ? * 6L 2026)", "2026-11-01T00:00:00Z", ["2026-11-27T10:00:00Z", "2026-12-25T10:00:00Z"]],
    // the last day of the week is Saturday, and the last of May 2026 is a Sunday:
    // https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
    ["cron(0 10 ? * L *)", "2026-01-12T00:00:00Z", ["2026-01-17T10:00:00Z", "2026-01-24T10:00:00Z"]],
    ["cron(0 0 LW 5 ? *)", "2026-01-01T00:00:00Z", ["2026-05-29T00:00:00Z"]],
    ["cron(0 0 31W 5 ? *)", "2026-01-01T00:00:00Z", ["2026-05-29T00:00:00Z"]],
    ["cron(0 10 ? * 2#1 *)", "2026-01-06T00:00:00Z", ["2026-02-02T10:00:00Z"]],
    ["cron(0 10 ? JAN-MAR/2 FRI-MON *)", "2026-02-01T00:00:00Z", ["2026-03-01T10:00:00Z", "2026-03-02T10:00:00Z"]],
    ["cron(0 0 29 2 ? *)", "2026-01-01T00:00:00Z", ["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"]],
    ["rate(5 minute)", "2026-01-15T00:04:59Z", ["2026-01-15T00:05:00Z", "2026-01-15T00:10:00Z"]],
  ];
  for (const [expression, after, expected] of FIRINGS)
    it(`${expression} after ${after}`, () => {
      const schedule = parseSchedule(expression);
      let time = at(after);
      for (const next of expected) {
        time = schedule.next(time, at("2026-01-15T00:00:00Z"))!;
        assert.equal(new Date(time).toISOString(), new Date(next).toISOString());
      }
    });

  it("end, when their year is over or their day never comes", () => {
    assert.equal(parseSchedule("cron(0 12 * * ? 2020)").next(at("2020-12-31T12:00:00Z"), 0), undefined);
    assert.equal(parseSchedule("cron(0 12 31 2 ? *)").next(0, 0), undefined);
  });

  it("are written as EventBridge Scheduler takes them", () => {
    assert.equal(parseSchedule("rate(5 minute)").expression, "rate(5 minutes)");
    assert.equal(parseSchedule(" rate( 1 hours ) ").expression, "rate(1 hours)");
    assert.equal(parseSchedule("cron( 0  12 * * ? * )").expression, "cron(0 12 * * ? *)");
  });

  it("know their longest gap", () => {
    const gap = (expression: string): number => parseSchedule(expression).longestGap;
    assert.equal(gap("rate(2 hours)"), 120 * MINUTE);
    assert.equal(gap("cron(0 12 * * ? *)"), DAY);
    assert.equal(gap("cron(0 12 ? * MON-FRI *)"), 3 * DAY);
    assert.equal(gap("cron(0/15 8-18 ? * MON-FRI *)"), 2 * DAY + 13 * 60 * MINUTE + 15 * MINUTE);
    assert.equal(gap("cron(0 0 1 * ? *)"), 31 * DAY);
    assert.equal(gap("cron(0 0 1 1 ? 2030)"), 0);
  });

  const WRONG: [expression: string, says: RegExp][] = [
    ["every day", /neither cron\(MINUTE.*nor rate/],
    ["rate(0 minutes)", /has the rate 0/],
    ["rate(5 weeks)", /neither/],
    ["cron(0 12 * * ?)", /has 5 fields; cron has six/],
    ["cron(0 12 * * * *)", /must have \? for the day of the month or for the day of the week/],
    ["cron(60 12 * * ? *)", /"60" for the minutes; there it takes 0 to 59/],
    ["cron(0 12 ? * MOON *)", /"MOON" for the day of the week; there it takes 1 to 7 or SUN-SAT/],
    ["cron(0 18-8 * * ? *)", /"18-8" for the hours, a range that runs backwards/],
    ["cron(0/0 12 * * ? *)", /"0\/0" for the minutes/],
  ];
  for (const [expression, says] of WRONG)
    it(`refuse ${expression} in words`, () => {
      assert.throws(() => parseSchedule(expression), says);
    });

  it("fire when every field says so, and at no minute between: against a walk over all minutes", () => {
    const list = (min: number, max: number) => fc.uniqueArray(fc.integer({ min, max }), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(
        list(0, 59),
        list(0, 23),
        list(1, 28),
        fc.integer({ min: 0, max: 30 * DAY }),
        (minutes, hours, days, offset) => {
          const schedule = parseSchedule(`cron(${minutes.join()} ${hours.join()} ${days.join()} * ? *)`);
          const after = at("2026-01-01T00:00:00Z") + offset;
          const next = schedule.next(after, 0)!;
          for (let time = (Math.floor(after / MINUTE) + 1) * MINUTE; time <= next; time += MINUTE) {
            const date = new Date(time);
            const fires =
              minutes.includes(date.getUTCMinutes()) &&
              hours.includes(date.getUTCHours()) &&
              days.includes(date.getUTCDate());
            if (fires !== (time === next)) return false;
          }
          return true;
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("schedules: many firings at once", () => {
  it("are those that come one after the other (property)", () => {
    const text = fc.constantFrom(
      "rate(7 minutes)",
      "rate(1 day)",
      "cron(0/5 * * * ? *)",
      "cron(15 10 ? * 6L *)",
      "cron(0,30 8-10 1W * ? *)",
      "cron(59 23 L FEB ? *)",
    );
    const time = fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2030, 0) });
    fc.assert(
      fc.property(text, time, fc.nat(1_000_000), fc.integer({ min: 1, max: 40 }), (written, after, back, n) => {
        const schedule = parseSchedule(written);
        const origin = after - back;
        let at = after;
        for (let i = 0; i < n; i++) at = schedule.next(at, origin)!;
        assert.equal(schedule.nth(after, origin, n), at);
        assert.equal(schedule.count(after, at, origin), n);
        assert.equal(schedule.count(after, at - 1, origin), n - 1);
      }),
    );
  });

  it("do not look at each of them", () => {
    const schedule = parseSchedule("cron(* * * * ? *)");
    const start = Date.UTC(2000, 0);
    assert.equal(schedule.count(start, Date.UTC(2100, 0), start), (Date.UTC(2100, 0) - start) / 60_000);
    assert.equal(schedule.nth(start, start, 50_000_000), start + 50_000_000 * 60_000);
  });

  it("end with the last of them", () => {
    const schedule = parseSchedule("cron(0 12 1 1 ? 2026)");
    assert.equal(schedule.nth(0, 0, 1), Date.UTC(2026, 0, 1, 12));
    assert.equal(schedule.nth(0, 0, 2), undefined);
    assert.equal(schedule.count(0, Date.UTC(2100, 0), 0), 1);
  });
});

describe("delta windows", () => {
  const window = { timeExpression: "from_unixtime(ts)", tables: ["Store"], database: "lake" };
  const VIEW = '"store" AS (SELECT * FROM "lake"."store" WHERE (from_unixtime(ts)) >= A AND (from_unixtime(ts)) < B)';
  const QUERIES: [query: string, windowed: string][] = [
    ["SELECT * FROM Store;", `WITH ${VIEW}\nSELECT * FROM Store`],
    ["-- all\nselect a from store", `-- all\nWITH ${VIEW}\nselect a from store`],
    ["(select 1 from store) union (select 2)", `WITH ${VIEW}\n(select 1 from store) union (select 2)`],
    ["with x as (select * from store) select * from x", `with ${VIEW},\nx as (select * from store) select * from x`],
  ];
  for (const [query, expected] of QUERIES)
    it(`stand around the datastore in ${query.replaceAll("\n", " ")}`, () => {
      assert.equal(windowedQuery(query, window, "A", "B"), expected);
    });

  it("need a datastore that is named without a database", () => {
    assert.match(windowProblem("SELECT 1")!, /names no datastore/);
    assert.match(windowProblem("SELECT * FROM lake.store")!, /names lake.store; write store alone/);
    assert.equal(windowProblem("SELECT * FROM store s JOIN other o ON s.a = o.a"), undefined);
  });

  it("know the columns of their time", () => {
    assert.deepEqual(columnsIn("from_iso8601_timestamp(Timestamp)"), ["timestamp"]);
    assert.deepEqual(columnsIn(`date_parse("day" || ' x ' || hour, '%Y')`), ["day"]);
    assert.deepEqual(columnsIn("from_unixtime(cast(ts as double) / 1000) AT TIME ZONE 'UTC'"), ["ts"]);
  });
});
