import assert from "node:assert/strict";
import type { Properties } from "../../../../local/core/model";
import type { Mapping } from "../../../../local/services/event-sources/mapping";
import { callRow } from "../../api-call";
import { kinesisApi } from "../../../../local/services/kinesis/api";
import { TestCloud } from "../../stack";
import { DEAD, mappingStack, STREAM, type MappingStackChanges } from "./support";

const SOURCE = { eventSourceArn: STREAM, startingPosition: "TRIM_HORIZON" };
/** Fails for a batch with the text "bad" in it. */
const FAILS = `exports.handler = async (event) => {
  note(event);
  if (event.Records.some((r) => Buffer.from(r.kinesis.data, "base64").toString() === "bad")) throw new Error("bad record");
};`;
/** Reports the records with the text "bad". */
const REPORTS = `exports.handler = async (event) => {
  note(event);
  return { batchItemFailures: event.Records.filter((r) => Buffer.from(r.kinesis.data, "base64").toString() === "bad").map((r) => ({ itemIdentifier: r.kinesis.sequenceNumber })) };
};`;

describe("local/services/event-sources, a stream", () => {
  let test: TestCloud;
  const open = (changes: MappingStackChanges, dataDir?: string, start?: number): void => {
    test = new TestCloud(mappingStack(changes), dataDir, start);
  };
  afterEach(() => test.close());

  const mapping = (): Mapping => test.cloud.mappings[0]!;
  const put = async (...texts: string[]): Promise<void> => {
    const api = kinesisApi(test.cloud);
    const Records = texts.map((text) => ({ PartitionKey: text.split(":")[0]!, Data: Buffer.from(text) }));
    await callRow(api, test.cloud.iam, "PutRecords", { StreamName: "in", Records });
  };
  const seconds = (n: number): Promise<void> => test.clock.advanceTo(test.clock.now() + n * 1000);
  /** The texts of each batch that the function was called with. */
  const batches = (): string[][] =>
    test
      .events("/aws/lambda/reader")
      .map(({ message }) => String(message))
      .filter((message) => message.startsWith("["))
      .map((message) => JSON.parse(message) as string[]);
  const dead = (): Properties[] =>
    test.cloud.queues
      .get(DEAD)!
      .receive(10)
      .map(({ body }) => JSON.parse(body) as Properties);

  it("calls the function with batches in order, with AWS's event", async () => {
    open({ code: "exports.handler = async (event) => console.log(JSON.stringify({ event }));", mapping: SOURCE });
    await put("k:1", "k:2");
    await seconds(1);
    const { event } = test.events("/aws/lambda/reader")[0]! as Properties;
    assert.equal(event.Records.length, 2);
    const [record] = event.Records as Properties[];
    // https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html#services-kinesis-event-example
    assert.deepEqual(Object.keys(record!), [
      "kinesis",
      "eventSource",
      "eventVersion",
      "eventID",
      "eventName",
      "invokeIdentityArn",
      "awsRegion",
      "eventSourceARN",
    ]);
    assert.deepEqual(record!.kinesis, {
      kinesisSchemaVersion: "1.0",
      partitionKey: "k",
      sequenceNumber: record!.kinesis.sequenceNumber as string,
      data: Buffer.from("k:1").toString("base64"),
      approximateArrivalTimestamp: Date.UTC(2026, 0, 15, 12) / 1000,
    });
    assert.equal(record!.eventID, `shardId-000000000000:${record!.kinesis.sequenceNumber}`);
    assert.equal(record!.eventSourceARN, STREAM);
    assert.deepEqual(
      { ...mapping().counts },
      { read: 2, processed: 2, filtered: 0, failed: 0, invocations: 1, errors: 0 },
    );
  });

  it("makes batches by size and by window", async () => {
    open({
      code: "exports.handler = async (event) => note(event);",
      mapping: { ...SOURCE, batchSize: 3, maximumBatchingWindowInSeconds: 30 },
    });
    await put("1", "2", "3", "4");
    await seconds(1);
    assert.deepEqual(batches(), [["1", "2", "3"]]);
    await seconds(27);
    await put("5");
    await seconds(1);
    assert.deepEqual(batches().length, 1);
    await seconds(2);
    assert.deepEqual(batches(), [
      ["1", "2", "3"],
      ["4", "5"],
    ]);
  });

  it("starts where it is told: LATEST leaves out what was there", async () => {
    open({ code: "exports.handler = async (event) => note(event);" });
    await put("old");
    await seconds(10);
    const { dataDir } = test;
    const now = test.clock.now();
    await test.cloud.close();
    open(
      { code: "exports.handler = async (event) => note(event);", mapping: { ...SOURCE, startingPosition: "LATEST" } },
      dataDir,
      now,
    );
    await put("new");
    await seconds(2);
    assert.deepEqual(batches(), [["new"]]);
  });

  it("starts at a time", async () => {
    open({ code: "exports.handler = async (event) => note(event);" });
    await put("old");
    await seconds(10);
    const { dataDir } = test;
    const now = test.clock.now();
    await put("new");
    await test.cloud.close();
    const startingPositionTimestamp = new Date(now).toISOString();
    open(
      {
        code: "exports.handler = async (event) => note(event);",
        mapping: { ...SOURCE, startingPosition: "AT_TIMESTAMP", startingPositionTimestamp },
      },
      dataDir,
      now,
    );
    await seconds(2);
    assert.deepEqual(batches(), [["new"]]);
  });

  it("halves a batch until the bad record is alone, repeats that, and sends word of it to the destination", async () => {
    open({
      code: FAILS,
      mapping: {
        ...SOURCE,
        bisectBatchOnFunctionError: true,
        maximumRetryAttempts: 2,
        destinationConfig: { onFailure: { destinationArn: DEAD } },
      },
    });
    await put("1", "2", "bad", "4");
    await seconds(60);
    assert.deepEqual(batches(), [["1", "2", "bad", "4"], ["1", "2"], ["bad", "4"], ["bad"], ["bad"], ["bad"], ["4"]]);
    const { counts } = mapping();
    assert.deepEqual([counts.processed, counts.failed, counts.errors], [3, 1, 5]);
    const [envelope] = dead();
    const { requestId } = envelope!.requestContext as { requestId: string };
    const info = envelope!.KinesisBatchInfo as Properties;
    // https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
    assert.deepEqual(envelope, {
      requestContext: {
        requestId,
        functionArn: mapping().lambda.arn,
        condition: "RetryAttemptsExhausted",
        approximateInvokeCount: 5,
      },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      version: "1.0",
      timestamp: envelope!.timestamp as string,
      KinesisBatchInfo: {
        shardId: "shardId-000000000000",
        startSequenceNumber: info.startSequenceNumber as string,
        endSequenceNumber: info.startSequenceNumber as string,
        approximateArrivalOfFirstRecord: "2026-01-15T12:00:00.000Z",
        approximateArrivalOfLastRecord: "2026-01-15T12:00:00.000Z",
        batchSize: 1,
        streamArn: STREAM,
      },
    });
    assert.match(String(info.startSequenceNumber), /^\d{56}$/);
  });

  it("goes on at the lowest record that the function reports", async () => {
    open({
      code: REPORTS,
      mapping: { ...SOURCE, functionResponseTypes: ["ReportBatchItemFailures"], maximumRetryAttempts: 1 },
    });
    await put("1", "2", "bad", "4", "bad");
    await seconds(60);
    assert.deepEqual(batches(), [
      ["1", "2", "bad", "4", "bad"],
      ["bad", "4", "bad"],
    ]);
    assert.deepEqual([mapping().counts.processed, mapping().counts.failed], [2, 3]);
  });

  it("with halving isolates the records that the function reports", async () => {
    open({
      code: REPORTS,
      mapping: {
        ...SOURCE,
        functionResponseTypes: ["ReportBatchItemFailures"],
        bisectBatchOnFunctionError: true,
        maximumRetryAttempts: 1,
      },
    });
    await put("1", "bad", "3", "4");
    await seconds(60);
    assert.deepEqual([mapping().counts.processed, mapping().counts.failed], [3, 1]);
    assert.deepEqual(batches(), [["1", "bad", "3", "4"], ["bad", "3", "4"], ["bad"], ["3", "4"]]);
  });

  it("gives up records that are too old, and without a limit repeats for ever", async () => {
    open({
      code: FAILS,
      mapping: {
        ...SOURCE,
        maximumRecordAgeInSeconds: 60,
        destinationConfig: { onFailure: { destinationArn: DEAD } },
      },
    });
    await put("bad");
    await seconds(59);
    assert.equal(mapping().counts.failed, 0);
    await put("later");
    await seconds(120);
    assert.equal(mapping().counts.failed, 1);
    assert.equal(dead()[0]!.requestContext.condition, "RecordAgeExceeded");
    assert.deepEqual(batches().at(-1), ["later"]);
  });

  it("keeps a failing record of one partition key from holding up the others with a parallelization factor", async () => {
    open({ code: FAILS, mapping: { ...SOURCE, parallelizationFactor: 10, batchSize: 1 } });
    await put(
      "bad",
      ...Array.from({ length: 20 }, (_, i) => `key-${i}:1`),
      ...Array.from({ length: 20 }, (_, i) => `key-${i}:2`),
    );
    await seconds(30);
    const done = batches().flat();
    assert.ok(mapping().counts.processed > 20);
    for (let i = 0; i < 20; i++) {
      const own = done.filter((text) => text.startsWith(`key-${i}:`));
      assert.deepEqual(own, [...own].sort());
    }
    assert.ok(done.filter((text) => text === "bad").length > 3);
  });

  it("leaves out what the filter criteria do not take", async () => {
    open({
      code: "exports.handler = async (event) => note(event);",
      mapping: {
        ...SOURCE,
        filterCriteria: { filters: [{ pattern: '{"data":{"temperature":[{"numeric":[">",30]}]}}' }] },
      },
    });
    await put('{"temperature":31}', '{"temperature":30}', "no json");
    await seconds(2);
    assert.deepEqual(batches(), [['{"temperature":31}']]);
    assert.deepEqual([mapping().counts.filtered, mapping().counts.processed, mapping().pending], [2, 1, 0]);
  });

  it("goes on behind what it has processed when the process is killed, and sees nothing twice that was done", async () => {
    const changes = {
      code: FAILS,
      mapping: { ...SOURCE, batchSize: 2, bisectBatchOnFunctionError: true, maximumRetryAttempts: 0 },
    };
    open(changes);
    await put("1", "2", "3");
    await seconds(2);
    const { dataDir } = test;
    open(changes, dataDir, test.clock.now());
    await put("4", "bad", "6");
    await seconds(2);
    open(changes, dataDir, test.clock.now());
    await put("7");
    await seconds(2);
    assert.deepEqual(batches(), [["1", "2"], ["3"], ["4", "bad"], ["4"], ["bad"], ["6"], ["7"]]);
  });

  it("repeats a batch whose function was running when the process was killed", async () => {
    const slow =
      "exports.handler = async (event) => { note(event); if (event.Records.length === 2) await new Promise((r) => setTimeout(r, 300)); };";
    const changes = { code: slow, mapping: SOURCE };
    open(changes);
    await put("1", "2");
    const advance = seconds(2);
    await new Promise((resolve) => setTimeout(resolve, 150));
    const killed = test;
    open(changes, test.dataDir, test.clock.now());
    await seconds(2);
    assert.deepEqual(mapping().counts.processed, 2);
    await advance;
    await killed.cloud.athena.close();
  });

  it("does not read what the function's role may not read", async () => {
    open({ code: FAILS, mapping: SOURCE, statements: [] });
    await put("1");
    await seconds(5);
    assert.match(mapping().refusal!, /kinesis:DescribeStream/);
    assert.deepEqual([batches(), mapping().pending], [[], 0]);
    assert.ok(test.cloud.iam.refused().some(({ action }) => action === "kinesis:DescribeStream"));
  });

  it("reports a failed batch that its role may not send, and goes on", async () => {
    const read = ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards"];
    open({
      code: FAILS,
      mapping: {
        ...SOURCE,
        maximumRetryAttempts: 0,
        batchSize: 1,
        destinationConfig: { onFailure: { destinationArn: DEAD } },
      },
      statements: [{ Effect: "Allow", Action: read, Resource: STREAM }],
    });
    await put("bad", "2");
    await seconds(5);
    assert.deepEqual([mapping().counts.failed, mapping().counts.processed], [1, 1]);
    assert.match(mapping().refusal!, /may not send/);
    assert.ok(test.cloud.iam.refused().some(({ action }) => action === "sqs:SendMessage"));
  });

  it("makes events of at most 6 MB", async () => {
    open({
      code: "exports.handler = async (event) => console.log(JSON.stringify([event.Records.length]));",
      mapping: SOURCE,
    });
    for (let i = 0; i < 8; i++) {
      test.cloud.streams.get("in")!.putByClient(String(i), Buffer.alloc(900_000, "x"), undefined, () => undefined);
      await new Promise((resolve) => setTimeout(resolve, i === 0 ? 1000 - (Date.now() % 1000) : 1001));
    }
    await seconds(2);
    assert.deepEqual(
      test.events("/aws/lambda/reader").map(({ message }) => String(message)),
      ["[5]", "[3]"],
    );
  }).timeout(20_000);

  it("is drained with the rest: what is buffered is processed, a finite retry comes to its end", async () => {
    open({ code: FAILS, mapping: { ...SOURCE, maximumBatchingWindowInSeconds: 300, maximumRetryAttempts: 3 } });
    await put("1", "bad");
    await test.cloud.drain();
    assert.deepEqual([mapping().pending, mapping().counts.failed], [0, 2]);
  });

  it("does nothing while it is not enabled", async () => {
    open({ code: FAILS, mapping: { ...SOURCE, enabled: false } });
    await put("1");
    await seconds(5);
    assert.deepEqual([batches(), mapping().pending], [[], 0]);
  });
});
