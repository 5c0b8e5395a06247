/**
 * The columns of a datastore in JSON format, kept up in the Glue table while messages arrive. The transform function
 * sees every attribute before its line is stored, so it adds the column itself: no crawler to wait and pay for, and a
 * query never meets a line that its table cannot read.
 *
 * Several functions may write to one table, each in several instances: an update names the version of the table that it
 * was made from, and the catalog refuses one that is stale; then the table is read again. Nothing is ever taken away.
 */
import { formatColumnType, parseColumnType, type ColumnType, type JsonRowWriter } from "../etl/columns";

/** The columns of a table and the version that they were read from. */
export interface TableState {
  columns: { name: string; type: string }[];
  /** what a replacement must name */
  version: string;
}

/** The table in the catalog. Both reject when the catalog refuses; `replace` answers false when the version is stale. */
export interface Table {
  /** `database.table`, for messages */
  readonly name: string;
  read(): Promise<TableState>;
  replace(columns: readonly { name: string; type: string }[], version: string): Promise<boolean>;
}

/** The table is read again after so long, ms: somebody may have changed it. */
const FRESH = 300_000;
/** Writers that meet try again so often; then the next batch does. */
const ATTEMPTS = 5;

/** Keeps the columns of a table as wide as the rows that were written. */
export class TableColumns {
  /** when the table was last known to have every column */
  private checked = -Infinity;
  private readonly reported = new Set<string>();

  constructor(
    private readonly inferredSchema: JsonRowWriter,
    private readonly table: Table,
    private readonly writeLog: (lines: string) => void,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Brings the table up to what has arrived. Never rejects: lines are stored in any case, and what failed is tried again
   * with the next batch.
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

  /** @returns whether the table has every column now; false when somebody else changed it in between */
  private async update(): Promise<boolean> {
    const { inferredSchema, table } = this;
    const { columns, version } = await table.read();
    const before = new Map(columns.map((column) => [column.name, column]));
    inferredSchema.adopt(columns.map(({ name, type }) => ({ name, type: parsed(type) })));
    const changes: string[] = [];
    const after = inferredSchema.columns.map(({ name, type }) => {
      const known = before.get(name);
      const text = formatColumnType(type);
      // a type that only is spelled otherwise stays as it is
      if (known !== undefined && text === formatColumnType(parsed(known.type))) return known;
      changes.push(`${name} ${known === undefined ? "" : `${known.type} -> `}${text}`);
      return { name, type: text };
    });
    if (changes.length === 0) return true;
    if (!(await table.replace(after, version))) return false;
    this.log("INFO", `columns of ${table.name}: ${changes.join(", ")}`);
    return true;
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

/** A type that this program does not know is left alone, as one that values do not come to by themselves. */
function parsed(type: string): ColumnType {
  try {
    return parseColumnType(type);
  } catch {
    return { kind: "binary" };
  }
}
