import assert from "node:assert/strict";
import fc from "fast-check";
import { createBridge, type BridgeServices, type KinesisEvent } from "../../../functions/historian-bridge/handler";
import type { FailedRecord } from "../../../functions/historian-bridge/failed-record";
import { batches } from "../../../functions/historian-bridge/put";

const DEFINITION = { historian: "scada", tables: { "public.t": { key: "id", deletes: "ignore" as const } } };

function row(id: number): string {
  const metadata = { "record-type": "data", operation: "insert", "schema-name": "public", "table-name": "t" };
  return JSON.stringify({ data: { id }, metadata });
}

function eventOf(texts: readonly string[]): KinesisEvent {
  return {
    Records: texts.map((text, index) => ({
      eventID: `shardId-0:${index}`,
      kinesis: { partitionKey: "k", sequenceNumber: String(index), data: Buffer.from(text).toString("base64") },
    })),
  };
}

interface Bridge {
  stored: number[];
  kept: FailedRecord[];
  lines: string[];
  services: BridgeServices;
}

/** @param refuses whether the stream refuses the record of this id at this try */
function bridge(refuses: (id: number, attempt: number) => boolean = () => false): Bridge {
  const made: Bridge = { stored: [], kept: [], lines: [], services: undefined as never };
  const attempts = new Map<number, number>();
  made.services = {
    put: (records) =>
      Promise.resolve(
        records.map(({ data }) => {
          const { id } = JSON.parse(data.toString()) as { id: number };
          const attempt = (attempts.get(id) ?? 0) + 1;
          attempts.set(id, attempt);
          if (refuses(id, attempt)) return "ProvisionedThroughputExceededException: slow down";
          made.stored.push(id);
          return undefined;
        }),
      ),
    keep: (record) => Promise.resolve(void made.kept.push(record)),
    now: () => 1_764_000_000_000,
    wait: () => Promise.resolve(),
  };
  return made;
}

describe("the bridge function", () => {
  it("loses nothing and doubles nothing, whatever the stream refuses for a while", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { minLength: 1, maxLength: 40 }), async (refusals) => {
        const made = bridge((id, attempt) => attempt <= refusals[id]!);
        const answer = await createBridge(DEFINITION, made.services, (text) => made.lines.push(text))(
          eventOf(refusals.map((_, id) => row(id))),
        );
        assert.deepEqual(answer, { batchItemFailures: [] });
        assert.deepEqual(
          made.stored.sort((a, b) => a - b),
          refusals.map((_, id) => id),
        );
      }),
    );
  });

  it("keeps a bad record with its bytes and its reason, and goes on behind it", async () => {
    const made = bridge();
    const answer = await createBridge(DEFINITION, made.services, (text) => made.lines.push(text))(
      eventOf([row(1), "{broken", row(2)]),
    );
    assert.deepEqual(answer, { batchItemFailures: [] });
    assert.deepEqual(made.stored, [1, 2]);
    assert.equal(made.kept.length, 1);
    assert.equal(Buffer.from(made.kept[0]!.data!, "base64").toString(), "{broken");
    assert.match(made.kept[0]!.reason, /^the record is not JSON/);
    assert.equal(made.kept[0]!.sequenceNumber, "1");
    const metrics = JSON.parse(made.lines.join("").trim().split("\n").at(-1)!) as Record<string, unknown>;
    assert.deepEqual([metrics.Received, metrics.Put, metrics.Failed], [3, 2, 1]);
  });

  it("reads a bad record again that the queue did not take, and nothing behind it", async () => {
    const made = bridge();
    made.services.keep = () => Promise.reject(new Error("no"));
    const answer = await createBridge(DEFINITION, made.services, () => undefined)(eventOf([row(1), "{", row(2)]));
    assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "1" }] });
    assert.deepEqual(made.stored, [1]);
  });

  it("reports the first record that there was no time to put", async () => {
    const made = bridge((id) => id >= 2);
    const context = { getRemainingTimeInMillis: () => 3000 };
    const answer = await createBridge(
      DEFINITION,
      made.services,
      () => undefined,
    )(eventOf([0, 1, 2, 3].map(row)), context);
    assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "2" }] });
    assert.deepEqual(made.stored, [0, 1]);
  });

  it("makes batches that PutRecords takes, in order, of all records", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300_000 }), { maxLength: 1200 }), (sizes) => {
        const buffer = Buffer.alloc(300_000);
        const records = sizes.map((size, index) => ({
          key: "k",
          data: buffer.subarray(0, size),
          sequenceNumber: String(index),
        }));
        const made = [...batches(records)];
        assert.deepEqual(made.flat(), records);
        for (const batch of made) {
          assert.ok(batch.length >= 1 && batch.length <= 500);
          assert.ok(batch.reduce((sum, { data }) => sum + data.length + 1, 0) <= 10 * 1024 * 1024);
        }
      }),
      { numRuns: 30 },
    );
  });
});
