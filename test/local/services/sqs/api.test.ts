import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import type { ServiceApi } from "../../../../local/api";
import { ACCOUNT, TYPES, type Properties, type Resource } from "../../../../local/core/model";
import { sqsApi } from "../../../../local/services/sqs/api";
import { md5OfAttributes } from "../../../../local/services/sqs/message";
import { callRow, failure, type Answer } from "../../api-call";
import { TestCloud } from "../../stack";

const arnOf = (name: string): string => `arn:aws:sqs:eu-central-1:${ACCOUNT}:${name}`;
const QueueUrl = `https://sqs.eu-central-1.amazonaws.com/${ACCOUNT}/q`;
const DEAD = `http://127.0.0.1/${ACCOUNT}/dead`;

function queue(name: string, inputs: Properties = {}): Resource {
  const urn = `urn:pulumi:test::test::${TYPES.queue}::${name}`;
  return {
    urn,
    type: TYPES.queue,
    name,
    custom: true,
    id: name,
    dependencies: [],
    inputs: { name, ...inputs },
    outputs: { arn: arnOf(name) },
  };
}

describe("local/services/sqs/api", () => {
  let test: TestCloud;
  let api: ServiceApi;
  const open = (inputs: Properties = {}, dataDir?: string): void => {
    test = new TestCloud([queue("q", inputs), queue("dead")], dataDir);
    api = sqsApi(test.cloud);
  };
  const call = (name: string, input: object = {}, principal?: string): Promise<Answer> =>
    callRow(api, test.cloud.iam, name, input, principal);
  const send = (MessageBody: string, more: object = {}): Promise<Answer> =>
    call("SendMessage", { QueueUrl, MessageBody, ...more });
  const receive = async (more: object = {}): Promise<Answer[]> =>
    ((await call("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 10, ...more })).Messages as Answer[]) ?? [];
  const bodies = async (more?: object): Promise<string[]> => (await receive(more)).map(({ Body }) => Body as string);
  const counts = async (url = QueueUrl): Promise<number[]> => {
    const { Attributes } = await call("GetQueueAttributes", { QueueUrl: url, AttributeNames: ["All"] });
    return ["", "NotVisible", "Delayed"].map((kind) => Number(Attributes[`ApproximateNumberOfMessages${kind}`]));
  };
  const code = async (name: string, input: object): Promise<string> => (await failure(call(name, input))).code;
  const seconds = (n: number): Promise<void> => test.clock.advanceTo(test.clock.now() + n * 1000);
  afterEach(() => test.close());

  it("hides a message from others until it is deleted or its visibility timeout ends", async () => {
    open({ visibilityTimeoutSeconds: 30 });
    const sent = await send("hello");
    // md5sum of "hello"
    assert.equal(sent.MD5OfMessageBody, "5d41402abc4b2a76b9719d911017c592");
    const [message] = await receive({ AttributeNames: ["All"] });
    assert.equal(message!.MessageId, sent.MessageId);
    assert.equal(message!.Attributes.ApproximateReceiveCount, "1");
    assert.deepEqual(await bodies(), []);
    assert.deepEqual(await counts(), [0, 1, 0]);
    await seconds(30);
    const [again] = await receive({ MessageSystemAttributeNames: ["ApproximateReceiveCount"] });
    assert.deepEqual(again!.Attributes, { ApproximateReceiveCount: "2" });
    // The first receipt is of an earlier receive: nothing happens.
    await call("DeleteMessage", { QueueUrl, ReceiptHandle: message!.ReceiptHandle as string });
    assert.deepEqual(await counts(), [0, 1, 0]);
    await call("DeleteMessage", { QueueUrl, ReceiptHandle: again!.ReceiptHandle as string });
    await call("DeleteMessage", { QueueUrl, ReceiptHandle: again!.ReceiptHandle as string });
    assert.deepEqual(await counts(), [0, 0, 0]);
    assert.equal(await code("DeleteMessage", { QueueUrl, ReceiptHandle: "x" }), "ReceiptHandleIsInvalid");
  });

  it("changes the visibility timeout of a message that is in flight", async () => {
    open();
    await send("a");
    const [message] = await receive();
    const ReceiptHandle = message!.ReceiptHandle as string;
    await call("ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout: 100 });
    await seconds(99);
    assert.deepEqual(await bodies(), []);
    await call("ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
    assert.deepEqual(await bodies(), ["a"]);
    await seconds(31);
    const [again] = await receive({ VisibilityTimeout: 5 });
    await seconds(6);
    const late = { QueueUrl, ReceiptHandle: again!.ReceiptHandle as string, VisibilityTimeout: 5 };
    assert.equal(await code("ChangeMessageVisibility", late), "InvalidParameterValue");
  });

  it("moves a message that was received too often to the dead-letter queue", async () => {
    open({
      visibilityTimeoutSeconds: 1,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf("dead"), maxReceiveCount: 2 }),
    });
    const { MessageId } = await send("poison", { MessageAttributes: { k: { DataType: "String", StringValue: "v" } } });
    for (let i = 0; i < 2; i++) {
      assert.deepEqual(await bodies(), ["poison"]);
      await seconds(2);
    }
    assert.deepEqual(await bodies(), []);
    assert.deepEqual(await counts(), [0, 0, 0]);
    const [dead] = await receive({ QueueUrl: DEAD, AttributeNames: ["All"], MessageAttributeNames: ["All"] });
    assert.equal(dead!.MessageId, MessageId);
    assert.equal(dead!.Attributes.DeadLetterQueueSourceArn, arnOf("q"));
    assert.equal(dead!.Attributes.ApproximateReceiveCount, "1");
    assert.deepEqual(dead!.MessageAttributes, { k: { DataType: "String", StringValue: "v" } });
    assert.deepEqual((await call("ListDeadLetterSourceQueues", { QueueUrl: DEAD })).queueUrls, [
      `http://127.0.0.1/${ACCOUNT}/q`,
    ]);
  });

  it("keeps messages, their receives and their timeouts when the process is killed at any moment", async () => {
    const step = fc.oneof(
      fc.record({ send: fc.string({ minLength: 1, maxLength: 5, unit: "grapheme-ascii" }) }),
      fc.constant("receive" as const),
      fc.constant("delete" as const),
      fc.constant("kill" as const),
      fc.record({ wait: fc.integer({ min: 1, max: 40 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        open({ visibilityTimeoutSeconds: 30 });
        /** what the queue holds: body, receives, and when it is visible, by id */
        const model = new Map<string, { body: string; received: number; due: number }>();
        let held: Answer[] = [];
        for (const each of steps)
          if (each === "kill") {
            const { dataDir } = test;
            const now = test.clock.now();
            test = new TestCloud([queue("q", { visibilityTimeoutSeconds: 30 }), queue("dead")], dataDir, now);
            api = sqsApi(test.cloud);
          } else if (each === "receive") {
            const now = test.clock.now();
            const got = await receive({ AttributeNames: ["ApproximateReceiveCount"] });
            const expected = [...model].filter(([, { due }]) => due <= now);
            assert.equal(got.length, Math.min(10, expected.length));
            for (const message of got) {
              const known = model.get(message.MessageId as string)!;
              assert.equal(message.Body, known.body);
              assert.ok(known.due <= now);
              assert.equal(message.Attributes.ApproximateReceiveCount, String(++known.received));
              known.due = now + 30_000;
            }
            held = got;
          } else if (each === "delete") {
            for (const { MessageId, ReceiptHandle } of held.splice(0, 1)) {
              await call("DeleteMessage", { QueueUrl, ReceiptHandle: ReceiptHandle as string });
              model.delete(MessageId as string);
            }
          } else if ("wait" in each) await seconds(each.wait);
          else {
            const { MessageId } = await send(each.send);
            model.set(MessageId as string, { body: each.send, received: 0, due: 0 });
          }
        const now = test.clock.now();
        const hidden = [...model.values()].filter(({ due }) => due > now).length;
        assert.deepEqual(await counts(), [model.size - hidden, hidden, 0]);
        fs.rmSync(test.dataDir, { recursive: true });
      }),
      { numRuns: 40 },
    );
    open();
  });

  it("writes its file anew when most of it is about messages that are gone", () => {
    open();
    const q = test.cloud.queues.get(arnOf("q"))!;
    for (let i = 0; i < 6000; i++) {
      q.add(`${i}`, {}, "s");
      q.delete(q.receive(1)[0]!);
    }
    const file = path.join(test.dataDir, "sqs", "q.ndjson");
    assert.ok(fs.readFileSync(file, "utf8").split("\n").length < 10_002);
  });

  it("delays messages, and forgets them after the retention period", async () => {
    open({ delaySeconds: 10, messageRetentionSeconds: 60 });
    await send("later");
    await send("now", { DelaySeconds: 0 });
    assert.deepEqual(await counts(), [1, 0, 1]);
    assert.deepEqual(await bodies({ VisibilityTimeout: 0 }), ["now"]);
    await seconds(10);
    assert.deepEqual((await bodies({ VisibilityTimeout: 0 })).sort(), ["later", "now"]);
    await seconds(51);
    assert.deepEqual(await counts(), [0, 0, 0]);
  });

  it("waits for a message as long as it is told", async () => {
    open();
    const waiting = bodies({ WaitTimeSeconds: 20 });
    await new Promise((resolve) => setImmediate(resolve));
    await send("came");
    assert.deepEqual(await waiting, ["came"]);
  });

  it("gives attributes with the digest that clients compare", async () => {
    open();
    const MessageAttributes = {
      text: { DataType: "String", StringValue: "ä" },
      number: { DataType: "Number", StringValue: "12.5" },
      bytes: { DataType: "Binary.png", BinaryValue: Buffer.from([0, 255]) },
    };
    const sent = await send("x", { MessageAttributes });
    // Digests that moto's tests hold as SQS's own.
    for (const [text, digest] of [
      ["1493147359900", "235c5c510d26fb653d073faed50ae77c"],
      ["1493147359901", "994258b45346a2cc3f9cbb611aa7af30"],
    ] as const)
      assert.equal(md5OfAttributes({ timestamp: { type: "Number", text } }), digest);
    assert.equal(
      sent.MD5OfMessageAttributes,
      md5OfAttributes({
        text: "ä",
        number: { type: "Number", text: "12.5" },
        bytes: { type: "Binary.png", binary: "AP8=" },
      }),
    );
    const [some] = await receive({ MessageAttributeNames: ["te.*", "number"], VisibilityTimeout: 0 });
    assert.deepEqual(Object.keys(some!.MessageAttributes as object).sort(), ["number", "text"]);
    const [all] = await receive({ MessageAttributeNames: ["All"] });
    assert.deepEqual(all!.MessageAttributes, MessageAttributes);
    for (const [name, value] of [
      ["x", { DataType: "Text", StringValue: "a" }],
      ["aws.x", { DataType: "String", StringValue: "a" }],
      ["x", { DataType: "String", StringValue: "" }],
    ] as const)
      assert.equal(
        await code("SendMessage", { QueueUrl, MessageBody: "x", MessageAttributes: { [name]: value } }),
        "InvalidParameterValue",
      );
  });

  it("answers each entry of a batch, and refuses batches that are wrong as a whole", async () => {
    open({ maxMessageSize: 1024 });
    const entries = [
      { Id: "a", MessageBody: "1" },
      { Id: "b", MessageBody: "x".repeat(1025) },
      { Id: "c", MessageBody: "" },
    ];
    const sent = await call("SendMessageBatch", { QueueUrl, Entries: entries });
    assert.deepEqual(
      sent.Successful.map(({ Id }: Answer) => Id as string),
      ["a"],
    );
    assert.deepEqual(
      sent.Failed.map(({ Id, Code }: Answer) => [Id, Code] as [string, string]),
      [
        ["b", "InvalidParameterValue"],
        ["c", "MissingParameter"],
      ],
    );
    const [message] = await receive();
    const receipt = message!.ReceiptHandle as string;
    const changed = await call("ChangeMessageVisibilityBatch", {
      QueueUrl,
      Entries: [
        { Id: "a", ReceiptHandle: receipt, VisibilityTimeout: 5 },
        { Id: "b", ReceiptHandle: "no", VisibilityTimeout: 5 },
      ],
    });
    assert.deepEqual([changed.Successful.length, changed.Failed[0].Code], [1, "ReceiptHandleIsInvalid"]);
    const deleted = await call("DeleteMessageBatch", { QueueUrl, Entries: [{ Id: "a", ReceiptHandle: receipt }] });
    assert.equal(deleted.Successful.length, 1);
    assert.deepEqual(await counts(), [0, 0, 0]);
    const batch = async (Entries: object[]): Promise<string> => code("SendMessageBatch", { QueueUrl, Entries });
    assert.equal(await batch([]), "EmptyBatchRequest");
    assert.equal(await batch([entries[0]!, entries[0]!]), "BatchEntryIdsNotDistinct");
    assert.equal(await batch([{ Id: "a b", MessageBody: "x" }]), "InvalidBatchEntryId");
    const many = Array.from({ length: 11 }, (_, i) => ({ Id: String(i), MessageBody: "x" }));
    assert.equal(await batch(many), "TooManyEntriesInBatchRequest");
    const big = Array.from({ length: 3 }, (_, i) => ({ Id: String(i), MessageBody: "x".repeat(400_000) }));
    assert.equal(await batch(big), "BatchRequestTooLong");
  });

  it("lists queues, and refuses what is not there", async () => {
    open({ tags: { owner: "me" } });
    const url = (name: string): string => `http://127.0.0.1/${ACCOUNT}/${name}`;
    assert.deepEqual((await call("ListQueues")).QueueUrls, [url("dead"), url("q")]);
    const first = await call("ListQueues", { MaxResults: 1 });
    assert.deepEqual(first.QueueUrls, [url("dead")]);
    const second = await call("ListQueues", { MaxResults: 1, NextToken: first.NextToken as string });
    assert.deepEqual([second.QueueUrls, second.NextToken], [[url("q")], undefined]);
    assert.deepEqual(await call("ListQueues", { QueueNamePrefix: "z" }), {});
    assert.equal((await call("GetQueueUrl", { QueueName: "q" })).QueueUrl, url("q"));
    assert.deepEqual(await call("ListQueueTags", { QueueUrl }), { Tags: { owner: "me" } });
    assert.equal(await code("GetQueueUrl", { QueueName: "none" }), "QueueDoesNotExist");
    assert.equal(await code("SendMessage", { QueueUrl: url("none"), MessageBody: "x" }), "QueueDoesNotExist");
    assert.equal(await code("SendMessage", { QueueUrl, MessageBody: "\u0000" }), "InvalidMessageContents");
    assert.equal(await code("GetQueueAttributes", { QueueUrl, AttributeNames: ["Size"] }), "InvalidAttributeName");
  });

  it("purges once a minute", async () => {
    open();
    await send("a");
    await call("PurgeQueue", { QueueUrl });
    assert.deepEqual(await counts(), [0, 0, 0]);
    assert.equal(await code("PurgeQueue", { QueueUrl }), "PurgeQueueInProgress");
  });

  it("decides each call by its action", async () => {
    open();
    const refused = await failure(
      call("SendMessage", { QueueUrl, MessageBody: "x" }, `arn:aws:iam::${ACCOUNT}:role/none`),
    );
    assert.match(refused.message, /sqs:SendMessage/);
  });
});
