import assert from "node:assert/strict";
import fc from "fast-check";
import { packRows, type MadeRow } from "../../../etl/partitions/packing";

const row = (hour: string, id: string): MadeRow => ({ row: Buffer.from(id), partitionKeys: { hour } });

describe("rows of several partitions that one record was made into", () => {
  it("lets each record carry one partition, so that two records swap their rows", () => {
    const loads = packRows([
      [row("10", "a"), row("11", "b")],
      [row("10", "c"), row("11", "d")],
    ]);
    assert.deepEqual(
      loads.map((load) => [load?.partitionKeys.hour, load?.rows.map(String)]),
      [
        ["10", ["a", "c"]],
        ["11", ["d", "b"]],
      ],
    );
  });

  it("gives up a record whose rows nobody can carry, and no other", () => {
    const loads = packRows([[row("10", "a"), row("11", "b")], [row("10", "c")]]);
    assert.deepEqual(
      loads.map((load) => load?.rows.map(String)),
      [["b"], ["c", "a"]],
    );
    assert.deepEqual(packRows([[row("10", "a"), row("11", "b")]]), [undefined]);
    assert.deepEqual(packRows([]), []);
  });

  it("moves more rows than a call takes arguments", () => {
    const many = Array.from({ length: 200_000 }, () => row("11", "x"));
    const loads = packRows([[row("10", "a"), ...many], [row("11", "b")]]);
    assert.deepEqual(
      loads.map((load) => load?.rows.length),
      [1, 200_001],
    );
  });

  it("loses no row of a record that is stored, doubles none, and mixes no partitions", () => {
    const records = fc.array(fc.array(fc.constantFrom("1", "2", "3", "4"), { minLength: 1, maxLength: 5 }), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(records, (hours) => {
        const made = hours.map((list, record) => list.map((hour, index) => row(hour, `${record}/${index}/${hour}`)));
        const loads = packRows(made);
        const carried = loads.flatMap((load) => load?.rows.map(String) ?? []).sort();
        const wanted = made.flatMap((rows, index) =>
          loads[index] === undefined ? [] : rows.map((one) => String(one.row)),
        );
        assert.deepEqual(carried, wanted.sort());
        for (const load of loads) {
          if (load === undefined) continue;
          assert.ok(load.rows.length > 0);
          for (const one of load.rows) assert.equal(String(one).split("/")[2], load.partitionKeys.hour);
        }
        for (const [index, list] of hours.entries())
          if (new Set(list).size === 1) assert.notEqual(loads[index], undefined);
      }),
    );
  });
});
