/** What a container action may hold and a task of ECS cannot run. */
import { show } from "../../../aws/text/show";
import type { DatasetDocument } from "../model/types";
import type { Findings } from "../model/findings";

/** Refuses variables that are none of an environment, and deliveries that do not say which file they are of. */
export function checkContainer({ actions, contentDeliveryRules = [] }: DatasetDocument, findings: Findings): void {
  const { variables = [] } = actions[0]!.containerAction!;
  const seen = new Set<string>();
  variables.forEach(({ name, ...value }, index) => {
    const path = `$.actions[0].containerAction.variables[${index}]`;
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      findings.refuse(
        `${path}.name`,
        `${show(name)} becomes a variable of the container's environment, whose name has letters, digits and underscores and begins with no digit; rename it, here and in the container`,
      );
    else if (/^(AWS|ECS|IOTANALYTICS)_/i.test(name))
      findings.refuse(
        `${path}.name`,
        `${show(name)} is a name that services or the dataset set themselves (AWS_, ECS_, IOTANALYTICS_); rename it, here and in the container`,
      );
    // The version of a content has its place beside it.
    for (const own of value.datasetContentVersionValue === undefined ? [name] : [name, `${name}_URI`]) {
      if (seen.has(own))
        findings.refuse(`${path}.name`, `another variable sets ${show(own)} already; rename one of them`);
      seen.add(own);
    }
  });
  contentDeliveryRules.forEach(({ entryName, destination }, index) => {
    if (destination.iotEventsDestinationConfiguration !== undefined)
      findings.refuse(
        `$.contentDeliveryRules[${index}].destination.iotEventsDestinationConfiguration`,
        "a content of a container has no rows that could be messages; remove the rule, and let an EventBridge rule for the dataset's events (docs/datasets.md) call what reacts to them",
      );
    if (destination.s3DestinationConfiguration?.glueConfiguration !== undefined)
      findings.refuse(
        `$.contentDeliveryRules[${index}].destination.s3DestinationConfiguration.glueConfiguration`,
        "nobody knows the columns of a container's files; leave it out, and let a table of your own read the delivery's prefix",
      );
    if (destination.s3DestinationConfiguration === undefined || deliveredFile(entryName) !== undefined) return;
    findings.refuse(
      `$.contentDeliveryRules[${index}].entryName`,
      `${entryName === undefined ? "there is none" : show(entryName)}; a content of a container has several files: name one, "custom/FILE" or "FILE", as the container writes it`,
    );
  });
}

/** The file that a delivery of a container's content is of. The retired service called the files of its variables `custom/FILE`. */
export function deliveredFile(entryName: string | undefined): string | undefined {
  return /^(?:custom\/)?([\w.-]{1,255})$/.exec(entryName ?? "")?.[1];
}
