import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { Doors, type Behind } from "../../local/endpoints";
import type { OnPublish } from "../../local/mqtt";

/** Replaces the cloud behind the doors while a stack is deployed; the clients are real. */
describe("local/doors: messages while what is behind them changes", () => {
  let folder: string, doors: Doors, mqtt: MqttClient, url: string, wanted: number;
  beforeEach(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "doors-"));
    doors = new Doors({
      retainedFile: path.join(folder, "retained.ndjson"),
      principalOf: (key) => `arn:aws:iam::000000000000:${key.startsWith("ROLE") ? "role/transform" : "user/you"}`,
    });
    wanted = 0;
    doors.onWanted = () => wanted++;
    const endpoints = await doors.listen({ mqtt: 0, http: 0 });
    url = endpoints.http;
    mqtt = await connectAsync(endpoints.mqtt);
  });
  afterEach(async () => {
    await mqtt.endAsync(true);
    await doors.close();
    fs.rmSync(folder, { recursive: true });
  });

  /** What is behind the doors; keeps what it got and acknowledges at once. */
  function cloud(): Behind & { got: string[] } {
    const got: string[] = [];
    const take: OnPublish = ({ payload }, done) => {
      got.push(payload.toString());
      done?.({ ok: true });
    };
    return { got, publish: take, publishOverHttp: take, routes: [] };
  }

  const publish = (text: string) => mqtt.publishAsync("dt/a/x", text, { qos: 1 });
  const post = async (text: string, key = "USER"): Promise<number> => {
    const authorization = `AWS4-HMAC-SHA256 Credential=${key}/20260101/eu-central-1/iotdata/aws4_request, SignedHeaders=host, Signature=00`;
    const response = await fetch(`${url}/topics/dt%2Fa%2Fx?qos=1`, {
      method: "POST",
      body: text,
      headers: { authorization },
    });
    return response.status;
  };
  const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

  it("wait in their order, unacknowledged, and ask for something behind", async () => {
    const before = cloud();
    doors.lead(before);
    await publish("1");
    doors.bar();
    doors.shut();
    let acknowledged = 0;
    const waiting = ["2", "3"].map((text) => publish(text).then(() => acknowledged++));
    const answer = post("4").then((status) => {
      acknowledged++;
      return status;
    });
    await turn();
    assert.deepEqual([before.got, acknowledged], [["1"], 0]);
    assert.ok(wanted > 0);
    const after = cloud();
    doors.lead(after);
    await Promise.all(waiting);
    assert.equal(await answer, 200);
    assert.deepEqual(
      after.got.filter((text) => text !== "4"),
      ["2", "3"],
    );
    assert.equal(after.got.length, 3);
    await publish("5");
    assert.deepEqual([before.got, after.got.at(-1)], [["1"], "5"]);
  });

  it("of functions that have still to finish go to what is being left, until it is shut", async () => {
    const [before, after] = [cloud(), cloud()];
    doors.lead(before);
    doors.bar();
    assert.equal(await post("of the function", "ROLE"), 200);
    const others = post("of a device");
    await turn();
    assert.deepEqual(before.got, ["of the function"]);
    doors.shut();
    const late = post("too late", "ROLE");
    await turn();
    assert.deepEqual(before.got, ["of the function"]);
    doors.lead(after);
    assert.deepEqual(await Promise.all([others, late]), [200, 200]);
    assert.deepEqual(after.got, ["of a device", "too late"]);
  });

  it("are not lost when their client goes meanwhile", async () => {
    doors.bar();
    void publish("1").catch(() => undefined);
    await turn();
    await mqtt.endAsync(true);
    const after = cloud();
    doors.lead(after);
    assert.deepEqual(after.got, ["1"]);
  });
});
