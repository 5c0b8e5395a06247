/** Fleet provisioning, beside the good program: a template and its role. */
import type { Inputs } from "../../../aws/values";
import { ACCOUNT, document, REGION, type Shorthand } from "../resources";
import { role, roleArn } from "./plant";

/** ARN of something of AWS IoT. */
export const iot = (resource: string): string => `arn:aws:iot:${REGION}:${ACCOUNT}:${resource}`;

/** What AWS IoT does with a device's certificate. https://docs.aws.amazon.com/iot/latest/developerguide/provision-wo-cert.html */
export const PROVISIONING = [
  "iot:AttachPolicy",
  "iot:AttachThingPrincipal",
  "iot:DescribeCertificate",
  "iot:UpdateCertificate",
];

const TRUST = document({ Effect: "Allow", Principal: { Service: "iot.amazonaws.com" }, Action: "sts:AssumeRole" });

/** The template's role, with calls on certificates, and further statements. */
export const provisioningRole = (Action: readonly string[], ...more: Inputs[]): Shorthand[] => [
  ...role("provisioning", TRUST),
  [
    "aws:iam/rolePolicy:RolePolicy",
    "provisioning-policy",
    {
      name: "provisioning",
      role: "provisioning",
      policy: document({ Effect: "Allow", Action, Resource: [iot("cert/*")] }, ...more),
    },
  ],
];

/** Registers things in the group pumps, with their certificates. */
export const TEMPLATE: Shorthand = [
  "aws:iot/provisioningTemplate:ProvisioningTemplate",
  "template",
  {
    name: "pumps",
    enabled: true,
    provisioningRoleArn: roleArn("provisioning"),
    templateBody: JSON.stringify({
      Parameters: { SerialNumber: { Type: "String" } },
      Resources: {
        thing: {
          Type: "AWS::IoT::Thing",
          Properties: { ThingName: { Ref: "SerialNumber" }, ThingGroups: ["pumps"] },
        },
        certificate: { Type: "AWS::IoT::Certificate", Properties: { Status: "Active" } },
        policy: { Type: "AWS::IoT::Policy", Properties: { PolicyName: "device" } },
      },
    }),
  },
];

/** Registers devices whose certificates an authority of the user's has signed. */
export const AUTHORITY: Shorthand = [
  "aws:iot/caCertificate:CaCertificate",
  "authority",
  {
    active: true,
    allowAutoRegistration: true,
    certificateMode: "SNI_ONLY",
    caCertificatePem: "-----BEGIN CERTIFICATE-----",
    registrationConfig: { roleArn: roleArn("provisioning"), templateBody: TEMPLATE[2].templateBody as string },
  },
];

/** A topic rule that acts with the template's role. */
export const usedByRule: Shorthand = [
  "aws:iot/topicRule:TopicRule",
  "another-rule",
  {
    name: "another",
    enabled: true,
    sql: "SELECT * FROM 'a'",
    sqlVersion: "2016-03-23",
    kineses: [{ roleArn: roleArn("provisioning"), streamName: "plant", partitionKey: "k" }],
  },
];
