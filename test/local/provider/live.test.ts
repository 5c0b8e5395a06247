import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Endpoints } from "../../../local/endpoints";
import { TYPES, type Resource } from "../../../local/core/model";
import { LiveCloud, runnable } from "../../../local/provider/live";
import type { Publish, Verdict } from "../../../local/mqtt";
import { smallStack } from "../stack";

/** With the log stream that an account must have, and the code that is given. */
function stack(code?: string): Resource[] {
  const inputs = { name: "S3Delivery", logGroupName: "/aws/kinesisfirehose/convert" };
  const urn = `urn:pulumi:test::test::${TYPES.logStream}::log-stream`;
  const of = { urn, type: TYPES.logStream, name: "log-stream", custom: true, id: "S3Delivery", dependencies: [] };
  return [...smallStack({ code }), { ...of, inputs, outputs: inputs }];
}

describe("local/provider: the parts that run", () => {
  it("are those whose references are all there; of the others it is said what they lack", () => {
    const whole = stack();
    assert.deepEqual(runnable(whole).left, []);
    const { running, left } = runnable(whole.filter(({ type, name }) => type !== TYPES.role || name !== "rule"));
    assert.ok(running.length < whole.length - 1);
    assert.ok(!running.some(({ type }) => type === TYPES.topicRule), "a rule without its role");
    assert.ok(
      running.some(({ name }) => name === "convert"),
      "the rest runs",
    );
    assert.ok(left.some((line) => /\(aws:iot\/topicRule:TopicRule\), property kineses\[0\]\.roleArn: saw /.test(line)));
  });

  describe("while resources change", () => {
    let folder: string, endpoints: Endpoints, live: LiveCloud, resources: Resource[];
    let changed: { deliveryStream: string; since: Record<string, number> }[];
    beforeEach(() => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), "live-"));
      endpoints = new Endpoints({ retainedFile: path.join(folder, "retained.ndjson") });
      [resources, changed] = [stack(), []];
      live = new LiveCloud({
        resources: () => resources,
        region: "eu-central-1",
        dataDir: folder,
        endpoints,
        onError: (error) => assert.fail(String(error)),
        onChanged: (deliveryStream, since) => changed.push({ deliveryStream, since }),
      });
    });
    afterEach(async () => {
      await live.close();
      await endpoints.close();
      fs.rmSync(folder, { recursive: true });
    });

    /** As a client's message comes through the endpoints. */
    const publish = (value: number): Promise<Verdict> =>
      new Promise((resolve) => {
        const payload = Buffer.from(JSON.stringify({ device_id: "a", value }));
        const message: Publish = {
          topic: "dt/a/aggregate",
          payload,
          qos: 1,
          retain: false,
          clientId: "a",
          principal: "device/a",
          source: "mqtt",
        };
        endpoints["take"](message, resolve);
      });

    it("names the first record of the new definition, and counts over it", async () => {
      await live.start();
      for (const value of [1, 2, 3]) assert.deepEqual(await publish(value), { ok: true });
      await live.change(() => {
        const { inputs } = resources.find(({ type }) => type === TYPES.function)!;
        const files = (inputs.code as { files: Record<string, string> }).files;
        resources = stack(`${files["index.js"]}\n`);
      });
      assert.deepEqual(await publish(4), { ok: true });
      await live.close();
      assert.deepEqual(
        changed.map(({ deliveryStream }) => deliveryStream),
        ["convert"],
      );
      const { stored, since } = live.deliveries.find(({ deliveryStream }) => deliveryStream === "convert")!;
      // Nothing had been transformed: all four wait for the new definition.
      assert.deepEqual([stored, since], [4, { 0: 0 }]);
    });

    it("does changes one after the other, and goes on after one that failed", async () => {
      await live.start();
      const order: string[] = [];
      const results = await Promise.allSettled([
        live.change(() => order.push("a")),
        live.change(() => {
          order.push("b");
          throw new Error("refused");
        }),
        live.change(() => order.push("c")),
      ]);
      assert.deepEqual(
        [order, results.map(({ status }) => status)],
        [
          ["a", "b", "c"],
          ["fulfilled", "rejected", "fulfilled"],
        ],
      );
      assert.deepEqual(await publish(1), { ok: true });
      assert.deepEqual(changed, []);
    });
  });
});
