import { usd } from "../../cost";
import { formatTable } from "../output/table";
import type { StackEvaluation } from "./evaluate-stack";
import type { Resource } from "../../local/core/model";

/** Settings in which environments differ, read from the resources rather than from the configuration. */
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

/** A table of the stacks: settings that differ, and counts of violations. */
export function sideBySide(evaluations: readonly StackEvaluation[]): string {
  const of = (stack: StackEvaluation, type: string): Resource[] =>
    stack.evaluation.resources.filter((resource) => resource.type === type);
  const rows = ROWS.flatMap(([what, type, read]): unknown[][] => {
    const cells = evaluations.map((stack) => several(of(stack, type).map(({ inputs }) => read(inputs))));
    return cells.every((cell) => cell === "") ? [] : [[what, ...cells]];
  });
  const protectedOf = (stack: StackEvaluation): number =>
    [...stack.evaluation.options.values()].filter(({ protect }) => protect).length;
  rows.push(
    ["protected resources", ...evaluations.map((stack) => String(protectedOf(stack)))],
    ["alarms", ...evaluations.map((stack) => String(of(stack, "aws:cloudwatch/metricAlarm:MetricAlarm").length))],
    ...costRows(evaluations),
    ["region", ...evaluations.map(({ evaluation }) => evaluation.region)],
    ["resources", ...evaluations.map(({ evaluation }) => String(evaluation.resources.length))],
    ["mandatory violations", ...evaluations.map((stack) => String(violations(stack, "mandatory")))],
    ["advisory violations", ...evaluations.map((stack) => String(violations(stack, "advisory")))],
    ["not decidable", ...evaluations.map(({ judgement }) => String(judgement.undecided.length))],
  );
  return formatTable(["", ...evaluations.map(({ stack }) => stack)], rows, 200);
}

/** The estimated bill; stacks without expected traffic have no sum. */
function costRows(evaluations: readonly StackEvaluation[]): unknown[][] {
  const anyTraffic = evaluations.some(({ bill }) => bill.traffic !== undefined);
  const sum = ({ bill }: StackEvaluation): string =>
    bill.traffic === undefined ? "-" : usd(bill.estimate.usdPerMonth);
  return [
    ...(anyTraffic ? [["USD a month", ...evaluations.map(sum)]] : []),
    ["USD a month, fixed", ...evaluations.map(({ bill }) => usd(bill.estimate.fixedUsdPerMonth))],
    ["USD per million messages", ...evaluations.map(({ bill }) => usd(bill.estimate.usdPerMillionMessages))],
  ];
}

function violations({ judgement }: StackEvaluation, level: string): number {
  return judgement.violations.filter((violation) => violation.level === level).length;
}

/** The distinct values. */
function several(values: readonly unknown[]): string {
  return [...new Set(values.map((value) => String(value ?? "-")))].sort().join(", ");
}
