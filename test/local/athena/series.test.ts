import assert from "node:assert/strict";
import {
  Athena,
  AthenaError,
  QueryCancelled,
  Series,
  type CatalogTable,
  type QueryOptions,
} from "../../../local/athena";

/** A database with one view over literals. */
function database(view: string): QueryOptions {
  const table: CatalogTable = {
    database: "db",
    name: "readings",
    columns: [],
    partitionKeys: [],
    parameters: {},
    location: "",
    view,
    files: () => [],
    unseen: () => 0,
  };
  return { database: "db", tables: new Map([["db.readings", table]]) };
}

describe("values by time", function () {
  this.timeout(20_000);
  const series = new Series(new Athena());
  after(() => series.close());

  const NOON = Date.UTC(2026, 0, 31, 12);

  it("are the lowest and the highest of each bucket and group", async () => {
    // A second apart: 0, 1, ..., 99 of a, and every tenth of b, negative.
    const view = `SELECT date_add('second', n, TIMESTAMP '2026-01-31 12:00:00') AS at, 'a' AS device, cast(n AS double) AS v FROM UNNEST(sequence(0, 99)) AS t(n)
      UNION ALL SELECT date_add('second', n * 10, TIMESTAMP '2026-01-31 12:00:00'), 'b', cast(-n AS double) FROM UNNEST(sequence(0, 9)) AS t(n)`;
    const source = { table: "readings", time: "at", value: "v", group: "device" };
    const facts = await series.load(source, database(view));
    assert.deepEqual(facts, {
      points: 110,
      skipped: 0,
      first: NOON,
      last: NOON + 99_000,
      groups: [
        { name: "a", points: 100 },
        { name: "b", points: 10 },
      ],
      groupCount: 2,
    });
    const { width, series: drawn } = await series.buckets({
      from: NOON,
      to: NOON + 99_999,
      buckets: 4,
      groups: [0, 1],
    });
    assert.equal(width, 25_000);
    assert.deepEqual(drawn, [
      { group: 0, at: [0, 1, 2, 3], min: [0, 25, 50, 75], max: [24, 49, 74, 99], count: [25, 25, 25, 25] },
      { group: 1, at: [0, 1, 2, 3], min: [-2, -4, -7, -9], max: [0, -3, -5, -8], count: [3, 2, 3, 2] },
    ]);
    const part = await series.buckets({ from: NOON + 10_000, to: NOON + 12_000, buckets: 100, groups: [0] });
    assert.deepEqual(part.series[0]!.min, [10, 11, 12]);
    assert.deepEqual((await series.buckets({ from: 0, to: 1, buckets: 10, groups: [1] })).series[0]!.at, []);
  });

  it("have times of every form in which messages have them", async () => {
    for (const [time, ms] of [
      ["TIMESTAMP '2026-01-31 12:00:00.250'", NOON + 250],
      ["TIMESTAMP '2026-01-31 14:00:00 +02:00'", NOON],
      ["DATE '2026-01-31'", Date.UTC(2026, 0, 31)],
      ["'2026-01-31 12:00:00'", NOON],
      ["'2026-01-31T12:00:00.250Z'", NOON + 250],
      ["'2026-01-31T14:00:00+02:00'", NOON],
      ["'2026-01-31T07:00:00.5-0500'", NOON + 500],
      ["'2026-01-31'", Date.UTC(2026, 0, 31)],
      [String(NOON), NOON],
      [String(NOON / 1000), NOON],
      [`${NOON}000`, NOON],
      [`${NOON}000000`, NOON],
      [`${NOON / 1000}.25e0`, NOON + 250],
      [`'${NOON}'`, NOON],
    ] as const) {
      const facts = await series.load(
        { table: "readings", time: "at", value: "v" },
        database(`SELECT ${time} AS at, DECIMAL '1.5' AS v`),
      );
      assert.deepEqual([facts.first, facts.points], [ms, 1], time);
    }
  });

  it("leave out rows without a time or a number, and count them", async () => {
    const view = `SELECT * FROM (VALUES ('2026-01-31', 1e0, 'a'), ('soon', 2e0, 'a'), (NULL, 3e0, 'a'), ('2026-01-31', NULL, 'a'), ('2026-01-31', nan(), 'a'), ('2026-01-31', 4e0, NULL)) AS t(at, v, device)`;
    const facts = await series.load({ table: "readings", time: "at", value: "v", group: "device" }, database(view));
    assert.deepEqual([facts.points, facts.skipped], [2, 4]);
    assert.deepEqual(
      facts.groups.map(({ name }) => name),
      ["", "a"],
    );
    const none = await series.load({ table: "readings", time: "at", value: "v" }, database(`${view} WHERE false`));
    assert.deepEqual([none.points, none.first, none.groups], [0, null, []]);
  });

  it("are not waited for when a signal ends the reading", async () => {
    const view = `SELECT cast(a AS double) * 1e8 + b AS at, b AS v FROM UNNEST(sequence(1, 10000)) AS x(a), UNNEST(sequence(1, 10000)) AS y(b)`;
    const began = performance.now();
    const options = { ...database(view), signal: AbortSignal.timeout(100) };
    await assert.rejects(series.load({ table: "readings", time: "at", value: "v" }, options), QueryCancelled);
    // 100,000,000 rows take much longer.
    assert.ok(performance.now() - began < 5000, `${performance.now() - began} ms`);
    const facts = await series.load(
      { table: "readings", time: "at", value: "v" },
      database("SELECT 1e12 AS at, 1 AS v"),
    );
    assert.equal(facts.points, 1);
  });

  it("are refused where there are none", async () => {
    const load = (value: string, time = "at"): Promise<unknown> =>
      series.load({ table: "readings", time, value }, database("SELECT 1e12 AS at, 'x' AS text, ARRAY[1] AS list"));
    await assert.rejects(
      load("text"),
      (error: Error) => error instanceof AthenaError && /holds no numbers/.test(error.message),
    );
    await assert.rejects(load("at", "list"), /neither times nor numbers nor texts/);
    await assert.rejects(load('"; DROP TABLE points; --'), /COLUMN_NOT_FOUND/);
    await assert.rejects(series.buckets({ from: 0, to: 1, buckets: 10, groups: [0] }), /no series is loaded/);
  });
});
