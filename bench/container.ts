import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Clock } from "../local/core/clock";
import { Session } from "../local/session";

const ROOT = path.resolve(__dirname, "..");
const RUNS = 20;
/** A container that writes the one object that a content needs, without a library to load. */
const WRITE = `
  const { hostname, pathname } = new URL(process.env.IOTANALYTICS_OUTPUT_URI + "x");
  const date = new Date().toISOString().replace(/[-:]|[.]\\d+/g, "");
  const headers = {
    "content-length": 1,
    "x-amz-date": date,
    "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
    authorization: "AWS4-HMAC-SHA256 Credential=local/" + date.slice(0, 8) + "/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=0",
  };
  require("node:http")
    .request(process.env.AWS_ENDPOINT_URL + "/" + hostname + pathname, { method: "PUT", headers }, (answer) => {
      if (answer.statusCode !== 200) process.exitCode = 1;
      answer.on("data", (text) => process.stderr.write(text));
    })
    .end("x");`;

/** Contents of a dataset with a container action, each an execution of its state machine, beside the same process alone. */
export async function benchContainer(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-container-"));
  const session = await open(folder);
  // The local cloud alone does not keep the process while a container runs.
  const kept = setInterval(() => undefined, 1000);
  try {
    const { stateMachine, resultsLocation } = session.outputs.containers!.nothing!;
    const AWS_ENDPOINT_URL = `http://${session.cloud.httpHost()}`;
    // As a container has it: what this machine's environment adds can cost Node.js more than all else.
    const env = { PATH: process.env.PATH, AWS_ENDPOINT_URL, IOTANALYTICS_OUTPUT_URI: `${resultsLocation}alone/` };
    // In turn, so that a busy machine slows both.
    const [alone, contents] = await medians(
      () =>
        new Promise<void>((resolve, reject) =>
          spawn(process.execPath, ["-e", WRITE], { env, stdio: "inherit" }).once("close", (code) =>
            code === 0 ? resolve() : reject(new Error(`the process ended with ${code}`)),
          ),
        ),
      async () => {
        const { status, cause } = await session.cloud.contents.executeMachine(stateMachine);
        if (status !== "SUCCEEDED") throw new Error(cause);
      },
    );
    process.stdout.write(
      `  a content of a container, the median of ${RUNS}: ${contents.toFixed(0)} ms; its process alone ${alone.toFixed(0)} ms, ` +
        `so ${(contents - alone).toFixed(0)} ms are the state machine, ECS's calls and the process that supervises\n`,
    );
  } finally {
    clearInterval(kept);
    await session.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** ms of each */
async function medians(one: () => Promise<void>, other: () => Promise<void>): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let n = 0; n < RUNS; n++)
    for (const [index, run] of [one, other].entries()) {
      const start = process.hrtime.bigint();
      await run();
      times[index]!.push(Number(process.hrtime.bigint() - start) / 1e6);
    }
  const median = (all: number[]): number => all.sort((a, b) => a - b)[RUNS / 2]!;
  return [median(times[0]), median(times[1])];
}

async function open(folder: string): Promise<Session> {
  fs.cpSync(path.join(ROOT, "definitions", "etl"), folder, { recursive: true });
  const containerAction = {
    image: "123456789012.dkr.ecr.eu-central-1.amazonaws.com/nothing:1",
    executionRoleArn: "arn:aws:iam::123456789012:role/unused",
    resourceConfiguration: { computeType: "ACU_1", volumeSizeInGB: 1 },
  };
  const nothing = { datasetName: "nothing", actions: [{ containerAction }] };
  fs.writeFileSync(path.join(folder, "nothing.json"), JSON.stringify(nothing));
  const config = {
    definitions: folder,
    containers: JSON.stringify({ nothing: { command: [process.execPath, "-e", WRITE] } }),
    containerNetwork: '{"subnetIds":["subnet-0a1b2c3d"]}',
  };
  const onError = (error: unknown): void => {
    throw error;
  };
  const dataDir = path.join(folder, "data");
  const session = await Session.open(
    { projectDir: ROOT, stack: "dev", config, dataDir, fresh: true, onError },
    new Clock(Date.UTC(2026, 0, 31, 12)),
  );
  await session.cloud.listen({ mqtt: 0, http: 0 });
  session.cloud.start();
  return session;
}
