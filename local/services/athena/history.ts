import * as fs from "node:fs";
import * as path from "node:path";
import { cutTornLine, isObject, readDataLines, replaceFile } from "../../core/data-file";
import type { ErrorKind } from "./failure";
import type { ResultColumn } from "./result-columns";
import type { StatementKind } from "./statement-kind";

/** Where a query stands (https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecutionStatus.html). */
export type QueryState = "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";

/** What is known of a query, while it runs and later. Times are ms since 1970-01-01 UTC of the local clock, durations ms of this machine's. */
export interface QueryRecord {
  id: string;
  sql: string;
  workgroup: string;
  database?: string;
  catalog?: string;
  parameters?: string[];
  /** by which a repeated start is known, and what the caller gave for the result's location */
  token?: string;
  givenLocation?: string;
  kind: StatementKind;
  /** `s3://BUCKET/KEY` of the result */
  output: string;
  encryption?: { option: string; key?: string };
  state: QueryState;
  reason?: string;
  error?: ErrorKind;
  submitted: number;
  completed?: number;
  queuedMs: number;
  engineMs: number;
  scannedBytes: number;
  /** rows of the result, or rows that the statement wrote */
  rows: number;
  columns: ResultColumn[];
  /** `s3://BUCKET/KEY` of the list of the files that the statement wrote */
  manifest?: string;
}

/** Days for which Athena keeps what it knows of a query (https://docs.aws.amazon.com/athena/latest/ug/queries-viewing-history.html). */
const KEPT_DAYS = 45;

/** Queries that have ended, in a file of the data folder, so that they are known after a restart. */
export class QueryHistory {
  private readonly file: string;
  /** in the order in which they ended */
  private readonly records = new Map<string, QueryRecord>();

  /** @param now of the local clock @throws DataFileError */
  constructor(folder: string, now: number) {
    this.file = path.join(folder, "queries.ndjson");
    cutTornLine(this.file);
    const all = readDataLines(this.file, isRecord);
    for (const record of all) if (record.submitted > now - KEPT_DAYS * 86_400_000) this.records.set(record.id, record);
    if (this.records.size < all.length) replaceFile(this.file, [...this.records.values()].map(lineOf).join(""));
  }

  get(id: string): QueryRecord | undefined {
    return this.records.get(id);
  }

  all(): Iterable<QueryRecord> {
    return this.records.values();
  }

  add(record: QueryRecord): void {
    this.records.set(record.id, record);
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    fs.appendFileSync(this.file, lineOf(record));
  }
}

const lineOf = (record: QueryRecord): string => `${JSON.stringify(record)}\n`;

function isRecord(value: unknown): value is QueryRecord {
  if (!isObject(value) || !isObject(value.kind) || !Array.isArray(value.columns)) return false;
  return (
    ["id", "sql", "workgroup", "output", "state"].every((name) => typeof value[name] === "string") &&
    ["submitted", "queuedMs", "engineMs", "scannedBytes", "rows"].every((name) => typeof value[name] === "number")
  );
}
