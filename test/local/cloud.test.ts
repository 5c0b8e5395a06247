import assert from "node:assert/strict";
import * as fs from "node:fs";
import { gunzipSync } from "node:zlib";
import { smallStack, TestCloud, type StackChanges } from "./stack";

const reading = (device: string, value: unknown): string => JSON.stringify({ device_id: device, value });

describe("local/cloud: a message's way", () => {
  let test: TestCloud;
  afterEach(async () => {
    await test.close();
    assert.deepEqual(test.errors, []);
  });
  const open = (changes: StackChanges = {}): TestCloud => (test = new TestCloud(smallStack(changes)));

  it("goes from the topic through the stream to the archive and to rows", async () => {
    open();
    for (let i = 0; i < 30; i++) {
      await test.publish(`dt/${"abc"[i % 3]}/aggregate`, reading("abc"[i % 3]!, i));
      await test.clock.advanceTo(test.clock.now() + 1000);
    }
    await test.publish("other/topic", "{}");
    await test.cloud.drain();
    assert.deepEqual(test.cloud.rules.counts("rule"), { matched: 30, delivered: 30, failed: 0 });
    assert.equal(test.counts("archive").stored, 30);
    assert.equal(test.counts("convert").stored, 30);
    assert.deepEqual(
      await test.rows("SELECT device, count(*), sum(value) FROM readings GROUP BY device ORDER BY device"),
      [
        ["a", 10, 135],
        ["b", 10, 145],
        ["c", 10, 155],
      ],
    );
    const raw = test.cloud.s3.list("store", "raw/").map(({ file }) => gunzipSync(fs.readFileSync(file)).toString());
    assert.equal(raw.join(""), Array.from({ length: 30 }, (_, i) => reading("abc"[i % 3]!, i)).join(""));
    assert.match(test.objects("raw/")[0]!, /^raw\/dt=2026-01-15\/archive-1-2026-01-15-12-00-00-[0-9a-f-]{36}\.gz$/);
    assert.match(test.objects("data/")[0]!, /^data\/device=a\/convert-1-2026-01-15-12-00-00-[0-9a-f-]{36}\.parquet$/);
    assert.deepEqual(test.cloud.iam.refused(), []);
  });

  it("delivers after the buffer's interval, not before", async () => {
    open();
    await test.publish("dt/a/aggregate", reading("a", 1));
    await test.clock.advanceTo(test.clock.now() + 59_000);
    assert.equal(test.objects("raw/").length, 0);
    await test.clock.advanceTo(test.clock.now() + 1000);
    assert.equal(test.objects("raw/").length, 1);
    assert.equal(test.objects("data/").length, 0); // 60 s for the Lambda, 60 s for the delivery
    await test.clock.advanceTo(test.clock.now() + 60_000);
    assert.equal(test.objects("data/").length, 1);
  });

  it("keeps what cannot be processed with raw bytes and reason, and the rest of its batch", async () => {
    open();
    await test.publish("dt/a/aggregate", "oops");
    await test.publish("dt/a/aggregate", reading("a", "not a number"));
    await test.publish("dt/a/aggregate", reading("a", 5));
    await test.cloud.drain();
    const { stored, failed, filtered } = test.counts("convert");
    assert.deepEqual({ stored, failed, filtered }, { stored: 1, failed: 2, filtered: 0 });
    const [processing] = test.lines("errors/processing-failed/");
    assert.equal(Buffer.from(processing!.rawData, "base64").toString(), "oops");
    assert.equal(processing!.errorCode, "Lambda.ProcessingFailedStatus");
    assert.equal(processing!.lambdaArn, "arn:aws:lambda:eu-central-1:000000000000:function:transform:$LATEST");
    const [conversion] = test.lines("errors/format-conversion-failed/");
    assert.equal(Buffer.from(conversion!.rawData, "base64").toString(), reading("a", "not a number"));
    assert.ok(conversion!.lastErrorMessage.length > 0);
    assert.equal(conversion!.dataCatalogTable.tableName, "readings");
    assert.equal(test.events("/aws/kinesisfirehose/convert").length, 2);
  });

  const FAULTS: [name: string, code: string, error: RegExp, attempts: number][] = [
    [
      "throws",
      "exports.handler = async () => { throw new TypeError('broken'); };",
      /^Lambda.FunctionError: TypeError: broken$/,
      4,
    ],
    ["does not load", "syntax error here", /^Lambda.FunctionError: SyntaxError/, 4],
    [
      "has no handler",
      "exports.other = 1;",
      /^Lambda.FunctionError: Runtime.HandlerNotFound: index.handler is undefined/,
      4,
    ],
    [
      "ends its process",
      "exports.handler = async () => process.exit(3);",
      /^Lambda.FunctionError: Runtime.ExitError: Runtime exited with error: exit status 3/,
      4,
    ],
    ["answers nothing", "exports.handler = async () => undefined;", /^Lambda.JsonProcessingException/, 1],
    ["leaves a record out", "exports.handler = async (e) => ({ records: [] });", /^Lambda.MissingRecordId/, 1],
    [
      "answers a record twice",
      "exports.handler = async (e) => ({ records: [e.records[0], e.records[0]].map((r) => ({ recordId: r.recordId, result: 'Dropped' })) });",
      /^Lambda.DuplicatedRecordId/,
      1,
    ],
    [
      "invents a record",
      "exports.handler = async (e) => ({ records: [{ recordId: 'x', result: 'Dropped' }] });",
      /^Lambda.MissingRecordId/,
      1,
    ],
    [
      "answers too much",
      "exports.handler = async (e) => ({ records: [{ recordId: e.records[0].recordId, result: 'Ok', data: 'A'.repeat(7e6) }] });",
      /^Lambda.FunctionError: Function.ResponseSizeTooLarge/,
      4,
    ],
    [
      "answers another result",
      "exports.handler = async (e) => ({ records: [{ recordId: e.records[0].recordId, result: 'Fine', data: '' }] });",
      /^Lambda.JsonProcessingException: The result "Fine"/,
      1,
    ],
    [
      "forgets the partition",
      "exports.handler = async (e) => ({ records: [{ recordId: e.records[0].recordId, result: 'Ok', data: e.records[0].data }] });",
      /^DynamicPartitioning.MetadataExtractionFailed: partitionKeys.device is missing/,
      1,
    ],
  ];
  for (const [name, code, error, attempts] of FAULTS)
    it(`keeps the message when the function ${name}`, async () => {
      open({ code });
      await test.publish("dt/a/aggregate", reading("a", 1));
      await test.cloud.drain();
      assert.equal(test.counts("convert").failed, 1);
      const [line] = test.lines("errors/");
      assert.match(`${line!.errorCode}: ${line!.errorMessage}`, error);
      assert.equal(line!.attemptsMade, attempts);
      assert.equal(Buffer.from(line!.rawData, "base64").toString(), reading("a", 1));
    });

  it("ends a function that runs over its time, and goes on with the next", async () => {
    open({
      code: "exports.handler = async (e) => e.records.length > 1 ? new Promise(() => {}) : { records: e.records.map((r) => ({ recordId: r.recordId, result: 'Dropped' })) };",
      functionInputs: { timeout: 0.2 },
      conversion: { bufferingInterval: 60 },
    });
    await test.publish("dt/a/aggregate", reading("a", 1));
    await test.publish("dt/a/aggregate", reading("a", 2));
    await test.cloud.drain();
    await test.publish("dt/a/aggregate", reading("a", 3));
    await test.cloud.drain();
    const { failed, filtered } = test.counts("convert");
    assert.deepEqual({ failed, filtered }, { failed: 2, filtered: 1 });
    assert.equal(test.lines("errors/")[0]!.errorCode, "Lambda.FunctionTimedOut");
  });

  it("does not count the loading of a function's module towards its time", async () => {
    open({
      code: "const since = Date.now(); while (Date.now() - since < 700); exports.handler = async (e, c) => ({ records: e.records.map((r) => ({ recordId: r.recordId, result: c.getRemainingTimeInMillis() > 0 ? 'Dropped' : 'ProcessingFailed' })) });",
      functionInputs: { timeout: 0.5 },
    });
    await test.publish("dt/a/aggregate", reading("a", 1));
    await test.cloud.drain();
    const { failed, filtered } = test.counts("convert");
    assert.deepEqual({ failed, filtered }, { failed: 0, filtered: 1 });
  });

  it("shows a function the cloud's time, however it asks", async () => {
    open({
      code: "const loaded = Date.now(); exports.handler = async (e, c) => { console.log(JSON.stringify({ loaded, now: Date.now(), made: new Date().getTime(), called: Date().slice(0, 15), given: new Date(5).getTime(), is: new Date() instanceof Date, left: c.getRemainingTimeInMillis() })); return { records: e.records.map((r) => ({ recordId: r.recordId, result: 'Dropped' })) }; };",
    });
    await test.publish("dt/a/aggregate", "{}");
    await test.cloud.drain();
    await test.clock.advanceTo(Date.UTC(2026, 0, 18));
    await test.publish("dt/a/aggregate", "{}");
    await test.cloud.drain();
    const [first, second] = test.events("/aws/lambda/transform") as Record<string, number>[];
    const day = (ms: unknown): string => new Date(ms as number).toISOString().slice(0, 10);
    assert.deepEqual([day(first!.loaded), day(first!.now), day(first!.made)], Array(3).fill("2026-01-15"));
    assert.deepEqual(
      [day(second!.loaded), day(second!.now), day(second!.made)],
      ["2026-01-15", "2026-01-18", "2026-01-18"],
    );
    assert.deepEqual([second!.called, second!.given, second!.is], ["Sun Jan 18 2026", 5, true]);
    assert.ok(second!.left! > 50_000 && second!.left! <= 60_000);
  });

  it("writes what the function says to its log group, and shows it AWS's environment", async () => {
    open({
      code: "exports.handler = async (e, c) => { console.log('hello', { a: 1 }); console.error(JSON.stringify({ level: 'ERROR', reason: 'r' })); console.log(process.env.AWS_LAMBDA_FUNCTION_NAME, process.env.HOME, c.awsRequestId.length); return { records: e.records.map((r) => ({ recordId: r.recordId, result: 'Dropped' })) }; };",
    });
    await test.publish("dt/a/aggregate", "{}");
    await test.cloud.drain();
    const [first, second, third] = test.events("/aws/lambda/transform");
    assert.equal(first!.message, "hello { a: 1 }");
    assert.equal(first!.level, "INFO");
    assert.deepEqual(second, { level: "ERROR", reason: "r" });
    assert.equal(third!.message, "transform undefined 36");
  });

  it("fails a message into the rule's error log when the rule may not write to the stream", async () => {
    open({ statements: (role, statements) => (role === "rule" ? statements.slice(1) : statements) });
    await test.publish("dt/a/aggregate", reading("a", 1));
    await test.cloud.drain();
    assert.deepEqual(test.cloud.rules.counts("rule"), { matched: 1, delivered: 0, failed: 1 });
    const [event] = test.events("/aws/iot-rules/errors");
    assert.equal(Buffer.from(event!.base64OriginalPayload, "base64").toString(), reading("a", 1));
    assert.match(event!.failures[0].errorMessage, /role\/rule is not authorized to perform: kinesis:PutRecord/);
    const [refused] = test.cloud.iam.refused();
    assert.deepEqual(
      [refused!.action, refused!.resource],
      ["kinesis:PutRecord", "arn:aws:kinesis:eu-central-1:000000000000:stream/in"],
    );
  });

  /** One action less for a role. */
  const without = (role: string, action: string): StackChanges => ({
    statements: (name, statements) =>
      name !== role
        ? statements
        : statements.map((statement) => ({
            ...statement,
            Action: (statement.Action as string[]).filter((one) => one !== action),
          })),
  });

  for (const action of ["lambda:InvokeFunction", "glue:GetTable"])
    it(`fails the message when the delivery stream may not ${action}`, async () => {
      open(without("convert", action));
      await test.publish("dt/a/aggregate", reading("a", 1));
      await test.cloud.drain();
      assert.equal(test.counts("convert").failed, 1);
      assert.ok(test.cloud.iam.refused().some((refused) => refused.action === action));
    });

  for (const action of ["kinesis:DescribeStream", "s3:GetBucketLocation", "s3:PutObject"])
    it(`keeps messages waiting when the delivery stream may not ${action}`, async () => {
      open(without("archive", action));
      await test.publish("dt/a/aggregate", reading("a", 1));
      await test.cloud.drain();
      const archive = test.cloud.deliveryStreams.get("archive")!;
      assert.equal(archive.counts.stored, 0);
      assert.equal(archive.pending, 1);
      assert.match(archive.refusal!, new RegExp(`not authorized to perform: ${action}`));
      assert.equal(test.counts("convert").stored, 1);
    });

  it("holds a shard to 1,000 records a second, and tries again for a while", async () => {
    open();
    let acknowledged = 0;
    await Promise.all(
      Array.from({ length: 2500 }, (_, i) =>
        test.publish("dt/a/aggregate", reading("a", i)).then(() => acknowledged++),
      ),
    );
    assert.equal(acknowledged, 2500);
    await test.cloud.drain();
    assert.deepEqual(test.cloud.rules.counts("rule"), { matched: 2500, delivered: 2500, failed: 0 });
    assert.ok(test.cloud.streams.get("in")!.throttled > 0);
    assert.equal(test.counts("convert").stored, 2500);
  });

  it("gives up on what stays over the limit, into the error log", async () => {
    open();
    await Promise.all(Array.from({ length: 6000 }, (_, i) => test.publish("dt/a/aggregate", reading("a", i))));
    await test.cloud.drain();
    const { matched, delivered, failed } = test.cloud.rules.counts("rule");
    assert.equal(matched, 6000);
    assert.equal(delivered + failed, 6000);
    assert.ok(failed > 0);
    assert.equal(test.events("/aws/iot-rules/errors").length, failed);
    assert.equal(test.counts("convert").stored, delivered);
  });

  it("has 500 active partitions and sends the rest to the error prefix", async () => {
    open({ streamInputs: { shardCount: 4 } });
    for (let i = 0; i < 510; i++) await test.publish(`dt/${i}/aggregate`, reading(`device${i}`, i));
    await test.cloud.drain();
    const { stored, failed } = test.counts("convert");
    assert.deepEqual({ stored, failed }, { stored: 500, failed: 10 });
    assert.equal(
      test.lines("errors/partitioning-failed/")[0]!.errorCode,
      "DynamicPartitioning.ActivePartitionLimitExceeded",
    );
    assert.equal(test.cloud.glue.tables.get("db.readings")!.unseen(), 500); // none of them is in the enum of the projection
  });

  it("spreads partition keys over shards, and keeps one key's records in order", async () => {
    open({ streamInputs: { shardCount: 4 } });
    for (let i = 0; i < 200; i++) await test.publish(`dt/${i % 20}/aggregate`, reading(`device${i % 20}`, i));
    const { shards } = test.cloud.streams.get("in")!;
    assert.ok(
      shards.every(({ end }) => end > 0),
      shards.map(({ end }) => end).join(),
    );
    const order = new Map<string, number>();
    for (const shard of shards)
      for (const { partitionKey, data } of shard.read({ index: 0 })) {
        const { value } = JSON.parse(data.toString()) as { value: number };
        assert.ok(value > (order.get(partitionKey) ?? -1));
        order.set(partitionKey, value);
      }
    await test.cloud.drain();
  });

  it("lets objects expire by the lifecycle of their prefix", async () => {
    open({ lifecycle: [{ id: "raw", status: "Enabled", filter: { prefix: "raw/" }, expiration: { days: 2 } }] });
    await test.publish("dt/a/aggregate", reading("a", 1));
    await test.cloud.drain();
    await test.clock.advanceTo(Date.UTC(2026, 0, 17, 23));
    assert.equal(test.objects("raw/").length, 1);
    await test.clock.advanceTo(Date.UTC(2026, 0, 18, 1));
    assert.equal(test.objects("raw/").length, 0);
    assert.equal(test.objects("data/").length, 1);
  });

  it("takes basic ingest to its rule alone", async () => {
    open({ sql: "SELECT *, topic() AS t FROM 'dt/+/aggregate'", partitionKey: "${device_id}" });
    await test.publish("$aws/rules/rule/any/topic", reading("a", 1));
    await test.publish("$aws/rules/unknown/any/topic", reading("a", 1));
    assert.equal(test.cloud.rules.counts("rule").matched, 1);
    const [record] = test.cloud.streams.get("in")!.shards[0]!.read({ index: 0 });
    assert.equal(record!.data.toString(), '{"device_id":"a","value":1,"t":"any/topic"}');
    assert.equal(record!.partitionKey, "a");
    await test.cloud.drain();
  });
});

describe("local/cloud: across restarts", () => {
  it("delivers what was acknowledged, once, when it was not closed properly", async () => {
    const first = new TestCloud(smallStack());
    for (let i = 0; i < 20; i++) await first.publish("dt/a/aggregate", reading("a", i));
    await first.clock.advanceTo(first.clock.now() + 61_000); // the archive is delivered, the rows are not
    assert.equal(first.counts("archive").stored, 20);
    for (let i = 20; i < 25; i++) await first.publish("dt/a/aggregate", reading("a", i));
    // Nothing is closed: what a killed process leaves is what is on disk now.
    const copy = `${first.dataDir}-killed`;
    fs.cpSync(first.dataDir, copy, { recursive: true, preserveTimestamps: true });
    await first.close();
    const second = new TestCloud(smallStack(), copy, first.clock.now());
    await second.cloud.drain();
    assert.equal(second.counts("archive").stored, 5);
    assert.equal(second.counts("convert").stored, 25);
    assert.deepEqual(await second.rows("SELECT count(*), count(DISTINCT value), sum(value) FROM readings"), [
      [25, 25, 300],
    ]);
    await second.close();
    assert.deepEqual(second.errors, []);
  });

  it("has nothing to do after a proper end", async () => {
    const first = new TestCloud(smallStack());
    await first.publish("dt/a/aggregate", reading("a", 1));
    await first.cloud.drain();
    await first.close(false);
    const second = new TestCloud(smallStack(), first.dataDir, first.clock.now());
    assert.equal(second.cloud.pending, 0);
    await second.publish("dt/a/aggregate", reading("a", 2));
    await second.cloud.drain();
    assert.equal(second.counts("convert").stored, 1);
    assert.deepEqual(await second.rows("SELECT count(*) FROM readings"), [[2]]);
    await second.close();
  });
});
