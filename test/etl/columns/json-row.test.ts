import assert from "node:assert/strict";
import fc from "fast-check";
import { formatColumnType, JsonRowWriter, parseColumnType, RowBuffer, type ColumnType } from "../../../etl/columns";
import { reads, typeOfValue, widest } from "../../../etl/columns/infer";
import { inferredTypeOf, columnTypeOf, NOTHING } from "../../../etl/columns/inferred-type";
import { Layout, Message, MessageReader, Scanner } from "../../../etl/json";

/** The lines of messages, and the columns that they have. `mentioned` are names that the pipeline has a place for. */
function lines(payloads: readonly string[], mentioned: readonly string[] = []) {
  const layout = new Layout();
  for (const name of mentioned) layout.slot(name);
  const writer = new JsonRowWriter();
  const reader = new MessageReader(layout);
  const message = new Message(layout);
  const out = new RowBuffer(1);
  const rows = payloads.map((payload) => {
    const bytes = Buffer.from(payload);
    assert.equal(reader.read(message, bytes, 0, bytes.length), undefined, payload);
    out.length = 0;
    writer.write(message, out);
    return out.text(0);
  });
  const columns = Object.fromEntries(writer.columns.map(({ name, type }) => [name, formatColumnType(type)]));
  return { writer, rows, columns };
}

function valueOf(json: string) {
  const bytes = Buffer.from(json);
  const scanner = new Scanner();
  scanner.bytes = bytes;
  scanner.end = bytes.length;
  const end = scanner.value(0, 0);
  return { bytes, kind: scanner.kind, start: 0, end, number: scanner.number, big: undefined };
}

/** A slow and plain reading of what a line is: names in lower case at every level, the last of equal ones. */
function lowered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(lowered);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, member]) => [name.toLowerCase(), lowered(member)] as const);
  return Object.fromEntries(entries);
}

/** Whether a reader of the type takes the value: the rules of the JSON SerDe, plainly. */
function fits(type: ColumnType, value: unknown): boolean {
  if (value === null) return true;
  switch (type.kind) {
    case "bigint":
      return typeof value === "number" && Number.isInteger(value);
    case "double":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "array":
      return Array.isArray(value) && value.every((item) => fits(type.element, item));
    case "struct":
      return (
        typeof value === "object" &&
        !Array.isArray(value) &&
        type.fields.every((field) => fits(field.type, (value as Record<string, unknown>)[field.name] ?? null))
      );
    default:
      return type.kind === "string";
  }
}

describe("lines of a datastore in JSON format", () => {
  it("hold every attribute as it was sent, in its order, on one line", () => {
    const { rows } = lines(
      [
        '{ "id" : 12345678901234567890 ,\n "Temp": 1.50, "when": "a\\nb", "pos": [1.0, 2e3],\n "unit": { "Name": "x" } }',
      ],
      ["temp"],
    );
    assert.deepEqual(rows, [
      '{"id":12345678901234567890,"temp":1.50,"when":"a\\nb","pos":[1.0,2e3],"unit":{"name":"x"}}',
    ]);
  });

  it("take the last of attributes whose names differ in case only, and count them", () => {
    const { rows, writer } = lines(['{"a":1,"B":2,"A":3,"b":4}'], ["b"]);
    assert.deepEqual(rows, ['{"a":3,"b":4}']);
    assert.equal(writer.collisions, 2);
  });

  it("have nothing of the system's", () => {
    assert.deepEqual(lines(['{"__received_at":5,"a":1,"__dt":"x"}']).rows, ['{"a":1}']);
  });

  const types: [string, string[], string | undefined][] = [
    ["whole numbers", ["1", "-9223372036854775808", "9223372036854775807"], "bigint"],
    ["a whole number that 64 bits do not hold", ["9223372036854775808"], "string"],
    ["fractions, whole ones too", ["1.0"], "double"],
    ["numbers with an exponent", ["1e3"], "double"],
    ["whole numbers, then a fraction", ["1", "2.5"], "double"],
    ["a fraction, then a number beyond 64 bits", ["2.5", "9223372036854775808"], "string"],
    ["truth values", ["true", "null", "false"], "boolean"],
    ["a truth value and a number", ["true", "1"], "string"],
    ["texts", ['"a"', '"\\u00e9"'], "string"],
    ["a number and a text", ["1", '"a"'], "string"],
    ["null alone", ["null", "null"], undefined],
    ["an empty array", ["[]", "[[]]", "[null]", "null"], undefined],
    ["an empty object", ["{}", '{"a":null}', '{"b":[]}'], undefined],
    ["arrays", ["[1]", "[2.5,null]", "[]"], "array<double>"],
    ["arrays of mixed elements", ['[1,"a",{"b":1}]'], "array<string>"],
    ["an array and a number", ["[1]", "1"], "string"],
    ["an empty array and a number", ["[]", "1"], "string"],
    ["a number and an empty object", ["1", "{}"], "string"],
    ["arrays with an object that tells nothing", ["[1]", "[{}]"], "array<string>"],
    ["objects", ['{"Id":1,"name":"x"}', '{"at":[1.5],"id":2.5}'], "struct<id:double,name:string,at:array<double>>"],
    ["an object with a name that no field can have", ['{"sensor-1":1}'], "string"],
    ["objects of which one has such a name", ['{"a":1}', '{"b c":1}'], "string"],
    ["nested objects", ['{"a":{"b":{"c":true}}}'], "struct<a:struct<b:struct<c:boolean>>>"],
  ];
  for (const [what, values, type] of types)
    it(`type ${what} as ${type ?? "no column"}`, () => {
      assert.deepEqual(lines(values.map((value) => `{"c":${value}}`)).columns, type === undefined ? {} : { c: type });
    });

  it("give no column to names that SQL cannot say, and to no more than a thousand", () => {
    const many = Array.from({ length: 1001 }, (_, index) => `"a${index}":1`).join(",");
    const { writer } = lines([`{"sensor-id":1,"ä":2,"9a":3,"":4,${many}}`]);
    assert.equal(writer.columns.length, 1000);
    assert.deepEqual([...writer.unexposed], ["sensor-id", "ä", "9a", "", "a1000"]);
  });

  it("make a text of an object whose names have no end", () => {
    const object = `{${Array.from({ length: 201 }, (_, index) => `"a${index}":1`).join(",")}}`;
    assert.deepEqual(lines([`{"c":${object}}`]).columns, { c: "string" });
  });

  it("take in the table's columns: their order, both types, and what the table alone knows", () => {
    const { writer } = lines(['{"a":1,"b":2,"t":"2024-01-01 00:00:00"}']);
    const type = (text: string) => parseColumnType(text);
    writer.adopt([
      { name: "z", type: type("boolean") },
      { name: "b", type: type("double") },
      { name: "t", type: type("timestamp") },
    ]);
    assert.deepEqual(
      writer.columns.map(({ name, type: own }) => `${name} ${formatColumnType(own)}`),
      ["z boolean", "b double", "t timestamp", "a bigint"],
    );
  });

  it("are the messages again, and every column's type reads every value that came under its name", () => {
    const name = fc.constantFrom("a", "B", "b", "C_1", "x y", "é", "__s", "deviceId");
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false, 0, -0, 1, 2.5, 1e21, -7, 2 ** 53, "", "a", "ü\n", 1e-9),
        fc.array(tie("json"), { maxLength: 3 }),
        fc.dictionary(name, tie("json"), { maxKeys: 3 }),
      ),
    }));
    const payloads = fc.array(fc.dictionary(name, json, { maxKeys: 5 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(payloads, fc.subarray(["a", "B", "deviceId"]), (messages, mentioned) => {
        const { rows, writer } = lines(
          messages.map((message) => JSON.stringify(message, null, 1)),
          mentioned,
        );
        const columns = new Map(writer.columns.map((column) => [column.name, column.type]));
        rows.forEach((row, index) => {
          const expected = lowered(JSON.parse(JSON.stringify(messages[index]))) as Record<string, unknown>;
          for (const key of Object.keys(expected)) if (key.startsWith("__")) delete expected[key];
          assert.ok(!row.includes("\n"));
          const actual = JSON.parse(row) as Record<string, unknown>;
          // of names that differ in case only either order may win here; the order of members decides
          assert.deepEqual(Object.keys(actual).sort(), Object.keys(expected).sort());
          for (const [key, value] of Object.entries(actual)) {
            const type = columns.get(key);
            if (type === undefined) continue;
            // what only null or nothing is known of is not in the column's type
            assert.ok(
              fits(type, JSON.parse(JSON.stringify(value))),
              `${formatColumnType(type)} does not read ${JSON.stringify(value)}`,
            );
          }
        });
      }),
      { numRuns: 300 },
    );
  });

  it("widen types in any order to the same readers", () => {
    const value = fc.constantFrom(
      "1",
      "2.5",
      "true",
      '"a"',
      "[1]",
      '["a"]',
      '{"a":1}',
      '{"a":2.5,"b":"x"}',
      "[{}]",
      "18446744073709551616",
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 5 }), (values) => {
        const types = values.map((json) => typeOfValue(valueOf(json)));
        const all = types.reduce(widest, NOTHING);
        for (const json of values) assert.ok(reads(all, valueOf(json)), `${JSON.stringify(all)} and ${json}`);
        const [column, reverse] = [all, [...types].reverse().reduce(widest, NOTHING)].map(columnTypeOf);
        if (column === undefined || reverse === undefined) return assert.equal(column, reverse);
        assert.deepEqual(columnTypeOf(inferredTypeOf(column)), column);
        const fields = (text: string) => [...text.replace(/\W+/g, " ").trim().split(" ")].sort().join(" ");
        assert.equal(fields(formatColumnType(column)), fields(formatColumnType(reverse)));
      }),
    );
  });
});
