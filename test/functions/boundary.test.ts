import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { compilePipeline, type TransformDefinition } from "../../etl/pipeline";
import { BOUNDARY_MARGIN, BoundaryObject } from "../../functions/boundary-object";
import { createFirehoseHandler, type LiveBoundary } from "../../functions/firehose";
import { ApiEndpoint } from "../../local/api";
import { Clock } from "../../local/core/clock";
import { Credentials } from "../../local/core/credentials";
import { ACCOUNT, TYPES, type Properties, type Resource } from "../../local/core/model";
import { HttpServer } from "../../local/http";
import { Iam } from "../../local/iam";
import { s3Api } from "../../local/services/s3/api";
import { S3 } from "../../local/services/s3/s3";

const B = 1_767_225_600_000;

function definition(batches: boolean): TransformDefinition {
  return {
    pipeline: {
      pipelineName: "p",
      pipelineActivities: [
        { channel: { name: "in", channelName: "c", next: "warm" } },
        { filter: { name: "warm", filter: "n > 10", next: "out" } },
        { datastore: { name: "out", datastoreName: "d" } },
      ],
    },
    datastore: {
      datastoreName: "d",
      fileFormatConfiguration: {
        parquetConfiguration: { schemaDefinition: { columns: [{ name: "n", type: "bigint" }] } },
      },
    },
    options: batches ? { batches } : {},
  };
}

const at = (n: number, receivedAt: number): string => JSON.stringify({ n, __received_at: receivedAt });

async function handle(messages: readonly string[], boundary: LiveBoundary) {
  const lines: string[] = [];
  const handler = createFirehoseHandler(compilePipeline(definition(boundary.batches)), (text) => lines.push(text), {
    boundary,
  });
  const answer = await handler({
    records: messages.map((message, index) => ({
      recordId: `r${index}`,
      approximateArrivalTimestamp: B - 1000 + index,
      data: Buffer.from(message).toString("base64"),
    })),
  });
  const log = lines.flatMap((text) => text.trim().split("\n")).map((line) => JSON.parse(line) as Properties);
  const metric = (name: string): number => log.reduce((sum, line) => sum + Number(line[name] ?? 0), 0);
  return {
    results: answer.records.map(({ recordId, result }) => [recordId, result]),
    rows: answer.records.map(({ data }) => Buffer.from(data ?? "", "base64").toString()),
    metric,
  };
}

const known = (batches = false): LiveBoundary => ({ at: () => Promise.resolve(B), batches });

describe("functions/firehose: a candidate's boundary", () => {
  it("drops and counts what is before it, in the order of the records, and transforms the rest", async () => {
    const messages = [at(20, B - 1), at(21, B), at(5, B + 1), at(22, B - 9), "{", at(23, B + 5)];
    const { results, rows, metric } = await handle(messages, known());
    assert.deepEqual(results, [
      ["r0", "Dropped"],
      ["r1", "Ok"],
      ["r2", "Dropped"],
      ["r3", "Dropped"],
      // No JSON, so it goes by its arrival, which was before.
      ["r4", "Dropped"],
      ["r5", "Ok"],
    ]);
    assert.deepEqual(rows, ["", '{"n":21}\n', "", "", "", '{"n":23}\n']);
    assert.deepEqual(["Received", "Stored", "Filtered", "LeftToReprocessing"].map(metric), [3, 2, 1, 3]);
  });

  it("takes the messages of a batch that are its own", async () => {
    const { results, rows, metric } = await handle(
      [`[${at(20, B - 1)},${at(21, B)},${at(22, B)}]`, `[${at(23, B - 1)}]`, `[${at(24, B)}]`],
      known(true),
    );
    assert.deepEqual(results, [
      ["r0", "Ok"],
      ["r1", "Dropped"],
      ["r2", "Ok"],
    ]);
    assert.deepEqual(rows, ['{"n":21}\n{"n":22}\n', "", '{"n":24}\n']);
    assert.deepEqual(["Received", "Stored", "LeftToReprocessing"].map(metric), [2, 2, 1]);
  });

  it("counts every record once, whatever its time", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 5, max: 15 }), fc.integer({ min: B - 3, max: B + 3 })), { minLength: 1 }),
        async (messages) => {
          const { results, metric } = await handle(
            messages.map(([n, time]) => at(n, time)),
            known(),
          );
          const own = messages.filter(([, time]) => time >= B);
          assert.equal(metric("LeftToReprocessing"), messages.length - own.length);
          assert.equal(metric("Received"), own.length);
          assert.deepEqual(
            results,
            messages.map(([n, time], index) => [`r${index}`, time >= B && n > 10 ? "Ok" : "Dropped"]),
          );
        },
      ),
    );
  });

  it("stores nothing while it is not known: the invocation fails, and the delivery stream tries again", async () => {
    const asked: number[] = [];
    const boundary: LiveBoundary = {
      at: (reading) => {
        asked.push(reading);
        return Promise.reject(new Error("SlowDown"));
      },
      batches: false,
    };
    await assert.rejects(handle([at(20, B), at(21, B)], boundary), /SlowDown/);
    // The arrival of the last record: by then the delivery stream was reading.
    assert.deepEqual(asked, [B - 999]);
    assert.deepEqual((await handle([], boundary)).results, []);
    assert.equal(asked.length, 1, "a batch without a record proves nothing");
  });
});

describe("functions/boundary-object: through the SDK, against the local cloud's S3", () => {
  const ROLE = `arn:aws:iam::${ACCOUNT}:role/candidate`;
  const KEY = "reprocess/t/boundary.json";
  let folder: string;
  let saved: NodeJS.ProcessEnv;
  let server: HttpServer | undefined;
  let s3: S3;

  const resource = (type: string, inputs: Properties, outputs: Properties = inputs): Resource => ({
    urn: type,
    type,
    name: "x",
    custom: true,
    id: "x",
    dependencies: [],
    inputs,
    outputs,
  });

  async function open(actions: string[]): Promise<void> {
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: actions, Resource: `arn:aws:s3:::b/${KEY}` }],
    });
    const resources = [
      resource(TYPES.bucket, { bucket: "b" }),
      resource(TYPES.role, { name: "candidate", assumeRolePolicy: policy }, { name: "candidate", arn: ROLE }),
      resource(TYPES.rolePolicy, { role: "candidate", name: "p", policy }),
    ];
    const clock = new Clock(B);
    const iam = new Iam(resources, ACCOUNT);
    s3 = new S3(resources, path.join(folder, "s3"), clock, iam, "eu-central-1");
    s3.clean();
    const credentials = new Credentials();
    const apis = [s3Api({ s3 })];
    await server?.close();
    server = new HttpServer({ api: new ApiEndpoint({ credentials, backend: () => ({ iam, apis }) }) });
    const { accessKeyId, secretAccessKey, sessionToken } = credentials.issue(ROLE, "test", 3600);
    const port = await server.listen(0);
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_REGION: "eu-central-1",
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    });
  }

  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "boundary-"));
    saved = { ...process.env };
  });
  afterEach(async () => {
    await server?.close();
    server = undefined;
    process.env = saved;
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it("is what the first of several writers says, for all of them, and for those of later", async () => {
    await open(["s3:GetObject", "s3:PutObject"]);
    const writers = [0, 1, 2, 3, 4].map((index) => {
      const object = new BoundaryObject("b", KEY, index % 2 === 0 ? "live" : "reprocessing");
      return object.get(B + index * 1000);
    });
    const answers = await Promise.all(writers);
    assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
    assert.ok([0, 1, 2, 3, 4].includes((answers[0]!.boundary - B - BOUNDARY_MARGIN) / 1000));
    assert.deepEqual(await new BoundaryObject("b", KEY, "live").get(B + 9e9), answers[0]);
  });

  it("is not guessed: without the permission to write it, or with another content, it is refused", async () => {
    await open(["s3:GetObject"]);
    await assert.rejects(new BoundaryObject("b", KEY, "live").get(B), { name: "AccessDenied" });
    await open(["s3:GetObject", "s3:PutObject"]);
    s3.put(ROLE, "b", KEY, Buffer.from('{"boundary":"tomorrow"}'));
    await assert.rejects(
      new BoundaryObject("b", KEY, "live").get(B),
      /s3:\/\/b\/reprocess\/t\/boundary.json holds no boundary/,
    );
  });
});
