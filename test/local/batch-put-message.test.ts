import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient, ListShardsCommand } from "@aws-sdk/client-kinesis";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { buildSync } from "esbuild";
import { mappingStack, STREAM } from "./services/event-sources/support";
import { TestCloud } from "./stack";

const ROOT = path.resolve(__dirname, "../..");

/** The migrated function of docs/migrate.md, bundled as its owner would. */
function snippet(): string {
  const text = fs.readFileSync(path.join(ROOT, "docs", "migrate.md"), "utf8");
  const [, contents] = /```ts\n(import \{ batchPutMessage \}[^]*?)```/.exec(text)!;
  const { outputFiles } = buildSync({
    stdin: { contents: contents!, loader: "ts", resolveDir: ROOT },
    alias: { "iot-telemetry-etl/batch-put-message": path.join(ROOT, "functions", "batch-put-message.ts") },
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["@aws-sdk/*"],
  });
  return outputFiles[0]!.text;
}

describe("a Lambda function that called BatchPutMessage, migrated as the guide shows it", () => {
  const clouds: TestCloud[] = [];
  afterEach(() => Promise.all(clouds.splice(0).map((cloud) => cloud.close())));

  /** Runs the function, and reads the stream. */
  async function invoke(statements: object[], Records: object[]) {
    const resources = mappingStack({
      code: snippet(),
      functionInputs: { environment: { variables: { CHANNEL_STREAMS: JSON.stringify({ etl_device_data: "in" }) } } },
      statements,
    });
    const test = new TestCloud(resources, undefined, Date.now());
    clouds.push(test);
    const { http } = await test.cloud.listen({ mqtt: 0, http: 0 });
    const settings = {
      endpoint: http,
      region: "eu-central-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    };
    const { FunctionError, Payload } = await new LambdaClient(settings).send(
      new InvokeCommand({ FunctionName: "reader", Payload: JSON.stringify({ Records }) }),
    );
    const kinesis = new KinesisClient(settings);
    const { Shards } = await kinesis.send(new ListShardsCommand({ StreamName: "in" }));
    const from = { StreamName: "in", ShardId: Shards![0]!.ShardId, ShardIteratorType: "TRIM_HORIZON" as const };
    const { ShardIterator } = await kinesis.send(new GetShardIteratorCommand(from));
    const { Records: found = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
    return {
      error: FunctionError,
      answer: JSON.parse(Buffer.from(Payload!).toString()) as Record<string, unknown>,
      stream: found.map(({ Data }) => Buffer.from(Data!).toString()),
    };
  }
  const put = { Effect: "Allow", Action: "kinesis:PutRecords", Resource: STREAM };

  it("puts messages into the channel's stream, with the permission that it says, and answers for those that it could not", async () => {
    const { error, answer, stream } = await invoke(
      [put],
      [
        { messageId: "1", body: '{"device_id":"a"}' },
        { messageId: "2", body: "x".repeat(131_073) },
        { messageId: "3", body: "21.5" },
      ],
    );
    assert.equal(error, undefined, JSON.stringify(answer));
    assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "2" }] });
    assert.match(stream[0]!, /^\{"device_id":"a","__received_at":\d{13}\}$/);
    assert.deepEqual(stream.slice(1), ["21.5"]);
  });

  it("fails without the permission, and with a request that the retired API refused", async () => {
    const refused = await invoke([], [{ messageId: "1", body: "{}" }]);
    assert.equal(refused.error, "Unhandled");
    assert.match(JSON.stringify(refused.answer), /AccessDenied.*kinesis:PutRecords/);
    const wrong = await invoke([put], []);
    assert.match(JSON.stringify(wrong.answer), /InvalidRequestException.*saw 0; a request has 1 to 100/);
    assert.deepEqual(wrong.stream, []);
  });
});
