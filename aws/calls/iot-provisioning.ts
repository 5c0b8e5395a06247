import { block, text, type Inputs } from "../values";
import { ResourceCalls, type ServiceCall } from "./call";

const GUIDE = "https://docs.aws.amazon.com/iot/latest/developerguide/provision-wo-cert.html";

/** The calls that AWS IoT makes with the role of a provisioning template. */
export const PROVISIONING_CALLS = {
  things: {
    actions: ["iot:CreateThing", "iot:DescribeThing"],
    on: "the things that the template names",
    need: "must",
    refused: "No device is registered.",
    source: GUIDE,
  },
  knownThings: {
    actions: ["iot:UpdateThing", "iot:ListThingGroupsForThing", "iot:ListThingPrincipals"],
    on: "the things that the template names",
    need: "may",
    refused: "A device that is registered already is not registered again.",
    source: GUIDE,
  },
  groups: {
    actions: ["iot:AddThingToThingGroup"],
    on: "the thing groups of the template",
    need: "must",
    refused: "No device is registered.",
    source: GUIDE,
  },
  certificates: {
    actions: ["iot:AttachPolicy", "iot:AttachThingPrincipal", "iot:DescribeCertificate", "iot:UpdateCertificate"],
    on: "the certificates of devices",
    need: "must",
    refused: "No device is registered.",
    source: GUIDE,
  },
} as const satisfies Record<string, ServiceCall>;

/** @param raw arguments of an `aws.iot.ProvisioningTemplate` */
export function provisioningTemplateCalls(raw: Inputs): ResourceCalls {
  return registrationCalls(raw.provisioningRoleArn, text(raw.templateBody), "templateBody");
}

/** @param raw arguments of an `aws.iot.CaCertificate` */
export function authorityCalls(raw: Inputs): ResourceCalls {
  const { registrationConfig } = raw;
  const config = block(registrationConfig);
  // Without one, certificates are registered and nothing is made.
  if (config === undefined) return new ResourceCalls();
  return registrationCalls(config.roleArn, text(config.templateBody), "registrationConfig.templateBody");
}

function registrationCalls(role: unknown, body: string | undefined, at: string): ResourceCalls {
  const calls = new ResourceCalls();
  const resources = resourcesOf(body);
  if (resources === undefined) {
    calls.incomplete = true;
    return calls;
  }
  for (const { Type, Properties } of resources) {
    if (Type === "AWS::IoT::Thing") {
      calls.add(PROVISIONING_CALLS.things, role, "arn:*:iot:*:*:thing/*", at);
      calls.add(PROVISIONING_CALLS.knownThings, role, "arn:*:iot:*:*:thing/*", at);
      const groups: unknown = block(Properties)?.ThingGroups;
      const names = Array.isArray(groups) ? groups.filter((name): name is string => typeof name === "string") : [];
      for (const name of names) {
        calls.add(PROVISIONING_CALLS.groups, role, `arn:*:iot:*:*:thinggroup/${name}`, at);
        calls.add(PROVISIONING_CALLS.groups, role, "arn:*:iot:*:*:thing/*", at);
      }
    }
    if (Type === "AWS::IoT::Certificate") calls.add(PROVISIONING_CALLS.certificates, role, "arn:*:iot:*:*:cert/*", at);
    // Policies by their documents, and whatever AWS adds to templates.
    if (Type !== "AWS::IoT::Thing" && Type !== "AWS::IoT::Certificate" && block(Properties)?.PolicyName === undefined)
      calls.incomplete = true;
  }
  return calls;
}

function resourcesOf(body: string | undefined): { Type: unknown; Properties: unknown }[] | undefined {
  try {
    const resources = block(block(JSON.parse(body ?? ""))?.Resources);
    return (
      resources &&
      Object.values(resources).map((resource) => (block(resource) ?? {}) as { Type: unknown; Properties: unknown })
    );
  } catch {
    return undefined;
  }
}
