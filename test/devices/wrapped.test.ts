import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { readRecording } from "../../devices/replay";
import { unwrap } from "../../devices/replay/wrapped";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
/** As Firehose writes it: https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-failure-handling.html */
const failed = (text: string): string =>
  JSON.stringify({
    attemptsMade: "4",
    arrivalTimestamp: 1512670840134,
    errorCode: "Lambda.ProcessingFailedStatus",
    errorMessage: "ProcessingFailed status set for record",
    attemptEndingTimestamp: 1512671122654,
    rawData: base64(text),
    lambdaArn: "arn:aws:lambda:us-east-1:123456789012:function:f",
  });
const unconverted = (text: string): string =>
  JSON.stringify({
    attemptsMade: 1,
    arrivalTimestamp: 1515097171000,
    lastErrorCode: "DataFormatConversion.ParseError",
    lastErrorMessage: "x",
    attemptEndingTimestamp: 1515097171000,
    rawData: base64(text),
    sequenceNumber: "1",
    subSequenceNumber: null,
    dataCatalogTable: {},
  });
/** https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html */
const ofRule = (text: string): string =>
  JSON.stringify({
    ruleName: "TestAction",
    topic: "testme/action",
    cloudwatchTraceId: "7e146a2c-95b5-6caf-98b9-50e3969734c7",
    clientId: "iotconsole-1511213971966-0",
    base64OriginalPayload: base64(text),
    failures: [{ failedAction: "S3Action", failedResource: "us-east-1-s3-verify-user", errorMessage: "x" }],
  });
const event = (message: string): object => ({ logStreamName: "r", timestamp: 1512670840134, message, eventId: "1" });
const MESSAGE = '{"device_id":"a","n":1}';

describe("devices/replay: failed messages", () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "failed-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const read = async (content: string | Buffer): Promise<{ messages: string[]; notes: string[] }> => {
    const file = path.join(folder, "errors-1-2026-01-31-12-00-00-uuid");
    fs.writeFileSync(file, content);
    const [messages, notes]: [string[], string[]] = [[], []];
    const onNote = (note: string): void => void notes.push(note.slice(file.length));
    for await (const { payload } of readRecording([file], { topic: "t", set: [], rename: [], read: { onNote } }))
      messages.push(payload.toString());
    return { messages, notes };
  };

  const CASES: [name: string, content: string | Buffer, messages: string[], note: RegExp][] = [
    ["an error object", `${failed(MESSAGE)}\n${failed("oops")}\n`, [MESSAGE, "oops"], /rawData/],
    ["one that is gzipped", gzipSync(failed(MESSAGE)), [MESSAGE], /rawData/],
    ["one without delimiters", failed(MESSAGE) + failed("{}"), [MESSAGE, "{}"], /rawData/],
    ["rows that could not be converted", unconverted('{"n":"x"}'), ['{"n":"x"}'], /could not convert rows/],
    ["the error log of a rule", ofRule(MESSAGE), [MESSAGE], /error log of a topic rule/],
    [
      "its file in the local cloud",
      `${JSON.stringify({ timestamp: 1, message: ofRule(MESSAGE) })}\n${JSON.stringify({ timestamp: 2, message: ofRule("[1") })}\n`,
      [MESSAGE, "[1"],
      /error log/,
    ],
    [
      "what aws logs filter-log-events prints",
      JSON.stringify({ events: [event(ofRule(MESSAGE)), event(ofRule("x"))], searchedLogStreams: [] }, null, 4),
      [MESSAGE, "x"],
      /error log/,
    ],
  ];
  for (const [name, content, messages, note] of CASES)
    it(`are read from ${name}`, async () => {
      const found = await read(content);
      assert.deepEqual(found.messages, messages);
      assert.equal(found.notes.length, 1);
      assert.match(found.notes[0]!, note);
    });

  it("are not looked for in other messages", async () => {
    for (const message of [
      MESSAGE,
      '{"rawData":"eA=="}',
      '{"message":"hello","timestamp":1}',
      '{"events":[{"message":"x","timestamp":2}]}',
      `{"message":${JSON.stringify(ofRule("x"))}}`,
    ])
      assert.deepEqual(await read(`${message}\n`), { messages: [message], notes: [] });
  });

  it("keep their bytes, whatever they are (property)", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const rawData = Buffer.from(bytes).toString("base64");
        const line = JSON.stringify({ arrivalTimestamp: 1, errorCode: "x", rawData });
        assert.deepEqual(unwrap(line)!.payloads, [Buffer.from(bytes)]);
      }),
    );
  });
});
