import { gzipSync } from "node:zlib";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { parseColumnType, type ColumnType } from "../columns/type";
import { compileConvert, type Convert } from "./convert";
import { duplicate, Failure, JsonReader } from "./json";
import { parquetSchema } from "./schema";

/** Settings of the deserialiser and the serialiser. */
export interface ParquetOptions {
  /** names in the records are lower-cased before they are looked up, at every level, as OpenX does by default */
  caseInsensitive: boolean;
  compression: "SNAPPY" | "GZIP" | "UNCOMPRESSED";
}

/** Rows of a row group, and bytes of JSON that may wait for one: what bounds the memory of an open builder. */
const GROUP_ROWS = 50_000;
const GROUP_BYTES = 16 * 1024 * 1024;

interface Column {
  name: string;
  /** the name with quotes and colon, as most records spell it */
  token: Buffer;
  read(reader: JsonReader): unknown;
  values: unknown[];
}

/**
 * Firehose's record format conversion: records of JSON objects become the columns of a Glue table, read as the OpenX
 * JSON SerDe reads them, and Parquet. Attributes without a column are dropped, columns without an
 * attribute are NULL.
 *
 * @throws SyntaxError from the constructor when a column's type is none of Hive's, with the position of the mistake.
 */
export class ParquetBuilder {
  /** rows added so far */
  rows = 0;
  private readonly columns: readonly Column[];
  private readonly byName: ReadonlyMap<string, number>;
  private readonly reader: JsonReader;
  private readonly bytes = new ByteWriter();
  private readonly writer: ParquetWriter;
  private waitingRows = 0;
  private waitingBytes = 0;

  constructor(columns: readonly { name: string; type: string }[], options: ParquetOptions) {
    // Hive's names have no upper case
    const parsed = columns.map(({ name, type }) => ({ name: name.toLowerCase(), type: parseType(name, type) }));
    this.columns = parsed.map(({ name, type }) => ({
      name,
      token: Buffer.from(`${JSON.stringify(name)}:`),
      read: compileRead(type, compileConvert(type, name)),
      values: [],
    }));
    this.byName = new Map(parsed.map(({ name }, index) => [name, index]));
    this.reader = new JsonReader(options.caseInsensitive);
    this.writer = new ParquetWriter({
      writer: this.bytes,
      schema: parquetSchema(parsed),
      codec: options.compression,
      compressors: { GZIP: (input) => gzipSync(input) },
      createdBy: "iot-telemetry-etl",
    });
  }

  /**
   * Adds the objects of one record: one, or several one after the other with or without white space between them.
   *
   * @returns why the record cannot be converted (code and message as they stand in an error object), and then none of
   * its objects was added
   */
  add(record: Buffer | string): { code: string; message: string } | undefined {
    const { reader } = this;
    const bytes = typeof record === "string" ? Buffer.from(record) : record;
    reader.reset(bytes);
    try {
      let row = this.object();
      if (reader.atEnd) this.push(row);
      else {
        const rows = [row];
        while (!reader.atEnd) rows.push((row = this.object()));
        rows.forEach((each) => this.push(each));
      }
    } catch (failure) {
      if (failure instanceof Failure) return { code: failure.code, message: failure.message };
      throw failure;
    }
    this.waitingBytes += bytes.length;
    if (this.waitingRows >= GROUP_ROWS || this.waitingBytes >= GROUP_BYTES) this.flush();
    return undefined;
  }

  /** The whole file. The builder is done then. */
  finish(): Uint8Array {
    this.flush();
    void this.writer.finish();
    return this.bytes.getBytes();
  }

  private push(row: readonly unknown[]): void {
    const { columns } = this;
    for (let index = 0; index < columns.length; index++) columns[index]!.values.push(row[index]);
    this.rows++;
    this.waitingRows++;
  }

  private flush(): void {
    if (this.waitingRows === 0) return;
    const columnData = this.columns.map(({ name, values }) => ({ name, data: values }));
    void this.writer.write({ columnData, rowGroupSize: this.waitingRows });
    for (const column of this.columns) column.values = [];
    this.waitingRows = 0;
    this.waitingBytes = 0;
  }

  /** The values of the object that follows, undefined where it has no such attribute. */
  private object(): unknown[] {
    const { reader, columns } = this;
    const row = new Array<unknown>(columns.length).fill(undefined);
    let others: Set<string> | undefined;
    reader.openObject();
    if (reader.closeObject()) return row;
    let next = 0;
    do {
      let index: number | undefined;
      // most records spell the columns in their order
      if (next < columns.length && reader.take(columns[next]!.token)) index = next;
      else {
        const name = reader.name();
        index = this.byName.get(name);
        if (index === undefined) {
          others ??= new Set();
          if (others.has(name)) throw duplicate(name);
          others.add(name);
          reader.value();
          continue;
        }
      }
      if (row[index] !== undefined) throw duplicate(columns[index]!.name);
      row[index] = columns[index]!.read(reader);
      next = index + 1;
    } while (reader.anotherMember());
    return row;
  }
}

function parseType(name: string, type: string): ColumnType {
  try {
    return parseColumnType(type);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(`column ${name} has the type "${type}": ${error.message}`, { cause: error });
  }
}

/** Reads the value that follows into a column; texts and short numbers without a detour. */
function compileRead(type: ColumnType, convert: Convert): (reader: JsonReader) => unknown {
  const slow = (reader: JsonReader): unknown => {
    const value = reader.value();
    return value === null ? null : convert(value);
  };
  if (type.kind === "string") return (reader) => reader.string() ?? slow(reader);
  if (type.kind === "int")
    return (reader) => {
      const { at } = reader;
      const number = reader.shortNumber(true);
      if (number === (number | 0)) return number;
      reader.at = at;
      return slow(reader);
    };
  if (type.kind === "double")
    return (reader) => {
      const number = reader.shortNumber(false);
      return Number.isNaN(number) ? slow(reader) : number;
    };
  return slow;
}
