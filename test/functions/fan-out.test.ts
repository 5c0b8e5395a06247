import assert from "node:assert/strict";
import fc from "fast-check";
import { compilePipeline, type TransformDefinition } from "../../etl";
import { LOAD_SEPARATOR } from "../../etl/partitions";
import { createFanOut, type SendBatch, type Time } from "../../functions/fan-out";
import { createFirehoseHandler, type FirehoseEvent } from "../../functions/firehose";
import { servicesOf } from "../etl/activities/support";

/** Time that passes only where somebody waits. */
function standingTime(): Time {
  let now = 0;
  return { now: () => now, wait: (ms) => ((now += ms), Promise.resolve()) };
}

/** An error of the SDK. @param status of the service's answer; none if there was no answer */
function sdkError(name: string, status?: number): Error {
  return Object.assign(new Error("said so"), { name, $metadata: { httpStatusCode: status } });
}

const record = (text: string): Buffer => Buffer.from(text);

describe("functions/fan-out", () => {
  /** Puts records with answers in their order: an error, or of each record whether it is refused. */
  async function put(
    records: readonly Buffer[],
    answers: (Error | boolean[])[],
    remaining = 60_000,
  ): Promise<{ reasons: (string | undefined)[]; sent: string[][]; taken: string[]; waited: number }> {
    const sent: string[][] = [];
    const taken: string[] = [];
    const time = standingTime();
    const send: SendBatch = (batch) => {
      sent.push(batch.map(String));
      const answer = answers.shift() ?? [];
      if (answer instanceof Error) return Promise.reject(answer);
      taken.push(...batch.map(String).filter((_, index) => answer[index] !== true));
      return Promise.resolve({
        RequestResponses: batch.map((_, index) =>
          answer[index] === true
            ? { ErrorCode: "ServiceUnavailableException", ErrorMessage: "Slow down." }
            : { RecordId: "x" },
        ),
      });
    };
    const reasons = await createFanOut("further", send, time).put(records, () => remaining);
    return { reasons, sent, taken, waited: time.now() };
  }

  it("puts again what was refused, and nothing else, with longer waits", async () => {
    const { reasons, sent, waited } = await put(["a", "b", "c"].map(record), [
      [false, true, true],
      [true, false],
      sdkError("ServiceUnavailableException", 503),
      [],
    ]);
    assert.deepEqual(reasons, [undefined, undefined, undefined]);
    assert.deepEqual(sent, [["a", "b", "c"], ["b", "c"], ["b"], ["b"]]);
    assert.equal(waited, 100 + 200 + 400);
  });

  it("gives up when the invocation has no time left but to answer, and says what the last refusal was", async () => {
    const busy = Array.from({ length: 100 }, () => [true]);
    const { reasons, waited } = await put([record("a")], busy, 10_000);
    assert.deepEqual(reasons, ["ServiceUnavailableException: Slow down."]);
    assert.equal(waited, 9_000);
    const { reasons: none, sent } = await put([record("a")], [], 1_000);
    assert.deepEqual([none, sent], [["no time is left in this invocation"], []]);
  });

  it("does not put again what may have been taken, nor what will be refused again", async () => {
    for (const [error, reason] of [
      [
        sdkError("TimeoutError"),
        "no answer, so that its rows of further partitions may be stored (TimeoutError: said so)",
      ],
      [
        sdkError("InternalFailure", 500),
        "no answer, so that its rows of further partitions may be stored (InternalFailure: said so)",
      ],
      [sdkError("AccessDeniedException", 400), "AccessDeniedException: said so"],
      [sdkError("ResourceNotFoundException", 400), "ResourceNotFoundException: said so"],
    ] as const) {
      const { reasons, sent } = await put([record("a"), record("b")], [error]);
      assert.deepEqual([reasons, sent.length], [[reason, reason], 1]);
    }
  });

  it("takes a record for refused of which the answer says nothing", async () => {
    const send: SendBatch = () => Promise.resolve({ RequestResponses: [{ RecordId: "x" }] });
    const reasons = await createFanOut("further", send, standingTime()).put([record("a"), record("b")], () => 9_000);
    assert.deepEqual([reasons[0], typeof reasons[1]], [undefined, "string"]);
  });

  it("keeps to 500 records and 4 MiB a request, in the records' order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(1, 100_000, 1_024_000), { maxLength: 30 }),
        fc.boolean(),
        async (sizes, many) => {
          const records = [...sizes, ...(many ? new Array<number>(1_100).fill(2) : [])].map((size, at) =>
            Buffer.alloc(size, at % 250),
          );
          const batches: (readonly Buffer[])[] = [];
          const send: SendBatch = (batch) => {
            batches.push(batch);
            return Promise.resolve({ RequestResponses: batch.map(() => ({ RecordId: "x" })) });
          };
          await createFanOut("further", send, standingTime()).put(records, () => 60_000);
          assert.deepEqual(
            batches.flat().map((each) => records.indexOf(each as Buffer<ArrayBuffer>)),
            records.map((_, at) => at),
          );
          for (const batch of batches) {
            assert.ok(batch.length <= 500);
            assert.ok(batch.reduce((sum, { length }) => sum + length, 0) <= 4 * 1024 * 1024);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});

const DEFINITION: TransformDefinition = {
  pipeline: {
    pipelineName: "p",
    pipelineActivities: [
      { channel: { name: "in", channelName: "c", next: "split" } },
      { lambda: { name: "split", lambdaName: "split", batchSize: 1, next: "out" } },
      { datastore: { name: "out", datastoreName: "rows" } },
    ],
  },
  datastore: {
    datastoreName: "rows",
    fileFormatConfiguration: {
      parquetConfiguration: { schemaDefinition: { columns: [{ name: "id", type: "string" }] } },
    },
    datastorePartitions: { partitions: [{ attributePartition: { attributeName: "site" } }] },
  },
};

/** One call of Firehose: what becomes of its puts and of the invocation itself. */
interface Call {
  puts: ("taken" | "some refused" | "refused for good" | "busy" | "killed before")[];
  /** the invocation ends before it answers, before it has put anything */
  killed: boolean;
  refused: boolean[];
}

describe("rows of several partitions, through the function and its fan-out", () => {
  const message = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { minLength: 1, maxLength: 6 });
  const call = fc.record<Call>({
    puts: fc.array(fc.constantFrom("taken", "some refused", "refused for good", "busy", "killed before"), {
      maxLength: 4,
    }),
    killed: fc.boolean(),
    refused: fc.array(fc.boolean(), { maxLength: 6 }),
  });

  it("are stored once each, or their message fails whole, whatever is refused and whoever is killed", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(message, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
        fc.array(call, { maxLength: 20 }),
        async (batches, given) => {
          const calls = structuredClone(given);
          const stream: Buffer[] = [];
          const lines: string[] = [];
          const stored: string[] = [];
          const failed = new Set<string>();
          let current: Call;
          let end: () => void;
          let before = 0;
          const send: SendBatch = (batch) => {
            const fate = current.puts.shift() ?? "taken";
            // An invocation that is repeated after something of it was put is the gap that docs/fan-out.md states.
            if (fate === "killed before" && stream.length === before) {
              end();
              return new Promise<never>(() => {});
            }
            if (fate === "busy") return Promise.reject(sdkError("ServiceUnavailableException", 503));
            if (fate === "refused for good") return Promise.reject(sdkError("AccessDeniedException", 400));
            const refused = batch.map((_, at) => fate === "some refused" && current.refused[at] === true);
            stream.push(...batch.filter((_, at) => !refused[at]));
            return Promise.resolve({
              RequestResponses: refused.map((no) =>
                no ? { ErrorCode: "ServiceUnavailableException", ErrorMessage: "" } : { RecordId: "x" },
              ),
            });
          };
          // A killed instance is replaced by a new one.
          const instance = () =>
            createFirehoseHandler(compilePipeline(DEFINITION), (text) => lines.push(...text.trim().split("\n")), {
              services: () =>
                servicesOf((messages) =>
                  messages.flatMap(({ id, sites }) =>
                    (sites as string[]).map((site, at) => ({ id: `${id as string}/${at}/${site}`, site })),
                  ),
                ).services,
              fanOut: createFanOut("further", send, standingTime()),
            });
          let handler = instance();
          /** Firehose calls until it is answered. */
          const invoke = async (event: FirehoseEvent): Promise<void> => {
            for (;;) {
              current = calls.shift() ?? { puts: [], killed: false, refused: [] };
              if (current.killed) handler = instance();
              else {
                before = stream.length;
                const killed = new Promise<undefined>((resolve) => (end = () => resolve(undefined)));
                const answer = await Promise.race([handler(event, { getRemainingTimeInMillis: () => 5_000 }), killed]);
                if (answer === undefined) handler = instance();
                else {
                  const { records } = answer;
                  assert.deepEqual(
                    records.map(({ recordId }) => recordId),
                    event.records.map(({ recordId }) => recordId),
                  );
                  for (const { recordId, result, data, metadata } of records) {
                    if (result === "ProcessingFailed") failed.add(recordId);
                    else
                      for (const line of Buffer.from(data!, "base64").toString().trim().split("\n")) {
                        const { id } = JSON.parse(line) as { id: string };
                        assert.equal(id.split("/")[2], metadata?.partitionKeys.__partition_site);
                        stored.push(id);
                      }
                  }
                  return;
                }
              }
            }
          };
          const event = (deliveryStream: string, data: readonly string[], ids: readonly string[]): FirehoseEvent => ({
            deliveryStreamArn: `arn:aws:firehose:eu-central-1:1:deliverystream/${deliveryStream}`,
            records: data.map((text, at) => ({
              recordId: ids[at]!,
              approximateArrivalTimestamp: 0,
              data: Buffer.from(text).toString("base64"),
            })),
          });
          const wanted = new Map<string, string[]>();
          for (const [number, batch] of batches.entries()) {
            const ids = batch.map((_, at) => `${number}.${at}`);
            batch.forEach((sites, at) =>
              wanted.set(
                ids[at]!,
                sites.map((site, place) => `${ids[at]}/${place}/${site}`),
              ),
            );
            await invoke(
              event(
                "main",
                batch.map((sites, at) => JSON.stringify({ id: ids[at], sites })),
                ids,
              ),
            );
          }
          const loads = stream.flatMap((each) => each.toString().split(LOAD_SEPARATOR));
          if (loads.length > 0)
            await invoke(
              event(
                "further",
                loads,
                loads.map((_, at) => `load ${at}`),
              ),
            );

          const expected = [...wanted].flatMap(([id, rows]) => (failed.has(id) ? [] : rows));
          assert.deepEqual(stored.sort(), expected.sort());
          const sum = (name: string): number =>
            lines.reduce((total, line) => total + ((JSON.parse(line) as Record<string, number>)[name] ?? 0), 0);
          assert.deepEqual(
            [sum("Received"), sum("Stored"), sum("Filtered"), sum("Failed")],
            [wanted.size, wanted.size - failed.size, 0, failed.size],
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it("fail where the function has no fan-out, with the reason", async () => {
    const lines: string[] = [];
    const handler = createFirehoseHandler(compilePipeline(DEFINITION), (text) => lines.push(text), {
      services: () =>
        servicesOf(() => [
          { id: "1", site: "a" },
          { id: "2", site: "b" },
        ]).services,
    });
    const data = Buffer.from("{}").toString("base64");
    const { records } = await handler({ records: [{ recordId: "r", approximateArrivalTimestamp: 0, data }] });
    assert.deepEqual(records, [{ recordId: "r", result: "ProcessingFailed", data }]);
    assert.match(
      lines.join(""),
      /"at":"the fan-out","reason":"rows of several partitions were made of it, and the function has no/,
    );
  });

  it("fail one by one where the fan-out holds what this function never put, and count as failed", async () => {
    const lines: string[] = [];
    const handler = createFirehoseHandler(compilePipeline(DEFINITION), (text) => lines.push(text), {
      services: () => servicesOf(() => []).services,
      fanOut: createFanOut("further"),
    });
    const records = ['{"device":"a"}', '{"__partition_site":"a"}\n{"id":"1"}\n'].map((text, at) => ({
      recordId: String(at),
      approximateArrivalTimestamp: 0,
      data: Buffer.from(text).toString("base64"),
    }));
    const answer = await handler({ deliveryStreamArn: "arn:aws:firehose:r:1:deliverystream/further", records });
    assert.deepEqual(
      answer.records.map(({ result }) => result),
      ["ProcessingFailed", "Ok"],
    );
    const figures = JSON.parse(lines.join("").trim().split("\n").at(-1)!) as Record<string, number>;
    assert.deepEqual([figures.Received, figures.Stored, figures.Failed], [0, 0, 1]);
  });
});
