import assert from "node:assert/strict";
import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import { Layout, Message, MessageReader, parseJson, Scanner } from "../../../etl/json";
import { toJson } from "../../../etl/expressions";

const layout = new Layout();
const slots = { a: layout.slot("a"), b: layout.slot("b"), proto: layout.slot("__proto__") };
const message = new Message(layout);
const reader = new MessageReader(layout);

function read(payload: string | Uint8Array): string | undefined {
  const bytes = Buffer.from(payload);
  return reader.read(message, bytes, 0, bytes.length);
}

describe("reading a message", () => {
  const refused: [string, string | Uint8Array, string][] = [
    ["an empty payload", "", "the payload is empty"],
    ["blanks", " \n\t", "the payload holds nothing but blanks"],
    ["an array", "[1]", "the payload is an array, and not an object"],
    ["a text", '"x"', "the payload is a text, and not an object"],
    ["a number", " 12 ", "the payload is a number, and not an object"],
    ["null", "null", "the payload is null, and not an object"],
    ["words", "hello", "the payload is not JSON: expected a value at byte 0, found 'h'"],
    [
      "single quotes",
      "{'a':1}",
      "the payload is not JSON: expected an attribute's name in double quotes at byte 1, found a single quote",
    ],
    ["a cut payload", '{"a":1', 'the payload is not JSON: expected "," or "}" at byte 6, found the end'],
    ["a cut text", '{"a":"x', "the payload is not JSON: expected the closing quote of a text at byte 7, found the end"],
    ["a leading zero", '{"a":01}', 'the payload is not JSON: expected "," or "}" at byte 6, found \'1\''],
    [
      "a point without digits",
      '{"a":1.}',
      "the payload is not JSON: expected a digit after the point at byte 7, found '}'",
    ],
    ["a bare minus", '{"a":-}', "the payload is not JSON: expected a digit at byte 6, found '}'"],
    [
      "an empty exponent",
      '{"a":1e+}',
      "the payload is not JSON: expected a digit in the exponent at byte 8, found '}'",
    ],
    ["NaN", '{"a":NaN}', "the payload is not JSON: expected a value at byte 5, found 'N'"],
    [
      "a trailing comma",
      '{"a":1,}',
      "the payload is not JSON: expected an attribute's name in double quotes at byte 7, found '}'",
    ],
    ["two objects", '{"a":1}{"a":2}', "the payload is not JSON: expected the end at byte 7, found '{'"],
    [
      "a control character",
      '{"a":"\u0001"}',
      "the payload is not JSON: expected an escape in place of a control character at byte 6, found the byte 0x01",
    ],
    [
      "a wrong escape",
      '{"a":"\\x"}',
      "the payload is not JSON: expected one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u at byte 7, found 'x'",
    ],
    ["a short escape", '{"a":"\\u12g4"}', "the payload is not JSON: expected four hex digits at byte 10, found 'g'"],
    ["Latin-1", Buffer.from('{"a":"\u00e9"}', "latin1"), "the payload is not UTF-8"],
    ["a byte-order mark", "\ufeff{}", "the payload is not JSON: expected a value at byte 0, found the byte 0xef"],
    ["nesting", `{"a":${"[".repeat(200)}`, "the payload is nested deeper than 128 levels"],
  ];
  for (const [what, payload, reason] of refused) it(`refuses ${what}`, () => assert.equal(read(payload), reason));

  it("takes nesting up to the limit, and does not overflow the stack beyond it", () => {
    const nested = (levels: number): string => `{"a":${"[".repeat(levels)}${"]".repeat(levels)}}`;
    assert.equal(read(nested(127)), undefined);
    assert.match(read(nested(128)) ?? "", /deeper/);
    assert.match(read(nested(100_000)) ?? "", /deeper/);
  });

  it("checks names that it has met before as strictly as new ones", () => {
    const bad = Buffer.from('{"\u00e9":1}', "latin1");
    assert.equal(read(bad), "the payload is not UTF-8");
    assert.equal(read(bad), "the payload is not UTF-8");
  });

  it("keeps every digit", () => {
    assert.equal(read('{"a":9007199254740993,"b":1.10,"c":{"d":-0.0e-7},"e":"\\u00e9"}'), undefined);
    assert.equal(message.toJson(), '{"a":9007199254740993,"b":1.10,"c":{"d":-0.0e-7},"e":"\\u00e9"}');
    assert.equal(message.value(slots.a), 9007199254740993n);
    assert.equal(message.value(slots.b), 1.1);
  });

  it("has no special names", () => {
    assert.equal(
      read('{"__proto__":{"x":1},"constructor":2,"a":{"__proto__":{"polluted":1},"toString":3}}'),
      undefined,
    );
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
    assert.equal(message.valueAt(slots.a, ["__proto__", "polluted"]), 1);
    assert.equal(message.valueAt(slots.a, ["hasOwnProperty"]), undefined);
    assert.equal(message.valueAt(slots.proto, ["x"]), 1);
    assert.equal(message.count, 2, "names of the system do not count");
  });

  it("takes the last of members that are named alike", () => {
    assert.equal(read('{"a":1,"x":1,"a":{"b":1,"b":2},"x":2}'), undefined);
    assert.equal(message.valueAt(slots.a, ["b"]), 2);
    assert.deepEqual(JSON.parse(message.toJson()), { a: { b: 1 + 1 }, x: 2 });
  });

  it("reads messages of changing shape", () => {
    for (const payload of [
      '{"a":1,"b":2}',
      '{"b":3,"a":4}',
      '{"x":5}',
      '{ "a" : 6 }',
      '{"a":7,"b":8,"c":9}',
      '{"\\u0061":10}',
    ]) {
      assert.equal(read(payload), undefined);
      const expected = JSON.parse(payload) as Record<string, number>;
      assert.equal(message.value(slots.a), expected.a);
      assert.equal(message.value(slots.b), expected.b);
      assert.deepEqual(JSON.parse(message.toJson()), expected);
    }
  });

  it("reads a part of a larger buffer and nothing beyond it", () => {
    const bytes = Buffer.from('xx{"a":1}yy{"a":"unfinished');
    assert.equal(reader.read(message, bytes, 2, 9), undefined);
    assert.equal(message.value(slots.a), 1);
    for (let to = 2; to < 9; to++) assert.notEqual(reader.read(message, bytes, 2, to), undefined);
  });

  it("agrees with JSON.parse about every document", () => {
    const names = fc.oneof(fc.constantFrom("a", "b", "__proto__", "c d", "\u00e9"), fc.string({ unit: "grapheme" }));
    const object = fc.dictionary(names, fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true });
    const spacing = fc.constantFrom(undefined, 1, "\t");
    fc.assert(
      fc.property(object, spacing, (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        assert.equal(read(text), undefined, text);
        const expected = JSON.parse(text) as Record<string, unknown>;
        assert.deepEqual(JSON.parse(message.toJson()), expected);
        for (const name of ["a", "b"] as const) {
          const written = Object.hasOwn(expected, name) ? JSON.stringify(expected[name]) : undefined;
          const decoded = message.value(slots[name]);
          assert.equal(decoded === undefined ? undefined : JSON.stringify(JSON.parse(toJson(decoded))), written);
        }
      }),
      { numRuns: 700 },
    );
  });

  it("agrees with JSON.parse about what is no document", () => {
    // Not the same object twice: for two objects whose names differ in an escape alone ("K\\ff", "K\\\\f") JSON.parse of Node 24 gives
    // both the same names.
    const valid = fc.jsonValue({ maxDepth: 2 }).map((value) => Buffer.from(JSON.stringify({ a: value, b: [0, "x"] })));
    const broken = fc
      .tuple(
        valid,
        fc.array(fc.tuple(fc.nat(), fc.constantFrom(...Buffer.from('{}[]",:\\u0e-+.1tfn \u0000\u00ff', "latin1"))), {
          maxLength: 3,
        }),
        fc.nat(),
      )
      .map(([bytes, edits, cut]) => {
        const copy = Buffer.from(bytes);
        for (const [at, byte] of edits) copy[at % copy.length] = byte;
        return copy.subarray(0, cut % 3 === 0 ? cut % (copy.length + 1) : copy.length);
      });
    const random = fc.uint8Array({ maxLength: 30 });
    fc.assert(
      fc.property(fc.oneof(broken, random), (bytes) => {
        let expected: unknown;
        try {
          expected = isUtf8(bytes) ? JSON.parse(Buffer.from(bytes).toString()) : undefined;
        } catch {
          expected = undefined;
        }
        // a byte-order mark is taken off by the decoder of the text, and no JSON
        const isObject = typeof expected === "object" && expected !== null && !Array.isArray(expected);
        const reason = read(bytes);
        assert.equal(reason === undefined, isObject, `${Buffer.from(bytes).toString("latin1")} -> ${reason}`);
        if (isObject) assert.deepEqual(JSON.parse(message.toJson()), expected);
      }),
      { numRuns: 4000 },
    );
  });

  it("reads numbers as JSON.parse does", () => {
    const digits = fc.stringMatching(/^-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?$/);
    fc.assert(
      fc.property(digits, (text) => {
        assert.equal(read(`{"a":${text}}`), undefined);
        const value = message.value(slots.a);
        // a Decimal of many digits has its text
        assert.equal(Number(String(value)) + 0, Number(text) + 0);
        if (/^-?\d+$/.test(text)) assert.equal(BigInt(String(value)), BigInt(text));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("parseJson", () => {
  it("gives values with all digits of whole numbers, and names the byte of a mistake", () => {
    assert.deepEqual(parseJson('[1, 12345678901234567890, "x", null]'), [1, 12345678901234567890n, "x", null]);
    assert.throws(() => parseJson('{"a" 1}'), /expected ":" at byte 5/);
    assert.throws(() => parseJson("1 2"), /expected the end at byte 2/);
    assert.throws(() => parseJson(Buffer.from([0x22, 0xff, 0x22])), /not UTF-8/);
  });

  it("limits what a caller may set as depth", () => {
    assert.throws(() => new Scanner(100_000), RangeError);
  });
});
