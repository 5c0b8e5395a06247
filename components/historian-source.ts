import * as kinesis from "@pulumi/aws/kinesis";
import * as pulumi from "@pulumi/pulumi";
import { Alarms, historianAlarms, type AlarmNodes, type AlarmTransform } from "./parts/alarms/alarms";
import { DEFAULT_ALARMS, type AlarmsArgs } from "./parts/alarms/alarms-args";
import { Checks } from "./parts/common/checks";
import { lift } from "./parts/common/inputs";
import { customerKey } from "./parts/common/kms";
import { uniqueName } from "./parts/common/names";
import { scopeOf } from "./parts/common/scope";
import {
  among,
  flag,
  input,
  matching,
  object,
  reference,
  required,
  takeArgs,
  text,
  whole,
  type Shape,
} from "./parts/common/shape";
import { member, transformed, type Transform } from "./parts/common/transform";
import { OPERATIONS } from "./parts/component-args";
import { readersOf } from "./parts/delivery/readers";
import { createAccountRoles, type AccountRoleNodes } from "./parts/historian/account-roles";
import { createBridge, type BridgeNodes, type BridgeTransforms } from "./parts/functions/historian-bridge";
import { createEndpoints, type EndpointNodes, type EndpointTransforms } from "./parts/historian/endpoints";
import {
  checkTables,
  HistorianEngine,
  HistorianTls,
  PLACE,
  PORTS,
  ReplicationMode,
  TABLES,
  type HistorianNetworkArgs,
  type HistorianTableArgs,
  type HistorianVpcArgs,
  type ReplicationInstanceArgs,
  type ServerlessArgs,
} from "./parts/historian/historian-args";
import { createVpc, type HistorianVpcNodes, type HistorianVpcTransforms } from "./parts/historian/network";
import { createReplication, type ReplicationNodes, type ReplicationTransforms } from "./parts/historian/replication";
import { bridgeDefinition, tableMappings } from "./parts/historian/table-mappings";
import type { StreamArgs, StreamMode } from "./telemetry-channel";

/** What a historian needs of its channel; a TelemetryChannel is one. */
export interface HistorianChannelReference {
  /** Name of the Kinesis stream. Example: channel.streamName. */
  readonly streamName: pulumi.Input<string>;
  /** ARN of the customer's key of the stream. Default: a key of AWS. Example: channel.kmsKeyArn. */
  readonly kmsKeyArn?: pulumi.Input<string>;
}

/** Arguments of a HistorianSource. */
export interface HistorianSourceArgs {
  /** The channel that its rows become messages of. Example: new TelemetryChannel("plant"). */
  channel: HistorianChannelReference;
  /** The database: "postgres", "sqlserver", "oracle", "mysql" or "mariadb". Example: "sqlserver". */
  engine: HistorianEngine;
  /** Name of the database; MySQL and MariaDB have none to name. Default: none. Example: "historian". */
  database?: pulumi.Input<string>;
  /** ARN of the secret with the members `host`, `port`, `username` and `password`. Example: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:plant/historian-a1b2c3". */
  secretArn: pulumi.Input<string>;
  /** ARN of a KMS key of yours that the secret is encrypted with. Default: AWS's key for Secrets Manager. Example: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab". */
  secretKeyArn?: pulumi.Input<string>;
  /** How the connection is secured: "require", "verify-ca" or "verify-full". Default: "require". Example: "verify-full". */
  tls?: HistorianTls;
  /** Certificate of the authority that signed the database's, PEM; for "verify-ca" and "verify-full". Default: none. Example: readFileSync("plant-ca.pem", "utf8"). */
  certificatePem?: pulumi.Input<string>;
  /** The tables. Example: [{ table: "public.tag_values", key: "tag", columns: { tag: "device_id", value: "temperature" } }]. */
  tables: HistorianTableArgs[];
  /** What is replicated: "full-load", "cdc" (changes from now on) or "full-load-and-cdc". Default: "full-load-and-cdc". Example: "cdc". */
  mode?: ReplicationMode;
  /** Subnets and security groups of yours. Excludes `vpc`. Default: none; one of the two is needed. Example: { subnetIds: ["subnet-0a1b2c3d", "subnet-4e5f6a7b"], securityGroupIds: ["sg-0a1b2c3d"] }. */
  network?: HistorianNetworkArgs;
  /** A small VPC of its own. Excludes `network`. Default: none. Example: { cidr: "10.60.0.0/24", historianCidr: "10.20.0.0/16", transitGatewayId: "tgw-0a1b2c3d4e5f6a7b8" }. */
  vpc?: HistorianVpcArgs;
  /** Capacity of a serverless replication. Excludes `instance`. Default: 1 to 4 units. Example: { maxCapacity: 16 }. */
  serverless?: ServerlessArgs;
  /** A replication instance in place of a serverless replication. Default: none. Example: { instanceClass: "dms.t3.medium" }. */
  instance?: ReplicationInstanceArgs;
  /** Whether the replication runs in two zones. Default: false. Example: true. */
  twoZones?: boolean;
  /** Whether to make the two roles of DMS that an account has once. Default: false, they are there. Example: true. */
  createAccountRoles?: boolean;
  /** The stream that DMS writes. Default: one shard, 24 hours. Example: { shards: 4, retentionHours: 168 }. */
  stream?: StreamArgs;
  /** ARN of a KMS key of yours for stream, queue, endpoints and logs. Default: keys of AWS. Example: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab". */
  kmsKeyArn?: pulumi.Input<string>;
  /** Days that log events are kept, one of CloudWatch's steps. Default: 30. Example: 90. */
  logRetentionDays?: number;
  /** Its alarms: a replication that is behind or stopped, a bridge that fails or is behind, records that failed. Default: all of them, without notification. Example: { topicArn: onCall.arn }. */
  alarms?: AlarmsArgs;
  /** ARN of a managed policy that bounds what its roles may do. Default: none. Example: "arn:aws:iam::123456789012:policy/boundary". */
  permissionsBoundaryArn?: pulumi.Input<string | undefined>;
  /** Tags of every resource that takes tags. Default: none. Example: { plant: "north" }. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Protects the stream from deletion and replacement by Pulumi (option `protect`), until this is taken back. Default: false. Example: true. */
  protectData?: boolean;
}

const SHAPE: Shape<HistorianSourceArgs> = {
  channel: required(
    reference<HistorianChannelReference>("a TelemetryChannel, or an object with the name of a stream", {
      streamName: required(input(text("the name of a Kinesis stream"))),
      kmsKeyArn: input(text("the ARN of a key")),
    }),
  ),
  engine: required(among(Object.values(HistorianEngine))),
  database: input(text("the name of a database")),
  secretArn: required(
    input(
      matching(
        /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]{1,512}-[A-Za-z0-9]{6}$/,
        "the ARN of a secret, arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX",
      ),
    ),
  ),
  secretKeyArn: OPERATIONS.kmsKeyArn,
  tls: among(Object.values(HistorianTls)),
  certificatePem: input(text("a certificate in PEM")),
  tables: required(TABLES),
  mode: among(Object.values(ReplicationMode)),
  ...PLACE,
  stream: object<StreamArgs>({
    mode: among<StreamMode>(["PROVISIONED", "ON_DEMAND"]),
    shards: whole(1, 10_000, "shards"),
    retentionHours: whole(24, 8760, "hours"),
  }),
  ...OPERATIONS,
  protectData: flag,
};

/** The resources of a HistorianSource. */
export interface HistorianSourceNodes {
  readonly stream: kinesis.Stream;
  readonly endpoints: EndpointNodes;
  readonly replication: ReplicationNodes;
  readonly bridge: BridgeNodes;
  /** absent with a network of yours */
  readonly vpc?: HistorianVpcNodes;
  /** absent where they are there already */
  readonly accountRoles?: AccountRoleNodes;
  /** by logical name */
  readonly alarms: AlarmNodes;
}

/** Changes to the arguments of its children. */
export interface HistorianSourceTransforms {
  stream?: Transform<kinesis.StreamArgs>;
  endpoints?: EndpointTransforms;
  replication?: ReplicationTransforms;
  bridge?: BridgeTransforms;
  vpc?: HistorianVpcTransforms;
  /** of every alarm */
  alarm?: AlarmTransform;
}

/** Options of a HistorianSource: those of every component, and changes to its children. */
export interface HistorianSourceOptions extends pulumi.ComponentResourceOptions {
  transform?: HistorianSourceTransforms;
}

const DEFAULT_HOURS = 24;

/**
 * A SCADA historian or another database as a source of a channel: AWS DMS reads its tables, all rows first and then the changes, and writes them into
 * a stream; a function unwraps the records and puts them into the channel's stream as messages.
 *
 * The smallest use:
 * ```ts
 * new HistorianSource("scada", {
 *   channel: plant,
 *   engine: "postgres",
 *   database: "historian",
 *   secretArn: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:plant/historian-a1b2c3",
 *   tables: [{ table: "public.tag_values" }],
 *   network: { subnetIds: ["subnet-0a1b2c3d", "subnet-4e5f6a7b"], securityGroupIds: ["sg-0a1b2c3d"] },
 * });
 * ```
 * The richest:
 * ```ts
 * new HistorianSource("scada", {
 *   channel: plant,
 *   engine: "sqlserver",
 *   database: "Runtime",
 *   secretArn: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:plant/historian-a1b2c3",
 *   secretKeyArn: key.arn,
 *   tls: "verify-full",
 *   certificatePem: readFileSync("plant-ca.pem", "utf8"),
 *   tables: [
 *     {
 *       table: "dbo.TagValues",
 *       key: "TagName",
 *       columns: { TagName: "device_id", Value: "temperature", Ts: "timestamp" },
 *       time: "Ts",
 *       timeFormat: "yyyy-MM-dd HH:mm:ss",
 *       deletes: "message",
 *     },
 *   ],
 *   mode: "cdc",
 *   vpc: { cidr: "10.60.0.0/24", historianCidr: "10.20.0.0/16", transitGatewayId: "tgw-0a1b2c3d4e5f6a7b8" },
 *   instance: { instanceClass: "dms.t3.medium", storageGigabytes: 100 },
 *   twoZones: true,
 *   createAccountRoles: true,
 *   stream: { shards: 4, retentionHours: 168 },
 *   kmsKeyArn: key.arn,
 *   alarms: { topicArn: onCall.arn },
 * }, { transform: { bridge: { function: (args) => { args.memorySize = 512; } } } });
 * ```
 * Like a pipeline, it is constructed in the same turn of the program as the pipelines of its channel: the bridge waits for their delivery streams,
 * which start at the newest record.
 */
export class HistorianSource extends pulumi.ComponentResource {
  readonly nodes: HistorianSourceNodes;

  /** @throws InputPropertiesError with every wrong argument */
  constructor(name: string, args: HistorianSourceArgs, opts: HistorianSourceOptions = {}) {
    args = check(name, args);
    const { transform = {}, ...options } = opts;
    super("iot-telemetry-etl:index:HistorianSource", name, {}, options);
    const scope = scopeOf(this, name, args);
    const { stream, hours, streamKey } = createStream();
    const accountRoles = args.createAccountRoles === true ? createAccountRoles(scope) : undefined;
    const own =
      args.vpc === undefined
        ? undefined
        : createVpc(scope, args.vpc, args.vpc.port ?? PORTS[args.engine], transform.vpc ?? {});
    const endpoints = createEndpoints(scope, {
      engine: args.engine,
      database: args.database,
      secretArn: args.secretArn,
      secretKeyArn: args.secretKeyArn,
      tls: args.tls ?? "require",
      certificatePem: args.certificatePem,
      streamName: stream.name,
      streamKey,
      transforms: transform.endpoints ?? {},
    });
    const bridge = createBridge(scope, {
      definition: bridgeDefinition(name, args.tables),
      streamName: stream.name,
      streamKey,
      channel: args.channel,
      readers: readersOf(args.channel),
      transforms: transform.bridge ?? {},
    });
    const { dimensions, ...replication } = createReplication(scope, {
      endpoints,
      placement: own?.placement ?? { ...args.network!, ready: [] },
      mode: args.mode ?? "full-load-and-cdc",
      tableMappings: tableMappings(args.tables),
      serverless: args.serverless,
      instance: args.instance,
      twoZones: args.twoZones ?? false,
      waits: accountRoles === undefined ? [] : [...accountRoles.roles, ...accountRoles.attachments],
      transforms: transform.replication ?? {},
    });
    const alarms = createAlarms();

    this.nodes = { stream, endpoints, replication, bridge, vpc: own?.nodes, accountRoles, alarms };
    this.registerOutputs({ stream: stream.name, functionName: this.functionName });

    function createStream() {
      const { mode = "PROVISIONED", shards = 1, retentionHours = DEFAULT_HOURS } = args.stream ?? {};
      const streamArgs: kinesis.StreamArgs = {
        name: uniqueName(scope.component, "stream", name, "historian"),
        streamModeDetails: { streamMode: mode },
        shardCount: mode === "ON_DEMAND" ? undefined : shards,
        retentionPeriod: retentionHours,
        encryptionType: "KMS",
        kmsKeyId: args.kmsKeyArn ?? "alias/aws/kinesis",
        tags: args.tags,
      };
      const streamOptions = { parent: scope.component, protect: args.protectData };
      const made = transformed(transform.stream, `${name}-stream`, streamArgs, streamOptions);
      return {
        stream: new kinesis.Stream(...made),
        hours: member<number>(made[1], "retentionPeriod") ?? DEFAULT_HOURS,
        streamKey: customerKey(member<string>(made[1], "kmsKeyId")),
      };
    }

    function createAlarms(): AlarmNodes {
      const created = new Alarms(scope, args.alarms, transform.alarm);
      const percent = args.alarms?.behindPercent ?? DEFAULT_ALARMS.behindPercent;
      historianAlarms(created, `Historian ${name}`, name, {
        dimensions,
        capturesChanges: args.mode !== "full-load",
        streamName: stream.name,
        functionName: bridge.function.name,
        queueName: bridge.failures.name,
        behindMs: lift<[number], number>([hours], (kept) => (kept * 3_600_000 * percent) / 100),
      });
      return created.nodes;
    }
  }

  /** name of the stream that DMS writes */
  get streamName(): pulumi.Output<string> {
    return this.nodes.stream.name;
  }

  /** name of the bridge function */
  get functionName(): pulumi.Output<string> {
    return this.nodes.bridge.function.name;
  }

  /** name of the queue with the records that failed */
  get failureQueueName(): pulumi.Output<string> {
    return this.nodes.bridge.failures.name;
  }
}

/** What is wrong with the arguments of a historian, each with its place: `tables[0].key`. */
export function historianProblems(name: string, given: HistorianSourceArgs): { place: string; reason: string }[] {
  try {
    check(name, given, false);
    return [];
  } catch (error) {
    if (!pulumi.InputPropertiesError.isInstance(error)) throw error;
    return (error.errors ?? []).map(({ propertyPath, reason }) => ({ place: propertyPath, reason }));
  }
}

function check(name: string, given: HistorianSourceArgs, isNew = true): HistorianSourceArgs {
  const checks = new Checks("HistorianSource", name, isNew);
  const args = takeArgs(SHAPE, given, checks);
  const { network, vpc, serverless, instance, tls = "require", certificatePem, engine, database, stream = {} } = args;
  checkTables(checks, args.tables);
  checks.notBoth("network", network !== undefined, "vpc", vpc !== undefined);
  checks.notBoth("serverless", serverless !== undefined, "instance", instance !== undefined);
  if (network === undefined && vpc === undefined && checks.shaped("network") && checks.shaped("vpc"))
    checks.add(
      "network",
      "not set; DMS runs in a network: give subnets and security groups, or vpc for a small one of its own",
    );
  if (tls !== "require" && certificatePem === undefined && checks.shaped("certificatePem"))
    checks.add(
      "certificatePem",
      `not set; tls "${tls}" compares the database's certificate with that of its authority: give it`,
    );
  if (tls === "require" && certificatePem !== undefined)
    checks.add("certificatePem", 'has no effect with tls "require"; set "verify-ca" or "verify-full", or leave it out');
  if (checks.shaped("engine") && checks.shaped("database")) {
    const needs = engine !== "mysql" && engine !== "mariadb";
    if (needs && database === undefined) checks.add("database", `not set; a source of ${engine} names its database`);
    if (!needs && database !== undefined)
      checks.add(
        "database",
        `a source of ${engine} has no database to name: schemas are databases there; leave it out`,
      );
  }
  const { minCapacity = 1, maxCapacity = 4 } = serverless ?? {};
  if (minCapacity > maxCapacity)
    checks.add("serverless.minCapacity", `saw ${minCapacity}, above maxCapacity ${maxCapacity}; lower it`);
  if (stream.mode === "ON_DEMAND" && stream.shards !== undefined)
    checks.add(
      "stream.shards",
      `saw ${stream.shards} beside mode "ON_DEMAND", which has no shards to set; leave it out`,
    );
  checks.throwIfWrong();
  return args;
}
