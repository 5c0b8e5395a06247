import type { Properties } from "../../core/model";
import type { WriteValue } from "./column-types";
import type { MappedTable } from "./table-mapping";

/** A table as the replication reads it. */
export interface ReplicatedTable extends MappedTable {
  columns: readonly { name: string; write: WriteValue }[];
  primaryKey: readonly string[];
}

/** A row, by column: PostgreSQL's text, null, or undefined for a value that did not come along. */
export type Row = Readonly<Record<string, string | null | undefined>>;

/** A record for the stream. */
export interface DmsRecord {
  key: string;
  data: Buffer;
}

/** Writes the records of a task, as https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.Kinesis.html shows them. */
export class RecordWriter {
  private readonly includeNull: boolean;
  private readonly partitionValue: boolean;
  private readonly schemaTable: boolean;
  /** of columns, the member with its colon */
  private readonly labels = new Map<string, string>();
  private written = { at: NaN, text: "" };

  /**
   * @param settings the endpoint's kinesisSettings
   * @param taskId end of the task's ARN
   * @param now ms since 1970
   */
  constructor(
    settings: Properties,
    private readonly taskId: string,
    private readonly now: () => number,
  ) {
    this.includeNull = settings.includeNullAndEmpty === true;
    this.partitionValue = settings.includePartitionValue === true;
    this.schemaTable = settings.partitionIncludeSchemaTable === true;
  }

  /** @throws RowError for a value that DMS has no form for */
  row(table: ReplicatedTable, operation: string, row: Row): DmsRecord {
    const members: string[] = [];
    for (const { name, write } of table.columns) {
      const text = row[name];
      if (text === undefined) continue;
      if (text === null || text === "") {
        if (this.includeNull) members.push(`${this.labelOf(name)}${text === null ? "null" : '""'}`);
      } else members.push(`${this.labelOf(name)}${write(text)}`);
    }
    const { type, value } = this.keyOf(table, row);
    const metadata = {
      timestamp: this.timestamp(),
      "record-type": "data",
      operation,
      "partition-key-type": type,
      ...(this.partitionValue ? { "partition-key-value": value } : {}),
      "schema-name": table.schema,
      "table-name": table.table,
    };
    return {
      key: value,
      data: Buffer.from(`{"data":{${members.join(",")}},"metadata":${JSON.stringify(metadata)}}\n`),
    };
  }

  /** A table is created or dropped on the target. */
  control(operation: "create-table" | "drop-table", schema: string, table: string): DmsRecord {
    const metadata = {
      timestamp: this.timestamp(),
      "record-type": "control",
      operation,
      "partition-key-type": "task-id",
      ...(this.partitionValue ? { "partition-key-value": this.taskId } : {}),
      "schema-name": schema,
      "table-name": table,
    };
    const key = this.schemaTable ? [this.taskId, schema, table].join(".") : this.taskId;
    return { key, data: Buffer.from(`{"metadata":${JSON.stringify(metadata)}}\n`) };
  }

  private keyOf({ schema, table, key, primaryKey }: ReplicatedTable, row: Row): { type: string; value: string } {
    const name = `${schema}.${table}`;
    const columns = key.type === "attribute-name" ? [key.column] : key.type === "primary-key" ? primaryKey : [];
    const values = columns.flatMap((column) => row[column] ?? []);
    // Without a value there is the table's name.
    if (values.length === 0 || values.some((value) => value === "")) return { type: "schema-table", value: name };
    const value = values.join(".");
    return { type: key.type, value: (this.schemaTable ? `${name}.${value}` : value).slice(0, 256) };
  }

  private labelOf(column: string): string {
    let label = this.labels.get(column);
    if (label === undefined) this.labels.set(column, (label = `${JSON.stringify(column)}:`));
    return label;
  }

  /** DMS writes microseconds. */
  private timestamp(): string {
    const at = this.now();
    if (this.written.at !== at) this.written = { at, text: new Date(at).toISOString().replace("Z", "000Z") };
    return this.written.text;
  }
}
