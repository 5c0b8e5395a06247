import assert from "node:assert/strict";
import * as fc from "fast-check";
import { NO_SERVICES } from "../../etl/activities";
import { elementsOf } from "../../etl/json";
import { compilePipeline, type CompiledPipeline, type TransformDefinition } from "../../etl/pipeline";
import { createFirehoseHandler } from "../../functions/firehose";

const ARRIVAL = Date.UTC(2026, 0, 2, 3);

function definition(batches: boolean): TransformDefinition {
  return {
    pipeline: {
      pipelineName: "plant",
      pipelineActivities: [
        { channel: { name: "in", channelName: "plant", next: "warm" } },
        { filter: { name: "warm", filter: "temperature > 0", next: "double" } },
        { math: { name: "double", attribute: "twice", math: "temperature * 2", next: "out" } },
        { datastore: { name: "out", datastoreName: "rooms" } },
      ],
    },
    datastore: {
      datastoreName: "rooms",
      fileFormatConfiguration: {
        parquetConfiguration: {
          schemaDefinition: {
            columns: [
              { name: "room", type: "string" },
              { name: "temperature", type: "bigint" },
              { name: "twice", type: "bigint" },
            ],
          },
        },
      },
      datastorePartitions: { partitions: [{ attributePartition: { attributeName: "room" } }] },
    },
    options: batches ? { batches } : {},
  };
}

const run = async (pipeline: CompiledPipeline, ...payloads: string[]) =>
  pipeline.processBatch(
    payloads.map((text) => ({ bytes: Buffer.from(text), arrivalTime: ARRIVAL })),
    NO_SERVICES,
  );

describe("etl: batches", () => {
  it("an array stands for its elements: the same rows as of each alone, in order", async () => {
    const message = fc.record({
      room: fc.constantFrom("a", "a", "ä/ü"),
      temperature: fc.integer({ min: 1, max: 1e9 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { minLength: 1, maxLength: 20 }),
        fc.constantFrom("", " ", "\n\t"),
        async (messages, blank) => {
          const alone = compilePipeline(definition(false));
          const rows = messages.map((each) => {
            const outcome = alone.process(JSON.stringify(each), { arrivalTime: ARRIVAL });
            assert.equal(outcome.result, "stored");
            return outcome.result === "stored" ? [outcome.row, outcome.partitionKeys] : [];
          });
          const array = `${blank}[${messages.map((each) => blank + JSON.stringify(each) + blank).join(",")}]${blank}`;
          // Messages of the same rooms beside it, so that there is a record for the rows of each room.
          const others = ["a", "ä/ü"].map((room) => JSON.stringify({ room, temperature: 1 }));
          const together = compilePipeline(definition(true));
          const [outcome] = await run(together, array, ...others);
          assert.equal(outcome!.result, "stored", JSON.stringify(outcome));
          assert.deepEqual(
            outcome!.result === "stored" &&
              outcome!.rows.map(({ row, partitionKeys }) => [row.toString(), partitionKeys]),
            rows,
          );
          const { received, stored, filtered, failed } = together.counters;
          assert.deepEqual([received, stored, filtered, failed], [3, 3, 0, 0]);
          const [first, , , last] = together.activities;
          assert.deepEqual([first!.in, first!.out, last!.out], [3, messages.length + 2, messages.length + 2]);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("keeps every digit of a number", async () => {
    const [outcome] = await run(
      compilePipeline(definition(true)),
      '[{"room":"a","temperature":9007199254740993,"x":0.1000000000000000000001}]',
    );
    assert.ok(outcome!.result === "stored" && outcome!.rows[0]!.row.includes("9007199254740993"));
  });

  for (const [what, payload, expected] of [
    ["has the rows that are not filtered out", '[{"room":"a","temperature":0},{"room":"a","temperature":2}]', "stored"],
    ["is filtered out when all of it is", '[{"room":"a","temperature":0},{"room":"a","temperature":-2}]', "filtered"],
    ["fails as a whole when one message does", '[{"room":"a","temperature":2},7]', "failed"],
    ["fails when it is empty", "[ ]", "failed"],
    ["fails when it is no JSON", '[{"room":"a","temperature":2}', "failed"],
    ["fails when an element is an array", '[[{"room":"a","temperature":2}]]', "failed"],
    ["may be one message without an array", '{"room":"a","temperature":2}', "stored"],
  ] as const)
    it(what, async () => {
      const pipeline = compilePipeline(definition(true));
      const [outcome] = await run(pipeline, payload);
      assert.equal(outcome!.result, expected);
      if (outcome!.result === "failed") assert.notEqual(outcome!.reason, "");
      const { received, stored, filtered, failed } = pipeline.counters;
      assert.equal(stored + filtered + failed, received);
    });

  it("is refused where nothing says that arrays are batches", async () => {
    const [outcome] = await run(compilePipeline(definition(false)), '[{"room":"a","temperature":2}]');
    assert.deepEqual(outcome, { result: "failed", at: "in", reason: "the payload is an array, and not an object" });
  });

  it("comes back to the delivery stream as one record with a line for each row, and whole when it fails", async () => {
    const lines: string[] = [];
    const handler = createFirehoseHandler(compilePipeline(definition(true)), (text) => void lines.push(text));
    const record = (recordId: string, text: string) => ({
      recordId,
      approximateArrivalTimestamp: ARRIVAL,
      data: Buffer.from(text).toString("base64"),
    });
    const bad = record("2", '[{"room":"a","temperature":3},"x"]');
    const { records } = await handler({
      records: [record("1", '[{"room":"a","temperature":1},{"room":"a","temperature":2}]'), bad],
    });
    const [good, failed] = records;
    assert.equal(good!.result, "Ok");
    assert.equal(
      Buffer.from(good!.data!, "base64").toString(),
      '{"room":"a","temperature":1,"twice":2}\n{"room":"a","temperature":2,"twice":4}\n',
    );
    assert.deepEqual(good!.metadata, { partitionKeys: { __partition_room: "a" } });
    assert.deepEqual([failed!.result, failed!.data], ["ProcessingFailed", bad.data]);
    const metrics = JSON.parse(lines.join("").trim().split("\n").at(-1)!) as Record<string, number>;
    assert.deepEqual([metrics.Received, metrics.Stored, metrics.Failed], [2, 1, 1]);
    assert.ok(!("LambdaMismatches" in metrics));
  });

  it("finds elements as they were sent, and none of what is no array", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { maxLength: 10 }), (values) => {
        const texts = values.map((value) => JSON.stringify(value));
        const found = elementsOf(Buffer.from(`[${texts.join(" , ")}]`));
        assert.deepEqual(
          found!.map(({ bytes, start, end }) => bytes.toString("utf8", start, end)),
          texts,
        );
      }),
    );
    for (const text of ["", " ", "{}", "7", "[1", "[1] 2", '"[1]"'])
      assert.equal(elementsOf(Buffer.from(text)), undefined);
  });
});
