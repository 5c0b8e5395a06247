import { isUnknown, show } from "../../../aws/values";
import type { StackRule } from "../../framework/rule";
import { note, type View } from "../../framework/view";

/** The property that names a resource within account and region, by type. */
const NAMES: Readonly<Record<string, string>> = {
  "aws:iot/topicRule:TopicRule": "name",
  "aws:kinesis/stream:Stream": "name",
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": "name",
  "aws:lambda/function:Function": "name",
  "aws:iam/role:Role": "name",
  "aws:s3/bucket:Bucket": "bucket",
  "aws:glue/catalogDatabase:CatalogDatabase": "name",
  "aws:athena/workgroup:Workgroup": "name",
  "aws:sfn/stateMachine:StateMachine": "name",
  "aws:sqs/queue:Queue": "name",
  "aws:ssm/parameter:Parameter": "name",
  "aws:scheduler/scheduleGroup:ScheduleGroup": "name",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "name",
  "aws:cloudwatch/logGroup:LogGroup": "name",
  "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
};
/** "Names are not distinguished by case": https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
const ROLE = "aws:iam/role:Role";

export const physicalNamesDiffer: StackRule = {
  id: "physical-names-differ",
  group: "limits",
  title: "No two resources of a type have one physical name.",
  rationale:
    "AWS refuses the second one in the middle of the update, or takes it for the first and changes that: two alarms, or two dashboards, become one.",
  severity: "high",
  level: "mandatory",
  remediation: "Give one of the two resources another name.",
  page: "https://www.pulumi.com/docs/iac/concepts/resources/names/",
  checkStack(stack, found) {
    const holders = new Map<string, View>();
    for (const [type, property] of Object.entries(NAMES))
      for (const view of stack.of(type)) {
        const name: unknown = view.plain[property];
        if (isUnknown(name)) note(view, property);
        if (typeof name !== "string" || name === "" || isUnknown(name)) continue;
        // A resource that states a region is in that one.
        const place = type === ROLE ? "" : String(view.raw.region ?? "");
        const key = JSON.stringify([type, place, type === ROLE ? name.toLowerCase() : name]);
        const other = holders.get(key);
        if (other === undefined) holders.set(key, view);
        else
          found
            .on(view)
            .add(
              property,
              show(name),
              `${other.name} has this name too, two resources with one physical name`,
              "give one of them another",
            );
      }
  },
};
