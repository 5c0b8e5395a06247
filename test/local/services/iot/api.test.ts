import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
  CreateThingCommand,
  DeleteThingCommand,
  DescribeThingCommand,
  IoTClient,
  ListThingsCommand,
  UpdateThingCommand,
} from "@aws-sdk/client-iot";
import { ApiEndpoint } from "../../../../local/api";
import { Credentials } from "../../../../local/core/credentials";
import { HttpServer } from "../../../../local/http/server";
import { ACCOUNT, TYPES, type Resource } from "../../../../local/core/model";
import { Iam } from "../../../../local/iam";
import { Clock } from "../../../../local/core/clock";
import { iotApi } from "../../../../local/services/iot/api";
import { Devices } from "../../../../local/services/iot/device-side";
import { Things } from "../../../../local/services/things/registry";

const REGION = "eu-central-1";

function resource(type: string, inputs: object): Resource {
  return { urn: type, type, name: "x", custom: true, id: "x", dependencies: [], inputs, outputs: inputs };
}

/** By AWS's own SDK, as anybody's provisioning does it. */
describe("local/services/iot: the thing registry", () => {
  let folder: string;
  let server: HttpServer;
  let client: IoTClient;
  let declared: Resource[];
  let things: Things;
  let devices: Devices;
  const asked: string[] = [];
  const open = (): void => {
    things = new Things(declared, folder, REGION);
    const iam = new Iam(declared, ACCOUNT);
    devices = new Devices({ resources: declared, folder, region: REGION, clock: new Clock(0), iam, things });
  };
  beforeEach(async () => {
    asked.length = 0;
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "registry-"));
    declared = [
      resource(TYPES.thingType, { name: "pump" }),
      resource(TYPES.thing, { name: "pump-1", thingTypeName: "pump", attributes: { site: "north" } }),
    ];
    open();
    server = new HttpServer({
      api: new ApiEndpoint({
        credentials: new Credentials(),
        backend: () => ({
          iam: {
            check: ({ action, resource }: { action: string; resource: string }) => {
              asked.push(`${action} ${resource.replace(/^.*:thing\//, "")}`);
              return { allowed: true };
            },
          } as unknown as Iam,
          apis: [iotApi({ things, devices, region: REGION, resources: declared, httpHost: () => "localhost:1" })],
        }),
      }),
    });
    const port = await server.listen(0);
    client = new IoTClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: REGION,
      credentials: { accessKeyId: "any", secretAccessKey: "any" },
      maxAttempts: 1,
    });
  });
  afterEach(async () => {
    client.destroy();
    await server.close();
    fs.rmSync(folder, { recursive: true });
  });

  const describeThing = async (thingName: string) => {
    const { $metadata, ...thing } = await client.send(new DescribeThingCommand({ thingName }));
    assert.equal($metadata.httpStatusCode, 200);
    return thing;
  };
  const refused = (call: Promise<unknown>, name: string, message: RegExp): Promise<void> =>
    assert.rejects(call, (error: Error) => {
      assert.equal(error.name, name);
      assert.match(error.message, message);
      return true;
    });

  it("makes, changes, lists and deletes things", async () => {
    const made = await client.send(
      new CreateThingCommand({ thingName: "pump-2", attributePayload: { attributes: { site: "south", line: "3" } } }),
    );
    assert.equal(made.thingArn, `arn:aws:iot:${REGION}:${ACCOUNT}:thing/pump-2`);
    assert.deepEqual(await describeThing("pump-2"), {
      defaultClientId: "pump-2",
      thingName: "pump-2",
      thingId: made.thingId,
      thingArn: made.thingArn,
      attributes: { site: "south", line: "3" },
      version: 1,
    });
    const update = (input: object) => client.send(new UpdateThingCommand({ thingName: "pump-2", ...input }));
    await update({ attributePayload: { attributes: { line: "", floor: "1" }, merge: true }, thingTypeName: "pump" });
    assert.deepEqual((await describeThing("pump-2")).attributes, { site: "south", floor: "1" });
    await update({ attributePayload: { attributes: { a: "b" } }, expectedVersion: 2 });
    await update({ removeThingType: true });
    const { attributes, thingTypeName, version } = await describeThing("pump-2");
    assert.deepEqual(
      { attributes, thingTypeName, version },
      { attributes: { a: "b" }, thingTypeName: undefined, version: 4 },
    );
    const names = async (input: object = {}) =>
      (await client.send(new ListThingsCommand(input))).things!.map(({ thingName }) => thingName);
    assert.deepEqual(await names(), ["pump-1", "pump-2"]);
    assert.deepEqual(await names({ thingTypeName: "pump" }), ["pump-1"]);
    assert.deepEqual(await names({ attributeName: "a", attributeValue: "b" }), ["pump-2"]);
    const first = await client.send(new ListThingsCommand({ maxResults: 1 }));
    assert.deepEqual(await names({ nextToken: first.nextToken }), ["pump-2"]);
    await client.send(new DeleteThingCommand({ thingName: "pump-2" }));
    await client.send(new DeleteThingCommand({ thingName: "pump-2" }));
    await refused(describeThing("pump-2"), "ResourceNotFoundException", /Thing pump-2 not found/);
    assert.deepEqual([...new Set(asked)].sort(), [
      "iot:CreateThing pump-2",
      "iot:DeleteThing pump-2",
      "iot:DescribeThing pump-2",
      "iot:ListThings *",
      "iot:UpdateThing pump-2",
    ]);
  });

  it("refuses what AWS refuses", async () => {
    const create = (input: object) => client.send(new CreateThingCommand({ thingName: "x", ...input }));
    const update = (input: object) => client.send(new UpdateThingCommand({ thingName: "pump-1", ...input }));
    await client.send(
      new CreateThingCommand({
        thingName: "pump-1",
        thingTypeName: "pump",
        attributePayload: { attributes: { site: "north" } },
      }),
    );
    await refused(
      client.send(new CreateThingCommand({ thingName: "pump-1" })),
      "ResourceAlreadyExistsException",
      /different properties/,
    );
    await refused(create({ thingTypeName: "fan" }), "ResourceNotFoundException", /Thing type fan not found.*pump/);
    await refused(
      create({ attributePayload: { attributes: { a: "1", b: "2", c: "3", d: "4" } } }),
      "InvalidRequestException",
      /more than 3 attributes/,
    );
    await refused(create({ attributePayload: { attributes: { a: "b c" } } }), "InvalidRequestException", /saw "b c"/);
    await refused(create({ billingGroupName: "b" }), "NotImplementedException", /billingGroupName is not executed/);
    await refused(update({ expectedVersion: 7 }), "VersionConflictException", /version 1, not 7/);
    await refused(
      client.send(new UpdateThingCommand({ thingName: "none" })),
      "ResourceNotFoundException",
      /Thing none not found/,
    );
  });

  it("keeps what calls did through a restart, until the program declares a thing otherwise", async () => {
    await client.send(new CreateThingCommand({ thingName: "made" }));
    await client.send(
      new UpdateThingCommand({ thingName: "pump-1", attributePayload: { attributes: { site: "south" } } }),
    );
    open();
    assert.deepEqual((await describeThing("pump-1")).attributes, { site: "south" });
    assert.equal((await describeThing("made")).version, 1);
    await client.send(new DeleteThingCommand({ thingName: "pump-1" }));
    open();
    await refused(describeThing("pump-1"), "ResourceNotFoundException", /not found/);
    declared[1] = resource(TYPES.thing, { name: "pump-1", attributes: { site: "west" } });
    open();
    assert.deepEqual((await describeThing("pump-1")).attributes, { site: "west" });
    declared.pop();
    open();
    await refused(describeThing("pump-1"), "ResourceNotFoundException", /not found/);
    assert.equal((await describeThing("made")).version, 1);
  });
});
