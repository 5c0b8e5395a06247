import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { checkRecordings, readRecording, RecordingError, type RecordingOptions } from "../../devices/replay";
import { edit } from "../../devices/replay/edit";
import { batchesOf } from "../../devices/replay/file";
import { inputFiles } from "../../devices/replay/folder";
import { membersOf } from "../../devices/replay/members";
import { elementBatches, sequenceBatches } from "../../devices/replay/values";

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

  it("finds members where JSON.parse does", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.constantFrom(undefined, 1, "\t"), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        const found = membersOf(text).map(({ name, value: span }): [unknown, unknown] => [
          JSON.parse(text.slice(name.start, name.end)),
          JSON.parse(text.slice(span.start, span.end)),
        ]);
        assert.deepEqual(found, Object.entries(JSON.parse(text) as object));
      }),
      { numRuns: 100 },
    );
  });

  /** A text in chunks of so many bytes. */
  async function* cut(text: string, size: number): AsyncGenerator<Buffer> {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const collect = async (batches: AsyncIterable<Buffer[]>): Promise<string[]> => {
    const found: string[] = [];
    for await (const batch of batches) found.push(...batch.map(String));
    return found;
  };

  it("finds elements and values that follow each other where JSON.parse does, however the bytes are cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue()),
        fc.constantFrom(undefined, 2),
        fc.integer({ min: 1, max: 40 }),
        async (value, space, size) => {
          const parsed = (texts: string[]): unknown[] => texts.map((text) => JSON.parse(text) as unknown);
          const text = JSON.stringify(value, undefined, space);
          const same = JSON.parse(text) as unknown[];
          assert.deepEqual(parsed(await collect(elementBatches("f", cut(` ${text}\n`, size)))), same);
          const objects = same.map((member) => ({ member }));
          for (const between of ["", "\n", " \r\n\n"]) {
            const joined = objects.map((object) => JSON.stringify(object, undefined, space)).join(between);
            assert.deepEqual(parsed(await collect(sequenceBatches("f", cut(joined, size)))), objects);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it("tells where an array is broken", async () => {
    for (const [text, what] of [
      ["[1,2", "it breaks off at byte 4"],
      ['[{"a":"]"', "it breaks off at byte 9"],
      ["[1 2]", "a comma is missing at byte 3"],
      ["[1,,2]", "an element is missing at byte 3"],
      ["[1,]", "an element is missing at byte 3"],
      ["[,1]", "an element is missing at byte 1"],
      ["[1] x", "something follows its end at byte 4"],
    ] as const)
      for (const size of [1, 2, 100])
        await assert.rejects(
          collect(elementBatches("f", cut(text, size))),
          (error) => error instanceof RecordingError && error.message.includes(what),
          text,
        );
  });

  it("reads objects with nothing between them, over several lines, and what is broken among them", async () => {
    assert.deepEqual(await payloads("a.gz", gzipSync('{"a":"}{"}{"b":[{}]}{"c":1}')), [
      '{"a":"}{"}',
      '{"b":[{}]}',
      '{"c":1}',
    ]);
    assert.deepEqual(await payloads("a.json", '{\n  "a": 1\n}\n'), ['{\n  "a": 1\n}']);
    assert.deepEqual(await payloads("b.json", '{"a":1}{"b":2}\nno json\r\n{"c":3}{"d":'), [
      '{"a":1}',
      '{"b":2}',
      "no json",
      '{"c":3}',
      '{"d":',
    ]);
    // a line that is broken among whole ones costs that line alone
    assert.deepEqual(await payloads("c.json", '{"a":\n{"b":2}\n{"c":3}\n'), ['{"a":', '{"b":2}', '{"c":3}']);
  });

  it("refuses a value that does not end, before memory does", async () => {
    const text = `{"a":1}{"a":"${"x".repeat(17 * 1024 * 1024)}`;
    await assert.rejects(payloads("a.json", text), /a message is longer than 16 MB.*it begins "\{/);
  });

  it("reads gzip under any name, and counts the bytes of the file", async () => {
    const packed = gzipSync('{"a":1}\n{"a":2}\n');
    let bytes = 0;
    const found: string[] = [];
    const whole = file("archive-1-2024", Buffer.concat([packed, packed]));
    for await (const batch of batchesOf(whole, { onRead: (read) => (bytes += read) })) found.push(...batch.map(String));
    assert.deepEqual(found, ['{"a":1}', '{"a":2}', '{"a":1}', '{"a":2}']);
    assert.equal(bytes, packed.length * 2);
  });

  it("takes a folder for the files below it, in the order of their paths", () => {
    for (const [name, text] of Object.entries({
      "raw/dt=2/b": "{}",
      "raw/dt=1/c": "{}",
      "raw/.hidden": "{}",
      "raw/empty": "",
    })) {
      fs.mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
      file(name, text);
    }
    const raw = path.join(folder, "raw");
    assert.deepEqual(inputFiles(["-", raw]), ["-", path.join(raw, "dt=1", "c"), path.join(raw, "dt=2", "b")]);
    fs.mkdirSync(path.join(folder, "none"));
    assert.throws(
      () => inputFiles([path.join(folder, "none"), path.join(folder, "absent")]),
      (error) => error instanceof RecordingError && error.problems.length === 2,
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
      "--input empty.csv: holds no messages; it is empty.",
      "--input header.csv: holds no messages; it has a header and no rows.",
      "--rename value=temperature: other.csv has no attribute value; its first message has a, b.",
      "--topic dt/{device_id}: {device_id} cannot be filled from other.csv; its first message has a, b.",
      "Set it (--set device_id=NAME), rename another attribute to it, or give a topic without it.",
      "numbers.csv: line 1 should be a header with the attributes' names; saw 1,2.",
      "double.csv: line 1 is the header with the attributes' names; a is there twice.",
      "ragged.csv: Invalid Record Length: expect 2, got 1 on line 2. Cells are separated by commas (--csv-separator names another character), every row has as many cells as the header",
      "--input plain.gz: ends in .gz and is not gzip.",
    ])
      assert(text.includes(line), `missing: ${line}\nin:\n${text}`);
    assert.match(text, /broken\.json: begins as a JSON array and is no valid JSON; /);
  });

  it("finds nothing wrong with a good file", async () => {
    assert.equal(await problems({ topic: "dt/{a}" }, file("a.csv", "a\nx\n")), "");
  });
});
