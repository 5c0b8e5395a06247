/**
 * From a record that AWS DMS writes into a stream to a message of a channel.
 * https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.Kinesis.html
 */
import { decodeText, eachMember, step, type Span } from "../json/decode";
import { parseSpan, spanText } from "../json";
import { ESCAPED, NULL, OBJECT, TEXT } from "../json/token-kinds";
import { DELETED, RECEIVED_AT, type BridgeDefinition, type BridgeTable } from "./definition";
import { timeWriter } from "./dms-time";

/** Operations on rows. */
const ROWS = ["load", "insert", "update", "delete"];

/** What a record holds. */
export type Unwrapped =
  | { kind: "message"; table: string; operation: string; key: string | undefined; message: string }
  /** a row that the definition leaves out: one that was deleted */
  | { kind: "ignored"; table: string; operation: string }
  /** a table was created, dropped or changed */
  | { kind: "control"; table: string; operation: string };

/** A record of which no message can be made. The message says why. */
export class BadRecord extends Error {}

interface CompiledTable extends BridgeTable {
  write: ((text: string) => string | undefined) | undefined;
  /** JSON of `"attribute":` by column */
  names: ReadonlyMap<string, string> | undefined;
}

/** Unwraps the records of one historian. */
export class Unwrapper {
  private readonly tables: ReadonlyMap<string, CompiledTable>;

  constructor({ tables }: BridgeDefinition) {
    this.tables = new Map(
      Object.entries(tables).map(([name, table]) => [
        name,
        {
          ...table,
          write: table.time === undefined ? undefined : timeWriter(table.time.format),
          names:
            table.columns === undefined
              ? undefined
              : new Map(
                  Object.entries(table.columns).map(([column, attribute]) => [column, `${JSON.stringify(attribute)}:`]),
                ),
        },
      ]),
    );
  }

  /**
   * The message of a record. Values keep every digit and character that DMS wrote.
   * @param receivedAt ms since 1970 at which it is put into the channel
   * @throws BadRecord
   */
  unwrap(bytes: Uint8Array, receivedAt: number): Unwrapped {
    const root = parsed(bytes);
    const metadata = step(root, "metadata");
    if (metadata?.kind !== OBJECT) throw new BadRecord("has no metadata object, so it is no record of DMS");
    const operation = textIn(metadata, "operation") ?? "";
    const table = `${textIn(metadata, "schema-name") ?? ""}.${textIn(metadata, "table-name") ?? ""}`;
    if (textIn(metadata, "record-type") === "control") return { kind: "control", table, operation };
    if (!ROWS.includes(operation))
      throw new BadRecord(`has the operation ${JSON.stringify(operation)}; rows have ${ROWS.join(", ")}`);
    const known = this.tables.get(table);
    if (known === undefined)
      throw new BadRecord(
        `is of the table ${table}, which the historian does not list: ${[...this.tables.keys()].join(", ")}`,
      );
    if (operation === "delete" && known.deletes === "ignore") return { kind: "ignored", table, operation };
    const data = step(root, "data");
    if (data?.kind !== OBJECT) throw new BadRecord("has no data object");
    const { members, key } = membersOf(data, known);
    if (operation === "delete") members.push(`"${DELETED}":true`);
    members.push(`"${RECEIVED_AT}":${receivedAt}`);
    return { kind: "message", table, operation, key, message: `{${members.join(",")}}` };
  }
}

function membersOf(
  data: Span,
  { names, key: keyColumn, time, write }: CompiledTable,
): { members: string[]; key: string | undefined } {
  const members: string[] = [];
  let key: string | undefined;
  eachMember(data, (column, value) => {
    if (column === keyColumn && value.kind !== NULL) key = asText(value);
    const name = names === undefined ? `${JSON.stringify(column)}:` : names.get(column);
    if (name === undefined) return;
    const text = spanText(value);
    const isTime = write !== undefined && column === time!.column && (value.kind === TEXT || value.kind === ESCAPED);
    // What is no time goes on as it is; the datastore decides what becomes of it.
    members.push(name + (isTime ? (write(asText(value)) ?? text) : text));
  });
  return { members, key };
}

function parsed(bytes: Uint8Array): Span {
  try {
    return parseSpan(bytes);
  } catch (error) {
    throw new BadRecord(`is ${(error as Error).message}`);
  }
}

function textIn(object: Span, name: string): string | undefined {
  const value = step(object, name);
  return value === undefined || (value.kind !== TEXT && value.kind !== ESCAPED) ? undefined : asText(value);
}

function asText(value: Span): string {
  const { bytes, kind, start, end } = value;
  return kind === TEXT || kind === ESCAPED ? decodeText(bytes, kind, start, end) : spanText(value);
}
