import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { issue, nameOf, type Subject } from "../aws/x509";

const DAY = 86_400_000;

/** A certificate authority of a user's. */
export interface TestAuthority {
  /** its certificate, PEM */
  pem: string;
  /** a certificate of a device with a new key, both PEM */
  issue(subject: Subject): { cert: string; key: string };
}

/** Makes an authority with a key of its own. */
export function testAuthority(name = "factory"): TestAuthority {
  const signer = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
  const issuer = nameOf({ CN: name, O: "Acme" });
  const spkiOf = (key: KeyObject): Buffer => createPublicKey(key).export({ type: "spki", format: "der" });
  const validity = { from: Date.now() - DAY, until: Date.now() + DAY };
  return {
    pem: issue({ subject: issuer, issuer, spki: spkiOf(signer), signer, ...validity, use: "authority" }),
    issue: (subject) => {
      const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
      const cert = issue({ subject: nameOf(subject), issuer, spki: spkiOf(key), signer, ...validity, use: "client" });
      return { cert, key: key.export({ type: "pkcs8", format: "pem" }) as string };
    },
  };
}
