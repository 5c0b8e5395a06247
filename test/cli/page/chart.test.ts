// The page gets JSON, whose shape the tests look at.
/* eslint-disable @typescript-eslint/no-explicit-any */
import assert from "node:assert/strict";
import { smallStack } from "../../local/stack";
import { SmallPage } from "./small-page";

describe("the page's chart", function () {
  this.timeout(20_000);
  let small: SmallPage;
  before(async () => {
    const resources = smallStack();
    const table = resources.find(({ name }) => name === "readings")!;
    table.inputs.storageDescriptor.columns.push({ name: "sent_at", type: "string" });
    small = await new SmallPage(resources).open();
    await publish(1);
    await small.deliver();
  });
  after(() => small.close());

  const publish = async (minute: number): Promise<void> => {
    for (const [device, value] of Object.entries({ a: 1, b: 2, c: 3 }))
      await small.test.publish(
        `dt/${device}/aggregate`,
        JSON.stringify({ device_id: device, value: value * minute, sent_at: `2026-01-15T12:0${minute}:00Z` }),
      );
  };
  const ask = {
    datastore: "readings",
    value: "value",
    time: "sent_at",
    group: "device_id",
    buckets: 100,
    groups: [0, 1],
  };
  const chart = async (more: object = {}): Promise<any> => (await small.post("/api/chart", { ...ask, ...more })).json;

  it("offers the columns that can be drawn", async () => {
    assert.deepEqual(await small.get("/api/chart/choices"), [
      {
        datastore: "readings",
        values: ["value"],
        times: ["sent_at"],
        groups: ["device_id", "value", "sent_at", "device"],
        value: "value",
        time: "sent_at",
        group: "device_id",
      },
    ]);
  });

  it("draws the rows, and new ones when it is asked to", async () => {
    const first = await chart();
    const minute = (n: number): number => Date.UTC(2026, 0, 15, 12, n);
    assert.deepEqual([first.points, first.from, first.to, first.current], [3, minute(1), minute(1), true]);
    assert.deepEqual(
      first.series.map(({ min }: { min: number[] }) => min),
      [[1], [2]],
    );
    await publish(2);
    await small.deliver();
    const old = await chart();
    assert.deepEqual([old.points, old.current], [3, false]);
    const fresh = await chart({ fresh: true, groups: [2] });
    assert.deepEqual([fresh.points, fresh.current, fresh.to], [6, true, minute(2)]);
    assert.deepEqual(fresh.series[0].max, [3, 6]);
    assert.equal((await chart({ from: minute(2) })).series[0].count[0], 1);
  });

  it("says what is wrong with what it is asked", async () => {
    const status = async (more: object): Promise<number> =>
      (await small.post("/api/chart", { ...ask, ...more })).status;
    assert.equal(await status({ datastore: "x" }), 404);
    assert.equal(await status({ buckets: 1e6 }), 400);
    assert.equal(await status({ groups: ["0); DROP TABLE points"] }), 400);
    assert.equal(await status({ from: 2, to: 1 }), 400);
    assert.equal(await status({ value: "device_id" }), 400);
    assert.deepEqual(small.test.cloud.defects.list(), []);
  });
});
