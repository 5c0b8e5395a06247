import assert from "node:assert/strict";
import fc from "fast-check";
import { RowError, valueWriter, type WriteOptions } from "../../../../local/services/dms/column-types";
import { lsnText, parseLsn } from "../../../../local/services/dms/lsn";
import { doubleText, integerText } from "../../../../local/services/dms/number-text";
import { RecordWriter, type ReplicatedTable } from "../../../../local/services/dms/records";
import { mappedTables } from "../../../../local/services/dms/table-mapping";
import { taskSettings } from "../../../../local/services/dms/task-settings";

const OPTIONS: WriteOptions = { large: true, booleans: true, numericAsText: true, lobCharacters: 10 };

describe("local DMS: values", () => {
  it("writes doubles as C's %.16g does", () => {
    for (const [value, text] of [
      [0, "0"],
      [3.2, "3.2"],
      [-0.1, "-0.1"],
      [100, "100"],
      [1234567890123456, "1234567890123456"],
      [Number("12345678901234567"), "1.234567890123457e+16"],
      [1e22, "1e+22"],
      [0.0001, "0.0001"],
      [0.00001, "1e-05"],
      [1e-300, "1e-300"],
    ] as const)
      assert.equal(doubleText(value), text);
  });

  it("keeps a double within its 16 digits, and JSON", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }), (value) => {
        const back = JSON.parse(doubleText(value)) as number;
        assert.ok(Math.abs(back - value) <= Math.abs(value) * 1e-15, `${value} ${back}`);
      }),
    );
  });

  it("keeps whole numbers of 18 digits with UseLargeIntegerValue, of 16 without", () => {
    assert.equal(integerText("123456789012345678", true), "123456789012345678");
    assert.equal(integerText("-1234567890123456789", true), "-1.234567890123457e+18");
    assert.equal(integerText("12345678901234567", false), "1.234567890123457e+16");
  });

  it("writes PostgreSQL's texts by type", () => {
    const write = (type: string, text: string, bounded = true): string =>
      valueWriter({ type, isEnum: false, bounded }, OPTIONS)!(text);
    assert.equal(write("timestamp", "2026-11-01 10:00:00"), '"2026-11-01T10:00:00Z"');
    assert.equal(write("timestamptz", "2026-11-01 10:00:00.5+00"), '"2026-11-01T10:00:00.500000Z"');
    assert.equal(write("bool", "t"), "true");
    assert.equal(write("numeric", "3.20"), "3.2");
    assert.equal(write("numeric", "3.20", false), '"3.20"');
    assert.equal(write("text", "0123456789abc"), '"0123456789"');
    assert.throws(() => write("float8", "NaN"), RowError);
    assert.throws(() => write("timestamp", "infinity"), RowError);
    assert.equal(valueWriter({ type: "bytea", isEnum: false, bounded: false }, OPTIONS), undefined);
  });

  it("reads and writes positions in the log", () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n }), (lsn) => assert.equal(parseLsn(lsnText(lsn)), lsn)));
    assert.equal(lsnText(parseLsn("16/B374D848")), "16/B374D848");
  });
});

describe("local DMS: records", () => {
  const column = (name: string) => ({ name, write: (text: string) => text });
  const table: ReplicatedTable = {
    schema: "public",
    table: "demo",
    key: { type: "primary-key" },
    columns: [column("id"), column("age")],
    primaryKey: ["id"],
  };
  const now = (): number => Date.UTC(2025, 5, 10, 11, 28, 47, 195);
  const of = (settings: object): RecordWriter => new RecordWriter(settings, "TASK", now);

  it("are as AWS's guide shows them", () => {
    const { key, data } = of({ includeNullAndEmpty: true }).row(table, "load", { id: "393", age: null });
    assert.equal(key, "393");
    assert.equal(data.toString().endsWith("\n"), true);
    assert.deepEqual(JSON.parse(data.toString()), {
      data: { id: 393, age: null },
      metadata: {
        timestamp: "2025-06-10T11:28:47.195000Z",
        "record-type": "data",
        operation: "load",
        "partition-key-type": "primary-key",
        "schema-name": "public",
        "table-name": "demo",
      },
    });
  });

  it("leave null out, and have the key's value and the table's name, as the endpoint says", () => {
    const writer = of({ includePartitionValue: true, partitionIncludeSchemaTable: true });
    const { key, data } = writer.row(table, "insert", { id: "393", age: null });
    assert.equal(key, "public.demo.393");
    const record = JSON.parse(data.toString()) as { data: object; metadata: Record<string, string> };
    assert.deepEqual(record.data, { id: 393 });
    assert.equal(record.metadata["partition-key-value"], "public.demo.393");
    assert.equal(writer.control("create-table", "public", "demo").key, "TASK.public.demo");
  });
});

describe("local DMS: settings", () => {
  const locator = { "schema-name": "public", "table-name": "t" };
  const selection = {
    "rule-type": "selection",
    "rule-id": "1",
    "rule-name": "1",
    "rule-action": "include",
    "object-locator": locator,
  };
  const mapping = (parameters: object): string =>
    JSON.stringify({
      rules: [
        selection,
        {
          ...selection,
          "rule-type": "object-mapping",
          "rule-id": "2",
          "rule-name": "2",
          "rule-action": "map-record-to-record",
          "mapping-parameters": parameters,
        },
      ],
    });

  it("of tables are read, and what is not executed is refused by name", () => {
    assert.deepEqual(mappedTables(mapping({ "partition-key-type": "attribute-name", "partition-key-name": "tag" })), [
      { schema: "public", table: "t", key: { type: "attribute-name", column: "tag" } },
    ]);
    for (const [text, expected] of [
      [mapping({ "partition-key-type": "transaction-id" }), /^rules\[1\].*partition-key-type: saw "transaction-id"/],
      [JSON.stringify({ rules: [{ ...selection, filters: [{}] }] }), /^rules\[0\]\.filters: saw/],
      [
        JSON.stringify({ rules: [{ ...selection, "rule-type": "transformation" }] }),
        /^rules\[0\]\.rule-type: saw "transformation"/,
      ],
      [
        JSON.stringify({ rules: [{ ...selection, "object-locator": { ...locator, "table-name": "%" } }] }),
        /table-name: saw "%"/,
      ],
      [JSON.stringify({ rules: [selection, selection] }), /rule-id: saw "1"; each rule has one of its own/],
    ] as const)
      assert.throws(
        () => mappedTables(text),
        (error: Error) => expected.test(error.message),
      );
  });

  it("of a task are AWS's defaults, and what is not executed is refused by name", () => {
    assert.deepEqual(taskSettings(undefined), {
      logging: false,
      dropsTables: true,
      commitRate: 10_000,
      lobCharacters: 32_768,
    });
    assert.equal(taskSettings('{"FullLoadSettings":{"CommitRate":500}}').commitRate, 500);
    assert.throws(
      () => taskSettings('{"ValidationSettings":{"EnableValidation":true}}'),
      /ValidationSettings\.EnableValidation: saw true/,
    );
    assert.throws(
      () => taskSettings('{"BeforeImageSettings":{"EnableBeforeImage":true}}'),
      /BeforeImageSettings\.EnableBeforeImage/,
    );
  });
});
