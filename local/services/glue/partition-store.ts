import * as fs from "node:fs";
import * as path from "node:path";
import { cutTornLine, isObject, readDataLines, replaceFile } from "../../core/data-file";
import type { Properties } from "../../core/model";

/** A partition that is registered in the catalog. */
export interface Partition {
  /** in the order of the table's partition keys */
  readonly values: readonly string[];
  /** StorageDescriptor as Glue's API has it; its Location says where the rows are */
  readonly descriptor: Properties;
  readonly parameters: Readonly<Record<string, string>>;
  /** ms since 1970-01-01 UTC, of the local clock */
  readonly created: number;
  /** ms since 1970-01-01 UTC, as the caller gave it */
  readonly lastAccess?: number;
}

type Line = { put: Partition } | { remove: readonly string[] };

/** The registered partitions of one table, kept as lines of a file: every change is a line. */
export class PartitionStore {
  private readonly partitions = new Map<string, Partition>();
  /** in the order of their values; undefined when they have changed since */
  private sorted: readonly Partition[] | undefined;
  /** counts changes, so that a reader knows whether its view is still good */
  changes = 0;

  /** @throws DataFileError */
  constructor(private readonly file: string) {
    const lines = readDataLines(file, isLine);
    for (const line of lines) {
      if ("put" in line) this.partitions.set(keyOf(line.put.values), line.put);
      else this.partitions.delete(keyOf(line.remove));
    }
    if (lines.length > 2 * this.partitions.size + 100) this.rewrite();
    else cutTornLine(file);
  }

  get size(): number {
    return this.partitions.size;
  }

  get(values: readonly string[]): Partition | undefined {
    return this.partitions.get(keyOf(values));
  }

  /** In the order of their values. */
  list(): readonly Partition[] {
    return (this.sorted ??= [...this.partitions.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, partition]) => partition));
  }

  /** Adds partitions, or puts them in the place of those with the same values; all of them or, if the disk fails, none. */
  put(partitions: readonly Partition[]): void {
    this.append(partitions.map((put) => ({ put })));
    for (const partition of partitions) this.partitions.set(keyOf(partition.values), partition);
    this.changed();
  }

  remove(all: readonly (readonly string[])[]): void {
    this.append(all.map((remove) => ({ remove })));
    for (const values of all) this.partitions.delete(keyOf(values));
    this.changed();
  }

  private changed(): void {
    this.sorted = undefined;
    this.changes++;
  }

  private append(lines: readonly Line[]): void {
    if (lines.length === 0) return;
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    fs.appendFileSync(this.file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  }

  private rewrite(): void {
    replaceFile(this.file, [...this.partitions.values()].map((put) => `${JSON.stringify({ put })}\n`).join(""));
  }
}

/** Name of the file in a catalog's folder that keeps the partitions of a table. */
export function partitionsFile(database: string, table: string): string {
  return `${database}.${table}.partitions.ndjson`;
}

/** Values hold no control characters, so that texts of several sort as the values do. */
function keyOf(values: readonly string[]): string {
  return values.join("\u0000");
}

function isLine(value: unknown): value is Line {
  if (!isObject(value)) return false;
  if (Object.hasOwn(value, "remove")) return isTexts(value.remove);
  const { put } = value;
  return (
    isObject(put) &&
    isTexts(put.values) &&
    isObject(put.descriptor) &&
    typeof put.descriptor.Location === "string" &&
    put.descriptor.Location.startsWith("s3://") &&
    isObject(put.parameters) &&
    Number.isFinite(put.created)
  );
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}
