import assert from "node:assert/strict";
import type { Properties } from "../../../../local/core/model";
import type { Mapping } from "../../../../local/services/event-sources/mapping";
import { TestCloud } from "../../stack";
import { DEAD, mappingStack, SOURCE, type MappingStackChanges } from "./support";

const MAPPING = { eventSourceArn: SOURCE };
const PASSES = "exports.handler = async (event) => note(event);";
const FAILS = `exports.handler = async (event) => {
  note(event);
  if (event.Records.some((r) => r.body === "bad")) throw new Error("bad message");
};`;
const REPORTS = `exports.handler = async (event) => {
  note(event);
  return { batchItemFailures: event.Records.filter((r) => r.body === "bad").map((r) => ({ itemIdentifier: r.messageId })) };
};`;
const REDRIVE = { redrivePolicy: JSON.stringify({ deadLetterTargetArn: DEAD, maxReceiveCount: 2 }) };

describe("local/services/event-sources, a queue", () => {
  let test: TestCloud;
  const open = (changes: MappingStackChanges, dataDir?: string, start?: number): void => {
    test = new TestCloud(mappingStack(changes), dataDir, start);
  };
  afterEach(() => test.close());
  const mapping = (): Mapping => test.cloud.mappings[0]!;
  const send = (...texts: string[]): void => {
    for (const text of texts) test.cloud.queues.get(SOURCE)!.add(text, { from: "test" }, "AIDATEST");
  };
  const seconds = (n: number): Promise<void> => test.clock.advanceTo(test.clock.now() + n * 1000);
  const batches = (): string[][] =>
    test
      .events("/aws/lambda/reader")
      .map(({ message }) => String(message))
      .filter((message) => message.startsWith("["))
      .map((message) => JSON.parse(message) as string[]);
  const left = (): { visible: number; hidden: number } => test.cloud.queues.get(SOURCE)!.counts;

  it("calls the function with AWS's event, and deletes what it has processed", async () => {
    open({ code: "exports.handler = async (event) => console.log(JSON.stringify({ event }));", mapping: MAPPING });
    send("hello");
    await seconds(1);
    const { event } = test.events("/aws/lambda/reader")[0]! as Properties;
    const [record] = event.Records as Properties[];
    // https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
    assert.deepEqual(Object.keys(record!), [
      "messageId",
      "receiptHandle",
      "body",
      "attributes",
      "messageAttributes",
      "md5OfBody",
      "md5OfMessageAttributes",
      "eventSource",
      "eventSourceARN",
      "awsRegion",
    ]);
    assert.deepEqual(record!.attributes, {
      ApproximateReceiveCount: "1",
      SentTimestamp: String(Date.UTC(2026, 0, 15, 12)),
      SenderId: "AIDATEST",
      ApproximateFirstReceiveTimestamp: String(Date.UTC(2026, 0, 15, 12)),
    });
    assert.equal(record!.messageAttributes.from.stringValue, "test");
    assert.deepEqual({ ...left() }, { visible: 0, hidden: 0, delayed: 0 });
    assert.equal(mapping().counts.processed, 1);
  });

  it("makes batches by size and by window", async () => {
    open({ code: PASSES, mapping: { ...MAPPING, batchSize: 20, maximumBatchingWindowInSeconds: 5 } });
    send(...Array.from({ length: 25 }, (_, i) => String(i)));
    await seconds(1);
    assert.deepEqual(
      batches().map(({ length }) => length),
      [20],
    );
    await seconds(5);
    assert.deepEqual(
      batches().map(({ length }) => length),
      [20, 5],
    );
  });

  it("leaves a batch that failed until its visibility timeout ends, and the redrive policy to the queue", async () => {
    open({ code: FAILS, mapping: MAPPING, queue: REDRIVE });
    send("1", "bad");
    await seconds(59);
    assert.deepEqual(batches(), [["1", "bad"]]);
    await seconds(200);
    assert.deepEqual(batches(), [
      ["1", "bad"],
      ["1", "bad"],
    ]);
    const dead = test.cloud.queues.get(DEAD)!.receive(10);
    assert.deepEqual(
      dead.map(({ body }) => body),
      ["1", "bad"],
    );
    assert.equal(mapping().counts.errors, 2);
  });

  it("deletes what the function does not report", async () => {
    open({
      code: REPORTS,
      mapping: { ...MAPPING, functionResponseTypes: ["ReportBatchItemFailures"] },
      queue: REDRIVE,
    });
    send("1", "bad", "3");
    await seconds(200);
    assert.deepEqual(batches(), [["1", "bad", "3"], ["bad"]]);
    assert.equal(mapping().counts.processed, 2);
    assert.deepEqual(
      test.cloud.queues
        .get(DEAD)!
        .receive(10)
        .map(({ body }) => body),
      ["bad"],
    );
  });

  it("deletes what the filter criteria do not take", async () => {
    open({
      code: PASSES,
      mapping: { ...MAPPING, filterCriteria: { filters: [{ pattern: '{"body":{"kind":["a"]}}' }] } },
    });
    send('{"kind":"a"}', '{"kind":"b"}', "text");
    await seconds(1);
    assert.deepEqual(batches(), [['{"kind":"a"}']]);
    assert.deepEqual({ ...left() }, { visible: 0, hidden: 0, delayed: 0 });
  });

  it("gives messages that it held to the next receiver when it ends, and the process may be killed", async () => {
    const waits = { code: PASSES, mapping: { ...MAPPING, maximumBatchingWindowInSeconds: 300 } };
    open(waits);
    send("1");
    await seconds(1);
    const { dataDir } = test;
    await test.cloud.close();
    open({ code: PASSES, mapping: MAPPING }, dataDir, test.clock.now());
    await seconds(1);
    assert.deepEqual(batches(), [["1"]]);
    send("2");
    // Killed: the next process reads the queue's file.
    open({ code: PASSES, mapping: MAPPING }, dataDir, test.clock.now());
    await seconds(1);
    assert.deepEqual(batches(), [["1"], ["2"]]);
  });

  it("does not read what the function's role may not read", async () => {
    open({ code: PASSES, mapping: MAPPING, statements: [] });
    send("1");
    await seconds(1);
    assert.match(mapping().refusal!, /sqs:ReceiveMessage/);
    assert.deepEqual([batches(), mapping().pending], [[], 0]);
  });
});
