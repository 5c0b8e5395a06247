/** The resource types of CloudFormation that are documents, and what a Ref to a resource gives. */
import { isRecord } from "../../../aws/text/record";
import { NAME_MEMBERS, type LoadedKind } from "../model/document-kinds";
import { isIntrinsic, NO_VALUE, resolveIntrinsic, type Scope } from "./intrinsics";

/** The kind of document of each type of resource. */
export const RESOURCE_KINDS: Readonly<Record<string, LoadedKind>> = {
  "AWS::IoTAnalytics::Channel": "channel",
  "AWS::IoTAnalytics::Datastore": "datastore",
  "AWS::IoTAnalytics::Pipeline": "pipeline",
  "AWS::IoTAnalytics::Dataset": "dataset",
  "AWS::IoT::TopicRule": "topicRule",
};

/**
 * The property that a Ref to a resource gives: its name, for the types that documents refer to.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-logs-loggroup.html and the pages beside it, "Return values"
 */
const NAME_PROPERTIES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(RESOURCE_KINDS).map(([type, kind]) => [
      type,
      kind === "topicRule" ? "RuleName" : pascal(NAME_MEMBERS[kind] as string),
    ]),
  ),
  "AWS::Logs::LogGroup": "LogGroupName",
  "AWS::S3::Bucket": "BucketName",
  "AWS::Lambda::Function": "FunctionName",
  "AWS::Serverless::Function": "FunctionName",
};
/** A resource that CloudFormation names, by the resource's logical id: the name has the id in it, and here it is the id. */
const NAMED_BY_ID = new Set(["AWS::Logs::LogGroup"]);

/** What a Ref to each resource gives: its name. A document or log group without a name is called by its logical id. */
export function namesOf(resources: Record<string, unknown>, scope: Scope): Map<string, string> {
  const names = new Map<string, string>();
  for (const [id, resource] of Object.entries(resources)) {
    if (!isRecord(resource) || typeof resource.Type !== "string") continue;
    const member = NAME_PROPERTIES[resource.Type];
    if (member === undefined) continue;
    const written = isRecord(resource.Properties) ? resource.Properties[member] : undefined;
    const found = isIntrinsic(written) ? resolveIntrinsic(written, scope).value : written;
    const named = found !== undefined && found !== NO_VALUE;
    if (named) names.set(id, String(found));
    else if (RESOURCE_KINDS[resource.Type] !== undefined || NAMED_BY_ID.has(resource.Type)) names.set(id, id);
  }
  return names;
}

/** A member as CloudFormation spells it. */
export function pascal(member: string): string {
  return member.charAt(0).toUpperCase() + member.slice(1);
}
