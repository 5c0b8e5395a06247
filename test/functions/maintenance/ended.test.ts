import assert from "node:assert/strict";
import fc from "fast-check";
import { removeEnded } from "../../../functions/maintenance/ended";
import { repairPartitions } from "../../../functions/maintenance/repair";
import { LOCATION, MemoryStore } from "./store";

const place = (device: string, hour: number): string => `${LOCATION}device=${device}/hour=${hour}/`;

describe("functions/maintenance: partitions that have ended", () => {
  it("are removed when they are empty and old, whatever else there is", async () => {
    const store = new MemoryStore();
    const add = (device: string, hour: number, created: number, location = place(device, hour)): void =>
      void store.catalog.set(JSON.stringify([device, String(hour)]), { location, created });
    add("a", 1, 10);
    add("a", 2, 10);
    add("young", 1, 500);
    add("elsewhere", 1, 10, "s3://b/other/");
    add("busy", 1, 10);
    store.put(`${place("a", 2)}x.parquet`);
    const ended = await removeEnded(store, await store.shape(), {
      registeredBefore: 100,
      skip: ([device]) => device === "busy",
      stop: () => false,
    });
    assert.deepEqual(ended, { removed: 1, restored: 0, refused: [] });
    assert.deepEqual([...store.catalog.keys()], ['["a","2"]', '["young","1"]', '["elsewhere","1"]', '["busy","1"]']);
  });

  it("a row that arrives at any moment is seen in the end", async () => {
    const arrival = fc.record({ at: fc.nat(30), device: fc.constantFrom("a", "b"), hour: fc.nat(40) });
    await fc.assert(
      fc.asyncProperty(fc.array(arrival, { maxLength: 6 }), fc.nat(60), async (arrivals, partitions) => {
        const store = new MemoryStore();
        for (let index = 0; index < partitions; index++) {
          const [device, hour] = [index % 2 === 0 ? "a" : "b", index];
          store.catalog.set(JSON.stringify([device, String(hour)]), { location: place(device, hour), created: 0 });
        }
        let last = 0;
        store.before = () => {
          const now = store.calls.length;
          for (const { at, device, hour } of arrivals)
            if (at === now) {
              // Its writer remembers the partition as registered, and does not register it again.
              store.put(`${place(device, hour)}row-${at}-${last++}.parquet`);
            }
        };
        await removeEnded(store, await store.shape(), { registeredBefore: 1, skip: () => false, stop: () => false });
        store.before = () => undefined;
        await repairPartitions(store, await store.shape());
        assert.deepEqual(store.seen().sort(), [...store.objectsByUri.keys()].sort());
      }),
      { numRuns: 300 },
    );
  });

  it("a row that arrives while its partition is removed does not wait for the next look", async () => {
    const store = new MemoryStore();
    store.catalog.set('["a","1"]', { location: place("a", 1), created: 0 });
    store.before = (call) => {
      if (call === "remove") store.put(`${place("a", 1)}late.parquet`);
    };
    const ended = await removeEnded(store, await store.shape(), {
      registeredBefore: 1,
      skip: () => false,
      stop: () => false,
    });
    assert.deepEqual(ended, { removed: 1, restored: 1, refused: [] });
    assert.deepEqual(store.seen(), [`${place("a", 1)}late.parquet`]);
  });
});
