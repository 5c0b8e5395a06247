import * as fs from "node:fs";
import * as path from "node:path";
import * as iot from "@pulumi/aws/iot";
import * as pulumi from "@pulumi/pulumi";
import { authorityProblem } from "../../../aws/x509";
import { createRole, type RoleNodes, type RoleTransforms } from "../common/role";
import type { Scope } from "../common/scope";
import { transformed, type Transform } from "../common/transform";

interface Registering {
  fleet: string;
  /** begins the names of its things */
  prefix: string;
  groups: readonly iot.ThingGroup[];
  actor: string;
  /** on whose behalf AWS IoT acts, the end of its ARN */
  sourceResource: string;
  transforms: RoleTransforms;
}

/** The role with which AWS IoT registers devices of a fleet. */
export function createRegisteringRole(
  scope: Scope,
  { fleet, prefix, groups, actor, sourceResource, transforms }: Registering,
): RoleNodes & { arn: pulumi.Output<string> } {
  const { aws } = scope;
  const things = aws.arn("iot", `thing/${prefix}*`);
  return createRole(scope, {
    service: "iot",
    actor,
    sourceResource,
    description: `Registers devices of the fleet ${fleet}`,
    statements: [
      // A device is registered, or again when it renews its certificate.
      {
        Sid: "RegisterThings",
        Effect: "Allow",
        Action: ["iot:CreateThing", "iot:DescribeThing", "iot:UpdateThing"],
        Resource: [things],
      },
      ...(groups.length === 0
        ? []
        : [
            {
              Sid: "JoinGroups",
              Effect: "Allow" as const,
              Action: ["iot:AddThingToThingGroup"],
              Resource: [
                things,
                ...groups.map((group) => aws.arn("iot", pulumi.interpolate`thinggroup/${group.name}`)),
              ],
            },
          ]),
      // Its certificate is activated, and gets the fleet's policy and its thing. Which it is, is not known before.
      {
        Sid: "UseCertificates",
        Effect: "Allow",
        Action: ["iot:AttachPolicy", "iot:AttachThingPrincipal", "iot:DescribeCertificate", "iot:UpdateCertificate"],
        Resource: [aws.arn("iot", "cert/*")],
      },
    ],

    transforms,
  });
}

interface Authorities {
  /** with the certificates, PEM */
  files: readonly string[];
  registration: RoleNodes & { arn: pulumi.Output<string> };
  /** what a device becomes */
  templateBody: pulumi.Output<string>;
  transform: Transform<iot.CaCertificateArgs> | undefined;
}

/** Registers authorities of the user's, whose devices AWS IoT registers when they connect first. */
export function registerAuthorities(
  { component, name, tags }: Scope,
  { files, registration, templateBody, transform }: Authorities,
): iot.CaCertificate[] {
  return files.map((file, index) => {
    const args: iot.CaCertificateArgs = {
      active: true,
      allowAutoRegistration: true,
      // The other mode wants a certificate that was signed for this account.
      certificateMode: "SNI_ONLY",
      caCertificatePem: fs.readFileSync(path.resolve(file), "utf8"),
      registrationConfig: { roleArn: registration.arn, templateBody },
      tags,
    };
    const opts = { parent: component, dependsOn: [registration.policy] };
    return new iot.CaCertificate(...transformed(transform, `${name}-authority-${index + 1}`, args, opts));
  });
}

/** What is wrong with a file that is to hold the certificate of an authority; undefined if nothing is. */
export function authorityFileProblem(file: string): string | undefined {
  try {
    return authorityProblem(fs.readFileSync(path.resolve(file), "utf8"));
  } catch (error) {
    return `cannot be read (${(error as NodeJS.ErrnoException).code}); name the file with the authority's certificate`;
  }
}
