import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { ingest, newRun, type Ingested } from "../../../cli/ingest/ingest";
import type { Outgoing } from "../../../functions/put-messages/put";

const NOW = 1_760_000_000_000;

describe("cli/ingest", () => {
  let folder: string;
  before(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "ingest-"))));
  after(() => fs.rmSync(folder, { recursive: true }));
  const file = (name: string, text: string): string => {
    const place = path.join(folder, name);
    fs.writeFileSync(place, text);
    return place;
  };
  const lines = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, i) => `{"n":${from + i}}\n`).join("");

  /** A stream that keeps what it takes. @param refuse of a record, by how many records came before, why it is refused */
  class Stream {
    readonly taken: number[] = [];
    private records = 0;
    constructor(private readonly refuse: (record: number) => string | undefined = () => undefined) {}
    send = (records: readonly Outgoing[]) =>
      Promise.resolve(
        records.map(({ data }) => {
          const code = this.refuse(this.records++);
          if (code !== undefined) return { code, message: "no" };
          this.taken.push((JSON.parse(data.toString()) as { n: number }).n);
          return undefined;
        }),
      );
  }
  const start = async (
    files: string[],
    stream: Stream,
    more: { skip?: number; stop?: AbortSignal; hurry?: AbortSignal; wait?: () => void } = {},
  ): Promise<Ingested> => {
    const run = newRun();
    const never = new AbortController().signal;
    await ingest(run, {
      files,
      read: {},
      skip: more.skip ?? 0,
      send: stream.send,
      stop: more.stop ?? never,
      hurry: more.hurry ?? never,
      now: () => NOW,
      wait: async () => more.wait?.(),
    });
    return run;
  };

  it("reads NDJSON, JSON arrays and CSV, and counts by file what was read, put and failed", async () => {
    const files = [
      file("a.ndjson", `{"n":1}\n{"n":2,"__received_at":5}\n`),
      file("b.json", `[{"n":3},{"n":"${"x".repeat(128 * 1024)}"}]`),
      file("c.csv", "n,at\n4,x\n5,y\n"),
    ];
    const sent: string[] = [];
    const run = newRun();
    const never = new AbortController().signal;
    await ingest(run, {
      files,
      read: {},
      skip: 0,
      send: (records) => {
        sent.push(...records.map(({ data }) => data.toString()));
        return Promise.resolve(
          records.map((_, i) => (i === 0 ? { code: "ValidationException", message: "no" } : undefined)),
        );
      },
      stop: never,
      hurry: never,
      now: () => NOW,
    });
    const at = `"__received_at":${NOW}}`;
    assert.deepEqual(sent, [
      `{"n":1,${at}`,
      `{"n":2,"__received_at":5}`,
      `{"n":3,${at}`,
      `{"n":4,"at":"x",${at}`,
      `{"n":5,"at":"y",${at}`,
    ]);
    assert.deepEqual(run.sources, {
      [files[0]!]: { read: 2, put: 1, failed: 1 },
      [files[1]!]: { read: 2, put: 1, failed: 1 },
      [files[2]!]: { read: 2, put: 2, failed: 0 },
    });
    assert.deepEqual(
      [...run.failures].map(([reason, { count, first }]) => [reason, count, path.basename(first)]),
      [
        ["ValidationException: no", 1, "a.ndjson, message 1"],
        ["larger than 131072 bytes, the most of a message in a channel", 1, "b.json, message 2"],
      ],
    );
    assert.ok(run.complete);
  });

  it("loses nothing and doubles nothing when it is interrupted and continued, but for what it says", () => {
    const files = [file("one.ndjson", lines(0, 1300)), file("two.ndjson", lines(1300, 2100))];
    return fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 2100 }),
        fc.boolean(),
        fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
        async (at, hurries, dice) => {
          const [stop, hurry] = [new AbortController(), new AbortController()];
          const first = new Stream((record) => {
            if (record === at) {
              stop.abort();
              if (hurries) hurry.abort();
            }
            return dice.next().value! < 3 ? "ProvisionedThroughputExceededException" : undefined;
          });
          const run = await start(files, first, { stop: stop.signal, hurry: hurry.signal });
          const second = new Stream();
          const rest = await start(files, second, { skip: run.done });
          assert.ok(rest.complete);
          const all = [...first.taken, ...second.taken].sort((a, b) => a - b);
          assert.deepEqual(
            [...new Set(all)],
            Array.from({ length: 2100 }, (_, i) => i),
          );
          assert.equal(all.length, 2100 + run.ahead);
          if (!hurries) assert.equal(run.ahead, 0);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("knows how far it came when a request fails as a whole", async () => {
    const files = [file("all.ndjson", lines(0, 1200))];
    const run = newRun();
    let requests = 0;
    const never = new AbortController().signal;
    const broken = ingest(run, {
      files,
      read: {},
      skip: 0,
      send: (records) =>
        ++requests < 3 ? Promise.resolve(records.map(() => undefined)) : Promise.reject(new Error("AccessDenied")),
      stop: never,
      hurry: never,
      now: () => NOW,
    });
    await assert.rejects(broken, /AccessDenied/);
    assert.deepEqual([run.done, run.complete], [1000, false]);
  });
});
