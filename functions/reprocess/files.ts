/**
 * The files that the rows of one source object become: one for each partition, with keys that follow from the source object alone, so that
 * a repeat overwrites them. Rows that wait take bounded memory: the largest file is closed when all of them together are too large, and
 * which one that is follows from the rows alone, too.
 */
import { gzipSync } from "node:zlib";
import { formatColumnType } from "../../etl/columns";
import { datastoreColumns, isJsonFormat } from "../../etl/columns/datastore-columns";
import { ParquetBuilder } from "../../etl/parquet";
import { partitionScheme, type PartitionKeys } from "../../etl/partitions";
import { fillTemplate } from "../../aws/limits/glue-partitions";
import type { TransformDefinition } from "../../etl/pipeline";

/** An object to be put. */
export interface OutputFile {
  key: string;
  bytes: Uint8Array;
  /** the partition that its rows are in; undefined for failed messages, and for days of arrival, which are projected */
  partition: PartitionKeys | undefined;
}

/** Why a row cannot be converted. */
export interface RowFault {
  code: string;
  message: string;
}

interface Body {
  add(row: Buffer): RowFault | undefined;
  finish(): Uint8Array;
}

interface Open {
  /** of the key, in front of the part's number */
  place: string;
  extension: string;
  partition: PartitionKeys | undefined;
  body: Body;
  /** of its rows as JSON */
  bytes: number;
  order: number;
}

const DAY = 86_400_000;
/** Bytes of rows, as JSON, that wait in all files. */
const LIMIT = 64 * 1024 * 1024;

/** Collects rows and failed messages of one source object. */
export class OutputFiles {
  /** files that are complete and wait to be put */
  closed: OutputFile[] = [];
  private readonly open = new Map<string, Open>();
  private readonly parts = new Map<string, number>();
  private bytes = 0;
  private opened = 0;
  private readonly create: () => Body;
  private readonly extension: string;
  private readonly template: string;
  private readonly keys: readonly string[];
  private readonly dynamic: boolean;
  private lastKeys: PartitionKeys | undefined;
  private lastId = "";
  private day = NaN;
  private dayKeys: PartitionKeys = {};

  /** @param id what the names of the files say of their source */
  constructor(
    definition: TransformDefinition,
    rowsPrefix: string,
    private readonly id: string,
    private readonly limit: number = LIMIT,
  ) {
    const { datastore } = definition;
    const scheme = partitionScheme(datastore);
    this.dynamic = scheme.dynamic;
    this.template = scheme.locationTemplate(rowsPrefix);
    this.keys = scheme.keys.map(({ name }) => name);
    this.extension = isJsonFormat(datastore) ? ".gz" : ".parquet";
    if (isJsonFormat(datastore)) this.create = () => new Lines(true);
    else {
      const columns = datastoreColumns(datastore).map(({ name, type }) => ({ name, type: formatColumnType(type) }));
      this.create = () => {
        // As the delivery stream converts: columns are spelled as the table spells them.
        const builder = new ParquetBuilder(columns, { caseInsensitive: false, compression: "SNAPPY" });
        return { add: (row) => builder.add(row), finish: () => builder.finish() };
      };
    }
  }

  /**
   * Adds a row, of which nothing is kept.
   * @param arrival ms since 1970, whose day is the partition of a datastore that declares none
   */
  row(keys: PartitionKeys, arrival: number, row: Buffer): RowFault | undefined {
    const partition = this.dynamic ? keys : this.dayOf(arrival);
    // Rows of one partition come together, and then the keys are one object.
    if (partition !== this.lastKeys) {
      this.lastId = fillTemplate(
        this.template,
        this.keys,
        this.keys.map((key) => partition[key] ?? ""),
      );
      this.lastKeys = partition;
    }
    return this.add(this.lastId, row, () => ({
      place: `${this.lastId}reprocess-${this.id}`,
      extension: this.extension,
      partition: this.dynamic ? partition : undefined,
      body: this.create(),
    }));
  }

  /** Adds the line of a failed message. @param prefix where failed messages are */
  failure(prefix: string, line: string): void {
    const place = `${prefix}reprocess-${this.id}`;
    this.add(place, Buffer.from(line), () => ({
      place,
      extension: ".json",
      partition: undefined,
      body: new Lines(false),
    }));
  }

  /** Closes all files. */
  end(): void {
    for (const id of this.open.keys()) this.close(id);
  }

  private add(
    id: string,
    row: Buffer,
    make: () => Pick<Open, "place" | "extension" | "partition" | "body">,
  ): RowFault | undefined {
    let file = this.open.get(id);
    if (file === undefined) this.open.set(id, (file = { ...make(), bytes: 0, order: this.opened++ }));
    const fault = file.body.add(row);
    if (fault !== undefined) return fault;
    file.bytes += row.length;
    this.bytes += row.length;
    if (this.bytes > this.limit) this.closeLargest();
    return undefined;
  }

  private dayOf(arrival: number): PartitionKeys {
    const day = Math.floor(arrival / DAY);
    if (day !== this.day) {
      this.day = day;
      this.dayKeys = { __dt: new Date(day * DAY).toISOString().slice(0, 10) };
    }
    return this.dayKeys;
  }

  private closeLargest(): void {
    let largest: [string, Open] | undefined;
    for (const entry of this.open) if (largest === undefined || entry[1].bytes > largest[1].bytes) largest = entry;
    if (largest !== undefined) this.close(largest[0]);
  }

  private close(id: string): void {
    const { place, extension, partition, body, bytes } = this.open.get(id)!;
    this.open.delete(id);
    this.bytes -= bytes;
    if (bytes === 0) return;
    const part = (this.parts.get(id) ?? 0) + 1;
    this.parts.set(id, part);
    const key = `${place}${part === 1 ? "" : `-${part}`}${extension}`;
    this.closed.push({ key, bytes: body.finish(), partition });
  }
}

/** A line for each row. */
class Lines implements Body {
  private readonly chunks: Buffer[] = [];

  constructor(private readonly compressed: boolean) {}

  add(row: Buffer): undefined {
    this.chunks.push(Buffer.concat([row, NEWLINE]));
  }

  finish(): Uint8Array {
    const all = Buffer.concat(this.chunks);
    return this.compressed ? gzipSync(all) : all;
  }
}

const NEWLINE = Buffer.from("\n");
