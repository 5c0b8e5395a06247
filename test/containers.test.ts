import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { containerReports } from "../cli/start/containers";
import { Clock } from "../local/core/clock";
import { LOCAL_ADMIN_ARN } from "../local/core/principals";
import { Session } from "../local/session";

const ROOT = path.resolve(__dirname, "..");

/** A dataset with a container action over the example's dataset. */
const container = (name: string, more: object = {}): object => ({
  datasetName: name,
  actions: [
    {
      actionName: "container",
      containerAction: {
        image: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/report:1",
        executionRoleArn: "arn:aws:iam::123456789012:role/of-the-retired-service",
        resourceConfiguration: { computeType: "ACU_1", volumeSizeInGB: 2 },
        variables: [
          { name: "limit", doubleValue: 37.5 },
          { name: "readings", datasetContentVersionValue: { datasetName: "etl_aggregate_data" } },
          { name: "report", outputFileUriValue: { fileName: "report.txt" } },
        ],
      },
    },
  ],
  ...more,
});

/** Writes its variables and the content that it was given, in place of a container. */
const REPORT = `
  const { S3Client, GetObjectCommand, PutObjectCommand } = require("@aws-sdk/client-s3");
  const s3 = new S3Client({ forcePathStyle: true });
  const at = (uri) => { const { hostname, pathname } = new URL(uri); return { Bucket: hostname, Key: pathname.slice(1) }; };
  const env = process.env;
  (async () => {
    const text = await (await s3.send(new GetObjectCommand(at(env.readings_URI)))).Body.transformToString();
    const { limit, readings, IOTANALYTICS_DATASET, IOTANALYTICS_SCHEDULE_TIME } = env;
    const seen = { header: text.split("\\n")[0], limit, readings, IOTANALYTICS_DATASET, IOTANALYTICS_SCHEDULE_TIME };
    await s3.send(new PutObjectCommand({ ...at(env.report), Body: JSON.stringify(seen) }));
    await s3.send(new PutObjectCommand({ ...at(env.IOTANALYTICS_OUTPUT_URI + "big"), Body: Buffer.alloc(Number(env.BYTES ?? 1)) }));
    process.exitCode = Number(env.CODE ?? 0);
  })();`;

const node = (script: string): object => ({ command: [process.execPath, "-e", script], retries: 0 });

describe("datasets with a container action", () => {
  let folder: string;
  let session: Session;
  before(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "containers-"));
    const documents = path.join(folder, "documents");
    fs.cpSync(path.join(ROOT, "definitions", "etl"), documents, { recursive: true });
    const rules = [
      {
        entryName: "custom/report.txt",
        destination: {
          s3DestinationConfiguration: {
            bucket: "reports",
            key: "weekly/!{iotanalytics:versionId}.txt",
            roleArn: "arn:aws:iam::123456789012:role/of-the-retired-service",
          },
        },
      },
    ];
    const all = {
      good: { contentDeliveryRules: rules, triggers: [{ schedule: { expression: "rate(7 days)" } }] },
      failing: {},
      silent: {},
      large: {},
      unset: {},
      after: { triggers: [{ dataset: { name: "etl_aggregate_data" } }] },
    };
    for (const [name, more] of Object.entries(all))
      fs.writeFileSync(path.join(documents, `${name}.json`), JSON.stringify(container(name, more)));
    const containers = {
      good: node(REPORT),
      failing: node(`process.env.CODE = "3"; ${REPORT}`),
      after: node(REPORT),
      silent: node("console.log('nothing to say')"),
      large: { ...node(`process.env.BYTES = "1100000"; ${REPORT}`), outputLimitMegabytes: 1 },
    };
    session = await Session.open(
      {
        projectDir: ROOT,
        stack: "dev",
        config: {
          definitions: documents,
          containers: JSON.stringify(containers),
          containerNetwork: '{"subnetIds":["subnet-0a1b2c3d"]}',
        },
        dataDir: path.join(folder, "data"),
        fresh: true,
        onError: (error) => assert.fail(String(error)),
      },
      new Clock(Date.UTC(2026, 2, 1, 12)),
    );
    await session.cloud.listen({ mqtt: 0, http: 0 });
    session.cloud.start();
  });
  after(async () => {
    await session.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const place = (name: string) => {
    const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.*)$/.exec(session.outputs.containers![name]!.resultsLocation)!;
    return { bucket: bucket!, prefix: prefix! };
  };
  const keys = (name: string): string[] => {
    const { bucket, prefix } = place(name);
    return session.cloud.s3.list(bucket, prefix).map(({ key }) => key.slice(prefix.length));
  };

  it("fail with a sentence while the dataset that they read has no content", async () => {
    const { good } = await containerReports(session);
    assert.deepEqual(good, {
      error: "Content.NoSource: the dataset etl_aggregate_data has no content yet; make one, and start this again",
    });
  });

  it("make contents of their own, by the content and the variables that they are given", async () => {
    const { version: source } = await session.content("etl_aggregate_data");
    // One that it triggers has begun by itself, for that very content.
    const after = await session.cloud.contents.lastExecution(session.outputs.containers!.after!.stateMachine);
    assert.deepEqual(
      [after?.status, (after?.output as { version: string }).version, after?.input],
      ["SUCCEEDED", source, { ...(after?.input as object), dataset: "etl_aggregate_data", version: source }],
    );
    const { stateMachine } = session.outputs.containers!.good!;
    const machine = session.cloud.machines.get(stateMachine)!;
    const input = { scheduledTime: "2026-03-01T09:00:00Z" };
    const { output, status, name } = await machine.start(LOCAL_ADMIN_ARN, input).done;
    assert.equal(status, "SUCCEEDED");
    const { bucket, prefix } = place("good");
    const uri = `s3://${bucket}/${prefix}${name}/`;
    const scheduleTime = "2026-03-01T09:00:00.000Z";
    const { bytes, ...rest } = output as { bytes: number };
    assert.deepEqual(rest, { version: name, scheduleTime, files: 2, uri });
    const read = (file: { bucket: string; key: string }): string =>
      fs.readFileSync(session.cloud.s3.list(file.bucket, file.key)[0]!.file, "utf8");
    const written = read({ bucket, key: `${prefix}${name}/report.txt` });
    assert.equal(bytes, written.length + 1);
    const { header, ...seen } = JSON.parse(written) as Record<string, string>;
    assert.deepEqual(seen, {
      limit: "37.5",
      readings: source,
      IOTANALYTICS_DATASET: "good",
      IOTANALYTICS_SCHEDULE_TIME: scheduleTime,
    });
    assert.match(header!, /^"device_id","temperature"/);
    assert.equal(read({ bucket: "reports", key: `weekly/${name}.txt` }), written);

    // The next takes its place, and can be told which content to read.
    const next = await machine.start(LOCAL_ADMIN_ARN, { dataset: "etl_aggregate_data", version: source }).done;
    assert.equal(next.status, "SUCCEEDED");
    assert.deepEqual(keys("good"), [`${next.name}/big`, `${next.name}/report.txt`]);
    // More objects than one variable of Step Functions has room for: as many as are deleted at once go now, the others by the next runs.
    const old = `${prefix}${"v".repeat(80)}/`;
    for (let index = 0; index < 1500; index++)
      session.cloud.s3.put(LOCAL_ADMIN_ARN, bucket, `${old}${String(index).padStart(40, "0")}`, Buffer.of(1));
    session.clock.advanceTo(session.clock.now() + 60_000);
    const newest = await machine.start(LOCAL_ADMIN_ARN, {}).done;
    assert.equal(newest.status, "SUCCEEDED", newest.cause);
    const left = keys("good");
    assert.deepEqual(
      left.filter((key) => !key.startsWith("vv")),
      [`${newest.name}/big`, `${newest.name}/report.txt`],
    );
    assert.equal(left.length, 2 + 1500 - 500 + 2);
    assert.deepEqual(session.cloud.iam.refused(), []);
    const used = /-good-(contents|container|execution)$/;
    assert.deepEqual(
      session.cloud.iam.unused().filter(({ role }) => used.test(role)),
      [],
    );
  });

  it("fail with the reason, and keep what was written", async () => {
    await session.content("etl_aggregate_data");
    const failed: Record<string, unknown> = {};
    for (const name of ["failing", "silent", "large", "unset"]) {
      const { stateMachine } = session.outputs.containers![name]!;
      const { error, cause } = await session.cloud.contents.executeMachine(stateMachine);
      failed[name] = `${error}: ${cause}`;
    }
    const { unset, ...others } = failed;
    assert.deepEqual(others, {
      failing:
        "States.TaskFailed: the container ended with exit code 3; its log is in the log group /aws/ecs/iot-telemetry-etl-dev-failing",
      silent: `Content.Empty: the container ended well and wrote nothing to s3://${place("silent").bucket}/results/silent/VERSION/`,
      large: "Content.TooLarge: the container wrote more than 1 MB (outputLimitMegabytes)",
    });
    assert.match(String(unset), /^States.TaskFailed: the local cloud runs a command in place of the container unset/);
    assert.deepEqual(
      keys("failing").map((key) => key.split("/")[1]),
      ["big", "report.txt"],
    );
    session.cloud.cloudwatch.settle(true);
    const raised = session.cloud.cloudwatch
      .report()
      .filter(({ state, raised }) => state === "ALARM" || raised.length > 0);
    for (const name of Object.keys(failed))
      assert.ok(
        raised.some((alarm) => alarm.name.includes(`-${name}-`)),
        `${name}: no alarm`,
      );
  });
});
