import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { Shard, type Cursor, type ShardRecord } from "../../../../local/services/kinesis/shard";

function open(folder: string): Shard {
  return new Shard(
    folder,
    () => undefined,
    (error) => assert.fail(String(error)),
  );
}

function readAll(shard: Shard, cursor: Cursor): ShardRecord[] {
  const all: ShardRecord[] = [];
  for (let some = shard.read(cursor); some.length > 0; some = shard.read(cursor)) all.push(...some);
  return all;
}

describe("local/services/shard", () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "shard-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  it("shows a reader nothing of what waits for its first write, and all of it afterwards", () => {
    const shard = open(folder);
    const cursor: Cursor = { index: 0 };
    shard.append(1, "k", Buffer.from("a"));
    shard.append(1, "k", Buffer.from("b"));
    assert.deepEqual(shard.read(cursor), []);
    assert.equal(shard.first, 0);
    shard.flush();
    assert.deepEqual(
      readAll(shard, cursor).map(({ data }) => data.toString()),
      ["a", "b"],
    );
    shard.close();
  });

  it("gives back what was appended, in order, before and after it is opened again, from any index", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ maxLength: 20 }), fc.uint8Array({ maxLength: 200 })), {
          minLength: 1,
          maxLength: 40,
        }),
        fc.nat(39),
        (records, from) => {
          const place = path.join(folder, Math.random().toString(36).slice(2));
          let shard = open(place);
          records.forEach(([key, data], i) => assert.equal(shard.append(i, key, Buffer.from(data)), i));
          shard.flush();
          const whole = readAll(shard, { index: 0 });
          assert.deepEqual(
            whole.map(({ index, arrival, partitionKey, data }) => [
              index,
              arrival,
              partitionKey,
              Buffer.compare(data, records[index]![1]),
            ]),
            records.map(([key], i) => [i, i, key, 0]),
          );
          shard.close();
          shard = open(place);
          const start = Math.min(from, records.length);
          assert.deepEqual(
            readAll(shard, { index: start }).map(({ index }) => index),
            records.map((_, i) => i).slice(start),
          );
          shard.close();
        },
      ),
      { numRuns: 50 },
    );
  });

  it("acknowledges a record only when it is on disk", async () => {
    const shard = open(folder);
    await new Promise<void>((resolve) =>
      shard.append(1, "k", Buffer.from("acknowledged"), () => {
        const [file] = fs.readdirSync(folder);
        assert.ok(fs.readFileSync(path.join(folder, file!), "latin1").includes("acknowledged"));
        resolve();
      }),
    );
    shard.close();
  });

  it("cuts off a frame that a killed process left half written, and goes on behind it", () => {
    let shard = open(folder);
    shard.append(1, "k", Buffer.from("first"));
    shard.append(2, "k", Buffer.from("second"));
    shard.close();
    const file = path.join(folder, fs.readdirSync(folder)[0]!);
    fs.truncateSync(file, fs.statSync(file).size - 3);
    shard = open(folder);
    assert.equal(shard.end, 1);
    shard.append(3, "k", Buffer.from("third"));
    shard.flush();
    assert.deepEqual(
      readAll(shard, { index: 0 }).map(({ data }) => data.toString()),
      ["first", "third"],
    );
    shard.close();
  });

  it("takes back what a failing disk wrote in part, and keeps it for the next try", () => {
    // What is replaced: the write, by one that writes a part and then has no space left, as a full disk does.
    let full = false;
    let calls = 0;
    const shard = new Shard(
      folder,
      () => undefined,
      (error) => assert.fail(String(error)),
      (fd, bytes, offset) => {
        if (full && calls++ > 0)
          throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
        return fs.writeSync(fd, bytes, offset, full ? 500 : undefined);
      },
    );
    shard.append(1, "k", Buffer.from("before"));
    shard.flush();
    const size = (): number => fs.statSync(path.join(folder, fs.readdirSync(folder)[0]!)).size;
    const whole = size();
    let acknowledged = false;
    shard.append(2, "k", Buffer.alloc(1000, "x"), () => (acknowledged = true));
    full = true;
    assert.throws(() => shard.flush(), /ENOSPC/);
    full = false;
    assert.equal(size(), whole);
    assert.equal(acknowledged, false);
    shard.flush();
    assert.equal(acknowledged, true);
    assert.equal(readAll(shard, { index: 0 }).length, 2);
    shard.close();
  });

  it("reads across segments, and drops whole ones whose records are too old", () => {
    const shard = open(folder);
    const big = Buffer.alloc(3 * 1024 * 1024, 1);
    for (let i = 0; i < 14; i++) {
      shard.append(i, "k", big);
      shard.flush();
    }
    assert.ok(fs.readdirSync(folder).length >= 3);
    assert.deepEqual(
      readAll(shard, { index: 2 }).map(({ index }) => index),
      [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
    );
    shard.trim(8);
    assert.ok(shard.first > 0 && shard.first <= 8, String(shard.first));
    assert.equal(readAll(shard, { index: 0 })[0]!.index, shard.first);
    shard.close();
  });
});
