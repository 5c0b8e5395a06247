import assert from "node:assert/strict";
import { build, DuckReader, failureOf } from "./support";

/** JSON of a value, and what DuckDB reads then; "fails" when the record must go to the error prefix. */
type Case = [json: string, expected: unknown];

const FAILS = Symbol("fails");

/** What the SerDe makes of each kind of value (https://docs.aws.amazon.com/firehose/latest/APIReference/API_OpenXJsonSerDe.html). 64 bits and decimals come back as texts. */
const TABLE: Record<string, Case[]> = {
  int: [
    ["null", null],
    ["7", 7],
    ["-2147483648", -2147483648],
    ["2147483648", FAILS],
    ['"12"', 12],
    ['"-0012"', -12],
    ['"0x1F"', 31],
    ["1.5", FAILS],
    ["3.0", FAILS],
    ["1e3", FAILS],
    ['"abc"', FAILS],
    ['""', FAILS],
    ['" 1"', FAILS],
    ["true", FAILS],
    ["[1]", FAILS],
    ["{}", FAILS],
  ],
  tinyint: [
    ["127", 127],
    ["128", FAILS],
    ["-128", -128],
    ["-129", FAILS],
  ],
  smallint: [
    ["-32768", -32768],
    ["32768", FAILS],
  ],
  bigint: [
    ["9007199254740993", "9007199254740993"],
    ["-9223372036854775808", "-9223372036854775808"],
    ["9223372036854775808", FAILS],
    ['"9223372036854775807"', "9223372036854775807"],
    ["1.0", FAILS],
  ],
  double: [
    ["69.8", 69.8],
    ["3", 3],
    ["1e3", 1000],
    ['" 1.5 "', 1.5],
    ['"NaN"', "NaN"],
    ["12345678901234567890", 12345678901234567000],
    ['"abc"', FAILS],
    ['""', FAILS],
    ["true", FAILS],
    ["[]", FAILS],
  ],
  float: [
    ["0.1", Math.fround(0.1)],
    ['"2.5f"', 2.5],
    ['"x"', FAILS],
  ],
  boolean: [
    ["true", true],
    ["false", false],
    ['"TRUE"', true],
    ['"yes"', false],
    ["1", false],
  ],
  string: [
    ['"a\\u00e4\\n\\ud83d\\ude00"', "aä\n😀"],
    ["1.50", "1.50"],
    ["12345678901234567890", "12345678901234567890"],
    ["1e400", "1e400"],
    ["true", "true"],
    ['{ "A": [1, 2.50, "x y"] }', '{"A":[1,2.50,"x y"]}'],
    ["[]", "[]"],
    ['""', ""],
  ],
  "varchar(3)": [
    ['"abcd"', "abc"],
    ['"😀😀😀😀"', "😀😀😀"],
  ],
  "char(4)": [['"ab  "', "ab"]],
  "decimal(38,2)": [
    ["123456789012345678901234567890123456.78", "123456789012345678901234567890123456.78"],
    ['"-0.005"', "-0.01"],
    ["1e2", "100.00"],
    ["1e36", FAILS],
    ['"1,5"', FAILS],
    ["true", FAILS],
    ['""', FAILS],
  ],
  timestamp: [
    ['"2024-02-29T01:02:03Z"', "2024-02-29 01:02:03"],
    ['"2024-02-29T01:02:03.456Z"', "2024-02-29 01:02:03.456"],
    ['"2024-02-29T01:02:03.45Z"', FAILS],
    ['"2024-02-29T01:02:03"', FAILS],
    ['"2024-02-29T01:02:03+01:30"', "2024-02-28 23:32:03"],
    ['"2024-02-29 01:02:03.123456789"', "2024-02-29 01:02:03.123456"],
    ['"2024-02-29 01:02:03"', "2024-02-29 01:02:03"],
    ['"2023-02-29 01:02:03"', FAILS],
    ['"2024-02-29"', FAILS],
    ["1700000000", "2023-11-14 22:13:20"],
    ["1700000000123", "2023-11-14 22:13:20.123"],
    ["1700000000.123", "2023-11-14 22:13:20.123"],
    ['"1700000000"', "2023-11-14 22:13:20"],
    ["1700000000000000000000", FAILS],
    ["true", FAILS],
    ["[]", FAILS],
  ],
  date: [
    ['"2024-02-29"', "2024-02-29"],
    ['"2023-02-29"', null],
    ['"soon"', null],
    ["5", null],
    ["{}", FAILS],
  ],
  binary: [
    ['"AAEC/w=="', "\\x00\\x01\\x02\\xFF"],
    ['"?"', FAILS],
    ["1", FAILS],
  ],
  "array<int>": [
    ["[1,null,3]", [1, null, 3]],
    ["[]", []],
    ["5", [5]],
    ['""', null],
    ["[1.5]", FAILS],
  ],
  "array<struct<a:int>>": [
    ['{"a":1}', [{ a: 1 }]],
    ["[{},null]", [{ a: null }, null]],
  ],
  "map<string,int>": [
    [
      '{"K":1,"b":null}',
      [
        { key: "k", value: 1 },
        { key: "b", value: null },
      ],
    ],
    ["{}", []],
    ["[]", FAILS],
    ["1", FAILS],
    ['{"a":1,"A":2}', FAILS],
  ],
  "map<int,string>": [
    ['{"1":"x"}', [{ key: 1, value: "x" }]],
    ['{"one":"x"}', FAILS],
    ['{"1":"x","01":"y"}', FAILS],
  ],
  "struct<a:int,b:struct<c:string>>": [
    ['{"A":1,"extra":2}', { a: 1, b: null }],
    ['{"b":{"c":{"d":1}}}', { a: null, b: { c: '{"d":1}' } }],
    ["{}", { a: null, b: null }],
    ["[]", null],
    ["[1]", FAILS],
    ["1", FAILS],
    ['"x"', FAILS],
  ],
};

describe("Parquet: values of a column, as the OpenX JSON SerDe reads them", () => {
  const duck = new DuckReader();
  after(() => duck.close());

  for (const [type, cases] of Object.entries(TABLE))
    it(type, async () => {
      const good = cases.filter(([, expected]) => expected !== FAILS);
      const rows = await duck.read(
        build(
          { v: type },
          good.map(([json]) => `{"v":${json}}`),
        ),
      );
      assert.deepEqual(
        good.map(([json], index) => [json, rows[index]![0]]),
        good.map(([json, expected]) => [json, expected]),
      );
      for (const [json, expected] of cases) {
        if (expected !== FAILS) continue;
        const { failure, rows: added } = failureOf({ v: type }, `{"v":${json}}`);
        assert.match(failure?.code ?? `${json} did not fail`, /^DataFormatConversion\.(MalformedData|ParseError)$/);
        assert.equal(added, 0);
      }
    });

  it("says place, type, value and rule of a mismatch", () => {
    assert.deepEqual(failureOf({ t: "struct<a:array<int>>" }, '{"t":{"a":[1.5]}}').failure, {
      code: "DataFormatConversion.MalformedData",
      message:
        "Data does not match the schema: t.a[] is int, saw 1.5; it accepts whole numbers without decimal point and exponent",
    });
  });

  it("refuses a type that is none of Hive's, with the column", () => {
    assert.throws(
      () => failureOf({ t: "uniontype<int>" }, "{}"),
      /column t has the type "uniontype<int>": expected a type/,
    );
  });
});
