import assert from "node:assert/strict";
import { CHANNEL, changed, DATASET, DATASTORE, errorsOf, PIPELINE, RULE } from "./support";

const ROLE = "arn:aws:iam::123456789012:role/old";
const own = (members: object): object => ({ customerManagedS3: { bucket: "readings-raw", roleArn: ROLE, ...members } });
const columns = (...types: string[]): object[] => types.map((type, index) => ({ name: `c${index}`, type }));
const COLUMNS = "fileFormatConfiguration.parquetConfiguration.schemaDefinition.columns";
const container = (members: object): object => ({
  actionName: "run",
  containerAction: {
    image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/app",
    executionRoleArn: ROLE,
    resourceConfiguration: { computeType: "ACU_1", volumeSizeInGB: 2 },
    ...members,
  },
});
const delta = { filters: [{ deltaTime: { offsetSeconds: -60, timeExpression: "from_unixtime(ts)" } }] };
const query = (more: object): object[] => [{ queryAction: { sqlQuery: "SELECT 1", ...more } }];
const late = (minutes: number): object[] => [
  { ruleConfiguration: { deltaTimeSessionWindowConfiguration: { timeoutInMinutes: minutes } } },
];
const between = (...activities: object[]): object[] => [
  { channel: { name: "from", channelName: "machines", next: "a0" } },
  ...activities.map((activity, index) => {
    const [[kind, settings]] = Object.entries(activity) as [[string, object]];
    const next = index + 1 < activities.length ? `a${index + 1}` : "to";
    return { [kind]: { name: `a${index}`, next, ...settings } };
  }),
  { datastore: { name: "to", datastoreName: "readings" } },
];
const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `a${index}`);

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
  ["a channel for each message", changed(RULE, "actions.0.iotAnalytics.channelName", "${topic(2)}")],
];

/** What it refused, and the place and a part of what is said. */
const INVALID: [string, object, string, RegExp][] = [
  ["two underscores", { channelName: "__x" }, "$.channelName", /does not begin with two underscores/],
  ["a hyphen in a name", { channelName: "my-channel" }, "$.channelName", /letters, digits and underscores/],
  ["129 characters", { channelName: "x".repeat(129) }, "$.channelName", /129 characters; there must be 1 to 128/],
  ["an empty name", { channelName: "" }, "$.channelName", /0 characters/],
  ["no name", { channelStorage: { serviceManagedS3: {} } }, "$.channelName", /missing/],
  [
    "a misspelt member",
    changed(CHANNEL, "retentionPeriods", {}),
    "$.retentionPeriods",
    /did you mean "retentionPeriod"/,
  ],
  [
    "both kinds of storage",
    changed(CHANNEL, "channelStorage", { serviceManagedS3: {}, ...own({}) }),
    "$.channelStorage",
    /exactly one/,
  ],
  ["no kind of storage", changed(CHANNEL, "channelStorage", {}), "$.channelStorage", /none of them/],
  [
    "a short role",
    changed(CHANNEL, "channelStorage", own({ roleArn: "arn" })),
    "$.channelStorage.customerManagedS3.roleArn",
    /20 to 2048/,
  ],
  [
    "a prefix without a slash",
    changed(CHANNEL, "channelStorage", own({ keyPrefix: "raw" })),
    "$.channelStorage.customerManagedS3.keyPrefix",
    /ends with a slash/,
  ],
  [
    "a bucket of two characters",
    changed(CHANNEL, "channelStorage", own({ bucket: "ab" })),
    "$.channelStorage.customerManagedS3.bucket",
    /3 to 255/,
  ],
  ["no days", changed(CHANNEL, "retentionPeriod", { numberOfDays: 0 }), "$.retentionPeriod.numberOfDays", /at least 1/],
  [
    "days in quotes",
    changed(CHANNEL, "retentionPeriod", { numberOfDays: "30" }),
    "$.retentionPeriod.numberOfDays",
    /without quotes/,
  ],
  [
    "unlimited and days",
    changed(CHANNEL, "retentionPeriod", { unlimited: true, numberOfDays: 3 }),
    "$.retentionPeriod",
    /keep one/,
  ],
  ["no tags in the list", changed(CHANNEL, "tags", []), "$.tags", /0 entries/],
  [
    "51 tags",
    changed(
      CHANNEL,
      "tags",
      many(51).map((key) => ({ key, value: "v" })),
    ),
    "$.tags",
    /51 entries/,
  ],
  ["a tag without a value", changed(CHANNEL, "tags", [{ key: "k" }]), "$.tags[0].value", /missing/],
  ["a column with a hyphen", changed(DATASTORE, `${COLUMNS}.0.name`, "a-b"), `$.${COLUMNS}[0].name`, /letters, digits/],
  ["no such type", changed(DATASTORE, `${COLUMNS}.0.type`, "number"), `$.${COLUMNS}[0].type`, /no column type/],
  [
    "a column twice",
    changed(DATASTORE, `${COLUMNS}.1`, { name: "Temperature", type: "int" }),
    `$.${COLUMNS}[1].name`,
    /twice/,
  ],
  ["101 columns", changed(DATASTORE, COLUMNS, columns(...many(101).map(() => "int"))), `$.${COLUMNS}`, /101 entries/],
  [
    "both formats",
    changed(DATASTORE, "fileFormatConfiguration.jsonConfiguration", {}),
    "$.fileFormatConfiguration",
    /exactly one/,
  ],
  [
    "26 partitions",
    changed(
      DATASTORE,
      "datastorePartitions.partitions",
      many(26).map((attributeName) => ({ attributePartition: { attributeName } })),
    ),
    "$.datastorePartitions.partitions",
    /26 entries/,
  ],
  [
    "two timestamp partitions",
    changed(
      DATASTORE,
      "datastorePartitions.partitions",
      ["a", "b"].map((attributeName) => ({ timestampPartition: { attributeName } })),
    ),
    "$.datastorePartitions.partitions[1]",
    /at most one/,
  ],
  [
    "an attribute with a dot",
    changed(DATASTORE, "datastorePartitions.partitions", [{ attributePartition: { attributeName: "a.b" } }]),
    "$.datastorePartitions.partitions[0].attributePartition.attributeName",
    /letters, digits/,
  ],
  [
    "a bare T in a format",
    changed(DATASTORE, "datastorePartitions.partitions", [
      { timestampPartition: { attributeName: "ts", timestampFormat: "yyyy-MM-ddTHH:mm:ss" } },
    ]),
    "$.datastorePartitions.partitions[0].timestampPartition.timestampFormat",
    /in quotes/,
  ],
  [
    "a plus in a format",
    changed(DATASTORE, "datastorePartitions.partitions", [
      { timestampPartition: { attributeName: "ts", timestampFormat: "yyyy+MM" } },
    ]),
    "$.datastorePartitions.partitions[0].timestampPartition.timestampFormat",
    /does not fit/,
  ],
  [
    "a pipeline without datastore",
    changed(PIPELINE, "pipelineActivities", [{ channel: { name: "from", channelName: "machines" } }]),
    "$.pipelineActivities",
    /no datastore activity/,
  ],
  ["a pipeline without activities", changed(PIPELINE, "pipelineActivities", []), "$.pipelineActivities", /1 to 25/],
  [
    "26 activities",
    changed(
      PIPELINE,
      "pipelineActivities",
      between(...many(24).map(() => ({ removeAttributes: { attributes: ["a"] } }))),
    ),
    "$.pipelineActivities",
    /26 entries/,
  ],
  [
    "a next that names nothing",
    changed(PIPELINE, "pipelineActivities.0.channel.next", "nowhere"),
    "$.pipelineActivities[0].channel.next",
    /names no activity/,
  ],
  [
    "no next",
    changed(PIPELINE, "pipelineActivities.1.math.next", undefined),
    "$.pipelineActivities[1].math.next",
    /no "next"/,
  ],
  [
    "a circle",
    changed(PIPELINE, "pipelineActivities.1.math.next", "from"),
    "$.pipelineActivities[1].math.next",
    /circle/,
  ],
  [
    "an activity apart",
    changed(PIPELINE, "pipelineActivities.0.channel.next", "to"),
    "$.pipelineActivities[1].math",
    /never run/,
  ],
  [
    "a name twice",
    changed(PIPELINE, "pipelineActivities.1.math.name", "from"),
    "$.pipelineActivities[1].math.name",
    /unique/,
  ],
  [
    "a next of the datastore",
    changed(PIPELINE, "pipelineActivities.2.datastore.next", "from"),
    "$.pipelineActivities[2].datastore.next",
    /no member "next"/,
  ],
  [
    "two kinds in one entry",
    changed(PIPELINE, "pipelineActivities.1.filter", { name: "f", filter: "a > 1", next: "to" }),
    "$.pipelineActivities[1]",
    /exactly one/,
  ],
  [
    "a long formula",
    changed(PIPELINE, "pipelineActivities.1.math.math", `1${"+1".repeat(128)}`),
    "$.pipelineActivities[1].math.math",
    /257 characters/,
  ],
  [
    "a formula that is none",
    changed(PIPELINE, "pipelineActivities.1.math.math", "raw *"),
    "$.pipelineActivities[1].math.math",
    /\^/,
  ],
  [
    "no such function",
    changed(PIPELINE, "pipelineActivities.1.math.math", "floor(raw)"),
    "$.pipelineActivities[1].math.math",
    /floor/,
  ],
  [
    "a batch of 1001",
    changed(PIPELINE, "pipelineActivities", between({ lambda: { lambdaName: "f", batchSize: 1001 } })),
    "$.pipelineActivities[1].lambda.batchSize",
    /1 to 1000/,
  ],
  [
    "a function by ARN",
    changed(
      PIPELINE,
      "pipelineActivities",
      between({ lambda: { lambdaName: "arn:aws:lambda:us-east-1:1:function:f", batchSize: 1 } }),
    ),
    "$.pipelineActivities[1].lambda.lambdaName",
    /no ARN/,
  ],
  [
    "attributes as a text",
    changed(PIPELINE, "pipelineActivities", between({ addAttributes: { attributes: "a" } })),
    "$.pipelineActivities[1].addAttributes.attributes",
    /not an object/,
  ],
  [
    "51 attributes",
    changed(PIPELINE, "pipelineActivities", between({ removeAttributes: { attributes: many(51) } })),
    "$.pipelineActivities[1].removeAttributes.attributes",
    /51 entries/,
  ],
  ["no action", changed(DATASET, "actions", []), "$.actions", /exactly 1/],
  ["an action of no kind", changed(DATASET, "actions", [{ actionName: "a" }]), "$.actions[0]", /exactly one/],
  [
    "a query that writes",
    changed(DATASET, "actions.0.queryAction.sqlQuery", "DROP TABLE readings"),
    "$.actions[0].queryAction.sqlQuery",
    /no SELECT/,
  ],
  [
    "a delta window without its time",
    changed(DATASET, "actions", query({ filters: [{ deltaTime: { offsetSeconds: 1 } }] })),
    "$.actions[0].queryAction.filters[0].deltaTime.timeExpression",
    /missing/,
  ],
  [
    "a fraction of a second",
    changed(DATASET, "actions", query({ filters: [{ deltaTime: { offsetSeconds: 1.5, timeExpression: "ts" } }] })),
    "$.actions[0].queryAction.filters[0].deltaTime.offsetSeconds",
    /whole number/,
  ],
  [
    "two filters",
    changed(DATASET, "actions", query({ filters: [{}, {}] })),
    "$.actions[0].queryAction.filters",
    /2 entries/,
  ],
  ["late data without a delta window", changed(DATASET, "lateDataRules", late(5)), "$.lateDataRules", /delta window/],
  [
    "61 minutes",
    changed(changed(DATASET, "actions", query(delta)), "lateDataRules", late(61)),
    "$.lateDataRules[0].ruleConfiguration.deltaTimeSessionWindowConfiguration.timeoutInMinutes",
    /1 to 60/,
  ],
  [
    "cron with five fields",
    changed(DATASET, "triggers", [{ schedule: { expression: "cron(0 12 * * ?)" } }]),
    "$.triggers[0].schedule.expression",
    /5 fields/,
  ],
  [
    "cron with both days",
    changed(DATASET, "triggers", [{ schedule: { expression: "cron(0 12 * * * *)" } }]),
    "$.triggers[0].schedule.expression",
    /must have \?/,
  ],
  [
    "hour 25",
    changed(DATASET, "triggers", [{ schedule: { expression: "cron(0 25 * * ? *)" } }]),
    "$.triggers[0].schedule.expression",
    /hours/,
  ],
  [
    "a rate of 0",
    changed(DATASET, "triggers", [{ schedule: { expression: "rate(0 minutes)" } }]),
    "$.triggers[0].schedule.expression",
    /rate 0/,
  ],
  [
    "no schedule",
    changed(DATASET, "triggers", [{ schedule: { expression: "every day" } }]),
    "$.triggers[0].schedule.expression",
    /neither cron/,
  ],
  [
    "six triggers",
    changed(
      DATASET,
      "triggers",
      many(6).map(() => ({ schedule: { expression: "rate(1 day)" } })),
    ),
    "$.triggers",
    /6 entries/,
  ],
  [
    "a SQL dataset after a dataset",
    changed(DATASET, "triggers", [{ dataset: { name: "other" } }]),
    "$.triggers",
    /container/,
  ],
  [
    "schedule and dataset",
    changed(changed(DATASET, "actions", [container({})]), "triggers", [
      { dataset: { name: "other" } },
      { schedule: { expression: "rate(1 day)" } },
    ]),
    "$.triggers",
    /not by both/,
  ],
  [
    "1001 versions",
    changed(DATASET, "versioningConfiguration", { maxVersions: 1001 }),
    "$.versioningConfiguration.maxVersions",
    /1 to 1000/,
  ],
  [
    "unlimited versions, and 3",
    changed(DATASET, "versioningConfiguration", { maxVersions: 3, unlimited: true }),
    "$.versioningConfiguration",
    /keep one/,
  ],
  [
    "a compute type",
    changed(DATASET, "actions", [container({ resourceConfiguration: { computeType: "ACU_3", volumeSizeInGB: 51 } })]),
    "$.actions[0].containerAction.resourceConfiguration.volumeSizeInGB",
    /1 to 50/,
  ],
  [
    "a variable with two values",
    changed(DATASET, "actions", [container({ variables: [{ name: "a", stringValue: "x", doubleValue: 1 }] })]),
    "$.actions[0].containerAction.variables[0]",
    /exactly one/,
  ],
  [
    "a delivery to two places",
    changed(DATASET, "contentDeliveryRules", [{ destination: {} }]),
    "$.contentDeliveryRules[0].destination",
    /exactly one/,
  ],
  [
    "21 deliveries",
    changed(
      DATASET,
      "contentDeliveryRules",
      many(21).map(() => ({ destination: { iotEventsDestinationConfiguration: { inputName: "i", roleArn: ROLE } } })),
    ),
    "$.contentDeliveryRules",
    /21 entries/,
  ],
  ["a rule that is no SELECT", changed(RULE, "sql", "DELETE"), "$.sql", /no SELECT/],
  ["no such version", changed(RULE, "awsIotSqlVersion", "2020-01-01"), "$.awsIotSqlVersion", /must be/],
  [
    "an action that is none",
    changed(RULE, "actions.0", { kinesys: {} }),
    "$.actions[0].kinesys",
    /did you mean "kinesis"/,
  ],
  ["two actions in one", changed(RULE, "actions.0.sns", {}), "$.actions[0]", /exactly one member/],
  [
    "no channel",
    changed(RULE, "actions.0.iotAnalytics.channelName", undefined),
    "$.actions[0].iotAnalytics.channelName",
    /missing/,
  ],
];

describe("constraints of documents", () => {
  for (const [what, document] of VALID) {
    it(`takes ${what}`, () => assert.deepEqual(errorsOf(document), []));
  }
  for (const [what, document, place, message] of INVALID) {
    it(`refuses ${what}`, () => {
      const found = errorsOf(document).filter((error) => error.startsWith(`${place}: `));
      assert.equal(found.length, 1, errorsOf(document).join("\n") || "no error at all");
      assert.match(found[0]!, message);
    });
  }

  it("says everything that is wrong at once, of activities beside misshapen ones too", () => {
    const document = changed(
      PIPELINE,
      "pipelineActivities",
      between(
        { lambda: { lambdaName: "f" } },
        { math: { attribute: "x", math: "raw *" } },
        { filter: { filtre: "a > 1" } },
      ),
    );
    const errors = errorsOf(changed(document, "tags", []));
    for (const place of ["[1].lambda.batchSize", "[2].math.math", "[3].filter.filtre", "[3].filter.filter"]) {
      assert.ok(
        errors.some((error) => error.startsWith(`$.pipelineActivities${place}: `)),
        `${place}\n${errors.join("\n")}`,
      );
    }
    assert.ok(errors.some((error) => error.startsWith("$.tags: ")));
  });
});
