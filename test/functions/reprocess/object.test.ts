import assert from "node:assert/strict";
import fc from "fast-check";
import type { PartitionKeys } from "../../../etl/partitions";
import { finish } from "../../../functions/reprocess/finish";
import { reprocessObject, type SourceItem } from "../../../functions/reprocess/object";
import { prepare } from "../../../functions/reprocess/prepare";
import { sumOf, type Run, type RunCounts } from "../../../functions/reprocess/run";
import { archive, ARCHIVE, DATA, definitionOf, MemoryStore, workOf } from "./support";

const NOON = Date.UTC(2026, 2, 1, 12);

const runOf = (from: number, to: number, version = "g00000001"): Run => ({
  mode: "archive",
  version,
  bucket: ARCHIVE,
  prefix: "raw/plant/",
  from,
  to,
  waitSeconds: 0,
});

interface Reading {
  id: number;
  device: string;
  /** ms after noon at which it was received */
  received: number;
  temperature: number;
  /** absent: the math fails */
  scale?: number;
}

const message = ({ id, device, received, temperature, scale = 2 }: Reading): string =>
  JSON.stringify({
    device,
    time: Math.floor((NOON + received) / 1000),
    id,
    temperature,
    ...(Number.isNaN(scale) ? {} : { scale }),
    __received_at: NOON + received,
  });

const readings = fc
  .array(
    fc.record({
      device: fc.constantFrom("a", "b", "c"),
      received: fc.integer({ min: -7_200_000, max: 7_200_000 }),
      // from 90 on it is filtered
      temperature: fc.integer({ min: 0, max: 120 }),
      // without a scale it fails
      scale: fc.constantFrom(2, 2, 2, NaN),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((all) => all.map((one, id): Reading => ({ id, ...one })));

/** Messages in objects of random sizes, in the order of the list: late ones, too. */
function archived(store: MemoryStore, all: readonly Reading[], sizes: readonly number[]): SourceItem[] {
  const items: SourceItem[] = [];
  for (let at = 0, turn = 0; at < all.length; turn++) {
    const part = all.slice(at, at + sizes[turn % sizes.length]!);
    items.push(archive(store, NOON + part[0]!.received, turn, part.map(message)));
    at += part.length;
  }
  return items;
}

const ids = (rows: readonly Record<string, unknown>[]): number[] =>
  rows.map(({ id }) => Number(id)).sort((a, b) => a - b);

describe("functions/reprocess: an object of the archive", () => {
  it("stores each message of the range once, in its partition, and accounts for every other", async () => {
    await fc.assert(
      fc.asyncProperty(
        readings,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        fc.tuple(fc.integer({ min: -7_000_000, max: 7_000_000 }), fc.integer({ min: 1, max: 7_000_000 })),
        async (all, sizes, [start, length]) => {
          const store = new MemoryStore();
          const items = archived(store, all, sizes);
          const run = runOf(NOON + start, NOON + start + length);
          const work = workOf(store, definitionOf());
          const counts: RunCounts[] = [];
          for (const item of items) counts.push(await reprocessObject(item, run, work));
          const within = all.filter(({ received }) => received >= start && received < start + length);
          const good = within.filter(({ temperature, scale = 2 }) => temperature < 90 && !Number.isNaN(scale));
          const rows = await store.rows();
          assert.deepEqual(
            ids(rows),
            good.map(({ id }) => id),
          );
          for (const row of rows) {
            const { device, received, temperature } = all[Number(row.id)]!;
            assert.equal(row.double_temperature, temperature * 2);
            assert.equal(row.__partition_device, device);
            assert.equal(
              `${row.__year}-${row.__month}-${row.__day}T${row.__hour}`,
              new Date(NOON + received).toISOString().slice(0, 13),
            );
          }
          const { objects, read, stored, filtered, failed, outside } = sumOf(counts);
          assert.deepEqual(
            { objects, read, sum: stored + filtered + failed, stored, outside },
            {
              objects: items.length,
              read: within.length,
              sum: within.length,
              stored: good.length,
              outside: all.length - within.length,
            },
          );
          assert.equal(store.failed().length, failed);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("gives the same objects however often, and wherever, it was killed before", async () => {
    await fc.assert(
      fc.asyncProperty(readings, fc.array(fc.nat(12), { maxLength: 6 }), async (all, kills) => {
        const [undisturbed, killed] = [new MemoryStore(), new MemoryStore()];
        const run = runOf(0, NOON + 3_600_000);
        const items = archived(undisturbed, all, [7]);
        archived(killed, all, [7]);
        const expected: RunCounts[] = [];
        for (const item of items) expected.push(await reprocessObject(item, run, workOf(undisturbed, definitionOf())));
        for (const calls of kills) {
          killed.callsLeft = calls;
          for (const item of items)
            await reprocessObject(item, run, workOf(killed, definitionOf())).catch((error: Error) =>
              assert.equal(error.message, "killed"),
            );
        }
        killed.callsLeft = Infinity;
        const counts: RunCounts[] = [];
        for (const item of items) counts.push(await reprocessObject(item, run, workOf(killed, definitionOf())));
        assert.deepEqual(sumOf(counts.map((one) => ({ ...one, skipped: 0 }))), sumOf(expected));
        assert.deepEqual(killed.rowFiles, undisturbed.rowFiles);
        assert.deepEqual(await killed.rows(), await undisturbed.rows());
        assert.deepEqual(killed.failed(), undisturbed.failed());
      }),
      { numRuns: 40 },
    );
  });

  it("is left alone when it is done, unless the archive has written it again", async () => {
    const store = new MemoryStore();
    const all: Reading[] = [{ id: 0, device: "a", received: 0, temperature: 1 }];
    const [item] = archived(store, all, [9]);
    const run = runOf(0, NOON + 1000);
    const first = await reprocessObject(item!, run, workOf(store, definitionOf()));
    assert.deepEqual(await reprocessObject(item!, run, workOf(store, definitionOf())), { ...first, skipped: 1 });
    const [again] = archived(store, [...all, { id: 1, device: "a", received: 1, temperature: 2 }], [9]);
    assert.equal(again!.Key, item!.Key);
    assert.equal((await reprocessObject(again!, run, workOf(store, definitionOf()))).stored, 2);
    assert.deepEqual(ids(await store.rows()), [0, 1]);
  });

  it("replaces the rows of another version, with their files where they lie elsewhere now", async () => {
    const store = new MemoryStore();
    const [item] = archived(store, [{ id: 0, device: "a", received: 0, temperature: 10 }], [9]);
    const run = runOf(0, NOON + 1000);
    await reprocessObject(item!, run, workOf(store, definitionOf()));
    const version = "g00000002";
    const other = definitionOf({ version, math: "temperature * 3", partitions: [] });
    await reprocessObject(item!, { ...run, version }, workOf(store, other));
    assert.deepEqual(
      (await store.rows()).map(({ double_temperature, __dt, __year }) => ({ double_temperature, __dt, __year })),
      [{ double_temperature: 30, __dt: "2026-03-01", __year: undefined }],
    );
  });

  it("puts a failed message below the error prefix as it was sent, with its reason", async () => {
    const store = new MemoryStore();
    const item = archive(store, NOON, 0, [
      '{"device":"a"}',
      "no JSON at all",
      '{"device":"a","temperature":5,"time":1}',
    ]);
    const counts = await reprocessObject(item, runOf(0, NOON + 1), workOf(store, definitionOf()));
    assert.equal(counts.failed, 2);
    // The first has no temperature, and a filter that cannot be decided lets nothing through.
    assert.equal(counts.filtered, 1);
    assert.deepEqual(
      store.failed().map(({ message }) => message),
      ["no JSON at all", '{"device":"a","temperature":5,"time":1}'],
    );
    assert.match(store.failed()[0]!.reason, /not JSON/);
    assert.ok(
      [...store.objects.keys()].some((name) =>
        name.startsWith(`${DATA}/errors/plant/processing-failed/dt=2026-03-01/reprocess-`),
      ),
    );
  });

  it("registers partitions before their rows are there, and puts none if that fails", async () => {
    const store = new MemoryStore();
    const [item] = archived(store, [{ id: 0, device: "a", received: 0, temperature: 10 }], [9]);
    const seen: { partitions: readonly PartitionKeys[]; files: number }[] = [];
    const register = (partitions: readonly PartitionKeys[]): Promise<void> => {
      seen.push({ partitions, files: store.rowFiles.length });
      return seen.length === 1 ? Promise.reject(new Error("throttled")) : Promise.resolve();
    };
    const work = { ...workOf(store, definitionOf()), register };
    await assert.rejects(reprocessObject(item!, runOf(0, NOON + 1), work), /throttled/);
    assert.equal(store.rowFiles.length, 0);
    await reprocessObject(item!, runOf(0, NOON + 1), work);
    const partition = { __partition_device: "a", __year: "2026", __month: "03", __day: "01", __hour: "12" };
    assert.deepEqual(seen, [
      { partitions: [partition], files: 0 },
      { partitions: [partition], files: 0 },
    ]);
    assert.equal(store.rowFiles.length, 1);
  });

  it("takes the messages of a batch that belong to the range, and of a datastore in JSON format the lines", async () => {
    const store = new MemoryStore();
    const batch = [0, 1, 2, 3].map((id) => message({ id, device: "a", received: id, temperature: 5 }));
    const item = archive(store, NOON, 0, [`[${batch.join(",")}]`]);
    const definition = definitionOf({ json: true, batches: true });
    const counts = await reprocessObject(item, runOf(NOON + 1, NOON + 3), workOf(store, definition));
    assert.deepEqual([counts.read, counts.stored, counts.rows], [1, 1, 2]);
    assert.deepEqual(ids(await store.rows()), [1, 2]);
    assert.ok(store.rowFiles.every((name) => name.endsWith(".gz")));
  });

  it("says what of a broken file it could not read, and stores the rest", async () => {
    const store = new MemoryStore();
    const log: string[] = [];
    const all = Array.from({ length: 3000 }, (_, id): Reading => ({
      id,
      device: "a",
      received: id,
      temperature: (id * 7919) % 89,
    }));
    const [item] = archived(store, all, [3000]);
    const name = `${ARCHIVE}/${item!.Key}`;
    store.objects.set(name, store.objects.get(name)!.subarray(0, -4000));
    const counts = await reprocessObject(
      { Key: item!.Key },
      runOf(0, NOON + 10_000),
      workOf(store, definitionOf(), log),
    );
    assert.equal(counts.broken, 1);
    assert.ok(counts.stored > 0 && counts.stored < 3000);
    assert.match(log.join(""), /could not be read to its end: it is no whole gzip file/);
  });
});

describe("functions/reprocess: failed messages", () => {
  it("are replayed until none fails, and each is stored once", async () => {
    const store = new MemoryStore();
    const lines = [
      '{"device":"a","id":1,"time":1,"temperature":1,"scale":2}',
      '{"device":"a","id":2,"time":1,"temperature":1}',
    ].map((raw) =>
      JSON.stringify({
        attemptsMade: 4,
        arrivalTimestamp: NOON,
        errorCode: "Lambda.FunctionError",
        rawData: Buffer.from(raw).toString("base64"),
      }),
    );
    const Key =
      "errors/plant/processing-failed/dt=2026-03-01/plant-1-2026-03-01-12-00-00-00000000-1111-4222-a333-444455556666";
    store.objects.set(`${DATA}/${Key}`, Buffer.from(`${lines.join("\n")}\n`));
    const run = await prepare({ errors: true }, { ...workOf(store, definitionOf()), version: "g00000001", now: NOON });
    assert.deepEqual([run.bucket, run.prefix, run.to], [DATA, "errors/plant/processing-failed/", null]);
    const first = await reprocessObject({ Key }, run, workOf(store, definitionOf()));
    assert.deepEqual([first.read, first.stored, first.failed], [2, 1, 1]);
    assert.equal([...store.objects.keys()].filter((name) => name.startsWith(`${DATA}/errors/`)).length, 1);
    // A pipeline that needs no scale takes the second one, too.
    const version = "g00000002";
    const corrected = definitionOf({ version, math: "temperature * 2" });
    const second = await reprocessObject({ Key }, { ...run, version }, workOf(store, corrected));
    assert.deepEqual([second.read, second.stored, second.failed], [2, 2, 0]);
    assert.deepEqual(ids(await store.rows()), [1, 2]);
    assert.equal((await reprocessObject({ Key }, { ...run, version }, workOf(store, corrected))).skipped, 1);
  });
});

describe("functions/reprocess: failed messages of a range that was taken", () => {
  it("are left to the run that took it: what it failed is replayed, what the delivery stream failed is not", async () => {
    const store = new MemoryStore();
    const failing = message({ id: 1, device: "a", received: 5, temperature: 1, scale: NaN });
    const line = JSON.stringify({ arrivalTimestamp: NOON + 7, rawData: Buffer.from(failing).toString("base64") });
    const Key =
      "errors/plant/processing-failed/dt=2026-03-01/plant-1-2026-03-01-12-00-00-00000000-1111-4222-a333-444455556666";
    store.objects.set(`${DATA}/${Key}`, Buffer.from(`${line}\n`));
    const work = workOf(store, definitionOf());
    const context = { ...work, version: "g00000001", now: NOON + 3_600_000 };
    const item = archive(store, NOON, 0, [failing]);
    assert.equal((await reprocessObject(item, await prepare({ to: NOON + 1000 }, context), work)).failed, 1);
    const run = await prepare({ errors: true }, context);
    const version = "g00000002";
    const corrected = workOf(store, definitionOf({ version, math: "temperature * 2" }));
    const counts: RunCounts[] = [];
    for (const name of [...store.objects.keys()].filter((each) => each.startsWith(`${DATA}/errors/`)))
      counts.push(await reprocessObject({ Key: name.slice(DATA.length + 1) }, { ...run, version }, corrected));
    const { read, stored, outside } = sumOf(counts);
    assert.deepEqual({ read, stored, outside }, { read: 1, stored: 1, outside: 1 });
    assert.deepEqual(ids(await store.rows()), [1]);
  });
});

describe("functions/reprocess: a run", () => {
  const context = (store: MemoryStore, boundaryKey?: string, now = NOON) => {
    const { settings } = workOf(store, definitionOf());
    return { settings: { ...settings, boundaryKey }, store, version: "g00000001", now };
  };

  it("ends at the boundary that the live function has set, or sets it where none has come", async () => {
    const store = new MemoryStore();
    const key = "reprocess/readings/boundary.json";
    assert.equal((await prepare({}, context(store, key))).to, NOON + 60_000);
    assert.equal((await prepare({}, context(store, key, NOON + 999_999))).to, NOON + 60_000);
    store.objects.set(`${DATA}/${key}`, Buffer.from(`{"boundary":${NOON - 5},"setBy":"live"}`));
    store.objects.delete(`${DATA}/reprocess/readings/ranges/0-${NOON + 60_000}.json`);
    assert.equal((await prepare({ to: "2027-01-01T00:00:00Z" }, context(store, key))).to, NOON - 5);
  });

  it("waits until the archive must have delivered what it takes", async () => {
    const run = await prepare({ to: NOON - 10_000 }, context(new MemoryStore()));
    // the buffer of 60 s, and a minute for the delivery
    assert.equal(run.waitSeconds, 110);
    assert.equal((await prepare({ to: NOON - 3_600_000 }, context(new MemoryStore()))).waitSeconds, 0);
  });

  it("looks only where messages of its range can be", async () => {
    const run = await prepare({ from: "2026-02-10T00:00:00Z", to: "2026-02-20T00:00:00Z" }, context(new MemoryStore()));
    assert.equal(run.prefix, "raw/plant/dt=2026-02-");
  });

  it("refuses a range that shares messages with another one, and takes the same and its neighbours", async () => {
    const store = new MemoryStore();
    const at = (hour: number): string => new Date(NOON + hour * 3_600_000).toISOString();
    await prepare({ from: at(-4), to: at(-2) }, context(store));
    await prepare({ from: at(-4), to: at(-2) }, context(store));
    await prepare({ from: at(-2), to: at(-1) }, context(store));
    await prepare({ to: at(-4) }, context(store));
    for (const [from, to] of [
      [at(-3), at(-1)],
      [at(-4), at(-1)],
      [undefined, at(-3)],
    ] as const)
      await assert.rejects(prepare({ from, to }, context(store)), ({ name, message }: Error) => {
        assert.equal(name, "RangeOverlaps");
        return /would be stored twice; take exactly that range again, or one that ends at .* or begins at /.test(
          message,
        );
      });
  });

  it("refuses a range that is none", async () => {
    const wrong = async (input: object, pattern: RegExp) =>
      assert.rejects(prepare(input, context(new MemoryStore())), ({ message }: Error) => pattern.test(message));
    await wrong({}, /needs an end/);
    await wrong({ from: NOON, to: NOON }, /must begin earlier/);
    await wrong({ to: "yesterday" }, /to: saw "yesterday"; give a time such as/);
    await wrong({ to: "2026-03-01T12:00:00" }, /give a time such as/);
  });

  it("adds up what the executions of the Map answered, and finds objects that nobody has seen", async () => {
    const store = new MemoryStore();
    const work = workOf(store, definitionOf());
    const items = archived(
      store,
      [0, 1, 2].map((id): Reading => ({ id, device: "a", received: id, temperature: 1 })),
      [1],
    );
    const run = runOf(0, NOON + 1000);
    const outputs = [];
    for (const item of items.slice(0, 2)) outputs.push(await reprocessObject(item, run, work));
    // https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
    const put = (key: string, value: unknown) =>
      void store.objects.set(`${DATA}/${key}`, Buffer.from(JSON.stringify(value)));
    put(
      "r/SUCCEEDED_0.json",
      outputs.map((Output) => ({ Input: "{}", Output: JSON.stringify(Output), Status: "SUCCEEDED" })),
    );
    put("r/manifest.json", {
      DestinationBucket: DATA,
      MapRunArn: "arn",
      ResultFiles: { FAILED: [], PENDING: [], SUCCEEDED: [{ Key: "r/SUCCEEDED_0.json", Size: 1 }] },
    });
    const result = await finish(run, { Bucket: DATA, Key: "r/manifest.json" }, work);
    assert.deepEqual([result.objects, result.stored, result.unseen, result.failedObjects], [2, 2, 1, 0]);
    put("r/FAILED_0.json", [
      {
        Input: JSON.stringify({ Items: [items[2]] }),
        Error: "NotRegistered",
        Cause: '{"errorMessage":"throttled"}',
        Status: "FAILED",
      },
    ]);
    put("r/manifest.json", {
      DestinationBucket: DATA,
      MapRunArn: "arn",
      ResultFiles: {
        FAILED: [{ Key: "r/FAILED_0.json", Size: 1 }],
        PENDING: [],
        SUCCEEDED: [{ Key: "r/SUCCEEDED_0.json", Size: 1 }],
      },
    });
    const failed = await finish(run, { Bucket: DATA, Key: "r/manifest.json" }, work);
    assert.deepEqual([failed.failedObjects, failed.failure], [1, "NotRegistered: throttled"]);
  });
});
