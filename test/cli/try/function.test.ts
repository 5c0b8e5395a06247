import assert from "node:assert/strict";
import fc from "fast-check";
import type { TrialDefinition } from "../../../cli/try/definition";
import { Trial } from "../../../cli/try/trial";
import { compilePipeline, datastoreColumns, type TransformDefinition } from "../../../etl";
import { LOAD_SEPARATOR } from "../../../etl/partitions";
import { createFirehoseHandler, type FirehoseRecord } from "../../../functions/firehose";
import { servicesOf } from "../../etl/activities/support";

const ARRIVAL = Date.UTC(2026, 0, 1);
const RESULTS = { Ok: "stored", Dropped: "filtered", ProcessingFailed: "failed" } as const;

/** A pipeline that keeps n < 5, with or without a function, into partitions by site. */
function definition(withFunction: boolean): TransformDefinition {
  const pipelineActivities = [
    { channel: { name: "in", channelName: "c", next: "few" } },
    { filter: { name: "few", filter: "n < 5", next: withFunction ? "split" : "out" } },
    ...(withFunction ? [{ lambda: { name: "split", lambdaName: "split", batchSize: 1, next: "out" } }] : []),
    { datastore: { name: "out", datastoreName: "rows" } },
  ];
  return {
    pipeline: { pipelineName: "p", pipelineActivities },
    datastore: {
      datastoreName: "rows",
      fileFormatConfiguration: {
        parquetConfiguration: {
          schemaDefinition: {
            columns: [
              { name: "id", type: "int" },
              { name: "n", type: "int" },
              { name: "site", type: "string" },
            ],
          },
        },
      },
      datastorePartitions: { partitions: [{ attributePartition: { attributeName: "site" } }] },
    },
  };
}

/** A function that makes a message of each of its message's sites. */
const splitting = (): ReturnType<typeof servicesOf> =>
  servicesOf((messages) =>
    messages.flatMap(({ sites, ...message }) => (sites as string[]).map((site) => ({ ...message, site }))),
  );

function trialOf(given: TransformDefinition): Trial {
  const trial: TrialDefinition = {
    definition: given,
    columns: datastoreColumns(given.datastore),
    json: false,
    datastoreName: "rows",
    warnings: [],
    files: [],
  };
  return new Trial(trial, ARRIVAL, splitting().services);
}

interface Became {
  result: string;
  /** site and id of each row, sorted */
  rows: string[];
}

async function tried(given: TransformDefinition, messages: readonly string[]): Promise<Became[]> {
  const traces = await trialOf(given).takeBatch(messages.map((message) => Buffer.from(message)));
  return traces.map(({ result, rows, partitions }) => ({
    result,
    rows: rows
      .map((row, index) => `${partitions[index]?.__partition_site} ${(JSON.parse(row) as { id: number }).id}`)
      .sort(),
  }));
}

/** The same by the function that is deployed, and called again with what it put into its fan-out. */
async function deployed(given: TransformDefinition, messages: readonly string[]): Promise<Became[]> {
  const put: Buffer[] = [];
  const handler = createFirehoseHandler(compilePipeline(given), () => undefined, {
    services: () => splitting().services,
    fanOut: {
      deliveryStream: "further",
      put: (records) => (put.push(...records), Promise.resolve(records.map(() => undefined))),
    },
  });
  const recordsOf = (data: readonly (string | Buffer)[]): FirehoseRecord[] =>
    data.map((each, index) => ({
      recordId: String(index),
      approximateArrivalTimestamp: ARRIVAL,
      data: Buffer.from(each).toString("base64"),
    }));
  const { records: first } = await handler({ records: recordsOf(messages) });
  const loads = put.flatMap((record) => record.toString().split(LOAD_SEPARATOR));
  const further = await handler({
    deliveryStreamArn: "arn:aws:firehose:r:1:deliverystream/further",
    records: recordsOf(loads),
  });
  const rows = messages.map((): string[] => []);
  for (const { result, data, metadata } of [...first, ...further.records]) {
    if (result !== "Ok") continue;
    for (const line of Buffer.from(data ?? "", "base64")
      .toString()
      .trim()
      .split("\n")) {
      const { id } = JSON.parse(line) as { id: number };
      rows[id]!.push(`${metadata?.partitionKeys.__partition_site} ${id}`);
    }
  }
  return first.map(({ result }, index) => ({ result: RESULTS[result], rows: rows[index]!.sort() }));
}

describe("npm run try and the deployed function", () => {
  const sites = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 4 });
  const message = fc.oneof(
    { weight: 8, arbitrary: fc.record({ n: fc.integer({ min: 0, max: 6 }), sites, site: fc.constantFrom("a", "b") }) },
    { weight: 1, arbitrary: fc.constant("no JSON") },
    { weight: 1, arbitrary: fc.constant({ n: 1 }) },
  );
  const batches = fc
    .array(message, { maxLength: 8 })
    .map((list) => list.map((each, id) => (typeof each === "string" ? each : JSON.stringify({ id, ...each }))));

  for (const withFunction of [false, true])
    it(`agree on every batch of a pipeline ${withFunction ? "with" : "without"} a lambda activity`, () =>
      fc.assert(
        fc.asyncProperty(batches, async (messages) => {
          const given = definition(withFunction);
          assert.deepEqual(await tried(given, messages), await deployed(given, messages));
        }),
      ));

  it("store rows of several partitions of one message, each in its own", async () => {
    const messages = [
      { id: 0, n: 1, sites: ["a", "b", "a"] },
      { id: 1, n: 1, sites: ["b"] },
    ].map((each) => JSON.stringify(each));
    const expected = [
      { result: "stored", rows: ["a 0", "a 0", "b 0"] },
      { result: "stored", rows: ["b 1"] },
    ];
    assert.deepEqual(await deployed(definition(true), messages), expected);
    assert.deepEqual(await tried(definition(true), messages), expected);
  });

  it("fail a message with rows of more partitions than the fan-out takes, and say why", async () => {
    const most = Array.from({ length: 501 }, (_, site) => `s${site}`);
    for (const [sites, result] of [
      [most, "stored"],
      [[...most, "one more"], "failed"],
    ] as const) {
      const message = JSON.stringify({ id: 0, n: 1, sites });
      const [became] = await deployed(definition(true), [message]);
      assert.deepEqual([became?.result, became?.rows.length], [result, result === "stored" ? 501 : 0]);
      const [trace] = await trialOf(definition(true)).takeBatch([Buffer.from(message)]);
      assert.deepEqual([trace?.result, trace?.at], [result, result === "stored" ? undefined : "out"]);
      if (result === "failed")
        assert.match(trace?.reason ?? "", /^its rows belong to 502 partitions, and the fan-out takes 501/);
    }
  });
});
