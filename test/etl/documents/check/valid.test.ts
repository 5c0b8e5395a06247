import assert from "node:assert/strict";
import { ROLE, own, columns, COLUMNS, container, delta, query, late, between, many } from "../parts";
import { CHANNEL, changed, DATASET, DATASTORE, errorsOf, PIPELINE, RULE } from "../support";

/** What the retired service took. */
const VALID: [string, object][] = [
  ["a channel with nothing but its name", CHANNEL],
  ["a name of 128 characters with one underscore first", { channelName: `_${"x".repeat(127)}` }],
  ["capitals in a name", { channelName: "MyChannel" }],
  ["retention in days", changed(CHANNEL, "retentionPeriod", { numberOfDays: 1 })],
  ["retention in days, unlimited false", changed(CHANNEL, "retentionPeriod", { numberOfDays: 30, unlimited: false })],
  ["retention with nothing in it", changed(CHANNEL, "retentionPeriod", {})],
  [
    "a role with a placeholder",
    changed(CHANNEL, "channelStorage", own({ roleArn: "arn:aws:iam::<ACCOUNT-ID>:role/X" })),
  ],
  ["a bucket to be filled in", changed(CHANNEL, "channelStorage", own({ bucket: "<YOUR-BUCKET>" }))],
  ["a prefix", changed(CHANNEL, "channelStorage", own({ keyPrefix: "raw/!{x}(1)*'./" }))],
  [
    "50 tags",
    changed(
      CHANNEL,
      "tags",
      many(50).map((key) => ({ key, value: "v" })),
    ),
  ],
  ["a JSON datastore", { datastoreName: "readings" }],
  ["a JSON datastore that says so", { datastoreName: "readings", fileFormatConfiguration: { jsonConfiguration: {} } }],
  ["Parquet without a schema", { datastoreName: "readings", fileFormatConfiguration: { parquetConfiguration: {} } }],
  [
    "every type",
    changed(
      DATASTORE,
      COLUMNS,
      columns(
        "INT",
        "array<struct<a:int,b: map<string,double>>>",
        "decimal(38,10)",
        "varchar(65535)",
        "timestamp",
        "date",
        "binary",
        "char(1)",
      ),
    ),
  ],
  ["100 columns", changed(DATASTORE, COLUMNS, columns(...many(100).map(() => "int")))],
  ["a column that only the prose allows", changed(DATASTORE, `${COLUMNS}.0.name`, "x_pos")],
  [
    "SiteWise storage",
    {
      datastoreName: "site",
      datastoreStorage: { iotSiteWiseMultiLayerStorage: { customerManagedS3Storage: { bucket: "site-bucket" } } },
    },
  ],
  [
    "25 partitions",
    changed(
      DATASTORE,
      "datastorePartitions.partitions",
      many(25).map((attributeName) => ({ attributePartition: { attributeName } })),
    ),
  ],
  [
    "a format of weeks, which is Java's",
    changed(DATASTORE, "datastorePartitions.partitions", [
      { timestampPartition: { attributeName: "ts", timestampFormat: "YYYY-'W'ww" } },
    ]),
  ],
  [
    "ten activities",
    changed(
      PIPELINE,
      "pipelineActivities",
      between(
        { lambda: { lambdaName: "my-function_1", batchSize: 1000 } },
        { addAttributes: { attributes: { "unit.pos[1]": "y", plain: "copy" } } },
        { removeAttributes: { attributes: ["a", "b.c"] } },
        { selectAttributes: { attributes: ["unit.id", "v"] } },
        { filter: { filter: "a <> NULL OR temperature >= 10 AND temperature <= 40" } },
        { math: { attribute: "x", math: "((temp - 32) * 5.0) / 9.0 " } },
        { deviceRegistryEnrich: { attribute: "thing", thingName: "device.id", roleArn: ROLE } },
        { deviceShadowEnrich: { attribute: "shadow", thingName: "device", roleArn: ROLE } },
      ),
    ),
  ],
  [
    "activities in another order than they run",
    changed(PIPELINE, "pipelineActivities", [...PIPELINE.pipelineActivities].reverse()),
  ],
  [
    "25 activities",
    changed(
      PIPELINE,
      "pipelineActivities",
      between(...many(23).map(() => ({ removeAttributes: { attributes: ["a"] } }))),
    ),
  ],
  [
    "a target with a dot, which the service did not check",
    changed(PIPELINE, "pipelineActivities", between({ addAttributes: { attributes: { a: "b.c" } } })),
  ],
  [
    "names of activities with any characters",
    changed(changed(PIPELINE, "pipelineActivities.0.channel.next", "2 ° x"), "pipelineActivities.1.math.name", "2 ° x"),
  ],
  ["a SQL dataset", DATASET],
  ["a schedule with a singular unit", changed(DATASET, "triggers", [{ schedule: { expression: "rate(5 minute)" } }])],
  [
    "names of days and months",
    changed(DATASET, "triggers", [{ schedule: { expression: "cron(0/15 8-18 ? JAN-MAR,12 MON-FRI *)" } }]),
  ],
  ["the last Friday", changed(DATASET, "triggers", [{ schedule: { expression: "cron(0 10 ? * 6L 2024-2026)" } }])],
  ["a delta window and late data", changed(changed(DATASET, "actions", query(delta)), "lateDataRules", late(60))],
  ["a filter without a delta window", changed(DATASET, "actions", query({ filters: [{}] }))],
  ["versions", changed(DATASET, "versioningConfiguration", { maxVersions: 1000, unlimited: false })],
  ["a container", changed(DATASET, "actions", [container({})])],
  [
    "a container after a dataset",
    changed(changed(DATASET, "actions", [container({})]), "triggers", [{ dataset: { name: "other" } }]),
  ],
  [
    "variables",
    changed(DATASET, "actions", [
      container({
        variables: [
          { name: "a", stringValue: "" },
          { name: "b", doubleValue: 1 },
          { name: "c", datasetContentVersionValue: { datasetName: "d" } },
          { name: "e", outputFileUriValue: { fileName: "f.csv" } },
        ],
      }),
    ]),
  ],
  [
    "a delivery",
    changed(DATASET, "contentDeliveryRules", [
      {
        entryName: "",
        destination: {
          s3DestinationConfiguration: {
            bucket: "out-bucket",
            key: "v/!{iotanalytics:scheduleTime}.csv",
            roleArn: ROLE,
            glueConfiguration: { tableName: "t", databaseName: "d" },
          },
        },
      },
    ]),
  ],
  [
    "IoT Events",
    changed(DATASET, "contentDeliveryRules", [
      { destination: { iotEventsDestinationConfiguration: { inputName: "input", roleArn: ROLE } } },
    ]),
  ],
  ["a query behind a comment", changed(DATASET, "actions.0.queryAction.sqlQuery", "-- all\n SELECT 1")],
  ["a rule", RULE],
  ["a rule with its name", { ruleName: "feed", topicRulePayload: RULE }],
  [
    "a rule with another action too",
    changed(RULE, "actions.1", { sns: { targetArn: "arn:aws:sns:us-east-1:123456789012:t", roleArn: "r" } }),
  ],
  [
    "a rule that names the channel by ARN",
    changed(RULE, "actions.0.iotAnalytics", {
      channelArn: "arn:aws:iotanalytics:us-east-1:123456789012:channel/machines",
      roleArn: ROLE,
    }),
  ],
  ["retention without end", changed(CHANNEL, "retentionPeriod", { unlimited: true })],
  ["a limit that is switched off", changed(CHANNEL, "retentionPeriod", { unlimited: false })],
  [
    "a managed bucket with retention",
    { channelName: "a", channelStorage: { serviceManagedS3: {} }, retentionPeriod: { numberOfDays: 36_500 } },
  ],
  [
    "one's own bucket with retention, which is ignored",
    changed(changed(CHANNEL, "channelStorage", own({})), "retentionPeriod", { numberOfDays: 3 }),
  ],
  [
    "a role with an odd path",
    changed(CHANNEL, "channelStorage", own({ roleArn: "arn:aws-cn:iam::123456789012:role/service-role/a+b@c" })),
  ],
  ["a bucket with dots and capitals", changed(CHANNEL, "channelStorage", own({ bucket: "My.Bucket_1" }))],
  ["a bucket of a shell's variable", changed(CHANNEL, "channelStorage", own({ bucket: "$BUCKET" }))],
  ["a tag with odd characters", changed(CHANNEL, "tags", [{ key: "a:b/c =+-@é", value: " " }])],
  [
    "a JSON datastore with partitions",
    { datastoreName: "a", datastorePartitions: { partitions: [{ attributePartition: { attributeName: "site" } }] } },
  ],
  ["no partitions in the list", { datastoreName: "a", datastorePartitions: { partitions: [] } }],
  ["partitions without a list", { datastoreName: "a", datastorePartitions: {} }],
  ["no columns in the list", changed(DATASTORE, COLUMNS, [])],
  ["a schema without columns", changed(DATASTORE, "fileFormatConfiguration.parquetConfiguration.schemaDefinition", {})],
  [
    "a type over 256 characters",
    changed(
      DATASTORE,
      COLUMNS,
      columns(
        `struct<${many(60)
          .map((name, i) => `${name}${i}:int`)
          .join(",")}>`,
      ),
    ),
  ],
  [
    "a type with blanks, tabs and comments",
    changed(DATASTORE, COLUMNS, columns(" Struct < a : Int COMMENT 'x' ,\tb : decimal ( 10 , 2 ) > ")),
  ],
  [
    "a partition that is a column too",
    changed(changed(DATASTORE, `${COLUMNS}.0.name`, "ts"), "datastorePartitions.partitions", [
      { timestampPartition: { attributeName: "ts", timestampFormat: "yyyy-MM-dd HH:mm:ss[.SSS]" } },
    ]),
  ],
  [
    "partitions of both kinds by one attribute",
    changed(DATASTORE, "datastorePartitions.partitions", [
      { attributePartition: { attributeName: "ts" } },
      { timestampPartition: { attributeName: "ts" } },
    ]),
  ],
  [
    "a partition by a name with digits first",
    changed(DATASTORE, "datastorePartitions.partitions", [{ attributePartition: { attributeName: "1st_site" } }]),
  ],
  [
    "nothing between channel and datastore",
    changed(
      PIPELINE,
      "pipelineActivities",
      between().map((activity) =>
        "channel" in activity ? { channel: { name: "from", channelName: "machines", next: "to" } } : activity,
      ),
    ),
  ],
  [
    "a name of an activity that is another's attribute",
    changed(
      PIPELINE,
      "pipelineActivities",
      between(
        { addAttributes: { attributes: { "a-b.c d": "e", ünï: "f" } } },
        { removeAttributes: { attributes: ["a-b", "$x", "@timestamp"] } },
      ),
    ),
  ],
  [
    "an attribute that is selected twice",
    changed(PIPELINE, "pipelineActivities", between({ selectAttributes: { attributes: ["a", "a"] } })),
  ],
  [
    "two attributes of one last name, which the service did not check",
    changed(PIPELINE, "pipelineActivities", between({ selectAttributes: { attributes: ["a.x", "b.x"] } })),
  ],
  [
    "one activity of a kind more than once",
    changed(
      PIPELINE,
      "pipelineActivities",
      between(
        { math: { attribute: "t", math: "t + 1" } },
        { filter: { filter: "t > 1" } },
        { math: { attribute: "t", math: "t * 2" } },
        { filter: { filter: "t > 2" } },
      ),
    ),
  ],
  ["a math of 256 characters", changed(PIPELINE, "pipelineActivities.1.math.math", `a${"+1".repeat(127)} `)],
  [
    "an enrichment by a path",
    changed(
      PIPELINE,
      "pipelineActivities",
      between({
        deviceShadowEnrich: {
          attribute: "device-shadow",
          thingName: "device.names[0]",
          roleArn: "arn:aws:iam::<your-account-number>:role:MyEnrichRole",
        },
      }),
    ),
  ],
  [
    "empty lists of triggers, rules and filters",
    { ...DATASET, actions: query({ filters: [] }), triggers: [], contentDeliveryRules: [] },
  ],
  [
    "five schedules",
    changed(
      DATASET,
      "triggers",
      many(5).map(() => ({ schedule: { expression: "rate(15 minutes)" } })),
    ),
  ],
  [
    "steps, lists and ranges in a schedule",
    changed(DATASET, "triggers", [{ schedule: { expression: "cron( 0,30 */2 1-15 * ? 2019-2030 )" } }]),
  ],
  ["the third Tuesday", changed(DATASET, "triggers", [{ schedule: { expression: "cron(5 4 ? * TUE#3 *)" } }])],
  ["the last weekday of a month", changed(DATASET, "triggers", [{ schedule: { expression: "cron(0 0 LW * ? *)" } }])],
  [
    "a delta window ahead",
    changed(DATASET, "actions", query({ filters: [{ deltaTime: { offsetSeconds: 10, timeExpression: "ts" } }] })),
  ],
  [
    "a query in parentheses, in capitals, with a semicolon",
    changed(DATASET, "actions.0.queryAction.sqlQuery", "( SELECT 1 ) ;"),
  ],
  [
    "a query that begins with WITH",
    changed(DATASET, "actions.0.queryAction.sqlQuery", "WITH a AS (SELECT 1) SELECT * FROM a"),
  ],
  [
    "a long query on lines",
    changed(
      DATASET,
      "actions.0.queryAction.sqlQuery",
      `/* all\n of it */ select *\n${"-- more\n".repeat(2000)}FROM readings`,
    ),
  ],
  ["versions without end", changed(DATASET, "versioningConfiguration", { unlimited: true })],
  ["versions with nothing in it", changed(DATASET, "versioningConfiguration", {})],
  [
    "a container with nothing but what it must have",
    changed(DATASET, "actions", [{ containerAction: (container({}) as { containerAction: object }).containerAction }]),
  ],
  [
    "a delivery of a container's file",
    changed(DATASET, "contentDeliveryRules", [
      {
        entryName: "custom/f.csv",
        destination: {
          s3DestinationConfiguration: {
            bucket: "out-bucket",
            key: "!{iotanalytics:creationTime}/x(1).csv",
            roleArn: ROLE,
          },
        },
      },
    ]),
  ],
  [
    "late data with a rule of no name",
    changed(changed(DATASET, "actions", query(delta)), "lateDataRules", [{ ruleConfiguration: {} }]),
  ],
  [
    "a rule that is disabled, described and of no version",
    {
      sql: 'select *, topic(2) as id from "a/+/b" where x > 1',
      description: "",
      ruleDisabled: true,
      actions: RULE.actions,
    },
  ],
  [
    "a rule with an error action",
    changed(RULE, "errorAction", { cloudwatchLogs: { logGroupName: "/iot/errors", roleArn: "r" } }),
  ],
  ["a channel for each message", changed(RULE, "actions.0.iotAnalytics.channelName", "${topic(2)}")],
];

describe("valid documents", () => {
  for (const [what, document] of VALID) {
    it(`are taken: ${what}`, () => assert.deepEqual(errorsOf(document), []));
  }
});
