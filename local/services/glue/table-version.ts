import * as path from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Column } from "../../athena";
import { isObject, readDataFile, replaceFile } from "../../core/data-file";
import { TYPES, ofType, type Properties, type Resource } from "../../core/model";

/** What the catalog keeps of a table beside its declaration. */
interface Kept {
  /** the declared arguments that this began with */
  declared: Properties;
  version: number;
  columns: Column[];
  /** absent while they are the declared ones */
  parameters?: Record<string, string>;
  /** of a view whose columns were changed; absent while it is the declared one */
  viewText?: string;
}

/**
 * The columns and parameters of a table as the catalog has them. They begin as the program declares them; whoever may update the table
 * changes them, and they stay so until the program declares the table otherwise: a deployment replaces the whole table.
 */
export class TableVersion {
  private readonly file: string;
  private kept: Kept;

  /** @param folder the catalog's, in the data folder */
  constructor(folder: string, declared: Properties) {
    this.file = path.join(folder, tableFile(declared.databaseName, declared.name));
    const columns = ((declared.storageDescriptor.columns ?? []) as Column[]).map(({ name, type }) => ({ name, type }));
    const inputs = plain(declared);
    const before = read(this.file);
    const same = before !== undefined && isDeepStrictEqual(before.declared, inputs);
    this.kept = same ? before : { declared: inputs, version: (before?.version ?? -1) + 1, columns };
    if (before !== undefined && !same) this.save();
  }

  get columns(): Column[] {
    return this.kept.columns;
  }

  /** counted up with every change */
  get version(): string {
    return String(this.kept.version);
  }

  get parameters(): Record<string, string> {
    return this.kept.parameters ?? ((this.kept.declared.parameters ?? {}) as Record<string, string>);
  }

  /** the text that holds a view's query; undefined for a table */
  get viewText(): string | undefined {
    return this.kept.viewText ?? (this.kept.declared.viewOriginalText as string | undefined);
  }

  replace(columns: Column[], parameters: Readonly<Record<string, string>>, viewText?: string): void {
    const version = this.kept.version + 1;
    this.kept = { ...this.kept, version, columns, parameters: { ...parameters }, viewText };
    this.save();
  }

  private save(): void {
    replaceFile(this.file, `${JSON.stringify(this.kept)}\n`);
  }
}

/** A table as a program finds it in the catalog. */
export interface KeptTable {
  columns: Column[];
  parameters: Record<string, string>;
}

/**
 * A table as it is in the catalog by now.
 * @param folder the catalog's
 * @param deployed what was deployed before
 * @returns undefined when there is no such table
 */
export function keptTable(
  folder: string,
  deployed: readonly Resource[],
  database: string,
  table: string,
): KeptTable | undefined {
  const changed = read(path.join(folder, tableFile(database, table)));
  const declared = ofType(deployed, TYPES.table).find(
    ({ inputs }) => inputs.databaseName === database && inputs.name === table,
  )?.inputs;
  if (declared === undefined) return undefined;
  // What was changed counts until the program declares the table otherwise.
  const current = changed !== undefined && isDeepStrictEqual(changed.declared, plain(declared)) ? changed : undefined;
  return {
    columns: current?.columns ?? ((declared.storageDescriptor?.columns ?? []) as Column[]),
    parameters: current?.parameters ?? ((declared.parameters ?? {}) as Record<string, string>),
  };
}

const plain = (inputs: Properties): Properties => JSON.parse(JSON.stringify(inputs)) as Properties;

/** Name of the file in a catalog's folder that keeps what was changed of a table. */
export function tableFile(database: string, table: string): string {
  return `${database}.${table}.json`;
}

function read(file: string): Kept | undefined {
  return readDataFile(file, isKept);
}

function isKept(value: unknown): value is Kept {
  if (!isObject(value) || !isObject(value.declared) || !Number.isSafeInteger(value.version)) return false;
  if (value.parameters !== undefined && !isObject(value.parameters)) return false;
  if (value.viewText !== undefined && typeof value.viewText !== "string") return false;
  return Array.isArray(value.columns) && value.columns.every(isColumn);
}

function isColumn(value: unknown): value is Column {
  return isObject(value) && typeof value.name === "string" && typeof value.type === "string";
}
