import * as kinesis from "@pulumi/aws/kinesis";
import * as pulumi from "@pulumi/pulumi";
import { Alarms, deliveryAlarms, ruleAlarms, type AlarmNodes, type AlarmTransform } from "./parts/alarms/alarms";
import { DEFAULT_ALARMS, type AlarmsArgs } from "./parts/alarms/alarms-args";
import { Checks, show } from "./parts/common/checks";
import { lift } from "./parts/common/inputs";
import { customerKey } from "./parts/common/kms";
import { uniqueName } from "./parts/common/names";
import { scopeOf } from "./parts/common/scope";
import { among, input, list, object, takeArgs, text, whole, type Shape } from "./parts/common/shape";
import { member, transformed, type Transform } from "./parts/common/transform";
import { createArchive, type ArchiveNodes, type ArchiveTransforms } from "./parts/delivery/archive";
import { BUFFERING, DEFAULT_BUFFERING, type BufferingArgs } from "./parts/delivery/buffering";
import { openReaders } from "./parts/delivery/readers";
import { keepRules } from "./parts/delivery/waits";
import { OPERATIONS } from "./parts/component-args";
import type { BucketNodes, BucketTransforms } from "./parts/storage/bucket";
import { checkDataArgs, DATA, type RetentionArgs, type StorageArgs } from "./parts/storage/storage-args";
import { createStore } from "./parts/storage/store";
import { checkSiteWise, SITEWISE, siteWiseRule, type SiteWiseArgs } from "./parts/site-wise";
import {
  checkPartitionKey,
  createTopicRule,
  sqlOf,
  TOPIC_RULE,
  topicFilterProblem,
  type TopicRuleArgs,
  type TopicRuleNodes,
  type TopicRuleTransforms,
} from "./parts/topic-rule";

/** The Kinesis stream of a channel. */
export interface StreamArgs {
  /** "PROVISIONED" (shards) or "ON_DEMAND" (grows with the load). Default: "PROVISIONED". Example: "ON_DEMAND". */
  mode?: StreamMode;
  /** Shards of a provisioned stream, each for 1,000 records and 1 MiB a second. Default: 1. Example: 4. */
  shards?: number;
  /** Hours that records can be read again, 24 to 8,760. Default: 24. Example: 168. */
  retentionHours?: number;
}

/** How the capacity of a stream is decided. */
export const StreamMode = { PROVISIONED: "PROVISIONED", ON_DEMAND: "ON_DEMAND" } as const;
export type StreamMode = (typeof StreamMode)[keyof typeof StreamMode];

/** Arguments of a TelemetryChannel. */
export interface TelemetryChannelArgs {
  /**
   * MQTT topic filter whose messages the channel takes; a topic rule is made for it. Excludes `rules`. Default: none; without either,
   * producers write to the stream themselves. Example: "dt/+/aggregate".
   */
  topicFilter?: pulumi.Input<string>;
  /** Topic rules with SQL of your own. Default: none. Example: [{ name: "etl", sql: "SELECT * FROM 'dt/+/aggregate'" }]. */
  rules?: TopicRuleArgs[];
  /**
   * Notifications of AWS IoT SiteWise that the channel takes, by a rule of their own: each value becomes a message. They must be switched on in
   * SiteWise for each property. Default: none. Example: { assetModels: ["a1b2c3d4-5678-90ab-cdef-11111EXAMPLE"] }.
   */
  siteWise?: SiteWiseArgs;
  /**
   * Partition key of the stream's records, a substitution template of IoT SQL. Default: "${topic(2)}", or "${newuuid()}" when the
   * filter promises no second level. Example: "${clientid()}".
   */
  partitionKey?: pulumi.Input<string>;
  /** The stream. Default: one shard, 24 hours. Example: { mode: "ON_DEMAND", retentionHours: 168 }. */
  stream?: StreamArgs;
  /** How long raw messages are kept, in a bucket of the channel's own. Default: for ever. Example: { days: 90 }. */
  retention?: RetentionArgs;
  /** A bucket of yours for the raw messages. Default: one of the channel's own. Example: { bucket: "plant", prefix: "iot/" }. */
  storage?: StorageArgs;
  /** When the archive writes an object. Default: 300 s or 128 MB. Example: { seconds: 60 }. */
  buffering?: BufferingArgs;
  /**
   * ARN of a KMS key of yours for stream, objects and logs. Its policy must allow the roles of the channel and
   * CloudWatch Logs. Default: keys of AWS. Example: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab".
   */
  kmsKeyArn?: pulumi.Input<string>;
  /** Days that log events are kept, one of CloudWatch's steps. Default: 30. Example: 90. */
  logRetentionDays?: number;
  /** Its alarms: rules that fail, a stream over its limits, readers far behind, an archive that does not deliver. Default: all of them, without notification. Example: { topicArn: onCall.arn }. */
  alarms?: AlarmsArgs;
  /** ARN of a managed policy that bounds what its roles may do. Default: none. Example: "arn:aws:iam::123456789012:policy/boundary". */
  permissionsBoundaryArn?: pulumi.Input<string | undefined>;
  /** Tags of every resource that takes tags. Default: none. Example: { plant: "north" }. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * First of the two keys that let the bucket be deleted with its objects: this component's. The second is `stackAllowsDataDeletion`.
   * Default: false. Example: true.
   */
  allowDataDeletion?: boolean;
  /**
   * Second of the two keys that let the bucket be deleted with its objects: what the stack as a whole allows. Default: false.
   * Example: new pulumi.Config().getBoolean("allowDataDeletion").
   */
  stackAllowsDataDeletion?: boolean;
  /**
   * Protects the bucket, if it is the channel's own, and the stream from deletion and replacement by Pulumi (option `protect`), until this is taken back. Default: false.
   * Example: true.
   */
  protectData?: boolean;
}

const SHAPE: Shape<TelemetryChannelArgs> = {
  topicFilter: input(text("a topic filter such as dt/+/aggregate", topicFilterProblem)),
  rules: list(TOPIC_RULE, "rules"),
  siteWise: SITEWISE,
  partitionKey: input(text()),
  stream: object<StreamArgs>({
    mode: among(Object.values(StreamMode)),
    shards: whole(1, 10_000, "shards"),
    retentionHours: whole(24, 8760, "hours"),
  }),
  ...DATA,
  buffering: BUFFERING,
  ...OPERATIONS,
};

/** The resources of a TelemetryChannel. */
export interface TelemetryChannelNodes {
  readonly stream: kinesis.Stream;
  /** absent for a bucket of yours */
  readonly bucket?: BucketNodes;
  readonly archive: ArchiveNodes;
  /** in the order of the arguments */
  readonly rules: TopicRuleNodes[];
  /** by logical name */
  readonly alarms: AlarmNodes;
}

/** Changes to the arguments of its children. */
export interface TelemetryChannelTransforms {
  stream?: Transform<kinesis.StreamArgs>;
  bucket?: BucketTransforms;
  archive?: ArchiveTransforms;
  /** of every rule */
  rule?: TopicRuleTransforms;
  /** of every alarm */
  alarm?: AlarmTransform;
}

/** Hours that a stream keeps records, by default and at least. */
const DEFAULT_HOURS = 24;

/** Options of a TelemetryChannel: those of every component, and changes to its children. */
export interface TelemetryChannelOptions extends pulumi.ComponentResourceOptions {
  transform?: TelemetryChannelTransforms;
}

/**
 * A channel: takes messages from MQTT topics into a stream, archives every one as it came, and feeds the pipelines that read it.
 *
 * The smallest use:
 * ```ts
 * const plant = new TelemetryChannel("plant", { topicFilter: "dt/+/aggregate", retention: { days: 90 } });
 * ```
 * The richest:
 * ```ts
 * const plant = new TelemetryChannel("plant", {
 *   rules: [{ name: "readings", sql: "SELECT *, clientid() AS client FROM 'dt/+/aggregate' WHERE temperature < 200" }],
 *   partitionKey: "${clientid()}",
 *   stream: { mode: "ON_DEMAND", retentionHours: 168 },
 *   storage: { bucket: "plant-telemetry", prefix: "iot/" },
 *   buffering: { seconds: 900, megabytes: 128 },
 *   kmsKeyArn: key.arn,
 *   logRetentionDays: 365,
 *   alarms: { topicArn: onCall.arn, behindPercent: 25 },
 *   tags: { plant: "north" },
 * }, { transform: { stream: (args) => { args.shardLevelMetrics = ["IteratorAgeMilliseconds"]; } } });
 * ```
 * Pipelines that read the channel are constructed in the same turn of the program, with no `await` in between: the rules wait for their
 * delivery streams, which start at the newest record. Do not make a pipeline depend on the channel (`dependsOn`): the channel
 * waits for the pipeline.
 */
export class TelemetryChannel extends pulumi.ComponentResource {
  readonly nodes: TelemetryChannelNodes;
  private readonly takesBatches: boolean;
  /** whether it takes notifications of AWS IoT SiteWise, of which each value is a message */
  readonly takesSiteWise: boolean;
  /** the customer's key that records are encrypted with, if there is one */
  readonly kmsKeyArn?: pulumi.Output<string>;
  /** name of the bucket with the raw messages */
  readonly bucket: pulumi.Output<string>;
  /** raw messages lie below it, in the bucket */
  readonly prefix: string;
  /** the customer's key that raw messages are encrypted with, if there is one */
  readonly archiveKeyArn?: pulumi.Output<string>;
  /** seconds that the archive buffers at most */
  readonly archiveBufferSeconds: pulumi.Output<number>;
  /** messages that could not be archived lie below it */
  readonly errorPrefix: string;

  /** @throws InputPropertiesError with every wrong argument */
  constructor(name: string, args: TelemetryChannelArgs = {}, opts: TelemetryChannelOptions = {}) {
    args = check(name, args);
    const { transform = {}, ...options } = opts;
    super("iot-telemetry-etl:index:TelemetryChannel", name, args, options);
    const { mode = "PROVISIONED", shards = 1, retentionHours = DEFAULT_HOURS } = args.stream ?? {};
    const buffering = { ...DEFAULT_BUFFERING, ...args.buffering };
    const scope = scopeOf(this, name, args);

    const { stream, hours, streamKey } = createStream();
    const store = createStore(scope, {
      purpose: "raw",
      days: args.retention?.days,
      args,
      transforms: transform.bucket,
    });
    this.bucket = store.bucket;
    this.prefix = `${store.prefix}raw/${name}/`;
    this.errorPrefix = `${store.prefix}raw-errors/${name}/`;
    const { bufferingSeconds, ...archive } = createArchive(scope, {
      stream,
      streamKey,
      store,
      prefix: this.prefix,
      errorPrefix: this.errorPrefix,
      buffering,
      transforms: transform.archive ?? {},
    });
    const rules = createRules(openReaders(this).then((all) => [archive.deliveryStream, ...all]));
    const alarms = createAlarms();

    this.takesSiteWise = args.siteWise !== undefined;
    this.takesBatches = rulesOf(name, args).some(({ batchMode }) => batchMode === true);
    keepRules(
      this,
      rules.map(({ rule }) => rule),
    );
    this.nodes = { stream, bucket: store.nodes, archive, rules, alarms };
    this.kmsKeyArn = streamKey === undefined ? undefined : pulumi.output(streamKey);
    this.archiveKeyArn = store.kmsKeyArn === undefined ? undefined : pulumi.output(store.kmsKeyArn);
    this.archiveBufferSeconds = pulumi.output(bufferingSeconds);
    this.registerOutputs({ stream: stream.name, archiveStream: this.archiveStream, bucket: this.bucket });

    function createStream() {
      const streamArgs: kinesis.StreamArgs = {
        name: uniqueName(scope.component, "stream", name),
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

    function createRules(readers: Promise<pulumi.Resource[]>): TopicRuleNodes[] {
      return rulesOf(name, args).map((rule) =>
        createTopicRule(scope, rule, {
          stream,
          streamKey,
          partitionKey: args.partitionKey,
          readers,
          transforms: transform.rule ?? {},
        }),
      );
    }

    function createAlarms(): AlarmNodes {
      const created = new Alarms(scope, args.alarms, transform.alarm);
      for (const { rule, child, shown } of rules) ruleAlarms(created, child, rule.name, shown);
      const subject = `Channel ${name}`;
      const percent = args.alarms?.behindPercent ?? DEFAULT_ALARMS.behindPercent;
      const behindMs = lift<[number], number>([hours], (kept) => (kept * 3_600_000 * percent) / 100);
      created.add("streamThrottled", subject, name, { StreamName: stream.name });
      created.add("streamReadThrottled", subject, name, { StreamName: stream.name });
      created.add("streamBehind", subject, name, { StreamName: stream.name }, behindMs);
      deliveryAlarms(created, subject, `${name}-archive`, archive.deliveryStream.name, bufferingSeconds);
      return created.nodes;
    }
  }

  /** name of the Kinesis stream */
  get streamName(): pulumi.Output<string> {
    return this.nodes.stream.name;
  }

  /** name of the delivery stream that archives */
  get archiveStream(): pulumi.Output<string> {
    return this.nodes.archive.deliveryStream.name;
  }

  /** whether a message may be a batch: an array of messages */
  get batches(): boolean {
    return this.takesBatches;
  }

  /** names of the topic rules, in the order of the arguments */
  get ruleNames(): pulumi.Output<string>[] {
    return this.nodes.rules.map(({ rule }) => rule.name);
  }
}

function rulesOf(name: string, { topicFilter, rules = [], siteWise }: TelemetryChannelArgs): TopicRuleArgs[] {
  const own = topicFilter === undefined ? rules : [{ name, sql: lift<[string], string>([topicFilter], sqlOf) }];
  return siteWise === undefined ? own : [...own, siteWiseRule(name, siteWise)];
}

function check(name: string, given: TelemetryChannelArgs): TelemetryChannelArgs {
  const checks = new Checks("TelemetryChannel", name);
  const args = takeArgs(SHAPE, given, checks);
  const { topicFilter, rules = [], stream = {} } = args;
  checks.notBoth("topicFilter", topicFilter !== undefined, "rules", rules.length > 0);
  checkSiteWise(checks, args.siteWise);
  const checked = checkRules(checks, args);
  if (stream.mode === "ON_DEMAND" && stream.shards !== undefined)
    checks.add(
      "stream.shards",
      `saw ${stream.shards} beside mode "ON_DEMAND", which has no shards to set; leave it out`,
    );
  // Its stream is protected even when the bucket is the user's.
  checkDataArgs(checks, args, { protectsMore: true });
  checks.throwIfWrong();
  return { ...args, ...checked };
}

/** @returns the arguments with keys that are checked when they are known */
function checkRules(
  checks: Checks,
  { rules, partitionKey: common }: TelemetryChannelArgs,
): Pick<TelemetryChannelArgs, "rules" | "partitionKey"> {
  const names = new Set<string>();
  const partitionKey = checkPartitionKey(checks, "partitionKey", common, checks.entries("rules", rules)[0]?.[1].sql);
  const checked = rules?.slice();
  for (const [at, rule, index] of checks.entries("rules", rules)) {
    if (names.has(rule.name)) checks.add(`${at}.name`, `saw ${show(rule.name)} twice; each rule has a name of its own`);
    names.add(rule.name);
    const own = checkPartitionKey(checks, `${at}.partitionKey`, rule.partitionKey, rule.sql);
    checked![index] = { ...rule, partitionKey: own };
  }
  return { rules: checked, partitionKey };
}
