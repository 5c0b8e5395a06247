import * as iam from "@pulumi/aws/iam";
import * as kms from "@pulumi/aws/kms";
import * as pulumi from "@pulumi/pulumi";
import { createPrivateBucket } from "../../components/parts/storage/bucket";
import { createAccountRoles } from "../../components/parts/historian/account-roles";
import { createIotLog } from "../../components/parts/iot-log";
import { physicalName } from "../../components/parts/common/names";
import { awsContextOf, type AwsContext } from "../../components/parts/common/aws-context";
import type { Statement } from "../../components/parts/common/role";
import { scopeOf } from "../../components/parts/common/scope";
import { boundaryFor } from "./boundary";
import { deletesData, inParts, statementsFor } from "./statements";
import type { Names } from "./calls";
import type { Settings } from "./settings";
import { AUDIENCE, subjectsFor, trustPolicy } from "./trust";

/** Where a job's session ends; a first `up` with its waits takes some minutes. */
const SESSION_SECONDS = 3600;

/** What the parts of a role's permissions are about. */
const PARTS: Readonly<Record<string, string>> = {
  reports: "dashboards",
  devices: "topic rules, things, policies of devices",
  flow: "streams, functions, logs, alarms",
  historian: "replications of historians and their networks",
  runs: "schedules, state machines, containers",
  stores: "buckets, tables, queries, roles",
};

/**
 * What one environment needs before CI deploys to it: the forge as identity provider, a role that deploys and one that only reads, a
 * bucket for Pulumi's state and a key for it and for the stack's secrets.
 */
export class Environment extends pulumi.ComponentResource {
  readonly deployRoleArn: pulumi.Output<string>;
  readonly previewRoleArn: pulumi.Output<string>;
  /** what the stack's roles may do at most */
  readonly permissionsBoundaryArn: pulumi.Output<string>;
  /** for PULUMI_BACKEND_URL */
  readonly backendUrl: pulumi.Output<string>;
  /** for `pulumi stack init --secrets-provider` */
  readonly secretsProvider: pulumi.Output<string>;

  constructor(name: string, settings: Settings, opts: pulumi.ComponentResourceOptions = {}) {
    super("iot-telemetry-etl:bootstrap:Environment", name, {}, opts);
    const aws = awsContextOf(this);
    const stack = pulumi.getStack();
    const names = namesOf(settings, stack);
    const subjects = subjectsFor(settings, stack);

    const provider = this.provider(name, settings, aws);
    const role = (actor: string, description: string, own: readonly string[]): iam.Role =>
      new iam.Role(
        `${name}-${actor}-role`,
        {
          name: physicalName("role", actor),
          description,
          assumeRolePolicy: pulumi.jsonStringify(
            pulumi.output(provider).apply((arn) => trustPolicy(settings.issuer, arn, own)),
          ),
          maxSessionDuration: SESSION_SECONDS,
        },
        { parent: this },
      );
    const deploy = role("deploy", `Deploys ${settings.project} ${stack}`, subjects.deploy);
    const preview = role("preview", `Previews ${settings.project} ${stack}, and looks for drift`, subjects.preview);
    this.deployRoleArn = aws.role(deploy.name);
    this.previewRoleArn = aws.role(preview.name);

    this.permissionsBoundaryArn = this.managed(
      name,
      "boundary",
      "What the roles of the stack may do at most",
      // A managed policy has 6,144 characters, so what each statement is for stands in the source alone.
      boundaryFor(names, settings.uses, settings.statements, aws).map((statement) => ({
        ...statement,
        Sid: undefined,
      })),
      aws,
    );
    const key = this.key(name, aws, [this.deployRoleArn, this.previewRoleArn], [deploy, preview]);
    const { bucket } = createPrivateBucket(scopeOf(this, name, { kmsKeyArn: key.alias }), {
      purpose: "state",
      // A state is needed for as long as its stack exists.
      days: undefined,
      forceDestroy: false,
      protectData: true,
      transforms: {},
    });
    const inline = (actor: string, of: iam.Role, statements: Statement[]): iam.RolePolicy =>
      new iam.RolePolicy(
        `${name}-${actor}-policy`,
        { name: physicalName("rolePolicy", actor), role: of.name, policy: document(statements) },
        { parent: this },
      );
    inline(
      "deploy",
      deploy,
      stateOf(settings.project, bucket.bucket, aws, ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]),
    );
    inline("preview", preview, stateOf(settings.project, bucket.bucket, aws, ["s3:GetObject"]));
    const about = (actor: string, part: string): string =>
      `What the ${actor} role may ${actor === "deploy" ? "do" : "read"}: ${PARTS[part]}`;
    const attach = (actor: string, of: iam.Role, all: Statement[]): void => {
      for (const [part, statements] of inParts(all))
        new iam.RolePolicyAttachment(
          `${name}-${actor}-${part}-attachment`,
          { role: of.name, policyArn: this.managed(name, `${actor}-${part}`, about(actor, part), statements, aws) },
          { parent: this },
        );
    };
    attach("preview", preview, statementsFor("read", names, aws, this.permissionsBoundaryArn));
    const writes = [
      ...statementsFor("write", names, aws, this.permissionsBoundaryArn),
      ...(settings.allowDataDeletion ? deletesData(names, aws) : []),
    ];
    attach("deploy", deploy, writes);

    if (settings.dmsRoles) createAccountRoles(scopeOf(this, name));
    const { iotLogLevel, iotLogDays: logRetentionDays } = settings;
    if (iotLogLevel !== undefined) createIotLog(scopeOf(this, `${name}-iot`, { logRetentionDays }), iotLogLevel, {});

    this.backendUrl = pulumi.interpolate`s3://${bucket.bucket}?region=${aws.region}&awssdk=v2`;
    this.secretsProvider = pulumi.interpolate`awskms://${aliasName()}?region=${aws.region}`;
    this.registerOutputs({});
  }

  /** A managed policy. @returns its ARN, which is known before the policy is there */
  private managed(
    name: string,
    what: string,
    description: string,
    statements: readonly object[],
    aws: AwsContext,
  ): pulumi.Output<string> {
    const policy = new iam.Policy(
      `${name}-${what}`,
      { name: physicalName("rolePolicy", what), description, policy: document(statements) },
      { parent: this },
    );
    return aws.global("iam", pulumi.interpolate`policy/${policy.name}`);
  }

  /** ARN of the account's one provider for the forge. */
  private provider(name: string, { issuer, providerExists }: Settings, aws: AwsContext): pulumi.Output<string> {
    const arn = aws.global("iam", `oidc-provider/${issuer}`);
    if (providerExists) return arn;
    const provider = new iam.OpenIdConnectProvider(
      `${name}-provider`,
      { url: `https://${issuer}`, clientIdLists: [AUDIENCE] },
      // Other environments of the account may use it.
      { parent: this, protect: true },
    );
    // The ARN is known before the provider is there, and its users wait for it all the same.
    return pulumi.all([arn, provider.url]).apply(([known]) => known);
  }

  /** The key, by its alias: an ARN that is known before the key is. */
  private key(
    name: string,
    aws: AwsContext,
    users: pulumi.Input<string>[],
    roles: iam.Role[],
  ): { alias: pulumi.Output<string> } {
    const key = new kms.Key(
      `${name}-key`,
      {
        description: `State and secrets of ${pulumi.getStack()}`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            {
              // Without it nobody could ever change the key again; people get at it by policies of the account's own.
              Sid: "Administration",
              Effect: "Allow",
              Principal: { AWS: aws.global("iam", "root") },
              Action: "kms:*",
              Resource: "*",
            },
            {
              // The state's objects.
              Sid: "State",
              Effect: "Allow",
              Principal: { AWS: users },
              Action: ["kms:Decrypt", "kms:GenerateDataKey"],
              Resource: "*",
              Condition: { StringEquals: { "kms:ViaService": aws.endpoint("s3") } },
            },
            {
              // Pulumi decrypts the stack's own data key with it, in preview too.
              Sid: "Secrets",
              Effect: "Allow",
              Principal: { AWS: users },
              Action: ["kms:Decrypt"],
              Resource: "*",
            },
          ],
        }),
      },
      // KMS refuses a principal that is not there.
      { parent: this, protect: true, dependsOn: roles },
    );
    const alias = new kms.Alias(`${name}-key-alias`, { name: aliasName(), targetKeyId: key.keyId }, { parent: this });
    return { alias: aws.arn("kms", pulumi.interpolate`${alias.name}`) };
  }
}

function document(statements: readonly object[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}

function aliasName(): string {
  return `alias/${pulumi.getProject()}-${pulumi.getStack()}`;
}

function namesOf(
  { project, things, thingTypes, rules, historians, historianVpc, iotLog, dashboardGroups, authorities }: Settings,
  stack: string,
): Names {
  const dashed = `${project}-${stack}`;
  return {
    dashed,
    underscored: dashed.replaceAll("-", "_").toLowerCase(),
    things,
    thingTypes,
    rules,
    historians,
    historianVpc,
    iotLog,
    dashboardGroups,
    authorities,
  };
}

/** The keys of Pulumi's own layout below .pulumi/ that one project's stacks have. */
function stateOf(project: string, bucket: pulumi.Input<string>, aws: AwsContext, actions: string[]): Statement[] {
  const folders = [`stacks/${project}`, `history/${project}`, `backups/${project}`, `locks/organization/${project}`];
  return [
    {
      Sid: "State",
      Effect: "Allow",
      Action: actions,
      Resource: folders.map((folder) => aws.bucket(bucket, `.pulumi/${folder}/*`)),
    },
    {
      Sid: "StateVersion",
      Effect: "Allow",
      Action: ["s3:GetObject"],
      Resource: [aws.bucket(bucket, ".pulumi/meta.yaml")],
    },
    {
      Sid: "ListState",
      Effect: "Allow",
      Action: ["s3:ListBucket"],
      Resource: [aws.bucket(bucket)],
    },
  ];
}
