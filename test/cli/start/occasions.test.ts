import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { makeReport, type Report } from "../../../cli/start/report";
import { TransformLogStats } from "../../../cli/start/transform-log-stats";
import { Clock } from "../../../local/core/clock";
import { Session } from "../../../local/session";

const ROOT = path.resolve(__dirname, "..", "..", "..");
const START = Date.UTC(2026, 0, 31, 12);

describe("cli/start: grants that no call used", function () {
  this.timeout(120_000);
  let folder: string;
  let session: Session | undefined;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "occasions-"))));
  afterEach(async () => {
    await session?.close();
    session = undefined;
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a stack with one pipeline that keeps warm readings, sends the temperatures, and reports. */
  const report = async (temperatures: readonly number[], spoil?: (session: Session) => void): Promise<Report> => {
    const write = (name: string, document: object): void =>
      fs.writeFileSync(path.join(folder, name), JSON.stringify(document));
    write("channel.json", { channelName: "plant" });
    write("store.json", { datastoreName: "warm" });
    write("pipeline.json", {
      pipelineName: "keep_warm",
      pipelineActivities: [
        { channel: { name: "in", channelName: "plant", next: "filter" } },
        { filter: { name: "filter", filter: "temperature > 20", next: "thing" } },
        {
          deviceRegistryEnrich: {
            name: "thing",
            attribute: "registry",
            thingName: "device",
            roleArn: "arn:aws:iam::123456789012:role/old",
            next: "out",
          },
        },
        { datastore: { name: "out", datastoreName: "warm" } },
      ],
    });
    write("dataset.json", {
      datasetName: "daily",
      actions: [{ actionName: "q", queryAction: { sqlQuery: "SELECT * FROM warm" } }],
      triggers: [{ schedule: { expression: "rate(1 day)" } }],
    });
    const config = { definitions: folder, ruleNames: "{}", topicFilters: '{"plant":"dt/+"}' };
    const onError = (error: unknown): void => assert.fail(String(error));
    const options = {
      projectDir: ROOT,
      stack: "dev",
      config,
      dataDir: path.join(folder, "data"),
      fresh: true,
      onError,
    };
    session = await Session.open(options, new Clock(START));
    const { cloud } = session;
    spoil?.(session);
    const transformLog = new TransformLogStats(session);
    await cloud.listen({ mqtt: 0, http: 0 });
    cloud.start();
    for (const temperature of temperatures)
      await new Promise((resolve) =>
        cloud.rules.publish(
          {
            topic: "dt/a",
            payload: Buffer.from(JSON.stringify({ device: "a", temperature })),
            qos: 1,
            retain: false,
            clientId: "a",
            principal: "a",
            source: "mqtt",
          },
          resolve,
        ),
      );
    await cloud.drain();
    const progress = {
      startedAt: 0,
      endpoints: { mqtt: "", http: "" },
      refusedMessages: new Map(),
      put: 0,
      transformLog,
    };
    return makeReport(session, progress);
  };
  const reasons = ({ iam }: Report): string[] => [...new Set(iam.withoutOccasion.map(({ why }) => why))].sort();

  it("are none too many, where no message came", async () => {
    const made = await report([]);
    assert.deepEqual(made.iam.unused, []);
    assert.deepEqual(reasons(made), [
      "no message reached the delivery stream",
      "no message reached the pipeline",
      "the dataset was not run",
      "the rule matched no message",
      "the schedule did not fire in this time",
    ]);
  });

  it("are none too many, where every message was filtered", async () => {
    const made = await report([3, 4]);
    assert.deepEqual(made.pipelines.keep_warm!.filtered, 2);
    assert.deepEqual(made.iam.unused, []);
    assert.deepEqual(reasons(made), [
      "no message passed all activities",
      "no message was stored",
      "the dataset was not run",
      "the schedule did not fire in this time",
    ]);
  });

  it("are too many, where a message could have used them", async () => {
    const made = await report([30], ({ cloud }) => {
      // a grant that nothing needs
      const grants = cloud.iam.unused.bind(cloud.iam);
      const own = grants().find(({ role }) => role.endsWith("keep_warm-transform"))!;
      cloud.iam.unused = () => [...grants(), { ...own, action: "s3:DeleteObject", statement: "Stray" }];
    });
    assert.equal(made.pipelines.keep_warm!.stored, 1);
    assert.deepEqual(
      made.iam.unused.map(({ statement, action }) => [statement, action]),
      [["Stray", "s3:DeleteObject"]],
    );
    assert.deepEqual(reasons(made), ["the dataset was not run", "the schedule did not fire in this time"]);
  });
});
