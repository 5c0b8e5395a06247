import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const ROOT = path.resolve(__dirname, "..");

interface Counts {
  published: number;
  rules: Record<string, { matched: number; delivered: number; failed: number }>;
  channels: Record<string, { received: number; archived: number }>;
  pipelines: Record<string, { received: number; stored: number; filtered: number; failed: number }>;
  datastores: Record<string, { rows: number }>;
  iam: { refused: unknown[]; unused: unknown[] };
}

/** A rule with two actions, another on the same filter, and one that takes some of the same messages, into two channels. */
describe("one message into several channels", () => {
  let folder: string;
  let dataDir: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "several-"));
    dataDir = fs.mkdtempSync(path.join(os.tmpdir(), "several-data-"));
    const write = (name: string, document: object): void =>
      fs.writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(document));
    const columns = ["device_id string", "temperature int"].map((column) => {
      const [name, type] = column.split(" ");
      return { name, type };
    });
    for (const channel of ["alpha", "beta"]) {
      write(channel, { channelName: channel });
      write(`store_${channel}`, {
        datastoreName: `store_${channel}`,
        fileFormatConfiguration: { parquetConfiguration: { schemaDefinition: { columns } } },
      });
      write(`pipe_${channel}`, {
        pipelineName: `pipe_${channel}`,
        pipelineActivities: [
          { channel: { name: "from", channelName: channel, next: "to" } },
          { datastore: { name: "to", datastoreName: `store_${channel}` } },
        ],
      });
    }
    const into = (channelName: string) => ({
      iotAnalytics: { channelName, roleArn: "arn:aws:iam::123456789012:role/rule" },
    });
    const rule = (name: string, where: string, ...channels: string[]): void =>
      write(name, {
        ruleName: name,
        topicRulePayload: {
          sql: `SELECT * FROM 'dt/+/readings'${where}`,
          awsIotSqlVersion: "2016-03-23",
          actions: channels.map(into),
        },
      });
    rule("both", "", "alpha", "beta");
    rule("again", "", "alpha");
    rule("warm", " WHERE temperature > 60", "beta");
  });
  after(() => [folder, dataDir].forEach((each) => fs.rmSync(each, { recursive: true })));

  const command = (script: string, ...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--require", "./register.cjs", script, "--data-dir", dataDir, "--json", ...args],
      { cwd: ROOT, encoding: "utf8" },
    );
    assert.equal(status, 0, stderr);
    return stdout;
  };

  it("counts each rule, channel and pipeline by itself, and loses and doubles nothing", function () {
    this.timeout(180_000);
    const argv = ["--definitions", folder, "--devices", "3", "--publishes", "20", "--topic", "dt/{device_id}/readings"];
    const { published, rules, channels, pipelines, datastores, iam } = JSON.parse(
      command("cli/start.ts", ...argv),
    ) as Counts;
    assert.equal(published, 60);
    const warm = rules.warm!.delivered;
    const all = { matched: 60, delivered: 60, failed: 0 };
    assert.deepEqual(rules, {
      both_alpha: all,
      both_beta: all,
      again: all,
      warm: { matched: warm, delivered: warm, failed: 0 },
    });
    // each action of each rule puts the message once
    const expected = { alpha: 60 + 60, beta: 60 + warm };
    for (const [channel, messages] of Object.entries(expected)) {
      assert.deepEqual([channels[channel]!.received, channels[channel]!.archived], [messages, messages], channel);
      const { received, stored, filtered, failed } = pipelines[`pipe_${channel}`]!;
      assert.deepEqual([received, stored, filtered, failed], [messages, messages, 0, 0], channel);
      assert.equal(datastores[`store_${channel}`]!.rows, messages, channel);
    }
    assert.deepEqual([iam.refused, iam.unused], [[], []]);
    // what the rules let through is what SQL counts: the warm ones came to beta twice, by two rules
    const sql =
      "SELECT (SELECT count(*) FROM store_alpha WHERE temperature > 60), (SELECT count(*) FROM store_beta WHERE temperature > 60), (SELECT count(*) FROM store_beta WHERE temperature <= 60)";
    const [row] = JSON.parse(command("cli/query.ts", sql)) as Record<string, number>[];
    assert.deepEqual(Object.values(row!), [2 * warm, 2 * warm, 60 - warm]);
    assert.ok(warm > 0 && warm < 60, String(warm));
  });
});
