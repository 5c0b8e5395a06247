import { fork, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as http from "node:http";
import * as os from "node:os";
import * as path from "node:path";

const OBJECTS = 100_000;
const KB = 1000;
const LARGE = 64 * 1024 * 1024;
/** Requests under way at a time. */
const CLIENTS = 16;
const SIGNED = {
  authorization: "AWS4-HMAC-SHA256 Credential=k/20260101/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=0",
  "x-amz-date": "20260101T000000Z",
  "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
};

interface Server {
  port: number;
  process: ChildProcess;
}

/** S3 over HTTP beside Node's own server that reads and writes files: objects of 1 kB and 64 MB, and a list of 100,000 objects by pages. */
export async function benchS3(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-s3-"));
  const servers = [
    await start("ours", path.join(folder, "s3"), OBJECTS),
    await start("bare", path.join(folder, "bare"), 0),
  ] as const;
  const [ours, bare] = servers;
  const agent = new http.Agent({ keepAlive: true, maxSockets: CLIENTS });
  try {
    const both = async (what: string, unit: string, measure: (server: Server) => Promise<number>): Promise<void> => {
      // Once to warm up, then in turns.
      await measure(bare);
      await measure(ours);
      const [reference, own] = [await measure(bare), await measure(ours)];
      line(
        `${what.padEnd(12)}${own.toFixed(0).padStart(8)} ${unit}, bare ${reference.toFixed(0)}: ${(own / reference).toFixed(2)} x`,
      );
    };
    const small = Buffer.alloc(KB, "s");
    const large = Buffer.alloc(LARGE, "l");
    await both("put 1 kB", "a second", (server) =>
      rate(3000, (i) => send(agent, server, "PUT", `/bench/small-${i % 500}`, small)),
    );
    await both("get 1 kB", "a second", (server) =>
      rate(5000, (i) => send(agent, server, "GET", `/bench/small-${i % 500}`)),
    );
    await both(
      "put 64 MB",
      "MB/s",
      async (server) => 64 * (await rate(6, (i) => send(agent, server, "PUT", `/bench/large-${i % 2}`, large), 2)),
    );
    await both(
      "get 64 MB",
      "MB/s",
      async (server) => 64 * (await rate(10, (i) => send(agent, server, "GET", `/bench/large-${i % 2}`), 2)),
    );
    for (const which of ["first", "again"]) {
      const began = performance.now();
      const listed = await listAll(agent, ours);
      line(
        `list ${which}: ${listed.keys} keys in ${listed.pages} pages, ${((performance.now() - began) / 1000).toFixed(1)} s`,
      );
    }
    line(`memory of the process with ${OBJECTS.toLocaleString("en-US")} objects at its peak: ${peakOf(ours)}`);
  } finally {
    agent.destroy();
    for (const server of servers) server.process.kill();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function line(text: string): void {
  process.stdout.write(`  ${text}\n`);
}

function start(kind: string, folder: string, objects: number): Promise<Server> {
  const child = fork(path.join(__dirname, "s3.server.ts"), [kind, folder, String(objects)], {
    execArgv: ["--require", path.join(__dirname, "..", "register.cjs")],
  });
  return new Promise((resolve, reject) => {
    child.once("message", (port) => resolve({ port: port as number, process: child }));
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
}

/** Calls a second, with some under way at a time. */
async function rate(calls: number, call: (i: number) => Promise<unknown>, clients = CLIENTS): Promise<number> {
  const began = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (next < calls) await call(next++);
    }),
  );
  return (calls * 1000) / (performance.now() - began);
}

function send(agent: http.Agent, { port }: Server, method: string, url: string, body?: Buffer): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    const headers = { ...SIGNED, ...(body === undefined ? {} : { "content-length": body.length }) };
    const request = http.request({ agent, port, host: "127.0.0.1", method, path: url, headers }, (response) => {
      const pieces: Buffer[] = [];
      // The bytes of large objects are only counted.
      response.on(
        "data",
        (piece: Buffer) => void (method === "GET" && url.includes("large") ? undefined : pieces.push(piece)),
      );
      response.on("end", () =>
        response.statusCode === 200
          ? resolve(pieces)
          : reject(new Error(`${method} ${url}: ${response.statusCode} ${Buffer.concat(pieces).toString()}`)),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

async function listAll(agent: http.Agent, server: Server): Promise<{ keys: number; pages: number }> {
  let [keys, pages] = [0, 0];
  for (let token: string | undefined = ""; token !== undefined; pages++) {
    const query: string = `list-type=2&prefix=many%2F${token === "" ? "" : `&continuation-token=${token}`}`;
    const xml: string = Buffer.concat(await send(agent, server, "GET", `/bench?${query}`)).toString();
    keys += xml.split("<Key>").length - 1;
    token = /<NextContinuationToken>([^<]+)</.exec(xml)?.[1];
  }
  return { keys, pages };
}

function peakOf({ process: { pid } }: Server): string {
  try {
    const kilobytes = /VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))![1];
    return `${Math.round(Number(kilobytes) / 1000)} MB`;
  } catch {
    return "not known on this system";
  }
}
