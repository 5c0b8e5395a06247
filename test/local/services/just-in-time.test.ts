import assert from "node:assert/strict";
import { UpdateCertificateCommand, DescribeCertificateCommand } from "@aws-sdk/client-iot";
import { ACCOUNT, TYPES, type Properties } from "../../../local/core/model";
import { testAuthority } from "../../authority";
import { declare, DeviceBench, iotArn } from "./iot/device-bench";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/registration`;
const THING = "${iot:Connection.Thing.ThingName}";
const document = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (Action: string[], Resource: string[]) => ({ Effect: "Allow", Action, Resource });
const authority = testAuthority();

// https://docs.aws.amazon.com/iot/latest/developerguide/jit-provisioning.html
const TEMPLATE = {
  Parameters: {
    "AWS::IoT::Certificate::CommonName": { Type: "String" },
    "AWS::IoT::Certificate::Organization": { Type: "String" },
    "AWS::IoT::Certificate::Id": { Type: "String" },
  },
  Resources: {
    thing: {
      Type: "AWS::IoT::Thing",
      Properties: {
        ThingName: { "Fn::Join": ["", ["pump-", { Ref: "AWS::IoT::Certificate::CommonName" }]] },
        AttributePayload: { maker: { Ref: "AWS::IoT::Certificate::Organization" } },
      },
    },
    certificate: {
      Type: "AWS::IoT::Certificate",
      Properties: { CertificateId: { Ref: "AWS::IoT::Certificate::Id" }, Status: "ACTIVE" },
    },
    policy: { Type: "AWS::IoT::Policy", Properties: { PolicyName: "device" } },
  },
};
const CALLS = "DescribeThing CreateThing DescribeCertificate UpdateCertificate AttachPolicy AttachThingPrincipal";

function resources(authorityArgs: Properties, granted = CALLS) {
  const trust = { ...{ Effect: "Allow", Principal: { Service: "iot.amazonaws.com" } }, Action: "sts:AssumeRole" };
  return [
    declare(TYPES.devicePolicy, {
      name: "device",
      policy: document(
        allow(["iot:Connect"], [iotArn(`client/${THING}`)]),
        allow(["iot:Publish"], [iotArn(`topic/dt/${THING}/a`)]),
      ),
    }),
    declare(TYPES.devicePolicy, { name: "any", policy: document(allow(["iot:*"], ["*"])) }),
    declare(TYPES.role, { name: "registration", assumeRolePolicy: document(trust) }, { arn: ROLE }),
    declare(TYPES.rolePolicy, {
      ...{ name: "registers", role: "registration" },
      policy: document(
        allow(
          granted.split(" ").map((name) => `iot:${name}`),
          ["*"],
        ),
      ),
    }),
    declare(
      TYPES.certificateAuthority,
      { name: "factory", active: true, allowAutoRegistration: true, caCertificatePem: authority.pem, ...authorityArgs },
      { arn: iotArn("cacert/factory") },
    ),
  ];
}
const registrationConfig = { roleArn: ROLE, templateBody: JSON.stringify(TEMPLATE) };

describe("local: certificates of an authority of the user's", () => {
  let bench: DeviceBench;
  afterEach(() => bench.close());
  const open = async (args: Properties, granted?: string) =>
    (bench = await new DeviceBench(resources(args, granted)).open());
  const refusedBecause = (): string => bench.refusedMessages.at(-1)!;

  it("register a device with its thing when it connects first; it connects again and is in", async () => {
    await open({ registrationConfig });
    const device = authority.issue({ CN: "A1", O: "Acme" });
    await assert.rejects(bench.connect(device, "pump-A1"));
    assert.match(refusedBecause(), /was registered; the device connects again/);
    const client = await bench.connect(device, "pump-A1");
    await client.publishAsync("dt/pump-A1/a", "1", { qos: 1 });
    const { devices } = bench.cloud;
    assert.deepEqual(devices.things.describe("pump-A1")!.attributes, { maker: "Acme" });
    const [certificate, ...others] = devices.certificates.list();
    assert.deepEqual([certificate!.status, others.length], ["ACTIVE", 0]);
    const { certificateDescription } = await bench.iot.send(
      new DescribeCertificateCommand({ certificateId: certificate!.id }),
    );
    assert.match(certificateDescription!.caCertificateId!, /^[0-9a-f]{64}$/);
    assert.deepEqual(bench.cloud.iam.refused(), []);
    // It survives a restart, and is not deleted as one that nobody has used.
    await bench.restart();
    await bench.connect(device, "pump-A1");
    // Another name is another thing.
    await assert.rejects(bench.connect(device, "pump-A2"));
  });

  it("are not registered for others' signatures, nor when the authority is off", async () => {
    await open({ registrationConfig });
    const stranger = testAuthority();
    await assert.rejects(bench.connect(stranger.issue({ CN: "A1", O: "Acme" }), "pump-A1"));
    assert.match(refusedBecause(), /the certificate of the client is not registered$/);
    // The same name, another key.
    assert.deepEqual(bench.cloud.devices.certificates.list(), []);
    await bench.close();
    for (const [args, why] of [
      [{ active: false }, /its authority is not active/],
      [{ allowAutoRegistration: false }, /does not register certificates automatically/],
    ] as const) {
      await open({ registrationConfig, ...args });
      await assert.rejects(bench.connect(authority.issue({ CN: "A1", O: "Acme" }), "pump-A1"));
      assert.match(refusedBecause(), why);
      if (why.source.includes("active")) await bench.close();
    }
  });

  it("wait to be activated without a template, and AWS IoT says so on a topic of its own", async () => {
    await open({});
    const events: Properties[] = [];
    const watcher = await bench.connect(await bench.certificate("any"), "watcher");
    watcher.on("message", (_, payload) => events.push(JSON.parse(payload.toString()) as Properties));
    await watcher.subscribeAsync("$aws/events/certificates/registered/#");
    const device = authority.issue({ CN: "A1" });
    await assert.rejects(bench.connect(device, "A1"));
    assert.match(refusedBecause(), /was registered, and waits to be activated/);
    await assert.rejects(bench.connect(device, "A1"));
    assert.match(refusedBecause(), /is PENDING_ACTIVATION/);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(events.length, 1);
    const { certificateId, caCertificateId, certificateStatus, awsAccountId } = events[0]!;
    assert.deepEqual([certificateStatus, awsAccountId], ["PENDING_ACTIVATION", ACCOUNT]);
    assert.match(String(caCertificateId), /^[0-9a-f]{64}$/);
    // What a function or a person does then.
    await bench.iot.send(new UpdateCertificateCommand({ certificateId: certificateId as string, newStatus: "ACTIVE" }));
    bench.cloud.devices.certificates.attachPolicy(bench.cloud.devices.certificates.get(certificateId as string), "any");
    await bench.connect(device, "A1");
  });

  it("stay inactive where the role may not register, or the certificate lacks what the template asks for", async () => {
    await open({ registrationConfig }, CALLS.replace("CreateThing ", ""));
    await assert.rejects(bench.connect(authority.issue({ CN: "A1", O: "Acme" }), "pump-A1"));
    assert.match(refusedBecause(), /its device could not be: iot:CreateThing on /);
    assert.equal(bench.cloud.devices.certificates.list()[0]!.status, "PENDING_ACTIVATION");
    await assert.rejects(bench.connect(authority.issue({ CN: "A2" }), "pump-A2"));
    assert.match(refusedBecause(), /the parameter AWS::IoT::Certificate::Organization has no value/);
  });
});
