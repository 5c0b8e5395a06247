/**
 * The configuration of a stack, `iot-telemetry-etl:KEY`: its one description. The validation, the JSON schema for editors and the
 * table in the docs come from it. It imports nothing of Pulumi, so that policies can read it.
 */
import { NODE_RUNTIMES, PYTHON_RUNTIMES } from "../aws/lambda-runtimes";
import { LOG_RETENTION_DAYS } from "../aws/log-retention";
import { choice, flag, group, map, text, whole, wholeOf, type Kind, texts } from "./config-types";

/** The project, whose name is the namespace of its settings. */
export const PROJECT = "iot-telemetry-etl";
/** The profiles that defaults come from. */
export const ENVIRONMENTS = ["dev", "staging", "prod"] as const;
/** The name of a profile. */
export type Environment = (typeof ENVIRONMENTS)[number];

/** A setting; V has undefined in it if there is no default. */
export interface Setting<V> {
  readonly kind: Kind<unknown>;
  readonly description: string;
  /** by environment */
  readonly defaults: Readonly<Record<Environment, V>>;
  /** as it stands in a stack's file */
  readonly example: string;
  /** what to do about a wrong value, if the rule alone does not say it */
  readonly wayOut?: string;
}

interface About {
  description: string;
  example: string;
  wayOut?: string;
}

/** With one default, or one for each environment. */
function setting<V>(kind: Kind<V>, byDefault: V | Record<Environment, V>, about: About): Setting<V> {
  const each = byDefault as Record<Environment, V>;
  const defaults = isEach(byDefault) ? each : { dev: byDefault as V, staging: byDefault as V, prod: byDefault as V };
  return { kind, defaults, ...about };
}

/** Without a default. */
function optional<V>(kind: Kind<V>, about: About): Setting<V | undefined> {
  return { kind, defaults: { dev: undefined, staging: undefined, prod: undefined }, ...about };
}

function isEach(value: unknown): boolean {
  return typeof value === "object" && value !== null && ENVIRONMENTS.every((name) => Object.hasOwn(value, name));
}

const DOCUMENT_NAME = /^(?!__)[A-Za-z0-9_]{1,128}$/;
const NAME_WORDS = "the name of a document: 1-128 letters, digits and underscores";
const DELETION = {
  kind: flag(),
  description: "first of the two keys to delete the bucket with its objects; the second is allowDataDeletion",
};
function byName<V>(what: string, kind: Kind<V>): Kind<Record<string, V>> {
  return map(`the name of a ${what}`, DOCUMENT_NAME, NAME_WORDS, kind);
}

/** Every setting by its key. */
export const SETTINGS = {
  environment: optional(choice(...ENVIRONMENTS), {
    description: "the profile whose defaults are used. Default: the stack's name, if it is one of them",
    example: "prod",
  }),
  definitions: setting(text("a folder", /^.+$/), "definitions/etl", {
    description: "folder of the IoT Analytics documents, absolute or from the project's folder",
    example: "definitions/plant",
  }),
  ruleNames: setting(
    map("a file of the folder", /^[^/\\]+\.json$/, "a file's name such as topic_rule.json", ruleName()),
    {},
    {
      description: "names of topic rules, whose documents carry none. Default of each: the file's name without .json",
      example: "{ topic_rule.json: etl_analytics }",
    },
  ),
  keepRuleNames: setting(
    texts("each the name of a topic rule: 1-128 letters, digits and underscores", /^[A-Za-z0-9_]{1,128}$/),
    [],
    {
      description:
        "topic rules that keep their names on AWS, for devices that publish to `$aws/rules/NAME/...` (basic ingest). Such a name exists once in an account and region; the others begin with project and stack",
      example: "[etl_analytics]",
    },
  ),
  topicFilters: setting(
    byName("channel", text("an MQTT topic filter", /^[^\0']{1,256}$/)),
    {},
    {
      description: "MQTT filters of channels that have no rule document; a rule is made for each",
      example: "{ etl_device_data: dt/+/aggregate }",
    },
  ),
  partitionKey: optional(text("a substitution template of 1-256 characters", /^(?=.*\S).{1,256}$/), {
    description:
      "partition key of the streams' records. Default: `${topic(2)}`, or `${topic()}` for a filter without a second level, or `${newuuid()}` for one topic",
    example: "${clientid()}",
  }),
  streamMode: setting(
    choice("PROVISIONED", "ON_DEMAND"),
    { dev: "PROVISIONED", staging: "PROVISIONED", prod: "ON_DEMAND" },
    {
      description: "streams with a number of shards, or streams that grow with their load",
      example: "ON_DEMAND",
    },
  ),
  shardCount: setting(whole(1, 10_000), 1, {
    description: "shards of each provisioned stream: 1,000 records and 1 MiB a second each",
    example: "4",
  }),
  retentionHours: setting(
    whole(24, 8760),
    { dev: 24, staging: 24, prod: 168 },
    { description: "hours that a stream's records can be read again", example: "168" },
  ),
  dataRetention: setting(
    text("unlimited, or a number of days from 1 to 99999", /^(unlimited|[1-9]\d{0,4})$/),
    "unlimited",
    {
      description:
        "how long channels and datastores keep their data whose documents say nothing: for ever, as in the retired service, or days",
      example: "730",
    },
  ),
  bufferingSeconds: setting(whole(60, 900), 300, {
    description: "seconds until a delivery stream writes what it holds",
    example: "60",
  }),
  bufferingMegabytes: setting(
    whole(64, 128),
    { dev: 64, staging: 128, prod: 128 },
    { description: "MB at which a delivery stream writes what it holds", example: "128" },
  ),
  kmsKeyArn: optional(
    text(
      "the ARN of a key, arn:aws:kms:REGION:ACCOUNT:key/ID",
      /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]+$/,
    ),
    {
      description:
        "KMS key for streams, objects, contents and logs; its policy must allow the stack's roles and CloudWatch Logs. Default: keys of AWS",
      example: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
      wayOut: "an alias cannot stand in a role's policy: give the key's own ARN",
    },
  ),
  logRetentionDays: setting(
    wholeOf(LOG_RETENTION_DAYS),
    { dev: 7, staging: 30, prod: 365 },
    { description: "days that log events are kept", example: "90" },
  ),
  alarms: setting(flag(), true, {
    description: "whether there are alarms and a dashboard; each alarm costs a little every month",
    example: "false",
  }),
  permissionsBoundaryArn: optional(
    text(
      "the ARN of a managed policy, arn:aws:iam::ACCOUNT:policy/NAME",
      /^arn:aws[a-z-]*:iam::\d{12}:policy\/[\w+=,.@/-]+$/,
    ),
    {
      description:
        "permissions boundary of every role, in the account that it names; the deploy role of the bootstrap demands it (docs/deploy.md)",
      example: "arn:aws:iam::123456789012:policy/iot-telemetry-etl-bootstrap-dev-boundary",
    },
  ),
  alarmTopicArn: optional(
    text(
      "the ARN of an SNS topic, arn:aws:sns:REGION:ACCOUNT:NAME",
      /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
    ),
    {
      description:
        "topic that is notified when an alarm goes off and when it is over; its policy, and its key's, must allow cloudwatch.amazonaws.com. Default: no notification",
      example: "arn:aws:sns:eu-central-1:123456789012:on-call",
    },
  ),
  alarmBehindPercent: setting(
    whole(1, 90),
    { dev: 50, staging: 25, prod: 10 },
    {
      description: "how far a reader of a stream may be behind before an alarm goes off, percent of retentionHours",
      example: "25",
    },
  ),
  alarmDurationPercent: setting(whole(10, 99), 80, {
    description: "how long a batch may take before an alarm goes off, percent of functionTimeoutSeconds",
    example: "90",
  }),
  alarmFailedMessages: setting(whole(0, 1_000_000), 0, {
    description: "messages of one minute that may fail in a pipeline before an alarm goes off",
    example: "10",
  }),
  tags: setting(
    map(
      "a tag's key",
      /^(?![aA][wW][sS]:).{1,128}$/,
      "1-128 characters that do not begin with aws:",
      text("a text of at most 256 characters", /^.{0,256}$/),
    ),
    {},
    {
      description: "tags of every resource that takes tags, beside project, stack and environment",
      example: "{ plant: north }",
    },
  ),
  allowDataDeletion: setting(flag(), false, {
    description: "second of the two keys to delete buckets with their objects; the first is each document's own",
    example: "true",
  }),
  protectData: setting(
    flag(),
    { dev: false, staging: false, prod: true },
    {
      description:
        "whether Pulumi refuses to delete or replace the buckets with data and the channels' streams (option protect); not beside allowDataDeletion",
      example: "true",
    },
  ),
  scanLimitMegabytes: setting(
    whole(10, 10_000_000),
    { dev: 1024, staging: 10_240, prod: 102_400 },
    { description: "MB that one query of a dataset may scan before it is stopped", example: "2048" },
  ),
  projection: setting(
    group({
      fromYear: { kind: whole(1970, 9999), description: "first year; 2010 if not given" },
      toYear: { kind: whole(1970, 9999), description: "last year; 2035 if not given" },
    }),
    { fromYear: 2010, toYear: 2035 },
    {
      description: "years of event time that queries see; rows outside are stored, and no query finds them",
      example: "{ fromYear: 2020, toYear: 2030 }",
    },
  ),
  functionMemoryMegabytes: setting(
    whole(128, 10_240),
    { dev: 256, staging: 512, prod: 512 },
    { description: "MB of memory of each transform function; its share of a processor grows with it", example: "1024" },
  ),
  functionLogLevel: setting(
    choice("DEBUG", "INFO"),
    { dev: "DEBUG", staging: "INFO", prod: "INFO" },
    {
      description:
        "what transform functions log. INFO: messages that failed and the figures of each batch. DEBUG: the messages that an activity filtered out as well",
      example: "DEBUG",
    },
  ),
  functionTimeoutSeconds: optional(whole(60, 300), {
    description:
      "seconds that a transform function may take for a batch. Default: 60, or 300 if its pipeline has lambda or enrichment activities",
    example: "120",
  }),
  functions: setting(
    map(
      "a lambdaName",
      /^[A-Za-z0-9_-]{1,64}$/,
      "the lambdaName of an activity: 1-64 letters, digits, hyphens and underscores",
      group({
        path: {
          kind: text("a folder or file", /^.+$/),
          description: "folder of the function's files, or its one file, absolute or from the project's folder",
        },
        handler: {
          kind: text("FILE.EXPORT, such as index.handler", /^[^\s.][^\s]*\.[^\s.]+$/),
          description:
            "file without its extension, and exported name; index.handler, in Python lambda_function.lambda_handler, or the one file's, if not given",
        },
        runtime: {
          kind: choice(...NODE_RUNTIMES, ...PYTHON_RUNTIMES),
          description:
            "runtime of Lambda; nodejs22.x if not given, python3.13 for a .py file. The local cloud runs Python by the machine's own",
        },
        memoryMegabytes: { kind: whole(128, 10_240), description: "MB of memory; 256 if not given" },
        timeoutSeconds: { kind: whole(1, 300), description: "seconds that a call may take; 60 if not given" },
        environment: {
          kind: map(
            "a variable's name",
            /^[a-zA-Z][a-zA-Z0-9_]+$/,
            "a letter, then letters, digits and underscores",
            text("a text", /^[^]*$/),
          ),
          description: "environment variables",
        },
        arn: {
          kind: text(
            "the ARN of a function",
            /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9$_-]+)?$/,
          ),
          description: "a function that is there already and has another name or place; not with the others",
        },
      }),
    ),
    {},
    {
      description:
        "functions of lambda activities by lambdaName. One that is not here is there already, in this account and region, under this name",
      example: "{ fill_gaps: { path: functions-of-mine/fill-gaps, runtime: nodejs22.x } }",
    },
  ),
  things: setting(
    map(
      "a thing's name",
      /^[a-zA-Z0-9:_-]{1,128}$/,
      '1-128 letters, digits, ":", "_" and "-"',
      group({
        type: {
          kind: text('1-128 letters, digits, ":", "_" and "-"', /^[a-zA-Z0-9:_-]{1,128}$/),
          description: "the thing's type, which is made too; none if not given",
        },
        attributes: {
          kind: map(
            "an attribute's name",
            /^[a-zA-Z0-9_.,@/:#-]{1,128}$/,
            "1-128 letters, digits and _ . , @ / : # -",
            text("at most 800 letters, digits and _ . , @ / : # = [ ] -", /^[a-zA-Z0-9_.,@/:#=[\]-]{0,800}$/),
          ),
          description: "its attributes: 3 at most without a type, 50 with one",
        },
      }),
    ),
    {},
    {
      description: "things of the registry that deviceRegistryEnrich activities look up, if nobody else registers them",
      example: "{ pump-1: { type: pump, attributes: { site: north } } }",
    },
  ),
  channels: setting(
    byName("channel", group({ allowDataDeletion: DELETION })),
    {},
    {
      description: "settings of single channels",
      example: "{ etl_device_data: { allowDataDeletion: true } }",
    },
  ),
  pipelines: setting(
    byName(
      "pipeline",
      group({
        integerDivision: { kind: flag(), description: "whether 9/5 is 1, as in IoT SQL; otherwise it is 1.8" },
        onMathFailure: {
          kind: choice("fail", "pass"),
          description: "what becomes of a message whose math gives no number: it fails, or goes on without",
        },
        onEnrichmentFailure: {
          kind: choice("pass", "fail"),
          description:
            "what becomes of a message whose thing or shadow is not found: it goes on without, if not given, or fails",
        },
        enrichmentCacheSeconds: {
          kind: whole(0, 3600),
          description: "seconds that what was found of a thing or its shadow is used again; 300 if not given",
        },
      }),
    ),
    {},
    {
      description: "settings of single pipelines",
      example: "{ calculate_fahrenheit: { integerDivision: true } }",
    },
  ),
  datastores: setting(
    byName(
      "datastore",
      group({
        onMismatch: {
          kind: choice("null", "fail"),
          description: "what becomes of a value that does not fit its column: null, or its message fails",
        },
        partitionValues: {
          kind: map(
            "an attribute that it is partitioned by",
            /^[a-zA-Z0-9_]{1,128}$/,
            "1-128 letters, digits and underscores",
            texts("without commas", /^[^,\n\r\t]+$/),
          ),
          description:
            "values of attribute partitions that queries find without naming them; rows with others are stored, and no query finds them. Not given: queries name the values that they want",
        },
        allowDataDeletion: DELETION,
      }),
    ),
    {},
    { description: "settings of single datastores", example: "{ etl_aggregate_store: { onMismatch: fail } }" },
  ),
  datasets: setting(
    byName("dataset", group({ allowDataDeletion: DELETION })),
    {},
    { description: "settings of single datasets", example: "{ etl_aggregate_data: { allowDataDeletion: true } }" },
  ),
};

function ruleName(): Kind<string> {
  return text("1-128 letters, digits and underscores", /^[A-Za-z0-9_]{1,128}$/);
}

type ValueOf<S> = S extends Setting<infer V> ? V : never;

/** The configuration of a stack with its defaults filled in. */
export type Settings = {
  readonly [K in Exclude<keyof typeof SETTINGS, "environment">]: ValueOf<(typeof SETTINGS)[K]>;
} & {
  readonly environment: Environment;
};
