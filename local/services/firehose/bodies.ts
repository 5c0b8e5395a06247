import { promisify } from "node:util";
import { gzip, gzipSync } from "node:zlib";
import { ParquetBuilder } from "../../../etl/parquet";
import type { Properties } from "../../core/model";

const gzipAsync = promisify(gzip);
/** Up to here the way to another thread and back takes longer than to compress. */
const GZIP_HERE = 128 * 1024;

/** What an object under construction holds. */
export interface Body {
  /** bytes as they came, which is what the buffer's size is counted in */
  bytes: number;
  /** @returns why the record cannot be converted, or undefined */
  add(data: Buffer): { code: string; message: string } | undefined;
  /** rows of a table; 0 for plain objects */
  readonly rows: number;
  finish(): Promise<Uint8Array>;
}

/** Makes bodies of one kind, and names the extension of their objects. */
export interface BodyFormat {
  extension: string;
  create(): Body;
}

/** Records one after the other; nothing is put between them, as Firehose does, unless the stream says so. */
export function plainFormat(compression: string, delimiter: string): BodyFormat {
  const separator = Buffer.from(delimiter);
  return {
    extension: compression === "GZIP" ? ".gz" : "",
    create: () => {
      const chunks: Buffer[] = [];
      return {
        bytes: 0,
        rows: 0,
        add(data) {
          chunks.push(data);
          if (separator.length > 0) chunks.push(separator);
          this.bytes += data.length + separator.length;
          return undefined;
        },
        async finish() {
          const all = Buffer.concat(chunks);
          if (compression !== "GZIP") return all;
          return all.length <= GZIP_HERE ? gzipSync(all) : gzipAsync(all);
        },
      };
    },
  };
}

/** Rows of a Glue table as Parquet. */
export function parquetFormat(columns: Properties[], configuration: Properties): BodyFormat {
  const openX: Properties | undefined = configuration.inputFormatConfiguration.deserializer.openXJsonSerDe;
  const parquet: Properties = configuration.outputFormatConfiguration.serializer.parquetSerDe;
  const options = {
    caseInsensitive: openX?.caseInsensitive ?? true,
    compression: parquet.compression ?? "SNAPPY",
  };
  const typed = columns.map(({ name, type }) => ({ name, type }) as { name: string; type: string });
  return {
    extension: ".parquet",
    create: () => {
      const builder = new ParquetBuilder(typed, options);
      return {
        bytes: 0,
        get rows() {
          return builder.rows;
        },
        add(data) {
          const failure = builder.add(data);
          if (failure === undefined) this.bytes += data.length;
          return failure;
        },
        finish: () => Promise.resolve(builder.finish()),
      };
    },
  };
}
