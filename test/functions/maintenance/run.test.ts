import assert from "node:assert/strict";
import fc from "fast-check";
import { withLease } from "../../../functions/maintenance/notes";
import { maintain, type MaintenanceSettings } from "../../../functions/maintenance/run";
import { LOCATION, MemoryNotes, MemoryStore } from "./store";

const HOUR = 3_600_000;
const place = (device: string, hour: number): string => `${LOCATION}device=${device}/hour=${hour}/`;

function settings(store: MemoryStore, notes: MemoryNotes, lines: string[] = []): MaintenanceSettings {
  return {
    name: "db.t",
    table: store,
    notes,
    scanHours: 24,
    retentionDays: 30,
    compaction: undefined,
    sleep: () => Promise.resolve(),
    writeLog: (text) => lines.push(text),
    now: () => store.now,
  };
}

describe("functions/maintenance: runs", () => {
  it("look over the datastore once in scanHours, or when the event asks for it", async () => {
    const [store, notes] = [new MemoryStore(), new MemoryNotes()];
    store.put(`${place("a", 1)}1.parquet`);
    const lines: string[] = [];
    const run = (event = {}) => maintain(settings(store, notes, lines), event, () => 900_000);
    assert.equal((await run()).scan?.registered, 1);
    const [line] = lines.map((text) => JSON.parse(text) as Record<string, unknown>);
    assert.equal(line!.PartitionsRegistered, 1);
    assert.equal(line!.level, "INFO");
    store.now += HOUR;
    assert.equal((await run()).scan, undefined);
    assert.equal((await run({ scan: true })).scan?.partitions, 1);
    store.now += 24 * HOUR;
    assert.ok((await run()).scan !== undefined);
    assert.equal(notes.notes.has("lease"), false);
  });

  it("go on where the time was up, and see everything in the end", async () => {
    const [store, notes] = [new MemoryStore(), new MemoryNotes()];
    for (let index = 0; index < 2500; index++) store.put(`${place(`d${index}`, 1)}1.parquet`);
    let calls = 0;
    for (; calls < 10; calls++) {
      const { scan } = await maintain(settings(store, notes), {}, () => 30_000);
      store.now += HOUR;
      if (scan?.unfinished === false) break;
    }
    assert.equal(calls, 2);
    assert.equal(store.seen().length, 2500);
  });

  it("never work at the same time, and take over from one that was killed when its time is over", async () => {
    const notes = new MemoryNotes();
    const lease = { now: 0, until: 1000 };
    let inner: unknown = "not run";
    await withLease(notes, lease, async () => {
      inner = await withLease(notes, { now: 999, until: 2000 }, () => Promise.resolve("two at once"));
    });
    assert.equal(inner, undefined);
    await notes.claim("lease", { until: 1000 }, undefined);
    assert.equal(await withLease(notes, { now: 999, until: 2000 }, () => Promise.resolve("early")), undefined);
    assert.equal(await withLease(notes, { now: 1000, until: 2000 }, () => Promise.resolve("later")), "later");
    // Of two that find the lease of a killed run, one gets it.
    await notes.claim("lease", { until: 1000 }, undefined);
    const both = await Promise.all(
      [1, 2].map((run) => withLease(notes, { now: 1000, until: 2000 }, () => Promise.resolve(run))),
    );
    assert.equal(both.filter((run) => run !== undefined).length, 1);
  });

  it("that fail at any call leave nothing that the next ones do not put right", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(12), { maxLength: 5 }), async (failures) => {
        const [store, notes] = [new MemoryStore(), new MemoryNotes()];
        for (const device of ["a", "b", "c"]) store.put(`${place(device, 1)}1.parquet`);
        store.catalog.set('["old","1"]', { location: place("old", 1), created: -100 * 24 * HOUR });
        let left = Infinity;
        const fail = (): void => {
          if (left-- === 0) throw new Error("ThrottlingException");
        };
        store.before = fail;
        notes.before = fail;
        for (const after of [...failures, Infinity, Infinity]) {
          left = after;
          await maintain(settings(store, notes), {}, () => 900_000).catch(() => undefined);
          left = Infinity;
          store.now += 25 * HOUR;
        }
        assert.deepEqual([...store.catalog.keys()].sort(), ['["a","1"]', '["b","1"]', '["c","1"]']);
      }),
      { numRuns: 200 },
    );
  });
});
