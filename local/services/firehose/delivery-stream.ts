import * as path from "node:path";
import type { Clock, Timer } from "../../core/clock";
import { DEMANDS, type Iam } from "../../iam";
import { ACCOUNT, type Properties, type Resource } from "../../core/model";
import { customerKey } from "../../core/customer-key";
import { notAuthorized } from "../../core/access-denied";
import type { Stream } from "../kinesis/stream";
import type { CloudWatch } from "../cloudwatch";
import type { Cursor } from "../kinesis/shard";
import type { LambdaFunction } from "../lambda/function";
import type { Logs } from "../logs/logs";
import type { S3 } from "../s3/s3";
import { parquetFormat, plainFormat, type BodyFormat } from "./bodies";
import { Destination } from "./destination";
import { conversionFailed, partitioningFailed, processingFailed, type ErrorType } from "./envelope";
import { Journal } from "./journal";
import { compilePrefix, type PrefixContext } from "./prefix";
import { DeliveryMetrics } from "./metrics";
import { LambdaProcessor, type Processed } from "./processor";
import { Coverage, type SourceRecord } from "./source";

/** Active partitions of one delivery stream (quota; building blocks 3.2). */
const ACTIVE_PARTITIONS = 500;
/** Batches that may be in the Lambda at the same time; two keep it busy while an answer is read. */
const OUTSTANDING = 2;
const MEBIBYTE = 1024 * 1024;

export interface Counts {
  /** records read from the source that no earlier run had delivered: stored + filtered + failed, once nothing is pending */
  received: number;
  /** records in delivered objects */
  stored: number;
  /** records the transform dropped on purpose */
  filtered: number;
  /** records in delivered error objects */
  failed: number;
  /** delivered objects, without error objects */
  objects: number;
  rows: number;
  bytes: number;
}

export interface DeliveryStreamContext {
  folder: string;
  clock: Clock;
  iam: Iam;
  s3: S3;
  logs: Logs;
  cloudwatch: CloudWatch;
  region: string;
  stream: Stream;
  lambda: LambdaFunction | undefined;
  table: Resource | undefined;
  onError(error: unknown): void;
}

/**
 * A Firehose delivery stream with a Kinesis source and an S3 destination: reads every shard, hands batches to the transform Lambda,
 * partitions, converts, buffers by size and time, delivers. Each step is decided by the stream's role.
 */
export class DeliveryStream {
  readonly name: string;
  readonly arn: string;
  readonly counts: Counts = { received: 0, stored: 0, filtered: 0, failed: 0, objects: 0, rows: 0, bytes: 0 };
  /** the last refusal that keeps it from going on */
  refusal: string | undefined;
  private readonly metrics: DeliveryMetrics;
  private readonly s3Configuration: Properties;
  private readonly role: string;
  private readonly sourceRole: string;
  private readonly cursors: Cursor[];
  private readonly journal: Journal;
  private readonly destination: Destination;
  private readonly processor: LambdaProcessor | undefined;
  private readonly format: BodyFormat;
  private readonly errorFormat = plainFormat("UNCOMPRESSED", "\n");
  private readonly prefix: (context: PrefixContext) => string;
  private readonly errorPrefix: (context: PrefixContext) => string;
  private readonly dynamic: boolean;
  private readonly lambdaBytes: number;
  private readonly lambdaInterval: number;
  private readonly bufferInterval: number;
  private batch: SourceRecord[] = [];
  private batchBytes = 0;
  private batchTimer: Timer | undefined;
  private readonly outstanding = new Set<Coverage>();
  private readonly slots: Promise<void>[] = [];
  private accepting: Promise<void> = Promise.resolve();
  private pumping: Promise<void> | undefined;
  private wanted = false;
  /** whether its role lets it read the source */
  private reads = true;
  private stopped = false;

  constructor(
    resource: Resource,
    private readonly context: DeliveryStreamContext,
  ) {
    const { inputs } = resource;
    const { clock, s3, stream } = context;
    this.name = inputs.name;
    this.arn = resource.outputs.arn;
    this.metrics = new DeliveryMetrics(context.cloudwatch, this.name);
    // It polls every second; what is refused is not read.
    this.metrics.behind.idle = () => (this.reads ? 0 : undefined);
    const configuration: Properties = inputs.extendedS3Configuration;
    this.s3Configuration = configuration;
    this.role = configuration.roleArn;
    this.sourceRole = inputs.kinesisSourceConfiguration.roleArn;
    this.dynamic = configuration.dynamicPartitioningConfiguration?.enabled === true;
    this.prefix = compilePrefix(configuration.prefix ?? "", false);
    this.errorPrefix = compilePrefix(configuration.errorOutputPrefix ?? "", true);
    this.bufferInterval = (configuration.bufferingInterval ?? 300) * 1000;

    const processors: Properties[] = configuration.processingConfiguration?.enabled
      ? (configuration.processingConfiguration.processors ?? [])
      : [];
    const parameters = parametersOf(processors.find(({ type }) => type === "Lambda"));
    this.lambdaBytes = Number(parameters.BufferSizeInMBs ?? 1) * MEBIBYTE;
    this.lambdaInterval = Number(parameters.BufferIntervalInSeconds ?? 60) * 1000;
    if (parameters.LambdaArn !== undefined && context.lambda !== undefined)
      this.processor = new LambdaProcessor(
        context.lambda,
        parameters.LambdaArn,
        this.role,
        Number(parameters.NumberOfRetries ?? 3),
        { deliveryStreamArn: this.arn, sourceKinesisStreamArn: stream.arn, region: context.region },
        clock,
        this.metrics,
      );
    const delimiter = parametersOf(processors.find(({ type }) => type === "AppendDelimiterToRecord")).Delimiter;

    const conversion: Properties | undefined = configuration.dataFormatConversionConfiguration;
    const converts = conversion !== undefined && conversion.enabled !== false;
    const format = converts
      ? parquetFormat(context.table!.inputs.storageDescriptor.columns, conversion)
      : plainFormat(configuration.compressionFormat ?? "UNCOMPRESSED", (delimiter ?? "").replaceAll("\\n", "\n"));
    this.format =
      configuration.fileExtension === undefined ? format : { ...format, extension: configuration.fileExtension };

    const start = Object.fromEntries(stream.shards.map((shard, i) => [i, shard.end]));
    this.journal = new Journal(path.join(context.folder, this.name), start, (bucket, key) =>
      s3.head(this.role, bucket, key),
    );
    this.cursors = stream.shards.map((_, i) => ({ index: this.journal.startOf(i) }));
    const bucket = bucketOf(configuration);
    this.destination = new Destination(
      { name: this.name, version: 1, role: this.role, bucket, keyArn: customerKey(configuration.kmsKeyArn) },
      { bytes: (configuration.bufferingSize ?? 5) * MEBIBYTE, intervalMs: this.bufferInterval },
      clock,
      s3,
      this.journal,
      this.metrics,
      {
        delivered: (object) => {
          if (object.partition.startsWith("!")) this.counts.failed += object.records;
          else {
            this.counts.stored += object.records;
            this.counts.objects++;
            this.counts.rows += object.rows;
            this.counts.bytes += object.bytes;
          }
        },
        refused: (message) => {
          this.refusal = message;
          this.log("S3.AccessDenied", message);
        },
        lowWater: () => this.lowWater(),
        failed: (error) => this.fail(error),
      },
    );
    this.refusal = this.creationRefusal();
    this.reads = this.refusal === undefined;
    if (this.refusal !== undefined) this.log("AccessDenied", this.refusal);
    this.demand();
    clock.onSettle(() => this.settled());
    stream.subscribe(() => this.wake());
  }

  /** Longest that a record can wait in here, ms. */
  get patience(): number {
    return (this.processor === undefined ? 0 : this.lambdaInterval) + this.bufferInterval;
  }

  /** Records that are read, or could be, and are in no object yet. */
  get pending(): number {
    let pending = this.batch.length + this.destination.records;
    this.context.stream.shards.forEach((shard, i) => (pending += shard.end - this.cursors[i]!.index));
    return pending;
  }

  /** Reads what has arrived. Called when records became readable, and once at the start. */
  wake(): void {
    this.wanted = true;
    if (this.pumping !== undefined || this.stopped) return;
    this.pumping = this.pump()
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.pumping = undefined;
        if (this.wanted) this.wake();
      });
  }

  async settled(): Promise<void> {
    while (this.pumping !== undefined) await this.pumping;
    await this.accepting;
    await this.destination.settled();
  }

  /** Before objects may expire: what the journal says is made final, so that no expired object is taken for a lost one. */
  checkpoint(): void {
    if (!this.stopped) this.journal.compact(this.lowWater());
  }

  /**
   * Ends before another definition of this stream goes on: what the transform has answered is delivered now, and what it has not seen
   * is read again by the next, so that a record goes through one of the two.
   */
  async handOver(): Promise<void> {
    await this.settled();
    if (!this.stopped) await this.destination.deliverAll();
  }

  /** By shard, the first record that the next to read will read: all before are in objects or were dropped. */
  get positions(): Record<string, number> {
    return this.lowWater();
  }

  async close(): Promise<void> {
    const failed = this.stopped;
    await this.settled();
    this.stopped = true;
    this.batchTimer?.cancel();
    if (!failed) this.journal.close(this.lowWater());
  }

  private async pump(): Promise<void> {
    const { stream } = this.context;
    while (this.wanted) {
      this.wanted = false;
      const refusal = this.creationRefusal() ?? stream.readRefusal(this.sourceRole);
      if (refusal !== undefined) {
        // Firehose goes on trying; here it is tried with every arrival, and the summary tells.
        this.refusal = refusal;
        this.reads = false;
        this.log("KinesisSource.AccessDenied", refusal);
        return;
      }
      for (let shard = 0; shard < stream.shards.length; shard++)
        for (;;) {
          if (this.stopped) return;
          const records = stream.read(shard, this.cursors[shard]!);
          if (records.length === 0) break;
          this.counts.received += records.length;
          const now = this.context.clock.now();
          this.metrics.read.add(records.length, now);
          this.metrics.behind.add(now - records[0]!.arrival, now);
          for (const record of records) {
            const sourced = record as SourceRecord;
            sourced.shard = shard;
            if (this.processor === undefined) this.accept(sourced, sourced.data, {});
            else if (this.take(sourced)) await this.invoke();
          }
          if (this.processor === undefined) await this.destination.settled();
        }
    }
  }

  /** @returns whether the batch for the Lambda is full */
  private take(record: SourceRecord): boolean {
    if (this.batch.length === 0)
      this.batchTimer = this.context.clock.after(this.lambdaInterval, async () => {
        await this.invoke();
        await this.accepting;
      });
    this.batch.push(record);
    // Base64 and the record's metadata count towards the size that Lambda sees.
    this.batchBytes += record.data.length;
    return this.batchBytes >= this.lambdaBytes;
  }

  private async invoke(): Promise<void> {
    if (this.batch.length === 0) return;
    this.batchTimer?.cancel();
    const batch = this.batch;
    this.batch = [];
    this.batchBytes = 0;
    const coverage = new Coverage();
    for (const record of batch) coverage.add(record.shard, record.index);
    this.outstanding.add(coverage);
    const processed = this.processor!.process(batch);
    const previous = this.accepting;
    const accepted = (async () => {
      const outcomes = await processed;
      await previous;
      if (this.stopped) return;
      for (let i = 0; i < batch.length; i++) this.outcome(batch[i]!, outcomes[i]!);
      this.outstanding.delete(coverage);
      await this.destination.settled();
    })().catch((error: unknown) => this.fail(error));
    this.accepting = accepted;
    this.slots.push(accepted);
    if (this.slots.length >= OUTSTANDING) await this.slots.shift();
  }

  private outcome(record: SourceRecord, processed: Processed): void {
    switch (processed.result) {
      case "Ok":
        this.metrics.processed.add(1, this.context.clock.now());
        return this.accept(record, processed.data, processed.partitionKeys);
      case "Dropped":
        this.metrics.processed.add(1, this.context.clock.now());
        this.counts.filtered++;
        return;
      case "ProcessingFailed": {
        const failure = { record, ...processed, now: this.context.clock.now() };
        const lambdaArn = parametersOf(
          (this.s3Configuration.processingConfiguration.processors as Properties[]).find(
            ({ type }) => type === "Lambda",
          ),
        ).LambdaArn!;
        return this.error(record, "processing-failed", processed, () => processingFailed(failure, lambdaArn));
      }
    }
  }

  private accept(record: SourceRecord, data: Buffer, partitionKeys: Record<string, string>): void {
    const partition = this.dynamic ? JSON.stringify(partitionKeys) : "";
    if (this.journal.has(partition, record.shard, record.index)) return this.deliveredBefore();
    if (this.dynamic) {
      const problem = partitionProblem(partitionKeys, this.s3Configuration.prefix);
      const full = this.destination.active >= ACTIVE_PARTITIONS && !this.destination.isOpen(partition);
      if (full) this.metrics.partitionsExceeded.add(1, this.context.clock.now());
      if (problem !== undefined || full) {
        const code = full
          ? "DynamicPartitioning.ActivePartitionLimitExceeded"
          : "DynamicPartitioning.MetadataExtractionFailed";
        const message = problem ?? `The delivery stream has ${ACTIVE_PARTITIONS} active partitions already.`;
        const failure = { record, code, message, attempts: 1, now: this.context.clock.now() };
        return this.error(record, "partitioning-failed", failure, () => partitioningFailed(failure));
      }
    }
    const refusal = this.schemaRefusal();
    const failed =
      refusal === undefined
        ? this.destination.add(partition, record, data, this.format, this.prefix, { partitionKeys })
        : { code: "DataFormatConversion.AccessDenied", message: refusal };
    if (failed === undefined) {
      if (this.context.table !== undefined) this.metrics.converted.add(1, this.context.clock.now());
      return;
    }
    this.metrics.conversionFailed.add(1, this.context.clock.now());
    const failure = { record, ...failed, attempts: 1, now: this.context.clock.now() };
    this.error(record, "format-conversion-failed", failed, () => conversionFailed(failure, data, this.catalogTable()));
  }

  private error(
    record: SourceRecord,
    type: ErrorType,
    failure: { code: string; message: string },
    line: () => string,
  ): void {
    const partition = `!${type}`;
    if (this.journal.has(partition, record.shard, record.index)) return this.deliveredBefore();
    this.log(failure.code, failure.message);
    const naming = { partitionKeys: {}, errorOutputType: type };
    this.destination.add(partition, record, Buffer.from(line()), this.errorFormat, this.errorPrefix, naming);
  }

  /** A crash came between its object and the checkpoint: the earlier run counted it. */
  private deliveredBefore(): void {
    this.counts.received--;
  }

  /** By shard, the first record that would have to be read again after a crash. */
  private lowWater(): Record<string, number> {
    return Object.fromEntries(
      this.cursors.map(({ index }, shard) => {
        let low = index;
        for (const held of [this.destination.firstOf(shard), ...[...this.outstanding].map((c) => c.firstOf(shard))])
          if (held !== undefined) low = Math.min(low, held);
        for (const record of this.batch) if (record.shard === shard) low = Math.min(low, record.index);
        return [shard, low];
      }),
    );
  }

  private trustDecision: { refusal: string | undefined } | undefined;

  /** Why Firehose may not take on its roles, or undefined. It sends the account as the external id (building blocks 0.2). */
  private trustRefusal(): string | undefined {
    this.trustDecision ??= {
      refusal: [this.sourceRole, this.role]
        .map((role) => {
          const decision = this.context.iam.assume("firehose.amazonaws.com", role, { "sts:ExternalId": ACCOUNT });
          return decision.allowed
            ? undefined
            : notAuthorized("firehose.amazonaws.com", "sts:AssumeRole", role, decision.decidedBy);
        })
        .find((refusal) => refusal !== undefined),
    };
    return this.trustDecision.refusal;
  }

  private creationDecision: { refusal: string | undefined } | undefined;

  /**
   * Firehose tries its permissions when a stream is created (building blocks 0.1): it finds the bucket, and asks the function how long it may
   * take. Which calls it makes for that is not documented beyond the role that it demands (3.7, unverified).
   */
  private creationRefusal(): string | undefined {
    return (this.creationDecision ??= { refusal: this.create() }).refusal;
  }

  private create(): string | undefined {
    const { s3, lambda } = this.context;
    const trust = this.trustRefusal();
    if (trust !== undefined) return trust;
    // Batches are sent all the same: without the answer the function's own limit counts.
    if (this.processor !== undefined) lambda!.configurationRefusal(this.role, this.processor.qualifiedArn);
    return s3.locate(this.role, bucketOf(this.s3Configuration));
  }

  /** What the stream calls only when something goes wrong, or never here. */
  private demand(): void {
    const { iam, s3, logs } = this.context;
    const { prefix, errorOutputPrefix, cloudwatchLoggingOptions: logging } = this.s3Configuration as Properties;
    const principal = this.role;
    const bucket = bucketOf(this.s3Configuration);
    // The name of an object as far as it is fixed, and any name under it.
    const keyUnder = (text: string | undefined): string => `${(text ?? "").split("!{")[0]!}object`;
    const errorKey = keyUnder(errorOutputPrefix);
    for (const key of new Set([keyUnder(prefix), errorKey])) {
      const resource = `arn:aws:s3:::${bucket}/${key}`;
      iam.demand({ principal, resource }, DEMANDS.abortUpload);
      iam.demand({ principal, resource }, DEMANDS.findObject);
      const use = s3.keyUse(bucket, key, customerKey(this.s3Configuration.kmsKeyArn));
      if (use !== undefined) iam.demand({ principal, ...use }, DEMANDS.readParts);
    }
    iam.demand({ principal, resource: `arn:aws:s3:::${bucket}/${errorKey}` }, DEMANDS.writeErrors);
    if (logging?.enabled === true)
      iam.demand({ principal, resource: logs.arn(logging.logGroupName, logging.logStreamName) }, DEMANDS.logErrors);
  }

  private schemaDecision: { refusal: string | undefined } | undefined;

  /** Decided once, when the first record is converted: roles do not change while the stream runs. */
  private schemaRefusal(): string | undefined {
    return (this.schemaDecision ??= { refusal: this.readSchema() }).refusal;
  }

  /** Reading the schema takes three actions on three resources; without them no record can be converted. */
  private readSchema(): string | undefined {
    const { table, iam, region } = this.context;
    if (table === undefined) return undefined;
    const schema: Properties = this.s3Configuration.dataFormatConversionConfiguration.schemaConfiguration;
    const arn = (rest: string) => `arn:aws:glue:${region}:${ACCOUNT}:${rest}`;
    const { databaseName, name } = table.inputs as { databaseName: string; name: string };
    for (const resource of [arn("catalog"), arn(`database/${databaseName}`), arn(`table/${databaseName}/${name}`)])
      for (const action of ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"]) {
        const decision = iam.check({ principal: schema.roleArn, action, resource });
        if (!decision.allowed) return notAuthorized(schema.roleArn, action, resource, decision.decidedBy);
      }
    return undefined;
  }

  private catalogTable(): Properties {
    const { inputs } = this.context.table!;
    return {
      catalogId: ACCOUNT,
      databaseName: inputs.databaseName,
      tableName: inputs.name,
      region: this.context.region,
      versionId: "LATEST",
      catalogArn: null,
    };
  }

  private lastLogged = "";

  /** The stream's own log tells each kind of error once in a row, as a table of errors would. */
  private log(code: string, message: string): void {
    const options: Properties | undefined = this.s3Configuration.cloudwatchLoggingOptions;
    if (options?.enabled !== true || this.lastLogged === code + message) return;
    this.lastLogged = code + message;
    const line = JSON.stringify({
      deliveryStreamARN: this.arn,
      destination: this.s3Configuration.bucketArn,
      deliveryStreamVersionId: 1,
      message,
      errorCode: code,
    });
    const refusal = this.context.logs.put(this.role, options.logGroupName, options.logStreamName, [line], false);
    if (refusal !== undefined) this.refusal ??= refusal;
  }

  private fail(error: unknown): void {
    if (this.stopped) return;
    this.stopped = true;
    this.context.onError(error);
  }
}

function bucketOf({ bucketArn }: Properties): string {
  return String(bucketArn).split(":::")[1]!;
}

function parametersOf(processor: Properties | undefined): Record<string, string> {
  const parameters = (processor?.parameters ?? []) as { parameterName: string; parameterValue: string }[];
  return Object.fromEntries(parameters.map(({ parameterName, parameterValue }) => [parameterName, parameterValue]));
}

/** Keys that the prefix names must be there and not be empty (building blocks 3.5). */
function partitionProblem(keys: Record<string, string>, prefix: string): string | undefined {
  for (const [, key] of prefix.matchAll(/!\{partitionKeyFromLambda:([^}]+)\}/g)) {
    const value = keys[key!];
    if (typeof value !== "string" || value === "")
      return `partitionKeys.${key} is ${JSON.stringify(value) ?? "missing"}, the prefix needs it.`;
  }
  return undefined;
}
