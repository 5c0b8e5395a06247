import { createHash, createPublicKey, randomBytes, sign, type KeyObject } from "node:crypto";
import { bits, der, fromPem, integer, marked, octets, oid, sequence, time, toPem, yes } from "./der";
import { ECDSA_SHA256 } from "./request";

/** What a certificate is made of. */
export interface CertificateParts {
  /** distinguished names, as DER */
  subject: Buffer;
  issuer: Buffer;
  /** the public key, as DER */
  spki: Buffer;
  /** private key of the issuer, of the curve P-256 */
  signer: KeyObject;
  /** ms since 1970 */
  from: number;
  until: number;
  use: "authority" | "server" | "client";
  /** host names and addresses of IPv4 that a server has */
  hosts?: readonly string[];
}

const KEY_USAGE = { authority: Buffer.from([0x06]), leaf: Buffer.from([0x80]) };

/** Issues a certificate of version 3 (https://www.rfc-editor.org/rfc/rfc5280), in PEM. */
export function issue({ subject, issuer, spki, signer, from, until, use, hosts = [] }: CertificateParts): string {
  const authority = use === "authority";
  const extensions = [
    extension("2.5.29.19", sequence(...(authority ? [yes] : [])), true),
    extension("2.5.29.15", authority ? bits(KEY_USAGE.authority, 1) : bits(KEY_USAGE.leaf, 7), true),
    extension("2.5.29.14", octets(keyId(spki))),
    extension("2.5.29.35", sequence(der(0x80, keyId(createPublicKey(signer).export({ type: "spki", format: "der" }))))),
  ];
  if (!authority)
    extensions.push(
      extension("2.5.29.37", sequence(oid(use === "server" ? "1.3.6.1.5.5.7.3.1" : "1.3.6.1.5.5.7.3.2"))),
    );
  if (hosts.length > 0) extensions.push(extension("2.5.29.17", sequence(...hosts.map(hostName))));
  const content = sequence(
    marked(0, integer(Buffer.from([2]))),
    // Positive, and never with a leading zero byte.
    integer(Buffer.concat([Buffer.from([0x40]), randomBytes(15)])),
    ECDSA_SHA256,
    issuer,
    sequence(time(from), time(until)),
    subject,
    spki,
    marked(3, sequence(...extensions)),
  );
  return toPem(sequence(content, ECDSA_SHA256, bits(sign("sha256", content, signer))), "CERTIFICATE");
}

/** The id that AWS IoT gives a certificate: the SHA-256 of its DER. https://docs.aws.amazon.com/iot/latest/apireference/API_Certificate.html */
export function certificateId(raw: Buffer): string {
  return createHash("sha256").update(raw).digest("hex");
}

/** The DER of a certificate in PEM; undefined for another text. */
export function certificateBytes(pem: string): Buffer | undefined {
  return fromPem(pem, /^CERTIFICATE$/);
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [yes] : []), octets(value));
}

function keyId(spki: Buffer): Buffer {
  return createHash("sha256").update(spki).digest().subarray(0, 20);
}

function hostName(host: string): Buffer {
  const address = /^\d+(\.\d+){3}$/.test(host) ? Buffer.from(host.split(".").map(Number)) : undefined;
  return address === undefined ? der(0x82, Buffer.from(host)) : der(0x87, address);
}
