/** Warnings and notes about single documents: what is accepted, and means something else than it did. */
import type { Findings } from "../model/findings";
import { show } from "../../../aws/text/show";
import type { ChannelDocument, DatastoreDocument, PipelineDocument, TopicRuleDocument } from "../model/types";

/** A role of the old service: nothing takes it any more. */
function retiredRole(roleArn: string, paths: readonly string[], trusted: string, findings: Findings): void {
  const also = paths.length > 1 ? ` (also at ${paths.slice(1).join(", ")})` : "";
  findings.warning(
    paths[0] as string,
    `the role ${show(roleArn)}${also} is not used: it was made for ${trusted}, and this program creates a role for each resource that needs one`,
  );
}

/** Warns of roles and retention that have no effect on the user's own bucket. */
export function remarkStorage(document: ChannelDocument | DatastoreDocument, findings: Findings): void {
  const [member, storage] =
    "channelName" in document
      ? (["channelStorage", document.channelStorage] as const)
      : (["datastoreStorage", (document as DatastoreDocument).datastoreStorage] as const);
  const own = storage?.customerManagedS3;
  if (own === undefined) return;
  retiredRole(own.roleArn, [`$.${member}.customerManagedS3.roleArn`], "iotanalytics.amazonaws.com", findings);
  if (document.retentionPeriod !== undefined) {
    findings.warning(
      "$.retentionPeriod",
      `it has no effect on storage of your own, as it had none before; the lifecycle of the bucket ${show(own.bucket)} is yours`,
    );
  }
}

/** The roles of enrichments. */
export function remarkPipeline(pipeline: PipelineDocument, findings: Findings): void {
  const roles = new Map<string, string[]>();
  pipeline.pipelineActivities.forEach((activity, index) => {
    for (const kind of ["deviceRegistryEnrich", "deviceShadowEnrich"] as const) {
      const roleArn = activity[kind]?.roleArn;
      if (roleArn === undefined) continue;
      roles.set(roleArn, [...(roles.get(roleArn) ?? []), `$.pipelineActivities[${index}].${kind}.roleArn`]);
    }
  });
  for (const [roleArn, paths] of roles) retiredRole(roleArn, paths, "iotanalytics.amazonaws.com", findings);
}

/** Warns of roles that are not used, and of the version that the rule runs with. */
export function remarkTopicRule(rule: TopicRuleDocument, findings: Findings): void {
  const roles = new Map<string, string[]>();
  const collect = (roleArn: string | undefined, path: string): void => {
    if (roleArn !== undefined) roles.set(roleArn, [...(roles.get(roleArn) ?? []), path]);
  };
  rule.actions.forEach(({ iotAnalytics }, index) =>
    collect(iotAnalytics?.roleArn, `$.actions[${index}].iotAnalytics.roleArn`),
  );
  collect(rule.errorAction?.cloudwatchLogs?.roleArn, "$.errorAction.cloudwatchLogs.roleArn");
  for (const [roleArn, paths] of roles) retiredRole(roleArn, paths, "the actions of the old rule", findings);
  const version = rule.awsIotSqlVersion;
  if (version !== "2016-03-23" && version !== "beta") {
    findings[version === "2016-03-23-beta" ? "note" : "warning"](
      version === undefined ? "$" : "$.awsIotSqlVersion",
      version === "2016-03-23-beta"
        ? 'the rule runs with awsIotSqlVersion "2016-03-23". "2016-03-23-beta" was its preview, which AWS IoT\'s console wrote by default for years; AWS documents no difference between the two'
        : `the rule runs with awsIotSqlVersion "2016-03-23"${version === undefined ? "; none is written, which meant 2015-10-08" : ""}. It differs in that decimals without a fraction are whole numbers, and nested values are objects and not texts`,
    );
  }
}
