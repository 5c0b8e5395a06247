import * as lambda from "@pulumi/aws/lambda";
import * as pulumi from "@pulumi/pulumi";
import { compilePipeline, partitionScheme, rowsPrefix, type PipelineDocument, type TransformDefinition } from "../etl";
import { Alarms, deliveryAlarms, type AlarmNodes, type AlarmTransform } from "./parts/alarms/alarms";
import { DEFAULT_ALARMS, type AlarmsArgs } from "./parts/alarms/alarms-args";
import { Checks } from "./parts/common/checks";
import { lift } from "./parts/common/inputs";
import { uniqueName } from "./parts/common/names";
import { scopeOf } from "./parts/common/scope";
import {
  among,
  flag,
  input,
  list,
  matching,
  record,
  reference,
  required,
  takeArgs,
  text,
  whole,
  type Shape,
} from "./parts/common/shape";
import {
  ACTIVITY,
  COLUMN,
  datastoreDocument,
  DEFINITION,
  OnMismatch,
  PARTITION,
  pipelineDocument,
  type ActivityArgs,
  type ColumnArgs,
  type PartitionArgs,
} from "./parts/datastore/document";
import { boundaryKeyOf } from "./parts/datastore/versions";
import { BUFFERING, DEFAULT_BUFFERING, type BufferingArgs } from "./parts/delivery/buffering";
import { createConversion, type ConversionNodes, type ConversionTransforms } from "./parts/delivery/conversion";
import { addReader, takesReaders } from "./parts/delivery/readers";
import { checkWaits } from "./parts/delivery/waits";
import {
  callsOf,
  createTransformFunction,
  FUNCTION,
  type FunctionArgs,
  type FunctionNodes,
  type FunctionReference,
  type FunctionTransforms,
} from "./parts/functions/transform-function";
import { OPERATIONS } from "./parts/component-args";

/** What a pipeline needs of its channel; a TelemetryChannel is one. */
export interface ChannelReference {
  /** Name of the Kinesis stream. Example: channel.streamName. */
  readonly streamName: pulumi.Input<string>;
  /** ARN of the customer's key of the stream. Default: a key of AWS. Example: channel.kmsKeyArn. */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /** Whether a message that is an array is a batch of messages. Default: false. Example: channel.batches. */
  readonly batches?: boolean;
  /** Whether it takes notifications of AWS IoT SiteWise, of which each value is a message. Default: false. Example: channel.takesSiteWise. */
  readonly takesSiteWise?: boolean;
}

/** What a pipeline needs of the candidate of its datastore. */
export interface PromotedReference {
  /** Whether readers are led to its rows. Example: true. */
  readonly promoted: boolean;
}

/** What a pipeline needs of its datastore; a ParquetDatastore is one, and a JsonDatastore. */
export interface DatastoreReference {
  /** Name of the datastore. Example: "readings". */
  readonly name: string;
  /** Its columns. Default: none, it is in JSON format and has the columns that arrive. Example: datastore.columns. */
  readonly columns?: ColumnArgs[] | undefined;
  /** Its partitions. Example: datastore.partitions. */
  readonly partitions: PartitionArgs[];
  /** What becomes of a value that does not fit its column, "null" or "fail". Default: "null". Example: datastore.onMismatch. */
  readonly onMismatch?: OnMismatch;
  /** Name of its bucket. Example: datastore.bucket. */
  readonly bucket: pulumi.Input<string>;
  /** Prefix of all that is in the bucket. Example: datastore.rootPrefix. */
  readonly rootPrefix: string;
  /** Prefix of the rows. Example: datastore.prefix. */
  readonly prefix: string;
  /** Name of the Glue database. Example: datastore.databaseName. */
  readonly databaseName: pulumi.Input<string>;
  /** Name of the Glue table. Example: datastore.tableName. */
  readonly tableName: pulumi.Input<string>;
  /** Name of the Glue table with the rows, where `tableName` is a view of it or becomes one. Default: `tableName`. Example: datastore.rowsTable. */
  readonly rowsTable?: pulumi.Input<string> | undefined;
  /** Other names of the rows, which follow what the pipeline changes of their table. Default: none. Example: datastore.readers. */
  readonly readers?: string[];
  /** A name whose registered partitions the table of the rows has to get. Default: none. Example: datastore.copiesFrom. */
  readonly copiesFrom?: string | undefined;
  /** The candidate of the datastore, before whose promotion partitions are copied again. Default: none. Example: datastore.candidate. */
  readonly candidate?: PromotedReference;
  /** ARN of the customer's key of the objects. Default: a key of AWS. Example: datastore.kmsKeyArn. */
  readonly kmsKeyArn?: pulumi.Input<string>;
}

/** What becomes of a message for which an activity has no result: it fails, or goes on without. */
export const OnFailure = { FAIL: "fail", PASS: "pass" } as const;
export type OnFailure = (typeof OnFailure)[keyof typeof OnFailure];

/** Arguments of an EtlPipeline. */
export interface EtlPipelineArgs {
  /** Where messages come from. Example: new TelemetryChannel("plant", { topicFilter: "dt/+/aggregate" }). */
  channel: ChannelReference;
  /** Where rows go. Example: new ParquetDatastore("readings", { columns: [{ name: "temperature", type: "double" }] }). */
  datastore: DatastoreReference;
  /**
   * What happens between the two, in this order. Excludes `definition`. Default: nothing, attributes become columns as they are.
   * Example: [{ math: { attribute: "fahrenheit", math: "temperature * 1.8 + 32" } }].
   */
  activities?: ActivityArgs[];
  /** The document of the retired service, as it was. Default: made from `activities`. Example: JSON.parse(readFileSync("pipeline.json", "utf8")). */
  definition?: PipelineDocument;
  /** Whether math divides whole numbers as IoT SQL does: 9/5 is 1. Default: false, 1.8. Example: true. */
  integerDivision?: boolean;
  /** What becomes of a message whose math gives no number: "fail" or "pass" (it goes on without). Default: "fail". Example: "pass". */
  onMathFailure?: OnFailure;
  /** What becomes of a message whose thing or shadow is not found: "pass" (it goes on without) or "fail". Default: "pass". Example: "fail". */
  onEnrichmentFailure?: OnFailure;
  /** Seconds that what was found of a thing or its shadow is used again, 0 to 3,600. Default: 300. Example: 60. */
  enrichmentCacheSeconds?: number;
  /**
   * The functions of `lambda` activities, by `lambdaName`. Default: functions of these names that are there already, in this account and
   * region. Example: { fill_gaps: new ActivityFunction("fill_gaps", { path: "functions-of-mine/fill-gaps" }) }.
   */
  functions?: Record<string, FunctionReference>;
  /** The transform function. Default: 512 MB, 60 s, or 300 s with activities that call other services. Example: { memoryMegabytes: 1024 }. */
  function?: FunctionArgs;
  /** When an object is written. Default: 300 s or 128 MB. Example: { seconds: 900 }. */
  buffering?: BufferingArgs;
  /**
   * Whether it is the pipeline of a candidate: it takes the messages from a boundary on, which it sets when its first records arrive, and
   * leaves earlier ones to the reprocessing of the archive. Default: false. Example: true.
   */
  candidate?: boolean;
  /** ARN of a KMS key of yours for the logs. Default: keys of AWS. Example: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab". */
  kmsKeyArn?: pulumi.Input<string>;
  /** Days that log events are kept, one of CloudWatch's steps. Default: 30. Example: 90. */
  logRetentionDays?: number;
  /** Its alarms: messages that fail, a function that throws or is slow, records that do not fit, deliveries that wait. Default: all of them, without notification. Example: { topicArn: onCall.arn }. */
  alarms?: AlarmsArgs;
  /** ARN of a managed policy that bounds what its roles may do. Default: none. Example: "arn:aws:iam::123456789012:policy/boundary". */
  permissionsBoundaryArn?: pulumi.Input<string | undefined>;
  /** Tags of every resource that takes tags. Default: none. Example: { plant: "north" }. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

const CHANNEL: Shape<ChannelReference> = {
  streamName: required(input(text("the name of a Kinesis stream"))),
  kmsKeyArn: input(text("the ARN of a key")),
  batches: flag,
  takesSiteWise: flag,
};

const TARGET: Shape<DatastoreReference> = {
  name: required(text("the name of a datastore")),
  columns: list(COLUMN, "columns", { min: 1 }),
  partitions: required(list(PARTITION, "partitions")),
  onMismatch: among(Object.values(OnMismatch)),
  bucket: required(input(text("the name of a bucket"))),
  rootPrefix: required(text("a prefix")),
  prefix: required(text("a prefix")),
  databaseName: required(input(text("the name of a database"))),
  tableName: required(input(text("the name of a table"))),
  rowsTable: input(text("the name of a table")),
  readers: list(text("the name of a table or view"), "names"),
  copiesFrom: text("the name of a table"),
  candidate: reference<PromotedReference>("the candidate of a datastore", { promoted: required(flag) }),
  kmsKeyArn: input(text("the ARN of a key")),
};

const SHAPE: Shape<EtlPipelineArgs> = {
  channel: required(reference("a TelemetryChannel, or an object with the name of a stream", CHANNEL)),
  datastore: required(reference("a ParquetDatastore, a JsonDatastore, or an object with their members", TARGET)),
  activities: list(ACTIVITY, "activities"),
  definition: DEFINITION,
  integerDivision: flag,
  onMathFailure: among(Object.values(OnFailure)),
  onEnrichmentFailure: among(Object.values(OnFailure)),
  enrichmentCacheSeconds: whole(0, 3600, "seconds"),
  functions: record(
    reference<FunctionReference>("an ActivityFunction, or an object with the name of a function", {
      functionName: required(
        input(
          matching(
            /^([a-zA-Z0-9_-]{1,64}|arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[a-zA-Z0-9_-]{1,64}(:[a-zA-Z0-9$_-]+)?)$/,
            'the name of a function (1-64 letters, digits, "-" and "_") or its ARN',
          ),
        ),
      ),
    }),
    "functions by lambdaName",
  ),
  function: FUNCTION,
  buffering: BUFFERING,
  candidate: flag,
  ...OPERATIONS,
};

/** The resources of an EtlPipeline. */
export interface EtlPipelineNodes {
  readonly transform: FunctionNodes;
  readonly delivery: ConversionNodes;
  /** what delivers rows of further partitions; undefined for a pipeline whose messages have rows of one partition */
  readonly fanOut: ConversionNodes | undefined;
  /** by logical name */
  readonly alarms: AlarmNodes;
  /** the copy of partitions, before readers are led to another table */
  readonly copy?: lambda.Invocation;
}

/** Changes to the arguments of its children. */
export interface EtlPipelineTransforms {
  transform?: FunctionTransforms;
  delivery?: ConversionTransforms;
  fanOut?: ConversionTransforms;
  /** of every alarm */
  alarm?: AlarmTransform;
}

/** Options of an EtlPipeline: those of every component, and changes to its children. */
export interface EtlPipelineOptions extends pulumi.ComponentResourceOptions {
  transform?: EtlPipelineTransforms;
}

/**
 * A pipeline: reads a channel, transforms each message, and stores it as a row of a datastore. A message that cannot be processed goes
 * to the error prefix with its raw bytes, and its reason to the function's log.
 *
 * The smallest use:
 * ```ts
 * new EtlPipeline("store", { channel: plant, datastore: readings });
 * ```
 * The richest:
 * ```ts
 * new EtlPipeline("calculate_fahrenheit", {
 *   channel: plant,
 *   datastore: readings,
 *   activities: [
 *     { filter: { filter: "temperature < 200" } },
 *     { math: { attribute: "temperature_fahrenheit", math: "temperature * 9 / 5 + 32" } },
 *     { removeAttributes: { attributes: ["debug"] } },
 *   ],
 *   onMathFailure: "pass",
 *   function: { memoryMegabytes: 1024, timeoutSeconds: 120, logLevel: "DEBUG" },
 *   buffering: { seconds: 900, megabytes: 128 },
 *   logRetentionDays: 365,
 *   alarms: { topicArn: onCall.arn, failedMessages: 10 },
 * }, { transform: { transform: { function: (args) => { args.tracingConfig = { mode: "Active" }; } } } });
 * ```
 */
export class EtlPipeline extends pulumi.ComponentResource {
  readonly nodes: EtlPipelineNodes;
  /** what its function runs: the documents, and the settings that change rows */
  readonly transformation: Omit<TransformDefinition, "functions">;
  /** the functions of its lambda activities, by `lambdaName` */
  readonly functions: Record<string, FunctionReference>;
  /** failed messages lie below it, in the datastore's bucket */
  readonly errorPrefix: string;
  /** key of the object that holds the boundary of a candidate, in the datastore's bucket */
  readonly boundaryKey?: pulumi.Output<string>;

  /** @throws InputPropertiesError with every wrong argument */
  constructor(name: string, args: EtlPipelineArgs, opts: EtlPipelineOptions = {}) {
    const { definition, ...checked } = check(name, args, opts);
    args = checked.args;
    const { transform: transforms = {}, ...options } = opts;
    super("iot-telemetry-etl:index:EtlPipeline", name, {}, options);
    const { channel, datastore } = args;
    const isJson = datastore.columns === undefined;
    const buffering = { ...DEFAULT_BUFFERING, ...args.buffering };
    const scheme = partitionScheme(definition.datastore);
    const errorPrefix = `${datastore.rootPrefix}errors/${name}/`;
    const scope = scopeOf(this, name, args);
    const table = datastore.rowsTable ?? datastore.tableName;
    const boundaryKey =
      args.candidate === true
        ? pulumi.output(table).apply((name) => boundaryKeyOf(datastore.rootPrefix, name))
        : undefined;

    const fanOutName = fansOut(definition) ? uniqueName(this, "deliveryStream", name, "fan-out") : undefined;

    const { timeoutSeconds, ...transform } = createTransform();
    const fanOut = fanOutName === undefined ? undefined : createDelivery(fanOutName);
    const { bufferingSeconds, ...delivery } = createDelivery();
    addReader(channel, delivery.deliveryStream);
    const copy = copyPartitions();
    const alarms = createAlarms();

    this.transformation = definition;
    this.functions = args.functions ?? {};
    this.errorPrefix = errorPrefix;
    this.boundaryKey = boundaryKey;
    this.nodes = { transform, delivery, fanOut, alarms, copy };
    this.registerOutputs({ deliveryStream: this.deliveryStreamName, function: this.functionName });

    function createTransform(): ReturnType<typeof createTransformFunction> {
      return createTransformFunction(scope, {
        definition,
        calls: callsOf(definition.pipeline, args.functions ?? {}),
        table:
          isJson || scheme.dynamic
            ? {
                database: datastore.databaseName,
                table,
                columns: isJson,
                partitions: scheme.dynamic,
                readers: datastore.readers ?? [],
                copiesFrom: scheme.dynamic ? datastore.copiesFrom : undefined,
              }
            : undefined,
        fanOut: fanOutName,
        boundary: boundaryKey && { bucket: datastore.bucket, key: boundaryKey, kmsKeyArn: datastore.kmsKeyArn },
        settings: args.function ?? {},
        transforms: transforms.transform ?? {},
      });
    }

    /** @param further name of the one for rows of further partitions, into which the function puts; the other reads the channel */
    function createDelivery(further?: string): ReturnType<typeof createConversion> {
      const part = further !== undefined ? "fan-out" : isJson ? "json" : "parquet";
      return createConversion(scope, {
        stream: further === undefined ? { name: channel.streamName, kmsKeyArn: channel.kmsKeyArn } : undefined,
        physical: further ?? uniqueName(scope.component, "deliveryStream", name, part),
        part,
        target: {
          bucket: datastore.bucket,
          prefix: datastore.prefix,
          errorPrefix: further === undefined ? errorPrefix : `${errorPrefix}${part}/`,
          kmsKeyArn: datastore.kmsKeyArn,
          database: datastore.databaseName,
          table,
          scheme,
          json: isJson,
        },
        functionName: transform.function.name,
        // The function puts as soon as it is called.
        after: further === undefined && fanOut !== undefined ? [fanOut.deliveryStream] : [],
        buffering,
        transforms: (further === undefined ? transforms.delivery : transforms.fanOut) ?? {},
      });
    }

    /** Once for each way that readers are led: what was registered meanwhile by a function of before is copied, too. */
    function copyPartitions(): lambda.Invocation | undefined {
      const { copiesFrom, candidate } = datastore;
      if (copiesFrom === undefined || !scheme.dynamic) return undefined;
      const input = lift<[string], string>([table], (to) =>
        JSON.stringify({ copyPartitions: { from: copiesFrom, to } }),
      );
      const copied = new lambda.Invocation(
        `${name}-copy-partitions`,
        {
          functionName: transform.function.name,
          input,
          triggers: { promoted: String(candidate?.promoted ?? false) },
        },
        { parent: scope.component, dependsOn: [transform.policy] },
      );
      addReader(datastore, copied);
      return copied;
    }

    function createAlarms(): AlarmNodes {
      const created = new Alarms(scope, args.alarms, transforms.alarm);
      const subject = `Pipeline ${name}`;
      const { durationPercent, failedMessages } = { ...DEFAULT_ALARMS, ...args.alarms };
      const ofFunction = { FunctionName: transform.function.name };
      created.add("messagesFailed", subject, name, ofFunction, failedMessages);
      created.add("functionErrors", subject, name, ofFunction);
      created.add("functionThrottled", subject, name, ofFunction);
      const slowMs = lift<[number], number>([timeoutSeconds], (seconds) => (seconds * 1000 * durationPercent) / 100);
      created.add("functionSlow", subject, name, ofFunction, slowMs);
      if (scheme.dynamic) created.add("partitionsUnregistered", subject, name, ofFunction);
      ofDeliveryStream(subject, name, delivery.deliveryStream.name, bufferingSeconds, true);
      if (fanOut !== undefined) {
        const further = `Further partitions of the pipeline ${name}`;
        ofDeliveryStream(further, `${name}-fan-out`, fanOut.deliveryStream.name, fanOut.bufferingSeconds, false);
      }
      return created.nodes;

      function ofDeliveryStream(
        of: string,
        child: string,
        deliveryStream: pulumi.Input<string>,
        seconds: pulumi.Input<number>,
        reads: boolean,
      ): void {
        const dimensions = { DeliveryStreamName: deliveryStream };
        created.add("transformFailed", of, child, dimensions);
        created.add("conversionFailed", of, child, dimensions);
        if (scheme.dynamic) created.add("partitionsExceeded", of, child, dimensions);
        deliveryAlarms(created, of, child, deliveryStream, seconds, reads);
      }
    }
  }

  /** name of the delivery stream */
  get deliveryStreamName(): pulumi.Output<string> {
    return this.nodes.delivery.deliveryStream.name;
  }

  /** name of the delivery stream for rows of further partitions; undefined for a pipeline whose messages have rows of one partition */
  get fanOutStreamName(): pulumi.Output<string> | undefined {
    return this.nodes.fanOut?.deliveryStream.name;
  }

  /** name of the transform function */
  get functionName(): pulumi.Output<string> {
    return this.nodes.transform.function.name;
  }
}

/**
 * Whether a message can have rows of several partitions: a function, or the elements of a batch, make several messages of it, and the
 * datastore's partitions follow from what they hold.
 */
function fansOut({ pipeline, datastore, options }: Definition): boolean {
  const several =
    options?.batches === true ||
    options?.siteWise === true ||
    pipeline.pipelineActivities.some(({ lambda }) => lambda !== undefined);
  return several && partitionScheme(datastore).dynamic;
}

type Definition = Omit<TransformDefinition, "functions">;

/** @returns the arguments, and what the function runs */
function check(
  name: string,
  given: EtlPipelineArgs,
  options: EtlPipelineOptions,
): { args: EtlPipelineArgs; definition: Definition } {
  const checks = new Checks("EtlPipeline", name);
  const args = takeArgs(SHAPE, given, checks);
  const { channel, datastore, activities, definition } = args;
  if (checks.shaped("channel") && !takesReaders(channel))
    checks.add(
      "channel",
      "its rules are being created already and would not wait for this pipeline, which would lose messages; construct the pipeline right after the channel, with no await in between",
    );
  if (["channel", "datastore", "functions"].every((argument) => checks.shaped(argument))) {
    const functions = Object.entries(args.functions ?? {}).map(([name, one]) => [`functions.${name}`, one] as const);
    checkWaits(checks, channel, options, { datastore, ...Object.fromEntries(functions) });
  }
  checks.notBoth("definition", definition !== undefined, "activities", activities !== undefined);
  checks.throwIfWrong();
  const transform: Definition = {
    pipeline: definition ?? pipelineDocument(name, "channel", datastore.name, activities ?? []),
    datastore: datastoreDocument(datastore.name, datastore.columns, datastore.partitions),
    options: {
      integerDivision: args.integerDivision ?? false,
      onMathFailure: args.onMathFailure ?? "fail",
      onMismatch: datastore.onMismatch ?? "null",
      ...(channel.batches === true ? { batches: true } : {}),
      ...(channel.takesSiteWise === true ? { siteWise: true } : {}),
      // Pipelines that look nothing up have definitions that say nothing of it, so that their functions do not change.
      ...(args.onEnrichmentFailure === "fail" ? { onEnrichmentFailure: "fail" as const } : {}),
      ...(args.enrichmentCacheSeconds === undefined ? {} : { enrichmentCacheSeconds: args.enrichmentCacheSeconds }),
    },
  };
  if (datastore.prefix !== rowsPrefix("", datastore.name)) transform.prefix = datastore.prefix;
  // What the activities say together: two of one name, for example.
  try {
    compilePipeline(transform);
  } catch (error) {
    checks.add(definition === undefined ? "activities" : "definition", (error as Error).message);
  }
  checks.throwIfWrong();
  return { args, definition: transform };
}
