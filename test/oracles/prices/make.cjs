/** Writes infracost.ndjson from the recordings of Infracost's tests; the argument is its clone or its bare repository. */
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const [repository] = process.argv.slice(2);
const DATA = "internal/providers/terraform/aws/testdata";

/** Price, recording, the resource's line, the component's line, and how many of its units are one of ours. */
const LINES = [
  ["kinesis-shard-hour", "kinesis_stream", /test_stream_provisioned_with_usage$/, "PROVISIONED", 1],
  ["kinesis-put", "kinesis_stream", /test_stream_provisioned_with_usage$/, "Put request unit", 1e6],
  [
    "kinesis-shard-hour-week",
    "kinesis_stream",
    /test_stream_provisioned_with_usage$/,
    "Extended retention (24H to 7D)",
    1,
  ],
  ["kinesis-retention-long", "kinesis_stream", /test_stream_provisioned_with_usage$/, "Long term retention (7D+)", 1],
  [
    "kinesis-consumer-out",
    "kinesis_stream",
    /test_stream_provisioned_with_usage$/,
    "Enhanced Fan Out (EFO) Data retrieval",
    1,
  ],
  ["kinesis-consumer-hour", "kinesis_stream", /test_stream_provisioned_with_usage$/, "Enhanced Fan Out (EFO)", 1],
  ["kinesis-stream-hour", "kinesis_stream", /test_stream_on_demand_with_usage$/, "ON_DEMAND", 1],
  [
    "kinesis-retention-week",
    "kinesis_stream",
    /test_stream_on_demand_with_usage$/,
    "Extended retention (24H to 7D)",
    1,
  ],
  ["lambda-request", "lambda_function", /lambda_duration_9B$/, "Requests", 1],
  ["lambda-x86", "lambda_function", /lambda_duration_9B$/, "Duration (first 6B)", 1],
  ["lambda-arm64", "lambda_function", /lambda_duration_75B_arm$/, "Duration (first 7.5B)", 1],
  ["s3-standard", "s3_bucket", /bucket_withUsage$/, "Storage", 1],
  ["s3-put", "s3_bucket", /bucket_withUsage$/, "PUT, COPY, POST, LIST requests", 1],
  ["s3-standard-ia", "s3_bucket", /bucket_withUsage$/, "Storage (infrequent access)", 1],
  ["s3-deep-archive", "s3_bucket", /bucket_withUsage$/, "Storage (deep archive access)", 1],
  ["glue-objects", "glue_catalog_database", /./, "Storage", 1],
  ["glue-request", "glue_catalog_database", /./, "Requests", 1],
  ["cloudwatch-alarm", "cloudwatch_metric_alarm", /./, "Standard resolution", 1],
  ["cloudwatch-dashboard", "cloudwatch_dashboard", /./, "Dashboard", 1],
  ["logs-in", "cloudwatch_log_group", /./, "Data ingested", 1],
  ["logs-month", "cloudwatch_log_group", /./, "Archival Storage", 1],
  ["states-transition", "sfn_state_machine", /./, "Transitions", 1],
  ["kms-key", "kms_key", /./, "Customer master key", 1],
];

/** Lines of a recording: the resource's name, then its components with quantity and USD. */
function read(name) {
  const file = `${DATA}/${name}_test/${name}_test.golden`;
  const text = execFileSync("git", ["-C", repository, "show", `HEAD:${file}`], { encoding: "utf8" });
  let resource = "";
  return text.split("\n").flatMap((line) => {
    const title = /^ (aws_\S+)/.exec(line)?.[1];
    if (title !== undefined) resource = title;
    const [, component, quantity, usd] = /^[ │├└─]*[├└]─ (.+?) {2,}([\d.,]+) {2}\S.*?\$([\d.,]+) /.exec(line) ?? [];
    if (usd === undefined) return [];
    const number = (digits) => Number(digits.replaceAll(",", ""));
    return [{ resource, component, quantity: number(quantity), usd: number(usd) }];
  });
}

const rows = LINES.map(([price, file, resource, component, units]) => {
  const found = read(file).find(
    (line) => resource.test(line.resource.replace(/\[\d+\]$/, "")) && line.component === component,
  );
  if (found === undefined) throw new Error(`${price}: ${file} has no ${component}`);
  return JSON.stringify([price, found.quantity / units, found.usd, `${file}_test.golden`]);
});
fs.writeFileSync(path.join(__dirname, "infracost.ndjson"), `${rows.join("\n")}\n`);
