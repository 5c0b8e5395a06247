import assert from "node:assert/strict";
import { Clock } from "../../../../local/core/clock";
import type { DeliveryMetrics } from "../../../../local/services/firehose/metrics";
import { LambdaProcessor } from "../../../../local/services/firehose/processor";
import type { LambdaFunction } from "../../../../local/services/lambda/function";

const MAX_EVENT = 6 * 1024 * 1024;

/** A function that returns every record as it came; replaces the worker in which a deployed function runs. */
function echo(events: string[]): LambdaFunction {
  return {
    invoke: (_role: string, _arn: string, event: string) => {
      events.push(event);
      const { records } = JSON.parse(event) as { records: { recordId: string; data: string }[] };
      const answer = { records: records.map(({ recordId, data }) => ({ recordId, result: "Ok", data })) };
      return Promise.resolve({ ok: true, payload: JSON.stringify(answer) });
    },
  } as unknown as LambdaFunction;
}

describe("local/services/firehose/processor", () => {
  it("splits a buffer whose event would be over 6 MB, and answers every record in its order", async () => {
    const events: string[] = [];
    const metric = { add: () => undefined };
    const metrics = { processingSuccess: metric, processingDuration: metric } as unknown as DeliveryMetrics;
    const source = { deliveryStreamArn: "d", sourceKinesisStreamArn: "s", region: "eu-central-1" };
    const processor = new LambdaProcessor(echo(events), "f", "r", 3, source, new Clock(0), metrics);
    // 1 MiB of records of 27 bytes, as a buffer of that size holds them.
    const batch = Array.from({ length: 38_000 }, (_, index) => ({
      shard: 0,
      index,
      arrival: 0,
      partitionKey: "a",
      data: Buffer.from(`{"device_id":"a","n":${String(index).padStart(5)}}`),
    }));
    const processed = await processor.process(batch as never);
    assert.ok(events.length > 1);
    assert.ok(events.every((event) => Buffer.byteLength(event) <= MAX_EVENT));
    assert.deepEqual(
      processed.map((each) => (each.result === "Ok" ? each.data.toString() : each.result)),
      batch.map(({ data }) => data.toString()),
    );
  });
});
