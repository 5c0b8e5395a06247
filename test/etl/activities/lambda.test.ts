import assert from "node:assert/strict";
import fc from "fast-check";
import { arrivals, outcomes, pipelineOf, servicesOf } from "./support";

const lambda = (batchSize = 100) => ({ lambda: { lambdaName: "f", batchSize } });
const messages = (count: number) => arrivals(...Array.from({ length: count }, (_, n) => ({ id: `m${n}`, n })));

describe("etl/activities: lambda", () => {
  it("hands over an array of messages and stores what comes back, every digit", async () => {
    const { services, payloads } = servicesOf(() => '[ {"n":12345678901234567, "id":"new"} ]');
    const [outcome] = await pipelineOf([lambda()]).processBatch(
      arrivals('{"id":"a", "n": 9007199254740993}'),
      services,
    );
    assert.deepEqual(payloads, ['[{"id":"a","n":9007199254740993}]']);
    assert.ok(outcome?.result === "stored");
    assert.deepEqual(
      outcome.rows.map(({ row }) => row.toString()),
      ['{"id":"new","n":12345678901234567}'],
    );
  });

  it("calls with at most batchSize messages, in their order", async () => {
    const { services, payloads } = servicesOf((given) => given);
    const rows = await outcomes(pipelineOf([lambda(3)]), messages(8), services);
    assert.deepEqual(
      payloads.map((payload) => (JSON.parse(payload) as { n: number }[]).map(({ n }) => n)),
      [
        [0, 1, 2],
        [3, 4, 5],
        [6, 7],
      ],
    );
    assert.deepEqual(
      rows,
      Array.from({ length: 8 }, (_, n) => [{ id: `m${n}`, n }]),
    );
  });

  it("calls with no more bytes than Lambda takes", async () => {
    const { services, payloads } = servicesOf((given) => given.map(({ n }) => ({ n })));
    const long = Array.from({ length: 50 }, (_, n) => ({ n, text: "x".repeat(130_000) }));
    const rows = await outcomes(pipelineOf([lambda(1000)]), arrivals(...long), services);
    assert.equal(payloads.length, 2);
    assert.ok(payloads.every((payload) => Buffer.byteLength(payload) <= 6_000_000));
    assert.deepEqual(
      rows,
      long.map(({ n }) => [{ n }]),
    );
  });

  it("counts messages for which nothing comes back as filtered, whichever they are", async () => {
    const pipeline = pipelineOf([lambda()]);
    const { services } = servicesOf((given) => given.filter(({ n }) => (n as number) % 3 === 1));
    assert.deepEqual(await outcomes(pipeline, messages(5), services), [
      "filtered at lambda1",
      [{ id: "m1", n: 1 }],
      "filtered at lambda1",
      "filtered at lambda1",
      [{ id: "m4", n: 4 }],
    ]);
    const { received, stored, filtered, failed, lambdaMismatches } = pipeline.counters;
    assert.deepEqual(
      { received, stored, filtered, failed, lambdaMismatches },
      {
        received: 5,
        stored: 2,
        filtered: 3,
        failed: 0,
        lambdaMismatches: 1,
      },
    );
    assert.deepEqual(
      pipeline.activities.map(({ name, in: reached, out }) => [name, reached, out]),
      [
        ["source", 5, 5],
        ["lambda1", 5, 2],
        ["store", 2, 2],
      ],
    );
  });

  it("makes several rows of a message of which several come back", async () => {
    const pipeline = pipelineOf([lambda()]);
    const { services } = servicesOf((given) =>
      given.flatMap((message) => (message.list as number[]).map((n) => ({ id: message.id, n }))),
    );
    const given = arrivals({ id: "a", list: [1, 2] }, { id: "b", list: [] }, { id: "c", list: [3, 4, 5] });
    assert.deepEqual(await outcomes(pipeline, given, services), [
      [
        { id: "a", n: 1 },
        { id: "a", n: 2 },
      ],
      "filtered at lambda1",
      [
        { id: "c", n: 3 },
        { id: "c", n: 4 },
        { id: "c", n: 5 },
      ],
    ]);
    assert.equal(pipeline.counters.stored, 2);
    assert.deepEqual(
      pipeline.activities.map(({ in: reached, out, filtered }) => [reached, out, filtered]),
      [
        [3, 3, 0],
        [3, 5, 1],
        [5, 5, 0],
      ],
    );
  });

  it("fails the messages of a call that fails, with its reason, and no others", async () => {
    const { services } = servicesOf((given) => {
      if (given.some(({ n }) => n === 2)) throw new Error("no such sensor");
      return given;
    });
    assert.deepEqual(await outcomes(pipelineOf([lambda(2)]), messages(4), services), [
      [{ id: "m0", n: 0 }],
      [{ id: "m1", n: 1 }],
      "failed at lambda1: the function f failed: no such sensor",
      "failed at lambda1: the function f failed: no such sensor",
    ]);
  });

  for (const [answer, reason] of [
    ["null", "returned null, and not an array of messages"],
    ['{"statusCode":200}', "returned an object, and not an array of messages"],
    ['"ok"', "returned a text, and not an array of messages"],
    ["[{]", "did not return JSON"],
    ["", "did not return JSON"],
    ["[5]", "returned a number in the place of a message"],
    ["[null]", "returned null in the place of a message"],
  ] as const)
    it(`fails messages for which comes ${answer === "" ? "nothing" : answer}`, async () => {
      const { services } = servicesOf(() => answer);
      assert.deepEqual(await outcomes(pipelineOf([lambda()]), messages(1), services), [
        `failed at lambda1: the function f ${reason}`,
      ]);
    });

  it("filters what comes back without attributes", async () => {
    const { services } = servicesOf((given) => given.map(() => ({})));
    assert.deepEqual(await outcomes(pipelineOf([lambda()]), messages(1), services), ["filtered at lambda1"]);
  });

  it("gets as the first activity what is no JSON too, as base64, and messages without attributes", async () => {
    const { services, payloads } = servicesOf((given) => given.map((_, n) => ({ n })));
    const rows = await outcomes(
      pipelineOf([lambda()]),
      arrivals(Buffer.from([0, 255]), "{}", "[1]", "20.5;7"),
      services,
    );
    assert.deepEqual(JSON.parse(payloads[0]!), ["AP8=", {}, [1], "MjAuNTs3"]);
    assert.deepEqual(rows, [[{ n: 0 }], [{ n: 1 }], [{ n: 2 }], [{ n: 3 }]]);
  });

  it("gets JSON alone behind another activity", async () => {
    const { services, payloads } = servicesOf((given) => given);
    const pipeline = pipelineOf([{ filter: { filter: "n > 0" } }, lambda()]);
    const rows = await outcomes(pipeline, arrivals("no JSON", { n: 1 }, { n: 0 }), services);
    assert.equal(payloads[0], '[{"n":1}]');
    assert.match(String(rows[0]), /^failed at source: the payload is not JSON/);
    assert.deepEqual(rows.slice(1), [[{ n: 1 }], "filtered at filter1"]);
  });

  it("sees nothing of the system's attributes, and they stay with their message", async () => {
    const { services, payloads } = servicesOf((given) => given);
    const rows = await outcomes(pipelineOf([lambda()]), arrivals({ n: 1, __received_at: 1767225600000 }), services);
    assert.equal(payloads[0], '[{"n":1}]');
    assert.deepEqual(rows, [[{ __received_at: "1767225600000", n: 1 }]]);
  });

  it("goes on through the activities behind it, another function too", async () => {
    const { services } = servicesOf((given) => given.map((message) => ({ ...message, n: (message.n as number) + 1 })));
    const pipeline = pipelineOf([
      { math: { attribute: "n", math: "n * 10" } },
      lambda(),
      { filter: { filter: "n < 20" } },
      lambda(),
    ]);
    assert.deepEqual(await outcomes(pipeline, messages(3), services), [
      [{ id: "m0", n: 2 }],
      [{ id: "m1", n: 12 }],
      "filtered at filter3",
    ]);
  });

  it("fails a message of which anything failed, whole", async () => {
    const { services } = servicesOf((given) =>
      given.flatMap(({ id }) => [
        { id, n: 1 },
        { id, n: "x" },
      ]),
    );
    const pipeline = pipelineOf([lambda(), { math: { attribute: "n", math: "n * 2" } }]);
    const [outcome] = await outcomes(pipeline, arrivals({ id: "a" }), services);
    assert.match(String(outcome), /^failed at math2: the math expression n \* 2 gives no number/);
  });

  it("accounts for every message, whatever a function returns", async () => {
    const answer = fc.oneof(fc.json(), fc.array(fc.dictionary(fc.string(), fc.jsonValue())), fc.string());
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 1, max: 5 }),
        answer,
        async (count, size, returned) => {
          const pipeline = pipelineOf([lambda(size), { filter: { filter: "n > 0" } }, lambda(size)]);
          const { services } = servicesOf(() => returned as unknown);
          const results = await pipeline.processBatch(messages(count), services);
          assert.equal(results.length, count);
          const { received, stored, filtered, failed } = pipeline.counters;
          assert.equal(received, count);
          assert.equal(stored + filtered + failed, count);
          for (const result of results) assert.ok(result.result !== "stored" || result.rows.length > 0);
          for (const { in: reached, out, failed: lost } of pipeline.activities)
            assert.ok(reached >= 0 && out >= 0 && lost >= 0);
        },
      ),
    );
  });
});
