/** The schemas of a pipeline and its activities. */
import { array, map, object, optional, required, text, whole, type Schema } from "./schema";
import { name, anyText, roleArn, tags } from "./values";

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

/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_PipelineActivity.html */
export const activitySchema = object(
  Object.fromEntries(Object.entries(ACTIVITIES).map(([kind, schema]) => [kind, optional(schema)])),
  Object.keys(ACTIVITIES),
);

/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_CreatePipeline.html */
export const pipelineSchema = object({
  pipelineName: required(name),
  pipelineActivities: required(array(activitySchema, 1, 25)),
  tags: optional(tags),
});
