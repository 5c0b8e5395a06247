import { cbor } from "@smithy/core/cbor";
import { isObject } from "../../core/data-file";
import { ofType, TYPES, type Resource } from "../../core/model";
import type { Clock } from "../../core/clock";
import type { Defects } from "../../core/defects";
import type { Iam } from "../../iam";
import type { Publish } from "../../mqtt";
import type { Certificate } from "../iot/certificates";
import type { IotLog } from "../iot/event-log";
import type { Devices } from "../iot/device-side";
import { invalid, IotError } from "../iot/error";
import { RequestError } from "../../../aws/x509";
import type { LambdaFunction } from "../lambda/function";
import { authorizedAs } from "./authorize";
import { provision, rejection, TokenError, type Provisioned } from "./provision";
import { readTemplate, CERTIFICATE_ID, type Template } from "./template";
import type { ProvisioningRequest } from "./topics";

/** ms for which a device can use the token that came with its certificate, and after which an unused certificate is deleted */
const TOKEN_MS = 3_600_000;
/** ms that a hook has for its answer */
const HOOK_MS = 5000;

/** What provisioning works with. */
export interface ProvisioningServices {
  devices: Devices;
  iam: Iam;
  clock: Clock;
  defects: Defects;
  /** by name */
  functions: ReadonlyMap<string, LambdaFunction>;
  /** the log of AWS IoT */
  iotLog?: IotLog;
}

/** A provisioning template of the program. */
export interface DeclaredTemplate {
  name: string;
  arn: string;
  body: string;
  template: Template;
  enabled: boolean;
  type: string;
  description?: string;
  roleArn: string;
  hook?: { targetArn: string; payloadVersion: string };
}

/** Sends an answer to the client that asked. */
export type Answer = (topic: string, payload: Buffer) => void;

/**
 * Fleet provisioning: a device asks for a certificate and has itself registered by a template of the program, over MQTT, with a claim certificate that
 * many devices share. https://docs.aws.amazon.com/iot/latest/developerguide/provision-wo-cert.html
 */
export class Provisioner {
  readonly templates: ReadonlyMap<string, DeclaredTemplate>;

  private readonly counts = new Map<string, number>();

  constructor(
    resources: readonly Resource[],
    private readonly services: ProvisioningServices,
  ) {
    this.templates = new Map(
      ofType(resources, TYPES.provisioningTemplate).map(({ inputs, outputs }) => [
        inputs.name as string,
        declaredOf(inputs, outputs.arn as string),
      ]),
    );
  }

  /** Carries out a request of a client; never throws. */
  async take(request: ProvisioningRequest, message: Publish, answer: Answer): Promise<void> {
    const reply = (result: "accepted" | "rejected", document: object): void =>
      answer(
        `${message.topic}/${result}`,
        request.format === "json" ? Buffer.from(JSON.stringify(document)) : Buffer.from(cbor.serialize(document)),
      );
    try {
      reply("accepted", await this.carryOut(request, message));
      this.log(request, message);
    } catch (error) {
      const told = rejection(error);
      this.log(request, message, told?.errorMessage ?? "An internal error occurred.");
      if (told === undefined) this.services.defects.record("fleet provisioning", error);
      reply(
        "rejected",
        told ?? { statusCode: 500, errorCode: "InternalError", errorMessage: "An internal error occurred." },
      );
    }
  }

  private log({ operation, template }: ProvisioningRequest, { principal, traceId }: Publish, problem?: string): void {
    const provisions = operation === "provision";
    const members = {
      ...(provisions ? { provisioningTemplateName: template } : {}),
      // The claim's: that of the device has no part in the request.
      deviceCertificateId: principal,
    };
    this.services.iotLog?.write("INFO", {
      eventType: provisions ? "ProvisionDevice" : "GetDeviceCredentials",
      traceId,
      failed: problem === undefined ? undefined : { details: problem },
      members,
    });
  }

  /** Devices that a template has registered since the start. */
  registered(template: string): number {
    return this.counts.get(template) ?? 0;
  }

  /** Certificates that nobody has taken into use in time. */
  expire(): void {
    const { certificates } = this.services.devices;
    const now = this.services.clock.now();
    for (const one of certificates.list())
      if (one.status === "PENDING_ACTIVATION" && one.authority === undefined && now - one.created > TOKEN_MS)
        certificates.delete(one);
  }

  private async carryOut({ operation, template, format }: ProvisioningRequest, message: Publish): Promise<object> {
    const claim = this.services.devices.certificates.find(message.principal);
    if (claim === undefined)
      throw new IotError(
        403,
        "UnauthorizedException",
        "provisioning wants a client with a certificate; connect over TLS",
      );
    const input = inputOf(message.payload, format);
    if (operation === "create") {
      const { pem, privateKey } = this.services.devices.authority.create();
      return { ...this.created(pem), privateKey };
    }
    if (operation === "create-from-csr") return this.created(this.signed(input));
    const { thingName, deviceConfiguration } = await this.register(template!, input, claim, message.clientId);
    return { deviceConfiguration, thingName };
  }

  private created(pem: string): { certificateId: string; certificatePem: string; certificateOwnershipToken: string } {
    const { devices, clock } = this.services;
    const { id } = devices.certificates.add(pem, "PENDING_ACTIVATION");
    const content = Buffer.from(JSON.stringify({ id, end: clock.now() + TOKEN_MS })).toString("base64url");
    const certificateOwnershipToken = `${content}.${devices.authority.seal(content)}`;
    return { certificateId: id, certificatePem: pem, certificateOwnershipToken };
  }

  private signed({ certificateSigningRequest }: Record<string, unknown>): string {
    if (typeof certificateSigningRequest !== "string") throw invalid("certificateSigningRequest is missing");
    try {
      return this.services.devices.authority.sign(certificateSigningRequest);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      throw invalid(`The certificate signing request is not taken: ${error.message}`);
    }
  }

  private async register(
    name: string,
    input: Record<string, unknown>,
    claim: Certificate,
    clientId: string,
  ): Promise<Provisioned> {
    const declared = this.templates.get(name);
    if (declared === undefined) throw new IotError(404, "ResourceNotFoundException", `Template ${name} not found.`);
    if (!declared.enabled) throw invalid(`The template ${name} is disabled.`);
    if (declared.type !== "FLEET_PROVISIONING") throw invalid(`The template ${name} is of the type ${declared.type}.`);
    const certificate = this.owned(input.certificateOwnershipToken);
    const parameters = textsOf(input.parameters ?? {});
    const overrides =
      declared.hook === undefined ? {} : await this.ask(declared, { parameters, certificate, claim, clientId });
    const { devices } = this.services;
    const provisioned = provision(
      declared.template,
      { ...parameters, ...overrides, [CERTIFICATE_ID]: certificate.id },
      devices,
      authorizedAs(this.services.iam, declared.roleArn, declared.arn),
    );
    this.counts.set(name, this.registered(name) + 1);
    return provisioned;
  }

  /** The certificate of a token. @throws IotError for a token that is none, or is too old */
  private owned(token: unknown): Certificate {
    const { devices, clock } = this.services;
    if (typeof token !== "string" || token === "") throw new TokenError("Certificate ownership token cannot be empty.");
    const [content = "", seal] = token.split(".");
    if (seal !== devices.authority.seal(content))
      throw new TokenError("The certificate ownership token is not one of this account.");
    const { id, end } = JSON.parse(Buffer.from(content, "base64url").toString()) as { id: string; end: number };
    if (end < clock.now()) throw new TokenError("The certificate ownership token has expired.");
    return devices.certificates.get(id);
  }

  /**
   * Asks the template's hook. https://docs.aws.amazon.com/iot/latest/developerguide/pre-provisioning-hook.html
   * @returns parameters that it changes
   */
  private async ask(
    { arn, hook }: DeclaredTemplate,
    {
      parameters,
      certificate,
      claim,
      clientId,
    }: { parameters: Record<string, string>; certificate: Certificate; claim: Certificate; clientId: string },
  ): Promise<Record<string, string>> {
    const called = [...this.services.functions.values()].find((one) => one.arn === hook!.targetArn);
    const event = {
      claimCertificateId: claim.id,
      certificateId: certificate.id,
      certificatePem: certificate.pem,
      templateArn: arn,
      clientId,
      parameters,
    };
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), HOOK_MS);
    });
    const invocation = await Promise.race([called!.invokeFrom("iot.amazonaws.com", arn, JSON.stringify(event)), late]);
    clearTimeout(timer);
    const refused = (why: string): IotError =>
      new IotError(403, "UnauthorizedException", `The pre-provisioning hook ${why}.`);
    if (invocation === undefined) throw refused("did not answer within 5 s");
    if (!invocation.ok) throw refused("failed");
    const answer: unknown = JSON.parse(invocation.payload);
    if (!isObject(answer) || answer.allowProvisioning !== true) throw refused("does not allow this device");
    return textsOf(answer.parameterOverrides ?? {});
  }
}

function declaredOf(inputs: Resource["inputs"], arn: string): DeclaredTemplate {
  const {
    name,
    templateBody,
    enabled,
    type = "FLEET_PROVISIONING",
    description,
    provisioningRoleArn,
    preProvisioningHook: hook,
  } = inputs;
  const template = readTemplate(templateBody as string);
  if (Array.isArray(template)) throw new Error(`the template ${name} is not one that its handler accepts`);
  return {
    ...{ name, arn, body: templateBody, template, type, description, roleArn: provisioningRoleArn },
    enabled: enabled === true,
    ...(hook === undefined
      ? {}
      : { hook: { targetArn: hook.targetArn, payloadVersion: hook.payloadVersion ?? "2020-04-01" } }),
  };
}

function inputOf(payload: Buffer, format: "json" | "cbor"): Record<string, unknown> {
  if (payload.length === 0) return {};
  let value: unknown;
  try {
    value = format === "json" ? JSON.parse(payload.toString()) : cbor.deserialize(payload);
  } catch {
    throw invalid(`The payload is no ${format.toUpperCase()}.`);
  }
  if (!isObject(value)) throw invalid("The payload is no object.");
  return value;
}

function textsOf(value: unknown): Record<string, string> {
  if (!isObject(value) || Object.values(value).some((text) => typeof text !== "string"))
    throw invalid("parameters are texts by name");
  return value as Record<string, string>;
}
