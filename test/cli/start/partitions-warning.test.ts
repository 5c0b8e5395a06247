import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { makeReport } from "../../../cli/start/report";
import { summary } from "../../../cli/start/summary";
import { TransformLogStats } from "../../../cli/start/transform-log-stats";
import { Clock } from "../../../local/core/clock";
import { Session } from "../../../local/session";

const ROOT = path.resolve(__dirname, "..", "..", "..");
const START = Date.UTC(2026, 0, 31, 12);

describe("cli/start: partitions beside AWS's quota", function () {
  this.timeout(120_000);

  it("are warned of when those that are registered reach it at this rate", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "partitions-"));
    const write = (name: string, document: object): void =>
      fs.writeFileSync(path.join(folder, name), JSON.stringify(document));
    write("channel.json", { channelName: "plant" });
    write("store.json", {
      datastoreName: "readings",
      datastorePartitions: {
        partitions: [
          { attributePartition: { attributeName: "site" } },
          { timestampPartition: { attributeName: "at" } },
        ],
      },
    });
    write("pipeline.json", {
      pipelineName: "store_all",
      pipelineActivities: [
        { channel: { name: "in", channelName: "plant", next: "out" } },
        { datastore: { name: "out", datastoreName: "readings" } },
      ],
    });
    const config = { definitions: folder, ruleNames: "{}", topicFilters: '{"plant":"dt/+"}' };
    const onError = (error: unknown): void => assert.fail(String(error));
    const dataDir = path.join(folder, "data");
    const options = { projectDir: ROOT, stack: "dev", config, dataDir, fresh: true, onError };
    const session = await Session.open(options, new Clock(START));
    try {
      const transformLog = new TransformLogStats(session);
      const { database, table, bucket, prefix } = session.outputs.datastores.readings!;
      const { registered } = session.cloud.glue.tables.get(`${database}.${table}`)!;
      const register = (from: number, to: number): void =>
        registered!.put(
          Array.from({ length: to - from }, (_, n) => ({
            values: [`site-${from + n}`, "2026", "01", "31", "12"],
            descriptor: { Location: `s3://${bucket}/${prefix}${from + n}/` },
            parameters: {},
            created: START,
          })),
        );
      const said = async (): Promise<{ warning: string | undefined; text: string }> => {
        const endpoints = { mqtt: "", http: "" };
        const report = await makeReport(session, {
          startedAt: 0,
          endpoints,
          refusedMessages: new Map(),
          put: 0,
          transformLog,
        });
        const { partitionsWarning: warning } = report.datastores.readings!;
        return { warning, text: await summary(report, session, {}, 0) };
      };
      // 10,000,000 / (10 x 365.25 x 24) = 114.08 in an hour
      register(0, 114);
      const before = await said();
      assert.equal(before.warning, undefined);
      assert.doesNotMatch(before.text, /quota/);
      register(114, 115);
      const after = await said();
      assert.match(after.warning!, /^115 partitions over 1 hour, at this rate 1,008,090 a year: .* after 9\.9 years\./);
      assert.match(after.text, /^warning: the datastore readings has 115 partitions over 1 hour/m);
    } finally {
      await session.close();
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});
