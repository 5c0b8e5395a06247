/** Log lines of a datastore's maintenance: what a run has done, and its figures as CloudWatch metrics. */

/** The figures of a run. */
export interface MaintenanceFigures {
  /** partitions that had objects and were not registered */
  PartitionsRegistered: number;
  /** partitions that had no objects any more */
  PartitionsRemoved: number;
  /** partitions that queries read in few objects now */
  PartitionsCompacted: number;
  /** objects with rows that arrived while their partition was compacted */
  LateObjects: number;
  /** what could not be done: partitions that could not be registered, removed or rewritten */
  MaintenanceFailures: number;
}

/**
 * One line of JSON. Figures that are not 0 are metrics too, in CloudWatch's embedded metric format, so that a metric costs nothing while
 * nothing happens. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @param failures reasons of what could not be done; the line has the first of them
 */
export function maintenanceLine(
  table: string,
  figures: MaintenanceFigures,
  failures: readonly string[],
  more: Readonly<Record<string, unknown>>,
  now: number,
): string {
  const metrics = Object.entries(figures).filter(([, count]) => count > 0);
  return JSON.stringify({
    ...(metrics.length === 0
      ? {}
      : {
          _aws: {
            Timestamp: now,
            CloudWatchMetrics: [
              {
                Namespace: "IotTelemetryEtl",
                Dimensions: [["FunctionName"]],
                Metrics: metrics.map(([Name]) => ({ Name, Unit: "Count" })),
              },
            ],
          },
        }),
    FunctionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? table,
    level: failures.length === 0 ? "INFO" : "ERROR",
    message:
      failures.length === 0 ? `maintenance of ${table}` : `maintenance of ${table} is not complete: ${failures[0]}`,
    ...Object.fromEntries(metrics),
    ...(failures.length > 1 ? { failures: failures.slice(0, SHOWN) } : {}),
    ...more,
  });
}

/** Reasons that a line has. */
const SHOWN = 20;
