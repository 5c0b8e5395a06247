import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import type { ServiceApi } from "../../../../local/api";
import { ACCOUNT } from "../../../../local/core/model";
import { kinesisApi } from "../../../../local/services/kinesis/api";
import { ReadMeter } from "../../../../local/services/kinesis/meters";
import { callRow, failure, type Answer } from "../../api-call";
import { smallStack, TestCloud } from "../../stack";

const SHARDS = 3;

describe("local/services/kinesis/api", () => {
  let test: TestCloud;
  let api: ServiceApi;
  const call = (name: string, input: object = {}, principal?: string): Promise<Answer> =>
    callRow(api, test.cloud.iam, name, input, principal);
  const put = (key: string, text: string): Promise<Answer> =>
    call("PutRecord", { StreamName: "in", PartitionKey: key, Data: Buffer.from(text) });
  const code = async (name: string, input: object): Promise<string> => (await failure(call(name, input))).code;
  const iterator = async (ShardIteratorType: string, more: object = {}): Promise<string> =>
    (await call("GetShardIterator", { StreamName: "in", ShardId: "shardId-000000000000", ShardIteratorType, ...more }))
      .ShardIterator as string;
  const texts = ({ Records }: Answer): string[] => Records.map(({ Data }: Answer) => String(Data as Buffer));
  /** Lets the seconds pass by which calls are limited. */
  const unlimited = (): void => {
    Object.defineProperty(test.clock, "callTime", { get: () => (now += 1000) });
  };
  let now = Date.now();

  const open = (shardCount: number, streamInputs = {}): void => {
    test = new TestCloud(smallStack({ streamInputs: { shardCount, ...streamInputs } }));
    api = kinesisApi(test.cloud);
  };
  afterEach(() => test.close());

  it("puts records to the shard whose range holds the MD5 of the partition key", async () => {
    open(SHARDS);
    const { Shards } = await call("ListShards", { StreamName: "in" });
    assert.equal(Shards.length, SHARDS);
    let next = 0n;
    for (const { HashKeyRange } of Shards as Answer[]) {
      assert.equal(BigInt(HashKeyRange.StartingHashKey as string), next);
      next = BigInt(HashKeyRange.EndingHashKey as string) + 1n;
    }
    assert.equal(next, 2n ** 128n);
    for (let i = 0; i < 50; i++) {
      const hash = BigInt(`0x${createHash("md5").update(`key-${i}`).digest("hex")}`);
      const expected = (Shards as Answer[]).find(
        ({ HashKeyRange }) =>
          hash >= BigInt(HashKeyRange.StartingHashKey) && hash <= BigInt(HashKeyRange.EndingHashKey),
      )!.ShardId;
      assert.equal((await put(`key-${i}`, "x")).ShardId, expected);
      const explicit = { StreamName: "in", PartitionKey: "any", ExplicitHashKey: String(hash), Data: Buffer.from("y") };
      assert.equal((await call("PutRecord", explicit)).ShardId, expected);
    }
    assert.equal(
      await code("PutRecord", {
        StreamName: "in",
        PartitionKey: "a",
        ExplicitHashKey: String(2n ** 128n),
        Data: Buffer.from(""),
      }),
      "InvalidArgumentException",
    );
  });

  it("begins where each type of iterator says", async () => {
    open(1);
    unlimited();
    const first = await put("a", "1");
    const second = await put("a", "2");
    assert.ok(String(second.SequenceNumber) > String(first.SequenceNumber));
    await test.clock.advanceTo(test.clock.now() + 10_000);
    const later = new Date(test.clock.now());
    await put("a", "3");
    const read = async (type: string, more?: object): Promise<string[]> =>
      texts(await call("GetRecords", { ShardIterator: await iterator(type, more) }));
    assert.deepEqual(await read("TRIM_HORIZON"), ["1", "2", "3"]);
    assert.deepEqual(await read("LATEST"), []);
    const at = { StartingSequenceNumber: second.SequenceNumber as string };
    assert.deepEqual(await read("AT_SEQUENCE_NUMBER", at), ["2", "3"]);
    assert.deepEqual(await read("AFTER_SEQUENCE_NUMBER", at), ["3"]);
    assert.deepEqual(await read("AT_TIMESTAMP", { Timestamp: later }), ["3"]);
    assert.deepEqual(await read("AT_TIMESTAMP", { Timestamp: new Date(later.getTime() - 1) }), ["3"]);
    assert.deepEqual(await read("AT_TIMESTAMP", { Timestamp: new Date(0) }), ["1", "2", "3"]);
    const latest = await iterator("LATEST");
    await put("a", "4");
    assert.deepEqual(texts(await call("GetRecords", { ShardIterator: latest })), ["4"]);
    for (const [type, more] of [
      ["AT_SEQUENCE_NUMBER", {}],
      ["AT_SEQUENCE_NUMBER", { StartingSequenceNumber: "12" }],
      ["AT_TIMESTAMP", {}],
      ["AT_TIMESTAMP", { Timestamp: new Date(Date.now() + 86_400_000) }],
    ] as const)
      assert.equal((await failure(iterator(type, more))).code, "InvalidArgumentException");
    assert.equal((await failure(iterator("FROM_HERE"))).code, "ValidationException");
  });

  it("says how far a reader is behind, 0 at the end", async () => {
    open(1);
    unlimited();
    await put("a", "1");
    await put("a", "2");
    await test.clock.advanceTo(test.clock.now() + 5000);
    const one = await call("GetRecords", { ShardIterator: await iterator("TRIM_HORIZON"), Limit: 1 });
    assert.equal(one.MillisBehindLatest, 5000);
    const two = await call("GetRecords", { ShardIterator: one.NextShardIterator as string, Limit: 1 });
    assert.equal(two.MillisBehindLatest, 0);
    const three = await call("GetRecords", { ShardIterator: two.NextShardIterator as string });
    assert.deepEqual([three.Records, three.MillisBehindLatest], [[], 0]);
  });

  it("gives a reader every record once and in order, whatever its limits and wherever its iterators begin", async () => {
    open(1);
    unlimited();
    const step = fc.oneof(
      fc.record({ put: fc.array(fc.nat(3000), { minLength: 1, maxLength: 5 }) }),
      fc.record({ limit: fc.integer({ min: 1, max: 4 }), restart: fc.boolean() }),
    );
    let written = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        let from = written;
        let at = await iterator("LATEST");
        let last: string | undefined;
        const take = async (limit: number): Promise<number> => {
          const answer = await call("GetRecords", { ShardIterator: at, Limit: limit });
          for (const record of answer.Records as Answer[]) {
            assert.equal(String(record.Data as Buffer).split(" ")[0], String(from++));
            last = record.SequenceNumber as string;
          }
          at = answer.NextShardIterator as string;
          return answer.Records.length as number;
        };
        for (const each of steps)
          if ("put" in each) {
            const Records = each.put.map((size) => ({
              PartitionKey: "k",
              Data: Buffer.from(`${written++} ${"x".repeat(size)}`),
            }));
            assert.equal((await call("PutRecords", { StreamName: "in", Records })).FailedRecordCount, 0);
          } else {
            if (each.restart && last !== undefined)
              at = await iterator("AFTER_SEQUENCE_NUMBER", { StartingSequenceNumber: last });
            await take(each.limit);
          }
        while ((await take(10_000)) > 0);
        assert.equal(from, written);
      }),
      { numRuns: 30 },
    );
  });

  it("answers at most 10 MiB at a time", async () => {
    open(1, { shardCount: 1 });
    unlimited();
    const data = Buffer.alloc(1_000_000, "x");
    for (let i = 0; i < 25; i++) await call("PutRecord", { StreamName: "in", PartitionKey: String(i), Data: data });
    const sizes: number[] = [];
    const keys: string[] = [];
    let at = await iterator("TRIM_HORIZON");
    for (let i = 0; i < 4; i++) {
      now += 10_000;
      const answer = await call("GetRecords", { ShardIterator: at });
      sizes.push(answer.Records.length as number);
      keys.push(...(answer.Records as Answer[]).map(({ PartitionKey }) => PartitionKey as string));
      at = answer.NextShardIterator as string;
    }
    assert.deepEqual(sizes, [10, 10, 5, 0]);
    assert.deepEqual(
      keys,
      Array.from({ length: 25 }, (_, i) => String(i)),
    );
  });

  it("refuses single records of PutRecords for a shard's limit, and takes the others", async () => {
    open(2);
    now = Math.ceil(Date.now() / 1000) * 1000;
    Object.defineProperty(test.clock, "callTime", { get: () => now });
    const Records = Array.from({ length: 500 }, (_, i) => ({
      PartitionKey: "same",
      ExplicitHashKey: i % 10 === 0 ? "0" : String(2n ** 127n),
      Data: Buffer.from("x"),
    }));
    const answers: Answer[] = [];
    for (let i = 0; i < 3; i++) answers.push(await call("PutRecords", { StreamName: "in", Records }));
    // 3 x 450 records for the second shard, which takes 1,000 in a second.
    assert.deepEqual(
      answers.map(({ FailedRecordCount }) => FailedRecordCount as number),
      [0, 0, 350],
    );
    const refused = (answers[2]!.Records as Answer[]).filter(({ ErrorCode }) => ErrorCode !== undefined);
    assert.equal(refused.length, 350);
    assert.ok(refused.every(({ ErrorCode }) => ErrorCode === "ProvisionedThroughputExceededException"));
    assert.ok(refused.every(({ SequenceNumber }) => SequenceNumber === undefined));
    now += 1000;
    assert.equal((await call("PutRecords", { StreamName: "in", Records })).FailedRecordCount, 0);
  });

  it("gives a shard's records five times and 2 MiB in a second, and nothing for a while after more", async () => {
    open(1);
    const at = await iterator("TRIM_HORIZON");
    Object.defineProperty(test.clock, "callTime", { get: () => now });
    now = Math.ceil(Date.now() / 1000) * 1000;
    for (let i = 0; i < 5; i++) await call("GetRecords", { ShardIterator: at });
    assert.equal(await code("GetRecords", { ShardIterator: at }), "ProvisionedThroughputExceededException");
    now += 1000;
    await call("GetRecords", { ShardIterator: at });
    const meter = new ReadMeter();
    assert.equal(meter.admit(0), true);
    meter.took(0, 10 * 1024 * 1024);
    assert.deepEqual(
      [1000, 4999, 5000].map((time) => meter.admit(time)),
      [false, false, true],
    );
    const total = test.cloud.cloudwatch.total("AWS/Kinesis", "ReadProvisionedThroughputExceeded", { StreamName: "in" });
    assert.equal(total, 1);
  });

  it("refuses an iterator after five minutes, and text that is none", async () => {
    open(1);
    const at = await iterator("TRIM_HORIZON");
    unlimited();
    now = Date.now() + 301_000;
    assert.equal(await code("GetRecords", { ShardIterator: at }), "ExpiredIteratorException");
    for (const text of [
      "",
      "x",
      Buffer.from('["iterator","in",0,99,1]').toString("base64"),
      Buffer.from('["iterator","in",9,0,1]').toString("base64"),
    ])
      assert.equal(await code("GetRecords", { ShardIterator: text }), "InvalidArgumentException", text);
  });

  it("lists shards by pages and filters", async () => {
    open(SHARDS);
    const ids: string[] = [];
    let page = await call("ListShards", { StreamName: "in", MaxResults: 2 });
    for (;;) {
      ids.push(...(page.Shards as Answer[]).map(({ ShardId }) => ShardId as string));
      if (page.NextToken === undefined) break;
      page = await call("ListShards", { NextToken: page.NextToken as string, MaxResults: 2 });
    }
    assert.deepEqual(ids, ["shardId-000000000000", "shardId-000000000001", "shardId-000000000002"]);
    const filtered = async (ShardFilter: object): Promise<number> =>
      (await call("ListShards", { StreamName: "in", ShardFilter })).Shards.length as number;
    assert.equal(await filtered({ Type: "AFTER_SHARD_ID", ShardId: ids[0] }), 2);
    for (const Type of ["AT_TRIM_HORIZON", "FROM_TRIM_HORIZON", "AT_LATEST"]) assert.equal(await filtered({ Type }), 3);
    assert.equal(await filtered({ Type: "FROM_TIMESTAMP", Timestamp: new Date() }), 3);
    assert.equal(
      await code("ListShards", { StreamName: "in", ShardFilter: { Type: "AT_TIMESTAMP" } }),
      "InvalidArgumentException",
    );
    assert.equal(await code("ListShards", { StreamName: "in", NextToken: "x" }), "InvalidArgumentException");
    assert.equal(await code("ListShards", { NextToken: "x" }), "InvalidArgumentException");
  });

  it("describes streams by name and ARN, and lists them", async () => {
    open(SHARDS);
    const { StreamDescription } = await call("DescribeStream", { StreamName: "in", Limit: 2 });
    assert.equal(StreamDescription.Shards.length, 2);
    assert.equal(StreamDescription.HasMoreShards, true);
    assert.equal(StreamDescription.StreamStatus, "ACTIVE");
    const rest = { StreamARN: StreamDescription.StreamARN as string, ExclusiveStartShardId: "shardId-000000000001" };
    assert.equal((await call("DescribeStream", rest)).StreamDescription.Shards.length, 1);
    const summary = (await call("DescribeStreamSummary", { StreamName: "in" })).StreamDescriptionSummary as Answer;
    assert.deepEqual(
      [summary.OpenShardCount, summary.RetentionPeriodHours, summary.EncryptionType],
      [SHARDS, 24, "NONE"],
    );
    const list = await call("ListStreams");
    assert.deepEqual([list.StreamNames, list.HasMoreStreams], [["in"], false]);
    assert.deepEqual((await call("ListStreams", { ExclusiveStartStreamName: "in" })).StreamNames, []);
    assert.equal(await code("DescribeStream", { StreamName: "none" }), "ResourceNotFoundException");
    assert.equal(await code("DescribeStream", {}), "InvalidArgumentException");
    assert.equal(
      await code("DescribeStream", {
        StreamName: "in",
        StreamARN: `arn:aws:kinesis:eu-central-1:${ACCOUNT}:stream/other`,
      }),
      "InvalidArgumentException",
    );
  });

  it("refuses what is over AWS's limits of a record and of a request", async () => {
    open(1);
    const records = (count: number, size: number): object => ({
      StreamName: "in",
      Records: Array.from({ length: count }, () => ({ PartitionKey: "k", Data: Buffer.alloc(size) })),
    });
    assert.equal(await code("PutRecords", records(501, 1)), "ValidationException");
    assert.equal(await code("PutRecords", records(0, 1)), "ValidationException");
    assert.equal(await code("PutRecords", records(1, 1_048_576)), "ValidationException");
    assert.equal(await code("PutRecords", records(11, 1_000_000)), "InvalidArgumentException");
    assert.equal(
      await code("PutRecord", { StreamName: "in", PartitionKey: "", Data: Buffer.from("x") }),
      "ValidationException",
    );
    assert.equal(
      await code("PutRecord", { StreamName: "in", PartitionKey: "k".repeat(257), Data: Buffer.from("x") }),
      "ValidationException",
    );
  });

  it("decides each call by its own action, and the customer's key", async () => {
    const keyArn = `arn:aws:kms:eu-central-1:${ACCOUNT}:key/k`;
    open(1, { encryptionType: "KMS", kmsKeyId: keyArn });
    const record = { StreamName: "in", PartitionKey: "k", Data: Buffer.from("x") };
    const rule = `arn:aws:iam::${ACCOUNT}:role/rule`;
    // The role of the rule may put records, and nothing with the key.
    const refused = await failure(call("PutRecord", record, rule));
    assert.match(refused.message, /kms:GenerateDataKey/);
    assert.equal(
      (await failure(call("PutRecords", { StreamName: "in", Records: [record] }, rule))).code,
      "AccessDeniedException",
    );
    const put = await call("PutRecord", record);
    assert.equal(put.EncryptionType, "KMS");
    const { Records } = await call("GetRecords", { ShardIterator: await iterator("TRIM_HORIZON") });
    assert.equal(Records[0].EncryptionType, "KMS");
  });
});
