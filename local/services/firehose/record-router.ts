import type { Clock } from "../../core/clock";
import { ACCOUNT, type Properties, type Resource } from "../../core/model";
import { plainFormat } from "./bodies";
import type { Configuration } from "./configuration";
import type { DeliveryLog } from "./delivery-log";
import type { DeliveryPermissions } from "./delivery-permissions";
import type { Counts } from "./counts";
import type { Destination } from "./destination";
import { conversionFailed, partitioningFailed, processingFailed, type ErrorType } from "./envelope";
import type { Journal } from "./journal";
import type { DeliveryMetrics } from "./metrics";
import type { Processed } from "./processor";
import type { SourceRecord } from "./source";

/** Active partitions of one delivery stream; https://docs.aws.amazon.com/firehose/latest/dev/limits.html. */
const ACTIVE_PARTITIONS = 500;

/** Decides where a record goes: into the buffer of its partition, or to the error prefix. */
export class RecordRouter {
  private readonly errorFormat = plainFormat("UNCOMPRESSED", "\n");

  constructor(
    private readonly configuration: Configuration,
    private readonly permissions: DeliveryPermissions,
    private readonly destination: Destination,
    private readonly journal: Journal,
    private readonly metrics: DeliveryMetrics,
    private readonly counts: Counts,
    private readonly log: DeliveryLog,
    private readonly clock: Clock,
    private readonly region: string,
    private readonly table: Resource | undefined,
    private readonly onDefect: (error: unknown) => void,
  ) {}

  /** Takes a record that the function has answered. */
  outcome(record: SourceRecord, processed: Processed): void {
    switch (processed.result) {
      case "Ok":
        this.metrics.processed.add(1, this.clock.now());
        return this.accept(record, processed.data, processed.partitionKeys);
      case "Dropped":
        this.metrics.processed.add(1, this.clock.now());
        this.counts.filtered++;
        return;
      case "ProcessingFailed": {
        const failure = { record, ...processed, now: this.clock.now() };
        const { functionArn } = this.configuration.processor!;
        return this.error(record, "processing-failed", processed, () => processingFailed(failure, functionArn));
      }
    }
  }

  /** Takes a record with its data: into its partition's buffer, or to the error prefix. */
  accept(record: SourceRecord, data: Buffer, partitionKeys: Record<string, string>): void {
    const { dynamicPartitioning } = this.configuration;
    const partition = dynamicPartitioning ? JSON.stringify(partitionKeys) : "";
    if (this.journal.has(partition, record.shard, record.index)) return this.deliveredBefore();
    if (dynamicPartitioning) {
      const problem = partitionProblem(partitionKeys, this.configuration.partitionKeys);
      const full = this.destination.active >= ACTIVE_PARTITIONS && !this.destination.isOpen(partition);
      if (full) this.metrics.partitionsExceeded.add(1, this.clock.now());
      if (problem !== undefined || full) {
        const code = full
          ? "DynamicPartitioning.ActivePartitionLimitExceeded"
          : "DynamicPartitioning.MetadataExtractionFailed";
        const message = problem ?? `The delivery stream has ${ACTIVE_PARTITIONS} active partitions already.`;
        const failure = { record, code, message, attempts: 1, now: this.clock.now() };
        return this.error(record, "partitioning-failed", failure, () => partitioningFailed(failure));
      }
    }
    const refusal = this.permissions.schemaRefusal;
    const failed =
      refusal === undefined
        ? this.buffer(partition, record, data, { partitionKeys })
        : { code: "DataFormatConversion.AccessDenied", message: refusal };
    if (failed === undefined) {
      if (this.table !== undefined) this.metrics.converted.add(1, this.clock.now());
      return;
    }
    this.metrics.conversionFailed.add(1, this.clock.now());
    const fromStream = this.configuration.sourceRole !== undefined;
    const failure = { record, ...failed, attempts: 1, now: this.clock.now(), fromStream };
    this.error(record, "format-conversion-failed", failed, () => conversionFailed(failure, data, this.catalogTable()));
  }

  /** A record whose conversion raises fails alone. */
  private buffer(
    partition: string,
    record: SourceRecord,
    data: Buffer,
    naming: { partitionKeys: Record<string, string> },
  ): { code: string; message: string } | undefined {
    const { format, prefix } = this.configuration;
    try {
      return this.destination.add(partition, record, data, format, prefix, naming);
    } catch (error) {
      this.onDefect(error);
      return { code: "DataFormatConversion.InternalError", message: (error as Error).message };
    }
  }

  private error(
    record: SourceRecord,
    type: ErrorType,
    failure: { code: string; message: string },
    line: () => string,
  ): void {
    const partition = `!${type}`;
    if (this.journal.has(partition, record.shard, record.index)) return this.deliveredBefore();
    this.log.write(failure.code, failure.message);
    const naming = { partitionKeys: {}, errorOutputType: type };
    this.destination.add(
      partition,
      record,
      Buffer.from(line()),
      this.errorFormat,
      this.configuration.errorPrefix,
      naming,
    );
  }

  /** A crash came between its object and the checkpoint: the earlier run counted it. */
  private deliveredBefore(): void {
    this.counts.received--;
  }

  private catalogTable(): Properties {
    const { inputs } = this.table!;
    return {
      catalogId: ACCOUNT,
      databaseName: inputs.databaseName,
      tableName: inputs.name,
      region: this.region,
      versionId: "LATEST",
      catalogArn: null,
    };
  }
}

/**
 * Keys that the prefix names must be in the answer of the function and not be empty.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-partitioning-keys.html
 */
function partitionProblem(keys: Record<string, string>, needed: readonly string[]): string | undefined {
  for (const key of needed) {
    const value = keys[key];
    if (typeof value !== "string" || value === "")
      return `partitionKeys.${key} is ${JSON.stringify(value) ?? "missing"}, the prefix needs it.`;
  }
  return undefined;
}
