import assert from "node:assert/strict";
import {
  plainReading,
  seededRandom,
  SendRefused,
  simulate,
  type MessageKind,
  type Random,
  type Simulation,
} from "../../devices";

const START = Date.UTC(2026, 0, 31, 23, 59, 55);

/** A clock that jumps. */
function clockFrom(start: number) {
  let now = start;
  return { now: () => now, sleepUntil: (time: number) => ((now = Math.max(now, time)), Promise.resolve()) };
}

interface Reading {
  device_id: string;
  temperature: number;
  humidity: number;
  timestamp: string;
}

type Options = Partial<Omit<Simulation, "kinds">> & { send?: MessageKind["send"]; random?: Random };

async function run({
  send,
  random = seededRandom(1),
  ...options
}: Options): Promise<{ topic: string; reading: Reading }[]> {
  const sent: { topic: string; reading: Reading }[] = [];
  await simulate({
    kinds: [
      {
        send:
          send ??
          ((topic, payload) => {
            sent.push({ topic, reading: JSON.parse(payload.toString()) as Reading });
            return Promise.resolve();
          }),
        topic: "dt/{device_id}/aggregate",
        payload: plainReading(random),
      },
    ],
    devices: 10,
    publishes: 50,
    intervalMs: 10_000,
    clock: clockFrom(START),
    ...options,
  });
  return sent;
}

describe("devices: the simulator", () => {
  it("publishes every device's reading every interval, in UTC", async () => {
    const sent = await run({});
    assert.equal(sent.length, 500);
    assert.deepEqual(new Set(sent.map(({ topic }) => topic)).size, 10);
    assert.equal(sent[0]!.topic, "dt/sensor0/aggregate");
    assert.deepEqual(
      sent
        .filter(({ reading }) => reading.device_id === "sensor9")
        .map(({ reading }) => reading.timestamp)
        .slice(0, 2),
      ["2026-01-31 23:59:55", "2026-02-01 00:00:05"],
    );
    for (const { topic, reading } of sent) assert.equal(topic, `dt/${reading.device_id}/aggregate`);
  });

  it("has even temperatures within 45 and 91, even humidities within 0 and 98, and reaches both ends", async () => {
    const sent = (await run({ publishes: 500 })).map(({ reading }) => reading);
    for (const { temperature, humidity } of sent) assert.equal(temperature % 2 || humidity % 2, 0);
    const ends = (values: number[]) => [Math.min(...values), Math.max(...values)];
    assert.deepEqual(ends(sent.map(({ temperature }) => temperature)), [46, 90]);
    assert.deepEqual(ends(sent.map(({ humidity }) => humidity)), [0, 98]);
  });

  it("repeats itself with the same seed, and only then", async () => {
    assert.deepEqual(await run({ random: seededRandom(7) }), await run({ random: seededRandom(7) }));
    assert.notDeepEqual(await run({ random: seededRandom(7) }), await run({ random: seededRandom(8) }));
  });

  it("sends each kind of message, and fills topics from the payload or with the device's name", async () => {
    const topics: string[] = [];
    const kind = (topic: string, payload: Record<string, unknown>): MessageKind => ({
      topic,
      payload: () => payload,
      send: (to) => (topics.push(to), Promise.resolve()),
    });
    const refused: string[] = [];
    await simulate({
      kinds: [kind("a/{device}", {}), kind("b/{device_id}", { device_id: "own" }), kind("c/{site}", {})],
      devices: 2,
      publishes: 1,
      intervalMs: 1000,
      clock: clockFrom(START),
      onRefused: (reason) => refused.push(reason),
    });
    assert.deepEqual(topics, ["a/sensor0", "b/own", "a/sensor1", "b/own"]);
    assert.deepEqual(refused, Array(2).fill("a name in c/{site} is no attribute of the message"));
  });

  it("stops when it is told to", async () => {
    const abort = new AbortController();
    let sent = 0;
    await run({
      signal: abort.signal,
      send: () => {
        if (++sent === 15) abort.abort();
        return Promise.resolve();
      },
    });
    assert.equal(sent, 15);
  });

  it("counts what is refused and goes on; anything else ends it", async () => {
    const refused: string[] = [];
    let calls = 0;
    await run({
      publishes: 1,
      send: () => (++calls === 3 ? Promise.reject(new SendRefused("no")) : Promise.resolve()),
      onRefused: (reason) => refused.push(reason),
    });
    assert.deepEqual([calls, refused], [10, ["no"]]);
    await assert.rejects(run({ send: () => Promise.reject(new Error("gone")) }), { message: "gone" });
  });
});
