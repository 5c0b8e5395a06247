// The page gets JSON, whose shape the tests look at.
/* eslint-disable @typescript-eslint/no-explicit-any */
import assert from "node:assert/strict";
import { makeReport } from "../../../cli/start/report";
import { TYPES, type Properties } from "../../../local/core/model";
import { scheduledStack } from "../../local/stack";
import { SmallPage } from "./small-page";

describe("datasets, alarms and roles on the page", function () {
  this.timeout(20_000);
  let small: SmallPage;
  before(async () => {
    const resources = scheduledStack();
    const add = (type: string, name: string, inputs: Properties): void =>
      void resources.push({
        urn: `urn:pulumi:test::test::${type}::${name}`,
        // The component that it belongs to.
        parent: "urn:pulumi:test::test::AnalyticsDataset::all",
        ...{ type, name, custom: true, id: name, dependencies: [], inputs, outputs: inputs },
      });
    add(TYPES.bucket, "results", { bucket: "results" });
    const resultConfiguration = { outputLocation: "s3://results/all/" };
    add(TYPES.workgroup, "readers", { name: "readers", configuration: { resultConfiguration } });
    const query = "SELECT device_id, value FROM readings ORDER BY device_id";
    add(TYPES.namedQuery, "all", { name: "all", workgroup: "readers", database: "db", query });
    small = new SmallPage(resources);
    Object.assign(small.progress.endpoints, await small.test.cloud.listen({ mqtt: 0, http: 0 }));
    await small.open();
    for (const device of ["a", "b"])
      await small.test.publish(`dt/${device}/aggregate`, JSON.stringify({ device_id: device, value: 1 }));
    await small.test.publish("dt/c/aggregate", '{"device_id":"c"}');
    await small.deliver();
  });
  after(() => small.close());

  it("lists contents, makes one, and shows its rows", async () => {
    const [dataset] = (await small.get("/api/datasets")).datasets;
    assert.deepEqual([dataset.name, dataset.kept, dataset.contents], ["all", 0, []]);
    assert.match(dataset.query, /^SELECT device_id/);
    assert.equal((await small.post("/api/dataset/make", { name: "all" })).status, 200);
    let made: any;
    for (let i = 0; i < 50 && made?.state !== "SUCCEEDED"; i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      [made] = (await small.get("/api/datasets")).datasets[0].contents;
    }
    assert.deepEqual([made.state, made.rows, made.reason], ["SUCCEEDED", 3, null]);
    const { json } = await small.post("/api/dataset/rows", { name: "all", version: made.version });
    assert.deepEqual(json, {
      names: ["device_id", "value"],
      rows: [
        ["a", "1"],
        ["b", "1"],
        ["c", null],
      ],
      more: false,
    });
    const status = async (body: object): Promise<number> => (await small.post("/api/dataset/rows", body)).status;
    assert.equal(await status({ name: "all", version: "gone" }), 404);
    assert.equal(await status({ name: "all", version: "../../x" }), 400);
    assert.equal(await status({ name: "constructor", version: made.version }), 404);
  });

  it("shows the alarms and permissions of the summary", async () => {
    const { alarms, iam, defects } = await small.get("/api/health");
    const report = JSON.parse(JSON.stringify(await makeReport(small.deployed, small.progress)));
    assert.deepEqual(alarms, report.alarms);
    assert.ok(alarms.behind.times > 0, JSON.stringify(alarms));
    assert.deepEqual(iam, report.iam);
    assert.deepEqual(defects, []);
    const state = (await small.states(500)).at(-1);
    assert.deepEqual(state.iam, { refused: report.iam.refused.length, unused: report.iam.unused.length });
  });

  it("answers nothing while nothing is deployed", async () => {
    const { options } = small.page as unknown as { options: { deployed(): unknown } };
    const deployed = options.deployed;
    options.deployed = () => undefined;
    assert.equal((await small.request("GET", "/api/datasets")).status, 503);
    assert.deepEqual((await small.states(500)).at(-1), { idle: true });
    options.deployed = deployed;
  });
});
