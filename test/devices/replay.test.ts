import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { checkRecordings, readRecording, RecordingError, type RecordingOptions } from "../../devices/replay";
import { edit } from "../../devices/replay/edit";
import { elementsOf, membersOf } from "../../devices/replay/members";

const PLAIN: RecordingOptions = { topic: "t", set: [], rename: [] };

describe("devices/replay", () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "replay-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const file = (name: string, content: string | Buffer): string => {
    const full = path.join(folder, name);
    fs.writeFileSync(full, content);
    return full;
  };
  const read = async (name: string, content: string | Buffer, options: Partial<RecordingOptions> = {}) => {
    const messages: [string | undefined, string][] = [];
    for await (const { topic, payload } of readRecording([file(name, content)], { ...PLAIN, ...options }))
      messages.push([topic, payload.toString("latin1" as never)]);
    return messages;
  };
  const payloads = async (name: string, content: string | Buffer, options: Partial<RecordingOptions> = {}) =>
    (await read(name, content, options)).map(([, payload]) => payload);

  it("passes NDJSON on byte for byte, broken lines too, without blank lines", async () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x7b]);
    const text = Buffer.concat([Buffer.from('{"a":1.10}\r\n\n  \nnot json\n'), bytes, Buffer.from("\n12")]);
    assert.deepEqual(await payloads("a.ndjson", text), ['{"a":1.10}', "not json", bytes.toString("latin1"), "12"]);
  });

  it("reads lines that are longer than a chunk of the file", async () => {
    const long = `{"a":"${"x".repeat(200_000)}"}`;
    assert.deepEqual(await payloads("a.ndjson", `${long}\n{}\n`), [long, "{}"]);
  });

  it("reads a JSON array with every digit", async () => {
    const text = '\ufeff [ {"a": 12345678901234567890.50} , [1,{"b":"]"}], "te\\"xt,", 7 ] ';
    assert.deepEqual(await payloads("a.json", text), [
      '{"a": 12345678901234567890.50}',
      '[1,{"b":"]"}]',
      '"te\\"xt,"',
      "7",
    ]);
  });

  it("reads CSV: numbers as they are spelled, text, quoted text, empty cells left out", async () => {
    const text =
      '\ufefftime,value,note\r\n2013-12-02 21:15:00,73.9673220700,"a ""b"",\nc"\n2013-12-02 21:20:00,,\n007,-1e5,"12"\n,true,""\n';
    assert.deepEqual(await payloads("a.csv", text), [
      '{"time":"2013-12-02 21:15:00","value":73.9673220700,"note":"a \\"b\\",\\nc"}',
      '{"time":"2013-12-02 21:20:00"}',
      '{"time":"007","value":-1e5,"note":"12"}',
      '{"value":true,"note":""}',
    ]);
  });

  it("reads gzip, as the channel's archive is written", async () => {
    assert.deepEqual(await payloads("a.ndjson.gz", gzipSync('{"a":1}\n{"a":2}\n')), ['{"a":1}', '{"a":2}']);
    assert.deepEqual(await payloads("a.csv.gz", gzipSync("a\n1\n")), ['{"a":1}']);
  });

  it("renames, sets and fills the topic", async () => {
    const options: Partial<RecordingOptions> = {
      topic: "dt/{device_id}/{site}",
      set: [
        ["device_id", "machine"],
        ["site", "7"],
      ],
      rename: [["value", "temperature"]],
    };
    assert.deepEqual(await read("a.csv", "value,site\n1.50,old\n", options), [
      ["dt/machine/7", '{"temperature":1.50,"device_id":"machine","site":7}'],
    ]);
  });

  it("has no topic for a message that lacks its attribute, or would change its levels", async () => {
    const lines = '{"d":"a"}\n{}\n{"d":"a/b"}\n{"d":null}\n{"d":""}\n{"d":5}\nno json\n';
    const topics = (await read("a.ndjson", lines, { topic: "t/{d}" })).map(([topic]) => topic);
    assert.deepEqual(topics, ["t/a", undefined, undefined, undefined, undefined, "t/5", undefined]);
  });

  it("edits what is an object and nothing else", () => {
    const edits = { set: [["a", "x"]], rename: [["b", "c"]] } as const;
    assert.equal(edit("[1]", edits), "[1]");
    assert.equal(edit("{", edits), "{");
    assert.equal(edit('{"b" : 1.0, "c":2, "a":[3], "d":{"b":"}"} }', edits), '{"c":1.0,"d":{"b":"}"},"a":"x"}');
    assert.equal(edit('{"\\u0062":1}', edits), '{"c":1,"a":"x"}');
  });

  it("finds members and elements where JSON.parse does", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(undefined, 1, "\t"), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        const found = membersOf(text).map(({ name, value: span }): [unknown, unknown] => [
          JSON.parse(text.slice(name.start, name.end)),
          JSON.parse(text.slice(span.start, span.end)),
        ]);
        assert.deepEqual(found, Object.entries(JSON.parse(text) as object));
      }),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 2), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        assert.deepEqual(
          elementsOf(text).map(({ start, end }): unknown => JSON.parse(text.slice(start, end))),
          JSON.parse(text),
        );
      }),
      { numRuns: 200 },
    );
  });

  const problems = async (options: Partial<RecordingOptions>, ...files: string[]): Promise<string> => {
    try {
      await checkRecordings(files, { ...PLAIN, ...options });
    } catch (error) {
      assert(error instanceof RecordingError, String(error));
      return error.problems.join("\n").replaceAll(folder + path.sep, "");
    }
    return "";
  };

  it("tells the problems of all files before anything is published", async () => {
    const text = await problems(
      { topic: "dt/{device_id}", rename: [["value", "temperature"]] },
      path.join(folder, "missing.csv"),
      folder,
      file("empty.csv", ""),
      file("header.csv", "a,b\n"),
      file("other.csv", "a,b\n1,2\n"),
      file("numbers.csv", "1,2\n3,4\n"),
      file("double.csv", "a,a\n3,4\n"),
      file("ragged.csv", "a,b\n3\n"),
      file("broken.json", '[{"a":1}'),
      file("plain.gz", "{}"),
    );
    for (const line of [
      "--input missing.csv: there is no such file.",
      `--input ${folder}: is a folder; name its files.`,
      "--input empty.csv: holds no messages.",
      "--input header.csv: holds no messages.",
      "--rename value=temperature: other.csv has no attribute value; its first message has a, b.",
      "--topic dt/{device_id}: {device_id} cannot be filled from other.csv; its first message has a, b.",
      "Set it (--set device_id=NAME), rename another attribute to it, or give a topic without it.",
      "numbers.csv: line 1 should be a header with the attributes' names; saw 1,2.",
      "double.csv: line 1 is the header with the attributes' names; a is there twice.",
      "ragged.csv: Invalid Record Length: expect 2, got 1 on line 2; every row has as many cells as the header.",
      "--input plain.gz: ends in .gz and is not gzip.",
    ])
      assert(text.includes(line), `missing: ${line}\nin:\n${text}`);
    assert.match(text, /broken\.json: begins as a JSON array and is no valid JSON; /);
  });

  it("finds nothing wrong with a good file", async () => {
    assert.equal(await problems({ topic: "dt/{a}" }, file("a.csv", "a\nx\n")), "");
  });
});
