/**
 * Adds columns for new attributes to the Glue table of a datastore in JSON format. The transform function sees every attribute
 * before its line is stored, so it adds the column itself. No crawler is needed, and a query never reads a line that does not fit
 * the table.
 *
 * Several functions, each with several instances, may write to one table. An update names the version of the table that it is
 * based on; the catalog refuses a stale version, and the table is read again. Columns are never removed.
 */
import { formatColumnType, parseColumnType, type ColumnType, type JsonRowWriter } from "../etl/columns";

/** The columns of a table and the version that they were read from. */
export interface TableState {
  columns: { name: string; type: string }[];
  /** the version that a replacement must name */
  version: string;
}

/** A table in the catalog. All methods reject if the catalog refuses; those that write resolve to false if the version is stale. */
export interface Table {
  /** `database.table`, for messages */
  readonly name: string;
  read(): Promise<TableState>;
  replace(columns: readonly { name: string; type: string }[], version: string): Promise<boolean>;
  /** Gives the columns to the other names under which readers find the rows; nothing to do where they have them. */
  mirror?(columns: readonly { name: string; type: string }[]): Promise<boolean>;
}

/** Milliseconds after which the table is read again, in case someone changed it. */
const FRESH = 300_000;
/** Attempts of an update that conflicts with other writers; after that, the next batch tries again. */
const ATTEMPTS = 5;

/** Keeps the columns of a table up to date with the rows that were written. */
export class TableColumns {
  /** time at which the table was last known to have every column */
  private checked = -Infinity;
  private readonly reported = new Set<string>();

  constructor(
    private readonly inferredSchema: JsonRowWriter,
    private readonly table: Table,
    private readonly writeLog: (lines: string) => void,
    private readonly now: () => number = Date.now,
    /** told when columns were added or changed, for the partitions that keep former ones */
    private readonly onChanged: () => void = () => undefined,
  ) {}

  /**
   * Adds the columns of new attributes to the table. Never rejects: the lines are stored in any case, and the next batch retries a
   * failed update.
   */
  async keepUp(): Promise<void> {
    this.tellUnexposed();
    if (!this.inferredSchema.changed && this.now() - this.checked < FRESH) return;
    try {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        if (await this.update()) {
          this.inferredSchema.changed = false;
          this.checked = this.now();
          return;
        }
      }
      this.log("ERROR", `columns of ${this.table.name} are not up to date: others changed the table at the same time`);
    } catch (error) {
      const { name, message } = error as Error;
      this.log("ERROR", `columns of ${this.table.name} are not up to date: ${name}: ${message}`);
    }
  }

  /** @returns whether the table now has every column; false if another writer changed it in between */
  private async update(): Promise<boolean> {
    const { inferredSchema, table } = this;
    const { columns, version } = await table.read();
    const before = new Map(columns.map((column) => [column.name, column]));
    inferredSchema.adopt(columns.map(({ name, type }) => ({ name, type: parsed(type) })));
    const changes: string[] = [];
    const after = inferredSchema.columns.map(({ name, type }) => {
      const known = before.get(name);
      const text = formatColumnType(type);
      // A type that differs only in spelling is kept.
      if (known !== undefined && text === formatColumnType(parsed(known.type))) return known;
      changes.push(`${name} ${known === undefined ? "" : `${known.type} -> `}${text}`);
      return { name, type: text };
    });
    if (changes.length > 0) {
      if (!(await table.replace(after, version))) return false;
      this.log("INFO", `columns of ${table.name}: ${changes.join(", ")}`);
      this.onChanged();
    }
    return (await table.mirror?.(after)) ?? true;
  }

  private tellUnexposed(): void {
    for (const name of this.inferredSchema.unexposed) {
      if (this.reported.has(name)) continue;
      this.reported.add(name);
      this.log(
        "WARN",
        `the attribute ${JSON.stringify(name)} is stored and has no column: a column's name has letters, digits and underscores, and a table no more than 1,000 columns. Rename it in the pipeline`,
      );
    }
  }

  private log(level: string, message: string): void {
    this.writeLog(`${JSON.stringify({ level, message })}\n`);
  }
}

/** An unknown type is treated as binary, which is never inferred from values, so it is not changed. */
function parsed(type: string): ColumnType {
  try {
    return parseColumnType(type);
  } catch {
    return { kind: "binary" };
  }
}
