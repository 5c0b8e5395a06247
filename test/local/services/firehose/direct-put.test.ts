import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import type { ServiceApi } from "../../../../local/api";
import { ACCOUNT, TYPES, type Properties, type Resource } from "../../../../local/core/model";
import { firehoseApi } from "../../../../local/services/firehose/api";
import { callRow, failure, type Answer } from "../../api-call";
import { smallStack, TestCloud } from "../../stack";

/** The small stack, whose delivery streams read no stream: producers put to them. */
function directStack(changes: Parameters<typeof smallStack>[0] = {}): Resource[] {
  return smallStack(changes).map((resource) => {
    if (resource.type !== TYPES.deliveryStream) return resource;
    const inputs = { ...resource.inputs, kinesisSourceConfiguration: undefined };
    return { ...resource, inputs };
  });
}

/** A function that hands records on and notes the event. */
const NOTES_EVENT = `exports.handler = async (event) => {
  console.log(JSON.stringify(event));
  return { records: event.records.map(({ recordId, data }) => ({ recordId, result: "Ok", data, metadata: { partitionKeys: { device: "a" } } })) };
};`;

const bytes = (text: string): Uint8Array => Buffer.from(text);

describe("local/services/firehose, direct put", () => {
  let test: TestCloud;
  let api: ServiceApi;
  const open = (resources: Resource[], dataDir?: string): void => {
    test = new TestCloud(resources, dataDir);
    api = firehoseApi(test.cloud);
  };
  const call = (name: string, input: object, principal?: string): Promise<Answer> =>
    callRow(api, test.cloud.iam, name, input, principal);
  const archived = (): string =>
    test.cloud.s3
      .list("store", "raw/")
      .map(({ file }) => gunzipSync(fs.readFileSync(file)).toString())
      .join("");

  afterEach(() => test.close());

  it("delivers what was put, with nothing between records, after the buffering interval", async () => {
    open(directStack());
    const one = await call("PutRecord", { DeliveryStreamName: "archive", Record: { Data: bytes("one") } });
    assert.ok(String(one.RecordId).length > 40);
    assert.equal(one.Encrypted, false);
    const many = await call("PutRecordBatch", {
      DeliveryStreamName: "archive",
      Records: ["two", "three"].map((text) => ({ Data: bytes(text) })),
    });
    assert.equal(many.FailedPutCount, 0);
    assert.equal(new Set([one, ...many.RequestResponses].map(({ RecordId }: Answer) => RecordId as string)).size, 3);
    assert.equal(archived(), "");
    await test.clock.advanceTo(test.clock.now() + 61_000);
    assert.equal(archived(), "onetwothree");
    assert.equal(test.counts("archive").stored, 3);
  });

  it("gives the function events without a source stream or metadata of one", async () => {
    open(directStack({ code: NOTES_EVENT }));
    const message = JSON.stringify({ device_id: "a", value: 1 });
    await call("PutRecord", { DeliveryStreamName: "convert", Record: { Data: bytes(message) } });
    await test.clock.advanceTo(test.clock.now() + 130_000);
    const [event] = test
      .events("/aws/lambda/transform")
      .map((line) => (typeof line.message === "string" ? (JSON.parse(line.message) as Properties) : line))
      .filter(({ records }) => records !== undefined);
    assert.deepEqual(Object.keys(event!), ["invocationId", "deliveryStreamArn", "region", "records"]);
    assert.deepEqual(Object.keys(event!.records[0]), ["recordId", "approximateArrivalTimestamp", "data"]);
    assert.deepEqual(await test.rows("SELECT device_id, value FROM readings"), [["a", 1]]);
  });

  /** The small stack, whose streams divide records at "|". */
  const dividing = (): Resource[] =>
    directStack({ code: NOTES_EVENT }).map((resource) => {
      if (resource.type !== TYPES.deliveryStream) return resource;
      const extended = resource.inputs.extendedS3Configuration as Properties;
      const own = { type: "RecordDeAggregation", parameters: [{ parameterName: "Delimiter", parameterValue: "fA==" }] };
      const processors = [own, ...((extended.processingConfiguration?.processors ?? []) as Properties[])];
      const extendedS3Configuration = { ...extended, processingConfiguration: { enabled: true, processors } };
      return { ...resource, inputs: { ...resource.inputs, extendedS3Configuration } };
    });

  it("divides a record before the function gets it, and each part is a record of its own", async () => {
    open(dividing());
    const message = (value: number): string => JSON.stringify({ device_id: "a", value });
    await call("PutRecordBatch", {
      DeliveryStreamName: "convert",
      Records: [`${message(1)}|${message(2)}`, `|${message(3)}||`, ""].map((text) => ({ Data: bytes(text) })),
    });
    await test.clock.advanceTo(test.clock.now() + 130_000);
    assert.deepEqual(await test.rows("SELECT value FROM readings ORDER BY value"), [[1], [2], [3]]);
    const { received, stored } = test.counts("convert");
    assert.deepEqual([received, stored], [3, 3]);
  });

  it("refuses a record of more than 500 parts, by name, and takes nothing of its batch", async () => {
    open(dividing());
    const parts = (count: number): Uint8Array => bytes(Array.from({ length: count }, () => "x").join("|"));
    const put = (count: number): Promise<Answer> =>
      call("PutRecordBatch", {
        DeliveryStreamName: "archive",
        Records: [{ Data: bytes("y") }, { Data: parts(count) }],
      });
    assert.match(
      (await failure(put(501))).message,
      /the local cloud refuses a record that is to be divided into more than 500/,
    );
    await put(500);
    await test.clock.advanceTo(test.clock.now() + 61_000);
    assert.equal(archived().length, 501);
  });

  it("delivers each record once although the process is killed before and after the delivery", async () => {
    open(directStack());
    await call("PutRecord", { DeliveryStreamName: "archive", Record: { Data: bytes("1") } });
    const { dataDir } = test;
    // Killed: nothing is closed, and another process opens the folder.
    open(directStack(), dataDir);
    await call("PutRecord", { DeliveryStreamName: "archive", Record: { Data: bytes("2") } });
    await test.clock.advanceTo(test.clock.now() + 61_000);
    assert.equal(archived(), "12");
    open(directStack(), dataDir);
    await test.clock.advanceTo(test.clock.now() + 61_000);
    assert.equal(archived(), "12");
  });

  it("keeps no delivered records beyond a file", async () => {
    open(directStack());
    const data = Buffer.alloc(1000 * 1024, "x");
    for (let i = 0; i < 40; i++) {
      test.cloud.deliveryStreams.get("archive")!.directPut!.put([[data]]);
      await test.clock.settle();
      test.cloud.deliveryStreams.get("archive")!.directPut!.flush();
      // The quota is counted by the machine's seconds while the local clock stands.
      (test.cloud.deliveryStreams.get("archive")!.directPut as unknown as { second: number }).second = 0;
    }
    await test.clock.advanceTo(test.clock.now() + 61_000);
    const folder = path.join(test.dataDir, "firehose", "archive", "records");
    assert.equal(fs.readdirSync(folder).length, 1);
    assert.equal(archived().length, 40 * data.length);
  });

  it("refuses what is over the quota of a second, and takes it in the next", async () => {
    open(directStack());
    const batch = { DeliveryStreamName: "archive", Records: [{ Data: Buffer.alloc(900_000) }] };
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => call("PutRecordBatch", batch)));
    const refused = outcomes.filter(({ status }) => status === "rejected");
    // The three may lie on two seconds.
    assert.ok(refused.length === 1 || refused.length === 2);
    assert.deepEqual(await failure(Promise.reject((refused[0] as PromiseRejectedResult).reason as Error)), {
      code: "ServiceUnavailableException",
      message: "Slow down.",
      status: 503,
    });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await call("PutRecordBatch", batch);
  });

  it("refuses a put to a delivery stream that reads a stream, and what AWS's limits refuse", async () => {
    open(smallStack());
    const refusal = await failure(call("PutRecord", { DeliveryStreamName: "archive", Record: { Data: bytes("x") } }));
    assert.deepEqual(refusal, {
      code: "InvalidArgumentException",
      message: "This operation is not permitted on KinesisStreamAsSource delivery stream type.",
      status: 400,
    });
    const code = async (name: string, input: object): Promise<string> => (await failure(call(name, input))).code;
    const records = (count: number, size: number): object => ({
      DeliveryStreamName: "archive",
      Records: Array.from({ length: count }, () => ({ Data: Buffer.alloc(size) })),
    });
    assert.equal(await code("PutRecordBatch", records(0, 0)), "ValidationException");
    assert.equal(await code("PutRecordBatch", records(501, 1)), "ValidationException");
    assert.equal(await code("PutRecordBatch", records(1, 1_024_001)), "ValidationException");
    assert.equal(await code("PutRecordBatch", records(5, 1_000_000)), "InvalidArgumentException");
    const missing = { DeliveryStreamName: "none", Record: { Data: bytes("x") } };
    assert.equal(await code("PutRecord", missing), "ResourceNotFoundException");
    assert.equal(await code("DescribeDeliveryStream", { DeliveryStreamName: "none" }), "ResourceNotFoundException");
  });

  it("describes and lists delivery streams", async () => {
    open(smallStack());
    const { DeliveryStreamDescription: description } = await call("DescribeDeliveryStream", {
      DeliveryStreamName: "convert",
    });
    assert.equal(description.DeliveryStreamType, "KinesisStreamAsSource");
    assert.equal(description.DeliveryStreamStatus, "ACTIVE");
    assert.ok(description.CreateTimestamp instanceof Date);
    const s3 = description.Destinations[0].ExtendedS3DestinationDescription as Answer;
    assert.deepEqual(s3.BufferingHints, { SizeInMBs: 64, IntervalInSeconds: 60 });
    assert.equal(s3.DataFormatConversionConfiguration.SchemaConfiguration.TableName, "readings");
    assert.equal(s3.ProcessingConfiguration.Processors[0].Parameters[0].ParameterName, "LambdaArn");
    assert.deepEqual(await call("ListDeliveryStreams", { Limit: 1 }), {
      DeliveryStreamNames: ["archive"],
      HasMoreDeliveryStreams: true,
    });
    assert.deepEqual(await call("ListDeliveryStreams", { ExclusiveStartDeliveryStreamName: "archive" }), {
      DeliveryStreamNames: ["convert"],
      HasMoreDeliveryStreams: false,
    });
    assert.deepEqual((await call("ListDeliveryStreams", { DeliveryStreamType: "DirectPut" })).DeliveryStreamNames, []);
  });

  it("decides a put by the role of who calls", async () => {
    open(directStack());
    const input = { DeliveryStreamName: "archive", Record: { Data: bytes("x") } };
    const refused = await failure(call("PutRecord", input, `arn:aws:iam::${ACCOUNT}:role/function`));
    assert.equal(refused.code, "AccessDeniedException");
  });
});
