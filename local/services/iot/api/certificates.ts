import type {
  AttachThingPrincipalRequest,
  CreateCertificateFromCsrRequest,
  CreateCertificateFromCsrResponse,
  CreateKeysAndCertificateRequest,
  CreateKeysAndCertificateResponse,
  DeleteCertificateRequest,
  DescribeCertificateRequest,
  DescribeCertificateResponse,
  DetachThingPrincipalRequest,
  ListCertificatesRequest,
  ListCertificatesResponse,
  ListPrincipalThingsRequest,
  ListPrincipalThingsResponse,
  ListThingPrincipalsRequest,
  ListThingPrincipalsResponse,
  RegisterCertificateWithoutCARequest,
  RegisterCertificateWithoutCAResponse,
  UpdateCertificateRequest,
} from "@aws-sdk/client-iot";
import { X509Certificate } from "node:crypto";
import { RequestError } from "../../../../aws/x509";
import { operation, type Operation, type Permission } from "../../../api";
import { ACCOUNT } from "../../../core/model";
import { page } from "../../things/api";
import { STATUSES, type Certificate, type CertificateStatus } from "../certificates";
import type { Devices } from "../device-side";
import { invalid, IotError, notFound } from "../error";
import { markedPage, told } from "./told";

/** Certificates: made, registered, changed, deleted, and attached to things. */
export function certificateOperations(services: { devices: Devices }): Record<string, Operation<never>> {
  const anywhere = (action: string): Permission[] => [{ action: `iot:${action}`, resource: "*" }];
  const on = (action: string, id: string | undefined): Permission[] => [
    { action: `iot:${action}`, resource: `arn:aws:iot:${services.devices.region}:${ACCOUNT}:cert/${id}` },
  ];
  const attach = (principal: string, thing: string, exclusive: boolean): void => {
    if (services.devices.things.describe(thing) === undefined) throw notFound(`Thing ${thing} not found.`);
    services.devices.certificates.attachThing(services.devices.certificates.ofArn(principal), thing, exclusive);
  };
  return {
    CreateKeysAndCertificate: operation<CreateKeysAndCertificateRequest, CreateKeysAndCertificateResponse>({
      takes: ["setAsActive"],
      permissions: () => anywhere("CreateKeysAndCertificate"),
      answer: ({ input: { setAsActive } }) => {
        const { pem, publicKey, privateKey } = services.devices.authority.create();
        const { id, arn } = services.devices.certificates.add(pem, setAsActive === true ? "ACTIVE" : "INACTIVE");
        const keyPair = { PublicKey: publicKey, PrivateKey: privateKey };
        return { certificateArn: arn, certificateId: id, certificatePem: pem, keyPair };
      },
    }),
    CreateCertificateFromCsr: operation<CreateCertificateFromCsrRequest, CreateCertificateFromCsrResponse>({
      takes: ["certificateSigningRequest", "setAsActive"],
      permissions: () => anywhere("CreateCertificateFromCsr"),
      answer: ({ input: { certificateSigningRequest, setAsActive } }) =>
        told(() => {
          const pem = signed(services.devices, certificateSigningRequest!);
          const { id, arn } = services.devices.certificates.add(pem, setAsActive === true ? "ACTIVE" : "INACTIVE");
          return { certificateArn: arn, certificateId: id, certificatePem: pem };
        }),
    }),
    RegisterCertificateWithoutCA: operation<RegisterCertificateWithoutCARequest, RegisterCertificateWithoutCAResponse>({
      takes: ["certificatePem", "status"],
      permissions: () => anywhere("RegisterCertificateWithoutCA"),
      answer: ({ input: { certificatePem, status } }) =>
        told(() => {
          const { id, arn } = services.devices.certificates.add(
            certificatePem!,
            status === undefined ? "INACTIVE" : statusOf(status),
          );
          return { certificateArn: arn, certificateId: id };
        }),
    }),
    DescribeCertificate: operation<DescribeCertificateRequest, DescribeCertificateResponse>({
      takes: ["certificateId"],
      permissions: ({ certificateId }) => on("DescribeCertificate", certificateId),
      answer: ({ input: { certificateId } }) => {
        const found = told(() => services.devices.certificates.get(certificateId!));
        const { pem, changed, authority } = found;
        const x509 = new X509Certificate(pem);
        return {
          certificateDescription: {
            ...listed(found),
            certificatePem: pem,
            ownedBy: ACCOUNT,
            lastModifiedDate: new Date(changed),
            caCertificateId: authority,
            customerVersion: 1,
            generationId: found.id.slice(0, 32),
            validity: { notBefore: new Date(x509.validFrom), notAfter: new Date(x509.validTo) },
            certificateMode: "DEFAULT",
          },
        };
      },
    }),
    ListCertificates: operation<ListCertificatesRequest, ListCertificatesResponse>({
      takes: ["marker", "pageSize", "ascendingOrder"],
      permissions: () => anywhere("ListCertificates"),
      answer: ({ input }) => {
        const { items, nextMarker } = markedPage(
          services.devices.certificates.list(),
          (one) => `${one.created} ${one.id}`,
          input,
        );
        return { certificates: items.map(listed), nextMarker };
      },
    }),
    UpdateCertificate: operation<UpdateCertificateRequest, object>({
      takes: ["certificateId", "newStatus"],
      permissions: ({ certificateId }) => on("UpdateCertificate", certificateId),
      note: "a certificate that is no longer active ends its connections at once",
      answer: ({ input: { certificateId, newStatus } }) => {
        told(() => {
          const found = services.devices.certificates.get(certificateId!);
          const status = statusOf(newStatus!);
          if (status === "PENDING_ACTIVATION")
            throw invalid(
              "newStatus is PENDING_ACTIVATION; a certificate is in this state only before its first change",
            );
          services.devices.certificates.setStatus(found, status);
        });
        return {};
      },
    }),
    DeleteCertificate: operation<DeleteCertificateRequest, object>({
      takes: ["certificateId", "forceDelete"],
      permissions: ({ certificateId }) => on("DeleteCertificate", certificateId),
      answer: ({ input: { certificateId, forceDelete } }) => {
        told(() => {
          const found = services.devices.certificates.get(certificateId!);
          if (Object.keys(found.things).length > 0)
            throw new IotError(
              409,
              "DeleteConflictException",
              `Things must be detached before deletion (arn: ${found.arn})`,
            );
          if (found.status === "ACTIVE" && forceDelete !== true)
            throw new IotError(
              409,
              "CertificateStateException",
              `Certificate must be deactivated (not ACTIVE) before deletion (id: ${found.id})`,
            );
          if (found.policies.length > 0 && forceDelete !== true)
            throw new IotError(
              409,
              "DeleteConflictException",
              `Certificate policies must be detached before deletion (arn: ${found.arn})`,
            );
          services.devices.certificates.delete(found);
        });
        return {};
      },
    }),
    AttachThingPrincipal: operation<AttachThingPrincipalRequest, object>({
      takes: ["thingName", "principal", "thingPrincipalType"],
      permissions: ({ principal }) => [{ action: "iot:AttachThingPrincipal", resource: principal! }],
      answer: ({ input: { thingName, principal, thingPrincipalType } }) => {
        told(() => attach(principal!, thingName!, thingPrincipalType === "EXCLUSIVE_THING"));
        return {};
      },
    }),
    DetachThingPrincipal: operation<DetachThingPrincipalRequest, object>({
      takes: ["thingName", "principal"],
      permissions: ({ principal }) => [{ action: "iot:DetachThingPrincipal", resource: principal! }],
      answer: ({ input: { thingName, principal } }) => {
        told(() =>
          services.devices.certificates.detachThing(services.devices.certificates.ofArn(principal!), thingName!),
        );
        return {};
      },
    }),
    ListThingPrincipals: operation<ListThingPrincipalsRequest, ListThingPrincipalsResponse>({
      takes: ["thingName", "maxResults", "nextToken"],
      permissions: ({ thingName }) => [
        { action: "iot:ListThingPrincipals", resource: services.devices.arn(`thing/${thingName}`) },
      ],
      answer: ({ input }) => {
        const arns = services.devices.certificates.ofThing(input.thingName!).map(({ arn }) => arn);
        const { items, nextToken } = page(arns.sort(), (arn) => arn, input);
        return { principals: items, nextToken };
      },
    }),
    ListPrincipalThings: operation<ListPrincipalThingsRequest, ListPrincipalThingsResponse>({
      takes: ["principal", "maxResults", "nextToken"],
      permissions: () => anywhere("ListPrincipalThings"),
      answer: ({ input }) => {
        const names = Object.keys(told(() => services.devices.certificates.ofArn(input.principal!)).things);
        const { items, nextToken } = page(names.sort(), (name) => name, input);
        return { things: items, nextToken };
      },
    }),
  };
}

/** Signs a request. @throws IotError for one that AWS IoT does not take */
export function signed({ authority }: Devices, request: string): string {
  try {
    return authority.sign(request);
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw invalid(`The certificate signing request is not taken: ${error.message}`);
  }
}

function statusOf(text: string): CertificateStatus {
  const found = STATUSES.find((status) => status === text);
  if (found === undefined) throw invalid(`the status is ${text}; it is one of ${STATUSES.join(", ")}`);
  return found;
}

function listed({ id, arn, status, created }: Certificate) {
  return { certificateId: id, certificateArn: arn, status, creationDate: new Date(created) };
}
