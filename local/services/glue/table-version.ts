import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Column } from "../../athena";
import { isObject, readDataFile, replaceFile } from "../../core/data-file";
import type { Properties } from "../../core/model";

/** What the catalog keeps of a table beside its declaration. */
interface Kept {
  /** the declared arguments that this began with */
  declared: Properties;
  version: number;
  columns: Column[];
}

/**
 * The columns of a table as the catalog has them. They begin as the program declares them; whoever may update the table
 * changes them, and they stay so until the program declares the table otherwise: a deployment replaces the whole table.
 */
export class TableVersion {
  private readonly file: string;
  private kept: Kept;

  /** @param folder the catalog's, in the data folder */
  constructor(folder: string, declared: Properties) {
    this.file = path.join(folder, tableFile(declared.databaseName, declared.name));
    const columns = ((declared.storageDescriptor.columns ?? []) as Column[]).map(({ name, type }) => ({ name, type }));
    const plain = JSON.parse(JSON.stringify(declared)) as Properties;
    const before = read(this.file);
    const same = before !== undefined && isDeepStrictEqual(before.declared, plain);
    this.kept = same ? before : { declared: plain, version: (before?.version ?? -1) + 1, columns };
    if (before !== undefined && !same) this.save();
  }

  get columns(): Column[] {
    return this.kept.columns;
  }

  /** counted up with every change */
  get version(): string {
    return String(this.kept.version);
  }

  replace(columns: Column[]): void {
    this.kept = { ...this.kept, version: this.kept.version + 1, columns };
    this.save();
  }

  private save(): void {
    replaceFile(this.file, `${JSON.stringify(this.kept)}\n`);
  }
}

/** The columns that a catalog's folder holds for a table; undefined when nobody has changed them. */
export function keptColumns(folder: string, database: string, table: string): Column[] | undefined {
  return read(path.join(folder, tableFile(database, table)))?.columns;
}

/** Name of the file in a catalog's folder that keeps what was changed of a table. */
export function tableFile(database: string, table: string): string {
  return `${database}.${table}.json`;
}

function read(file: string): Kept | undefined {
  return readDataFile(file, isKept);
}

function isKept(value: unknown): value is Kept {
  if (!isObject(value) || !isObject(value.declared) || !Number.isSafeInteger(value.version)) return false;
  return Array.isArray(value.columns) && value.columns.every(isColumn);
}

function isColumn(value: unknown): value is Column {
  return isObject(value) && typeof value.name === "string" && typeof value.type === "string";
}
