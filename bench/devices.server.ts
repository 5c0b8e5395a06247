/**
 * The server of `npm run bench -- devices`: a cloud with a policy of devices and as many certificates as devices are asked for. It sends its
 * addresses and the certificates, and its memory whenever it is asked.
 */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Clock } from "../local/core/clock";
import { Cloud } from "../local/cloud";
import { ACCOUNT, TYPES } from "../local/core/model";
import { newRequest } from "../devices/fleet";

const REGION = "eu-central-1";
const arn = (resource: string): string => `arn:aws:iot:${REGION}:${ACCOUNT}:${resource}`;
const THING = "${iot:Connection.Thing.ThingName}";
const POLICY = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "iot:Connect", Resource: arn(`client/${THING}`) },
    { Effect: "Allow", Action: "iot:Publish", Resource: arn(`topic/dt/${THING}/a`) },
  ],
};

async function main(devices: number): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-devices-"));
  const inputs = { name: "device", policy: JSON.stringify(POLICY) };
  const type = TYPES.devicePolicy;
  const cloud = new Cloud({
    resources: [
      { urn: type, type, name: "device", custom: true, id: "device", dependencies: [], inputs, outputs: inputs },
    ],
    region: REGION,
    dataDir: folder,
    clock: new Clock(Date.now()),
    onError: (error) => console.error(error),
  });
  const addresses = await cloud.listen({ mqtt: 0, http: 0, mqtts: 0 });
  const { authority, certificates, things } = cloud.devices;
  const identities = Array.from({ length: devices }, (_, index) => {
    const thing = `device-${index}`;
    const { key, request } = newRequest(thing);
    const certificate = certificates.add(authority.sign(request), "ACTIVE");
    things.create(thing, { attributes: {} });
    certificates.attachPolicy(certificate, "device");
    certificates.attachThing(certificate, thing, false);
    return { thing, key, cert: certificate.pem };
  });
  process.send!({ ...addresses, ca: fs.readFileSync(addresses.caFile!, "utf8"), identities });
  process.on("message", (message) => {
    if (message === "memory") {
      (globalThis as { gc?: () => void }).gc?.();
      process.send!({ rss: process.memoryUsage.rss(), refused: cloud.iam.refused().length });
    } else
      void cloud.close().then(() => {
        fs.rmSync(folder, { recursive: true, force: true });
        process.exit(0);
      });
  });
}

void main(Number(process.argv[2]));
