import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  X509Certificate,
  type KeyObject,
} from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { issue, nameOf, readRequest } from "../../../aws/x509";
import { DataFileError, replaceFile } from "../../core/data-file";

const DAY = 86_400_000;
/** Distinguished name of the authority. */
const NAME = nameOf({ CN: "iot-telemetry-etl local cloud", O: "this machine only" });
/** AWS IoT's own certificates are good until then. https://docs.aws.amazon.com/iot/latest/developerguide/device-certs-create.html */
const CLIENT_END = Date.UTC(2049, 11, 31, 23, 59, 59);
const AUTHORITY_END = Date.UTC(2049, 11, 31, 23, 59, 59);
/** The server's is made anew at every start; some clients trust none that is good for longer. */
const SERVER_DAYS = 397;
/** Bits of the keys that CreateKeysAndCertificate makes. https://docs.aws.amazon.com/iot/latest/apireference/API_CreateKeysAndCertificate.html */
const RSA_BITS = 2048;

/**
 * The certificate authority of a data folder. It signs the certificate of the MQTT endpoint and those of devices, as Amazon's root authorities do on AWS.
 * Its key is made with the folder and stays in it.
 */
export class Authority {
  /** the file that clients trust, PEM */
  readonly file: string;
  private readonly key: KeyObject;

  constructor(folder: string) {
    this.file = path.join(folder, "ca.pem");
    const keyFile = path.join(folder, "ca-key.pem");
    if (!fs.existsSync(keyFile)) create(keyFile, this.file);
    try {
      this.key = createPrivateKey(fs.readFileSync(keyFile));
      new X509Certificate(fs.readFileSync(this.file));
    } catch (error) {
      throw new DataFileError(keyFile, `it or ${this.file} cannot be read (${(error as Error).message})`);
    }
  }

  /** Certificate and private key of the MQTT endpoint, for `localhost`, `127.0.0.1` and further hosts. */
  server(hosts: readonly string[]): { key: string; cert: string } {
    const key = newKey();
    const cert = issue({
      ...{ subject: nameOf({ CN: "localhost" }), spki: spkiOf(key), use: "server" },
      ...{ issuer: NAME, signer: this.key, from: Date.now() - DAY, until: Date.now() + SERVER_DAYS * DAY },
      hosts: [...new Set(["localhost", "127.0.0.1", ...hosts.map((host) => host.replace(/:\d+$/, ""))])],
    });
    return { key: pemOf(key), cert };
  }

  /** Signs a device's request. @throws RequestError for one that AWS IoT does not take */
  sign(request: string): string {
    const { subject, spki } = readRequest(request);
    return this.client(subject, spki);
  }

  /** A certificate with keys of its own. */
  create(): { pem: string; publicKey: string; privateKey: string } {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: RSA_BITS });
    return {
      pem: this.client(nameOf({ CN: "AWS IoT Certificate" }), publicKey.export({ type: "spki", format: "der" })),
      publicKey: publicKey.export({ type: "spki", format: "pem" }) as string,
      privateKey: privateKey.export({ type: "pkcs1", format: "pem" }) as string,
    };
  }

  private client(subject: Buffer, spki: Buffer): string {
    const times = { from: Date.now() - DAY, until: CLIENT_END };
    return issue({ subject, spki, issuer: NAME, signer: this.key, use: "client", ...times });
  }

  /** A text that only this authority can have marked. */
  seal(text: string): string {
    return createHmac("sha256", this.key.export({ type: "pkcs8", format: "der" }))
      .update(text)
      .digest("base64url");
  }
}

function create(keyFile: string, certificateFile: string): void {
  const key = newKey();
  const times = { from: Date.now() - DAY, until: AUTHORITY_END };
  replaceFile(
    certificateFile,
    issue({ subject: NAME, issuer: NAME, spki: spkiOf(key), signer: key, use: "authority", ...times }),
  );
  replaceFile(keyFile, pemOf(key));
  fs.chmodSync(keyFile, 0o600);
}

function newKey(): KeyObject {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

function spkiOf(key: KeyObject): Buffer {
  return createPublicKey(key).export({ type: "spki", format: "der" });
}

function pemOf(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }) as string;
}
