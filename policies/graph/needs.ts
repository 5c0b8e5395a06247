import { block, blocks, isUnknown, list, text } from "../../aws/values";
import { parsePrefix } from "../../aws/limits/firehose/prefix";
import { unknownPaths } from "../framework/unknown";
import { note, type StackView, type View } from "../framework/view";
import { machineNeeds } from "./machine-needs";
import { nameOf, overlap, parseArn } from "../../aws/arn";
import {
  DELIVERY,
  FUNCTION,
  LOG_GROUP,
  MACHINE,
  MAPPING,
  PERMISSION,
  physicalName,
  referring,
  resolve,
  RULE,
  SCHEDULE,
  textsOf,
} from "./links";

/** Calls that somebody makes, and the ARNs (with * for what is open) that they are made on. */
export interface Need {
  actions: readonly string[];
  on: readonly string[];
}

const OBJECTS = [
  "s3:AbortMultipartUpload",
  "s3:GetObject",
  "s3:PutObject",
  "s3:PutObjectAcl",
  "s3:ListMultipartUploadParts",
];
const BUCKET_OF_DELIVERY = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"];
const READ_STREAM = [
  "kinesis:DescribeStream",
  "kinesis:DescribeStreamSummary",
  "kinesis:GetShardIterator",
  "kinesis:GetRecords",
  "kinesis:ListShards",
];
const KEY = ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"];
const CATALOG_READ = ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions", "glue:GetDatabase"];

/**
 * What a resource needs of its role (tables of the building blocks 1.1, 3.7, 4 c, 8.1, 8.2, 9 c), from its own arguments. Undefined if
 * that cannot be told for resources of its type, or because an argument is not known.
 */
export function needsOf(consumer: View, stack: StackView): Need[] | undefined {
  // A part that is not known may need anything; whose role it is, is known here.
  const unknown = unknownPaths(consumer.plain).filter(
    (path) => !/^(arn|id|url|invokeArn|code|tags)|[rR]ole(Arn)?$/.test(path),
  );
  for (const path of unknown) note(consumer, path);
  if (unknown.length > 0) return undefined;
  switch (consumer.type) {
    case DELIVERY:
      return ofDelivery(consumer);
    case RULE:
      return ofRule(consumer);
    case SCHEDULE:
      return ofSchedule(consumer);
    case FUNCTION:
      return ofFunction(consumer, stack);
    case "aws:dms/endpoint:Endpoint":
      return ofEndpoint(consumer);
    case MACHINE:
      return machineNeeds(consumer, stack);
    default:
      return undefined;
  }
}

function ofDelivery(view: View): Need[] | undefined {
  const raw = view.raw;
  const needs: Need[] = [];
  const source = block(raw.kinesisSourceConfiguration);
  const streamArn = text(source?.kinesisStreamArn);
  if (source !== undefined) {
    if (streamArn === undefined) return undefined;
    needs.push({ actions: READ_STREAM, on: [streamArn] });
  }
  const destinations = Object.entries(raw).flatMap(([key, value]) =>
    /Configuration$/.test(key) ? [block(value) ?? {}] : [],
  );
  for (const destination of destinations) {
    for (const part of [destination, block(destination.s3BackupConfiguration), block(destination.s3Configuration)]) {
      if (part === undefined || part.bucketArn === undefined) continue;
      const bucket = text(part.bucketArn);
      if (bucket === undefined || isUnknown(part.prefix) || isUnknown(part.errorOutputPrefix)) return undefined;
      needs.push({ actions: BUCKET_OF_DELIVERY, on: [bucket] });
      const prefixes = [part.prefix, part.errorOutputPrefix].map((prefix) => literalStart(text(prefix) ?? ""));
      const actions = view.raw.destination === "iceberg" ? [...OBJECTS, "s3:DeleteObject"] : OBJECTS;
      needs.push({ actions, on: prefixes.map((prefix) => `${bucket}/${prefix}*`) });
    }
    const logging = [destination, block(destination.s3BackupConfiguration), block(destination.s3Configuration)].map(
      (part) => block(part?.cloudwatchLoggingOptions),
    );
    for (const options of logging) {
      if (options === undefined) continue;
      const group = text(options.logGroupName);
      if (group === undefined) return undefined;
      needs.push({
        actions: ["logs:PutLogEvents", "logs:CreateLogStream"],
        on: [`arn:*:logs:*:*:log-group:${group}:*`],
      });
    }
    for (const [, processor] of blocks(block(destination.processingConfiguration)?.processors))
      for (const [, parameter] of blocks(processor.parameters))
        if (parameter.parameterName === "LambdaArn") {
          const arn = text(parameter.parameterValue);
          if (arn === undefined) return undefined;
          needs.push({
            actions: ["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"],
            on: [`${arn.split(":").slice(0, 7).join(":")}*`],
          });
        }
    const schema = block(block(destination.dataFormatConversionConfiguration)?.schemaConfiguration);
    const tables =
      schema !== undefined ? [schema] : blocks(destination.destinationTableConfigurations).map(([, table]) => table);
    for (const table of tables) {
      const database = text(table.databaseName);
      const name = text(table.tableName);
      if (database === undefined || name === undefined) return undefined;
      needs.push({
        actions: [...CATALOG_READ, ...(schema === undefined ? ["glue:UpdateTable"] : [])],
        on: [
          "arn:*:glue:*:*:catalog",
          `arn:*:glue:*:*:database/${database}`,
          `arn:*:glue:*:*:table/${database}/${name}`,
          `arn:*:glue:*:*:tableVersion/${database}/${name}/*`,
        ],
      });
    }
  }
  needs.push({ actions: KEY, on: ["arn:*:kms:*:*:key/*"] }, { actions: ["lakeformation:GetDataAccess"], on: ["*"] });
  return needs;
}

/** Literal text at the beginning of a prefix, up to its first expression. */
function literalStart(prefix: string): string {
  const [first] = parsePrefix(prefix).parts;
  return first === undefined || first.namespace !== undefined ? "" : first.text;
}

/** Calls that a rule's action makes, by the names of its block: singular in the error action, plural elsewhere. */
const RULE_ACTIONS: Readonly<Record<string, { actions: string[]; on: (value: string) => string[]; member: string }>> = {
  kinesis: {
    member: "streamName",
    actions: ["kinesis:PutRecord"],
    on: (name) => [`arn:*:kinesis:*:*:stream/${open(name)}`],
  },
  firehose: {
    member: "deliveryStreamName",
    actions: ["firehose:PutRecord", "firehose:PutRecordBatch"],
    on: (name) => [`arn:*:firehose:*:*:deliverystream/${open(name)}`],
  },
  cloudwatchLogs: {
    member: "logGroupName",
    actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
    on: (name) => [`arn:*:logs:*:*:log-group:${open(name)}`, `arn:*:logs:*:*:log-group:${open(name)}:*`],
  },
  s3: { member: "bucketName", actions: ["s3:PutObject"], on: (name) => [`arn:*:s3:::${open(name)}/*`] },
  sqs: {
    member: "queueUrl",
    actions: ["sqs:SendMessage"],
    on: (url) => [`arn:*:sqs:*:*:${open(url.split("/").at(-1)!)}`],
  },
  sns: { member: "targetArn", actions: ["sns:Publish"], on: (arn) => [open(arn)] },
  republish: {
    member: "topic",
    actions: ["iot:Publish"],
    on: (topic) => [`arn:*:iot:*:*:topic/${open(topic.replace(/^\$\$/, "$"))}`],
  },
  dynamodb: {
    member: "tableName",
    actions: ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
    on: (name) => [`arn:*:dynamodb:*:*:table/${open(name)}`],
  },
  stepFunctions: {
    member: "stateMachineName",
    actions: ["states:StartExecution"],
    on: (name) => [`arn:*:states:*:*:stateMachine:${open(name)}`],
  },
  cloudwatchMetric: { member: "metricName", actions: ["cloudwatch:PutMetricData"], on: () => ["*"] },
  cloudwatchAlarm: {
    member: "alarmName",
    actions: ["cloudwatch:SetAlarmState"],
    on: (name) => [`arn:*:cloudwatch:*:*:alarm:${open(name)}`],
  },
};
const PLURALS: Readonly<Record<string, string>> = {
  kineses: "kinesis",
  firehoses: "firehose",
  cloudwatchLogs: "cloudwatchLogs",
  s3: "s3",
  sqs: "sqs",
  sns: "sns",
  republishes: "republish",
  dynamodbs: "dynamodb",
  stepFunctions: "stepFunctions",
  cloudwatchMetrics: "cloudwatchMetric",
  cloudwatchAlarms: "cloudwatchAlarm",
};
/** Actions whose calls are not told here. */
const OTHER_ACTIONS = ["dynamodbv2s", "elasticsearch", "iotAnalytics", "iotEvents", "kafkas", "timestreams", "https"];

/** Substitution templates stand for any text. */
function open(value: string): string {
  return value.replace(/\$\{[^}]*\}/g, "*");
}

function ofRule({ raw }: View): Need[] | undefined {
  const needs: Need[] = [{ actions: KEY, on: ["arn:*:kms:*:*:key/*"] }];
  const add = (kind: string, value: unknown): boolean => {
    const shape = RULE_ACTIONS[kind];
    const name = text(block(value)?.[shape?.member ?? ""]);
    if (shape === undefined || name === undefined) return false;
    needs.push({ actions: shape.actions, on: shape.on(name) });
    return true;
  };
  if (OTHER_ACTIONS.some((plural) => (list(raw[plural])?.length ?? 0) > 0)) return undefined;
  for (const [plural, kind] of Object.entries(PLURALS))
    for (const item of list(raw[plural]) ?? []) if (!add(kind, item)) return undefined;
  for (const [kind, value] of Object.entries(block(raw.errorAction) ?? {}))
    if (value !== undefined && value !== null && !add(kind, value)) return undefined;
  // Functions of the SQL that look something up take a role of their own choice.
  const sql = text(raw.sql) ?? "";
  if (/get_thing_shadow/i.test(sql)) needs.push({ actions: ["iot:GetThingShadow"], on: ["arn:*:iot:*:*:thing/*"] });
  if (/get_registry_data/i.test(sql))
    needs.push({ actions: ["iot:DescribeThing", "iot:ListThingGroupsForThing"], on: ["arn:*:iot:*:*:thing/*"] });
  if (/get_dynamodb/i.test(sql)) needs.push({ actions: ["dynamodb:GetItem"], on: ["arn:*:dynamodb:*:*:table/*"] });
  if (/get_secret/i.test(sql))
    needs.push({ actions: ["secretsmanager:GetSecretValue"], on: ["arn:*:secretsmanager:*:*:secret:*"] });
  return needs;
}

function ofSchedule({ raw }: View): Need[] | undefined {
  const target = block(raw.target);
  const arn = text(target?.arn);
  if (target === undefined || arn === undefined) return undefined;
  const calls: Readonly<Record<string, string[]>> = {
    states: ["states:StartExecution"],
    lambda: ["lambda:InvokeFunction"],
    sqs: ["sqs:SendMessage"],
    sns: ["sns:Publish"],
    firehose: ["firehose:PutRecord"],
    kinesis: ["kinesis:PutRecord"],
  };
  const service = parseArn(arn)?.service ?? "";
  const actions = calls[service];
  if (actions === undefined) return undefined;
  const needs: Need[] = [
    { actions, on: [arn, `${arn}:*`] },
    { actions: KEY, on: ["arn:*:kms:*:*:key/*"] },
  ];
  const deadLetters = block(target.deadLetterConfig);
  if (deadLetters !== undefined) {
    const queue = text(deadLetters.arn);
    if (queue === undefined) return undefined;
    needs.push({ actions: ["sqs:SendMessage"], on: [queue] });
  }
  return needs;
}

function ofEndpoint({ raw }: View): Need[] | undefined {
  const needs: Need[] = [{ actions: KEY, on: ["arn:*:kms:*:*:key/*"] }];
  const stream = text(block(raw.kinesisSettings)?.streamArn);
  if (stream !== undefined)
    needs.push({ actions: ["kinesis:DescribeStream", "kinesis:PutRecord", "kinesis:PutRecords"], on: [stream] });
  const secret = text(raw.secretsManagerArn);
  if (secret !== undefined)
    needs.push({ actions: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"], on: [secret] });
  return needs.length === 1 ? undefined : needs;
}

/** Names of the API calls that an action of IAM stands for, where they differ. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  "s3:ListBucket": ["ListObjects", "HeadBucket", "ListBucket"],
  "s3:GetObject": ["GetObject", "HeadObject", "CopyObject"],
  "s3:PutObject": ["PutObject", "Upload", "CreateMultipartUpload", "CopyObject"],
  "s3:DeleteObject": ["DeleteObject"],
  "s3:GetBucketLocation": ["GetBucketLocation"],
  "lambda:InvokeFunction": ["Invoke"],
  "sns:Publish": ["Publish"],
  "iot:Publish": ["Publish"],
};
/** Calls that follow from others, or that a service makes for the function. */
const FOLLOWS = new Set([
  "s3:AbortMultipartUpload",
  "s3:ListMultipartUploadParts",
  "s3:ListBucketMultipartUploads",
  "s3:GetObjectVersion",
]);

/**
 * A function may do anything, so its code is asked: the resource has to stand in its code, its environment or its event sources, and
 * the call in its code. Code that cannot be read here (an archive on disk, an image, a layer) is believed.
 */
function ofFunction(view: View, stack: StackView): Need[] | undefined {
  const { raw } = view;
  const name = physicalName(view);
  if (isUnknown(block(raw.loggingConfig)?.logGroup)) return undefined;
  const group = text(block(raw.loggingConfig)?.logGroup) ?? (name === undefined ? undefined : `/aws/lambda/${name}`);
  if (group === undefined) return undefined;
  const needs: Need[] = [
    { actions: ["logs:CreateLogStream", "logs:PutLogEvents"], on: [`arn:*:logs:*:*:log-group:${group}:*`] },
    { actions: KEY, on: ["arn:*:kms:*:*:key/*"] },
  ];
  if (resolve(stack, [LOG_GROUP], group) === undefined)
    needs.push({ actions: ["logs:CreateLogGroup"], on: [`arn:*:logs:*:*:log-group:${group}*`] });
  if (text(block(raw.tracingConfig)?.mode) === "Active")
    needs.push({ actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], on: ["*"] });
  const deadLetters = text(block(raw.deadLetterConfig)?.targetArn);
  if (deadLetters !== undefined) needs.push({ actions: ["sqs:SendMessage", "sns:Publish"], on: [deadLetters] });
  if (raw.vpcConfig !== undefined)
    needs.push({
      actions: [
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
      ],
      on: ["*"],
    });
  for (const mapping of referring(stack, [MAPPING], "functionName", view)) {
    const source = text(mapping.raw.eventSourceArn);
    if (source === undefined) return undefined;
    needs.push({
      actions: [
        ...READ_STREAM,
        "kinesis:SubscribeToShard",
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ChangeMessageVisibility",
      ],
      on: [source, `${source}/consumer/*`],
    });
    needs.push({ actions: ["kinesis:ListStreams"], on: ["*"] });
    const failures = text(block(block(mapping.raw.destinationConfig)?.onFailure)?.destinationArn);
    if (failures !== undefined)
      needs.push({
        actions: ["sqs:SendMessage", "sns:Publish", "s3:PutObject", "s3:ListBucket"],
        on: [failures, `${failures}/*`],
      });
  }
  return needs;
}

/** Whether a function's own texts speak of a grant; undefined if its code cannot be read. */
export function functionNames(view: View, action: string, resource: string, stack: StackView): boolean | undefined {
  const { readable, code, settings, calls: called } = textsOfFunction(view, stack);
  const name = nameInArn(resource);
  const named = (content: string): boolean => name !== undefined && name !== "" && content.includes(name);
  if (!readable) return named(settings) ? true : undefined;
  const calls = CALLS[action] ?? [action.split(":")[1]!];
  const calling = FOLLOWS.has(action) || calls.some((call) => called.includes(call.toLowerCase()));
  // Things, topics and whatever has no name of its own are data to a function; the catalog goes with any of its tables.
  const data = resource === "*" || /:(thing|topic|topicfilter)\/|^arn:[^:]*:glue:[^:]*:[^:]*:catalog$/.test(resource);
  return calling && (data || named(code) || named(settings));
}

interface FunctionTexts {
  readable: boolean;
  code: string;
  /** the code in lower case and without underscores: GetObject, getObject and get_object are one call */
  calls: string;
  settings: string;
}

const functionTexts = new WeakMap<View, FunctionTexts>();

function textsOfFunction(view: View, stack: StackView): FunctionTexts {
  let known = functionTexts.get(view);
  if (known === undefined) {
    const { code, environment, ...others } = view.plain;
    const pieces = codeTexts(code);
    known = {
      readable:
        pieces !== undefined &&
        others.layers === undefined &&
        others.packageType !== "Image" &&
        others.s3Bucket === undefined,
      code: (pieces ?? []).join("\n"),
      calls: (pieces ?? []).join("\n").toLowerCase().replaceAll("_", ""),
      settings: textsOf([
        environment,
        others.deadLetterConfig,
        others.fileSystemConfig,
        // What calls it tells it of itself.
        referring(stack, [PERMISSION], "function", view).map(({ plain }) => plain.sourceArn as unknown),
        referring(stack, [MAPPING], "functionName", view).map(({ plain }) => plain.eventSourceArn as unknown),
      ]).join("\n"),
    };
    functionTexts.set(view, known);
  }
  return known;
}

/** Texts of an archive: as the SDK hands them to policies (assets with text), or as the local engine does (files). */
function codeTexts(code: unknown): string[] | undefined {
  const archive = block(code);
  if (archive === undefined) return undefined;
  const files = block(archive.files);
  if (files !== undefined) return textsOf(files);
  const assets: unknown = archive.assets;
  if (typeof assets !== "object" || assets === null) return undefined;
  const pieces: string[] = [];
  for (const item of Object.values(assets as Record<string, unknown>)) {
    const own = block(item);
    const content = text(own?.text);
    if (content !== undefined) pieces.push(content);
    else {
      const inner = codeTexts(item);
      if (inner === undefined) return undefined;
      pieces.push(...inner);
    }
  }
  return pieces;
}

/** The name that a resource is known by, out of its ARN. */
export function nameInArn(arn: string): string | undefined {
  const parts = parseArn(arn);
  if (parts === undefined) return undefined;
  if (parts.service === "s3") return parts.resource.split("/")[0];
  if (parts.service === "lambda") return parts.resource.split(":")[1];
  if (parts.service === "logs") return /^log-group:([^:*]+)/.exec(parts.resource)?.[1];
  if (parts.service === "glue") return parts.resource.split("/").at(-1);
  if (parts.service === "secretsmanager")
    return parts.resource.replace(/^secret:/, "").replace(/-(\*|\?{6}|[A-Za-z0-9]{6})$/, "");
  if (parts.service === "kinesis" || parts.service === "dynamodb") return parts.resource.split("/")[1];
  return nameOf(arn);
}

/** Whether a need covers a grant. */
export function isNeeded(needs: readonly Need[], action: string, resource: string): boolean {
  return needs.some(
    (need) =>
      need.actions.some((own) => own.toLowerCase() === action.toLowerCase()) &&
      need.on.some((arn) => overlap(arn, resource)),
  );
}
