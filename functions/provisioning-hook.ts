/**
 * Pre-provisioning hook of a fleet: decides which devices are registered
 * (https://docs.aws.amazon.com/iot/latest/developerguide/pre-provisioning-hook.html). Beside it in the archive, `fleet.json` says what the
 * fleet's things are called and, if the fleet has a list, which devices are on it.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import type { IoTClient } from "@aws-sdk/client-iot";

/** What AWS IoT asks. */
interface HookEvent {
  claimCertificateId: string;
  parameters: Record<string, string>;
}

/** What the fleet is. */
interface Fleet {
  /** begins the names of its things; the serial number follows */
  prefix: string;
  /** attributes by serial number, in the order of the template's parameters; without it every serial number is accepted */
  devices?: Record<string, Record<string, string>>;
}

interface HookAnswer {
  allowProvisioning: boolean;
  parameterOverrides?: Record<string, string>;
}

const SERIAL = /^[a-zA-Z0-9:_-]{1,64}$/;

let fleet: Fleet | undefined;
let client: Promise<IoTClient> | undefined;

/** Answers AWS IoT. The reason of a refusal is in the log, for the device learns only that it is refused. */
export async function handler({ claimCertificateId, parameters }: HookEvent): Promise<HookAnswer> {
  fleet ??= JSON.parse(fs.readFileSync(path.join(__dirname, "fleet.json"), "utf8")) as Fleet;
  const serial = parameters.SerialNumber ?? "";
  const reason = await refusal(fleet, serial, claimCertificateId);
  if (reason !== undefined) {
    console.warn(JSON.stringify({ message: "refused", serialNumber: serial, claimCertificateId, reason }));
    return { allowProvisioning: false };
  }
  console.info(JSON.stringify({ message: "allowed", serialNumber: serial, claimCertificateId }));
  const attributes = Object.values(fleet.devices?.[serial] ?? {});
  const parameterOverrides = Object.fromEntries(attributes.map((value, index) => [`Attribute${index + 1}`, value]));
  return { allowProvisioning: true, parameterOverrides };
}

/**
 * Whoever has the claim's key may register a device once. Afterwards only the device itself may, with the certificate that it has: that is how it
 * renews it. A device that has lost its key is let in again when its certificates are detached from its thing.
 */
async function refusal({ prefix, devices }: Fleet, serial: string, certificateId: string): Promise<string | undefined> {
  if (!SERIAL.test(serial)) return "a serial number is 1-64 letters, digits, :, _ and -";
  if (devices !== undefined && !Object.hasOwn(devices, serial)) return "it is not on the fleet's list";
  const principals = await principalsOf(`${prefix}${serial}`);
  if (principals.length > 0 && !principals.some((arn) => arn.endsWith(`/${certificateId}`)))
    return "the thing has a certificate already, and another one asks";
  return undefined;
}

async function principalsOf(thingName: string): Promise<string[]> {
  const { IoTClient, ListThingPrincipalsCommand } = await import("@aws-sdk/client-iot");
  const iot = await (client ??= Promise.resolve(new IoTClient({})));
  try {
    return (await iot.send(new ListThingPrincipalsCommand({ thingName }))).principals ?? [];
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException") return [];
    throw error;
  }
}
