import assert from "node:assert/strict";
import fc from "fast-check";
import { LineIndex } from "../../../../etl/documents/read/line-index";
import { SourceError } from "../../../../etl/documents/read/parsed-file";
import { parseSource } from "../../../../etl/documents/read/source";
import { DATASET, DATASTORE, loadTexts, PIPELINE } from "../support";

function reason(text: string | Buffer, file = "x.json"): string {
  try {
    parseSource(Buffer.isBuffer(text) ? text : Buffer.from(text), file);
  } catch (error) {
    assert.ok(error instanceof SourceError, String(error));
    return error.message;
  }
  return "nothing is wrong";
}

describe("reading a document's file", () => {
  it("says what is no JSON, where, and what may be meant", () => {
    const cases: [string | Buffer, RegExp][] = [
      ["", /the file is empty/],
      [" \r\n\t", /the file is empty/],
      ['{\n  "a": 1,\n}', /line 3, column 1, found "}"; the comma before it is one too many/],
      ['{\n  "a": [1,]}', /line 2, column 11, found "]"; the comma before it/],
      ['{"a": 1 "b": 2}', /column 9, found "\\""; a comma may be missing/],
      ["{'a': 1}", /double quotes at line 1, column 2/],
      ['{"a": 1} // b', /JSON has no comments/],
      ['{"a": "b', /the end; the file is cut off/],
      ['{"ä": x}', /line 1, column 7, found "x"/],
      ["[".repeat(100_000), /nested deeper than 128 levels/],
      [Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), /not UTF-8/],
      [Buffer.alloc(17 * 1024 * 1024, 0x20), /a document has at most/],
    ];
    for (const [text, message] of cases) assert.match(reason(text), message);
  });

  it("says what is no YAML, where", () => {
    const cases: [string, RegExp][] = [
      ["a: [1, 2", /line 1, column/],
      ["a:\n  - b\n c: d", /line \d, column \d/],
      ["a: 1\n---\nb: 2", /2 YAML documents/],
      ["a: *nothing", /nothing/],
      ["[".repeat(10_000), /nested deeper than 128 levels/],
      [
        "a: &a [x, x, x, x, x, x, x, x, x]\n" +
          [..."bcdefgh"]
            .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${"abcdefg"[index]}`).join(", ")}]`)
            .join("\n"),
        /more than 100000 values/,
      ],
    ];
    for (const [text, message] of cases) assert.match(reason(text, "x.yaml"), message);
  });

  it("reads YAML that begins or ends with ---", () => {
    for (const text of ["---\na: 1\n", "a: 1\n---\n", "---\na: 1\n...\n", "# only a comment\n---\na: 1\n"])
      assert.deepEqual(parseSource(Buffer.from(text), "x.yaml").value, { a: 1 }, JSON.stringify(text));
    assert.match(reason("---\n---\n", "x.yaml"), /nothing is wrong/);
  });

  it("merges what YAML's << names, under what is written", () => {
    const { value, duplicates } = parseSource(
      Buffer.from("a: &a { x: 1, y: 2 }\nb: { <<: *a, y: 3 }\nc: { z: 4, x: 5, <<: *a }\n"),
      "x.yaml",
    );
    assert.deepEqual(value, { a: { x: 1, y: 2 }, b: { x: 1, y: 3 }, c: { z: 4, x: 5, y: 2 } });
    assert.deepEqual(duplicates, []);
  });

  it("reads past a byte-order mark, and UTF-16", () => {
    const text = '{"channelName": "a"}';
    for (const content of [Buffer.from(`\ufeff${text}`), Buffer.from(`\ufeff${text}`, "utf16le")])
      assert.deepEqual(parseSource(content, "x.json").value, { channelName: "a" });
  });

  it("finds members that are there twice, in JSON and YAML", () => {
    assert.deepEqual(parseSource(Buffer.from('{"a": [{"b": 1, "b": 2}]}'), "x.json").duplicates, ["$.a[0].b"]);
    assert.deepEqual(parseSource(Buffer.from("a:\n  b: 1\n  b: 2"), "x.yaml").duplicates, ["$.a.b"]);
    const set = loadTexts({ "x.json": '{"channelName": "a", "channelName": "b"}' }, { purpose: "check" });
    assert.deepEqual(
      set.problems.map(({ severity, path, line }) => [severity, path, line]),
      [["error", "$.channelName", 1]],
    );
  });

  it("knows the line of every value, and for what is missing its parent's", () => {
    const { locate } = parseSource(Buffer.from('{\n "a": {\n  "b c": [1,\n 2]}}'), "x.json");
    assert.deepEqual(locate('$.a["b c"][1]'), { line: 4, column: 2 });
    assert.deepEqual(locate("$.a.missing.deep"), { line: 2, column: 7 });
    const yaml = parseSource(Buffer.from("a:\n  b:\n    - 1\n    - 2\n"), "x.yaml");
    assert.deepEqual(yaml.locate("$.a.b[1]"), { line: 4, column: 7 });
  });

  it("counts lines and columns as editors do, in any text", () => {
    const texts = fc.array(fc.constantFrom("a", "\n", "\r\n", "é", "€", "\u{1f600}", " ", "x".repeat(1023)), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const bytes = Buffer.from([...before, "!", ...after].join(""));
        const offset = Buffer.byteLength(before.join(""));
        const lines = before.join("").split("\n");
        assert.deepEqual(new LineIndex(bytes).positionOf(offset), {
          line: lines.length,
          column: lines.at(-1)!.length + 1,
        });
      }),
      { numRuns: 500 },
    );
  });

  const whole = JSON.stringify([PIPELINE, DATASTORE, DATASET], undefined, 1);

  it("answers any bytes with an error and never breaks", () => {
    const files = fc.constantFrom("x.json", "x.yaml", "x.template");
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), files, (bytes, file) => {
        const { problems, documents } = loadTexts({ [file]: Buffer.from(bytes) }, { purpose: "check" });
        assert.ok(problems.some(({ severity }) => severity === "error"));
        assert.ok(documents.length > 0);
      }),
      { numRuns: 300 },
    );
  });

  it("answers a document that is cut off with an error", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 2 }), (length) => {
        assert.notEqual(reason(whole.slice(0, length)), "nothing is wrong");
      }),
      { numRuns: 500 },
    );
  });

  it("never breaks over a document of which any value is another", () => {
    const values = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom<unknown>({}, [], "", null, -1, { Ref: "x" }, { "Fn::Sub": [] }),
    );
    const places: (string | number)[][] = [];
    const collect = (value: unknown, path: (string | number)[]): void => {
      if (path.length > 0) places.push(path);
      if (typeof value === "object" && value !== null)
        for (const [name, entry] of Object.entries(value)) collect(entry, [...path, name]);
    };
    collect([PIPELINE, DATASTORE, DATASET], []);
    fc.assert(
      fc.property(fc.constantFrom(...places), values, fc.boolean(), (place, value, capitals) => {
        const copy = structuredClone([PIPELINE, DATASTORE, DATASET]) as unknown;
        let current = copy as Record<string, unknown>;
        for (const step of place.slice(0, -1)) current = current[step] as Record<string, unknown>;
        current[place.at(-1)!] = value;
        const text = JSON.stringify(copy);
        loadTexts(
          {
            "x.json": capitals
              ? text.replace(/"([a-z])(\w*)":/g, (_, a: string, b: string) => `"${a.toUpperCase()}${b}":`)
              : text,
          },
          { purpose: "check" },
        );
      }),
      { numRuns: 500 },
    );
  });
});
