import { formatTable } from "../output/table";
import type { Look } from "./look";
import type { Resource } from "../../local/core/model";

/** What environments differ in, read off the resources and not off the configuration. */
const ROWS: readonly [what: string, type: string, read: (inputs: Resource["inputs"]) => unknown][] = [
  ["stream mode", "aws:kinesis/stream:Stream", (inputs) => inputs.streamModeDetails?.streamMode ?? "PROVISIONED"],
  ["shards", "aws:kinesis/stream:Stream", (inputs) => inputs.shardCount ?? "-"],
  ["stream retention, hours", "aws:kinesis/stream:Stream", (inputs) => inputs.retentionPeriod],
  ["stream key", "aws:kinesis/stream:Stream", (inputs) => inputs.kmsKeyId],
  ["data retention", "aws:s3/bucket:Bucket", (inputs) => inputs.tags?.["data-retention"] ?? "-"],
  ["buckets deleted with data", "aws:s3/bucket:Bucket", (inputs) => inputs.forceDestroy === true],
  ["log retention, days", "aws:cloudwatch/logGroup:LogGroup", (inputs) => inputs.retentionInDays],
  [
    "buffer, MB",
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    (inputs) => inputs.extendedS3Configuration?.bufferingSize,
  ],
  ["function memory, MB", "aws:lambda/function:Function", (inputs) => inputs.memorySize],
  ["function log level", "aws:lambda/function:Function", (inputs) => inputs.loggingConfig?.applicationLogLevel],
  [
    "scan limit, MB",
    "aws:athena/workgroup:Workgroup",
    (inputs) => Math.round((inputs.configuration?.bytesScannedCutoffPerQuery ?? 0) / 1_048_576),
  ],
];

/** The stacks side by side: what was decided differently, and what the rules say. */
export function sideBySide(looks: readonly Look[]): string {
  const of = (look: Look, type: string): Resource[] =>
    look.evaluation.resources.filter((resource) => resource.type === type);
  const rows = ROWS.flatMap(([what, type, read]): unknown[][] => {
    const cells = looks.map((look) => several(of(look, type).map(({ inputs }) => read(inputs))));
    return cells.every((cell) => cell === "") ? [] : [[what, ...cells]];
  });
  const protectedOf = (look: Look): number =>
    [...look.evaluation.options.values()].filter(({ protect }) => protect).length;
  rows.push(
    ["protected resources", ...looks.map((look) => String(protectedOf(look)))],
    ["alarms", ...looks.map((look) => String(of(look, "aws:cloudwatch/metricAlarm:MetricAlarm").length))],
    ["region", ...looks.map(({ evaluation }) => evaluation.region)],
    ["resources", ...looks.map(({ evaluation }) => String(evaluation.resources.length))],
    ["mandatory violations", ...looks.map((look) => String(violations(look, "mandatory")))],
    ["advisory violations", ...looks.map((look) => String(violations(look, "advisory")))],
    ["not decidable", ...looks.map(({ judgement }) => String(judgement.undecided.length))],
  );
  return formatTable(["", ...looks.map(({ stack }) => stack)], rows, 200);
}

function violations({ judgement }: Look, level: string): number {
  return judgement.violations.filter((violation) => violation.level === level).length;
}

/** The values that occur, each once. */
function several(values: readonly unknown[]): string {
  return [...new Set(values.map((value) => String(value ?? "-")))].sort().join(", ");
}
