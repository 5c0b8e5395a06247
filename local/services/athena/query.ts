import * as fs from "node:fs";
import type { Statement } from "../../../etl/athena-sql/syntax/ast";
import { SqlError } from "../../../etl/athena-sql/syntax/error";
import { AthenaError, type Athena, type FileResult } from "../../athena";
import type { Clock } from "../../core/clock";
import type { Defects } from "../../core/defects";
import { parseS3Url } from "../s3/location";
import { S3Error, type StoredObject } from "../s3/s3";
import { errorKind } from "./failure";
import type { QueryRecord } from "./history";
import { executionParameters } from "./parameters";
import type { PreparedStatements } from "./prepared-statements";
import { CallerSession, type QueryServices } from "./query-session";
import { metadataFile, resultColumns } from "./result-columns";
import { resultLines } from "./result-text";
import type { WorkgroupSettings } from "./settings";

/** A result as it is shown: its first rows, and the file with all of them. */
export interface QueryContent extends FileResult {
  version: string;
  /** the result's file on this machine; "" if the statement wrote its rows elsewhere */
  path: string;
  /** the delta window of a dataset's content: ISO 8601, the start in it and the end not */
  window?: { start: string; end: string };
}

/** What a query runs with. */
export interface QueryContext extends QueryServices {
  athena: Athena;
  clock: Clock;
  defects: Defects;
  prepared: PreparedStatements;
  /** called once, when the record says how the query ended */
  ended(content: QueryContent | undefined): void;
}

/** Rows of a result that are kept for showing; its file has all. */
const SHOWN_ROWS = 100;

/** A query from its start to its end. */
export class RunningQuery {
  /** resolves when it has ended, however that was */
  done: Promise<void> = Promise.resolve();
  private readonly controller = new AbortController();
  private readonly caller: CallerSession;
  private readonly begun = performance.now();
  private turn: number | undefined;

  /** @param location of the results: `s3://BUCKET/PREFIX/` */
  constructor(
    readonly record: QueryRecord,
    private readonly statement: Statement,
    private readonly principal: string,
    private readonly workgroup: WorkgroupSettings,
    private readonly location: string,
    private readonly context: QueryContext,
  ) {
    this.caller = new CallerSession(principal, context);
  }

  begin(): void {
    this.done = this.execute().then(
      (content) => this.end(content),
      (error: unknown) => this.fail(error),
    );
  }

  /** Ends the query at once; what it has written so far stays, as on AWS. */
  cancel(reason: string): void {
    if (this.isOver) return;
    this.close("CANCELLED", reason);
    this.controller.abort();
    this.context.ended(undefined);
  }

  private get isOver(): boolean {
    return this.record.completed !== undefined;
  }

  private close(state: QueryRecord["state"], reason?: string): void {
    const now = performance.now();
    Object.assign(this.record, {
      state,
      completed: this.context.clock.now(),
      queuedMs: Math.round((this.turn ?? now) - this.begun),
      engineMs: Math.round(now - (this.turn ?? now)),
      ...(reason !== undefined && { reason }),
    });
  }

  private end(content: QueryContent): void {
    if (this.isOver) return;
    this.close("SUCCEEDED");
    this.context.ended(content);
  }

  /** One that nobody expected is a defect, and of an error of the machine the run ends. */
  private fail(error: unknown): void {
    if (this.isOver) return;
    let reason: string;
    if (error instanceof AthenaError && error.code === "EXCEEDED_SCAN_LIMIT") {
      this.close("CANCELLED", error.message.replace(/^[A-Z_]+: /, ""));
      return this.context.ended(undefined);
    } else if (error instanceof SqlError) reason = `${error.code}: ${error.message}`;
    else if (error instanceof AthenaError || error instanceof S3Error) reason = error.message;
    else {
      this.context.defects.record("query", error);
      reason = `GENERIC_INTERNAL_ERROR: ${error instanceof Error ? error.message : String(error)}`;
    }
    this.record.error = errorKind(reason);
    this.close("FAILED", reason);
    this.context.ended(undefined);
  }

  private async execute(): Promise<QueryContent> {
    const { athena, glue, s3, clock, prepared } = this.context;
    const { record, workgroup, caller, controller } = this;
    this.checkPlace();
    const file = s3.temporaryFile();
    try {
      const result = await athena.queryToCsv(
        record.sql,
        {
          database: record.database ?? "default",
          databases: glue.databases.all().map(({ name }) => name),
          tables: glue.tables,
          maxRows: SHOWN_ROWS,
          bytesScannedCutoff: workgroup.bytesScannedCutoff,
          now: clock.now(),
          parameters: executionParameters(this.statement, record.parameters ?? []),
          signal: controller.signal,
          onStart: () => {
            this.turn = performance.now();
            record.state = "RUNNING";
          },
          session: caller.forStatements(prepared.session(workgroup.name), `${this.location}tables/${record.id}/`),
          onTable: (table, files) => caller.readTable(table, files),
        },
        file,
      );
      if (controller.signal.aborted) throw new Error("cancelled");
      record.scannedBytes = result.scannedBytes;
      return { ...result, version: record.id, path: this.store(result, file) };
    } finally {
      fs.rmSync(file, { force: true });
    }
  }

  /** What Athena asks of the bucket before a query runs. @throws S3Error, AthenaError */
  private checkPlace(): void {
    const { s3 } = this.context;
    const { bucket } = parseS3Url(this.location);
    s3.check(this.principal, "s3:GetBucketLocation", bucket);
  }

  /** Writes the result and what describes it. @returns the path of the result's file, "" if it has none */
  private store(result: FileResult, file: string): string {
    const { record, caller } = this;
    const { kind } = record;
    record.columns = resultColumns(kind, result.columns, result.rows);
    if (kind.form === "files") {
      record.rows = Number(result.rows[0]?.[0] ?? 0);
      this.put(`${record.output}.metadata`, metadataFile(record.id, record.columns, this.update()));
      if (caller.written.length > 0 || kind.subtype === "CREATE_TABLE_AS_SELECT") {
        record.manifest = `${record.output}-manifest.csv`;
        this.put(record.manifest, Buffer.from(caller.written.map((url) => `${url}\n`).join("")));
      }
      return "";
    }
    record.rows = result.rowCount;
    let stored: StoredObject;
    if (kind.form === "csv") {
      const { bucket, prefix } = parseS3Url(record.output);
      stored = this.context.s3.putFile(this.principal, bucket, prefix, file, record.encryption?.key);
    } else {
      const lines = resultLines(kind.subtype, result.columns, result.rows);
      record.rows = lines.length - Number(kind.header);
      stored = this.put(record.output, Buffer.from(lines.join("\n")));
    }
    if (record.columns.length > 0) this.put(`${record.output}.metadata`, metadataFile(record.id, record.columns));
    return stored.file;
  }

  private put(url: string, content: Buffer): StoredObject {
    const { bucket, prefix } = parseS3Url(url);
    return this.context.s3.put(this.principal, bucket, prefix, content, this.record.encryption?.key);
  }

  /** What a statement that writes has done; Athena's word for UNLOAD there is not known. */
  private update(): { type: string | undefined; count: number } {
    const { kind, rows } = this.record;
    const type = kind.subtype === "INSERT" ? "INSERT" : kind.type === "DDL" ? "CREATE TABLE" : undefined;
    return { type, count: rows };
  }
}
