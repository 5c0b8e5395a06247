import { createHash } from "node:crypto";
import { isObject } from "../../core/data-file";
import { ACCOUNT } from "../../core/model";
import type { Certificate } from "../iot/certificates";
import type { Devices } from "../iot/device-side";
import { IotError, invalid } from "../iot/error";
import { ThingError } from "../things/registry";
import { RequestError } from "../../../aws/x509";
import { textOf, valueOf, ValueError } from "./functions";
import { CERTIFICATE_ID, type Template, type TemplateResource } from "./template";

/** What provisioning has made or found. */
export interface Provisioned {
  thingName?: string;
  certificate?: Certificate;
  /** by the name that RegisterThing gives them */
  arns: { thing?: string; certificate?: string; policy?: string };
  deviceConfiguration: Record<string, unknown>;
}

/** Decides a call that provisioning makes; raises the error that the caller gets when it is refused. */
export type Authorize = (action: string, resource: string) => void;

/** A thing or certificate is there already, differs, and the template has no override for it. */
export class ConflictError extends Error {}

/**
 * Carries out a template: certificate, thing, groups and policies, all of them looked at before anything is made.
 * @throws ValueError, ConflictError, IotError, ThingError
 */
export function provision(
  template: Template,
  given: Readonly<Record<string, string>>,
  devices: Devices,
  authorize: Authorize,
): Provisioned {
  const parameters = withDefaults(template, given);
  const wanted = thingOf(template, parameters, devices);
  const policies = template.policies.map((resource) => policyOf(resource, parameters, template, devices));
  const deviceConfiguration = valueOf(template.deviceConfiguration, parameters, template) as Record<string, unknown>;
  const ask = (action: string, resource: string): void =>
    authorize(`iot:${action}`, `arn:aws:iot:${devices.region}:${ACCOUNT}:${resource}`);
  if (wanted !== undefined) askForThing(wanted, ask);

  const certificate = certificateOf(template, parameters, devices, authorize, ask);
  for (const policy of policies) {
    if (policy.document !== undefined) {
      ask("CreatePolicy", `policy/${policy.name}`);
      if (devices.policies.find(policy.name) === undefined) devices.policies.create(policy.name, policy.document);
    }
    if (certificate === undefined) continue;
    ask("AttachPolicy", `cert/${certificate.id}`);
    devices.certificates.attachPolicy(certificate, policy.name);
  }
  if (wanted !== undefined) {
    makeThing(wanted, devices);
    if (certificate !== undefined) {
      ask("AttachThingPrincipal", `cert/${certificate.id}`);
      const { ThingPrincipalType } = template.certificate?.properties ?? {};
      const type =
        ThingPrincipalType === undefined ? "" : textOf(ThingPrincipalType, "ThingPrincipalType", parameters, template);
      devices.certificates.attachThing(certificate, wanted.name, type === "EXCLUSIVE_THING");
    }
  }
  return {
    thingName: wanted?.name,
    certificate,
    arns: {
      thing: wanted && devices.things.describe(wanted.name)?.thingArn,
      certificate: certificate?.arn,
      policy: policies[0] && devices.policies.find(policies[0].name)?.arn,
    },
    deviceConfiguration,
  };
}

type Ask = (action: string, resource: string) => void;

function withDefaults(template: Template, given: Readonly<Record<string, string>>): Record<string, string> {
  const parameters: Record<string, string> = { ...given };
  for (const [name, { default: value }] of Object.entries(template.parameters)) {
    if (Object.hasOwn(parameters, name)) continue;
    if (value !== undefined) parameters[name] = value;
    else if (name !== CERTIFICATE_ID) throw new ValueError(`the parameter ${name} has no value`);
  }
  return parameters;
}

interface WantedThing {
  name: string;
  type: string | undefined;
  attributes: Record<string, string>;
  groups: string[];
  override: Record<string, string>;
  exists: boolean;
}

function thingOf(
  template: Template,
  parameters: Readonly<Record<string, string>>,
  devices: Devices,
): WantedThing | undefined {
  if (template.thing === undefined) return undefined;
  const { properties, override } = template.thing;
  const name = textOf(properties.ThingName, "ThingName", parameters, template);
  const type =
    properties.ThingTypeName === undefined
      ? undefined
      : textOf(properties.ThingTypeName, "ThingTypeName", parameters, template);
  const payload = valueOf(properties.AttributePayload ?? {}, parameters, template);
  if (!isObject(payload)) throw new ValueError("AttributePayload is no object");
  // Both forms are in use: attributes by name, and a block "Attributes" as CreateThing has it.
  const attributes = isObject(payload.Attributes) ? payload.Attributes : payload;
  for (const [key, value] of Object.entries(attributes))
    if (typeof value !== "string") throw new ValueError(`the attribute ${key} is no text`);
  const groups = valueOf(properties.ThingGroups ?? [], parameters, template);
  if (!Array.isArray(groups)) throw new ValueError("ThingGroups is no list");
  for (const group of groups) devices.groups.get(String(group));
  const there = devices.things.describe(name);
  const wanted: WantedThing = {
    ...{ name, type, attributes: attributes as Record<string, string>, groups: groups.map(String), override },
    exists: there !== undefined,
  };
  if (there === undefined) return wanted;
  const same = Object.entries(wanted.attributes).every(([key, value]) => there.attributes[key] === value);
  if (!same && failing(override.AttributePayload)) throw conflict(name, "attributes", "AttributePayload");
  if (type !== undefined && there.thingTypeName !== type && failing(override.ThingTypeName))
    throw conflict(name, "type", "ThingTypeName");
  return wanted;
}

function failing(override: string | undefined): boolean {
  return override === undefined || override === "FAIL";
}

function conflict(thing: string, what: string, setting: string): ConflictError {
  return new ConflictError(
    `the thing ${thing} exists with another ${what}, and the template has no override for ${setting}`,
  );
}

function askForThing({ name, groups, exists }: WantedThing, ask: Ask): void {
  ask("DescribeThing", `thing/${name}`);
  ask(exists ? "UpdateThing" : "CreateThing", `thing/${name}`);
  for (const group of groups)
    for (const resource of [`thing/${name}`, `thinggroup/${group}`]) ask("AddThingToThingGroup", resource);
}

function makeThing(
  { name, type, attributes, groups, override, exists }: WantedThing,
  { things, groups: known }: Devices,
): void {
  if (!exists) things.create(name, { thingTypeName: type, attributes });
  else {
    const { AttributePayload = "", ThingTypeName = "" } = override;
    const changed = ["REPLACE", "MERGE"].includes(AttributePayload);
    things.update(name, {
      thingTypeName: ThingTypeName === "REPLACE" ? type : undefined,
      attributes: changed ? attributes : undefined,
      merge: AttributePayload === "MERGE",
    });
    if (override.ThingGroups === "DO_NOTHING") return;
    if (override.ThingGroups === "REPLACE")
      for (const group of known.of(name)) if (!groups.includes(group.name)) known.remove(group.name, name);
  }
  for (const group of groups) known.add(group, name);
}

function policyOf(
  { properties }: TemplateResource,
  parameters: Readonly<Record<string, string>>,
  template: Template,
  { policies }: Devices,
): { name: string; document?: string } {
  if (properties.PolicyName !== undefined)
    return { name: policies.get(textOf(properties.PolicyName, "PolicyName", parameters, template)).name };
  const found = valueOf(properties.PolicyDocument, parameters, template);
  const document = typeof found === "string" ? found : JSON.stringify(found);
  // AWS names it by the document, so that the same document is one policy.
  return { name: `Policy_${createHash("sha256").update(document).digest("hex").slice(0, 40)}`, document };
}

function certificateOf(
  template: Template,
  parameters: Readonly<Record<string, string>>,
  devices: Devices,
  authorize: Authorize,
  ask: Ask,
): Certificate | undefined {
  if (template.certificate === undefined) return undefined;
  const { properties, override } = template.certificate;
  const { certificates, authority } = devices;
  const status = statusOf(
    properties.Status === undefined ? "ACTIVE" : textOf(properties.Status, "Status", parameters, template),
  );
  if (properties.CertificateId !== undefined) {
    const found = certificates.get(textOf(properties.CertificateId, "CertificateId", parameters, template));
    ask("DescribeCertificate", `cert/${found.id}`);
    ask("UpdateCertificate", `cert/${found.id}`);
    if (found.status === "PENDING_ACTIVATION" || found.status === status || override.Status === "REPLACE")
      certificates.setStatus(found, status);
    else if (failing(override.Status))
      throw new ConflictError(`the certificate is ${found.status}, and the template has no override for Status`);
    return found;
  }
  if (properties.CertificateSigningRequest !== undefined) {
    authorize("iot:CreateCertificateFromCsr", "*");
    try {
      return certificates.add(
        authority.sign(textOf(properties.CertificateSigningRequest, "CertificateSigningRequest", parameters, template)),
        status,
      );
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      throw invalid(`The certificate signing request is not taken: ${error.message}`);
    }
  }
  authorize("iot:RegisterCertificateWithoutCA", "*");
  return certificates.add(textOf(properties.CertificatePem, "CertificatePem", parameters, template), status);
}

function statusOf(text: string): "ACTIVE" | "INACTIVE" {
  const status = text.toUpperCase();
  if (status !== "ACTIVE" && status !== "INACTIVE")
    throw new ValueError(`the Status of a certificate is ACTIVE or INACTIVE, not ${text}`);
  return status;
}

/** The device has no right to the certificate that it names. */
export class TokenError extends Error {}

/** What the messages of provisioning say of an error; undefined for a defect. */
export function rejection(error: unknown): { statusCode: number; errorCode: string; errorMessage: string } | undefined {
  if (error instanceof ValueError)
    return { statusCode: 400, errorCode: "InvalidParameters", errorMessage: error.message };
  if (error instanceof TokenError)
    return { statusCode: 400, errorCode: "InvalidCertificateOwnershipToken", errorMessage: error.message };
  if (error instanceof ConflictError)
    return { statusCode: 409, errorCode: "ResourceConflict", errorMessage: error.message };
  if (error instanceof IotError || error instanceof ThingError)
    return { statusCode: error.code, errorCode: error.type.replace(/Exception$/, ""), errorMessage: error.message };
  return undefined;
}
