import { block, list, text, type Inputs } from "../../aws/values";
import type { StackView, View } from "../framework/view";
import { areasOf } from "./buckets";
import type { Need } from "./needs";

const LOG_DELIVERY = [
  "logs:CreateLogDelivery",
  "logs:CreateLogStream",
  "logs:GetLogDelivery",
  "logs:UpdateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutLogEvents",
  "logs:PutResourcePolicy",
  "logs:DescribeResourcePolicies",
  "logs:DescribeLogGroups",
];
const XRAY = ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"];
const MANAGED_RULES = ["events:PutTargets", "events:PutRule", "events:DescribeRule"];
const ANY = ["*"];

/** Calls of the optimized integrations (building blocks 8.2 c, 8.3), by the service in the task's ARN. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  glue: ["glue:StartJobRun", "glue:GetJobRun", "glue:GetJobRuns", "glue:BatchStopJobRun"],
  states: ["states:StartExecution", "states:DescribeExecution", "states:StopExecution", ...MANAGED_RULES],
  sns: ["sns:Publish"],
  sqs: ["sqs:SendMessage"],
  events: ["events:PutEvents"],
  ecs: ["ecs:RunTask", "ecs:StopTask", "ecs:DescribeTasks", "iam:PassRole", ...MANAGED_RULES],
  http: [
    "states:InvokeHTTPEndpoint",
    "events:RetrieveConnectionCredentials",
    "secretsmanager:GetSecretValue",
    "secretsmanager:DescribeSecret",
  ],
};
/** Actions of IAM behind calls of the SDK whose names differ. */
const SDK: Readonly<Record<string, readonly string[]>> = {
  "s3:listobjectsv2": ["s3:ListBucket"],
  "s3:listobjects": ["s3:ListBucket"],
  "s3:headbucket": ["s3:ListBucket"],
  "s3:headobject": ["s3:GetObject"],
  "s3:deleteobjects": ["s3:DeleteObject"],
  "s3:copyobject": ["s3:GetObject", "s3:PutObject"],
  "lambda:invoke": ["lambda:InvokeFunction"],
};
const SDK_SERVICES: Readonly<Record<string, string>> = {
  sfn: "states",
  cloudwatchlogs: "logs",
  eventbridge: "events",
  iotdataplane: "iot",
};

/** What a state machine needs of its role, out of its definition; undefined if a task is not known here. */
export function machineNeeds(view: View, stack: StackView): Need[] | undefined {
  const { raw } = view;
  const json = text(raw.definition);
  if (json === undefined) return undefined;
  let machine: Inputs | undefined;
  try {
    machine = block(JSON.parse(json));
  } catch {
    return undefined;
  }
  if (machine === undefined) return undefined;
  const needs: Need[] = [{ actions: ["kms:Decrypt", "kms:GenerateDataKey"], on: ["arn:*:kms:*:*:key/*"] }];
  if (block(raw.loggingConfiguration) !== undefined) needs.push({ actions: LOG_DELIVERY, on: ANY });
  if (block(raw.tracingConfiguration)?.enabled === true) needs.push({ actions: XRAY, on: ANY });
  for (const state of statesOf(machine)) {
    const own = needsOfState(state, json, stack);
    if (own === undefined) return undefined;
    needs.push(...own);
  }
  return needs;
}

/** All states of a machine, nested ones too. */
export function statesOf(machine: Inputs): Inputs[] {
  return Object.values(block(machine.States) ?? {}).flatMap((value: unknown) => {
    const state = block(value) ?? {};
    const inner = [block(state.ItemProcessor) ?? block(state.Iterator), ...(list(state.Branches) ?? []).map(block)];
    return [state, ...inner.flatMap((part) => (part === undefined ? [] : statesOf(part)))];
  });
}

function needsOfState(state: Inputs, json: string, stack: StackView): Need[] | undefined {
  if (state.Type === "Map") return needsOfMap(state);
  if (state.Type !== "Task") return [];
  const resource = text(state.Resource) ?? "";
  if (/^arn:[^:]+:lambda:/.test(resource)) return [{ actions: ["lambda:InvokeFunction"], on: open(resource) }];
  if (/^arn:[^:]+:states:[^:]*:\d{12}:activity:/.test(resource)) return [];
  const sdk = /^arn:[^:]+:states:::aws-sdk:([a-z0-9]+):([A-Za-z0-9]+)/.exec(resource);
  if (sdk !== null) return [{ actions: sdkActions(sdk[1]!, sdk[2]!), on: sdk[1] === "s3" ? bucketsOf(state) : ANY }];
  const [, service = "", call = ""] = /^arn:[^:]+:states:::([a-z-]+):([A-Za-z]+)/.exec(resource) ?? [];
  const given = block(state.Arguments) ?? block(state.Parameters) ?? {};
  if (service === "lambda") {
    const name = text(given.FunctionName);
    const literal = name !== undefined && !name.startsWith("{%");
    return [{ actions: ["lambda:InvokeFunction"], on: literal ? open(name) : ["arn:*:lambda:*:*:function:*"] }];
  }
  if (service === "athena") return athenaNeeds(text(given.QueryString) ?? "", json, stack);
  if (service === "dynamodb") return [{ actions: [`dynamodb:${capital(call)}`], on: ANY }];
  const actions = CALLS[service];
  return actions === undefined ? undefined : [{ actions, on: ANY }];
}

/** The bucket that a call of S3 names, and the one that it copies from; any, where JSONata or JSONPath computes it. */
function bucketsOf(state: Inputs): readonly string[] {
  const given = block(state.Arguments) ?? block(state.Parameters) ?? {};
  const bucket = text(given.Bucket);
  const source = text(given.CopySource);
  if (bucket === undefined || bucket.includes("{%") || source?.startsWith("{%") === true) return ANY;
  const names = [bucket, ...(source === undefined ? [] : [source.replace(/^\//, "").split("/")[0]!])];
  return names.some((name) => name.includes("{%"))
    ? ANY
    : names.flatMap((name) => [`arn:*:s3:::${name}`, `arn:*:s3:::${name}/*`]);
}

function needsOfMap(state: Inputs): Need[] {
  const processor = block(state.ItemProcessor);
  const needs: Need[] = [];
  if (block(processor?.ProcessorConfig)?.Mode === "DISTRIBUTED")
    needs.push({
      actions: ["states:StartExecution", "states:DescribeExecution", "states:StopExecution", "states:RedriveExecution"],
      on: ANY,
    });
  if (block(state.ItemReader) !== undefined)
    needs.push({ actions: ["s3:GetObject", "s3:ListBucket", "s3:GetObjectVersion"], on: ANY });
  if (block(state.ResultWriter) !== undefined)
    needs.push({
      actions: ["s3:PutObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"],
      on: ANY,
    });
  return needs;
}

/** A query reads the tables' buckets, and writes its results and what it inserts. */
function athenaNeeds(query: string, json: string, stack: StackView): Need[] {
  const areas = areasOf(stack).filter(
    ({ kind, by }) => kind === "results" || (kind === "rows" && by.type.startsWith("aws:glue/")),
  );
  const named = stack
    .of("aws:s3/bucket:Bucket")
    .flatMap(({ raw }) => (typeof raw.bucket === "string" && json.includes(raw.bucket) ? [raw.bucket] : []));
  const buckets = [...new Set([...areas.map(({ bucket }) => bucket), ...named])];
  // Without a table of the stack's own it reads somebody else's.
  const tables = areas.some(({ kind }) => kind === "rows");
  const on = tables ? buckets.flatMap((name) => [`arn:*:s3:::${name}`, `arn:*:s3:::${name}/*`]) : ["arn:*:s3:::*"];
  const writes = /\b(insert|create|unload|merge|delete|update|drop|alter|optimize|vacuum)\b/i.test(query);
  const dynamic = query === "" || query.includes("{%");
  return [
    {
      actions: [
        "athena:StartQueryExecution",
        "athena:StopQueryExecution",
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:GetDataCatalog",
        "athena:GetWorkGroup",
        "lakeformation:GetDataAccess",
        "glue:GetDatabase",
        "glue:GetDatabases",
        "glue:GetTable",
        "glue:GetTables",
        "glue:GetPartition",
        "glue:GetPartitions",
        "glue:BatchGetPartition",
        ...(writes || dynamic
          ? [
              "glue:CreateTable",
              "glue:DeleteTable",
              "glue:UpdateTable",
              "glue:BatchCreatePartition",
              "glue:CreatePartition",
              "glue:UpdatePartition",
              "glue:DeletePartition",
              "glue:BatchDeletePartition",
            ]
          : []),
      ],
      on: ANY,
    },
    {
      actions: [
        "s3:GetObject",
        "s3:ListBucket",
        "s3:GetBucketLocation",
        "s3:ListBucketMultipartUploads",
        "s3:ListMultipartUploadParts",
        "s3:AbortMultipartUpload",
        "s3:PutObject",
        ...(writes || dynamic ? ["s3:DeleteObject"] : []),
      ],
      on,
    },
  ];
}

function sdkActions(sdkService: string, call: string): readonly string[] {
  const service = SDK_SERVICES[sdkService] ?? sdkService;
  return SDK[`${service}:${call.toLowerCase()}`] ?? [`${service}:${capital(call)}`];
}

function capital(call: string): string {
  return call.charAt(0).toUpperCase() + call.slice(1);
}

/** A function's ARN or name, with whatever qualifier. */
function open(functionName: string): string[] {
  if (!functionName.startsWith("arn:"))
    return [`arn:*:lambda:*:*:function:${functionName}`, `arn:*:lambda:*:*:function:${functionName}:*`];
  const plain = functionName.split(":").slice(0, 7).join(":");
  return [plain, `${plain}:*`];
}
