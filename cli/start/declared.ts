/** The documents of a program that has none in files: its components keep them in the archives of their functions, the rest is in the resources. */
import type { DocumentSet, TransformDefinition } from "../../etl";
import { ofType, TYPES, type Resource } from "../../local/core/model";
import type { StackOutputs } from "../../local/session";

/** What a program declared, as documents: enough for what devices would send. */
export function declaredDocuments(resources: readonly Resource[], outputs: StackOutputs): DocumentSet {
  const set = { channels: [], rules: [], pipelines: [], datastores: [], datasets: [] } as Record<string, object[]>;
  const add = (kind: keyof typeof set, name: string, document: object): void =>
    void set[kind]!.push({ name, document });
  for (const channelName of Object.keys(outputs.channels)) add("channels", channelName, { channelName });
  for (const rule of ofType(resources, TYPES.topicRule)) {
    const { sql, enabled, name } = rule.inputs;
    const channelName = outputs.rules[String(name)]?.channel;
    if (channelName !== undefined)
      add("rules", String(name), {
        sql,
        ruleDisabled: enabled === false,
        actions: [{ iotAnalytics: { channelName } }],
      });
  }
  for (const [name, { channel, function: functionName }] of Object.entries(outputs.pipelines)) {
    const code = ofType(resources, TYPES.function).find(({ inputs }) => inputs.name === functionName)?.inputs.code;
    const text = (code as { files?: Record<string, string> } | undefined)?.files?.["definition.json"];
    if (text === undefined) continue;
    const { pipeline, datastore } = JSON.parse(text) as TransformDefinition;
    // A component reads whatever channel it is given.
    const pipelineActivities = pipeline.pipelineActivities.map((activity) =>
      activity.channel === undefined ? activity : { channel: { ...activity.channel, channelName: channel } },
    );
    add("pipelines", name, { ...pipeline, pipelineActivities });
    add("datastores", datastore.datastoreName, datastore);
  }
  for (const [name, { query }] of Object.entries(outputs.datasets))
    add("datasets", name, { datasetName: name, actions: [{ actionName: "query", queryAction: { sqlQuery: query } }] });
  return { ...set, documents: [], problems: [], others: [] } as unknown as DocumentSet;
}
