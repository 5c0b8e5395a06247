/** The schema of a topic rule's payload. */
import { array, boolean, object, oneOf, optional, required, text, type Schema } from "./schema";
import { freeText } from "./values";

/** Actions of topic rules that AWS has beside `iotAnalytics`; they are refused by name. */
const OTHER_ACTIONS: readonly string[] = [
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

/** https://docs.aws.amazon.com/iot/latest/apireference/API_TopicRulePayload.html */
export const topicRuleSchema = object({
  sql: required(freeText),
  description: optional(text({ min: 0, max: 256 })),
  ruleDisabled: optional(boolean),
  // the console wrote 2016-03-23-beta for years, and AWS still takes it
  awsIotSqlVersion: optional(oneOf("2015-10-08", "2016-03-23", "2016-03-23-beta", "beta")),
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
