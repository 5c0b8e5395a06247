/** Log lines of the bridge function, each one JSON. */
import type { FailedRecord } from "./failed-record";

/** Bytes of a bad record that its line shows; the failure queue has all of them. */
const RAW_SHOWN = 2048;

/** Figures of a batch. */
export interface BridgeFigures {
  received: number;
  put: number;
  /** deleted rows that the historian leaves out */
  ignored: number;
  control: number;
  failed: number;
}

/** A record of which no message can be made. @param data base64 */
export function badRecordLine(record: Omit<FailedRecord, "data">, data: string): string {
  return JSON.stringify({
    level: "ERROR",
    message: `record failed: ${record.reason}`,
    ...record,
    rawData: data.slice(0, RAW_SHOWN),
    ...(data.length > RAW_SHOWN ? { rawDataTruncated: true } : {}),
  });
}

/** A table was created, dropped or changed. */
export function controlLine(historian: string, table: string, operation: string): string {
  return JSON.stringify({ level: "INFO", message: `${operation} ${table}`, historian, table, operation });
}

/** Messages that the stream refused to the last; they are read again. */
export function refusedLine(historian: string, messages: number, reason: string): string {
  return JSON.stringify({
    level: "WARN",
    message: `messages were refused and are tried again: ${reason}`,
    historian,
    messages,
    reason,
  });
}

/** The figures of a batch in CloudWatch's embedded metric format: namespace IotTelemetryEtl, dimension FunctionName. */
export function bridgeLine(historian: string, figures: BridgeFigures, now: number): string {
  const metrics = ["Received", "Put", "Failed"];
  return JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: "IotTelemetryEtl",
          Dimensions: [["FunctionName"]],
          Metrics: metrics.map((Name) => ({ Name, Unit: "Count" })),
        },
      ],
    },
    FunctionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? historian,
    Historian: historian,
    Received: figures.received,
    Put: figures.put,
    Failed: figures.failed,
    ...(figures.ignored > 0 ? { ignored: figures.ignored } : {}),
    ...(figures.control > 0 ? { control: figures.control } : {}),
  });
}
