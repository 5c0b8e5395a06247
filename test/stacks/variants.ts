/** Stacks that use every option of documents and configuration between them. */
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { readStack } from "../../stacks/read";
import { buildStack } from "../../stacks/build/build-stack";
import type { SETTINGS } from "../../stacks/schema";
import { testAuthority } from "../authority";
import { ACCOUNT, KEY, REGION, run, type Run } from "../harness";

/** What the documents and the configuration use and the stack does not have. */
export const USED = {
  key: KEY,
  buckets: ["plant-raw", "plant-rows", "reports", "copies"],
  functions: [
    `arn:aws:lambda:${REGION}:${ACCOUNT}:function:score`,
    `arn:aws:lambda:${REGION}:${ACCOUNT}:function:rate-v2`,
  ],
  repositories: [`arn:aws:ecr:${REGION}:${ACCOUNT}:repository/plant/report`],
  secrets: [`arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:plant/weather-a1b2c3`],
  statements: [{ actions: ["dynamodb:GetItem"], resources: [`arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/limits`] }],
  boundary: `arn:aws:iam::${ACCOUNT}:policy/iot-telemetry-etl-bootstrap-dev-boundary`,
  things: ["pump-1"],
  thingTypes: ["pump"],
  rules: ["readings"],
};

/** One variant of the documents. */
export interface Variant {
  /** of channel, pipeline, datastore and dataset */
  name: string;
  ownBuckets: boolean;
  format: "parquet" | "json";
  partitions: "none" | "time" | "attribute";
  activities: ("filter" | "deployed" | "existing" | "elsewhere" | "registry" | "shadow")[];
  schedules: number;
  window: boolean;
  versions: "none" | "max" | "unlimited";
  deliveries: number;
  /** whether it starts another dataset, and had a delivery to AWS IoT Events */
  chained: boolean;
  errorLog: boolean;
  /** a dataset with a container action, `weekly` */
  container: boolean;
}

/** Every option at once. */
export const FULL: Variant = {
  name: "plant",
  ownBuckets: false,
  format: "parquet",
  partitions: "attribute",
  activities: ["filter", "deployed", "existing", "elsewhere", "registry", "shadow"],
  schedules: 2,
  window: true,
  versions: "max",
  deliveries: 2,
  chained: true,
  errorLog: true,
  container: true,
};

/** Any variant of the documents. */
export const variants: fc.Arbitrary<Variant> = fc.record({
  name: fc.constantFrom("plant", "A", "_x", "etl_device_data", "n".repeat(128)),
  ownBuckets: fc.boolean(),
  format: fc.constantFrom("parquet", "json"),
  partitions: fc.constantFrom("none", "time", "attribute"),
  activities: fc.subarray([...FULL.activities]),
  schedules: fc.integer({ min: 0, max: 2 }),
  window: fc.boolean(),
  versions: fc.constantFrom("none", "max", "unlimited"),
  deliveries: fc.integer({ min: 0, max: 2 }),
  chained: fc.boolean(),
  errorLog: fc.boolean(),
  container: fc.boolean(),
});

const ROLE = `arn:aws:iam::${ACCOUNT}:role/of-the-retired-service`;

function documentsOf(variant: Variant): Record<string, object> {
  const { name, ownBuckets, activities } = variant;
  const storage = (bucket: string): object => ({ customerManagedS3: { bucket, keyPrefix: "iot/", roleArn: ROLE } });
  const steps = activities.map((kind): object => {
    switch (kind) {
      case "filter":
        return { filter: { filter: "temperature > 0" } };
      case "deployed":
        return { lambda: { lambdaName: "fill_gaps", batchSize: 10 } };
      case "existing":
        return { lambda: { lambdaName: "score", batchSize: 10 } };
      case "elsewhere":
        return { lambda: { lambdaName: "rate", batchSize: 10 } };
      case "registry":
        return { deviceRegistryEnrich: { attribute: "registry", thingName: "device_id", roleArn: ROLE } };
      case "shadow":
        return { deviceShadowEnrich: { attribute: "shadow", thingName: "device_id", roleArn: ROLE } };
    }
  });
  const all = [{ channel: { channelName: name } }, ...steps, { datastore: { datastoreName: name } }] as Record<
    string,
    object
  >[];
  const chain = all.map((activity, index) => {
    const [[kind, members]] = Object.entries(activity) as [[string, object]];
    return { [kind]: { name: `a${index}`, ...members, ...(index < all.length - 1 ? { next: `a${index + 1}` } : {}) } };
  });
  const columns = [
    { name: "device_id", type: "string" },
    { name: "temperature", type: "double" },
    { name: "time", type: "bigint" },
  ];
  const partition = {
    none: undefined,
    time: { timestampPartition: { attributeName: "time", timestampFormat: "yyyy-MM-dd" } },
    attribute: { attributePartition: { attributeName: "site" } },
  }[variant.partitions];
  const schedules = ["cron(0 12 * * ? *)", "rate(1 hour)"].slice(0, variant.schedules);
  return {
    "channel.json": { channelName: name, ...(ownBuckets ? { channelStorage: storage("plant-raw") } : {}) },
    "pipeline.json": { pipelineName: name, pipelineActivities: chain },
    "datastore.json": {
      datastoreName: name,
      ...(ownBuckets ? { datastoreStorage: storage("plant-rows") } : {}),
      fileFormatConfiguration:
        variant.format === "json"
          ? { jsonConfiguration: {} }
          : { parquetConfiguration: { schemaDefinition: { columns } } },
      ...(partition === undefined ? {} : { datastorePartitions: { partitions: [partition] } }),
    },
    "dataset.json": {
      datasetName: name,
      actions: [
        {
          actionName: "query",
          queryAction: {
            sqlQuery: `SELECT * FROM ${name}`,
            ...(variant.window
              ? { filters: [{ deltaTime: { offsetSeconds: -60, timeExpression: "from_unixtime(1700000000)" } }] }
              : {}),
          },
        },
      ],
      triggers: schedules.map((expression) => ({ schedule: { expression } })),
      ...(variant.window && variant.chained
        ? {
            lateDataRules: [
              {
                ruleName: "late",
                ruleConfiguration: { deltaTimeSessionWindowConfiguration: { timeoutInMinutes: 60 } },
              },
            ],
          }
        : {}),
      ...(variant.versions === "none"
        ? {}
        : { versioningConfiguration: variant.versions === "max" ? { maxVersions: 5 } : { unlimited: true } }),
      contentDeliveryRules: [
        ...(variant.chained
          ? [{ destination: { iotEventsDestinationConfiguration: { inputName: "hot", roleArn: ROLE } } }]
          : []),
        ...["reports", "copies"].slice(0, variant.deliveries).map((bucket) => ({
          destination: {
            s3DestinationConfiguration: {
              bucket,
              key: "daily/!{iotanalytics:versionId}.csv",
              roleArn: ROLE,
              ...(variant.chained && variant.format === "parquet"
                ? { glueConfiguration: { tableName: "Daily", databaseName: bucket } }
                : {}),
            },
          },
        })),
      ],
    },
    ...(variant.chained
      ? {
          "next.json": {
            datasetName: "next",
            actions: [{ queryAction: { sqlQuery: `SELECT count(*) AS n FROM ${name}` } }],
            triggers: [{ dataset: { name } }],
          },
        }
      : {}),
    ...(variant.container
      ? {
          "weekly.json": {
            datasetName: "weekly",
            actions: [
              {
                actionName: "container",
                containerAction: {
                  image: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/plant/report:2026-03-01`,
                  executionRoleArn: ROLE,
                  resourceConfiguration: { computeType: "ACU_2", volumeSizeInGB: 50 },
                  variables: [
                    { name: "limit", doubleValue: 37.5 },
                    { name: "readings", datasetContentVersionValue: { datasetName: name } },
                    { name: "report", outputFileUriValue: { fileName: "report.html" } },
                  ],
                },
              },
            ],
            triggers: variant.chained
              ? [{ dataset: { name } }]
              : schedules.map((expression) => ({ schedule: { expression } })),
            ...(variant.versions === "none"
              ? {}
              : { versioningConfiguration: variant.versions === "max" ? { maxVersions: 5 } : { unlimited: true } }),
            contentDeliveryRules: ["reports", "copies"].slice(0, variant.deliveries).map((bucket) => ({
              entryName: "custom/report.html",
              destination: {
                s3DestinationConfiguration: { bucket, key: "weekly/!{iotanalytics:versionId}.html", roleArn: ROLE },
              },
            })),
          },
        }
      : {}),
    "readings.json": {
      sql: "SELECT * FROM 'dt/+/aggregate'",
      awsIotSqlVersion: "2016-03-23",
      ruleDisabled: false,
      actions: [{ iotAnalytics: { channelName: name, roleArn: ROLE } }],
      ...(variant.errorLog
        ? { errorAction: { cloudwatchLogs: { logGroupName: "/plant/errors", roleArn: ROLE } } }
        : {}),
    },
  };
}

const secret = USED.secrets[0]!;

/** Values of every setting, as Pulumi hands them to the program. NAME is the documents' name. */
export const VALUES: Readonly<Record<keyof typeof SETTINGS, readonly string[]>> & Record<string, readonly string[]> = {
  environment: ["dev", "staging", "prod"],
  definitions: [],
  keepRuleNames: ['["readings"]'],
  partitionKey: ["${clientid()}"],
  streamMode: ["PROVISIONED", "ON_DEMAND"],
  shardCount: ["4"],
  retentionHours: ["24", "8760"],
  dataRetention: ["unlimited", "730", "1"],
  bufferingSeconds: ["60", "900"],
  bufferingMegabytes: ["64", "128"],
  kmsKeyArn: [KEY],
  logRetentionDays: ["1", "3653"],
  iotLogLevel: ["ERROR", "DEBUG"],
  alarms: ["true", "false"],
  permissionsBoundaryArn: [USED.boundary],
  alarmTopicArn: [`arn:aws:sns:${REGION}:${ACCOUNT}:on-call`],
  alarmBehindPercent: ["1", "90"],
  alarmDurationPercent: ["10", "99"],
  alarmFailedMessages: ["0", "1000000"],
  tags: ['{"plant":"north"}'],
  allowDataDeletion: ["true"],
  protectData: ["true", "false"],
  traffic: ['{"rate":10,"size":300}'],
  monthlyBudget: ["1000000"],
  scanLimitMegabytes: ["10", "10000000"],
  firstDay: ["2026-03-01"],
  maintenanceHours: ["1", "168"],
  compaction: ["true", "false"],
  functionMemoryMegabytes: ["128", "10240"],
  functionLogLevel: ["DEBUG", "INFO"],
  functionLogPayloads: ["true", "false"],
  functionTimeoutSeconds: ["60", "300"],
  functions: [
    JSON.stringify({
      fill_gaps: {
        path: "FUNCTION",
        environment: { LIMIT: "40" },
        secrets: [secret],
        secretsKeyArn: KEY,
        statements: USED.statements,
      },
      rate: { arn: USED.functions[1] },
    }),
  ],
  localSecrets: [JSON.stringify({ [secret]: { value: "x", kmsKeyArn: KEY } })],
  containers: [
    JSON.stringify({
      weekly: {
        ...{ command: ["python", "report.py"], cwd: "reports", runtime: "process", localImage: "report:dev" },
        ...{ imageTag: "2026-03-01", architecture: "X86_64", timeoutMinutes: 5, retries: 0 },
        ...{ outputLimitMegabytes: 10, user: "app", writableRoot: true },
      },
    }),
  ],
  containerNetwork: [
    '{"subnetIds":["subnet-0a1b2c3d"],"securityGroupIds":["sg-0a1b2c3d"],"assignPublicIp":true}',
    '{"subnetIds":["subnet-0a1b2c3d"]}',
  ],
  historians: [
    JSON.stringify({
      scada: {
        channel: "NAME",
        engine: "postgres",
        database: "historian",
        secretArn: secret,
        secretKeyArn: KEY,
        tls: "verify-full",
        certificate: "CERTIFICATE",
        tables: [
          {
            table: "public.tag_values",
            columns: { tag: "device_id", value: "temperature", ts: "time" },
            key: "tag",
            time: "ts",
            timeFormat: "milliseconds",
            deletes: "message",
          },
        ],
        mode: "cdc",
        network: { subnetIds: ["subnet-0a1b2c3d", "subnet-4e5f6a7b"], securityGroupIds: ["sg-0a1b2c3d"] },
        serverless: { minCapacity: 2, maxCapacity: 8 },
      },
    }),
    JSON.stringify({
      _plant: {
        channel: "NAME",
        engine: "mysql",
        secretArn: secret,
        tables: [{ table: "plant.readings" }],
        vpc: {
          cidr: "10.60.0.0/24",
          historianCidr: "10.20.0.0/16",
          port: 3307,
          transitGatewayId: "tgw-0a1b2c3d4e5f6a7b8",
          zones: ["eu-central-1a", "eu-central-1c"],
        },
        instance: { instanceClass: "dms.t3.medium", storageGigabytes: 100 },
      },
    }),
  ],
  things: ['{"pump-1":{"type":"pump","attributes":{"site":"north"}}}'],
  dashboards: [
    '{"temperatures":{"dataset":"NAME","group":"engineers","time":"from_unixtime(time)","namespace":"north","identityRegion":"us-east-1","scanLimitMegabytes":100}}',
  ],
  fleets: [
    '{"pumps":{"publish":["dt/{thing}/aggregate"],"subscribe":["cmd/{thing}/#"],"basicIngest":true,"prefix":"pump-","groups":["north"],"devices":"DEVICES"}}',
    '{"pumps":{"authorities":["AUTHORITY"]}}',
    '{"pumps":{}}',
  ],
  channels: [
    '{"NAME":{"allowDataDeletion":true}}',
    '{"NAME":{"receivedAt":true}}',
    '{"NAME":{"siteWise":{"assetModels":["a-1","a-2"],"assets":["b-1"],"properties":["c-1"]}}}',
  ],
  pipelines: [
    '{"NAME":{"integerDivision":true,"onMathFailure":"pass","onEnrichmentFailure":"fail","enrichmentCacheSeconds":0}}',
    '{"NAME":{"reprocessing":5}}',
    '{"NAME":{"candidate":{"document":"CANDIDATE","boundary":"arrival"}}}',
    '{"NAME":{"candidate":{"document":"CANDIDATE","boundary":"arrival","promote":false}}}',
    '{"NAME":{"adopted":{"version":"g0123abcd","former":"rows","keepFormerUntil":"2026-12-31"}}}',
  ],
  datastores: [
    '{"NAME":{"view":true}}',
    '{"NAME":{"onMismatch":"fail","compaction":false}}',
    '{"NAME":{"allowDataDeletion":true}}',
  ],
  datasets: ['{"NAME":{"allowDataDeletion":true}}'],
  topicFilters: ['{"NAME":"dt/+/aggregate"}'],
  ruleNames: ['{"readings.json":"other"}'],
};

/** An object's properties that a configuration may have at once. */
export function configOf(chosen: Readonly<Record<string, string>>, variant: Variant): Record<string, string> {
  const config: Record<string, string> = {
    ruleNames: '{"readings.json":"readings"}',
    functions: VALUES.functions[0]!,
    things: VALUES.things[0]!,
    containerNetwork: VALUES.containerNetwork[1]!,
    ...chosen,
  };
  if (config.streamMode === "ON_DEMAND") delete config.shardCount;
  if (config.shardCount !== undefined) config.streamMode = "PROVISIONED";
  // The filter takes the place of the rule's document.
  if (config.topicFilters !== undefined) delete config.keepRuleNames;
  if (config.keepRuleNames !== undefined) config.ruleNames = '{"readings.json":"readings"}';
  // Settings that other documents would need.
  if (variant.ownBuckets) delete config.datastores;
  if (variant.format === "json") delete config.datastores;
  // A dashboard follows from columns.
  if (variant.format === "json") delete config.dashboards;
  if (variant.ownBuckets) delete config.channels;
  // The lifecycle of a bucket of the user's is the user's.
  if (variant.ownBuckets) config.pipelines = config.pipelines?.replace(/,"former".*?"}/, "}") ?? "{}";
  const deletes = [config.channels, config.datastores, config.datasets].some((text) => text?.includes("true"));
  if (deletes || config.allowDataDeletion === "true") config.protectData = "false";
  return Object.fromEntries(Object.entries(config).map(([key, text]) => [key, text.replaceAll("NAME", variant.name)]));
}

const AUTHORITY = testAuthority().pem;
const CATALOG = "aws:glue/getCatalogTable:getCatalogTable";

/** The stack of a variant on mocked resources. */
export async function runVariant(
  variant: Variant,
  chosen: Readonly<Record<string, string>>,
  stack = "dev",
): Promise<{ made: Run<unknown>; config: Record<string, string> }> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "variant-"));
  try {
    for (const [file, document] of Object.entries(documentsOf(variant)))
      // A channel has a rule's document or a filter in the configuration.
      if (file !== "readings.json" || chosen.topicFilters === undefined)
        fs.writeFileSync(path.join(folder, file), JSON.stringify(document));
    fs.writeFileSync(path.join(folder, "devices.csv"), "serial,site\n1,north\n");
    fs.writeFileSync(path.join(folder, "authority.pem"), AUTHORITY);
    fs.mkdirSync(path.join(folder, "fill-gaps"));
    fs.writeFileSync(path.join(folder, "ca.pem"), "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n");
    fs.writeFileSync(path.join(folder, "fill-gaps", "index.js"), "exports.handler = async (messages) => messages;\n");
    // The same document is a candidate as well.
    const candidate = path.join(folder, "fill-gaps", "candidate.json");
    fs.writeFileSync(candidate, JSON.stringify(documentsOf(variant)["pipeline.json"]));
    const config = Object.fromEntries(
      Object.entries({ ...configOf(chosen, variant), definitions: folder }).map(([key, text]) => [
        key,
        text
          .replaceAll("FUNCTION", path.join(folder, "fill-gaps"))
          .replaceAll("CERTIFICATE", path.join(folder, "ca.pem"))
          .replaceAll("AUTHORITY", path.join(folder, "authority.pem"))
          .replaceAll("DEVICES", path.join(folder, "devices.csv"))
          .replaceAll("CANDIDATE", candidate),
      ]),
    );
    const absent = (): never => {
      throw Object.assign(new Error("EntityNotFoundException"), {
        details: "EntityNotFoundException: Table not found",
      });
    };
    const made = await run(() => buildStack(readStack()), { stack, config, calls: { [CATALOG]: absent } });
    return { made, config };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
