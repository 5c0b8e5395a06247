import assert from "node:assert/strict";
import fc from "fast-check";
import { compilePipeline, type TransformDefinition } from "../../etl/pipeline";
import { createFirehoseHandler, type FirehoseAnswer, type HandlerOptions } from "../../functions/firehose";

const ACTIVITIES = [
  { channel: { name: "in", channelName: "c", next: "warm" } },
  { filter: { name: "warm", filter: "temperature > 20", next: "double" } },
  { math: { name: "double", attribute: "twice", math: "temperature * 2", next: "out" } },
  { datastore: { name: "out", datastoreName: "d" } },
];
const DEFINITION = {
  pipeline: { pipelineName: "p", pipelineActivities: ACTIVITIES },
  datastore: {
    datastoreName: "d",
    fileFormatConfiguration: {
      parquetConfiguration: { schemaDefinition: { columns: [{ name: "twice", type: "double" }] } },
    },
  },
  options: {},
} as unknown as TransformDefinition;

/** @param messages texts of records */
async function answer(
  messages: readonly string[],
  options: HandlerOptions = {},
): Promise<{ answer: FirehoseAnswer; log: Record<string, unknown>[] }> {
  const lines: string[] = [];
  const handler = createFirehoseHandler(compilePipeline(DEFINITION), (text) => lines.push(text), options);
  const records = messages.map((message, index) => ({
    recordId: `r${index}`,
    approximateArrivalTimestamp: 1_700_000_000_000,
    data: Buffer.from(message).toString("base64"),
  }));
  const given = await handler({ deliveryStreamArn: "arn:d", records });
  const log = lines.join("").trim().split("\n");
  return { answer: given, log: log.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const text = (data: string | undefined): string => Buffer.from(data ?? "", "base64").toString();
const COLD = '{"temperature":5}';
const WARM = '{"temperature":25}';

describe("functions/firehose", () => {
  it("keeps messages out of the log if told so, and their reasons and ids in it", async () => {
    const logged = async (logPayloads?: boolean): Promise<unknown[]> => {
      const { log } = await answer(['{"temperature":"SECRET', '{"temperature":5,"name":"SECRET"}'], {
        debug: true,
        logPayloads,
      });
      const lines = log.filter(({ recordId }) => recordId !== undefined);
      assert.deepEqual(
        lines.map(({ recordId, message }) => [recordId, /failed|filtered/.test(String(message))]),
        [
          ["r0", true],
          ["r1", true],
        ],
      );
      return lines.map(({ rawData, raw }) => text(rawData as string | undefined) + String(raw ?? ""));
    };
    assert.deepEqual(await logged(), ['{"temperature":"SECRET', '{"temperature":5,"name":"SECRET"}']);
    assert.deepEqual(await logged(false), ["", ""]);
  });

  it("stores, drops and fails, and gives a failed record back as it came", async () => {
    const { answer: given, log } = await answer([WARM, COLD, "{", '{"temperature":"x"}']);
    assert.deepEqual(
      given.records.map(({ recordId, result }) => [recordId, result]),
      [
        ["r0", "Ok"],
        ["r1", "Dropped"],
        ["r2", "ProcessingFailed"],
        ["r3", "Dropped"],
      ],
    );
    assert.match(text(given.records[0]?.data), /^\{"twice":50(\.0)?[^}]*\}\n$/);
    assert.equal(text(given.records[2]?.data), "{");
    assert.equal(given.records[1]?.data, undefined);
    assert.deepEqual(
      log.map(({ level, at, recordId }) => [level, at, recordId]),
      [
        ["ERROR", "in", "r2"],
        [undefined, undefined, undefined],
      ],
    );
    const { Received, Stored, Filtered, Failed } = log.at(-1) as Record<string, number>;
    assert.deepEqual([Received, Stored, Filtered, Failed], [4, 1, 2, 1]);
  });

  it("logs what was filtered out, if told to: the first ten of a batch, and how many more", async () => {
    const { log } = await answer([COLD, ...Array<string>(12).fill(COLD), WARM], { debug: true });
    const shown = log.filter(({ level }) => level === "DEBUG");
    assert.equal(shown.length, 11);
    assert.deepEqual(shown[0], {
      level: "DEBUG",
      message: "message filtered out by warm",
      pipeline: "p",
      at: "warm",
      recordId: "r0",
      raw: COLD,
    });
    assert.deepEqual(shown[10], { level: "DEBUG", message: "3 more messages filtered out", pipeline: "p", more: 3 });
    const quiet = await answer([COLD]);
    assert.equal(quiet.log.length, 1);
  });

  it("fails a record whose row leaves no room in the answer, and counts it so", async () => {
    const all = await answer([WARM, WARM, WARM]);
    const size = JSON.stringify(all.answer).length;
    // The handler's estimate may exceed the size by a little, so the first limit that is too small is looked for.
    let answerLimit = size + 1000;
    let made = all;
    while (made.answer.records.every(({ result }) => result === "Ok")) {
      answerLimit -= 1;
      assert.ok(answerLimit > size / 2, "there is a limit");
      made = await answer([WARM, WARM, WARM], { answerLimit });
    }
    const { answer: given, log } = made;
    assert.deepEqual(
      given.records.map(({ result }) => result),
      ["Ok", "Ok", "ProcessingFailed"],
    );
    assert.match(String(log[0]?.message), /the answer to the delivery stream would be over 6 MB/);
    assert.deepEqual([log.at(-1)?.Stored, log.at(-1)?.Failed], [2, 1]);
  });

  it("gives back the bytes of failed records as far as the answer has room for them", async () => {
    const bad = Array.from({ length: 20 }, (_, index) => `{"no JSON ${index} ${"x".repeat(600)}`);
    const answerLimit = 6_000;
    const { answer: given } = await answer([...bad, WARM], { answerLimit });
    assert.ok(Buffer.byteLength(JSON.stringify(given)) <= answerLimit);
    assert.deepEqual(
      given.records.map(({ result }) => result),
      [...bad.map(() => "ProcessingFailed"), "Ok"],
    );
    const back = given.records.slice(0, -1).map(({ data }) => data !== undefined);
    assert.ok(back[0] === true && back.at(-1) === false, back.join());
    given.records.forEach(({ data }, index) => {
      if (data !== undefined && index < bad.length) assert.equal(text(data), bad[index]);
    });
  });

  it("answers every record once, in its order, whatever it holds", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.json(), fc.string(), fc.constant(WARM)), { maxLength: 20 }),
        async (texts) => {
          const { answer: given, log } = await answer(texts);
          assert.deepEqual(
            given.records.map(({ recordId }) => recordId),
            texts.map((_, index) => `r${index}`),
          );
          const { Received, Stored, Filtered, Failed } = log.at(-1) as Record<string, number>;
          assert.equal(Received, texts.length);
          assert.equal(Stored! + Filtered! + Failed!, Received);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("rejects an event that is not from a delivery stream", async () => {
    const handler = createFirehoseHandler(compilePipeline(DEFINITION), () => {});
    await assert.rejects(handler({} as never), /it has no records/);
  });
});
