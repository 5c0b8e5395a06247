import { X509Certificate } from "node:crypto";
import { certificateBytes } from "./certificate";

/** The certificate of a text in PEM; undefined for a text that holds none. */
export function readCertificate(pem: string): X509Certificate | undefined {
  try {
    const bytes = certificateBytes(pem);
    return bytes === undefined ? undefined : new X509Certificate(bytes);
  } catch {
    return undefined;
  }
}

/** Why a text is not the certificate of an authority, in PEM; undefined if it is. */
export function authorityProblem(pem: string): string | undefined {
  const certificate = readCertificate(pem);
  if (certificate === undefined) return "is no certificate in PEM; give that of the authority";
  if (!certificate.ca)
    return "is the certificate of no authority: its basic constraints lack CA:TRUE, so it signs none; give that of the authority";
  return undefined;
}
