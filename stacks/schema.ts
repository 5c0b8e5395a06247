/**
 * The configuration of a stack, `iot-telemetry-etl:KEY`: its one description. The validation, the JSON schema for editors and the
 * table in the docs come from it. It imports nothing of Pulumi, so that policies can read it.
 */
import { IOT_LOG_LEVELS } from "../aws/iot-log";
import { LOG_RETENTION_DAYS } from "../aws/log-retention";
import { choice, decimal, flag, group, map, text, whole, wholeOf, type Kind, texts } from "./config-types";
import { ADOPTED, CANDIDATE, PIPELINE } from "./pipeline-settings";
import { CONTAINER, CONTAINER_NETWORK } from "./container-settings";
import { FUNCTIONS, KEY_ARN, LOCAL_SECRETS } from "./function-settings";
import { DASHBOARDS } from "./dashboard-settings";
import { HISTORIANS } from "./historian-settings";

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
function setting<V>(kind: Kind<V>, byDefault: NoInfer<V | Record<Environment, V>>, about: About): Setting<V> {
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
  description:
    "first of the two keys required to delete the bucket with its objects; the second is the stack's allowDataDeletion",
};
const VIEW = {
  kind: flag(),
  description: "whether SQL finds its rows under its name, a view of its query; by default wherever there can be one",
};
/** A topic or filter of a fleet. */
const FLEET_TOPIC = /^([^{}*?$]*\/)?\{thing\}(\/[^{}*?$]*)?$/;
function byName<V>(what: string, kind: Kind<V>): Kind<Record<string, V>> {
  return map(`the name of a ${what}`, DOCUMENT_NAME, NAME_WORDS, kind);
}

const PARTITION_VALUES_REMOVED =
  "is no setting any more: partitions are registered when their first row arrives, so queries find every value without naming it";

const SITEWISE_IDS = texts("each an id of SiteWise: letters, digits and -", /^[A-Za-z0-9-]{1,64}$/);

/** Every setting by its key. */
export const SETTINGS = {
  environment: optional(choice(...ENVIRONMENTS), {
    description: "the profile whose defaults are used. Default: the stack's name, if it is one of them",
    example: "prod",
  }),
  definitions: setting(text("a folder", /^.+$/), "definitions/etl", {
    description: "folder of the IoT Analytics documents, absolute or relative to the project's folder",
    example: "definitions/plant",
  }),
  ruleNames: setting(
    map(
      "a file of the documents",
      /^[^\\]+\.(json|ya?ml|template)$/,
      "a document's file such as topic_rule.json or definitions/etl/topic_rule.json",
      ruleName(),
    ),
    {},
    {
      description:
        "names of topic rules, because their documents contain none. With a path from the project's folder the name is only for that file; a file's name alone is for the file of that name in `definitions`. Default: the name that the document has, otherwise the file's without its ending",
      example: "{ definitions/etl/topic_rule.json: etl_analytics }",
    },
  ),
  keepRuleNames: setting(
    texts("each the name of a topic rule: 1-128 letters, digits and underscores", /^[A-Za-z0-9_]{1,128}$/),
    [],
    {
      description:
        "topic rules that keep their names on AWS, for devices that publish to `$aws/rules/NAME/...` (basic ingest). A kept name must be unique in its account and region; the names of other rules begin with project and stack",
      example: "[etl_analytics]",
    },
  ),
  topicFilters: setting(
    byName("channel", text("an MQTT topic filter", /^[^\0']{1,256}$/)),
    {},
    {
      description: "MQTT topic filters of channels that have no rule document; a rule is created for each",
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
      description: "provisioned streams with a fixed number of shards, or on-demand streams that scale with the load",
      example: "ON_DEMAND",
    },
  ),
  shardCount: setting(whole(1, 10_000), 1, {
    description: "number of shards of each provisioned stream; a shard takes 1,000 records and 1 MiB a second",
    example: "4",
  }),
  retentionHours: setting(
    whole(24, 8760),
    { dev: 24, staging: 24, prod: 168 },
    { description: "hours that a stream keeps its records", example: "168" },
  ),
  dataRetention: setting(
    text("unlimited, or a number of days from 1 to 99999", /^(unlimited|[1-9]\d{0,4})$/),
    "unlimited",
    {
      description:
        "retention of channels and datastores whose documents set none: unlimited, as in the retired service, or a number of days",
      example: "730",
    },
  ),
  bufferingSeconds: setting(
    whole(60, 900),
    { dev: 60, staging: 300, prod: 300 },
    { description: "seconds until a delivery stream writes its buffer", example: "120" },
  ),
  bufferingMegabytes: setting(
    whole(64, 128),
    { dev: 64, staging: 128, prod: 128 },
    { description: "MB at which a delivery stream writes its buffer", example: "128" },
  ),
  kmsKeyArn: optional(KEY_ARN, {
    description:
      "KMS key for streams, objects, contents and logs; its policy must allow the stack's roles and CloudWatch Logs. Default: keys of AWS",
    example: "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    wayOut: "an alias cannot be used in a role's policy: give the key's own ARN",
  }),
  logRetentionDays: setting(
    wholeOf(LOG_RETENTION_DAYS),
    { dev: 7, staging: 30, prod: 365 },
    { description: "days that log events are kept", example: "90" },
  ),
  iotLogLevel: optional(choice(...IOT_LOG_LEVELS), {
    description:
      "level of AWS IoT Core's log, which an account has once in a region, so one stack of it sets this (docs/fleets.md). ERROR: what is refused or fails. INFO: also every connect and message. Default: the stack leaves the account's setting as it is",
    example: "ERROR",
  }),
  traffic: optional(
    group({
      rate: { kind: decimal(0, 10_000_000), description: "messages a second of all devices together" },
      size: { kind: whole(1, 131_072), description: "bytes of a message; default 300" },
      devices: { kind: whole(0, 100_000_000), description: "devices that are always connected; default 0" },
      batch: { kind: whole(1, 1000), description: "messages that a device publishes as one; default 1" },
      basicIngest: {
        kind: flag(),
        description: "whether devices publish to `$aws/rules/NAME/...`; default false",
      },
      queries: {
        kind: decimal(0, 1_000_000),
        description: "runs a day of each dataset's query by people, besides its schedules; default 0",
      },
    }),
    {
      description:
        "expected traffic, from which `npm run cost` and `npm run preview` estimate the stack's monthly bill; it has no effect on what is deployed",
      example: "{ rate: 1000, size: 300, devices: 10000 }",
    },
  ),
  monthlyBudget: optional(decimal(0, 1_000_000_000), {
    description:
      "USD a month; an advisory policy (estimate-within-budget) reports when the estimate for `traffic` is above it",
    example: "500",
  }),
  alarms: setting(flag(), true, {
    description: "whether to create alarms and a dashboard; each alarm has a small monthly cost",
    example: "false",
  }),
  permissionsBoundaryArn: optional(
    text(
      "the ARN of a managed policy, arn:aws:iam::ACCOUNT:policy/NAME",
      /^arn:aws[a-z-]*:iam::\d{12}:policy\/[\w+=,.@/-]+$/,
    ),
    {
      description:
        "permissions boundary of every role, a policy in the stack's account; required by the bootstrap's deploy role (docs/deploy.md)",
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
        "topic that is notified when an alarm goes off and when it returns to OK; its policy and its key's policy must allow cloudwatch.amazonaws.com. Default: no notification",
      example: "arn:aws:sns:eu-central-1:123456789012:on-call",
    },
  ),
  alarmBehindPercent: setting(
    whole(1, 90),
    { dev: 50, staging: 25, prod: 10 },
    {
      description: "lag of a stream's reader above which an alarm goes off, as a percentage of retentionHours",
      example: "25",
    },
  ),
  alarmDurationPercent: setting(whole(10, 99), 80, {
    description: "duration of a batch above which an alarm goes off, as a percentage of functionTimeoutSeconds",
    example: "90",
  }),
  alarmFailedMessages: setting(whole(0, 1_000_000), 0, {
    description: "failed messages of a pipeline in one minute above which an alarm goes off",
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
      description: "tags of every resource that supports tags, in addition to project, stack and environment",
      example: "{ plant: north }",
    },
  ),
  allowDataDeletion: setting(flag(), false, {
    description: "second of the two keys required to delete buckets with their objects; the first is set per document",
    example: "true",
  }),
  protectData: setting(
    flag(),
    { dev: false, staging: false, prod: true },
    {
      description:
        "whether Pulumi refuses to delete or replace the buckets with data and the channels' streams (option protect); cannot be combined with allowDataDeletion",
      example: "true",
    },
  ),
  scanLimitMegabytes: setting(
    whole(10, 10_000_000),
    { dev: 1024, staging: 10_240, prod: 102_400 },
    { description: "MB that one query of a dataset may scan before it is cancelled", example: "2048" },
  ),
  firstDay: setting(text("a day, written yyyy-MM-dd", /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/), "2025-01-01", {
    description:
      "first day of arrival that queries of datastores without partitions find; the default begins the year in which AWS IoT Analytics ended",
    example: "2026-03-01",
  }),
  maintenanceHours: setting(whole(1, 168), 24, {
    description:
      "hours from one look over a datastore's objects and partitions to the next, for datastores with partitions: partitions that are not in the catalog are registered, and those without objects removed",
    example: "6",
  }),
  compaction: setting(
    flag(),
    { dev: false, staging: true, prod: true },
    {
      description:
        "whether partitions of Parquet datastores that no delivery has written to for a day are rewritten as few large objects; datastores by the day of arrival and in JSON format stay as they are",
      example: "false",
    },
  ),
  functionMemoryMegabytes: setting(
    whole(128, 10_240),
    { dev: 256, staging: 512, prod: 512 },
    { description: "memory of each transform function in MB; CPU is allocated in proportion", example: "1024" },
  ),
  functionLogLevel: setting(
    choice("DEBUG", "INFO"),
    { dev: "DEBUG", staging: "INFO", prod: "INFO" },
    {
      description:
        "log level of transform functions. INFO: failed messages and batch metrics. DEBUG: also the messages that an activity filtered out",
      example: "DEBUG",
    },
  ),
  functionLogPayloads: setting(flag(), true, {
    description:
      "whether the log of a transform function contains the failed messages themselves, and at DEBUG the filtered ones; they stay for logRetentionDays. Without them a line has the reason and the record's id; failed messages are in the error prefix in any case",
    example: "false",
  }),
  functionTimeoutSeconds: optional(whole(60, 300), {
    description:
      "time limit of a transform function for a batch, in seconds. Default: 60, or 300 if its pipeline has lambda or enrichment activities",
    example: "120",
  }),
  functions: setting(
    FUNCTIONS,
    {},
    {
      description:
        "functions of lambda activities by lambdaName. A function that is not listed must already exist under this name in the stack's account and region",
      example: "{ fill_gaps: { path: functions-of-mine/fill-gaps, runtime: nodejs22.x } }",
    },
  ),
  localSecrets: setting(
    LOCAL_SECRETS,
    {},
    {
      description:
        "secrets of Secrets Manager in the local cloud, which has no others: `pulumi config set --secret --path 'localSecrets[\"ARN\"].value'`. On AWS the setting has no effect",
      example:
        '{ "arn:aws:secretsmanager:eu-central-1:123456789012:secret:plant/weather-a1b2c3": { value: { secure: v1:... } } }',
    },
  ),
  historians: setting(
    HISTORIANS,
    {},
    {
      description: "databases whose rows AWS DMS replicates into channels (docs/historian.md)",
      example:
        "{ scada: { channel: etl_device_data, engine: sqlserver, database: Runtime, secretArn: arn:aws:secretsmanager:eu-central-1:123456789012:secret:plant/historian-a1b2c3, tables: [{ table: dbo.TagValues, key: TagName }], network: { subnetIds: [subnet-0a1b2c3d, subnet-4e5f6a7b], securityGroupIds: [sg-0a1b2c3d] } } }",
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
          description: "the thing's type, which is also created; default none",
        },
        attributes: {
          kind: map(
            "an attribute's name",
            /^[a-zA-Z0-9_.,@/:#-]{1,128}$/,
            "1-128 letters, digits and _ . , @ / : # -",
            text("at most 800 letters, digits and _ . , @ / : # = [ ] -", /^[a-zA-Z0-9_.,@/:#=[\]-]{0,800}$/),
          ),
          description: "its attributes: at most 3 without a type, at most 50 with one",
        },
      }),
    ),
    {},
    {
      description:
        "things that the stack registers for deviceRegistryEnrich activities, if nothing else registers them",
      example: "{ pump-1: { type: pump, attributes: { site: north } } }",
    },
  ),
  fleets: setting(
    map(
      "a fleet's name",
      /^(?!-)[A-Za-z0-9_-]{1,63}$/,
      '1-63 letters, digits, "-" and "_"',
      group({
        publish: {
          kind: texts("with {thing} as one level", FLEET_TOPIC),
          description:
            "topics that a device publishes to, 1 to 8, each with {thing} for its thing's name; default `dt/{thing}/aggregate`",
        },
        subscribe: {
          kind: texts("with {thing} as one level", FLEET_TOPIC),
          description: "topic filters that a device subscribes to, at most 4; default none",
        },
        basicIngest: {
          kind: flag(),
          description:
            "whether devices may also publish to the stack's rules directly, `$aws/rules/RULE/TOPIC`; default false",
        },
        prefix: {
          kind: text('1-64 letters, digits, ":", "_" and "-"', /^[a-zA-Z0-9:_-]{1,64}$/),
          description: "begins the names of things, before the serial number; default the fleet's name and -",
        },
        groups: {
          kind: texts("of 1-64 letters, digits, - and _", /^[a-zA-Z0-9_-]{1,64}$/),
          description: "thing groups that are created and that every device joins, at most 9; default none",
        },
        devices: {
          kind: text("a path", /^.+$/),
          description:
            "CSV file with the devices that may be registered, a column serial, others become attributes; default every serial number",
        },
        authorities: {
          kind: texts("paths", /^.+$/),
          description:
            "files with the certificates (PEM) of authorities of yours, at most 10: a device with a certificate of theirs is registered when it connects first, its common name is the serial number; not beside devices; default none",
        },
      }),
    ),
    {},
    {
      description: "devices with certificates of their own, and how they get them (docs/fleets.md)",
      example: '{ pumps: { publish: ["dt/{thing}/aggregate"], devices: devices.csv } }',
    },
  ),
  dashboards: setting(
    DASHBOARDS,
    {},
    {
      description:
        "dashboards of datasets in Amazon QuickSight, each for one group (docs/dashboards.md); the account needs a subscription",
      example: "{ temperatures: { dataset: etl_aggregate_data, group: engineers } }",
    },
  ),
  channels: setting(
    byName(
      "channel",
      group({
        allowDataDeletion: DELETION,
        siteWise: {
          kind: group({
            assetModels: { kind: SITEWISE_IDS, description: "ids of asset models; default all" },
            assets: { kind: SITEWISE_IDS, description: "ids of assets; default all" },
            properties: { kind: SITEWISE_IDS, description: "ids of properties; default all" },
          }),
          description:
            "notifications of AWS IoT SiteWise that the channel takes, each value as a message; `{}` for all. Switch them on in SiteWise for each property (docs/sitewise.md)",
        },
        receivedAt: {
          kind: flag(),
          description:
            "whether the SQL of the channel's rules is given `timestamp() AS __received_at`, by which a candidate tells live messages from archived ones; the messages must be JSON objects",
        },
      }),
    ),
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
        ...PIPELINE,
        candidate: {
          kind: CANDIDATE,
          description: "a document that is tried beside the one in use (docs/candidates.md)",
        },
        adopted: { kind: ADOPTED, description: "the candidate that has become the pipeline (docs/candidates.md)" },
        reprocessing: {
          kind: whole(1, 1000),
          description:
            "creates the state machine of npm run reprocess for the pipeline and its candidate, with so many functions at a time, which Lambda reserves; by default it is not there",
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
      group(
        {
          onMismatch: {
            kind: choice("null", "fail"),
            description: "a value that does not fit its column becomes null, or its message fails",
          },
          compaction: {
            kind: flag(),
            description: "whether its partitions are compacted; default as the setting compaction says",
          },
          allowDataDeletion: DELETION,
          view: {
            kind: flag(),
            description:
              "keeps the datastore's name a view, as it is since a candidate was promoted that was abandoned later",
          },
        },
        { partitionValues: PARTITION_VALUES_REMOVED },
      ),
    ),
    {},
    { description: "settings of single datastores", example: "{ etl_aggregate_store: { onMismatch: fail } }" },
  ),
  datasets: setting(
    byName("dataset", group({ allowDataDeletion: DELETION, view: VIEW })),
    {},
    { description: "settings of single datasets", example: "{ etl_aggregate_data: { allowDataDeletion: true } }" },
  ),
  containers: setting(
    byName("dataset", CONTAINER),
    {},
    {
      description: "settings of single datasets with a container action (docs/containers.md)",
      example: "{ report: { command: [python, report.py], cwd: reports } }",
    },
  ),
  containerNetwork: optional(CONTAINER_NETWORK, {
    description: "where the containers of datasets run; required if there is one",
    example: "{ subnetIds: [subnet-0a1b2c3d, subnet-4e5f6a7b] }",
  }),
};

/** Settings of earlier versions: why there is none any more, and the way out. */
export const REMOVED: Readonly<Record<string, string>> = {
  projection:
    "is no setting any more: partitions are registered when their first row arrives, so queries find every row, of any year. Remove it: pulumi config rm projection",
};

function ruleName(): Kind<string> {
  return text("1-128 letters, digits and underscores", /^[A-Za-z0-9_]{1,128}$/);
}

/** Settings of one pipeline. */
export type PipelineSettings = Settings["pipelines"][string];

type ValueOf<S> = S extends Setting<infer V> ? V : never;

/** The configuration of a stack with its defaults filled in. */
export type Settings = {
  readonly [K in Exclude<keyof typeof SETTINGS, "environment">]: ValueOf<(typeof SETTINGS)[K]>;
} & {
  readonly environment: Environment;
};
