import assert from "node:assert/strict";
import fc from "fast-check";
import { formatColumnType, parseColumnType, type ColumnType } from "../../../etl/columns";

describe("column types", () => {
  const accepted: [string, string][] = [
    ["INT", "int"],
    ["integer", "int"],
    [
      " array < struct < Id : bigint , pos : map<string,double> > > ",
      "array<struct<id:bigint,pos:map<string,double>>>",
    ],
    ["decimal", "decimal(10,0)"],
    ["decimal(38)", "decimal(38,0)"],
    ["Decimal( 10 , 2 )", "decimal(10,2)"],
    ["varchar(65535)", "varchar(65535)"],
    ["char(1)", "char(1)"],
    ["struct<a:int comment 'the first', b:string comment 'it\\'s'>", "struct<a:int,b:string>"],
    ["struct<comment:int>", "struct<comment:int>"],
  ];
  for (const [text, canonical] of accepted) {
    it(text, () => assert.equal(formatColumnType(parseColumnType(text)), canonical));
  }

  const refused: [string, RegExp][] = [
    ["", /expected a type .* at character 1, found the end/],
    ["text", /at character 1, found "text"/],
    ["array<int", /expected ">" at character 10, found the end/],
    ["array<>", /expected a type/],
    ["map<array<int>,int>", /keys of a map must be of a primitive type at character 5/],
    ["struct<>", /field's name/],
    ["struct<a:int,A:int>", /the field a is there twice/],
    ["decimal(39)", /from 1 to 38/],
    ["decimal(5,6)", /from 0 to 5/],
    ["char(256)", /from 1 to 255/],
    ["varchar", /expected "\("/],
    ["int int", /expected the end of the type at character 5/],
    ["array<".repeat(101), /nested 100 levels/],
    ["array<".repeat(50_000), /nested 100 levels/],
  ];
  for (const [text, message] of refused) {
    it(`refuses ${text.slice(0, 30) || "nothing"}`, () =>
      assert.throws(
        () => parseColumnType(text),
        (error: Error) => error instanceof SyntaxError && message.test(error.message),
      ));
  }

  it("parse(format(type)) is the type", () => {
    const type = fc.letrec<{ type: ColumnType }>((tie) => ({
      type: fc.oneof(
        { maxDepth: 3 },
        fc
          .constantFrom("boolean", "tinyint", "smallint", "int", "bigint", "float", "double")
          .map((kind) => ({ kind }) as ColumnType),
        fc.constantFrom("string", "date", "timestamp", "binary").map((kind) => ({ kind }) as ColumnType),
        fc.record({ kind: fc.constant("varchar" as const), length: fc.integer({ min: 1, max: 65535 }) }),
        fc.record({
          kind: fc.constant("decimal" as const),
          precision: fc.integer({ min: 20, max: 38 }),
          scale: fc.nat(20),
        }),
        fc.record({ kind: fc.constant("array" as const), element: tie("type") }),
        fc.record({
          kind: fc.constant("map" as const),
          key: fc.constant<ColumnType>({ kind: "int" }),
          value: tie("type"),
        }),
        fc.record({
          kind: fc.constant("struct" as const),
          fields: fc.uniqueArray(fc.record({ name: fc.stringMatching(/^[a-z_][a-z0-9_]{0,4}$/), type: tie("type") }), {
            minLength: 1,
            maxLength: 3,
            selector: ({ name }) => name,
          }),
        }),
      ),
    })).type;
    fc.assert(
      // fast-check makes objects without a prototype now and then.
      fc.property(type, (value) => assert.deepEqual(parseColumnType(formatColumnType(value)), structuredClone(value))),
      { numRuns: 300 },
    );
  });
});
