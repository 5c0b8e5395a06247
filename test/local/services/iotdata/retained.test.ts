import assert from "node:assert/strict";
import {
  GetRetainedMessageCommand,
  IoTDataPlaneClient,
  ListRetainedMessagesCommand,
  PublishCommand,
} from "@aws-sdk/client-iot-data-plane";
import { connectAsync } from "mqtt";
import { smallStack, TestCloud } from "../../stack";

/** By AWS's own SDK. */
describe("local/services/iotdata: retained messages", () => {
  let cloud: TestCloud, client: IoTDataPlaneClient, mqttUrl: string;
  before(async () => {
    cloud = new TestCloud(smallStack());
    const { http, mqtt } = await cloud.cloud.listen({ mqtt: 0, http: 0 });
    mqttUrl = mqtt;
    client = new IoTDataPlaneClient({
      endpoint: http,
      region: "eu-central-1",
      credentials: { accessKeyId: "any", secretAccessKey: "any" },
      maxAttempts: 1,
    });
  });
  after(async () => {
    client.destroy();
    await cloud.close();
  });

  it("are got and listed, those of MQTT clients too", async () => {
    const started = Date.now();
    const userProperties = JSON.stringify([{ site: "north" }, { site: "south" }]);
    await client.send(
      new PublishCommand({ topic: "state/a b", payload: Buffer.from([0, 255]), qos: 1, retain: true, userProperties }),
    );
    const device = await connectAsync(mqttUrl);
    await device.publishAsync("state/c", "mqtt", { qos: 0, retain: true });
    await device.publishAsync("state/d", "last", { qos: 1, retain: true });
    await device.endAsync();
    const { $metadata, payload, lastModifiedTime, ...message } = await client.send(
      new GetRetainedMessageCommand({ topic: "state/a b" }),
    );
    assert.equal($metadata.httpStatusCode, 200);
    assert.deepEqual(Buffer.from(payload!), Buffer.from([0, 255]));
    assert.ok(lastModifiedTime! >= started && lastModifiedTime! <= Date.now());
    assert.deepEqual(
      { ...message, userProperties: Buffer.from(message.userProperties!).toString() },
      { topic: "state/a b", qos: 1, userProperties },
    );
    const first = await client.send(new ListRetainedMessagesCommand({ maxResults: 2 }));
    const second = await client.send(new ListRetainedMessagesCommand({ nextToken: first.nextToken }));
    assert.deepEqual(
      [...first.retainedTopics!, ...second.retainedTopics!].map(({ topic, payloadSize, qos }) => [
        topic,
        payloadSize,
        qos,
      ]),
      [
        ["state/a b", 2, 1],
        ["state/c", 4, 0],
        ["state/d", 4, 1],
      ],
    );
    assert.equal(second.nextToken, undefined);
  });

  it("that do not exist, and parameters that are none, are refused", async () => {
    await assert.rejects(client.send(new GetRetainedMessageCommand({ topic: "state/none" })), {
      name: "ResourceNotFoundException",
    });
    await assert.rejects(client.send(new ListRetainedMessagesCommand({ maxResults: 201 })), {
      name: "InvalidRequestException",
      message: "maxResults is 201; it is 1 to 200",
    });
  });
});
