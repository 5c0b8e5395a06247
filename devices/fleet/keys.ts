import { generateKeyPairSync } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { writeRequest } from "../../aws/x509";

/** A certificate and its private key, PEM. */
export interface Credentials {
  cert: string;
  key: string;
}

/** What a device keeps. */
export interface DeviceIdentity extends Credentials {
  serial: string;
  thingName: string;
  /** topics that it publishes to, as provisioning told it */
  publish: string[];
}

/** A new key of the curve P-256, and a request for its certificate. */
export function newRequest(name: string): { key: string; request: string } {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    request: writeRequest({ CN: name }, privateKey),
  };
}

/** The folder of a fleet: its claim, and what each device keeps, readable by their owner alone. */
export class KeyFolder {
  constructor(readonly folder: string) {}

  claim(): Credentials | undefined {
    return this.read("claim");
  }

  saveClaim(claim: Credentials): void {
    this.write("claim", claim);
  }

  /** Undefined for a device that is not provisioned yet. */
  device(serial: string): DeviceIdentity | undefined {
    const credentials = this.read(serial);
    const text = this.text(serial, "device.json");
    return credentials && text === undefined
      ? undefined
      : credentials && { ...credentials, ...(JSON.parse(text!) as DeviceIdentity) };
  }

  saveDevice({ cert, key, ...known }: DeviceIdentity): void {
    this.write(known.serial, { cert, key });
    this.put(known.serial, "device.json", `${JSON.stringify(known)}\n`);
  }

  private read(name: string): Credentials | undefined {
    const [cert, key] = [this.text(name, "certificate.pem"), this.text(name, "private-key.pem")];
    return cert === undefined || key === undefined ? undefined : { cert, key };
  }

  private write(name: string, { cert, key }: Credentials): void {
    this.put(name, "private-key.pem", key);
    this.put(name, "certificate.pem", cert);
  }

  private text(name: string, file: string): string | undefined {
    try {
      return fs.readFileSync(path.join(this.folder, name, file), "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  private put(name: string, file: string, text: string): void {
    const folder = path.join(this.folder, name);
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    // A crash leaves the old key or the new one.
    fs.writeFileSync(path.join(folder, `${file}.new`), text, { mode: 0o600 });
    fs.renameSync(path.join(folder, `${file}.new`), path.join(folder, file));
  }
}
