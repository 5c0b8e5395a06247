import { block, show } from "../../../aws/values";
import { optional, stackSetting, type Context } from "../../framework/context";
import type { ResourceRule } from "../../framework/rule";
import type { View } from "../../framework/view";

/** Types that hold or carry data, or cost by themselves, and that take tags. */
const TAGGABLE = [
  "aws:athena/workgroup:Workgroup",
  "aws:cloudwatch/logGroup:LogGroup",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:iam/role:Role",
  "aws:iot/topicRule:TopicRule",
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
  "aws:kinesis/stream:Stream",
  "aws:kms/key:Key",
  "aws:lambda/function:Function",
  "aws:s3/bucket:Bucket",
  "aws:scheduler/scheduleGroup:ScheduleGroup",
  "aws:sfn/stateMachine:StateMachine",
  "aws:sns/topic:Topic",
  "aws:sqs/queue:Queue",
];

export const tagged: ResourceRule = {
  id: "tagged",
  group: "operability",
  title: "Resources have the required tags: those of the rule's setting, and those of the stack's setting `tags`.",
  rationale: "Costs and owners are known by tags only; nobody is responsible for a resource without them.",
  severity: "low",
  level: "mandatory",
  remediation: "Add the tags; with the level `remediate` the pack adds those whose values it knows.",
  page: "https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html",
  config: {
    keys: optional(
      "array",
      "keys that every resource with tags has; `environment` and `stack` can be added by the automatic fix",
    ),
  },
  types: TAGGABLE,
  check(view, found, context) {
    const tags = block(view.inputs.tagsAll) ?? {};
    const own = block(view.inputs.tags) ?? {};
    for (const key of wanted(context))
      if (own[key] === undefined && tags[key] === undefined)
        found.add("tags", show(Object.keys(own)), `every resource has the tag ${key}`, `add ${key}`);
  },
  autofix: {
    changes: "adds the tags whose values the stack knows",
    apply(view: View, context) {
      const tags = { ...block(view.plain.tags) };
      const known = valuesOf(context);
      const added = wanted(context).filter((key) => tags[key] === undefined && known[key] !== undefined);
      if (added.length === 0) return undefined;
      return { ...view.plain, tags: { ...tags, ...Object.fromEntries(added.map((key) => [key, known[key]])) } };
    },
  },
};

function wanted(context: Context): string[] {
  return [...new Set([...((context.config.keys as string[] | undefined) ?? []), ...Object.keys(stackTags(context))])];
}

/** The stack's setting `tags`, a JSON object. */
function stackTags(context: Context): Record<string, string> {
  const text = stackSetting(context, "tags");
  if (text === undefined) return {};
  try {
    return block(JSON.parse(text)) ?? {};
  } catch {
    return {};
  }
}

function valuesOf(context: Context): Record<string, string> {
  return { environment: context.environment, stack: context.stack, ...stackTags(context) };
}
