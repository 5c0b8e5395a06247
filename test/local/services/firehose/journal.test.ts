import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Journal } from "../../../../local/services/firehose/journal";

describe("local/services/firehose/journal", () => {
  let folder: string;
  let objects: Set<string>;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "journal-"));
    objects = new Set();
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));
  const open = (start = 0): Journal => new Journal(folder, { 0: start }, (_, key) => objects.has(key));
  /** after records have arrived */
  const reopen = (): Journal => open(1000);
  const intent = (key: string, partition: string, last: number) => ({
    bucket: "b",
    key,
    partition,
    through: { 0: last },
  });

  it("starts where the stream ends, and keeps to that after a crash before the first delivery", () => {
    assert.equal(open(17).startOf(0), 17);
    assert.equal(open(99).startOf(0), 17);
  });

  it("believes an intent only when its object is there", () => {
    const journal = open();
    journal.intend(intent("one", "p", 4));
    objects.add("one");
    journal.intend(intent("two", "p", 9)); // killed before the rename
    const again = reopen();
    assert.equal(again.has("p", 0, 4), true);
    assert.equal(again.has("p", 0, 5), false);
    assert.equal(again.has("other", 0, 4), false);
  });

  it("ignores a line that was cut off", () => {
    const journal = open();
    journal.intend(intent("one", "p", 4));
    objects.add("one");
    fs.appendFileSync(path.join(folder, "journal.ndjson"), '{"bucket":"b","key":"tw');
    const again = reopen();
    assert.equal(again.has("p", 0, 4), true);
    again.intend(intent("two", "p", 9));
    objects.add("two");
    assert.equal(reopen().has("p", 0, 9), true);
  });

  it("keeps in the checkpoint what lies beyond it, and forgets the rest", () => {
    const journal = open();
    for (const [key, partition, last] of [
      ["one", "p", 4],
      ["two", "q", 9],
    ] as const) {
      const made = intent(key, partition, last);
      journal.intend(made);
      objects.add(key);
      journal.confirm(made, () => ({ 0: 0 }));
    }
    journal.compact({ 0: 6 });
    objects.clear(); // expired by lifecycle since
    const again = reopen();
    assert.equal(again.startOf(0), 6);
    assert.equal(again.has("q", 0, 9), true);
    assert.equal(again.has("p", 0, 4), false);
    assert.equal(fs.readFileSync(path.join(folder, "journal.ndjson"), "utf8"), "");
  });

  it("writes a checkpoint by itself after many deliveries", () => {
    const journal = open();
    for (let i = 0; i < 512; i++) {
      const made = intent(`object-${i}`, "p", i);
      journal.intend(made);
      objects.add(made.key);
      journal.confirm(made, () => ({ 0: i + 1 }));
    }
    assert.equal(reopen().startOf(0), 512);
  });

  it("is refused when the stream ends before what was delivered of it", () => {
    const journal = open();
    journal.intend(intent("one", "p", 4));
    objects.add("one");
    assert.throws(() => open(4), /journal\.ndjson: it speaks of record 4 of shard 0, and the stream ends before it/);
    reopen().close({ 0: 5 });
    assert.throws(() => open(4), /checkpoint\.json: it speaks of record 5 of shard 0/);
    assert.equal(open(5).startOf(0), 5);
  });
});
