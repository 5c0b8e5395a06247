import assert from "node:assert/strict";
import { ASSUMPTIONS, figuresText, partitionsText, queryFigures, readsOfTable, storedOf } from "../../cost";
import type { NamedReads } from "../../cost";
import { queriedTables } from "../../etl/athena-sql/pruning";
import type { TableSchema } from "../../etl/athena-sql/analyze/session";
import { VARCHAR, INTEGER } from "../../etl/athena-sql/types/type";
import { estimate, optionsFor, seed } from "./stacks";

const AT = Date.UTC(2026, 0, 1) - 1; // the year 2025 has 8,760 hours

function reads(where: string, keys: readonly string[], more: Partial<typeof ASSUMPTIONS> = {}): NamedReads {
  const assumptions = { ...ASSUMPTIONS, months: 12, ...more };
  const key = (name: string) => ({ name, type: VARCHAR, partitionKey: true });
  const columns = [{ name: "v", type: INTEGER, partitionKey: false }, ...keys.map(key)];
  const schema: TableSchema = { database: "db", name: "store", columns };
  const [table] = queriedTables(`SELECT * FROM store ${where}`, [schema], AT)!;
  const stored = storedOf(keys, { rate: 10, size: 300 }, 300, assumptions);
  return { table: table!, ...readsOfTable(table!, stored, assumptions, AT) };
}

describe("cost: what a query reads of a datastore that has been filled for a year", () => {
  const hours = ["__year", "__month", "__day", "__hour"];

  it("is the share of its hours that the conditions leave", () => {
    const of = (where: string) => reads(where, hours).partitions;
    assert.deepEqual(of(""), { planned: 8760, total: 8760 });
    assert.deepEqual(of("WHERE v > 1"), { planned: 8760, total: 8760 });
    assert.deepEqual(of("WHERE __month = '02'"), { planned: 28 * 24, total: 8760 });
    assert.deepEqual(of("WHERE __month BETWEEN '01' AND '03' AND __hour < '06'"), { planned: 90 * 6, total: 8760 });
    assert.deepEqual(of("WHERE __year = '2027'"), { planned: 0, total: 8760 });
  });

  it("has objects and bytes by the same share, and a request to the catalog for each 1,000 partitions", () => {
    const [all, some] = [reads("", hours), reads("WHERE __month = '02'", hours)];
    assert.equal(all.requests.list, 8760);
    assert.equal(all.requests.catalog, 1 + 9);
    assert.ok(Math.abs(some.bytes / all.bytes - (28 * 24) / 8760) < 1e-9);
    assert.ok(Math.abs(some.requests.get - (all.requests.get * 28 * 24) / 8760) <= 1);
    // 10 messages/s of 300 bytes in a year
    assert.ok(Math.abs(all.bytes - 10 * 300 * 31_536_000 * ASSUMPTIONS.parquetRatio) < 1);
    const { usd } = queryFigures([some]);
    const scanned = Math.max(10 * 2 ** 20, Math.ceil(some.bytes / 2 ** 20) * 2 ** 20) / 2 ** 40;
    const expected = scanned * 5 + 672 * 0.000005 + some.requests.get * 0.0000004 + 2 * 0.000001;
    assert.ok(Math.abs(usd - expected) < 1e-9, `${usd} ${expected}`);
  });

  it("of partitions by an attribute is the values that are named, or all", () => {
    const keys = ["__partition_site", "__dt"];
    const of = (where: string) => reads(where, keys, { partitionValues: 10 }).partitions;
    assert.equal(of("").total, 3650);
    assert.equal(of("WHERE __partition_site IN ('n', 's')").planned, 730);
    assert.equal(of("WHERE __partition_site = 'n' AND __dt >= '2025-12-01'").planned, 31);
    assert.equal(of("WHERE __partition_site LIKE 'n%'").planned, 3650);
  });

  it("is said in words", () => {
    const where = "WHERE __year = '2025' AND __month = '02'";
    assert.equal(
      partitionsText([reads(where, hours)]),
      "reads of store the partitions that its conditions on __year, __month leave",
    );
    assert.equal(
      partitionsText([reads("", hours)]),
      "reads every partition of store, for it has no condition on __year, __month, __day, __hour",
    );
    assert.match(
      figuresText([reads(where, hours)]),
      /^672 of 8,760 partitions, 672 LIST and [\d,]+ GET requests, .* USD a run$/,
    );
  });

  it("of the example's dataset is everything, in its bill, too", async () => {
    const bill = estimate(await seed("dev"), optionsFor({ rate: 10, size: 300, queries: 1 }));
    const [dataset] = bill.queries;
    assert.equal(dataset!.component, "etl_aggregate_data");
    assert.deepEqual(
      dataset!.reads.map(({ table, partitions }) => [table.name, table.restricted, partitions.planned]),
      [["etl_aggregate_store", [], 8760]],
    );
    const lists = bill.items.find(({ what }) => what.startsWith("LIST requests of queries"))!;
    // 8,760 thousandths a run, a run a day
    assert.ok(Math.abs(lists.quantity - (8.76 * 730) / 24) < 0.01, String(lists.quantity));
  });
});
