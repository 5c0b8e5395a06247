/** Log lines of the transform function: one for every failed record, and the batch's figures as CloudWatch metrics. */

/** Bytes of a failed record that its log line shows; the delivery stream's error object has all of them. */
const RAW_SHOWN = 2048;

/** The content of a failed record's log line. */
export interface FailedRecord {
  pipeline: string;
  /** name of the activity */
  at: string;
  reason: string;
  recordId: string;
  deliveryStreamArn: string | undefined;
  /** base64, as the delivery stream sent it; absent if payloads are not logged */
  data?: unknown;
}

/** One line of JSON. The response to Firehose has no field for a reason, so on AWS the reason is only in this line. */
export function failureLine({ pipeline, at, reason, recordId, deliveryStreamArn, data }: FailedRecord): string {
  const rawData = typeof data === "string" ? data : undefined;
  return JSON.stringify({
    level: "ERROR",
    message: `message failed: ${reason}`,
    pipeline,
    at,
    reason,
    recordId,
    deliveryStreamArn,
    ...(rawData === undefined ? {} : { rawData: rawData.slice(0, RAW_SHOWN) }),
    ...(rawData !== undefined && rawData.length > RAW_SHOWN ? { rawDataTruncated: true } : {}),
  });
}

/** Maximum number of filtered messages per batch that are logged individually. */
const FILTERED_SHOWN = 10;

/** Lines of JSON, level DEBUG: the first messages of a batch that activities filtered out, and the number of further ones. */
export function filteredLines(
  pipeline: string,
  filtered: readonly { at: string; recordId: string; data?: unknown }[],
): string[] {
  const lines = filtered.slice(0, FILTERED_SHOWN).map(({ at, recordId, data }) => {
    const message = typeof data === "string" ? Buffer.from(data, "base64").toString("utf8") : undefined;
    return JSON.stringify({
      level: "DEBUG",
      message: `message filtered out by ${at}`,
      pipeline,
      at,
      recordId,
      ...(message === undefined ? {} : { raw: message.slice(0, RAW_SHOWN) }),
      ...(message !== undefined && message.length > RAW_SHOWN ? { rawTruncated: true } : {}),
    });
  });
  const more = filtered.length - lines.length;
  if (more > 0)
    lines.push(JSON.stringify({ level: "DEBUG", message: `${more} more messages filtered out`, pipeline, more }));
  return lines;
}

/** One line of JSON: the number of messages that continued without an activity's attribute, and the reason. */
export function passedLine(pipeline: string, at: string, reason: string, messages: number): string {
  return JSON.stringify({
    level: "WARN",
    message: `messages went on without: ${reason}`,
    pipeline,
    at,
    reason,
    messages,
  });
}

/** The figures of a batch's metrics line. */
export interface BatchFigures {
  received: number;
  stored: number;
  filtered: number;
  failed: number;
  /** number of values that did not fit, by column */
  mismatches: Readonly<Record<string, number>>;
  partitionFallbacks: number;
  mathFailuresPassed: number;
  nameCollisions: number;
  /** messages that continued without an enrichment's attribute */
  enrichmentFailures: number;
  /** calls of functions that returned a different number of messages than they received */
  lambdaMismatches: number;
}

/**
 * One line in CloudWatch's embedded metric format: namespace IotTelemetryEtl, dimension FunctionName, because function names are unique in an
 * account and pipeline names are not. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @param metrics counts, by the metric's name
 * @param properties what the line holds besides
 */
function embeddedMetrics(pipeline: string, metrics: Record<string, number>, now: number, properties: object): string {
  return JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: "IotTelemetryEtl",
          Dimensions: [["FunctionName"]],
          Metrics: Object.keys(metrics).map((Name) => ({ Name, Unit: "Count" })),
        },
      ],
    },
    FunctionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? pipeline,
    Pipeline: pipeline,
    ...metrics,
    ...properties,
  });
}

/** The metrics of a batch. Those of asynchronous activities are left out for pipelines without, because each metric costs money. */
export function metricsLine(pipeline: string, figures: BatchFigures, now: number, asynchronous = false): string {
  const mismatches = Object.values(figures.mismatches).reduce((sum, count) => sum + count, 0);
  const metrics = {
    Received: figures.received,
    Stored: figures.stored,
    Filtered: figures.filtered,
    Failed: figures.failed,
    ColumnMismatches: mismatches,
    PartitionFallbacks: figures.partitionFallbacks,
    ...(asynchronous
      ? { EnrichmentFailures: figures.enrichmentFailures, LambdaMismatches: figures.lambdaMismatches }
      : {}),
  };
  return embeddedMetrics(pipeline, metrics, now, {
    ...(mismatches > 0 ? { columns: figures.mismatches } : {}),
    ...(figures.mathFailuresPassed > 0 ? { mathFailuresPassed: figures.mathFailuresPassed } : {}),
    ...(figures.nameCollisions > 0 ? { nameCollisions: figures.nameCollisions } : {}),
  });
}

/**
 * The metric of partitions that could not be registered in the catalog. It is written only when there are some, so that it costs nothing
 * otherwise.
 */
export function unregisteredLine(
  pipeline: string,
  table: string,
  partitions: number,
  reason: string,
  now: number,
): string {
  return embeddedMetrics(pipeline, { PartitionsUnregistered: partitions }, now, {
    level: "ERROR",
    message: `partitions of ${table} are not registered, so queries do not find their rows: ${reason}`,
  });
}

/**
 * The metric of records that a candidate leaves to the reprocessing of the archive. It is written only when there are some, which ends soon
 * after the boundary.
 */
export function leftLine(pipeline: string, records: number, now: number): string {
  return embeddedMetrics(pipeline, { LeftToReprocessing: records }, now, {});
}
