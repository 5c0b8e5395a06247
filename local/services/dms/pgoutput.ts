/**
 * Decodes the messages of PostgreSQL's output plugin pgoutput, version 1 of its protocol.
 * https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html
 */
import type { Row } from "./records";

/** What a message says. */
export type Change =
  | { kind: "begin"; commitMs: number; xid: number }
  /** @member lsn the position behind the transaction */
  | { kind: "commit"; lsn: bigint }
  | { kind: "insert" | "update" | "delete"; schema: string; table: string; row: Row }
  | { kind: "truncate"; tables: string[] }
  | { kind: "other" };

interface Relation {
  schema: string;
  table: string;
  columns: { name: string; key: boolean }[];
}

/** ms from 1970 to 2000, where PostgreSQL's times begin. */
const EPOCH = 946_684_800_000n;

/** Decodes the messages of one stream, of which later ones refer to tables that earlier ones described. */
export class PgOutput {
  private readonly relations = new Map<number, Relation>();

  /** @throws Error for a message that is none of the protocol */
  decode(message: Buffer): Change {
    const reader = new Reader(message);
    const type = reader.char();
    switch (type) {
      case "B": {
        reader.skip(8);
        const commitMs = Number(reader.int64() / 1000n + EPOCH);
        return { kind: "begin", commitMs, xid: reader.int32() };
      }
      case "C":
        reader.skip(9);
        return { kind: "commit", lsn: reader.int64() };
      case "R": {
        const id = reader.int32();
        const schema = reader.text();
        const table = reader.text();
        reader.skip(1);
        const columns = Array.from({ length: reader.int16() }, () => {
          const key = reader.byte() === 1;
          const name = reader.text();
          reader.skip(8);
          return { name, key };
        });
        // pg_catalog is written as an empty name.
        this.relations.set(id, { schema: schema === "" ? "pg_catalog" : schema, table, columns });
        return { kind: "other" };
      }
      case "I": {
        const relation = this.relation(reader.int32());
        reader.skip(1);
        return { kind: "insert", ...named(relation), row: reader.tuple(relation) };
      }
      case "U": {
        const relation = this.relation(reader.int32());
        // The old row, or its key, where it changed.
        if (reader.char() !== "N") {
          reader.tuple(relation);
          reader.skip(1);
        }
        return { kind: "update", ...named(relation), row: reader.tuple(relation) };
      }
      case "D": {
        const relation = this.relation(reader.int32());
        reader.skip(1);
        return { kind: "delete", ...named(relation), row: reader.tuple(relation) };
      }
      case "T": {
        const count = reader.int32();
        reader.skip(1);
        const tables = Array.from({ length: count }, () => this.relation(reader.int32())).map(
          ({ schema, table }) => `${schema}.${table}`,
        );
        return { kind: "truncate", tables };
      }
      case "O":
      case "Y":
      case "M":
        return { kind: "other" };
      default:
        throw new Error(`pgoutput sent a message of the type ${JSON.stringify(type)}`);
    }
  }

  private relation(id: number): Relation {
    const relation = this.relations.get(id);
    if (relation === undefined) throw new Error(`pgoutput sent a row of the table ${id}, which it has not described`);
    return relation;
  }
}

function named({ schema, table }: Relation): { schema: string; table: string } {
  return { schema, table };
}

class Reader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  skip(count: number): void {
    this.at += count;
  }

  byte(): number {
    return this.bytes.readUInt8(this.at++);
  }

  char(): string {
    return String.fromCharCode(this.byte());
  }

  int16(): number {
    const value = this.bytes.readInt16BE(this.at);
    this.at += 2;
    return value;
  }

  int32(): number {
    const value = this.bytes.readInt32BE(this.at);
    this.at += 4;
    return value;
  }

  int64(): bigint {
    const value = this.bytes.readBigInt64BE(this.at);
    this.at += 8;
    return value;
  }

  text(): string {
    const end = this.bytes.indexOf(0, this.at);
    const value = this.bytes.toString("utf8", this.at, end);
    this.at = end + 1;
    return value;
  }

  tuple({ columns }: Relation): Row {
    const row: Record<string, string | null | undefined> = {};
    const count = this.int16();
    for (let index = 0; index < count; index++) {
      const kind = this.char();
      const name = columns[index]?.name ?? "";
      // A large value that did not change does not come along.
      if (kind === "u") row[name] = undefined;
      else if (kind === "n") row[name] = null;
      else {
        const length = this.int32();
        row[name] = this.bytes.toString("utf8", this.at, this.at + length);
        this.at += length;
      }
    }
    return row;
  }
}
