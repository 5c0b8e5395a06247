import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { plainReading, seededRandom, fillTopic } from "../../devices";
import {
  Enrolment,
  FleetDevice,
  KeyFolder,
  NoSuchFleet,
  ProvisioningClient,
  ProvisioningError,
  type Credentials,
  type DeviceIdentity,
  type FleetEndpoint,
} from "../../devices/fleet";
import { isLocal } from "../../devices/sdk";
import { UserError } from "../command/run";
import { duration, stackOption, UsageError, wholeNumber, type Parsed } from "../command/options";
import { print, printError } from "../output/terminal";
import { count } from "../output/table";

const PROJECT_DIR = path.resolve(__dirname, "..", "..");
/** Connections over which devices are provisioned at a time. */
const WORKERS = 8;
/** New connections of devices a second; an account of AWS takes 500. */
const CONNECTS = 200;
/** ms that messages without PUBACK have at the end */
const PATIENCE = 30_000;

interface Fleet {
  name: string;
  endpoint: FleetEndpoint;
  template: string;
  claim: Credentials;
  /** begins the client ids of the claim's connections */
  prefix: string;
  keys: KeyFolder;
}

/** What became of a run. */
interface Totals {
  provisioned: number;
  renewed: number;
  published: number;
  dropped: number;
  connects: number;
  refused: string[];
}

/** A fleet of devices with certificates: they provision themselves, keep their keys in a folder, and publish over TLS. @returns the exit code */
export async function runFleet(parsed: Parsed, api: string, region: string, signal: AbortSignal): Promise<number> {
  for (const name of ["definitions", "topic", "qos"])
    if (parsed.text(name) !== undefined)
      throw new UsageError(
        `--${name} has no meaning with --fleet, whose devices publish to the topics of their fleet with QoS 1.`,
      );
  const number = wholeNumber(parsed, "devices", 10, 1, 100_000);
  const publishes = wholeNumber(parsed, "publishes", 50, 0, 10_000_000);
  const interval = duration(parsed, "interval", 10_000);
  const random = seededRandom(
    parsed.text("seed") === undefined ? undefined : wholeNumber(parsed, "seed", 0, 0, 4_294_967_295),
  );
  const serials = serialsOf(parsed.text("list"), number);
  const fleet = await prepare(parsed, api, region);
  const totals: Totals = { provisioned: 0, renewed: 0, published: 0, dropped: 0, connects: 0, refused: [] };
  const identities = await provisionAll(fleet, serials, parsed.flag("renew"), totals, signal);
  printError(
    `${count(identities.length)} devices have certificates (${count(totals.provisioned)} new, ${count(totals.renewed)} renewed), in ${fleet.keys.folder}\n`,
  );

  const devices = identities.map(
    (identity) =>
      new FleetDevice(identity, fleet.endpoint, {
        random,
        onSent: () => totals.published++,
        onDropped: () => totals.dropped++,
        onConnected: () => totals.connects++,
      }),
  );
  const started = Date.now();
  for (const [index, device] of devices.entries()) {
    if (signal.aborted) break;
    device.open();
    if (index % CONNECTS === CONNECTS - 1) await sleep(1000, undefined, { signal }).catch(() => undefined);
  }
  const reading = plainReading(random);
  for (let round = 0; round < publishes && !signal.aborted; round++) {
    await sleep(Math.max(0, started + round * interval - Date.now()), undefined, { signal }).catch(() => undefined);
    for (const device of devices)
      for (const topic of device.identity.publish) {
        const payload = reading(device.identity.thingName, Date.now());
        device.publish(fillTopic(topic, payload)!, JSON.stringify(payload));
      }
  }
  await Promise.all(devices.map((device) => device.settled(signal.aborted ? 1000 : PATIENCE)));
  const pending = devices.reduce((sum, device) => sum + device.pending, 0);
  await Promise.all(devices.map((device) => device.close()));

  const { refused, ...counts } = totals;
  if (parsed.flag("json"))
    process.stdout.write(
      `${JSON.stringify({ endpoint: fleet.endpoint.url, devices: devices.length, ...counts, unacknowledged: pending, refused })}\n`,
    );
  else
    print(
      `${count(totals.published)} messages of ${count(devices.length)} devices published to ${fleet.endpoint.url}, ${count(totals.connects)} connections` +
        `${totals.dropped > 0 ? `, ${count(totals.dropped)} dropped while offline` : ""}${pending > 0 ? `, ${count(pending)} not acknowledged` : ""}\n`,
    );
  for (const reason of refused.slice(0, 10)) printError(`not provisioned: ${reason}\n`);
  if (refused.length > 10) printError(`not provisioned: ${count(refused.length - 10)} more\n`);
  if (signal.aborted) return 130;
  return refused.length > 0 || pending > 0 || totals.dropped > 0 ? 1 : 0;
}

async function prepare(parsed: Parsed, api: string, region: string): Promise<Fleet> {
  const name = parsed.text("fleet")!;
  const local = isLocal(api);
  const stack = stackOption(parsed);
  const host = new URL(api).hostname;
  const url = parsed.text("mqtts") ?? `mqtts://${host}:8883`;
  if (!/^mqtts:\/\/[^/]+$/.test(url))
    throw new UsageError(`--mqtts ${url}: needs a URL such as mqtts://127.0.0.1:8883.`);
  const caFile = parsed.text("ca") ?? (local ? path.join(PROJECT_DIR, ".local", stack, "iot", "ca.pem") : undefined);
  let ca: string | undefined;
  try {
    ca = caFile === undefined ? undefined : fs.readFileSync(caFile, "utf8");
  } catch (error) {
    throw new UserError([
      `--ca ${caFile}: cannot be read (${(error as NodeJS.ErrnoException).code}). It is the file of the authority that npm start -- --keep prints for a stack with fleets; the stack is chosen by --stack.`,
    ]);
  }
  const keys = new KeyFolder(
    path.resolve(parsed.text("keys") ?? path.join(PROJECT_DIR, ".devices", local ? stack : host, name)),
  );
  // AWS's control plane has an address of its own.
  const enrolment = new Enrolment(local ? api : undefined, region);
  try {
    const names = await enrolment.find(name);
    let claim = keys.claim();
    if (claim === undefined) keys.saveClaim((claim = await enrolment.claim(names)));
    return { name, endpoint: { url, ca }, template: names.template, prefix: names.prefix, claim, keys };
  } catch (error) {
    if (error instanceof NoSuchFleet) throw new UserError([error.message]);
    throw error;
  } finally {
    enrolment.close();
  }
}

/** Devices that have certificates already, and new ones. */
async function provisionAll(
  fleet: Fleet,
  serials: readonly string[],
  renew: boolean,
  totals: Totals,
  signal: AbortSignal,
): Promise<DeviceIdentity[]> {
  const found = new Map(serials.map((serial) => [serial, fleet.keys.device(serial)]));
  const wanting = serials.filter((serial) => found.get(serial) === undefined);
  const keep = (identity: DeviceIdentity): void => {
    fleet.keys.saveDevice(identity);
    found.set(identity.serial, identity);
  };
  const refused = (serial: string, error: unknown): void => {
    if (!(error instanceof ProvisioningError)) throw error;
    totals.refused.push(`${serial}: ${error.message}`);
  };
  if (renew)
    for (const identity of [...found.values()].flatMap((one) => one ?? [])) {
      if (signal.aborted) break;
      try {
        const client = await ProvisioningClient.connect(fleet.endpoint, identity, identity.thingName, fleet.template);
        keep(await client.provision(identity.serial));
        totals.renewed++;
        await client.close();
      } catch (error) {
        refused(identity.serial, error);
      }
    }
  let next = 0;
  const work = async (worker: number): Promise<void> => {
    let client: ProvisioningClient | undefined;
    while (next < wanting.length && !signal.aborted) {
      const serial = wanting[next++]!;
      try {
        // The claim's policy lets it connect under names that begin as the fleet's things do.
        client ??= await ProvisioningClient.connect(
          fleet.endpoint,
          fleet.claim,
          `${fleet.prefix}claim-${worker}`,
          fleet.template,
        );
        keep(await client.provision(serial));
        totals.provisioned++;
      } catch (error) {
        refused(serial, error);
      }
    }
    await client?.close();
  };
  await Promise.all(Array.from({ length: Math.min(WORKERS, wanting.length) }, (_, worker) => work(worker)));
  return [...found.values()].flatMap((identity) => identity ?? []);
}

/** Serial numbers: of a list, or made up. */
function serialsOf(file: string | undefined, number: number): string[] {
  if (file === undefined) return Array.from({ length: number }, (_, index) => `sim${String(index).padStart(4, "0")}`);
  let lines: string[];
  try {
    lines = fs.readFileSync(file, "utf8").split(/\r?\n/);
  } catch (error) {
    throw new UserError([`--list ${file}: cannot be read (${(error as NodeJS.ErrnoException).code}).`]);
  }
  const column = lines[0]!.split(",").findIndex((name) => name.trim() === "serial");
  if (column === -1)
    throw new UserError([`--list ${file}: saw the header ${JSON.stringify(lines[0])}; it has a column serial.`]);
  const serials = lines.slice(1).flatMap((line) => line.split(",")[column]?.trim() || []);
  return [...new Set(serials)];
}
