import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import { connectAsync, type MqttClient } from "mqtt";
import { Endpoints, type Backend } from "../../local/endpoints";
import { Iam } from "../../local/iam";
import type { OnPublish, Publish, Verdict } from "../../local/mqtt";
import { iotDataApi, type IotDataServices } from "../../local/services/iotdata/api";

/** Replaces the cloud at the endpoints while a stack is deployed; the clients are real. */
describe("local/endpoints: messages while their backend is replaced", () => {
  let folder: string, endpoints: Endpoints, mqtt: MqttClient, url: string, wanted: number;
  beforeEach(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "endpoints-"));
    endpoints = new Endpoints({
      retainedFile: path.join(folder, "retained.ndjson"),
    });
    wanted = 0;
    endpoints.onDemand = () => wanted++;
    const urls = await endpoints.listen({ mqtt: 0, http: 0 });
    url = urls.http;
    mqtt = await connectAsync(urls.mqtt);
  });
  afterEach(async () => {
    await mqtt.endAsync(true);
    await endpoints.close();
    fs.rmSync(folder, { recursive: true });
  });

  /** What is at the endpoints; keeps what it got and acknowledges at once. */
  function cloud(): Backend & { got: string[] } {
    const got: string[] = [];
    const take: OnPublish = ({ payload }, done) => {
      got.push(payload.toString());
      done?.({ ok: true });
    };
    const publishMessage = (message: Publish): Promise<Verdict> =>
      new Promise((resolve) => void take(message, resolve));
    const apis = [iotDataApi({ messages: { publishMessage } } as IotDataServices)];
    return { got, publish: take, apis, iam: new Iam([], "000000000000") };
  }

  const publish = (text: string) => mqtt.publishAsync("dt/a/x", text, { qos: 1 });
  /** A function's own call, under the keys of its role. */
  const ofFunction = async (text: string): Promise<number> => {
    const keys = endpoints.credentials.issue("arn:aws:iam::000000000000:role/transform", "function", 900);
    const credentials = { ...keys, expiration: new Date(keys.expiration) };
    const client = new IoTDataPlaneClient({ endpoint: url, region: "eu-central-1", credentials, maxAttempts: 1 });
    const command = new PublishCommand({ topic: "dt/a/x", payload: Buffer.from(text), qos: 1 });
    return (await client.send(command)).$metadata.httpStatusCode!;
  };
  const post = async (text: string): Promise<number> => {
    const authorization = `AWS4-HMAC-SHA256 Credential=KEY/20260101/eu-central-1/iotdata/aws4_request, SignedHeaders=host, Signature=00`;
    const response = await fetch(`${url}/topics/dt%2Fa%2Fx?qos=1`, {
      method: "POST",
      body: text,
      headers: {
        authorization,
        "x-amz-date": "20260101T000000Z",
      },
    });
    return response.status;
  };
  const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

  it("wait in their order, unacknowledged, and ask for a backend", async () => {
    const before = cloud();
    endpoints.attach(before);
    await publish("1");
    endpoints.pause();
    endpoints.detach();
    let acknowledged = 0;
    const waiting = ["2", "3"].map((text) => publish(text).then(() => acknowledged++));
    const answer = post("4").then((status) => {
      acknowledged++;
      return status;
    });
    while (wanted === 0) await turn();
    await turn();
    assert.deepEqual([before.got, acknowledged], [["1"], 0]);
    const after = cloud();
    endpoints.attach(after);
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

  it("of functions that have still to finish go to the backend that drains, until it is detached", async () => {
    const [before, after] = [cloud(), cloud()];
    endpoints.attach(before);
    endpoints.pause();
    assert.equal(await ofFunction("of the function"), 200);
    const others = post("of a device");
    await turn();
    assert.deepEqual(before.got, ["of the function"]);
    endpoints.detach();
    const late = ofFunction("too late");
    await turn();
    assert.deepEqual(before.got, ["of the function"]);
    endpoints.attach(after);
    assert.deepEqual(await Promise.all([others, late]), [200, 200]);
    assert.deepEqual(after.got, ["of a device", "too late"]);
  });

  it("are not lost when their client goes meanwhile", async () => {
    endpoints.pause();
    void publish("1").catch(() => undefined);
    await turn();
    await mqtt.endAsync(true);
    const after = cloud();
    endpoints.attach(after);
    assert.deepEqual(after.got, ["1"]);
  });
});
