import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampValue,
  type DuckDBConnection,
} from "@duckdb/node-api";
import fc from "fast-check";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { formatColumnType, parseColumnType, RowBuffer, RowWriter, type ColumnType } from "../../../etl/columns";
import { Layout, Message, MessageReader } from "../../../etl/json";
import { ParquetBuilder } from "../../../etl/parquet";

/** What a column holds: null, and else a value that says all of itself. Decimals as texts, instants in microseconds, dates in days. */
type Value = null | boolean | number | bigint | string | Value[] | { [field: string]: Value };

/** A way to send a value, and what the column holds then. */
interface Sent {
  json: string;
  value: Value;
}

interface Typed {
  type: string;
  /** what DuckDB calls it */
  duck: string;
  values: fc.Arbitrary<Sent>;
  /** texts that a map's key of this type has in a message; undefined for what is no key */
  keys?: fc.Arbitrary<{ name: string; value: Value }>;
}

const oneOf = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

function integer(type: string, duck: string, bits: bigint): Typed {
  const range = fc.bigInt({ min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n });
  return {
    type,
    duck,
    values: fc
      .tuple(
        range,
        oneOf<(text: string) => string>(
          String,
          (n) => `${n}.0`,
          (n) => `"${n}"`,
          (n) => `${n}.4`,
          (n) => `${n}e0`,
        ),
      )
      .map(([value, spell]) => ({ json: spell(String(value)), value })),
    keys: range.map((value) => ({ name: String(value), value })),
  };
}

/** -12345 at scale 3 is -12.345 */
function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  return `${unscaled < 0n ? "-" : ""}${whole}${scale > 0 ? `.${digits.slice(-scale)}` : ""}`;
}

const decimal = fc.integer({ min: 1, max: 38 }).chain((precision) =>
  fc.integer({ min: 0, max: precision }).map((scale): Typed => {
    const limit = 10n ** BigInt(precision) - 1n;
    const range = fc.bigInt({ min: -limit, max: limit }).map((unscaled) => decimalText(unscaled, scale));
    return {
      type: `decimal(${precision},${scale})`,
      duck: `DECIMAL(${precision},${scale})`,
      values: fc
        .tuple(
          range,
          oneOf<(text: string) => string>(
            String,
            (n) => `"${n}"`,
            (n) => (scale > 0 ? `${n}4999` : `${n}.4`),
          ),
        )
        .map(([text, spell]) => ({ json: spell(text), value: text })),
      // few digits, since hyparquet makes doubles of them, which must not be alike
      keys: fc
        .bigInt({ min: -1000n < -limit ? -limit : -1000n, max: limit < 1000n ? limit : 1000n })
        .map((unscaled) => ({ name: decimalText(unscaled, scale), value: decimalText(unscaled, scale) })),
    };
  }),
);

const text = fc
  .oneof(
    fc.string(),
    fc.string({ unit: "binary", maxLength: 8 }),
    oneOf("", "null", "\u0000", '"', "\\", "[1]", "{}", "é", "A"),
  )
  .map((each) => unmarked(Buffer.from(each).toString()));

/** Without a byte order mark at its beginning, which the readers' bindings leave out of what they show. */
function unmarked(text: string): string {
  return text.replace(/^\uFEFF+/, "");
}

function sized(type: string, length: number, trimmed: boolean): Typed {
  const short = fc
    .array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }), { maxLength: length })
    .map((parts) => [...unmarked(Buffer.from(parts.join("")).toString())].slice(0, length).join(""))
    .map((each) => ({ sent: each, value: trimmed ? each.replace(/ +$/, "") : each }));
  return {
    type: `${type}(${length})`,
    duck: "VARCHAR",
    values: short.map(({ sent, value }) => ({ json: JSON.stringify(sent), value })),
    keys: short.map(({ sent, value }) => ({ name: sent, value })),
  };
}

const DAY = 86_400_000;
const dates = fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
const pad = (value: number, length: number): string => String(value).padStart(length, "0");

/** Microseconds of an instant whose ISO text with milliseconds is given, in the texts and numbers that Athena documents and more. */
const timestamp = fc
  .tuple(dates, fc.nat(999), oneOf("Z", "blank", "micros", "T", "offset", "ms", "s", "fraction", "ms text", "minute"))
  .map(([date, micros, spelling]): Sent => {
    const ms = date.getTime();
    const iso = date.toISOString();
    const plain = iso.slice(0, 19).replace("T", " ");
    const us = BigInt(ms) * 1000n;
    const seconds = BigInt(Math.floor(ms / 1000));
    const minute = BigInt(Math.floor(ms / 60_000)) * 60_000_000n;
    switch (spelling) {
      case "blank":
        return { json: `"${plain}"`, value: seconds * 1_000_000n };
      case "micros":
        return { json: `"${plain}${iso.slice(19, 23)}${pad(micros, 3)}"`, value: us + BigInt(micros) };
      case "T":
        return { json: `"${iso.slice(0, 23)}"`, value: us };
      case "offset":
        return { json: `"${new Date(ms + 5.5 * 3_600_000).toISOString().slice(0, 23)}+05:30"`, value: us };
      case "ms":
        return ms >= 1e12 ? { json: String(ms), value: us } : { json: `"${iso}"`, value: us };
      case "s":
        return { json: String(seconds), value: seconds * 1_000_000n };
      case "fraction":
        return { json: decimalText(BigInt(ms), 3), value: us };
      case "ms text":
        return ms >= 1e12 ? { json: `"${ms}"`, value: us } : { json: `"${iso}"`, value: us };
      case "minute":
        return { json: `"${iso.slice(0, 16)}"`, value: minute };
      default:
        return { json: `"${iso}"`, value: us };
    }
  })
  // an offset can lead out of the years that four digits say
  .filter(({ json }) => !/^"[+-]0/.test(json));

const simple: Typed[] = [
  integer("tinyint", "TINYINT", 8n),
  integer("smallint", "SMALLINT", 16n),
  integer("int", "INTEGER", 32n),
  integer("bigint", "BIGINT", 64n),
  {
    type: "boolean",
    duck: "BOOLEAN",
    values: fc
      .tuple(
        fc.boolean(),
        oneOf<(text: string) => string>(
          String,
          (b) => `"${b}"`,
          (b) => `"${b.toUpperCase()}"`,
        ),
      )
      .map(([value, spell]) => ({ json: spell(String(value)), value })),
    keys: fc.boolean().map((value) => ({ name: String(value), value })),
  },
  {
    type: "double",
    duck: "DOUBLE",
    values: fc
      .tuple(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        oneOf<(text: string) => string>(String, (n) => `"${n}"`),
      )
      .map(([value, spell]) => ({ json: spell(JSON.stringify(value)), value: value === 0 ? 0 : value })),
    keys: fc.integer().map((value) => ({ name: String(value / 4), value: value / 4 })),
  },
  {
    type: "float",
    duck: "FLOAT",
    values: fc
      .float({ noNaN: true, noDefaultInfinity: true })
      .map((value) => ({ json: JSON.stringify(value), value: value === 0 ? 0 : value })),
  },
  {
    type: "string",
    duck: "VARCHAR",
    values: fc.oneof(
      text.map((value) => ({ json: JSON.stringify(value), value })),
      fc.oneof(fc.integer(), fc.boolean(), fc.double({ noNaN: true, noDefaultInfinity: true })).map((value) => ({
        json: JSON.stringify(value),
        value: JSON.stringify(value),
      })),
      fc.constant({ json: '{ "a" : [1.10 , "x y"] }', value: '{"a":[1.10,"x y"]}' }),
    ),
    keys: text.map((value) => ({ name: value, value })),
  },
  sized("varchar", 7, false),
  sized("char", 5, true),
  {
    type: "date",
    duck: "DATE",
    values: dates.map((date) => ({
      json: `"${date.toISOString().slice(0, 10)}"`,
      value: Math.floor(date.getTime() / DAY),
    })),
    keys: dates.map((date) => ({ name: date.toISOString().slice(0, 10), value: Math.floor(date.getTime() / DAY) })),
  },
  {
    type: "timestamp",
    duck: "TIMESTAMP",
    values: timestamp,
    keys: dates.map((date) => ({ name: date.toISOString(), value: BigInt(date.getTime()) * 1000n })),
  },
  {
    type: "binary",
    duck: "BLOB",
    values: fc.uint8Array({ maxLength: 20 }).map((bytes) => {
      const base64 = Buffer.from(bytes).toString("base64");
      return { json: `"${base64}"`, value: base64 };
    }),
    keys: fc.uint8Array({ maxLength: 5 }).map((bytes) => {
      const base64 = Buffer.from(bytes).toString("base64");
      return { name: base64, value: base64 };
    }),
  },
];
const leaf: fc.Arbitrary<Typed> = fc.oneof(
  { weight: 4, arbitrary: oneOf(...simple) },
  { weight: 1, arbitrary: decimal },
);

/** JSON that no column of such a type holds. */
const MISFITS: Record<string, string[]> = {
  tinyint: ["128", '"x"', "[]", "true"],
  int: ["2147483648", "1e99", '"1 "', "{}"],
  bigint: ["9223372036854775808", '""'],
  boolean: ["1", '"yes"'],
  double: ['"NaN"', "1e999", "true"],
  date: ['"2024-02-30"', "5", '"2024-02-03T00:00:00Z"'],
  timestamp: ['"yesterday"', "true", "1e30", '"2024-02-30 00:00:00"'],
  binary: ['"a b"', "1"],
};

function orMisfit({ type, values }: Typed): fc.Arbitrary<Sent> {
  const misfits = MISFITS[type] ?? [];
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant({ json: "null", value: null }) },
    { weight: 6, arbitrary: values },
    ...(misfits.length === 0
      ? []
      : [{ weight: 1, arbitrary: oneOf(...misfits).map((json) => ({ json, value: null })) }]),
  );
}

const column: fc.Arbitrary<Typed> = fc.letrec<{ type: Typed }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    tie("type").map((element): Typed => ({
      type: `array<${element.type}>`,
      duck: `${element.duck}[]`,
      values: fc.array(orMisfit(element), { maxLength: 4 }).map((items) => ({
        json: `[${items.map(({ json }) => json).join(" , ")}]`,
        value: items.map(({ value }) => value),
      })),
    })),
    fc
      .tuple(
        leaf.filter(({ keys }) => keys !== undefined),
        tie("type"),
      )
      .map(([key, element]): Typed => ({
        type: `map<${key.type},${element.type}>`,
        duck: `MAP(${key.duck}, ${element.duck})`,
        values: fc
          .uniqueArray(fc.tuple(key.keys!, orMisfit(element)), {
            selector: ([{ value }]) => String(value),
            maxLength: 3,
          })
          .map((entries) => ({
            json: `{${entries.map(([{ name }, { json }]) => `${JSON.stringify(name)}:${json}`).join(",")}}`,
            value: entries.map(([{ value }, item]) => [value, item.value]),
          })),
      })),
    fc.array(tie("type"), { minLength: 1, maxLength: 3 }).map((fields): Typed => ({
      type: `struct<${fields.map(({ type }, index) => `f${index}:${type}`).join(",")}>`,
      duck: `STRUCT(${fields.map(({ duck }, index) => `f${index} ${duck}`).join(", ")})`,
      values: fc.tuple(fc.shuffledSubarray([...fields.keys()]), ...fields.map(orMisfit)).map(([given, ...values]) => ({
        // members in any order and case, some missing
        json: `{${given.map((index) => `"F${index}":${values[index]!.json}`).join(",")}}`,
        value: Object.fromEntries(
          values.map(({ value }, index) => [`f${index}`, given.includes(index) ? value : null]),
        ),
      })),
    })),
  ),
})).type;

/** The rows of messages, by the code that the transform function runs, converted as the local delivery stream does. */
function convert(types: Record<string, string>, messages: readonly string[]): Uint8Array {
  const layout = new Layout();
  for (const name of Object.keys(types)) layout.slot(name);
  const columns = Object.entries(types).map(([name, type]) => ({ name, type: parseColumnType(type) }));
  const rows = new RowWriter(columns, layout);
  const builder = new ParquetBuilder(
    columns.map(({ name, type }) => ({ name, type: formatColumnType(type) })),
    { caseInsensitive: false, compression: "SNAPPY" },
  );
  const message = new Message(layout);
  for (const json of messages) {
    const bytes = Buffer.from(json);
    assert.equal(new MessageReader(layout).read(message, bytes, 0, bytes.length), undefined);
    const row = new RowBuffer(64);
    rows.write(message, row);
    assert.equal(builder.add(row.text(0)), undefined, row.text(0));
  }
  return builder.finish();
}

/** DuckDB's own value classes, exactly. */
function ofDuck(value: unknown): Value {
  if (value instanceof DuckDBListValue) return value.items.map(ofDuck);
  if (value instanceof DuckDBMapValue) return value.entries.map(({ key, value: item }) => [ofDuck(key), ofDuck(item)]);
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([name, member]) => [name, ofDuck(member)]));
  if (value instanceof DuckDBDecimalValue) return decimalText(value.value, value.scale);
  if (value instanceof DuckDBTimestampValue) return value.micros;
  if (value instanceof DuckDBDateValue) return value.days;
  if (value instanceof DuckDBBlobValue) return Buffer.from(value.bytes).toString("base64");
  return value as Value;
}

/** hyparquet gives decimals as doubles, maps as objects and absent as undefined. */
function ofHyparquet(value: unknown, type: ColumnType): unknown {
  if (value === undefined || value === null) return null;
  switch (type.kind) {
    case "array":
      return (value as unknown[]).map((item) => ofHyparquet(item, type.element));
    case "map":
      return Object.entries(value as object).map(([key, item]) => [key, ofHyparquet(item, type.value)]);
    case "struct":
      return Object.fromEntries(
        type.fields.map((field) => [
          field.name,
          ofHyparquet((value as Record<string, unknown>)[field.name], field.type),
        ]),
      );
    case "binary":
      return Buffer.from(value as Uint8Array).toString("base64");
    default:
      return value;
  }
}

/** The value that hyparquet's form of it would be. */
function asHyparquet(value: Value, type: ColumnType): unknown {
  if (value === null) return null;
  switch (type.kind) {
    case "array":
      return (value as Value[]).map((item) => asHyparquet(item, type.element));
    case "map": {
      const object: Record<string, Value> = {};
      for (const [key, item] of value as [Value, Value][]) object[keyText(key, type.key)] = item;
      return Object.entries(object).map(([key, item]) => [key, asHyparquet(item, type.value)]);
    }
    case "struct":
      return Object.fromEntries(
        type.fields.map((field) => [
          field.name,
          asHyparquet((value as { [name: string]: Value })[field.name]!, field.type),
        ]),
      );
    case "decimal":
      return doubleOf(value as string);
    case "tinyint":
    case "smallint":
    case "int":
      return Number(value);
    default:
      return value;
  }
}

function keyText(key: Value, type: ColumnType): string {
  if (type.kind === "binary") return String(new Uint8Array(Buffer.from(key as string, "base64")));
  return type.kind === "decimal" ? String(doubleOf(key as string)) : String(key);
}

/** hyparquet multiplies the unscaled number, as a double, by a power of ten. */
function doubleOf(decimal: string): number {
  return Number(decimal.replace(".", "")) * 10 ** -(decimal.split(".")[1] ?? "").length;
}

/** Hive's type as the leaves of a Parquet file: physical type, converted type, logical type. */
function leaves(type: ColumnType): string[] {
  switch (type.kind) {
    case "array":
      return leaves(type.element);
    case "map":
      return [...leaves(type.key), ...leaves(type.value)];
    case "struct":
      return type.fields.flatMap((field) => leaves(field.type));
    case "decimal":
      return [`FIXED_LEN_BYTE_ARRAY DECIMAL DECIMAL ${type.precision} ${type.scale}`];
    default:
      return [
        {
          boolean: "BOOLEAN - -",
          tinyint: "INT32 INT_8 -",
          smallint: "INT32 INT_16 -",
          int: "INT32 - -",
          bigint: "INT64 - -",
          float: "FLOAT - -",
          double: "DOUBLE - -",
          string: "BYTE_ARRAY UTF8 STRING",
          char: "BYTE_ARRAY UTF8 STRING",
          varchar: "BYTE_ARRAY UTF8 STRING",
          binary: "BYTE_ARRAY - -",
          date: "INT32 DATE DATE",
          timestamp: "INT64 - TIMESTAMP",
        }[type.kind],
      ];
  }
}

describe("columns: from messages to Parquet and back", () => {
  let connection: DuckDBConnection;
  let instance: DuckDBInstance;
  let folder: string;
  let count = 0;
  before(async () => {
    instance = await DuckDBInstance.create(":memory:", { threads: "1" });
    connection = await instance.connect();
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "columns-"));
  });
  after(() => {
    connection.closeSync();
    instance.closeSync();
    fs.rmSync(folder, { recursive: true });
  });

  async function byDuck(file: Uint8Array): Promise<{ types: string[]; rows: Value[][] }> {
    // DuckDB remembers what a file of one name was
    const name = path.join(folder, `${count++}.parquet`);
    fs.writeFileSync(name, file);
    const result = await connection.runAndReadAll(`SELECT * FROM read_parquet('${name}')`);
    fs.rmSync(name);
    return { types: result.columnTypes().map(String), rows: result.getRows().map((row) => row.map(ofDuck)) };
  }

  async function byHyparquet(file: Uint8Array, columns: readonly ColumnType[]): Promise<unknown[][]> {
    const buffer = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength) as ArrayBuffer;
    const schema = parquetMetadata(buffer).schema.filter(({ num_children }) => num_children === undefined);
    assert.deepEqual(
      schema.map(({ type, converted_type: converted, logical_type: logical, precision, scale }) =>
        [type, converted ?? "-", logical?.type ?? "-", ...(converted === "DECIMAL" ? [precision, scale] : [])].join(
          " ",
        ),
      ),
      columns.flatMap(leaves),
    );
    const rows = (await parquetReadObjects({
      file: buffer,
      utf8: false,
      parsers: { timestampFromMicroseconds: (us: bigint) => us, dateFromDays: (days: number) => days },
    } as never)) as Record<string, unknown>[];
    return rows.map((row) => columns.map((type, index) => ofHyparquet(row[`c${index}`], type)));
  }

  it("any values of any types are in both readers what was sent, with the types that they should have", async () => {
    const table = fc
      .array(column, { minLength: 1, maxLength: 3 })
      .chain((types) =>
        fc.tuple(fc.constant(types), fc.array(fc.tuple(...types.map(orMisfit)), { minLength: 1, maxLength: 12 })),
      )
      .map(([types, rows]) => ({
        types: types.map(({ type }) => type),
        ducks: types.map(({ duck }) => duck.replace(/\b(f\d+) /g, '"$1" ')),
        messages: rows.map((row) => `{${row.map(({ json }, index) => `"C${index}":${json}`).join(",")}}`),
        expected: rows.map((row) => row.map(({ value }) => value)),
      }));
    await fc.assert(
      fc.asyncProperty(table, async ({ types, ducks, messages, expected }) => {
        const file = convert(Object.fromEntries(types.map((type, index) => [`c${index}`, type])), messages);
        const parsed = types.map(parseColumnType);
        const duck = await byDuck(file);
        assert.deepEqual(duck.types, ducks);
        assert.deepEqual(
          duck.rows,
          expected.map((row) => row.map((value, index) => asDuck(value, parsed[index]!))),
        );
        assert.deepEqual(
          await byHyparquet(file, parsed),
          expected.map((row) => row.map((value, index) => asHyparquet(value, parsed[index]!))),
        );
      }),
      { numRuns: 150 },
    );
  });
});

/** DuckDB gives whole numbers of up to 32 bits as numbers. */
function asDuck(value: Value, type: ColumnType): Value {
  if (value === null) return null;
  switch (type.kind) {
    case "tinyint":
    case "smallint":
    case "int":
      return Number(value);
    case "array":
      return (value as Value[]).map((item) => asDuck(item, type.element));
    case "map":
      return (value as [Value, Value][]).map(([key, item]) => [asDuck(key, type.key), asDuck(item, type.value)]);
    case "struct":
      return Object.fromEntries(
        type.fields.map((field) => [field.name, asDuck((value as Record<string, Value>)[field.name]!, field.type)]),
      );
    default:
      return value;
  }
}
