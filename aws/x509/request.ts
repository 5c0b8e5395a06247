import { createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import { bits, DerError, fromPem, integer, marked, oid, read, readAll, sequence, toPem } from "./der";
import { nameOf, type Subject } from "./names";

/** A certificate signing request (https://www.rfc-editor.org/rfc/rfc2986) whose signature is good. */
export interface CertificateRequest {
  /** the distinguished name, as DER */
  subject: Buffer;
  /** the public key, as DER */
  spki: Buffer;
}

/** Why a request is not taken. */
export class RequestError extends Error {}

/** Signatures that AWS IoT takes, by their identifiers. https://docs.aws.amazon.com/iot/latest/developerguide/x509-client-certs.html */
const HASHES: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.11": "sha256",
  "1.2.840.113549.1.1.12": "sha384",
  "1.2.840.113549.1.1.13": "sha512",
  "1.2.840.10045.4.3.2": "sha256",
  "1.2.840.10045.4.3.3": "sha384",
  "1.2.840.10045.4.3.4": "sha512",
};
const CURVES = ["prime256v1", "secp384r1", "secp521r1"];
const LEAST_RSA_BITS = 2048;

/** The signature of ECDSA with SHA-256, which this project's requests and certificates have. */
export const ECDSA_SHA256 = sequence(oid("1.2.840.10045.4.3.2"));

/** Writes a request in PEM. @param key a private key of the curve P-256 */
export function writeRequest(subject: Subject, key: KeyObject): string {
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  const info = sequence(integer(Buffer.from([0])), nameOf(subject), spki, marked(0));
  return toPem(sequence(info, ECDSA_SHA256, bits(sign("sha256", info, key))), "CERTIFICATE REQUEST");
}

/** Reads a request in PEM, and tests that its sender has the private key. @throws RequestError */
export function readRequest(pem: string): CertificateRequest {
  const bytes = fromPem(pem, /^(NEW )?CERTIFICATE REQUEST$/);
  if (bytes === undefined) throw new RequestError("it is no certificate signing request in PEM");
  try {
    return fromDer(bytes);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw new RequestError(`it is no certificate signing request: its DER ${error.message}`);
  }
}

function fromDer(bytes: Buffer): CertificateRequest {
  const [info, algorithm, signature] = readAll(read(bytes).body);
  const [, subject, spki] = info === undefined ? [] : readAll(info.body);
  if (
    info === undefined ||
    algorithm === undefined ||
    signature?.tag !== 0x03 ||
    subject === undefined ||
    spki === undefined
  )
    throw new RequestError("it is no certificate signing request: members are missing");
  const hash = HASHES[readOid(read(algorithm.body).body)];
  if (hash === undefined)
    throw new RequestError("its signature is not by RSA or ECDSA with SHA-256, SHA-384 or SHA-512");
  const key = publicKey(spki.whole);
  if (!verify(hash, info.whole, key, signature.body.subarray(1))) throw new RequestError("its signature is wrong");
  return { subject: subject.whole, spki: spki.whole };
}

function publicKey(spki: Buffer): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: spki, format: "der", type: "spki" });
  } catch {
    throw new RequestError("its public key cannot be read");
  }
  const { modulusLength = 0, namedCurve = "" } = key.asymmetricKeyDetails ?? {};
  const good = key.asymmetricKeyType === "rsa" ? modulusLength >= LEAST_RSA_BITS : CURVES.includes(namedCurve);
  if (!good)
    throw new RequestError(
      `its key is neither RSA of ${LEAST_RSA_BITS} bits or more nor of the curve P-256, P-384 or P-521`,
    );
  return key;
}

function readOid(body: Buffer): string {
  const parts: number[] = [];
  let value = 0;
  for (const byte of body) {
    value = value * 128 + (byte & 0x7f);
    if (byte & 0x80) continue;
    parts.push(value);
    value = 0;
  }
  const first = parts.shift() ?? 0;
  return [Math.min(2, Math.floor(first / 40)), first - 40 * Math.min(2, Math.floor(first / 40)), ...parts].join(".");
}
