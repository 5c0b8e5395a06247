import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as http from "node:http";
import * as path from "node:path";
import { pipeline } from "node:stream";
import { ApiEndpoint } from "../local/api";
import { Clock } from "../local/core/clock";
import { Credentials } from "../local/core/credentials";
import { ACCOUNT, TYPES, type Resource } from "../local/core/model";
import { LOCAL_ADMIN_ARN } from "../local/core/principals";
import { HttpServer } from "../local/http";
import { Iam } from "../local/iam";
import { s3Api } from "../local/services/s3/api";
import { S3 } from "../local/services/s3/s3";

/** A server of the bench in a process of its own: `ours FOLDER OBJECTS` or `bare FOLDER`. It sends its port. */
async function main(kind: string, folder: string, objects: number): Promise<void> {
  process.send!(kind === "ours" ? await ours(folder, objects) : await bare(folder));
}

/** @param objects that its bucket has from the start, under `many/` */
function ours(folder: string, objects: number): Promise<number> {
  const inputs = { bucket: "bench" };
  const bucket: Resource = {
    urn: "b",
    type: TYPES.bucket,
    name: "b",
    custom: true,
    id: "b",
    dependencies: [],
    inputs,
    outputs: inputs,
  };
  const clock = new Clock(Date.now());
  clock.start();
  const iam = new Iam([bucket], ACCOUNT);
  const s3 = new S3([bucket], folder, clock, iam, "eu-central-1");
  s3.clean();
  for (let i = 0; i < objects; i++)
    s3.put(LOCAL_ADMIN_ARN, "bench", `many/${String(i).padStart(6, "0")}`, Buffer.from("x"));
  const api = new ApiEndpoint({ credentials: new Credentials(), backend: () => ({ iam, apis: [s3Api({ s3 })] }) });
  return new HttpServer({ api }).listen(0);
}

/** Node's own server: a body goes to a file that is renamed into its place, an answer comes from it. */
function bare(folder: string): Promise<number> {
  fs.mkdirSync(folder, { recursive: true });
  const server = http.createServer((request, response) => {
    const file = path.join(folder, request.url!.split("/").at(-1)!);
    const end = (error: unknown): void => void (response.writable && response.writeHead(error ? 500 : 200).end());
    if (request.method === "GET") return pipeline(fs.createReadStream(file), response, () => undefined);
    const temporary = `${file}.${randomUUID()}`;
    pipeline(request, fs.createWriteStream(temporary), (error) =>
      error ? end(error) : fs.rename(temporary, file, end),
    );
  });
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)),
  );
}

const [kind, folder, objects] = process.argv.slice(2);
void main(kind!, folder!, Number(objects));
