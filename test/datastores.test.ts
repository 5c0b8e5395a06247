import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Heard } from "../cli/heard";
import { makeReport } from "../cli/report";
import { summary } from "../cli/summary";
import { Clock } from "../local/clock";
import { Session } from "../local/session";

const ROOT = path.resolve(__dirname, "..");
const START = Date.UTC(2026, 0, 1);
const SECONDS = Date.UTC(2025, 2, 5, 7) / 1000;

/** The program itself in the local cloud, for what no smaller part shows: the function keeps up the table that the program declares. */
describe("datastores, from a message to SQL", () => {
  let folder: string;
  let session: Session | undefined;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "datastores-"))));
  afterEach(async () => {
    await session?.close();
    session = undefined;
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const write = (name: string, content: unknown): void => {
    fs.mkdirSync(path.join(folder, "documents"), { recursive: true });
    fs.writeFileSync(path.join(folder, "documents", name), JSON.stringify(content));
  };
  const open = async (config: Record<string, string> = {}): Promise<Session> => {
    await session?.close();
    session = await Session.open(
      {
        projectDir: ROOT,
        stack: "dev",
        config: {
          definitions: path.join(folder, "documents"),
          ruleNames: "{}",
          topicFilters: '{"plant":"dt/+"}',
          ...config,
        },
        dataDir: path.join(folder, "data"),
        fresh: false,
        onError: (error) => {
          throw error;
        },
      },
      new Clock(START),
    );
    // functions call the catalog by HTTP
    await session.cloud.listen({ mqtt: 0, http: 0 });
    session.cloud.start();
    return session;
  };
  const publish = ({ cloud }: Session, message: object): Promise<void> =>
    new Promise((resolve, reject) =>
      cloud.rules.publish(
        {
          topic: "dt/x",
          payload: Buffer.from(JSON.stringify(message)),
          qos: 1,
          retain: false,
          clientId: "c",
          principal: "device/c",
          source: "mqtt",
        },
        (verdict) => (verdict.ok ? resolve() : reject(new Error(verdict.message))),
      ),
    );

  it("in JSON format, by attribute and time: columns arrive, and stay when the stack is deployed again", async () => {
    write("channel.json", { channelName: "plant" });
    write("pipeline.json", {
      pipelineName: "keep",
      pipelineActivities: [
        { channel: { name: "in", channelName: "plant", next: "out" } },
        { datastore: { name: "out", datastoreName: "readings" } },
      ],
    });
    write("datastore.json", {
      datastoreName: "readings",
      datastorePartitions: {
        partitions: [
          { attributePartition: { attributeName: "site" } },
          { timestampPartition: { attributeName: "ts" } },
        ],
      },
    });
    const first = await open();
    const { database, table } = first.outputs.datastores.readings!;
    const progress = {
      startedAt: 0,
      endpoints: { mqtt: "", http: "" },
      refusedMessages: new Map<string, number>(),
      heard: new Heard(first),
    };
    const ask = async (sql: string): Promise<unknown[][]> =>
      (await session!.cloud.query(sql, database)).rows.map((row) =>
        row.map((value) => (typeof value === "bigint" ? Number(value) : value)),
      );
    assert.deepEqual(await ask(`SELECT * FROM ${table} WHERE __partition_site = 'north'`), []);

    for (const [index, site] of ["north/1 a", "north", "50%", "é=ü", undefined].entries())
      await publish(first, { site, ts: SECONDS + index * 3600, unit: { Temp: index } });
    await first.cloud.drain();
    const made = await makeReport(first, progress);
    assert.deepEqual(made.datastores.readings!.rows, 5);
    assert.equal(made.datastores.readings!.unseenObjects, 0);
    assert.equal(made.pipelines.keep!.partitionFallbacks, 1);
    assert.deepEqual(made.iam.refused, []);
    // the query that is offered next works as it stands
    const text = await summary(made, first, {}, 0);
    assert.match(text, /pipeline keep: once a message had no usable value for a partition/);
    const [, offered] = /npm run query -- "(SELECT [^"]*)"/.exec(text) ?? [];
    assert.equal((await ask(offered!)).length, 1, offered);

    // another deployment, which changes the table
    const second = await open({ projection: '{"fromYear":2020}' });
    assert.deepEqual(
      second.cloud.glue.tables.get(`${database}.${table}`)!.columns,
      [
        { name: "ts", type: "bigint" },
        { name: "unit", type: "struct<temp:bigint>" },
        { name: "site", type: "string" },
      ].sort((a, b) => order(a.name) - order(b.name)),
    );
    await publish(second, { site: "north", ts: SECONDS, unit: { Temp: 9.5 }, more: true });
    await second.cloud.drain();
    assert.deepEqual(
      await ask(
        `SELECT unit.temp, more, __partition_site, __year, __month, __day, __hour FROM ${table} WHERE __partition_site IN ('north', 'north/1 a', '50%', 'é=ü', 'unknown') ORDER BY 1`,
      ),
      [
        [0, null, "north/1 a", "2025", "03", "05", "07"],
        [1, null, "north", "2025", "03", "05", "08"],
        [2, null, "50%", "2025", "03", "05", "09"],
        [3, null, "é=ü", "2025", "03", "05", "10"],
        [4, null, "unknown", "2025", "03", "05", "11"],
        [9.5, true, "north", "2025", "03", "05", "07"],
      ],
    );
  });
});

function order(name: string): number {
  return ["site", "ts", "unit"].indexOf(name);
}
