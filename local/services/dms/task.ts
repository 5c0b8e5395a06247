import * as path from "node:path";
import type { Client } from "pg";
import type { Clock, Timer } from "../../core/clock";
import type { Defects } from "../../core/defects";
import type { Iam } from "../../iam";
import type { CloudWatch } from "../cloudwatch";
import type { Stream } from "../kinesis/stream";
import type { Logs } from "../logs/logs";
import { SecretsError, type Secrets } from "../secretsmanager/secrets";
import { TaskCheckpoint } from "./checkpoint";
import { RowError } from "./column-types";
import { ChangeStream } from "./changes";
import { connect, identifier, type PostgresConnection } from "./connect";
import { lsnText, parseLsn } from "./lsn";
import { PgOutput } from "./pgoutput";
import { describeTables } from "./tables";
import { RecordWriter, type ReplicatedTable, type Row } from "./records";
import { readSecret } from "./secret";
import { StreamTarget, TaskRefused } from "./stream-target";
import { mappedTables } from "./table-mapping";
import { slotName, type TaskDefinition } from "./task-definition";
import { taskSettings, type TaskSettings } from "./task-settings";

/** The running parts that a replication works on. */
export interface TaskContext {
  folder: string;
  clock: Clock;
  iam: Iam;
  secrets: Secrets;
  logs: Logs;
  cloudwatch: CloudWatch;
  defects: Defects;
  stream: Stream;
}

/** What a task has done in this run. */
export interface TaskCounts {
  /** rows that were written into the stream, by full load and as changes */
  loaded: number;
  changes: number;
  /** rows that DMS has no form for */
  failed: number;
  /** rows of the tables that are to be loaded */
  toLoad: number;
}

/** The state of a task. */
export type TaskState = "created" | "starting" | "loading" | "capturing" | "stopped" | "failed";

/** ms of the machine between two tries to reach the database, and how often while time stands still. */
const RETRY_MS = 1000;
const RETRIES = 5;
/** Rows of the log of changes after which the position is written down. */
const CHECKPOINT_CHANGES = 5000;
const MINUTE = 60_000;
/** Codes of errors of a connection, which is tried again. */
const LOST =
  /ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|connection.*(terminated|ended)|the connection to the database has ended|57P0|terminating connection/i;

/** A replication from PostgreSQL into a stream, as AWS DMS does it. https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Task.CDC.html */
export class ReplicationTask {
  state: TaskState = "created";
  /** why it failed */
  refusal: string | undefined;
  readonly counts: TaskCounts = { loaded: 0, changes: 0, failed: 0, toLoad: 0 };
  private readonly settings: TaskSettings;
  private readonly checkpoint: TaskCheckpoint;
  private readonly target: StreamTarget;
  private readonly records: RecordWriter;
  private readonly slot: string;
  private stopping = false;
  private finished: Promise<void> = Promise.resolve();
  private changes: ChangeStream | undefined;
  private control: Client | undefined;
  private minute: Timer | undefined;
  /** ms since 1970 of the last transaction, as the database says */
  private committed: number | undefined;
  private readonly watchers = new Set<() => void>();

  constructor(
    readonly definition: TaskDefinition,
    private readonly context: TaskContext,
  ) {
    const { clock, iam, stream, folder } = context;
    const { kinesisSettings } = definition.target;
    this.settings = taskSettings(definition.settings);
    this.slot = slotName(definition.id).slice(0, 63);
    this.checkpoint = new TaskCheckpoint(path.join(folder, `${definition.id}.json`));
    this.target = new StreamTarget(stream, kinesisSettings.serviceAccessRoleArn, iam, clock, () => this.changed());
    this.records = new RecordWriter(kinesisSettings, definition.id, () => clock.now());
  }

  get name(): string {
    return this.definition.name;
  }

  /** name of the stream that it writes */
  get streamName(): string {
    return this.context.stream.name;
  }

  start(): void {
    if (!this.definition.starts) return;
    this.state = "starting";
    this.finished = this.run();
    const { clock } = this.context;
    const tick = (): void => {
      this.report();
      this.minute = clock.after(MINUTE, tick, "metrics of the replication");
    };
    this.minute = clock.after(MINUTE, tick, "metrics of the replication");
  }

  /** Ends it; what has been put is written down. */
  async close(): Promise<void> {
    this.stopping = true;
    this.minute?.cancel();
    await this.changes?.stop();
    await this.finished;
    await this.control?.end().catch(() => undefined);
  }

  /** Whether it waits for the local clock: its stream takes no more in this second. */
  get waiting(): boolean {
    return this.target.waiting;
  }

  /** Whether there is nothing more to do for now: it has ended, or everything that the database has is in the stream. */
  async caughtUp(): Promise<boolean> {
    if (this.state === "stopped" || this.state === "failed" || this.state === "created") return true;
    const { changes, control } = this;
    if (this.state !== "capturing" || changes === undefined || control === undefined) return false;
    const { rows } = await control.query<{ lsn: string }>("SELECT pg_current_wal_flush_lsn() AS lsn");
    const target = parseLsn(rows[0]!.lsn);
    changes.report(true);
    return changes.sent >= target && changes.pending === 0 && !this.busy;
  }

  /** Resolves when something changed, or after a moment. */
  async moved(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, 20);
      const watchers = this.watchers;
      function done(): void {
        clearTimeout(timer);
        watchers.delete(done);
        resolve();
      }
      watchers.add(done);
    });
  }

  private changed(): void {
    for (const watcher of this.watchers) watcher();
  }

  private busy = false;

  private async run(): Promise<void> {
    for (let attempt = 1; !this.stopping; attempt++) {
      try {
        await this.replicate();
        return;
      } catch (error) {
        if (this.stopping) return;
        await this.control?.end().catch(() => undefined);
        this.control = undefined;
        const message = (error as Error).message || String(error);
        const lost = LOST.test(`${(error as { code?: string }).code ?? ""} ${message}`);
        if (lost && (attempt < RETRIES || this.context.clock.running)) {
          this.log(`Connection to the source failed, tried again: ${message}`);
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
          continue;
        }
        this.fail(message, error);
        return;
      }
    }
  }

  private fail(message: string, error: unknown): void {
    this.state = "failed";
    this.refusal = `the replication has failed: ${message}`;
    this.log(`Task failed: ${message}`);
    const expected =
      error instanceof TaskRefused ||
      error instanceof SecretsError ||
      typeof (error as { code?: unknown }).code === "string" ||
      /^(the|AWS)/.test(message);
    if (!expected) this.context.defects.record(`replication ${this.name}`, error);
    this.changed();
  }

  private async replicate(): Promise<void> {
    const { definition, checkpoint } = this;
    const to = this.connection();
    this.target.checkAccess();
    this.control = await connect(to);
    const tables = await describeTables(
      this.control,
      mappedTables(definition.tableMappings),
      {
        large: definition.target.kinesisSettings.useLargeIntegerValue === true,
        booleans: definition.source.postgresSettings?.mapBooleanAsBoolean === true,
        numericAsText: definition.source.extraConnectionAttributes !== undefined,
        lobCharacters: this.settings.lobCharacters,
      },
      (line) => this.log(line),
    );
    // Changes are kept from here on, so that none is missed while the tables are loaded.
    if (definition.mode !== "full-load") await this.openSlot(this.control, tables);
    if (definition.mode !== "cdc") await this.load(to, tables);
    if (this.stopping) return;
    if (definition.mode === "full-load") {
      this.state = "stopped";
      this.log("Task stopped: FULL_LOAD_ONLY_FINISHED");
      return this.changed();
    }
    await this.capture(to, tables, parseLsn(checkpoint.state.lsn!));
  }

  private connection(): PostgresConnection {
    const { source, certificatePem } = this.definition;
    const { secrets, iam } = this.context;
    const secret = readSecret(source.secretsManagerArn, source.secretsManagerAccessRoleArn, secrets, iam);
    return { ...secret, database: source.databaseName, sslMode: source.sslMode ?? "none", certificatePem };
  }

  private async openSlot(client: Client, tables: readonly ReplicatedTable[]): Promise<void> {
    const { rows: level } = await client.query<{ wal_level: string }>("SHOW wal_level");
    if (level[0]!.wal_level !== "logical")
      throw new Error(
        `the database has wal_level ${level[0]!.wal_level}; changes are captured with "logical": ALTER SYSTEM SET wal_level = logical, and restart it`,
      );
    const names = tables.map(({ schema, table }) => `${identifier(schema)}.${identifier(table)}`).join(", ");
    const { rows: publications } = await client.query("SELECT 1 FROM pg_publication WHERE pubname = $1", [this.slot]);
    await client.query(
      publications.length === 0
        ? `CREATE PUBLICATION ${identifier(this.slot)} FOR TABLE ${names}`
        : `ALTER PUBLICATION ${identifier(this.slot)} SET TABLE ${names}`,
    );
    const slots = await client.query("SELECT 1 FROM pg_replication_slots WHERE slot_name = $1", [this.slot]);
    const { state } = this.checkpoint;
    if (slots.rows.length > 0 && state.lsn !== undefined) return;
    // A slot of an earlier data folder is somebody's position, but not this one's.
    if (slots.rows.length > 0) await client.query("SELECT pg_drop_replication_slot($1)", [this.slot]);
    if (state.lsn !== undefined) this.log("The replication slot is gone; changes since then are lost to this task");
    const { rows } = await client.query<{ lsn: string }>(
      "SELECT lsn FROM pg_create_logical_replication_slot($1, 'pgoutput')",
      [this.slot],
    );
    state.lsn = rows[0]!.lsn;
    this.checkpoint.save();
  }

  private async load(to: PostgresConnection, tables: readonly ReplicatedTable[]): Promise<void> {
    const { state } = this.checkpoint;
    const open = tables.filter(({ schema, table }) => state.loaded[`${schema}.${table}`] === undefined);
    if (open.length === 0) return;
    this.state = "loading";
    const client = await connect(to);
    try {
      this.counts.toLoad = 0;
      for (const { schema, table } of open) {
        const { rows } = await client.query<{ n: string }>(
          `SELECT count(*) AS n FROM ${identifier(schema)}.${identifier(table)}`,
        );
        this.counts.toLoad += Number(rows[0]!.n);
      }
      this.counts.loaded = 0;
      if (Object.keys(state.loaded).length === 0)
        await this.put(this.records.control("create-table", "", "awsdms_apply_exceptions"));
      for (const table of open) {
        if (this.stopping) return;
        await this.loadTable(client, table);
      }
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private async loadTable(client: Client, table: ReplicatedTable): Promise<void> {
    const { schema, table: name } = table;
    this.log(`Start loading table '${schema}'.'${name}'`);
    if (this.settings.dropsTables) await this.put(this.records.control("drop-table", schema, name));
    await this.put(this.records.control("create-table", schema, name));
    const columns = table.columns.map((column) => identifier(column.name)).join(", ");
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    await client.query(
      `DECLARE dms_load NO SCROLL CURSOR FOR SELECT ${columns} FROM ${identifier(schema)}.${identifier(name)}`,
    );
    let rows = 0;
    for (;;) {
      const chunk = await client.query<Record<string, string | null>>(
        `FETCH ${this.settings.commitRate} FROM dms_load`,
      );
      if (chunk.rows.length === 0) break;
      for (const row of chunk.rows) {
        if (await this.putRow(table, "load", row)) this.counts.loaded++;
        rows++;
        if (this.stopping) return;
      }
      await this.target.settled();
      this.changed();
    }
    await client.query("COMMIT");
    await this.target.settled();
    this.checkpoint.state.loaded[`${schema}.${name}`] = rows;
    this.checkpoint.save();
    this.log(`Load finished for table '${schema}'.'${name}': ${rows} rows`);
  }

  private async capture(to: PostgresConnection, tables: readonly ReplicatedTable[], from: bigint): Promise<void> {
    const byName = new Map(tables.map((table) => [`${table.schema}.${table.table}`, table]));
    const decoder = new PgOutput();
    const stream = await ChangeStream.start(await connect(to, true), this.slot, this.slot, from);
    stream.onSent = () => this.changed();
    this.changes = stream;
    this.state = "capturing";
    this.log(`Capturing changes from ${lsnText(from)}`);
    this.changed();
    let open = 0;
    for (;;) {
      this.busy = false;
      const message = await stream.next();
      if (message === undefined) return;
      this.busy = true;
      const change = decoder.decode(message);
      if (change.kind === "insert" || change.kind === "update" || change.kind === "delete") {
        const table = byName.get(`${change.schema}.${change.table}`);
        if (table !== undefined && (await this.putRow(table, change.kind, change.row))) {
          this.counts.changes++;
          open++;
        }
      } else if (change.kind === "begin") this.committed = change.commitMs;
      else if (change.kind === "truncate")
        this.log(`TRUNCATE of ${change.tables.join(", ")} is not replicated to a stream`);
      else if (change.kind === "commit" && (open >= CHECKPOINT_CHANGES || stream.pending === 0)) {
        await this.target.settled();
        open = 0;
        stream.done = change.lsn;
        this.checkpoint.state.lsn = lsnText(change.lsn);
        this.checkpoint.save();
        stream.report(false);
      }
    }
  }

  /** @returns whether the row is in the stream; one that cannot be written is logged */
  private async putRow(table: ReplicatedTable, operation: string, row: Row): Promise<boolean> {
    try {
      await this.put(this.records.row(table, operation, row));
      return true;
    } catch (error) {
      if (!(error instanceof RowError)) throw error;
      this.counts.failed++;
      this.log(`Record of ${table.schema}.${table.table} is not written: ${error.message}`);
      return false;
    }
  }

  private put(record: { key: string; data: Buffer }): Promise<void> {
    return this.target.put(record, () => this.stopping);
  }

  private log(line: string): void {
    if (!this.settings.logging) return;
    const { logGroup, logStream } = this.definition;
    // The account's role dms-cloudwatch-logs-role lets it in.
    this.context.logs.deliver(logGroup, logStream, [line]);
  }

  /** The metrics of a minute. */
  private report(): void {
    if (this.state !== "capturing") return;
    const now = this.context.clock.now();
    const pending = this.changes?.pending ?? 0;
    const latency =
      pending === 0 || this.committed === undefined ? 0 : Math.max(0, (Date.now() - this.committed) / 1000);
    const { dimensions } = this.definition;
    const metric = (name: string, value: number): void =>
      this.context.cloudwatch.metric("AWS/DMS", name, dimensions).add(value, now);
    metric("CDCLatencySource", latency);
    metric("CDCLatencyTarget", latency);
    metric("CDCIncomingChanges", pending);
  }
}
