import assert from "node:assert/strict";
import {
  AddThingToThingGroupCommand,
  AttachPolicyCommand,
  AttachThingPrincipalCommand,
  CreateKeysAndCertificateCommand,
  DeleteCertificateCommand,
  DeleteThingCommand,
  DescribeCertificateCommand,
  DetachPolicyCommand,
  ListAttachedPoliciesCommand,
  ListThingPrincipalsCommand,
  UpdateCertificateCommand,
} from "@aws-sdk/client-iot";
import { TYPES } from "../../../../local/core/model";
import { closed, declare, DeviceBench, iotArn } from "./device-bench";

const THING = "${iot:Connection.Thing.ThingName}";
const policy = (name: string, ...statements: object[]) =>
  declare(TYPES.devicePolicy, { name, policy: JSON.stringify({ Version: "2012-10-17", Statement: statements }) });
const allow = (action: string | string[], resource: string | string[], more: object = {}) => ({
  ...{ Effect: "Allow", Action: action, Resource: [resource].flat().map(iotArn) },
  ...more,
});

const RESOURCES = [
  policy(
    "device",
    allow("iot:Connect", `client/${THING}`, { Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } } }),
    allow(["iot:Publish", "iot:Receive"], `topic/dt/${THING}/*`),
    allow("iot:Subscribe", `topicfilter/dt/${THING}/*`),
  ),
  policy(
    "any-client",
    allow("iot:Connect", "client/${iot:ClientId}"),
    allow("iot:Publish", "topic/by/${iot:ClientId}"),
  ),
  policy(
    "of-acme",
    allow("iot:Connect", "client/*", {
      Condition: { StringEquals: { "iot:Certificate.Subject.Organization": "Acme" } },
    }),
  ),
  policy("alarms", allow("iot:Publish", "topic/alarms")),
  policy("silence", { ...allow("iot:Publish", "topic/dt/pump-1/*"), Effect: "Deny" }),
  declare(TYPES.thingGroup, { name: "pumps" }),
];

describe("local: devices with certificates", () => {
  let bench: DeviceBench;
  before(async () => (bench = await new DeviceBench(RESOURCES).open()));
  after(() => bench.close());

  it("lets a device connect, publish and subscribe as its thing", async () => {
    const client = await bench.connect(await bench.device("pump-1", "device"), "pump-1");
    const got = new Promise<string>((resolve) =>
      client.on("message", (topic, payload) => resolve(`${topic} ${payload}`)),
    );
    await client.subscribeAsync("dt/pump-1/#", { qos: 1 });
    await client.publishAsync("dt/pump-1/a", "1", { qos: 1 });
    assert.equal(await got, "dt/pump-1/a 1");
  });

  it("closes the connection of a device that connects as another one, without a CONNACK", async () => {
    const credentials = await bench.device("pump-2", "device");
    await assert.rejects(bench.connect(credentials, "pump-1"), /Couldn't connect/);
    await assert.rejects(bench.connect(await bench.certificate("device"), "unattached"));
    assert.ok(bench.refusals().includes("iot:Connect client/unattached"));
    // MQTT 5 has a reason code: 135, not authorized.
    await assert.rejects(bench.connect(credentials, "pump-1", { protocolVersion: 5 }), { code: 135 });
  });

  for (const qos of [0, 1] as const)
    it(`cuts the connection of a device that publishes below another one's name with QoS ${qos}`, async () => {
      const client = await bench.connect(await bench.device(`pump-qos-${qos}`, "device"), `pump-qos-${qos}`);
      const gone = closed(client);
      client.publish("dt/pump-1/a", "1", { qos });
      await gone;
      assert.ok(bench.refusals().includes("iot:Publish topic/dt/pump-1/a"));
    });

  it("answers a subscription that is not allowed with 0x80, and stays connected", async () => {
    const client = await bench.connect(await bench.device("pump-3", "device"), "pump-3");
    const granted = await client.subscribeAsync(["dt/pump-3/b", "dt/+/b", "#"]).catch((error: Error) => error.message);
    assert.match(String(granted), /Unspecified error|Subscribe error/);
    assert.equal(client.connected, true);
    assert.ok(bench.refusals().includes("iot:Subscribe topicfilter/dt/+/b"));
  });

  it("takes the client id as it is, also one that would be a wildcard", async () => {
    const client = await bench.connect(await bench.certificate("any-client"), "*");
    await client.publishAsync("by/*", "1", { qos: 1 });
    const gone = closed(client);
    client.publish("by/another", "1");
    await gone;
  });

  it("decides by the certificate's subject", async () => {
    const client = await bench.connect(await bench.certificate("of-acme"), "whoever");
    assert.equal(client.connected, true);
  });

  it("applies the policies of the groups that the thing is in, from the next message on", async () => {
    const client = await bench.connect(await bench.device("pump-4", "device"), "pump-4");
    await bench.iot.send(new AttachPolicyCommand({ policyName: "alarms", target: iotArn("thinggroup/pumps") }));
    await bench.iot.send(new AddThingToThingGroupCommand({ thingGroupName: "pumps", thingName: "pump-4" }));
    await client.publishAsync("alarms", "1", { qos: 1 });
    await bench.iot.send(new DetachPolicyCommand({ policyName: "alarms", target: iotArn("thinggroup/pumps") }));
    const gone = closed(client);
    client.publish("alarms", "2");
    await gone;
  });

  it("lets a Deny win", async () => {
    const credentials = await bench.device("pump-5", "device", "silence");
    const client = await bench.connect(credentials, "pump-5");
    await client.publishAsync("dt/pump-5/a", "1", { qos: 1 });
    const gone = closed(client);
    client.publish("dt/pump-1/a", "1");
    await gone;
    const refusal = bench.cloud.iam.refused().find(({ principal }) => principal === credentials.arn);
    assert.equal(refusal?.decidedBy, "Deny in statement 1 of policy silence");
  });

  it("refuses a certificate that it does not know, and a client without one", async () => {
    await assert.rejects(bench.connect({}, "pump-1"));
    const foreign = await bench.certificate("device");
    await bench.iot.send(new UpdateCertificateCommand({ certificateId: foreign.id, newStatus: "INACTIVE" }));
    await bench.iot.send(new DeleteCertificateCommand({ certificateId: foreign.id, forceDelete: true }));
    await assert.rejects(bench.connect(foreign, "pump-1"));
    assert.ok(bench.refusedMessages.includes("MQTT over TLS: a client over TLS without a certificate"));
    assert.ok(bench.refusedMessages.includes("MQTT over TLS: the certificate of the client is not registered"));
  });

  it("ends the connections of a certificate that is deactivated, and lets it in again when it is active", async () => {
    const credentials = await bench.device("pump-6", "device");
    const client = await bench.connect(credentials, "pump-6");
    const gone = closed(client);
    await bench.iot.send(new UpdateCertificateCommand({ certificateId: credentials.id, newStatus: "INACTIVE" }));
    await gone;
    await assert.rejects(bench.connect(credentials, "pump-6"));
    await bench.iot.send(new UpdateCertificateCommand({ certificateId: credentials.id, newStatus: "ACTIVE" }));
    await bench.connect(credentials, "pump-6");
  });

  it("makes keys that a client can use, and keeps none", async () => {
    const made = await bench.iot.send(new CreateKeysAndCertificateCommand({ setAsActive: true }));
    await bench.iot.send(new AttachPolicyCommand({ policyName: "any-client", target: made.certificateArn }));
    const credentials = { cert: made.certificatePem!, key: made.keyPair!.PrivateKey! };
    const client = await bench.connect(credentials, "made");
    await client.publishAsync("by/made", "1", { qos: 1 });
  });

  it("refuses to delete what is in use, as AWS does", async () => {
    const { id } = await bench.device("pump-7", "device");
    const named = (name: string) => ({ name });
    await assert.rejects(
      bench.iot.send(new DeleteThingCommand({ thingName: "pump-7" })),
      named("InvalidRequestException"),
    );
    await assert.rejects(
      bench.iot.send(new DeleteCertificateCommand({ certificateId: id })),
      named("DeleteConflictException"),
    );
    await assert.rejects(
      bench.iot.send(new DescribeCertificateCommand({ certificateId: "0".repeat(64) })),
      named("ResourceNotFoundException"),
    );
    await assert.rejects(
      bench.iot.send(new AttachThingPrincipalCommand({ thingName: "none", principal: iotArn(`cert/${id}`) })),
      named("ResourceNotFoundException"),
    );
  });

  it("knows certificates, attachments and its authority after a restart", async () => {
    const credentials = await bench.device("pump-8", "device");
    await bench.iot.send(new AddThingToThingGroupCommand({ thingGroupName: "pumps", thingName: "pump-8" }));
    const { ca } = bench;
    await bench.restart();
    assert.equal(bench.ca, ca);
    const client = await bench.connect(credentials, "pump-8");
    await client.publishAsync("dt/pump-8/a", "1", { qos: 1 });
    const { principals } = await bench.iot.send(new ListThingPrincipalsCommand({ thingName: "pump-8" }));
    assert.deepEqual(principals, [credentials.arn]);
    const { policies } = await bench.iot.send(new ListAttachedPoliciesCommand({ target: credentials.arn }));
    assert.deepEqual(
      policies?.map(({ policyName }) => policyName),
      ["device"],
    );
    assert.deepEqual(bench.cloud.defects.list(), []);
  });
});
