/** What a device asks for by a topic of provisioning. https://docs.aws.amazon.com/iot/latest/developerguide/fleet-provision-api.html */
export interface ProvisioningRequest {
  operation: "create" | "create-from-csr" | "provision";
  /** of "provision" */
  template?: string;
  format: "json" | "cbor";
}

const CERTIFICATES = /^\$aws\/certificates\/(create|create-from-csr)\/(json|cbor)$/;
const TEMPLATES = /^\$aws\/provisioning-templates\/([0-9A-Za-z_-]{1,36})\/provision\/(json|cbor)$/;

/** The request that a topic stands for; undefined for any other topic. */
export function provisioningRequest(topic: string): ProvisioningRequest | undefined {
  const certificates = CERTIFICATES.exec(topic);
  if (certificates !== null) return { operation: certificates[1] as "create", format: certificates[2] as "json" };
  const [, template, format] = TEMPLATES.exec(topic) ?? [];
  return template === undefined ? undefined : { operation: "provision", template, format: format as "json" };
}
