import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { DeviceFleet } from "../../components";
import { testAuthority } from "../authority";
import { ACCOUNT, REGION, run, wrongArguments } from "../harness";

const POLICY = "aws:iot/policy:Policy";
const TEMPLATE = "aws:iot/provisioningTemplate:ProvisioningTemplate";
const arn = (resource: string) => `arn:aws:iot:${REGION}:${ACCOUNT}:${resource}`;
const THING = "${iot:Connection.Thing.ThingName}";

describe("DeviceFleet", () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "fleet-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));
  const file = (text: string): string => {
    fs.writeFileSync(path.join(folder, "devices.csv"), text);
    return path.join(folder, "devices.csv");
  };

  it("lets a device connect as its thing, and publish and subscribe below its own topics", async () => {
    const { resources } = await run(
      () =>
        new DeviceFleet("pumps", {
          publishTopics: ["dt/{thing}/a"],
          subscribeFilters: ["cmd/{thing}/#"],
          basicIngestRules: ["readings"],
        }),
    );
    const [device] = resources.filter(({ type, name }) => type === POLICY && name === "pumps-device-policy");
    const text = device!.inputs.policy as string;
    const { Statement } = JSON.parse(text) as { Statement: { Sid: string; Resource: unknown; Condition?: unknown }[] };
    const of = (sid: string) => Statement.find(({ Sid }) => Sid === sid)!;
    assert.equal(of("ConnectAsItself").Resource, arn(`client/${THING}`));
    assert.deepEqual(of("ConnectAsItself").Condition, { Bool: { "iot:Connection.Thing.IsAttached": "true" } });
    assert.deepEqual(of("Publish").Resource, [
      arn(`topic/dt/${THING}/a`),
      arn(`topic/$aws/rules/readings/dt/${THING}/a`),
    ]);
    assert.deepEqual(of("Subscribe").Resource, [arn(`topicfilter/cmd/${THING}/#`)]);
    assert.deepEqual(of("Receive").Resource, [arn(`topic/cmd/${THING}/*`)]);
    assert.doesNotMatch(text, /"\*"|iot:\*/);
    assert.ok(text.replace(/\s/g, "").length <= 2048);
    const keys = resources.filter(({ type }) => type.startsWith("aws:iot/certificate"));
    assert.deepEqual(keys, []);
  });

  it("gives the template a parameter for each column of its list, and the hook the list", async () => {
    const { one, resources } = await run(
      () =>
        new DeviceFleet("pumps", {
          publishTopics: ["dt/{thing}/a"],
          deviceList: file("serial,site\nA1,north\nA2,south\n"),
        }),
    );
    const { Parameters, Resources } = JSON.parse(one(TEMPLATE).inputs.templateBody as string) as Record<
      string,
      Record<string, unknown>
    >;
    assert.deepEqual(Object.keys(Parameters!), ["SerialNumber", "AWS::IoT::Certificate::Id", "Attribute1"]);
    assert.deepEqual((Resources!.thing as { Properties: { AttributePayload: unknown } }).Properties.AttributePayload, {
      serial: { Ref: "SerialNumber" },
      site: { Ref: "Attribute1" },
    });
    assert.ok(resources.some(({ name }) => name === "pumps-hook"));
  });

  it("registers authorities, whose devices become things of the fleet by their common names", async () => {
    const { pem } = testAuthority();
    const { one, resources } = await run(
      () =>
        new DeviceFleet("pumps", {
          publishTopics: ["dt/{thing}/a"],
          groups: ["north"],
          certificateAuthorities: [file(pem)],
        }),
    );
    const authority = one("aws:iot/caCertificate:CaCertificate");
    const { registrationConfig, ...args } = authority.inputs;
    assert.deepEqual(args, {
      active: true,
      allowAutoRegistration: true,
      certificateMode: "SNI_ONLY",
      caCertificatePem: pem,
    });
    const { Parameters, Resources, DeviceConfiguration } = JSON.parse(
      registrationConfig.templateBody as string,
    ) as Record<string, Record<string, { Properties?: unknown }>>;
    const [name, id] = ["AWS::IoT::Certificate::CommonName", "AWS::IoT::Certificate::Id"];
    assert.deepEqual(Object.keys(Parameters!).sort(), [name, id]);
    assert.deepEqual((Resources!.thing!.Properties as Record<string, unknown>).ThingName, {
      "Fn::Join": ["", ["pumps-", { Ref: name }]],
    });
    assert.deepEqual(Resources!.certificate!.Properties, { CertificateId: { Ref: id }, Status: "ACTIVE" });
    assert.equal(DeviceConfiguration, undefined);
    // A role of its own, which registers this fleet's things and no others.
    const policy = one("aws:iam/rolePolicy:RolePolicy", "pumps-registration-policy");
    assert.ok(authority.dependencies.includes(policy.urn));
    assert.ok((policy.inputs.policy as string).includes(arn("thing/pumps-*")));
    assert.doesNotMatch(JSON.stringify(resources.map(({ inputs }) => inputs)), /PRIVATE KEY/);
    const wrong = await wrongArguments(
      () =>
        new DeviceFleet("pumps", {
          publishTopics: ["dt/{thing}/a"],
          deviceList: file("serial\nA1\n"),
          certificateAuthorities: ["nowhere.pem", path.join(folder, "devices.csv")],
        }),
    );
    assert.deepEqual(wrong, [
      'certificateAuthorities[0]: saw "nowhere.pem", which cannot be read (ENOENT); name the file with the authority\'s certificate',
      `certificateAuthorities[1]: saw ${JSON.stringify(path.join(folder, "devices.csv"))}, which is no certificate in PEM; give that of the authority`,
      "certificateAuthorities: stands beside deviceList, which AWS does not ask for devices that an authority brings; leave one of them out",
    ]);
  });

  it("names everything that is wrong with its arguments", async () => {
    const list = file("serial,site\nA1,north pole\nA1,south\nA 2,x\nA3\n");
    const wrong = await wrongArguments(
      () =>
        new DeviceFleet("pumps", {
          publishTopics: ["dt/all", "dt/+/{thing}", "dt/{thing}/{site}"],
          subscribeFilters: ["cmd/+/{thing}"],
          groups: ["north", "north"],
          deviceList: list,
        }),
    );
    const text = JSON.stringify(wrong);
    for (const reason of [
      /publishTopics\[0\].*one level must be \{thing\}/,
      /publishTopics\[1\].*wildcard/,
      /publishTopics\[2\].*has \{thing\} and no other/,
      /subscribeFilters\[0\].*stands before the first wildcard/,
      /groups\[1\].*twice/,
      /devices\.csv:2: saw .*north pole.* for site/,
      /devices\.csv:4: saw the serial .*A 2/,
      /devices\.csv:5: saw 1 cells; the header has 2/,
    ])
      assert.match(text, reason);
  });
});
