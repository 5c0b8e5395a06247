import assert from "node:assert/strict";
import type { Outgoing, Refusal } from "../../../functions/put-messages/put";
import { putRequest, streamOf, type Message } from "../../../functions/put-messages/request";

const NOW = 1_760_000_000_000;

/** The rules and the answer of https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_BatchPutMessage.html */
describe("functions/put-messages: a request of BatchPutMessage", () => {
  const put = async (
    messages: readonly Message[],
    payloads: "text" | "base64" = "text",
    refuse: (data: string) => Refusal | undefined = () => undefined,
  ) => {
    const taken: string[] = [];
    const keys = new Set<string>();
    const send = (records: readonly Outgoing[]) =>
      Promise.resolve(
        records.map(({ key, data }) => {
          const refusal = refuse(data.toString());
          keys.add(key);
          if (refusal === undefined) taken.push(data.toString());
          return refusal;
        }),
      );
    const answer = await putRequest({ channelName: "readings", messages }, payloads, send, NOW, () =>
      Promise.resolve(),
    );
    return { answer, taken, keys };
  };

  it("puts payloads of bytes, of text and of base64, objects with the time at which they were received", async () => {
    const bytes = await put([
      { messageId: "1", payload: Buffer.from('{"a":1}') },
      { messageId: "2", payload: new Uint8Array([0x32, 0x31]) },
      { messageId: "3", payload: '{"b":"ü"}' },
    ]);
    assert.deepEqual(bytes.answer, { batchPutMessageErrorEntries: [] });
    assert.deepEqual(bytes.taken, [`{"a":1,"__received_at":${NOW}}`, "21", `{"b":"ü","__received_at":${NOW}}`]);
    assert.equal(bytes.keys.size, 3);
    const base64 = await put([{ messageId: "1", payload: "eyJhIjoxfQ==" }], "base64");
    assert.deepEqual(base64.taken, [`{"a":1,"__received_at":${NOW}}`]);
  });

  it("answers with the messages that are not in the channel, by their ids, in their order", async () => {
    const throttled = { code: "ProvisionedThroughputExceededException", message: "Rate exceeded" };
    const { answer, taken } = await put(
      [
        { messageId: "big", payload: Buffer.alloc(128 * 1024 + 1, 0x20) },
        { messageId: "ok", payload: Buffer.alloc(128 * 1024, 0x20) },
        { messageId: "slow", payload: "slow" },
        { messageId: "none", payload: "" },
      ],
      "text",
      (data) => (data === "slow" ? throttled : undefined),
    );
    assert.deepEqual(answer.batchPutMessageErrorEntries, [
      {
        messageId: "big",
        errorCode: "InvalidRequestException",
        errorMessage: "the payload has 131073 bytes; a message has at most 131072",
      },
      { messageId: "slow", errorCode: throttled.code, errorMessage: "Rate exceeded" },
      { messageId: "none", errorCode: "InvalidRequestException", errorMessage: "the payload is empty" },
    ]);
    assert.equal(taken.length, 1);
    const wrong = await put([{ messageId: "1", payload: "{}" }], "base64");
    assert.match(wrong.answer.batchPutMessageErrorEntries[0]!.errorMessage, /is not base64/);
  });

  it("refuses requests that the retired API refused, with everything that is wrong", async () => {
    const refused = (messages: unknown[], message: RegExp) =>
      assert.rejects(put(messages as Message[]), { name: "InvalidRequestException", message });
    await refused([], /^messages: saw 0; a request has 1 to 100$/);
    const many = Array.from({ length: 101 }, (_, i) => ({ messageId: String(i), payload: "{}" }));
    await refused(many, /^messages: saw 101;/);
    await refused(
      [
        { messageId: "a", payload: "{}" },
        { messageId: "a", payload: "{}" },
        { messageId: "é", payload: "{}" },
        { messageId: "x".repeat(129), payload: "{}" },
        { messageId: "c", payload: 5 },
      ],
      /messages\[1\].messageId: "a" is that of another.*messages\[2\].messageId.*messages\[3\].messageId.*messages\[4\].payload: needs bytes/,
    );
    assert.deepEqual((await put(many.slice(1))).answer.batchPutMessageErrorEntries, []);
  });

  it("finds the channel's stream in CHANNEL_STREAMS, or says what to set", () => {
    const streams = JSON.stringify({ readings: "etl-prod-readings" });
    assert.equal(streamOf("readings", streams), "etl-prod-readings");
    for (const [channel, configured] of [
      ["readings", undefined],
      ["readings", ""],
      ["readings", "{"],
      ["readings", "null"],
      ["toString", streams],
      ["other", streams],
    ] as const)
      assert.throws(() => streamOf(channel, configured), {
        name: "ResourceNotFoundException",
        message: /CHANNEL_STREAMS .*"STREAM"\}, with the stream's name from the stack's output "channels"$/,
      });
  });
});
