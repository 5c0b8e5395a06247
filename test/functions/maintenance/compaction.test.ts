import assert from "node:assert/strict";
import fc from "fast-check";
import { compact, underWay, type CompactionRun } from "../../../functions/maintenance/compaction-run";
import { isWorthIt } from "../../../functions/maintenance/compaction-select";
import type { Rewriter } from "../../../functions/maintenance/compaction-types";
import { partitionsWithObjects, type FoundPartition } from "../../../functions/maintenance/sweep";
import { LOCATION, MemoryNotes, MemoryStore } from "./store";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const GRACE = 60 * MINUTE;
/** Athena ends a query after this time. */
const LONGEST_QUERY = 30 * MINUTE;
const HOME = `${LOCATION}device=a/hour=1/`;
const VALUES = ["a", "1"];

/** A query that writes what it reads when it begins as one object, and is done some looks later. */
class MemoryRewriter implements Rewriter {
  private readonly queries = new Map<string, { place: string; looks: number; fails: boolean }>();
  private readonly tables = new Map<string, string>();
  fails = false;
  loses = false;

  constructor(private readonly store: MemoryStore) {}

  private begin(call: string): void {
    this.store.calls.push(call);
    this.store.before(call);
  }
  start(values: readonly string[], table: string, _objects: number, token: string) {
    this.begin("start");
    assert.ok(token.length >= 32 && token.length <= 128);
    if (!this.queries.has(token)) {
      const place = `s3://b/maintenance/tables/${token}/`;
      const rows = this.rowsOf(this.store.catalog.get(JSON.stringify(values))?.location ?? "nowhere");
      this.store.put(`${place}0`, this.loses ? rows.slice(1) : rows);
      this.queries.set(token, { place, looks: 2, fails: this.fails });
      this.tables.set(table, place);
    }
    return Promise.resolve(token);
  }
  state(id: string) {
    this.begin("state");
    const query = this.queries.get(id)!;
    const state = query.looks-- > 0 ? ("running" as const) : query.fails ? ("failed" as const) : ("succeeded" as const);
    return Promise.resolve({ state, reason: "HIVE_BAD_DATA", place: query.place });
  }
  count(values: readonly string[], table: string) {
    this.begin("count");
    const before = this.rowsOf(this.store.catalog.get(JSON.stringify(values))!.location).length;
    return Promise.resolve({ before, after: this.rowsOf(this.tables.get(table)!).length });
  }
  drop() {
    this.begin("drop");
    return Promise.resolve();
  }
  private rowsOf(place: string): string[] {
    return [...this.store.objectsByUri].filter(([uri]) => uri.startsWith(place)).flatMap(([, { rows }]) => [...rows]);
  }
}

class World {
  readonly store = new MemoryStore();
  readonly notes = new MemoryNotes();
  readonly rewriter = new MemoryRewriter(this.store);
  readonly rows: string[] = [];

  constructor(objects: number) {
    this.store.now = 100 * HOUR;
    this.store.catalog.set(JSON.stringify(VALUES), { location: HOME, created: 0 });
    for (let index = 0; index < objects; index++) this.arrive();
    this.store.now += 24 * HOUR;
  }

  /** A row is stored in the partition's own place. */
  arrive(): string {
    const row = `row ${this.rows.length}`;
    this.rows.push(row);
    this.store.put(`${HOME}object-${this.rows.length}.parquet`, [row]);
    return row;
  }

  async run(begins = true) {
    const options: CompactionRun = {
      table: this.store,
      rewriter: this.rewriter,
      notes: this.notes,
      graceMs: GRACE,
      now: () => this.store.now,
      stop: () => false,
      sleep: () => Promise.resolve(),
    };
    const going = await underWay(this.notes);
    return compact(options, going, begins && going.length === 0 ? await this.wanted() : []);
  }

  async wanted(): Promise<FoundPartition[]> {
    const found: FoundPartition[] = [];
    for await (const one of partitionsWithObjects(this.store, await this.store.shape(), { count: 0 }))
      if (isWorthIt(one, { quietHours: 6, leastObjects: 2 }, false, this.store.now)) found.push(one);
    return found;
  }
}

describe("functions/maintenance: compaction", () => {
  it("leaves one object in the partition's own place, and nothing else", async () => {
    const world = new World(5);
    const { store } = world;
    const first = await world.run();
    assert.deepEqual([first.partitions, first.underWay, first.failures], [0, 1, []]);
    assert.notEqual(store.catalog.get(JSON.stringify(VALUES))!.location, HOME);
    store.now += GRACE;
    const second = await world.run();
    assert.deepEqual([second.partitions, second.objectsBefore, second.objectsAfter], [1, 5, 1]);
    store.now += GRACE;
    assert.equal((await world.run()).underWay, 0);
    assert.equal(store.objectsByUri.size, 1);
    const [uri] = [...store.objectsByUri.keys()];
    // The oldest row was stored at 1970-01-05T04:00:00Z.
    assert.match(uri!, /^s3:\/\/b\/data\/device=a\/hour=1\/compacted-19700105T040000Z-[0-9a-f]{16}-0\.parquet$/);
    assert.deepEqual([...world.notes.notes.keys()], []);
    assert.deepEqual(store.seen().sort(), world.rows.sort());
    assert.deepEqual(await world.wanted(), []);
  });

  it("leads queries back as soon as a late row is seen, and compacts the partition later", async () => {
    const world = new World(3);
    const { store } = world;
    await world.run();
    const late = world.arrive();
    assert.ok(!store.seen().includes(late), "queries read the rewritten objects");
    store.now += 15 * MINUTE;
    const { lateObjects, hidden } = await world.run();
    assert.deepEqual([lateObjects, hidden], [1, 1]);
    assert.deepEqual(store.seen().sort(), world.rows.sort());
    store.now += GRACE;
    await world.run();
    store.now += 24 * HOUR;
    for (let runs = 0; runs < 3; runs++, store.now += GRACE) await world.run();
    assert.equal(store.objectsByUri.size, 1);
    assert.deepEqual(store.seen().sort(), world.rows.sort());
  });

  it("changes nothing if the query fails, or if a row is missing", async () => {
    for (const [fails, loses] of [
      [true, false],
      [false, true],
    ] as const) {
      const world = new World(3);
      world.rewriter.fails = fails;
      world.rewriter.loses = loses;
      const { failures } = await world.run();
      assert.match(failures[0]!, fails ? /HIVE_BAD_DATA/ : /a\/1: 3 rows were read and 2 written; nothing was changed/);
      assert.deepEqual(world.store.seen().sort(), world.rows.sort());
      world.store.now += GRACE;
      await world.run(false);
      assert.equal(world.store.objectsByUri.size, 3);
    }
  });

  it("leaves partitions that are written to, that are large already, that a reprocessing repeats, and that are about to expire", () => {
    const now = 1000 * HOUR;
    const rules = { quietHours: 24, leastObjects: 4 };
    const good = {
      values: VALUES,
      home: HOME,
      objects: 12,
      bytes: 12e6,
      small: 12,
      repeatable: 0,
      oldest: now - 30 * HOUR,
      newest: now - 25 * HOUR,
      last: "",
    };
    assert.ok(isWorthIt(good, rules, true, now));
    assert.ok(!isWorthIt({ ...good, newest: now - 23 * HOUR }, rules, true, now));
    assert.ok(!isWorthIt({ ...good, objects: 12, small: 3, bytes: 1200e6 }, rules, true, now));
    assert.ok(!isWorthIt({ ...good, objects: 5, small: 4, bytes: 700e6 }, rules, true, now), "five objects for five");
    assert.ok(!isWorthIt({ ...good, repeatable: 1 }, rules, true, now));
    assert.ok(!isWorthIt({ ...good, oldest: now - 8 * 24 * HOUR }, rules, true, now));
    assert.ok(isWorthIt({ ...good, oldest: now - 8 * 24 * HOUR }, rules, false, now));
  });

  it("shows every reader each row once, whatever is killed and whenever a row arrives", async () => {
    const event = fc.record({
      /** calls until it happens */
      calls: fc.nat(40),
      kind: fc.constantFrom("killed before the call", "killed after the call", "row", "reader"),
    });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: 4 }), fc.array(event, { maxLength: 12 }), async (objects, events) => {
        const world = new World(objects);
        const { store } = world;
        /** readers that have found their objects, with the time until which they may read them */
        let readers: { uris: string[]; rows: string[]; until: number }[] = [];
        /** rows that arrived while queries read another place, and when */
        const hidden = new Map<string, number>();
        const arrived = new Map<string, number>();
        const pending = [...events];
        let left = pending.shift();
        let count = left?.calls ?? Infinity;
        let killed = false;
        const check = (): void => {
          const seen = store.seen().sort();
          assert.equal(new Set(seen).size, seen.length, `a row is seen twice: ${seen.join()}`);
          for (const row of world.rows)
            if (seen.includes(row)) hidden.delete(row);
            else if (!hidden.has(row)) {
              // It was there for a moment: it came between the last look at the place and the call that leads queries away from it.
              assert.equal(arrived.get(row), store.now, `${row} is not seen`);
              hidden.set(row, store.now);
            }
          readers = readers.filter(({ until }) => until >= store.now);
          for (const { uris, rows } of readers)
            assert.deepEqual(
              uris.flatMap((uri) => store.objectsByUri.get(uri)?.rows ?? ["an object is gone"]),
              rows,
            );
        };
        const happen = (): void => {
          check();
          if (killed) throw new Error("killed");
          if (left === undefined || count-- > 0) return;
          const { kind } = left;
          left = pending.shift();
          count = left?.calls ?? Infinity;
          if (kind === "row") arrived.set(world.arrive(), store.now);
          if (kind === "reader") {
            const uris = store.seenObjects();
            const rows = uris.flatMap((uri) => [...store.objectsByUri.get(uri)!.rows]);
            readers.push({ uris, rows, until: store.now + LONGEST_QUERY });
          }
          if (kind === "killed before the call") {
            killed = true;
            throw new Error("killed");
          }
          // The next call fails, and every one after it: a process that has ended makes none.
          if (kind === "killed after the call") killed = true;
          check();
        };
        store.before = happen;
        world.notes.before = happen;
        for (let runs = 0; runs < 60; runs++) {
          killed = false;
          await world.run().catch(() => undefined);
          for (const since of hidden.values())
            assert.ok(store.now - since <= 15 * MINUTE || killed, "a row is hidden for longer than from run to run");
          store.now += 15 * MINUTE;
        }
        left = undefined;
        count = Infinity;
        killed = false;
        for (let runs = 0; runs < 40; runs++) {
          await world.run(false);
          store.now += 15 * MINUTE;
        }
        check();
        assert.deepEqual(store.seen().sort(), [...world.rows].sort());
        assert.deepEqual([...world.notes.notes.keys()], []);
        assert.equal(store.catalog.get(JSON.stringify(VALUES))!.location, HOME);
        assert.ok(
          [...store.objectsByUri.keys()].every((uri) => uri.startsWith(HOME)),
          "nothing is left elsewhere",
        );
      }),
      { numRuns: 500 },
    );
  }).timeout(120_000);
});
