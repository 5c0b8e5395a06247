import assert from "node:assert/strict";
import fc from "fast-check";
import { build, DuckReader, failureOf, readByHyparquet } from "./support";

/** A type with JSON for its values, each with what DuckDB's JSON of it is. */
interface Typed {
  type: string;
  values: fc.Arbitrary<{ json: string; read: unknown }>;
}

const integer = (type: string, bits: bigint): Typed => ({
  type,
  values: fc.bigInt({ min: -(2n ** (bits - 1n)), max: 2n ** (bits - 1n) - 1n }).map((value) => ({
    json: String(value),
    read: bits === 64n ? String(value) : Number(value),
  })),
});

const decimal = fc.integer({ min: 1, max: 38 }).chain((precision) =>
  fc.integer({ min: 0, max: precision }).map((scale): Typed => {
    const limit = 10n ** BigInt(precision) - 1n;
    return {
      type: `decimal(${precision},${scale})`,
      values: fc.bigInt({ min: -limit, max: limit }).map((unscaled) => {
        const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
        const text = `${unscaled < 0n ? "-" : ""}${digits.slice(0, digits.length - scale)}${scale > 0 ? `.${digits.slice(-scale)}` : ""}`;
        return { json: text, read: text };
      }),
    };
  }),
);

/** Without a byte order mark at its beginning, which DuckDB's binding and hyparquet leave out of what they show; a test of its own has one. */
const text = fc
  .oneof(fc.string(), fc.string({ unit: "binary" }), fc.constantFrom("", "null", "\u0000", '"', "\\"))
  .map((any) => any.replace(/^\uFEFF+/, ""));

const leaf: fc.Arbitrary<Typed> = fc.oneof(
  fc.constantFrom(integer("tinyint", 8n), integer("smallint", 16n), integer("int", 32n), integer("bigint", 64n)),
  decimal,
  fc.constant<Typed>({
    type: "double",
    values: fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((value) => ({ json: JSON.stringify(value), read: value === 0 ? 0 : value })),
  }),
  fc.constant<Typed>({ type: "boolean", values: fc.boolean().map((value) => ({ json: String(value), read: value })) }),
  fc.constant<Typed>({
    type: "string",
    // A text that begins as an object or array would be read as nothing else than a text
    values: text.map((value) => ({ json: JSON.stringify(value), read: Buffer.from(value).toString() })),
  }),
  fc.constant<Typed>({
    type: "timestamp",
    values: fc.date({ min: new Date("0100-01-01"), max: new Date("9999-01-01"), noInvalidDate: true }).map((date) => ({
      json: JSON.stringify(date.toISOString()),
      read: date
        .toISOString()
        .replace("T", " ")
        .replace(/\.?0*Z$/, (zeros) => (zeros.startsWith(".") ? "" : zeros.slice(0, -1).replace(/0+$/, ""))),
    })),
  }),
);

const nested: fc.Arbitrary<Typed> = fc.letrec<{ type: Typed }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    tie("type").map((element): Typed => ({
      type: `array<${element.type}>`,
      values: fc.array(orNull(element), { maxLength: 4 }).map((items) => ({
        json: `[${items.map(({ json }) => json).join(",")}]`,
        read: items.map(({ read }) => read),
      })),
    })),
    tie("type").map((value): Typed => ({
      type: `map<string,${value.type}>`,
      values: fc
        .uniqueArray(fc.tuple(text.map(lower), orNull(value)), { selector: ([key]) => key, maxLength: 3 })
        .map((entries) => ({
          json: `{${entries.map(([key, { json }]) => `${JSON.stringify(key)}:${json}`).join(",")}}`,
          read: entries.map(([key, { read }]) => ({ key, value: read })),
        })),
    })),
    fc.array(tie("type"), { minLength: 1, maxLength: 3 }).map((fields): Typed => ({
      type: `struct<${fields.map(({ type }, index) => `f${index}:${type}`).join(",")}>`,
      values: fc.tuple(...fields.map(orNull)).map((values) => ({
        json: `{${values.map(({ json }, index) => `"f${index}":${json}`).join(",")}}`,
        read: Object.fromEntries(values.map(({ read }, index) => [`f${index}`, read])),
      })),
    })),
  ),
})).type;

function orNull(typed: Typed): Typed["values"] {
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant({ json: "null", read: null }) },
    { weight: 4, arbitrary: typed.values },
  );
}

/** Map keys go through the lower-casing of names. */
function lower(key: string): string {
  return Buffer.from(key).toString().toLowerCase();
}

describe("Parquet: properties", () => {
  const duck = new DuckReader();
  after(() => duck.close());

  it("every value of every type comes back from DuckDB as it was sent", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(nested, { minLength: 1, maxLength: 3 })
          .chain((types) =>
            fc.tuple(fc.constant(types), fc.array(fc.tuple(...types.map(orNull)), { minLength: 1, maxLength: 20 })),
          ),
        async ([types, rows]) => {
          const columns = Object.fromEntries(types.map(({ type }, index) => [`c${index}`, type]));
          const records = rows.map((row) => `{${row.map(({ json }, index) => `"c${index}":${json}`).join(",")}}`);
          const read = await duck.read(build(columns, records));
          assert.deepEqual(read, JSON.parse(JSON.stringify(rows.map((row) => row.map((value) => value.read)))));
        },
      ),
      { numRuns: 120 },
    );
  });

  it("keeps a byte order mark at the beginning of a text", async () => {
    const file = build({ s: "string" }, [JSON.stringify({ s: "\uFEFFab" })]);
    assert.deepEqual(await duck.read(file, "hex(encode(s))"), [["EFBBBF6162"]]);
  });

  it("hyparquet reads the same as DuckDB does", async () => {
    const row = fc.record({ s: fc.option(text), i: fc.option(fc.integer()), l: fc.option(fc.array(fc.integer())) });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 50 }), async (rows) => {
        const file = build(
          { s: "string", i: "int", l: "array<int>" },
          rows.map((each) => JSON.stringify(each)),
        );
        const expected = await duck.read(file);
        const read = await readByHyparquet(file);
        assert.deepEqual(
          read.map(({ s, i, l }) => [s ?? null, i ?? null, l ?? null]),
          expected,
        );
      }),
      { numRuns: 60 },
    );
  });

  it("any text is either an object, or refused; never an exception, never half of it", () => {
    const piece = fc.constantFrom(
      '{"a":',
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"',
      "1",
      "null",
      "\\",
      " ",
      '{"a":1}',
      "\ud800",
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join("")),
        ),
        (json) => {
          const { failure, rows } = failureOf({ a: "string" }, json);
          assert.equal(failure === undefined, rows > 0);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("agrees with JSON.parse on what is JSON", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), fc.nat(60), fc.boolean(), (value, cut, whole) => {
        const json = whole ? `{"a":${value}}` : `{"a":${value}}`.slice(0, cut);
        const { failure } = failureOf({ b: "int" }, json, { caseInsensitive: false });
        let valid = true;
        try {
          JSON.parse(json);
        } catch {
          valid = false;
        }
        assert.equal(failure === undefined, valid, failure?.message);
      }),
      { numRuns: 300 },
    );
  });
});
