import assert from "node:assert/strict";
import { ROLE, own, columns, COLUMNS, container, delta, query, late, between, many } from "../parts";
import { CHANNEL, changed, DATASET, DATASTORE, errorsOf, PIPELINE, RULE } from "../support";

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
  ["no such type", changed(DATASTORE, `${COLUMNS}.0.type`, "number"), `$.${COLUMNS}[0].type`, /is not a column type/],
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
  ["a rule that is no SELECT", changed(RULE, "sql", "DELETE"), "$.sql", /expected SELECT, found "DELETE"/],
  ["retention that is no object", changed(CHANNEL, "retentionPeriod", 30), "$.retentionPeriod", /not an object/],
  [
    "a fraction of a day",
    changed(CHANNEL, "retentionPeriod", { numberOfDays: 1.5 }),
    "$.retentionPeriod.numberOfDays",
    /whole number/,
  ],
  [
    "days of the retention under another name",
    changed(CHANNEL, "retentionPeriod", { days: 3 }),
    "$.retentionPeriod.days",
    /did you mean "numberOfDays"/,
  ],
  [
    "storage of the datastore for a channel",
    changed(CHANNEL, "channelStorage", { iotSiteWiseMultiLayerStorage: {} }),
    "$.channelStorage.iotSiteWiseMultiLayerStorage",
    /no member/,
  ],
  [
    "a bucket with a slash",
    changed(CHANNEL, "channelStorage", own({ bucket: "a/b/c" })),
    "$.channelStorage.customerManagedS3.bucket",
    /a bucket's name has/,
  ],
  [
    "settings in the managed storage",
    changed(CHANNEL, "channelStorage", { serviceManagedS3: { bucket: "abc" } }),
    "$.channelStorage.serviceManagedS3.bucket",
    /it must be \{\}/,
  ],
  [
    "a role of 2049 characters",
    changed(CHANNEL, "channelStorage", own({ roleArn: "r".repeat(2049) })),
    "$.channelStorage.customerManagedS3.roleArn",
    /2049 characters/,
  ],
  [
    "a tag's key of 257 characters",
    changed(CHANNEL, "tags", [{ key: "k".repeat(257), value: "v" }]),
    "$.tags[0].key",
    /257 characters/,
  ],
  [
    "a role in SiteWise storage",
    {
      datastoreName: "a",
      datastoreStorage: {
        iotSiteWiseMultiLayerStorage: { customerManagedS3Storage: { bucket: "abc", roleArn: ROLE } },
      },
    },
    "$.datastoreStorage.iotSiteWiseMultiLayerStorage.customerManagedS3Storage.roleArn",
    /no member/,
  ],
  ["a column without a type", changed(DATASTORE, `${COLUMNS}.0`, { name: "a" }), `$.${COLUMNS}[0].type`, /missing/],
  [
    "a column's name with a digit first",
    changed(DATASTORE, `${COLUMNS}.0.name`, "1a"),
    `$.${COLUMNS}[0].name`,
    /does not begin with a digit/,
  ],
  [
    "a column's name that is reserved",
    changed(DATASTORE, `${COLUMNS}.0.name`, "__dt"),
    `$.${COLUMNS}[0].name`,
    /reserved/,
  ],
  [
    "a varchar of 65536",
    changed(DATASTORE, `${COLUMNS}.0.type`, "varchar(65536)"),
    `$.${COLUMNS}[0].type`,
    /is not a column type/,
  ],
  [
    "a decimal of 39 digits",
    changed(DATASTORE, `${COLUMNS}.0.type`, "decimal(39,2)"),
    `$.${COLUMNS}[0].type`,
    /is not a column type/,
  ],
  [
    "an array of nothing",
    changed(DATASTORE, `${COLUMNS}.0.type`, "array<>"),
    `$.${COLUMNS}[0].type`,
    /expected a type/,
  ],
  [
    "a map by arrays",
    changed(DATASTORE, `${COLUMNS}.0.type`, "map<array<int>,int>"),
    `$.${COLUMNS}[0].type`,
    /is not a column type/,
  ],
  [
    "a partition of both kinds",
    changed(DATASTORE, "datastorePartitions.partitions", [
      { attributePartition: { attributeName: "a" }, timestampPartition: { attributeName: "b" } },
    ]),
    "$.datastorePartitions.partitions[0]",
    /exactly one/,
  ],
  [
    "a format of 51 characters",
    changed(DATASTORE, "datastorePartitions.partitions", [
      { timestampPartition: { attributeName: "a", timestampFormat: `yyyy${"-".repeat(47)}` } },
    ]),
    "$.datastorePartitions.partitions[0].timestampPartition.timestampFormat",
    /51 characters/,
  ],
  [
    "a format with an open quote",
    changed(DATASTORE, "datastorePartitions.partitions", [
      { timestampPartition: { attributeName: "a", timestampFormat: "yyyy'T" } },
    ]),
    "$.datastorePartitions.partitions[0].timestampPartition.timestampFormat",
    /not closed/,
  ],
  [
    "partitions as a list without its object",
    changed(DATASTORE, "datastorePartitions", []),
    "$.datastorePartitions",
    /not an object/,
  ],
  [
    "two channels",
    changed(PIPELINE, "pipelineActivities.1", { channel: { name: "x", channelName: "y", next: "to" } }),
    "$.pipelineActivities[1].channel",
    /a second channel/,
  ],
  [
    "two datastores",
    changed(PIPELINE, "pipelineActivities.3", { datastore: { name: "x", datastoreName: "y" } }),
    "$.pipelineActivities[3].datastore",
    /a second datastore/,
  ],
  [
    "an activity of a kind that is none",
    changed(PIPELINE, "pipelineActivities.1", { maths: { name: "compute" } }),
    "$.pipelineActivities[1].maths",
    /did you mean "math"/,
  ],
  [
    "an activity without a name",
    changed(PIPELINE, "pipelineActivities.1.math.name", undefined),
    "$.pipelineActivities[1].math.name",
    /missing/,
  ],
  [
    "a name of 129 characters",
    changed(PIPELINE, "pipelineActivities.1.math.name", "n".repeat(129)),
    "$.pipelineActivities[1].math.name",
    /129 characters/,
  ],
  [
    "an attribute of 257 characters",
    changed(PIPELINE, "pipelineActivities.1.math.attribute", "n".repeat(257)),
    "$.pipelineActivities[1].math.attribute",
    /257 characters/,
  ],
  [
    "an empty filter",
    changed(PIPELINE, "pipelineActivities", between({ filter: { filter: "" } })),
    "$.pipelineActivities[1].filter.filter",
    /0 characters/,
  ],
  [
    "a filter of 257 characters",
    changed(PIPELINE, "pipelineActivities", between({ filter: { filter: `a = '${"x".repeat(251)}'` } })),
    "$.pipelineActivities[1].filter.filter",
    /257 characters/,
  ],
  [
    "nothing to add",
    changed(PIPELINE, "pipelineActivities", between({ addAttributes: { attributes: {} } })),
    "$.pipelineActivities[1].addAttributes.attributes",
    /0 entries/,
  ],
  [
    "a number for a name",
    changed(PIPELINE, "pipelineActivities", between({ addAttributes: { attributes: { a: 123 } } })),
    "$.pipelineActivities[1].addAttributes.attributes.a",
    /123 is not a text/,
  ],
  [
    "names to remove as an object",
    changed(PIPELINE, "pipelineActivities", between({ removeAttributes: { attributes: { a: "b" } } })),
    "$.pipelineActivities[1].removeAttributes.attributes",
    /not a list/,
  ],
  [
    "nothing to select",
    changed(PIPELINE, "pipelineActivities", between({ selectAttributes: { attributes: [] } })),
    "$.pipelineActivities[1].selectAttributes.attributes",
    /0 entries/,
  ],
  [
    "a batch of 0",
    changed(PIPELINE, "pipelineActivities", between({ lambda: { lambdaName: "f", batchSize: 0 } })),
    "$.pipelineActivities[1].lambda.batchSize",
    /1 to 1000/,
  ],
  [
    "a batch in quotes",
    changed(PIPELINE, "pipelineActivities", between({ lambda: { lambdaName: "f", batchSize: "5" } })),
    "$.pipelineActivities[1].lambda.batchSize",
    /without quotes/,
  ],
  [
    "a function with its alias",
    changed(PIPELINE, "pipelineActivities", between({ lambda: { lambdaName: "f:live", batchSize: 1 } })),
    "$.pipelineActivities[1].lambda.lambdaName",
    /no alias/,
  ],
  [
    "an enrichment without its role",
    changed(PIPELINE, "pipelineActivities", between({ deviceRegistryEnrich: { attribute: "a", thingName: "b" } })),
    "$.pipelineActivities[1].deviceRegistryEnrich.roleArn",
    /missing/,
  ],
  [
    "activities as an object",
    changed(PIPELINE, "pipelineActivities", { channel: {} }),
    "$.pipelineActivities",
    /not a list/,
  ],
  ["two actions", changed(DATASET, "actions", [...query({}), ...query({})]), "$.actions", /exactly 1/],
  [
    "an action's name with a hyphen",
    changed(DATASET, "actions.0.actionName", "my-query"),
    "$.actions[0].actionName",
    /letters, digits/,
  ],
  [
    "a query and a container",
    changed(DATASET, "actions.0.containerAction", (container({}) as { containerAction: object }).containerAction),
    "$.actions[0]",
    /exactly one/,
  ],
  ["no query", changed(DATASET, "actions.0.queryAction", {}), "$.actions[0].queryAction.sqlQuery", /missing/],
  [
    "an empty query",
    changed(DATASET, "actions.0.queryAction.sqlQuery", ""),
    "$.actions[0].queryAction.sqlQuery",
    /0 characters/,
  ],
  [
    "a query that inserts",
    changed(DATASET, "actions.0.queryAction.sqlQuery", "INSERT INTO a SELECT 1"),
    "$.actions[0].queryAction.sqlQuery",
    /no SELECT/,
  ],
  ["a trigger of no kind", changed(DATASET, "triggers", [{}]), "$.triggers[0]", /exactly one/],
  [
    "a schedule without its expression",
    changed(DATASET, "triggers", [{ schedule: {} }]),
    "$.triggers[0].schedule",
    /no expression/,
  ],
  [
    "a month 13",
    changed(DATASET, "triggers", [{ schedule: { expression: "cron(0 0 1 13 ? *)" } }]),
    "$.triggers[0].schedule.expression",
    /month/,
  ],
  [
    "two question marks",
    changed(DATASET, "triggers", [{ schedule: { expression: "cron(0 0 ? * ? *)" } }]),
    "$.triggers[0].schedule.expression",
    /must have \?/,
  ],
  [
    "a rate in weeks",
    changed(DATASET, "triggers", [{ schedule: { expression: "rate(1 week)" } }]),
    "$.triggers[0].schedule.expression",
    /neither cron/,
  ],
  [
    "two datasets that start it",
    changed(changed(DATASET, "actions", [container({})]), "triggers", [
      { dataset: { name: "a" } },
      { dataset: { name: "b" } },
    ]),
    "$.triggers",
    /at most one other/,
  ],
  [
    "no versions",
    changed(DATASET, "versioningConfiguration", { maxVersions: 0 }),
    "$.versioningConfiguration.maxVersions",
    /1 to 1000/,
  ],
  [
    "a delivery without its key",
    changed(DATASET, "contentDeliveryRules", [
      { destination: { s3DestinationConfiguration: { bucket: "abc", roleArn: ROLE } } },
    ]),
    "$.contentDeliveryRules[0].destination.s3DestinationConfiguration.key",
    /missing/,
  ],
  [
    "a key with a blank",
    changed(DATASET, "contentDeliveryRules", [
      { destination: { s3DestinationConfiguration: { bucket: "abc", key: "a b", roleArn: ROLE } } },
    ]),
    "$.contentDeliveryRules[0].destination.s3DestinationConfiguration.key",
    /a key has/,
  ],
  [
    "an input that begins with a digit",
    changed(DATASET, "contentDeliveryRules", [
      { destination: { iotEventsDestinationConfiguration: { inputName: "1a", roleArn: ROLE } } },
    ]),
    "$.contentDeliveryRules[0].destination.iotEventsDestinationConfiguration.inputName",
    /begins with a letter/,
  ],
  [
    "a Glue table without its database",
    changed(DATASET, "contentDeliveryRules", [
      {
        destination: {
          s3DestinationConfiguration: { bucket: "abc", key: "a", roleArn: ROLE, glueConfiguration: { tableName: "t" } },
        },
      },
    ]),
    "$.contentDeliveryRules[0].destination.s3DestinationConfiguration.glueConfiguration.databaseName",
    /missing/,
  ],
  [
    "a variable without a value",
    changed(DATASET, "actions", [container({ variables: [{ name: "a" }] })]),
    "$.actions[0].containerAction.variables[0]",
    /exactly one/,
  ],
  [
    "a file's name with a slash",
    changed(DATASET, "actions", [container({ variables: [{ name: "a", outputFileUriValue: { fileName: "a/b" } }] })]),
    "$.actions[0].containerAction.variables[0].outputFileUriValue.fileName",
    /a file's name/,
  ],
  [
    "an image of 256 characters",
    changed(DATASET, "actions", [container({ image: "i".repeat(256) })]),
    "$.actions[0].containerAction.image",
    /256 characters/,
  ],
  [
    "two rules for late data",
    changed(changed(DATASET, "actions", query(delta)), "lateDataRules", [...late(1), ...late(2)]),
    "$.lateDataRules",
    /exactly 1/,
  ],
  [
    "late data after 0 minutes",
    changed(changed(DATASET, "actions", query(delta)), "lateDataRules", late(0)),
    "$.lateDataRules[0].ruleConfiguration.deltaTimeSessionWindowConfiguration.timeoutInMinutes",
    /1 to 60/,
  ],
  ["a rule without actions", changed(RULE, "actions", []), "$.actions", /1 to 10/],
  [
    "eleven actions",
    changed(
      RULE,
      "actions",
      many(11).map(() => RULE.actions[0]),
    ),
    "$.actions",
    /11 entries/,
  ],
  [
    "an ARN of no channel",
    changed(RULE, "actions.0.iotAnalytics", { channelArn: "arn:aws:s3:::x" }),
    "$.actions[0].iotAnalytics.channelArn",
    /is not a channel's ARN/,
  ],
  [
    "no such version",
    changed(RULE, "awsIotSqlVersion", "2020-01-01"),
    "$.awsIotSqlVersion",
    /is not one of "2015-10-08", "2016-03-23", "2016-03-23-beta", "beta"$/,
  ],
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
