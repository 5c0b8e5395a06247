import { X509Certificate } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { certificateBytes, certificateId } from "../../../aws/x509";
import { isObject, readDataFile, replaceFile } from "../../core/data-file";
import { ACCOUNT } from "../../core/model";
import { invalid, IotError, notFound } from "./error";

/** https://docs.aws.amazon.com/iot/latest/apireference/API_CertificateDescription.html */
export const STATUSES = ["ACTIVE", "INACTIVE", "REVOKED", "PENDING_ACTIVATION"] as const;
/** The state of a certificate; a device connects with an active one only. */
export type CertificateStatus = (typeof STATUSES)[number];

/** A certificate of the account. */
export interface Certificate {
  id: string;
  arn: string;
  pem: string;
  status: CertificateStatus;
  /** ms since 1970 */
  created: number;
  changed: number;
  /** of the registered authority that signed it */
  authority?: string;
  /** names of policies, and things with whether they are its only ones, that calls attached to it */
  policies: string[];
  things: Record<string, "exclusive" | "shared">;
}

/** What a file keeps of a certificate; id and ARN follow from it. */
type Kept = Omit<Certificate, "id" | "arn">;

/**
 * The certificates of the account, each in a file of its own. Private keys are not among them: whoever made a certificate has its key.
 * https://docs.aws.amazon.com/iot/latest/developerguide/x509-client-certs.html
 */
export class Certificates {
  private readonly byId = new Map<string, Certificate>();
  /** certificates by the things that are attached to them */
  private readonly byThing = new Map<string, Set<string>>();
  /** called when what a certificate may do may have changed */
  onChanged: (certificate: Certificate) => void = () => undefined;

  constructor(
    private readonly folder: string,
    private readonly region: string,
    private readonly now: () => number,
  ) {
    let files: string[] = [];
    try {
      files = fs.readdirSync(folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    for (const file of files) {
      const id = /^([0-9a-f]{64})\.json$/.exec(file)?.[1];
      if (id !== undefined) this.take({ id, ...readDataFile(path.join(folder, file), isKept)!, arn: this.arn(id) });
    }
  }

  find(id: string): Certificate | undefined {
    return this.byId.get(id);
  }

  /** @throws IotError if there is none */
  get(id: string): Certificate {
    const found = this.byId.get(id);
    if (found === undefined) throw notFound(`The certificate given in the principal does not exist: ${id}`);
    return found;
  }

  /** By the ARN of a certificate, `arn:aws:iot:REGION:ACCOUNT:cert/ID`. @throws IotError */
  ofArn(arn: string): Certificate {
    const id = /:cert\/([0-9a-f]{64})$/.exec(arn)?.[1];
    if (id === undefined || arn !== this.arn(id))
      throw invalid(
        `"${arn}" is not the ARN of a certificate of this account and region, arn:aws:iot:REGION:ACCOUNT:cert/ID`,
      );
    return this.get(id);
  }

  /** By creation, then id. */
  list(): Certificate[] {
    return [...this.byId.values()].sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
  }

  ofThing(thing: string): Certificate[] {
    return [...(this.byThing.get(thing) ?? [])].map((id) => this.byId.get(id)!);
  }

  /** @throws IotError for a text that is no certificate, or for one that there is already */
  add(pem: string, status: CertificateStatus, authority?: string): Certificate {
    const id = idOf(pem);
    if (this.byId.has(id))
      throw new IotError(409, "ResourceAlreadyExistsException", `The certificate is already registered: ${id}`);
    const now = this.now();
    const certificate: Certificate = {
      ...{ id, arn: this.arn(id), pem, status, created: now, changed: now, policies: [], things: {} },
      ...(authority === undefined ? {} : { authority }),
    };
    this.take(certificate);
    this.save(certificate);
    return certificate;
  }

  setStatus(certificate: Certificate, status: CertificateStatus): void {
    certificate.status = status;
    this.save(certificate);
  }

  attachPolicy(certificate: Certificate, policy: string): void {
    if (certificate.policies.includes(policy)) return;
    certificate.policies.push(policy);
    this.save(certificate);
  }

  detachPolicy(certificate: Certificate, policy: string): void {
    certificate.policies = certificate.policies.filter((name) => name !== policy);
    this.save(certificate);
  }

  attachThing(certificate: Certificate, thing: string, exclusive: boolean): void {
    const others = Object.keys(certificate.things).filter((name) => name !== thing);
    const alone = [...this.ofThing(thing), certificate].some((each) => each.things[thing] === "exclusive");
    if (exclusive && others.length > 0)
      throw invalid(
        `the certificate is attached to ${others.join(", ")}, and an exclusive thing is the only one of its certificate`,
      );
    if (!exclusive && (alone || Object.values(certificate.things).includes("exclusive")))
      throw invalid("the certificate is attached to a thing exclusively");
    certificate.things[thing] = exclusive ? "exclusive" : "shared";
    this.index(certificate);
    this.save(certificate);
  }

  detachThing(certificate: Certificate, thing: string): void {
    delete certificate.things[thing];
    this.byThing.get(thing)?.delete(certificate.id);
    this.save(certificate);
  }

  delete(certificate: Certificate): void {
    this.byId.delete(certificate.id);
    for (const thing of Object.keys(certificate.things)) this.byThing.get(thing)?.delete(certificate.id);
    fs.rmSync(this.file(certificate.id), { force: true });
    certificate.status = "REVOKED";
    this.onChanged(certificate);
  }

  private take(certificate: Certificate): void {
    this.byId.set(certificate.id, certificate);
    this.index(certificate);
  }

  private index({ id, things }: Certificate): void {
    for (const thing of Object.keys(things)) {
      const known = this.byThing.get(thing);
      if (known === undefined) this.byThing.set(thing, new Set([id]));
      else known.add(id);
    }
  }

  private save(certificate: Certificate): void {
    certificate.changed = this.now();
    const { pem, status, created, changed, authority, policies, things } = certificate;
    const kept: Kept = { pem, status, created, changed, authority, policies, things };
    replaceFile(this.file(certificate.id), JSON.stringify(kept));
    this.onChanged(certificate);
  }

  private file(id: string): string {
    return path.join(this.folder, `${id}.json`);
  }

  private arn(id: string): string {
    return `arn:aws:iot:${this.region}:${ACCOUNT}:cert/${id}`;
  }
}

/** The id of a certificate in PEM. @throws IotError */
export function idOf(pem: string): string {
  const bytes = certificateBytes(pem);
  try {
    if (bytes !== undefined) return certificateId(new X509Certificate(bytes).raw);
  } catch {
    // Falls through to the refusal.
  }
  throw new IotError(400, "CertificateValidationException", "the text is no certificate in PEM");
}

function isKept(value: unknown): value is Kept {
  if (!isObject(value)) return false;
  const { pem, status, created, changed, policies, things } = value;
  return (
    typeof pem === "string" &&
    STATUSES.some((each) => each === status) &&
    Number.isFinite(created) &&
    Number.isFinite(changed) &&
    Array.isArray(policies) &&
    policies.every((name) => typeof name === "string") &&
    isObject(things) &&
    Object.values(things).every((how) => how === "exclusive" || how === "shared")
  );
}
