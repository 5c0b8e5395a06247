/**
 * What documents may hold and this program does not execute. Each is refused by name with the way out; nothing is
 * accepted and ignored.
 */
import type { Findings } from "../model/findings";
import { memberPath } from "../../../aws/text/json-path";
import { checkContainer } from "./container";
import type { DatasetDocument, DatastoreDocument, TopicRuleDocument } from "../model/types";
import { isSiteWiseStore } from "./site-wise-store";

/** Refuses Parquet without columns, except where SiteWise gives them. */
export function refuseDatastore(datastore: DatastoreDocument, findings: Findings): void {
  if (!isSiteWiseStore(datastore)) refuseUnlisted(datastore, findings);
}

/** The service took Parquet without columns; what it made of it was never documented. */
function refuseUnlisted({ fileFormatConfiguration }: DatastoreDocument, findings: Findings): void {
  const parquet = fileFormatConfiguration?.parquetConfiguration;
  if (parquet === undefined || (parquet.schemaDefinition?.columns ?? []).length > 0) return;
  const root = "$.fileFormatConfiguration.parquetConfiguration";
  findings.refuse(
    parquet.schemaDefinition === undefined ? root : `${root}.schemaDefinition`,
    "Parquet needs its columns listed (schemaDefinition.columns), because messages do not contain the intended types of " +
      "their attributes. List a name and a type for each attribute to keep",
  );
}

/** Refuses containers that cannot run. */
export function refuseDataset(dataset: DatasetDocument, findings: Findings): void {
  if (dataset.actions[0]?.containerAction !== undefined) checkContainer(dataset, findings);
}

/** Refuses actions and settings of a rule that this program does not wire. */
export function refuseTopicRule(rule: TopicRuleDocument, findings: Findings): void {
  rule.actions.forEach((action, index) => {
    const path = `$.actions[${index}]`;
    for (const kind of Object.keys(action)) {
      if (kind === "iotAnalytics") continue;
      findings.refuse(
        memberPath(path, kind),
        `the action ${kind} is not executed by this program, which connects rules to channels by iotAnalytics actions. Keep this one in a separate rule outside`,
      );
    }
  });
  for (const kind of Object.keys(rule.errorAction ?? {})) {
    if (kind === "cloudwatchLogs") continue;
    findings.refuse(
      memberPath("$.errorAction", kind),
      `the error action ${kind} is not executed by this program; use cloudwatchLogs, or leave errorAction out, then a log group is made`,
    );
  }
  if (rule.errorAction?.cloudwatchLogs?.batchMode === true) {
    findings.refuse(
      "$.errorAction.cloudwatchLogs.batchMode",
      "batchMode is not executed by this program; leave it out",
    );
  }
  if (rule.awsIotSqlVersion === "beta") {
    findings.refuse("$.awsIotSqlVersion", 'the version "beta" is not executed by this program; write "2016-03-23"');
  }
}
