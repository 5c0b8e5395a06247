import type { X509Certificate } from "node:crypto";
import { certificateId, readCertificate } from "../../../aws/x509";
import type { Clock } from "../../core/clock";
import { ACCOUNT, ofType, TYPES, type Resource } from "../../core/model";
import type { Defects } from "../../core/defects";
import type { Iam } from "../../iam";
import type { Certificate } from "../iot/certificates";
import type { Devices } from "../iot/device-side";
import { IotError } from "../iot/error";
import type { IotLog } from "../iot/event-log";
import { authorizedAs } from "./authorize";
import { provision, rejection } from "./provision";
import { CERTIFICATE_ID, readTemplate, type Template } from "./template";

/** Parameters that a certificate's subject fills, by what X.509 calls them. https://docs.aws.amazon.com/iot/latest/developerguide/jit-provisioning.html */
export const SUBJECT_PARAMETERS: Readonly<Record<string, string>> = {
  C: "AWS::IoT::Certificate::Country",
  O: "AWS::IoT::Certificate::Organization",
  OU: "AWS::IoT::Certificate::OrganizationalUnit",
  dnQualifier: "AWS::IoT::Certificate::DistinguishedNameQualifier",
  ST: "AWS::IoT::Certificate::StateName",
  CN: "AWS::IoT::Certificate::CommonName",
  serialNumber: "AWS::IoT::Certificate::SerialNumber",
};

/** What just-in-time registration works with. */
export interface JustInTimeServices {
  devices: Devices;
  iam: Iam;
  clock: Clock;
  defects: Defects;
  iotLog: IotLog;
  /** publishes an event of AWS IoT's */
  publish(topic: string, document: object): void;
}

interface Declared {
  id: string;
  arn: string;
  certificate: X509Certificate;
  active: boolean;
  autoRegisters: boolean;
  registration?: { roleArn: string; template: Template };
}

/**
 * Certificates that an authority of the program's signed and that nobody has registered yet: a device's first connection registers them (JITR), and
 * with a template makes its thing, too (JITP). The device connects again.
 */
export class JustInTime {
  private readonly authorities: readonly Declared[];
  private readonly counts = new Map<string, number>();

  constructor(
    resources: readonly Resource[],
    private readonly services: JustInTimeServices,
  ) {
    this.authorities = ofType(resources, TYPES.certificateAuthority).map(declaredOf);
  }

  /** Devices that an authority's template has registered since the start, by the authority's id. */
  registered(authority: string): number {
    return this.counts.get(authority) ?? 0;
  }

  /** Registers the certificate of a client that nobody knows. @returns why it is refused this time */
  take(certificate: X509Certificate): string {
    const authority = this.authorities.find(
      (each) => certificate.checkIssued(each.certificate) && certificate.verify(each.certificate.publicKey),
    );
    const unknown = "the certificate of the client is not registered";
    if (authority === undefined) return unknown;
    if (!authority.active) return `${unknown}, and its authority is not active`;
    if (!authority.autoRegisters) return `${unknown}, and its authority does not register certificates automatically`;
    return this.register(authority, certificate);
  }

  private register(authority: Declared, certificate: X509Certificate): string {
    const { devices, clock, publish, defects } = this.services;
    const known = devices.certificates.add(certificate.toString(), "PENDING_ACTIVATION", authority.id);
    publish(`$aws/events/certificates/registered/${authority.id}`, {
      certificateId: known.id,
      caCertificateId: authority.id,
      timestamp: clock.now(),
      certificateStatus: known.status,
      awsAccountId: ACCOUNT,
      certificateRegistrationTimestamp: String(clock.now()),
    });
    if (authority.registration === undefined)
      return "the certificate of the client was registered, and waits to be activated";
    try {
      this.provision(authority, authority.registration, known, certificate);
      this.log(known);
      return "the certificate of the client was registered; the device connects again";
    } catch (error) {
      const told = rejection(error);
      if (told === undefined) defects.record("just-in-time provisioning", error);
      const problem = told?.errorMessage ?? "an unexpected error; the summary of the local cloud shows it";
      this.log(known, problem);
      return `the certificate of the client was registered, and its device could not be: ${problem}`;
    }
  }

  private provision(
    { id, arn }: Declared,
    { roleArn, template }: NonNullable<Declared["registration"]>,
    known: Certificate,
    certificate: X509Certificate,
  ): void {
    const { devices, iam } = this.services;
    const parameters = { ...subjectOf(certificate), [CERTIFICATE_ID]: known.id };
    provision(template, parameters, devices, authorizedAs(iam, roleArn, arn));
    this.counts.set(id, this.registered(id) + 1);
  }

  private log({ id }: Certificate, problem?: string): void {
    this.services.iotLog.write("INFO", {
      eventType: "ProvisionDevice",
      failed: problem === undefined ? undefined : { details: problem },
      members: { deviceCertificateId: id },
    });
  }
}

function declaredOf({ inputs, outputs }: Resource): Declared {
  const certificate = readCertificate(inputs.caCertificatePem as string);
  const registration = inputs.registrationConfig;
  const template = registration === undefined ? undefined : readTemplate(registration.templateBody as string);
  if (certificate === undefined || Array.isArray(template))
    throw new IotError(400, "InvalidRequestException", "an authority that its handler would have refused");
  return {
    ...{ id: certificateId(certificate.raw), arn: outputs.arn as string, certificate },
    ...{ active: inputs.active === true, autoRegisters: inputs.allowAutoRegistration === true },
    ...(template === undefined ? {} : { registration: { roleArn: registration.roleArn as string, template } }),
  };
}

/** The values of the certificate's subject, by parameter; of several of one kind the first. */
function subjectOf({ subject }: X509Certificate): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of (subject ?? "").split("\n")) {
    const end = line.indexOf("=");
    const parameter = SUBJECT_PARAMETERS[line.slice(0, end)];
    if (end > 0 && parameter !== undefined) values[parameter] ??= line.slice(end + 1);
  }
  return values;
}
