import { block, list, text, type Inputs } from "../values";
import { ANY_KEY, EVERY_KEY, ResourceCalls, withActions, type ServiceCall, type Surroundings } from "./call";

const GUIDE = "https://docs.aws.amazon.com/step-functions/latest/dg";
const FAILS = "The state fails with an access error.";

/** The calls that a state machine makes with its role. */
export const STEP_FUNCTIONS_CALLS = {
  deliverLog: {
    actions: [
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
    ],
    on: "any resource",
    need: "may",
    refused: "The state machine cannot be created with logging.",
    source: `${GUIDE}/cw-logs.html`,
  },
  trace: {
    actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules", "xray:GetSamplingTargets"],
    on: "any resource",
    need: "may",
    refused: "There are no traces.",
    source: `${GUIDE}/concepts-xray-tracing.html`,
  },
  invokeFunction: {
    actions: ["lambda:InvokeFunction"],
    on: "the function of a task",
    need: "must",
    refused: FAILS,
    source: `${GUIDE}/connect-lambda.html`,
  },
  startQuery: {
    actions: ["athena:StartQueryExecution"],
    on: "the workgroup of a query",
    need: "must",
    refused: FAILS,
    source: `${GUIDE}/connect-athena.html`,
  },
  /** when an execution is stopped while its query runs */
  stopQuery: {
    actions: ["athena:StopQueryExecution"],
    on: "the workgroup of a query",
    need: "may",
    refused: "The query runs on after the execution was stopped, and is billed.",
    source: `${GUIDE}/connect-athena.html`,
  },
  /** what Athena does for the caller of a query */
  query: {
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
    ],
    on: "any resource",
    need: "may",
    refused: FAILS,
    source: `${GUIDE}/connect-athena.html`,
  },
  changeCatalog: {
    actions: [
      "glue:CreateTable",
      "glue:DeleteTable",
      "glue:UpdateTable",
      "glue:BatchCreatePartition",
      "glue:CreatePartition",
      "glue:UpdatePartition",
      "glue:DeletePartition",
      "glue:BatchDeletePartition",
    ],
    on: "any resource, for a query that writes",
    need: "may",
    refused: FAILS,
    source: `${GUIDE}/connect-athena.html`,
  },
  queryObjects: {
    actions: ["s3:GetObject", "s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads", "s3:PutObject"],
    on: "buckets of tables and of results",
    need: "may",
    refused: FAILS,
    source: `${GUIDE}/connect-athena.html`,
  },
  /** a large result is uploaded in parts */
  queryParts: {
    actions: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
    on: "objects at the workgroup's output location",
    need: "may",
    refused: "Parts of a failed upload stay in the bucket and cost storage.",
    source: `${GUIDE}/connect-athena.html`,
  },
  deleteObjects: {
    actions: ["s3:DeleteObject"],
    on: "buckets of tables and of results, for a query that writes",
    need: "may",
    refused: FAILS,
    source: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html",
  },
  publish: {
    actions: ["sns:Publish"],
    on: "the topic of a task",
    need: "must",
    refused: FAILS,
    source: `${GUIDE}/connect-sns.html`,
  },
  /** an optimized integration, by its service in INTEGRATIONS */
  integration: {
    actions: [],
    on: "any resource",
    need: "may",
    refused: FAILS,
    source: `${GUIDE}/service-integration-iam-templates.html`,
  },
  /** a task of the form arn:aws:states:::aws-sdk:SERVICE:CALL */
  sdk: {
    actions: [],
    on: "what the call names",
    need: "may",
    refused: FAILS,
    source: `${GUIDE}/supported-services-awssdk.html`,
  },
  runTask: {
    actions: ["ecs:RunTask"],
    on: "the task definition of a task",
    need: "must",
    refused: FAILS,
    source: `${GUIDE}/connect-ecs.html`,
  },
  /** when an execution is stopped, or its state's time is over, while the task runs */
  stopTask: {
    actions: ["ecs:StopTask"],
    on: "tasks of the cluster",
    need: "may",
    refused: "The task runs on, and is billed.",
    source: `${GUIDE}/connect-ecs.html`,
  },
  mapRun: {
    actions: ["states:StartExecution", "states:DescribeExecution", "states:StopExecution", "states:RedriveExecution"],
    on: "the state machine itself, for a distributed map",
    need: "may",
    refused: FAILS,
    source: `${GUIDE}/iam-policies-eg-dist-map.html`,
  },
  readItems: {
    actions: ["s3:GetObject", "s3:ListBucket", "s3:GetObjectVersion"],
    on: "the items of a distributed map",
    need: "may",
    refused: FAILS,
    source: `${GUIDE}/iam-policies-eg-dist-map.html`,
  },
  writeResults: {
    actions: ["s3:PutObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"],
    on: "the results of a distributed map",
    need: "may",
    refused: FAILS,
    source: `${GUIDE}/iam-policies-eg-dist-map.html`,
  },
} as const satisfies Record<string, ServiceCall>;

const MANAGED_RULES = ["events:PutTargets", "events:PutRule", "events:DescribeRule"];

/** Actions of the optimized integrations, by the service in the task's ARN. */
const INTEGRATIONS: Readonly<Record<string, readonly string[]>> = {
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
const SDK_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  "s3:listobjectsv2": ["s3:ListBucket"],
  "s3:listobjects": ["s3:ListBucket"],
  "s3:headbucket": ["s3:ListBucket"],
  "s3:headobject": ["s3:GetObject"],
  "s3:deleteobjects": ["s3:DeleteObject"],
  "s3:copyobject": ["s3:GetObject", "s3:PutObject"],
  "lambda:invoke": ["lambda:InvokeFunction"],
};
/** Prefixes of IAM's actions by the SDK's names of services. */
const SDK_SERVICES: Readonly<Record<string, string>> = {
  sfn: "states",
  cloudwatchlogs: "logs",
  eventbridge: "events",
  iotdataplane: "iot",
};

/** All states of a machine or of a part of it, nested ones too. */
export function statesOf(machine: Inputs): Inputs[] {
  return Object.values(block(machine.States) ?? {}).flatMap((value: unknown) => {
    const state = block(value) ?? {};
    const inner = [block(state.ItemProcessor) ?? block(state.Iterator), ...(list(state.Branches) ?? []).map(block)];
    return [state, ...inner.flatMap((part) => (part === undefined ? [] : statesOf(part)))];
  });
}

/** @param raw arguments of an `aws.sfn.StateMachine` */
export function stateMachineCalls(raw: Inputs, surroundings: Surroundings): ResourceCalls {
  const calls = new ResourceCalls();
  const definition = text(raw.definition);
  const machine = definition === undefined ? undefined : parsed(definition);
  if (definition === undefined || machine === undefined) {
    calls.incomplete = true;
    return calls;
  }
  const { roleArn: role } = raw;
  if (block(raw.loggingConfiguration) !== undefined) calls.add(STEP_FUNCTIONS_CALLS.deliverLog, role, "*");
  if (block(raw.tracingConfiguration)?.enabled === true) calls.add(STEP_FUNCTIONS_CALLS.trace, role, "*");
  for (const state of statesOf(machine)) {
    if (state.Type === "Map") mapCalls(calls, role, state);
    if (state.Type === "Task") taskCalls(calls, role, state, definition, surroundings);
  }
  calls.add(ANY_KEY, undefined, EVERY_KEY);
  return calls;
}

function parsed(definition: string): Inputs | undefined {
  try {
    return block(JSON.parse(definition));
  } catch {
    return undefined;
  }
}

function mapCalls(calls: ResourceCalls, role: unknown, state: Inputs): void {
  const { mapRun, readItems, writeResults } = STEP_FUNCTIONS_CALLS;
  if (block(block(state.ItemProcessor)?.ProcessorConfig)?.Mode === "DISTRIBUTED") calls.add(mapRun, role, "*");
  if (block(state.ItemReader) !== undefined) calls.add(readItems, role, "*");
  if (block(state.ResultWriter) !== undefined) calls.add(writeResults, role, "*");
}

function taskCalls(
  calls: ResourceCalls,
  role: unknown,
  state: Inputs,
  definition: string,
  surroundings: Surroundings,
): void {
  const at = "definition";
  const resource = text(state.Resource) ?? "";
  const { integration, sdk, publish } = STEP_FUNCTIONS_CALLS;
  if (/^arn:[^:]+:lambda:/.test(resource)) {
    invocation(calls, role, resource);
    return;
  }
  if (/^arn:[^:]+:states:[^:]*:\d{12}:activity:/.test(resource)) return;
  const given = block(state.Arguments) ?? block(state.Parameters) ?? {};
  const [, sdkService, sdkCall] = /^arn:[^:]+:states:::aws-sdk:([a-z0-9]+):([A-Za-z0-9]+)/.exec(resource) ?? [];
  if (sdkService !== undefined) {
    const on = sdkService === "s3" ? bucketsOf(given) : "*";
    calls.add(withActions(sdk, ...sdkActions(sdkService, sdkCall!)), role, on, at);
    return;
  }
  const [, service = "", call = ""] = /^arn:[^:]+:states:::([a-z-]+):([A-Za-z]+)/.exec(resource) ?? [];
  if (service === "lambda") {
    invocation(calls, role, literal(given.FunctionName));
  } else if (service === "athena") {
    athenaCalls(calls, role, given, call, definition, surroundings);
  } else if (service === "dynamodb") calls.add(withActions(integration, `dynamodb:${capital(call)}`), role, "*", at);
  else {
    const actions = INTEGRATIONS[service];
    if (actions === undefined) calls.incomplete = true;
    else calls.add(withActions(integration, ...actions), role, "*", at);
    if (service === "ecs" && call === "runTask")
      calls.add(STEP_FUNCTIONS_CALLS.runTask, role, anyRevision(literal(given.TaskDefinition)), at);
    if (service === "sns" && call === "publish") calls.add(publish, role, literal(given.TopicArn), at);
  }
}

/** @param functionName name or ARN, undefined where it is computed */
function invocation(calls: ResourceCalls, role: unknown, functionName: string | undefined): void {
  const { invokeFunction } = STEP_FUNCTIONS_CALLS;
  const arns = functionName === undefined ? ["arn:*:lambda:*:*:function:*"] : functionArns(functionName);
  calls.add({ ...invokeFunction, need: "may" }, role, arns, "definition");
  if (functionName !== undefined)
    calls.add(invokeFunction, role, functionName.startsWith("arn:") ? functionName : arns[0], "definition");
}

/** A query reads the tables' buckets, and writes its results and what it inserts. */
function athenaCalls(
  calls: ResourceCalls,
  role: unknown,
  given: Inputs,
  call: string,
  definition: string,
  surroundings: Surroundings,
): void {
  const at = "definition";
  const { startQuery, query, changeCatalog, queryObjects, queryParts, deleteObjects } = STEP_FUNCTIONS_CALLS;
  const group = literal(given.WorkGroup);
  if (call === "startQueryExecution" && group !== undefined)
    calls.add(startQuery, role, `arn:*:athena:*:*:workgroup/${group}`, at);
  const sql = text(given.QueryString) ?? "";
  const writes = /\b(insert|create|unload|merge|delete|update|drop|alter|optimize|vacuum)\b/i.test(sql);
  const dynamic = sql === "" || sql.includes("{%");
  const buckets = surroundings.queryBuckets(definition);
  // Without a table of the program's own it reads somebody else's.
  const objects = buckets?.flatMap((name) => [`arn:*:s3:::${name}`, `arn:*:s3:::${name}/*`]) ?? "arn:*:s3:::*";
  calls.add(query, role, "*", at);
  calls.add(queryObjects, role, objects, at);
  calls.add(queryParts, role, objects, at);
  if (!writes && !dynamic) return;
  calls.add(changeCatalog, role, "*", at);
  calls.add(deleteObjects, role, objects, at);
}

/** The bucket that a call of S3 names, and the one that it copies from; any, where JSONata or JSONPath computes it. */
function bucketsOf(given: Inputs): string | string[] {
  const bucket = text(given.Bucket);
  const source = text(given.CopySource);
  if (bucket === undefined || bucket.includes("{%") || source?.startsWith("{%") === true) return "*";
  const names = [bucket, ...(source === undefined ? [] : [source.replace(/^\//, "").split("/")[0]!])];
  return names.some((name) => name.includes("{%"))
    ? "*"
    : names.flatMap((name) => [`arn:*:s3:::${name}`, `arn:*:s3:::${name}/*`]);
}

/** A function's ARN or name, with whatever qualifier. */
function functionArns(functionName: string): string[] {
  if (!functionName.startsWith("arn:"))
    return [`arn:*:lambda:*:*:function:${functionName}`, `arn:*:lambda:*:*:function:${functionName}:*`];
  const plain = functionName.split(":").slice(0, 7).join(":");
  return [plain, `${plain}:*`];
}

function sdkActions(sdkService: string, call: string): readonly string[] {
  const service = SDK_SERVICES[sdkService] ?? sdkService;
  return SDK_ACTIONS[`${service}:${call.toLowerCase()}`] ?? [`${service}:${capital(call)}`];
}

/** A task definition without a revision is its newest. */
function anyRevision(arn: string | undefined): string | undefined {
  return arn === undefined || /:\d+$/.test(arn) ? arn : `${arn}:*`;
}

/** A text that JSONata or JSONPath does not compute. */
function literal(value: unknown): string | undefined {
  const given = text(value);
  return given === undefined || given.startsWith("{%") || given.startsWith("$") ? undefined : given;
}

function capital(call: string): string {
  return call.charAt(0).toUpperCase() + call.slice(1);
}
