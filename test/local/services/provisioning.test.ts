import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { cbor } from "@smithy/core/cbor";
import { DescribeThingCommand, ListThingGroupsForThingCommand, RegisterThingCommand } from "@aws-sdk/client-iot";
import type { MqttClient } from "mqtt";
import { writeRequest } from "../../../aws/x509";
import { ACCOUNT, TYPES, type Properties } from "../../../local/core/model";
import { declare, DeviceBench, iotArn, REGION, type Credentials } from "./iot/device-bench";

const THING = "${iot:Connection.Thing.ThingName}";
const document = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (action: string[], resource: string[]) => ({ Effect: "Allow", Action: action, Resource: resource });
const CLAIM = document(
  allow(["iot:Connect"], [iotArn("client/*")]),
  allow(
    ["iot:Publish", "iot:Receive"],
    [iotArn("topic/$aws/certificates/create*"), iotArn("topic/$aws/provisioning-templates/*/provision/*")],
  ),
  allow(
    ["iot:Subscribe"],
    [iotArn("topicfilter/$aws/certificates/create*"), iotArn("topicfilter/$aws/provisioning-templates/*/provision/*")],
  ),
);
const DEVICE = document(
  allow(["iot:Connect"], [iotArn(`client/${THING}`)]),
  allow(["iot:Publish"], [iotArn(`topic/dt/${THING}/a`)]),
);
const ROLE = `arn:aws:iam::${ACCOUNT}:role/provisioning`;
const HOOK = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:hook`;
const TEMPLATE = {
  Parameters: {
    SerialNumber: { Type: "String" },
    Site: { Type: "String", Default: "north" },
    "AWS::IoT::Certificate::Id": { Type: "String" },
  },
  Resources: {
    thing: {
      Type: "AWS::IoT::Thing",
      Properties: {
        ThingName: { "Fn::Join": ["", ["pump-", { Ref: "SerialNumber" }]] },
        ThingTypeName: "pump",
        ThingGroups: ["pumps"],
        AttributePayload: { site: { Ref: "Site" } },
      },
    },
    certificate: {
      Type: "AWS::IoT::Certificate",
      Properties: { CertificateId: { Ref: "AWS::IoT::Certificate::Id" }, Status: "Active" },
    },
    policy: { Type: "AWS::IoT::Policy", Properties: { PolicyName: "device" } },
  },
  DeviceConfiguration: { topic: { "Fn::Sub": "dt/pump-${SerialNumber}/a" } },
};
const CODE = `exports.handler = async (event) => {
  if (event.parameters.SerialNumber === "stolen") return { allowProvisioning: false };
  if (event.parameters.SerialNumber === "broken") throw new Error("broken");
  return { allowProvisioning: event.claimCertificateId.length === 64, parameterOverrides: event.parameters.SerialNumber === "moved" ? { Site: "south" } : {} };
};`;
const trust = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });

function resources(granted: string[]) {
  const role = (name: string, service: string) =>
    declare(TYPES.role, { name, assumeRolePolicy: trust(service) }, { arn: `arn:aws:iam::${ACCOUNT}:role/${name}` });
  const template = (name: string, more: Properties = {}) =>
    declare(
      TYPES.provisioningTemplate,
      { name, templateBody: JSON.stringify(TEMPLATE), provisioningRoleArn: ROLE, enabled: true, ...more },
      { arn: iotArn(`provisioningtemplate/${name}`) },
    );
  return [
    declare(TYPES.devicePolicy, { name: "claim", policy: CLAIM }),
    declare(TYPES.devicePolicy, { name: "device", policy: DEVICE }),
    declare(TYPES.thingType, { name: "pump" }),
    declare(TYPES.thingGroup, { name: "pumps" }),
    role("provisioning", "iot.amazonaws.com"),
    declare(TYPES.rolePolicy, { name: "provisions", role: "provisioning", policy: document(allow(granted, ["*"])) }),
    template("pumps", { preProvisioningHook: { targetArn: HOOK } }),
    template("plain"),
    template("off", { enabled: false }),
    role("hook", "lambda.amazonaws.com"),
    declare(TYPES.rolePolicy, {
      name: "hook",
      role: "hook",
      policy: document(allow(["logs:CreateLogStream", "logs:PutLogEvents"], ["*"])),
    }),
    declare(TYPES.logGroup, { name: "/aws/lambda/hook", retentionInDays: 7 }),
    declare(
      TYPES.function,
      {
        name: "hook",
        role: `arn:aws:iam::${ACCOUNT}:role/hook`,
        runtime: "nodejs22.x",
        handler: "index.handler",
        code: { files: { "index.js": CODE } },
      },
      { arn: HOOK },
    ),
    declare(TYPES.permission, {
      ...{ function: "hook", action: "lambda:InvokeFunction", principal: "iot.amazonaws.com" },
      sourceArn: iotArn("provisioningtemplate/pumps"),
    }),
  ];
}

const CALLS =
  "DescribeThing CreateThing UpdateThing AddThingToThingGroup DescribeCertificate UpdateCertificate AttachPolicy AttachThingPrincipal";

/** Publishes a request and waits for its answer. */
async function ask(
  client: MqttClient,
  topic: string,
  input: object,
  format: "json" | "cbor" = "json",
): Promise<Properties> {
  const payload = format === "json" ? JSON.stringify(input) : Buffer.from(cbor.serialize(input));
  await client.subscribeAsync([`${topic}/accepted`, `${topic}/rejected`], { qos: 1 });
  const answer = new Promise<Properties>((resolve) =>
    client.once("message", (from, bytes) => {
      const read = (format === "json" ? JSON.parse(bytes.toString()) : cbor.deserialize(bytes)) as Properties;
      resolve({ ...read, result: from.slice(topic.length + 1) });
    }),
  );
  await client.publishAsync(topic, payload as Buffer, { qos: 1 });
  return answer;
}

describe("local: fleet provisioning", () => {
  let bench: DeviceBench;
  let claim: Credentials;
  let client: MqttClient;
  const csr = () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    return {
      request: writeRequest({ CN: "pump" }, privateKey),
      key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    };
  };
  const register = async (SerialNumber: string, template = "pumps", more: object = {}) => {
    const { request, key } = csr();
    const made = await ask(client, "$aws/certificates/create-from-csr/json", { certificateSigningRequest: request });
    const { certificateOwnershipToken, certificatePem } = made;
    const registered = await ask(client, `$aws/provisioning-templates/${template}/provision/json`, {
      certificateOwnershipToken,
      parameters: { SerialNumber },
      ...more,
    });
    return { made, registered, credentials: { cert: certificatePem as string, key } };
  };
  const open = async (granted = CALLS.split(" ").map((action) => `iot:${action}`)) => {
    bench = await new DeviceBench(resources(granted)).open();
    claim = await bench.certificate("claim");
    client = await bench.connect(claim, "new-device");
  };
  beforeEach(() => open());
  afterEach(async () => {
    assert.deepEqual(bench.cloud.defects.list(), []);
    await bench.close();
  });

  it("provisions a device by its request, which then connects as itself", async () => {
    const { made, registered, credentials } = await register("1");
    assert.equal(made.result, "accepted");
    // A certificate that is not provisioned yet does not connect.
    const { request, key } = csr();
    const unused = await ask(client, "$aws/certificates/create-from-csr/json", { certificateSigningRequest: request });
    await assert.rejects(bench.connect({ cert: unused.certificatePem as string, key }, "pump-1"));
    assert.deepEqual(registered, {
      result: "accepted",
      thingName: "pump-1",
      deviceConfiguration: { topic: "dt/pump-1/a" },
    });
    const device = await bench.connect(credentials, "pump-1");
    await device.publishAsync("dt/pump-1/a", "1", { qos: 1 });
    const { attributes, thingTypeName } = await bench.iot.send(new DescribeThingCommand({ thingName: "pump-1" }));
    assert.deepEqual([attributes, thingTypeName], [{ site: "north" }, "pump"]);
    const { thingGroups } = await bench.iot.send(new ListThingGroupsForThingCommand({ thingName: "pump-1" }));
    assert.deepEqual(
      thingGroups?.map(({ groupName }) => groupName),
      ["pumps"],
    );
    assert.deepEqual(bench.cloud.iam.refused(), []);
  });

  it("makes keys for a device that has none, also in CBOR", async () => {
    const made = await ask(client, "$aws/certificates/create/cbor", {}, "cbor");
    assert.equal(made.result, "accepted");
    const { certificateOwnershipToken } = made;
    const registered = await ask(
      client,
      "$aws/provisioning-templates/plain/provision/cbor",
      { certificateOwnershipToken, parameters: { SerialNumber: "2" } },
      "cbor",
    );
    assert.equal(registered.thingName, "pump-2");
    await bench.connect({ cert: made.certificatePem as string, key: made.privateKey as string }, "pump-2");
  });

  it("answers the client that asked and no other", async () => {
    const other = await bench.connect(claim, "another-device");
    await other.subscribeAsync("$aws/certificates/create-from-csr/json/accepted", { qos: 1 });
    let heard = 0;
    other.on("message", () => heard++);
    await register("3");
    await other.publishAsync("$aws/certificates/create-from-csr/json", "{}", { qos: 1 });
    assert.equal(heard, 0);
  });

  it("asks the hook, which refuses a device or changes its parameters", async () => {
    const { registered } = await register("stolen");
    assert.deepEqual([registered.result, registered.statusCode], ["rejected", 403]);
    assert.match(registered.errorMessage as string, /hook does not allow this device/);
    assert.match((await register("broken")).registered.errorMessage as string, /hook failed/);
    await register("moved");
    const { attributes } = await bench.iot.send(new DescribeThingCommand({ thingName: "pump-moved" }));
    assert.deepEqual(attributes, { site: "south" });
  });

  it("rejects what AWS rejects", async () => {
    const rejected = async (template: string, more: object) => {
      const { registered } = await register("4", template, more);
      return `${registered.result} ${registered.errorCode}`;
    };
    assert.equal(
      await rejected("plain", { certificateOwnershipToken: "" }),
      "rejected InvalidCertificateOwnershipToken",
    );
    assert.equal(
      await rejected("plain", { certificateOwnershipToken: "e30.x" }),
      "rejected InvalidCertificateOwnershipToken",
    );
    assert.equal(await rejected("plain", { parameters: {} }), "rejected InvalidParameters");
    assert.equal(await rejected("none", {}), "rejected ResourceNotFound");
    assert.equal(await rejected("off", {}), "rejected InvalidRequest");
    const bad = await ask(client, "$aws/certificates/create-from-csr/json", { certificateSigningRequest: "x" });
    assert.match(bad.errorMessage as string, /no certificate signing request/);
  });

  it("makes a token worthless after an hour, and deletes the certificate", async () => {
    const { request } = csr();
    const made = await ask(client, "$aws/certificates/create-from-csr/json", { certificateSigningRequest: request });
    await bench.cloud.clock.advanceTo(bench.cloud.clock.now() + 3_600_001);
    const { certificateOwnershipToken } = made;
    const late = await ask(client, "$aws/provisioning-templates/plain/provision/json", {
      certificateOwnershipToken,
      parameters: { SerialNumber: "5" },
    });
    assert.equal(late.errorCode, "InvalidCertificateOwnershipToken");
    bench.cloud.provisioner.expire();
    assert.equal(bench.cloud.devices.certificates.find(made.certificateId as string), undefined);
  });

  it("does nothing that the template's role may not do", async () => {
    await bench.close();
    await open(
      CALLS.split(" ")
        .filter((action) => action !== "AddThingToThingGroup")
        .map((action) => `iot:${action}`),
    );
    const { registered } = await register("6", "plain");
    assert.equal(registered.statusCode, 403);
    await assert.rejects(bench.iot.send(new DescribeThingCommand({ thingName: "pump-6" })), {
      name: "ResourceNotFoundException",
    });
    assert.ok(bench.refusals().includes("iot:AddThingToThingGroup thing/pump-6"));
  });

  it("registers a thing by the body of a template, with a request as a parameter", async () => {
    const { request, key } = csr();
    const templateBody = JSON.stringify({
      Parameters: { Name: { Type: "String" }, CSR: { Type: "String" } },
      Resources: {
        thing: { Type: "AWS::IoT::Thing", Properties: { ThingName: { Ref: "Name" } } },
        certificate: {
          Type: "AWS::IoT::Certificate",
          Properties: { CertificateSigningRequest: { Ref: "CSR" }, Status: "ACTIVE" },
        },
        policy: { Type: "AWS::IoT::Policy", Properties: { PolicyName: "device" } },
      },
    });
    const { certificatePem } = await bench.iot.send(
      new RegisterThingCommand({ templateBody, parameters: { Name: "pump-7", CSR: request } }),
    );
    const device = await bench.connect({ cert: certificatePem!, key }, "pump-7");
    await device.publishAsync("dt/pump-7/a", "1", { qos: 1 });
  });
});
