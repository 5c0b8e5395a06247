/** The schema of a dataset. */
import {
  anyWhole,
  array,
  boolean,
  notWithUnlimited,
  number,
  object,
  oneOf,
  optional,
  required,
  text,
  whole,
} from "./schema";
import { name, anyText, freeText, roleArn, bucket, retentionPeriod, tags } from "./values";

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

/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_CreateDataset.html */
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
