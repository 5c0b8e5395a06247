import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import {
  checkRecordings,
  jsonProblem,
  readRecording,
  readTime,
  RecordingError,
  type RecordingOptions,
} from "../../devices/replay";

const PLAIN: RecordingOptions = { topic: "t", set: [], rename: [] };

describe("devices/replay: formats of recordings", () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "recording-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const file = (name: string, content: string | Buffer): string => {
    const full = path.join(folder, name);
    fs.writeFileSync(full, content);
    return full;
  };
  const read = async (name: string, content: string | Buffer, options: RecordingOptions["read"] = {}) => {
    const messages: string[] = [];
    const notes: string[] = [];
    const onNote = (note: string): void => void notes.push(note.replace(folder + path.sep, ""));
    for await (const { payload } of readRecording([file(name, content)], { ...PLAIN, read: { ...options, onNote } }))
      messages.push(payload.toString());
    return { messages, notes };
  };
  const refusal = async (name: string, content: string | Buffer, options: RecordingOptions["read"] = {}) => {
    try {
      await read(name, content, options);
    } catch (error) {
      assert.ok(error instanceof RecordingError, String(error));
      return error.message.replaceAll(folder + path.sep, "");
    }
    return assert.fail("was read");
  };

  describe("CSV", () => {
    it("finds semicolons, tabs and vertical bars, and says so", async () => {
      for (const [separator, words] of [
        [";", "semicolons"],
        ["\t", "tabs"],
        ["|", "vertical bars"],
      ] as const) {
        const { messages, notes } = await read("a.csv", `id${separator}n\na${separator}1\n`);
        assert.deepEqual(messages, ['{"id":"a","n":1}']);
        assert.deepEqual(notes, [`a.csv: cells separated by ${words}`]);
      }
      assert.deepEqual((await read("a.csv", "id,n\na,1\n")).notes, []);
    });

    it("reads decimal commas where cells are separated by something else, and says so once", async () => {
      const { messages, notes } = await read("a.csv", "id;t\na;20,5\nb;-0,25\nc;7\nd;1,5e3\n");
      assert.deepEqual(messages, [
        '{"id":"a","t":20.5}',
        '{"id":"b","t":-0.25}',
        '{"id":"c","t":7}',
        '{"id":"d","t":1.5e3}',
      ]);
      assert.deepEqual(notes, [
        "a.csv: cells separated by semicolons",
        "a.csv: numbers with a decimal comma, such as 20,5",
      ]);
    });

    it("refuses both spellings of fractions in one file, and takes the one that the user names", async () => {
      const text = "id;t\na;20,5\nb;1.234\n";
      assert.match(
        await refusal("a.csv", text),
        /^a\.csv: line 3: saw 1\.234 after 20,5; .* --csv-decimal point or --csv-decimal comma/,
      );
      assert.deepEqual((await read("a.csv", text, { decimal: "comma" })).messages, [
        '{"id":"a","t":20.5}',
        '{"id":"b","t":"1.234"}',
      ]);
      assert.deepEqual((await read("a.csv", text, { decimal: "point" })).messages, [
        '{"id":"a","t":"20,5"}',
        '{"id":"b","t":1.234}',
      ]);
    });

    it("keeps commas within the cells of a file with semicolons, and asks where two separators fit", async () => {
      assert.deepEqual((await read("a.csv", 'a;b\n"x;y";p,q\n')).messages, ['{"a":"x;y","b":"p,q"}']);
      assert.match(
        await refusal("a.csv", "a;b,c\n1;2,3\n"),
        /^a\.csv: line 1 can be separated by commas or by semicolons; saw a;b,c\. Say which: --csv-separator ','\.$/,
      );
      assert.deepEqual((await read("a.csv", "a;b,c\nx;2,3\n", { separator: ";" })).messages, ['{"a":"x","b,c":2.3}']);
    });

    it("names the line of a quoted cell that is broken, and of a row with another number of cells", async () => {
      assert.match(await refusal("a.csv", 'a;b\n1;x"y"\n2;"z"w\n'), /^a\.csv: .*line [23]/);
      assert.match(
        await refusal("a.csv", "a;b\n1;2;3\n"),
        /^a\.csv: Invalid Record Length: expect 2, got 3 on line 2\. Cells are separated by semicolons/,
      );
    });

    it("reads every kind of line end, and a byte order mark", async () => {
      for (const end of ["\n", "\r\n", "\r"])
        for (const mark of ["", "\ufeff"])
          assert.deepEqual((await read("a.csv", `${mark}a,b${end}1,x${end}2,y${end}`)).messages, [
            '{"a":1,"b":"x"}',
            '{"a":2,"b":"y"}',
          ]);
    });

    it("gives back what was written, whatever the separator (property)", async () => {
      const cell = fc.string({ unit: "grapheme", maxLength: 8 });
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(",", ";", "\t", "|"),
          fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }),
          async (separator, rows) => {
            const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
            const text = `one${separator}two\n${rows.map((row) => row.map(quoted).join(separator)).join("\n")}\n`;
            const { messages } = await read("a.csv", text);
            assert.deepEqual(
              messages.map((message) => JSON.parse(message) as object),
              rows.map(([one, two]) => ({ one, two })),
            );
          },
        ),
        { numRuns: 100 },
      );
    });
  });

  describe("encodings", () => {
    it("names the line of a byte that is not UTF-8, and reads the encoding that the user names", async () => {
      const latin = Buffer.from("id,place\na,ok\nb,Caf\u00e9\n", "latin1");
      assert.match(
        await refusal("a.csv", latin),
        /^a\.csv: line 3: the byte 0xE9 after "b,Caf" is not UTF-8\. .*--encoding windows-1252/,
      );
      const { messages } = await read("a.csv", latin, { encoding: "windows-1252" });
      assert.deepEqual(messages, ['{"id":"a","place":"ok"}', '{"id":"b","place":"Caf\u00e9"}']);
      assert.match(
        await refusal("a.json", Buffer.from('["\u00e9"]', "latin1")),
        /line 1: the byte 0xE9 after "\[\\"" is not UTF-8/,
      );
    });

    it("reads UTF-16 by its byte order mark", async () => {
      const little = Buffer.from("\ufeffid,n\n\u00e9\ud83c\udf21,1\n", "utf16le");
      for (const bytes of [little, Buffer.from(little).swap16()])
        assert.deepEqual((await read("a.csv", bytes)).messages, ['{"id":"\u00e9\ud83c\udf21","n":1}']);
      assert.match(
        await refusal("a.csv", Buffer.from([0x61, 0xff, 0xff]), { encoding: "shift_jis" }),
        /is not valid shift_jis/,
      );
    });

    it("takes characters that the end of a chunk cuts in two", async () => {
      const text = `id,n\n${"\u20ac\ud83c\udf21".repeat(60_000)},1\n`;
      assert.deepEqual((await read("a.csv", text)).messages, [`{"id":"${"\u20ac\ud83c\udf21".repeat(60_000)}","n":1}`]);
    });
  });

  describe("JSON", () => {
    it("reads NDJSON with CRLF, with CR alone, and with a byte order mark", async () => {
      for (const end of ["\n", "\r\n", "\r"])
        assert.deepEqual((await read("a.ndjson", `\ufeff{"a":1}${end}{"a":2}${end}`)).messages, ['{"a":1}', '{"a":2}']);
    });

    it("names the word that JSON does not have", () => {
      assert.match(jsonProblem('{"a":NaN}')!, /NaN is not a JSON value/);
      assert.match(jsonProblem('{"a": -Infinity , "b":1}')!, /-Infinity is not a JSON value/);
      assert.match(jsonProblem('{"a": [None]}')!, /None is not a JSON value/);
      assert.equal(jsonProblem('{"a":"NaN"}'), undefined);
      assert.equal(jsonProblem("{"), "the message is not JSON");
    });
  });

  describe("times", () => {
    it("reads ISO 8601, date and time, and numbers of every unit by their size", () => {
      for (const [value, ms, unit] of [
        ["1970-01-02 00:00:00", 86_400_000, undefined],
        ["1970-01-02T00:00:00.5Z", 86_400_500, undefined],
        ["1970-01-02T01:00:00+01:00", 86_400_000, undefined],
        ["1970-01-02", 86_400_000, undefined],
        [1_700_000_000, 1_700_000_000_000, "seconds"],
        ["1700000000.25", 1_700_000_000_250, "seconds"],
        ["1700000000000", 1_700_000_000_000, "milliseconds"],
        [1_700_000_000_000_500, 1_700_000_000_000.5, "microseconds"],
        ["1700000000000000000", 1_700_000_000_000, "nanoseconds"],
      ] as const)
        assert.deepEqual(readTime(value), unit === undefined ? { ms } : { ms, unit }, String(value));
    });

    it("reads no time from counters, text and sizes between the units", () => {
      for (const value of [
        "yesterday",
        undefined,
        null,
        "",
        0,
        42,
        99_999_999,
        1e10,
        5e13,
        1e19,
        1e300,
        -1_700_000_000,
        {},
        [],
      ])
        assert.equal(readTime(value), undefined, JSON.stringify(value));
    });

    it("refuses a --time attribute that holds none, before anything is created", async () => {
      const text = file("a.ndjson", '{"up":12}\n');
      await assert.rejects(
        checkRecordings([text], { ...PLAIN, time: "up" }),
        /--time up: .*a\.ndjson, message 1 has 12; a time is ISO 8601.*years 1973 to 2286/,
      );
      await assert.rejects(checkRecordings([text], { ...PLAIN, time: "at" }), /has no such attribute/);
      await checkRecordings([file("b.ndjson", '{"up":1700000000000000000}\n')], { ...PLAIN, time: "up" });
    });
  });

  describe("topics", () => {
    it("refuses a topic that AWS refuses, with the message's place", async () => {
      const deep = "a/b/c/d/e/f/g/h/i";
      await assert.rejects(
        checkRecordings([file("a.ndjson", "{}\n")], { ...PLAIN, topic: deep }),
        /--topic "a\/b.*more than 7 slashes/,
      );
      const name = file("b.ndjson", `{"id":"ok"}\n{"id":"${"x".repeat(300)}"}\n{"id":"a\\u0000b"}\n`);
      const found: (string | undefined)[] = [];
      for await (const { topic, problem, place } of readRecording([name], { ...PLAIN, topic: "dt/{id}" }))
        found.push(topic ?? `${place.replace(folder + path.sep, "")}: ${problem}`);
      assert.equal(found[0], "dt/ok");
      assert.match(found[1]!, /^b\.ndjson, message 2: topic name has more than 256 bytes$/);
      assert.match(found[2]!, /^b\.ndjson, message 3: topic name contains a NUL character$/);
    });

    it("says that a message is not JSON when its topic cannot be filled for that reason", async () => {
      for await (const { problem } of readRecording([file("a.ndjson", '{"id":"a","t":NaN}\n')], {
        ...PLAIN,
        topic: "dt/{id}",
      }))
        assert.equal(problem, "no topic: the message is not JSON: NaN is not a JSON value");
    });
  });
});
