import assert from "node:assert/strict";
import fc from "fast-check";
import { PartitionColumns, type RealignedPage } from "../../functions/partition-columns";

/** A catalog with partitions in pages of two, whose columns are `types[partition]`, and a table with `table`. */
class Catalog {
  table = 0;
  readonly asked: (string | undefined)[] = [];
  fails: ("throttled" | "refuses one" | undefined)[] = [];

  constructor(readonly types: number[]) {}

  readonly realign = (after: string | undefined, limit: number): Promise<RealignedPage> => {
    assert.ok(limit > 0);
    this.asked.push(after);
    const fails = this.fails.shift();
    if (fails === "throttled")
      return Promise.reject(Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" }));
    const from = Number(after ?? 0);
    const refused: string[] = [];
    let changed = 0;
    for (let at = from; at < Math.min(from + 2, this.types.length); at++) {
      if (this.types[at] === this.table) continue;
      if (fails === "refuses one" && refused.length === 0) refused.push(`${at}: InternalServiceException: x`);
      else {
        this.types[at] = this.table;
        changed++;
      }
    }
    const next = from + 2 < this.types.length ? String(from + 2) : undefined;
    return Promise.resolve({ changed, refused, next });
  };
}

describe("functions/partition-columns", () => {
  const opened = (catalog: Catalog, costs = 0) => {
    const lines: string[] = [];
    let now = 0;
    const realign: typeof catalog.realign = (after, limit) => ((now += costs), catalog.realign(after, limit));
    const columns = new PartitionColumns(
      "db.t",
      realign,
      (text) => lines.push(text),
      () => now,
    );
    return { columns, lines };
  };

  it("asks for nothing until the table has changed, and then for every page once", async () => {
    const catalog = new Catalog([0, 0, 0, 0, 0]);
    const { columns, lines } = opened(catalog);
    await columns.keepUp(60_000);
    assert.deepEqual(catalog.asked, []);
    catalog.table = 1;
    columns.tableChanged();
    await columns.keepUp(60_000);
    await columns.keepUp(60_000);
    assert.deepEqual(catalog.asked, [undefined, "2", "4"]);
    assert.deepEqual(catalog.types, [1, 1, 1, 1, 1]);
    assert.deepEqual(lines, ['{"level":"INFO","message":"5 partitions of db.t have the table\'s columns now"}\n']);
  });

  it("takes a part of each batch's time, leaves the time to answer, and goes on with the next", async () => {
    const catalog = new Catalog(new Array<number>(10).fill(0));
    const { columns } = opened(catalog, 4_000);
    catalog.table = 1;
    columns.tableChanged();
    await columns.keepUp(2_000);
    assert.equal(catalog.asked.length, 0);
    await columns.keepUp(60_000);
    assert.deepEqual(catalog.asked, [undefined, "2", "4"]);
    await columns.keepUp(6_000);
    assert.deepEqual(catalog.asked.slice(3), ["6"]);
    await columns.keepUp(60_000);
    assert.deepEqual(catalog.types, new Array<number>(10).fill(1));
  });

  it("changes every partition in the end, whatever the catalog refuses and whenever the table changes again", async () => {
    const step = fc.record({
      fails: fc.array(fc.constantFrom("throttled" as const, "refuses one" as const, undefined), { maxLength: 4 }),
      changes: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(0, 1), { maxLength: 9 }),
        fc.array(step, { maxLength: 8 }),
        async (types, steps) => {
          const catalog = new Catalog([...types]);
          const { columns } = opened(catalog);
          for (const { fails, changes } of [
            { fails: [], changes: true },
            ...steps,
            ...[1, 2].map(() => ({ fails: [], changes: false })),
          ]) {
            if (changes) {
              catalog.table++;
              columns.tableChanged();
            }
            catalog.fails = [...fails];
            await columns.keepUp(60_000);
          }
          assert.deepEqual(
            catalog.types,
            types.map(() => catalog.table),
          );
        },
      ),
    );
  });

  it("says what keeps former columns, and why, and tries it again with the next batch", async () => {
    const catalog = new Catalog([0, 0]);
    catalog.fails = ["throttled", "refuses one"];
    const { columns, lines } = opened(catalog);
    catalog.table = 1;
    columns.tableChanged();
    for (let batch = 0; batch < 4; batch++) await columns.keepUp(60_000);
    assert.deepEqual(catalog.types, [1, 1]);
    assert.equal(catalog.asked.length, 3);
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { message: string }).message),
      [
        "partitions of db.t keep former columns: ThrottlingException: Rate exceeded",
        "1 partitions of db.t keep former columns: 0: InternalServiceException: x",
        "1 partitions of db.t have the table's columns now",
        "1 partitions of db.t have the table's columns now",
      ],
    );
  });
});
