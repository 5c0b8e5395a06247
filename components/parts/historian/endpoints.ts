import * as dms from "@pulumi/aws/dms";
import * as pulumi from "@pulumi/pulumi";
import { writesStream } from "../common/kms";
import { uniqueName } from "../common/names";
import { createRole, type RoleNodes, type RoleTransforms } from "../common/role";
import type { Scope } from "../common/scope";
import { transformed, type Transform } from "../common/transform";
import type { HistorianEngine, HistorianTls } from "./historian-args";

/** The two ends of the replication, and the roles that DMS takes for them. */
export interface EndpointNodes {
  readonly source: dms.Endpoint;
  readonly target: dms.Endpoint;
  readonly certificate?: dms.Certificate;
  /** reads the secret */
  readonly secretRole: RoleNodes;
  /** writes the stream */
  readonly streamRole: RoleNodes;
}

/** Changes to the endpoints. */
export interface EndpointTransforms {
  source?: Transform<dms.EndpointArgs>;
  target?: Transform<dms.EndpointArgs>;
  secretRole?: RoleTransforms;
  streamRole?: RoleTransforms;
}

interface EndpointSettings {
  engine: HistorianEngine;
  database: pulumi.Input<string> | undefined;
  secretArn: pulumi.Input<string>;
  secretKeyArn: pulumi.Input<string> | undefined;
  tls: HistorianTls;
  certificatePem: pulumi.Input<string> | undefined;
  streamName: pulumi.Output<string>;
  streamKey: pulumi.Input<string> | undefined;
  transforms: EndpointTransforms;
}

/** Creates the endpoints. The secret has host, port and credentials, so none of them is in the program or its state. */
export function createEndpoints(scope: Scope, settings: EndpointSettings): EndpointNodes {
  const { component, name, aws, kmsKeyArn, tags } = scope;
  const { engine, secretArn, secretKeyArn, tls, transforms } = settings;
  const streamArn = aws.arn("kinesis", pulumi.interpolate`stream/${settings.streamName}`);
  const secretRole = createRole(scope, {
    service: "dms",
    // https://docs.aws.amazon.com/dms/latest/userguide/security_iam_secretsmanager.html
    regional: true,
    actor: "secret",
    description: `Reads the credentials of the historian ${name}`,
    statements: [
      {
        Sid: "ReadSecret",
        Effect: "Allow",
        Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
        Resource: [secretArn],
      },
      // With a key of the customer's own.
      ...(secretKeyArn === undefined
        ? []
        : [
            {
              Sid: "DecryptSecret",
              Effect: "Allow" as const,
              Action: ["kms:Decrypt"],
              Resource: [secretKeyArn],
              Condition: {
                StringEquals: { "kms:ViaService": aws.endpoint("secretsmanager") },
                StringLike: { "kms:EncryptionContext:SecretARN": [secretArn] },
              },
            },
          ]),
    ],
    transforms: transforms.secretRole ?? {},
  });
  const streamRole = createRole(scope, {
    service: "dms",
    actor: "replication",
    description: `Writes the rows of the historian ${name} into its stream`,
    statements: [
      {
        Sid: "WriteStream",
        Effect: "Allow",
        Action: ["kinesis:DescribeStream", "kinesis:PutRecord", "kinesis:PutRecords"],
        Resource: [streamArn],
      },
      ...writesStream(settings.streamKey, aws),
    ],
    transforms: transforms.streamRole ?? {},
  });
  const certificate =
    settings.certificatePem === undefined
      ? undefined
      : new dms.Certificate(
          `${name}-certificate`,
          {
            certificateId: uniqueName(component, "replication", name, "certificate"),
            certificatePem: settings.certificatePem,
            tags,
          },
          { parent: component },
        );
  return {
    source: createSource(),
    target: createTarget(),
    certificate,
    secretRole: { role: secretRole.role, policy: secretRole.policy },
    streamRole: { role: streamRole.role, policy: streamRole.policy },
  };

  function createSource(): dms.Endpoint {
    const args: dms.EndpointArgs = {
      endpointId: uniqueName(component, "replication", name, "source"),
      endpointType: "source",
      engineName: engine,
      databaseName: settings.database,
      secretsManagerArn: secretArn,
      secretsManagerAccessRoleArn: secretRole.arn,
      sslMode: tls,
      certificateArn: certificate?.certificateArn,
      kmsKeyArn,
      ...(engine === "postgres"
        ? {
            // Otherwise a boolean is a text.
            postgresSettings: { mapBooleanAsBoolean: true },
            // Otherwise a NUMERIC without a precision has six decimals.
            extraConnectionAttributes: "MapUnboundedNumericAsString=true",
          }
        : {}),
      tags,
    };
    const opts = { parent: component, dependsOn: [secretRole.policy] };
    return new dms.Endpoint(...transformed(transforms.source, `${name}-source`, args, opts));
  }

  function createTarget(): dms.Endpoint {
    const args: dms.EndpointArgs = {
      endpointId: uniqueName(component, "replication", name, "target"),
      endpointType: "target",
      engineName: "kinesis",
      kinesisSettings: {
        streamArn,
        serviceAccessRoleArn: streamRole.arn,
        // One line a record.
        messageFormat: "json-unformatted",
        // An empty text is not the same as none.
        includeNullAndEmpty: true,
        // Whole numbers of up to 18 digits, not rounded to doubles.
        useLargeIntegerValue: true,
      },
      kmsKeyArn,
      tags,
    };
    const opts = { parent: component, dependsOn: [streamRole.policy] };
    return new dms.Endpoint(...transformed(transforms.target, `${name}-target`, args, opts));
  }
}
