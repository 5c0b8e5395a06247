import * as pulumi from "@pulumi/pulumi";
import type { TransformDefinition } from "../etl";
import { Alarms, type AlarmNodes, type AlarmTransform } from "./parts/alarms/alarms";
import type { AlarmsArgs } from "./parts/alarms/alarms-args";
import { OPERATIONS } from "./parts/component-args";
import { Checks } from "./parts/common/checks";
import { scopeOf } from "./parts/common/scope";
import { flag, input, matching, reference, required, takeArgs, text, whole, type Shape } from "./parts/common/shape";
import {
  callsOf,
  type FunctionNodes,
  type FunctionReference,
  type FunctionTransforms,
} from "./parts/functions/transform-function";
import { createReprocessFunction } from "./parts/functions/reprocess-function";
import {
  createReprocessMachine,
  type ReprocessMachineNodes,
  type ReprocessMachineTransforms,
} from "./parts/functions/reprocess-machine";
import { versionOf } from "./parts/functions/version";
import type { DatastoreReference } from "./etl-pipeline";

/** What is reprocessed of a channel; a TelemetryChannel is one. */
export interface ArchiveReference {
  /** Name of the bucket with the raw messages. Example: channel.bucket. */
  readonly bucket: pulumi.Input<string>;
  /** Raw messages lie below it, by day and hour. Example: channel.prefix. */
  readonly prefix: string;
  /** ARN of the customer's key of the objects. Default: a key of AWS. Example: channel.archiveKeyArn. */
  readonly archiveKeyArn?: pulumi.Input<string>;
  /** Seconds that the archive's delivery stream buffers at most. Default: 300. Example: channel.archiveBufferSeconds. */
  readonly archiveBufferSeconds?: pulumi.Input<number>;
}

/** What is done with each message; an EtlPipeline is one. */
export interface TransformationReference {
  /** The documents and settings that its function runs. Example: pipeline.transformation. */
  readonly transformation: Omit<TransformDefinition, "functions">;
  /** The functions of its lambda activities, by `lambdaName`. Default: functions of these names that are there already. Example: pipeline.functions. */
  readonly functions?: Record<string, FunctionReference>;
  /** Prefix of failed messages in the datastore's bucket. Example: pipeline.errorPrefix. */
  readonly errorPrefix: string;
}

/** Arguments of an ArchiveReprocessing. */
export interface ArchiveReprocessingArgs {
  /** Whose archive is read. Example: new TelemetryChannel("plant", { topicFilter: "dt/+/aggregate" }). */
  channel: ArchiveReference;
  /** What is done with each message. Example: new EtlPipeline("store", { channel, datastore }). */
  pipeline: TransformationReference;
  /** Where rows go: a table, never a view. Example: new ParquetDatastore("readings", { columns: [{ name: "temperature", type: "double" }] }). */
  datastore: DatastoreReference;
  /**
   * Key of the object, in the datastore's bucket and below `reprocess/`, with the boundary between live messages and those of the archive,
   * `{"boundary": <ms>}`. Default: none, each run is given the time up to which it takes messages. Example: "reprocess/readings__g1234abcd/boundary.json".
   */
  boundaryKey?: string;
  /** Version of the documents and settings, "g" and 8 hex digits; a run never mixes two. Default: a hash of what the function runs. Example: "g1234abcd". */
  version?: string;
  /** Functions that run at a time, 1 to 1,000; Lambda reserves as many of the account's concurrency. Default: 10. Example: 40. */
  concurrency?: number;
  /** Memory of the function, MB, 512 to 10,240; the processor's share grows with it. Default: 1792, a whole processor. Example: 3008. */
  memoryMegabytes?: number;
  /** Whether its log may contain messages. Default: true. Example: false. */
  logPayloads?: boolean;
  /** ARN of a KMS key of yours for the logs. Default: keys of AWS. Example: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab". */
  kmsKeyArn?: pulumi.Input<string>;
  /** Days that log events are kept, one of CloudWatch's steps. Default: 30. Example: 90. */
  logRetentionDays?: number;
  /** Its alarms: a run that fails, a run that stands still. Default: both, without notification. Example: { topicArn: onCall.arn }. */
  alarms?: AlarmsArgs;
  /** ARN of a managed policy that bounds what its roles may do. Default: none. Example: "arn:aws:iam::123456789012:policy/boundary". */
  permissionsBoundaryArn?: pulumi.Input<string | undefined>;
  /** Tags of every resource that takes tags. Default: none. Example: { plant: "north" }. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

const SHAPE: Shape<ArchiveReprocessingArgs> = {
  channel: required(
    reference<ArchiveReference>("a TelemetryChannel, or an object with bucket and prefix of its archive", {
      bucket: required(input(text("the name of a bucket"))),
      prefix: required(text("a prefix")),
      archiveKeyArn: input(text("the ARN of a key")),
      archiveBufferSeconds: input(whole(0, 900, "seconds")),
    }),
  ),
  pipeline: required(
    reference<TransformationReference>("an EtlPipeline, or an object with its members", {
      errorPrefix: required(text("a prefix")),
    } as Shape<TransformationReference>),
  ),
  datastore: required(
    reference<DatastoreReference>("a ParquetDatastore, a JsonDatastore, or an object with their members", {
      bucket: required(input(text("the name of a bucket"))),
      rootPrefix: required(text("a prefix")),
      prefix: required(text("a prefix")),
      databaseName: required(input(text("the name of a database"))),
      tableName: required(input(text("the name of a table"))),
      kmsKeyArn: input(text("the ARN of a key")),
    } as Shape<DatastoreReference>),
  ),
  boundaryKey: text("a key"),
  version: matching(/^g[0-9a-f]{8}$/, '"g" and 8 hex digits'),
  concurrency: whole(1, 1000, "functions"),
  memoryMegabytes: whole(512, 10_240, "MB"),
  logPayloads: flag,
  ...OPERATIONS,
};

const DEFAULT_CONCURRENCY = 10;
/** Lambda gives one whole processor at 1,769 MB. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const DEFAULT_MEMORY = 1792;
const DEFAULT_BUFFER_SECONDS = 300;

/** The resources of an ArchiveReprocessing. */
export interface ArchiveReprocessingNodes {
  readonly function: FunctionNodes;
  readonly runs: ReprocessMachineNodes;
  /** by logical name */
  readonly alarms: AlarmNodes;
}

/** Changes to the arguments of its children. */
export interface ArchiveReprocessingTransforms {
  function?: FunctionTransforms;
  runs?: ReprocessMachineTransforms;
  /** of every alarm */
  alarm?: AlarmTransform;
}

/** Options of an ArchiveReprocessing: those of every component, and changes to its children. */
export interface ArchiveReprocessingOptions extends pulumi.ComponentResourceOptions {
  transform?: ArchiveReprocessingTransforms;
}

/**
 * Fills a datastore from the archive of a channel, with the code that transforms live messages: a state machine whose Distributed Map calls
 * a function for each batch of the archive's objects. It costs nothing until a run is started: `npm run reprocess`, or an
 * execution with the input `{"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}`. With `{"errors": true}` it replays the
 * messages that the pipeline failed.
 *
 * The smallest use:
 * ```ts
 * new ArchiveReprocessing("store", { channel: plant, pipeline, datastore: readings });
 * ```
 * The richest:
 * ```ts
 * new ArchiveReprocessing("store", {
 *   channel: plant,
 *   pipeline,
 *   datastore: readings,
 *   concurrency: 40,
 *   memoryMegabytes: 3008,
 *   logRetentionDays: 365,
 *   alarms: { topicArn: onCall.arn },
 * }, { transform: { runs: { machine: (args) => { args.tracingConfiguration = { enabled: true }; } } } });
 * ```
 */
export class ArchiveReprocessing extends pulumi.ComponentResource {
  readonly nodes: ArchiveReprocessingNodes;
  /** of the documents and settings that it runs */
  readonly version: string;
  /** of its function */
  readonly memoryMegabytes: number;
  /** what its runs remember lies below it, in the datastore's bucket */
  readonly statePrefix: pulumi.Output<string>;

  /** @throws InputPropertiesError with every wrong argument */
  constructor(name: string, args: ArchiveReprocessingArgs, opts: ArchiveReprocessingOptions = {}) {
    args = check(name, args);
    const { transform = {}, ...options } = opts;
    super("iot-telemetry-etl:index:ArchiveReprocessing", name, {}, options);
    const { channel, pipeline, datastore, concurrency = DEFAULT_CONCURRENCY } = args;
    const scope = scopeOf(this, name, args);
    const archive = {
      bucket: channel.bucket,
      prefix: channel.prefix,
      kmsKeyArn: channel.archiveKeyArn,
      bufferSeconds: channel.archiveBufferSeconds ?? DEFAULT_BUFFER_SECONDS,
    };
    this.version = args.version ?? versionOf(pipeline.transformation);
    this.memoryMegabytes = args.memoryMegabytes ?? DEFAULT_MEMORY;
    this.statePrefix = pulumi.interpolate`${datastore.rootPrefix}reprocess/${datastore.tableName}/`;
    const target = {
      bucket: datastore.bucket,
      rowsPrefix: datastore.prefix,
      errorPrefix: pipeline.errorPrefix,
      statePrefix: this.statePrefix,
      kmsKeyArn: datastore.kmsKeyArn,
      database: datastore.databaseName,
      table: datastore.tableName,
      boundaryKey: args.boundaryKey,
    };
    const made = createReprocessFunction(scope, {
      definition: pipeline.transformation,
      version: this.version,
      calls: callsOf(pipeline.transformation.pipeline, pipeline.functions ?? {}),
      archive,
      target,
      memoryMegabytes: this.memoryMegabytes,
      logPayloads: args.logPayloads ?? true,
      concurrency,
      transforms: transform.function ?? {},
    });
    const runs = createReprocessMachine(scope, {
      functionName: made.function.name,
      archive,
      target,
      concurrency,
      transforms: transform.runs ?? {},
    });
    const alarms = new Alarms(scope, args.alarms, transform.alarm);
    const subject = `Reprocessing of ${name}`;
    // Of its name: so it is known in a preview, where policies look for the alarms of the machine.
    const dimensions = {
      StateMachineArn: scope.aws.arn("states", pulumi.interpolate`stateMachine:${runs.machine.name}`),
    };
    alarms.add("reprocessingFailed", subject, name, dimensions);
    alarms.add("reprocessingStalled", subject, name, dimensions);
    alarms.add("reprocessingErrors", subject, name, { FunctionName: made.function.name });
    alarms.add("functionThrottled", subject, `${name}-reprocess`, { FunctionName: made.function.name });

    this.nodes = { function: made, runs, alarms: alarms.nodes };
    this.registerOutputs({ stateMachine: this.stateMachineArn, function: this.functionName });
  }

  /** ARN of the state machine that runs */
  get stateMachineArn(): pulumi.Output<string> {
    return this.nodes.runs.machine.arn;
  }

  /** name of the function */
  get functionName(): pulumi.Output<string> {
    return this.nodes.function.function.name;
  }
}

function check(name: string, given: ArchiveReprocessingArgs): ArchiveReprocessingArgs {
  const checks = new Checks("ArchiveReprocessing", name);
  const args = takeArgs(SHAPE, given, checks);
  checks.throwIfWrong();
  return args;
}
