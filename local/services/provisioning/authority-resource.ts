import { authorityProblem, certificateId, readCertificate } from "../../../aws/x509";
import { TYPES } from "../../core/model";
import { arnOf, type Handler } from "../../resources/handler";
import {
  arn,
  block,
  checked,
  flag,
  jsonText,
  oneOf,
  refused,
  replaces,
  required,
  tags,
  text,
  type Finding,
} from "../../resources/properties";
import { readTemplate } from "./template";
import { SUBJECT_PARAMETERS } from "./just-in-time";

/**
 * A certificate authority of the user's, which signs certificates of devices.
 * https://docs.aws.amazon.com/iot/latest/apireference/API_RegisterCACertificate.html
 */
export const certificateAuthority: Handler = {
  type: TYPES.certificateAuthority,
  drawn: ["generationId"],
  properties: {
    active: required(flag()),
    allowAutoRegistration: required(flag()),
    caCertificatePem: replaces(required(text())),
    // The other, DEFAULT, wants a code that AWS draws for the account.
    certificateMode: replaces(required(oneOf(["SNI_ONLY"]))),
    verificationCertificatePem: refused('certificateMode "SNI_ONLY" needs none; leave it out'),
    registrationConfig: block({
      roleArn: required(arn("iam")),
      templateBody: required(jsonText()),
      templateName: refused("the local cloud has no templates of the type JITP; write the body as templateBody"),
    }),
    tags,
    region: checked(text()),
  },
  check: ({ caCertificatePem, registrationConfig }): Finding[] => {
    const problem = typeof caCertificatePem === "string" ? authorityProblem(caCertificatePem) : undefined;
    const body: unknown = registrationConfig?.templateBody;
    return [
      ...(problem === undefined ? [] : [{ path: "caCertificatePem", message: problem }]),
      ...(typeof body === "string" ? templateProblems(body) : []),
    ];
  },
  references: ({ registrationConfig }, declared, report) =>
    declared.require(TYPES.role, registrationConfig?.roleArn, "role", "registrationConfig.roleArn", report),
  plan: ({ caCertificatePem }, context) => {
    const certificate = typeof caCertificatePem === "string" ? readCertificate(caCertificatePem) : undefined;
    const id = certificate === undefined ? context.name : certificateId(certificate.raw);
    const validities =
      certificate === undefined
        ? []
        : [{ notBefore: isoTime(certificate.validFrom), notAfter: isoTime(certificate.validTo) }];
    return {
      id,
      outputs: { arn: arnOf(context, "iot", `cacert/${id}`), customerVersion: 1, generationId: "1", validities },
    };
  },
};

function isoTime(text: string): string {
  return new Date(text).toISOString().replace(/\.\d+Z$/, "Z");
}

/** A template that fills its parameters from the subject of a device's certificate. https://docs.aws.amazon.com/iot/latest/developerguide/jit-provisioning.html */
function templateProblems(body: string): Finding[] {
  const path = "registrationConfig.templateBody";
  const template = readTemplate(body);
  if (Array.isArray(template))
    return template.map(({ path: at, message }) => ({ path: at === "" ? path : `${path}.${at}`, message }));
  const known = Object.values(SUBJECT_PARAMETERS);
  const unknown = Object.entries(template.parameters).filter(
    ([name, own]) => own.default === undefined && !known.includes(name) && name !== "AWS::IoT::Certificate::Id",
  );
  const findings: Finding[] = unknown.map(([name]) => ({
    path: `${path}.Parameters.${name}`,
    message: `has no value: a certificate gives ${["AWS::IoT::Certificate::Id", ...known].join(", ")}; use one of them, or give a Default`,
  }));
  if (template.certificate?.properties.CertificateId === undefined)
    findings.push({
      path: `${path}.Resources`,
      message:
        'has no AWS::IoT::Certificate with CertificateId {"Ref": "AWS::IoT::Certificate::Id"}, so the device\'s certificate stays inactive; add it',
    });
  return findings;
}
