import assert from "node:assert/strict";
import fc from "fast-check";
import { repair, type RepairTarget } from "../../../cli/repair/repair";
import { PartitionRegistrar } from "../../../functions/partition-registrar";

const KEYS = ["site", "hour"];
const LOCATION = "s3://b/data/";
const TEMPLATE = "s3://b/data/site=${site}/hour=${hour}/rows/";

/** A bucket and a catalog in memory; `takes` says of each partition whether the catalog takes it. */
class Store implements RepairTarget {
  readonly keys: string[] = [];
  readonly catalog = new Map<string, string>();
  projected = false;
  takes: () => boolean = () => true;

  constructor(private readonly partitionKeys: readonly string[] = KEYS) {}

  shape() {
    return Promise.resolve({
      keys: this.partitionKeys,
      location: LOCATION,
      template: TEMPLATE,
      projected: this.projected,
    });
  }
  find(wanted: readonly (readonly string[])[]) {
    return Promise.resolve(
      wanted.map((values) => {
        const location = this.catalog.get(JSON.stringify(values));
        return location === undefined ? undefined : { values, location, created: 0 };
      }),
    );
  }
  async *objects(prefix: string, after = "") {
    for (const key of [...this.keys].sort()) {
      const uri = `s3://b/${key}`;
      if (uri.startsWith(prefix) && uri > after) yield await Promise.resolve({ uri, bytes: 1, modified: 0, etag: "" });
    }
  }
  register(partitions: readonly { values: readonly string[]; location: string }[]): Promise<string[]> {
    assert.ok(partitions.length <= 100);
    const refused: string[] = [];
    for (const { values, location } of partitions) {
      if (!this.takes()) refused.push(`${values.join("/")}: ThrottlingException: Rate exceeded`);
      else if (!this.catalog.has(JSON.stringify(values))) this.catalog.set(JSON.stringify(values), location);
    }
    return Promise.resolve(refused);
  }
  removeProjection(): Promise<void> {
    this.projected = false;
    return Promise.resolve();
  }

  /** objects that a query reads */
  seen(): string[] {
    const places = [...this.catalog.values()];
    return this.keys.filter((key) => places.some((place) => `s3://b/${key}`.startsWith(place)));
  }
}

describe("cli/repair", () => {
  it("registers what has objects, once, and leaves what is registered where it is", async () => {
    const store = new Store();
    store.keys.push("data/site=a/hour=01/rows/1", "data/site=a/hour=01/rows/2", "data/site=a/b/hour=02/rows/3");
    store.keys.push("data/site=a/hour=09/rows/old", "data/stray");
    store.catalog.set('["a","09"]', "s3://b/compacted/");
    assert.deepEqual(await repair(store, false), {
      objects: 5,
      partitions: 1,
      registered: 2,
      refused: [],
      elsewhere: { count: 1, first: "s3://b/data/stray" },
      projected: { before: false, after: false },
    });
    assert.equal(store.catalog.get('["a/b","02"]'), "s3://b/data/site=a/b/hour=02/rows/");
    assert.equal(store.catalog.get('["a","09"]'), "s3://b/compacted/");
    assert.equal((await repair(store, false)).registered, 0);
  });

  it("takes a projection away only when nothing is missing, and only if it is told", async () => {
    const store = new Store();
    store.projected = true;
    store.keys.push("data/site=a/hour=01/rows/1");
    assert.deepEqual((await repair(store, false)).projected, { before: true, after: true });
    store.catalog.clear();
    store.takes = () => false;
    const { projected, refused } = await repair(store, true);
    assert.deepEqual(projected, { before: true, after: true });
    assert.equal(refused.length, 1);
    store.takes = () => true;
    assert.deepEqual((await repair(store, true)).projected, { before: true, after: false });
    assert.deepEqual(store.seen(), store.keys);
  });

  it("refuses a table by the day of arrival, and one without partitions", async () => {
    await assert.rejects(repair(new Store(["__dt"]), true), /stays a projection/);
    await assert.rejects(repair(new Store([]), true), /not partitioned/);
  });

  it("every stored row is seen in the end, whatever fails on the way", async () => {
    const site = fc.constantFrom("a", "b", "a/1", "a=b", "é");
    const step = fc.record({
      rows: fc.array(fc.tuple(site, fc.nat(3)), { maxLength: 4 }),
      /** what the catalog does with the function's call */
      answer: fc.constantFrom("takes", "refuses", "fails", "fails after it took them"),
      /** whether the instance ends after it has answered, or another one takes over */
      ends: fc.boolean(),
      repairs: fc.boolean(),
      throttled: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 10 }), async (steps) => {
        const store = new Store();
        let answer = "takes";
        const catalog = {
          name: "db.t",
          register: (wanted: readonly Readonly<Record<string, string>>[]) => {
            if (answer === "fails") return Promise.reject(new Error("ThrottlingException"));
            if (answer === "refuses") return Promise.resolve(wanted.map(() => "InternalServiceException"));
            for (const { site: name, hour } of wanted)
              store.catalog.set(JSON.stringify([name, hour]), `s3://b/data/site=${name}/hour=${hour}/rows/`);
            return answer === "takes"
              ? Promise.resolve(wanted.map(() => undefined))
              : Promise.reject(new Error("socket hang up"));
          },
        };
        let told = 0;
        const start = (): PartitionRegistrar => new PartitionRegistrar(catalog, (count) => (told += count));
        let registrar = start();
        let count = 0;
        for (const { rows, answer: next, ends, repairs, throttled } of steps) {
          answer = next;
          const before = told;
          for (const [name, hour] of rows) registrar.add({ site: name, hour: String(hour) });
          await registrar.register(60_000);
          // The delivery stream writes after the answer.
          for (const [name, hour] of rows) store.keys.push(`data/site=${name}/hour=${hour}/rows/${count++}`);
          const hidden = rows.filter(([name, hour]) => !store.catalog.has(JSON.stringify([name, String(hour)])));
          assert.ok(hidden.length === 0 || told > before, "rows are hidden, and nobody was told");
          if (ends) registrar = start();
          store.takes = () => !throttled;
          if (repairs) await repair(store, false);
        }
        store.takes = () => true;
        await repair(store, false);
        assert.deepEqual(store.seen(), store.keys);
        assert.equal((await repair(store, false)).registered, 0);
      }),
      { numRuns: 200 },
    );
  });
});
