import assert from "node:assert/strict";
import fc from "fast-check";
import { ArchiveSplitter, commonPrefix, objectTime } from "../../../etl/archive";

/** The messages of an object that comes in pieces of so many bytes, in turn; a character for each byte. */
function splitBytes(object: Buffer, pieces: readonly number[]): string[] {
  const found: string[] = [];
  const splitter = new ArchiveSplitter((bytes, from, to) => found.push(bytes.toString("latin1", from, to)));
  for (let at = 0, turn = 0; at < object.length; turn++) {
    const length = Math.max(1, pieces[turn % pieces.length]!);
    // A copy, for the bytes of a stream's piece are used again.
    splitter.push(Buffer.from(object.subarray(at, at + length)));
    at += length;
  }
  splitter.end();
  return found;
}

function split(object: Buffer, pieces: readonly number[] = [object.length]): string[] {
  return splitBytes(object, pieces).map((bytes) => Buffer.from(bytes, "latin1").toString("utf8"));
}

const text = (...parts: string[]): Buffer => Buffer.from(parts.join(""));

/** JSON as devices write it: compact or with blanks and newlines, and with what could be taken for an end. */
const messages = fc
  .tuple(
    fc.oneof(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
      fc.array(fc.jsonValue({ maxDepth: 2 })),
      fc.constantFrom({ text: "}{" }, { text: "]\n[" }, { text: "\n}\n{" }, {}, [], { a: [{ b: 1 }, { c: "ü€😀" }] }),
    ),
    fc.constantFrom(undefined, 1, "\t"),
  )
  .map(([value, indent]) => JSON.stringify(value, undefined, indent));
const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });

describe("the archive's objects, cut into messages", () => {
  it("are cut exactly, with a newline behind each message and with nothing between them, however the bytes come", () => {
    fc.assert(
      fc.property(fc.array(messages, { maxLength: 12 }), fc.boolean(), pieces, (all, delimited, cuts) => {
        const object = text(...all.map((message) => (delimited ? `${message}\n` : message)));
        assert.deepEqual(split(object, cuts), all);
      }),
      { numRuns: 500 },
    );
  });

  it("keep what is no JSON as a message of its own where newlines end them", () => {
    const good = messages.filter((message) => !message.includes("\n"));
    const bad = fc.constantFrom(
      "hello",
      "{",
      '{"a":',
      '{"a":1} more',
      "\u0000\u0001",
      '"open',
      "tru",
      "1 2",
      '{"a":1}{"b":2}',
      "-",
      "[1,",
    );
    fc.assert(
      fc.property(good, fc.array(fc.oneof(good, bad), { maxLength: 12 }), pieces, (first, more, cuts) => {
        const all = [first, ...more];
        assert.deepEqual(split(text(...all.map((message) => `${message}\n`)), cuts), all);
      }),
      { numRuns: 500 },
    );
  });

  it("go on behind what is no JSON where nothing is between messages", () => {
    assert.deepEqual(split(text('{"a":1}', '{"a":', '{"b":2}', '{"c":3}')), ['{"a":1}', '{"a":{"b":2}', '{"c":3}']);
    assert.deepEqual(split(text('{"a":1}', "nonsense}", '{"c":3}')), ['{"a":1}', "nonsense}", '{"c":3}']);
  });

  it("lose no byte that is no blank", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), pieces, (bytes, cuts) => {
        const blank = (text: string): string => text.replace(/[ \t\r\n]/g, "");
        assert.equal(
          blank(splitBytes(Buffer.from(bytes), cuts).join("")),
          blank(Buffer.from(bytes).toString("latin1")),
        );
      }),
      { numRuns: 500 },
    );
  });

  it("are empty, or blank", () => {
    assert.deepEqual(split(text("")), []);
    assert.deepEqual(split(text(" \n\n ")), []);
  });
});

describe("the name of an archived object", () => {
  it("says when its oldest record arrived, as Firehose names it", () => {
    // https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html
    const key =
      "raw/plant/dt=2026-03-01/hour=10/etl-dev-plant-archive-1-2026-03-01-10-15-30-f3a1c0de-1111-4222-a333-444455556666.gz";
    assert.equal(objectTime(key), Date.UTC(2026, 2, 1, 10, 15, 30));
    assert.equal(objectTime("raw/plant/else.gz"), undefined);
  });

  it("begins with what the hours of a range have in common", () => {
    const at = (time: string): number => Date.parse(time);
    assert.equal(commonPrefix(at("2026-03-01T10:00:00Z"), at("2026-03-01T10:59:59Z")), "dt=2026-03-01/hour=10/");
    assert.equal(commonPrefix(at("2026-03-01T10:00:00Z"), at("2026-03-02T10:00:00Z")), "dt=2026-03-0");
    assert.equal(commonPrefix(at("2025-12-31T23:00:00Z"), at("2026-01-01T00:00:00Z")), "dt=202");
  });
});
