/**
 * The schemas of the documents, from https://docs.aws.amazon.com/iotanalytics/latest/APIReference/Welcome.html, and of a topic rule's payload,
 * from https://docs.aws.amazon.com/iot/latest/apireference/API_TopicRulePayload.html.
 */
import { show } from "../../../aws/text/show";
import {
  anyWhole,
  array,
  boolean,
  map,
  notWithUnlimited,
  number,
  object,
  oneOf,
  optional,
  required,
  text,
  whole,
  type Schema,
} from "./schema";

const EMPTY = object({});

/** A name of a channel, datastore, pipeline or dataset. */
const name = text({
  min: 1,
  max: 128,
  pattern: /^(?!__)[a-zA-Z0-9_]+$/,
  words: "a name has letters, digits and underscores, and does not begin with two underscores",
});
const anyText = (max: number): Schema => text({ min: 1, max });
/** What has no limit of its own in the service's model. */
const freeText = text({ min: 1, max: 1_048_576 });
/** Placeholders such as <ACCOUNT-ID> are welcome: no role of the old service is used. */
const roleArn = text({ min: 20, max: 2048 });
const bucket = text({
  min: 3,
  max: 255,
  pattern: /^[a-zA-Z0-9.\-_]*$/,
  words: "a bucket's name has letters, digits, dots, hyphens and underscores",
});
const keyPrefix = text({
  min: 1,
  max: 255,
  pattern: /^[a-zA-Z0-9!_.*'()/{}:-]*\/$/,
  words: "a prefix has letters, digits and !_.*'()/{}:- and ends with a slash",
});
const retentionPeriod = notWithUnlimited(
  object({ unlimited: optional(boolean), numberOfDays: optional(whole(1)) }),
  "numberOfDays",
);
const tagList = array(object({ key: required(anyText(256)), value: required(anyText(256)) }), 1, 50);
/** Other tools write tags as an object or as a text. */
const tags: Schema = (value, path, reporter) => {
  const other = typeof value === "string" || (typeof value === "object" && value !== null && !Array.isArray(value));
  if (!other || reporter.placeholder(path)) return tagList(value, path, reporter);
  const [key, example] = ["key", "value"].map((name) => reporter.spell(name));
  reporter.unshaped();
  reporter.error(path, `${show(value)} is not a list; write tags as [ { "${key}": "team", "${example}": "a" } ]`);
};
const customerManagedS3 = object({
  bucket: required(bucket),
  keyPrefix: optional(keyPrefix),
  roleArn: required(roleArn),
});

export const channelSchema = object({
  channelName: required(name),
  channelStorage: optional(
    object({ serviceManagedS3: optional(EMPTY), customerManagedS3: optional(customerManagedS3) }, [
      "serviceManagedS3",
      "customerManagedS3",
    ]),
  ),
  retentionPeriod: optional(retentionPeriod),
  tags: optional(tags),
});

const partitionAttribute = text({
  min: 1,
  max: 128,
  pattern: /^[a-zA-Z0-9_]+$/,
  words: "an attribute to partition by has letters, digits and underscores",
});

export const datastoreSchema = object({
  datastoreName: required(name),
  datastoreStorage: optional(
    object(
      {
        serviceManagedS3: optional(EMPTY),
        customerManagedS3: optional(customerManagedS3),
        iotSiteWiseMultiLayerStorage: optional(
          object({
            customerManagedS3Storage: required(object({ bucket: required(bucket), keyPrefix: optional(keyPrefix) })),
          }),
        ),
      },
      ["serviceManagedS3", "customerManagedS3", "iotSiteWiseMultiLayerStorage"],
    ),
  ),
  retentionPeriod: optional(retentionPeriod),
  tags: optional(tags),
  fileFormatConfiguration: optional(
    object(
      {
        jsonConfiguration: optional(EMPTY),
        parquetConfiguration: optional(
          object({
            schemaDefinition: optional(
              object({
                columns: optional(
                  array(
                    object({
                      name: required(
                        text({
                          min: 1,
                          max: 255,
                          pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
                          words: "a column has letters, digits and underscores, and does not begin with a digit",
                        }),
                      ),
                      type: required(
                        text({
                          min: 1,
                          max: 131_072,
                          pattern: /^[\t\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u,
                          words: "a type has printable characters, blanks and tabs, and stands on one line",
                        }),
                      ),
                    }),
                    0,
                    100,
                  ),
                ),
              }),
            ),
          }),
        ),
      },
      ["jsonConfiguration", "parquetConfiguration"],
    ),
  ),
  datastorePartitions: optional(
    object({
      partitions: optional(
        array(
          object(
            {
              attributePartition: optional(object({ attributeName: required(partitionAttribute) })),
              timestampPartition: optional(
                object({
                  attributeName: required(partitionAttribute),
                  timestampFormat: optional(
                    text({
                      min: 1,
                      max: 50,
                      pattern: /^[a-zA-Z0-9\s[\]_,.'/:-]*$/,
                      words: "a format has letters, digits, blanks and [ ] _ , . ' / : -",
                    }),
                  ),
                }),
              ),
            },
            ["attributePartition", "timestampPartition"],
          ),
          0,
          25,
        ),
      ),
    }),
  ),
});

const activityName = anyText(128);
const attribute = anyText(256);

function activity(members: Record<string, { schema: Schema; required: boolean }>, hasNext = true): Schema {
  return object({
    name: required(activityName),
    ...members,
    ...(hasNext ? { next: optional(activityName) } : {}),
  });
}

const enrich = activity({
  attribute: required(attribute),
  thingName: required(anyText(256)),
  roleArn: required(roleArn),
});

const ACTIVITIES: Readonly<Record<string, Schema>> = {
  channel: activity({ channelName: required(name) }),
  datastore: activity({ datastoreName: required(name) }, false),
  lambda: activity({
    lambdaName: required(
      text({
        min: 1,
        max: 64,
        pattern: /^[a-zA-Z0-9_-]+$/,
        words: "a function's name has letters, digits, hyphens and underscores; it is no ARN and has no alias",
      }),
    ),
    batchSize: required(whole(1, 1000)),
  }),
  math: activity({ attribute: required(attribute), math: required(anyText(256)) }),
  filter: activity({ filter: required(anyText(256)) }),
  addAttributes: activity({ attributes: required(map(attribute, attribute, 1, 50)) }),
  removeAttributes: activity({ attributes: required(array(attribute, 1, 50)) }),
  selectAttributes: activity({ attributes: required(array(attribute, 1, 50)) }),
  deviceRegistryEnrich: enrich,
  deviceShadowEnrich: enrich,
};

export const activitySchema = object(
  Object.fromEntries(Object.entries(ACTIVITIES).map(([kind, schema]) => [kind, optional(schema)])),
  Object.keys(ACTIVITIES),
);

export const pipelineSchema = object({
  pipelineName: required(name),
  pipelineActivities: required(array(activitySchema, 1, 25)),
  tags: optional(tags),
});

const underscored = text({
  min: 1,
  max: 128,
  pattern: /^[a-zA-Z0-9_]+$/,
  words: "it has letters, digits and underscores",
});

const containerAction = object({
  image: required(anyText(255)),
  executionRoleArn: required(roleArn),
  resourceConfiguration: required(
    object({ computeType: required(oneOf("ACU_1", "ACU_2")), volumeSizeInGB: required(whole(1, 50)) }),
  ),
  variables: optional(
    array(
      object(
        {
          name: required(anyText(256)),
          stringValue: optional(text({ min: 0, max: 1024 })),
          doubleValue: optional(number),
          datasetContentVersionValue: optional(object({ datasetName: required(name) })),
          outputFileUriValue: optional(
            object({
              fileName: required(
                text({
                  min: 1,
                  max: 255,
                  pattern: /^[\w.-]+$/,
                  words: "a file's name has letters, digits, dots, hyphens and underscores",
                }),
              ),
            }),
          ),
        },
        ["stringValue", "doubleValue", "datasetContentVersionValue", "outputFileUriValue"],
      ),
      0,
      50,
    ),
  ),
});

const queryAction = object({
  sqlQuery: required(freeText),
  filters: optional(
    array(
      object({
        deltaTime: optional(object({ offsetSeconds: required(anyWhole), timeExpression: required(freeText) })),
      }),
      0,
      1,
    ),
  ),
});

const contentDeliveryRule = object({
  entryName: optional(text({ min: 0, max: 1_048_576 })),
  destination: required(
    object(
      {
        s3DestinationConfiguration: optional(
          object({
            bucket: required(bucket),
            key: required(
              text({
                min: 1,
                max: 255,
                pattern: /^[a-zA-Z0-9!_.*'()/{}:-]*$/,
                words: "a key has letters, digits and !_.*'()/{}:-",
              }),
            ),
            glueConfiguration: optional(
              object({ tableName: required(anyText(150)), databaseName: required(anyText(150)) }),
            ),
            roleArn: required(roleArn),
          }),
        ),
        iotEventsDestinationConfiguration: optional(
          object({
            inputName: required(
              text({
                min: 1,
                max: 128,
                pattern: /^[a-zA-Z][a-zA-Z0-9_]*$/,
                words: "an input's name begins with a letter and has letters, digits and underscores",
              }),
            ),
            roleArn: required(roleArn),
          }),
        ),
      },
      ["s3DestinationConfiguration", "iotEventsDestinationConfiguration"],
    ),
  ),
});

export const datasetSchema = object({
  datasetName: required(name),
  actions: required(
    array(
      object(
        {
          actionName: optional(underscored),
          queryAction: optional(queryAction),
          containerAction: optional(containerAction),
        },
        ["queryAction", "containerAction"],
      ),
      1,
      1,
    ),
  ),
  triggers: optional(
    array(
      object(
        {
          schedule: optional(object({ expression: optional(freeText) })),
          dataset: optional(object({ name: required(name) })),
        },
        ["schedule", "dataset"],
      ),
      0,
      5,
    ),
  ),
  contentDeliveryRules: optional(array(contentDeliveryRule, 0, 20)),
  retentionPeriod: optional(retentionPeriod),
  versioningConfiguration: optional(
    notWithUnlimited(object({ unlimited: optional(boolean), maxVersions: optional(whole(1, 1000)) }), "maxVersions"),
  ),
  tags: optional(tags),
  lateDataRules: optional(
    array(
      object({
        ruleName: optional(underscored),
        ruleConfiguration: required(
          object({
            deltaTimeSessionWindowConfiguration: optional(object({ timeoutInMinutes: required(whole(1, 60)) })),
          }),
        ),
      }),
      1,
      1,
    ),
  ),
});

/** Actions of topic rules that AWS has beside `iotAnalytics`; they are refused by name. */
export const OTHER_ACTIONS: readonly string[] = [
  "cloudwatchAlarm",
  "cloudwatchLogs",
  "cloudwatchMetric",
  "dynamoDB",
  "dynamoDBv2",
  "elasticsearch",
  "firehose",
  "http",
  "iotEvents",
  "iotSiteWise",
  "kafka",
  "kinesis",
  "lambda",
  "location",
  "openSearch",
  "republish",
  "s3",
  "salesforce",
  "sns",
  "sqs",
  "stepFunctions",
  "timestream",
];

/** What another action holds is its own affair: it is refused as a whole. */
const refused: Schema = () => undefined;

function actions(own: Record<string, { schema: Schema; required: boolean }>): Schema {
  const others = OTHER_ACTIONS.filter((other) => !(other in own));
  const schema = object({ ...own, ...Object.fromEntries(others.map((other) => [other, optional(refused)])) });
  return (value, path, reporter) => {
    schema(value, path, reporter);
    const count = typeof value === "object" && value !== null ? Object.keys(value).length : 1;
    if (count === 0) reporter.unshaped();
    if (count !== 1) reporter.error(path, `an action has exactly one member, its kind; here are ${count}`);
  };
}

export const topicRuleSchema = object({
  sql: required(freeText),
  description: optional(text({ min: 0, max: 256 })),
  ruleDisabled: optional(boolean),
  awsIotSqlVersion: optional(oneOf("2015-10-08", "2016-03-23", "beta")),
  actions: required(
    array(
      actions({
        iotAnalytics: optional(
          object({
            // may hold substitution templates; which of the two is there is checked beside
            channelName: optional(freeText),
            channelArn: optional(freeText),
            roleArn: optional(freeText),
            batchMode: optional(boolean),
          }),
        ),
      }),
      1,
      10,
    ),
  ),
  errorAction: optional(
    actions({
      cloudwatchLogs: optional(
        object({
          logGroupName: required(
            text({
              min: 1,
              max: 512,
              pattern: /^[.\-_/#A-Za-z0-9]+$/,
              words: "a log group's name has letters, digits and . - _ / #",
            }),
          ),
          // the rule's own role, which has no least length
          roleArn: required(freeText),
          batchMode: optional(boolean),
        }),
      ),
    }),
  ),
});
