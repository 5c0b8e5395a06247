import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { parquetMetadata } from "hyparquet";
import { ParquetBuilder } from "../../../etl/parquet";
import { build, columnsOf, DEFAULTS, DuckReader, failureOf, readByHyparquet } from "./support";

const TYPES = { id: "string", n: "int" };

describe("Parquet: records", () => {
  const duck = new DuckReader();
  after(() => duck.close());

  it("takes one object, or several with or without white space, and drops attributes without a column", async () => {
    const file = build(TYPES, ['{"id":"a","n":1}\n', ' {"n":2,"id":"b","x":{"y":[1]}}{"id":"c"}\r\n\t{} ', "{}"]);
    assert.deepEqual(await duck.read(file), [
      ["a", 1],
      ["b", 2],
      ["c", null],
      [null, null],
      [null, null],
    ]);
  });

  it("adds nothing of a record with one bad object, and goes on", async () => {
    const builder = new ParquetBuilder(columnsOf(TYPES), DEFAULTS);
    assert.equal(builder.add('{"id":"a","n":1}'), undefined);
    assert.equal(builder.add('{"id":"b","n":2}{"id":"c","n":2.5}')?.code, "DataFormatConversion.MalformedData");
    assert.equal(builder.add('{"id":"d","n":3}'), undefined);
    assert.equal(builder.rows, 2);
    assert.deepEqual(await duck.read(builder.finish()), [
      ["a", 1],
      ["d", 3],
    ]);
  });

  for (const json of [
    "",
    " \n",
    "[]",
    '[{"id":"a"}]',
    "null",
    '"x"',
    "{",
    '{"id"',
    '{"id":}',
    '{"id":"a",}',
    '{"id":"a"} x',
    "{'id':'a'}",
    '{"id":"a\nb"}',
    '{"id":"\\n\u0001"}',
    '{"id":"\\x"}',
    '{"id":"a',
    '{"id":nul}',
    '{"n":01}',
    '{"n":1.}',
    '{"n":-}',
    '{"n":1 2}',
    '{"x":[1,]}',
    `{"x":${"[".repeat(100_000)}`,
  ])
    it(`refuses what is no JSON object: ${json.slice(0, 30)}`, () => {
      const { failure, rows } = failureOf(TYPES, json);
      assert.equal(failure?.code, "DataFormatConversion.ParseError");
      assert.match(failure!.message, /^Encountered malformed JSON: .+ at character \d+, found /);
      assert.equal(rows, 0);
    });

  it("says where JSON is malformed", () => {
    assert.deepEqual(failureOf(TYPES, '{"id":"a" "n":1}').failure, {
      code: "DataFormatConversion.ParseError",
      message: 'Encountered malformed JSON: "," or "}" was expected at character 11, found "\\"n\\":1}"',
    });
  });

  it("lower-cases names unless told not to, and refuses two that coincide then", async () => {
    assert.deepEqual(await duck.read(build(TYPES, ['{"ID":"a","N":1}'])), [["a", 1]]);
    assert.deepEqual(await duck.read(build(TYPES, ['{"ID":"a","N":1}'], { caseInsensitive: false })), [[null, null]]);
    for (const json of ['{"id":"a","ID":"b"}', '{"id":null,"Id":"b"}', '{"x":1,"X":2}', '{"y":{"a":1,"A":2}}'])
      assert.match(failureOf(TYPES, json).failure?.message ?? `${json} passed`, /duplicate key/);
    assert.equal(failureOf(TYPES, '{"x":1,"X":2,"ID":5,"id":"a"}', { caseInsensitive: false }).failure, undefined);
    assert.match(failureOf(TYPES, '{"id":"a","id":"b"}', { caseInsensitive: false }).failure!.message, /duplicate key/);
  });

  it("finds nothing special in names such as __proto__", async () => {
    const types = { __proto: "string", constructor: "string", s: "struct<__proto__:string,constructor:int>" };
    const file = build(types, [
      '{"__proto__":1,"constructor":"c","toString":2,"hasOwnProperty":3,"s":{"__proto__":"p","constructor":1}}',
      '{"s":{"hasOwnProperty":1}}',
    ]);
    assert.deepEqual(await duck.read(file, "constructor, s.__proto__, s.constructor"), [
      ["c", "p", 1],
      [null, null, null],
    ]);
  });

  it("makes a table without rows that still has its columns", async () => {
    const file = build(TYPES, []);
    assert.deepEqual(await duck.read(file, "count(*), typeof(max(id)), typeof(max(n))"), [["0", "VARCHAR", "INTEGER"]]);
    assert.equal(Number(parquetMetadata(file.slice().buffer).num_rows), 0);
  });

  for (const compression of ["SNAPPY", "GZIP", "UNCOMPRESSED"] as const)
    it(`compresses: ${compression}`, async () => {
      const records = Array.from({ length: 200 }, (_, n) => JSON.stringify({ id: `sensor${n % 3}`, n }));
      const file = build(TYPES, records, { compression });
      const [group] = parquetMetadata(file.slice().buffer).row_groups;
      assert.deepEqual(new Set(group!.columns.map(({ meta_data }) => meta_data!.codec)), new Set([compression]));
      assert.deepEqual(await duck.read(file, "count(*), sum(n)::INT, count(DISTINCT id)"), [["200", 19900, "3"]]);
      if (compression === "SNAPPY") assert.deepEqual((await readByHyparquet(file))[7], { id: "sensor1", n: 7 });
      assert.throws(() => gunzipSync(file), "the file itself is not compressed");
    });

  it("bounds row groups by rows and by text, so an open builder's memory is bounded", async () => {
    const groupsOf = (file: Uint8Array): number[] =>
      parquetMetadata(file.slice().buffer).row_groups.map(({ num_rows }) => Number(num_rows));
    const builder = new ParquetBuilder(columnsOf(TYPES), DEFAULTS);
    for (let n = 0; n < 120_000; n++) builder.add(`{"id":"s","n":${n}}`);
    const file = builder.finish();
    assert.deepEqual(groupsOf(file), [50_000, 50_000, 20_000]);
    assert.deepEqual(await duck.read(file, "count(*), sum(n)::VARCHAR, min(n), max(n)"), [
      ["120000", "7199940000", 0, 119_999],
    ]);
    const large = new ParquetBuilder(columnsOf(TYPES), DEFAULTS);
    const filler = "x".repeat(100_000);
    for (let n = 0; n < 200; n++) large.add(`{"n":${n},"other":"${filler}"}`);
    assert.deepEqual(groupsOf(large.finish()), [168, 32]);
  });
});
