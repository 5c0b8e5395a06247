/** What becomes of each member of a document: the first half of a migration report. */
import { formatColumnType, parseColumnType } from "../../columns";
import { followChain } from "../../activities/chain";
import { partitionSources } from "../../partitions";
import type { LoadedKind } from "../model/document-kinds";
import type { DocumentSummary } from "../model/document-set";
import type { Findings } from "../model/findings";
import { memberPath } from "../../../aws/text/json-path";
import { show } from "../../../aws/text/show";
import type {
  ContainerAction,
  ChannelDocument,
  CustomerManagedS3,
  DatasetDocument,
  DatastoreDocument,
  PipelineActivity,
  PipelineDocument,
  RetentionPeriod,
  SiteWiseStorage,
  Tag,
  TopicRuleDocument,
} from "../model/types";

/** `kept` does what it did; `changed` does it by other means or otherwise; `unused` needs no counterpart; `refused` has none here. */
export type Outcome = "kept" | "changed" | "unused" | "refused";

/** What becomes of one member. */
export interface Mapped {
  /** JSON path in the file; of a member that is left out, the document's */
  path: string;
  line?: number;
  /** the member and what it says, short */
  member: string;
  becomes: string;
  outcome: Outcome;
}

/** Of a document without errors; nothing for others. */
export function mappingOf({ kind, document, findings }: DocumentSummary): Mapped[] {
  if (kind === undefined || document === undefined || findings.failed) return [];
  const map = new Mapping(findings);
  MAPPERS[kind](document as never, map);
  return map.rows;
}

const MAPPERS: { readonly [K in LoadedKind]: (document: never, map: Mapping) => void } = {
  channel: mapChannel,
  pipeline: mapPipeline,
  datastore: mapDatastore,
  dataset: mapDataset,
  topicRule: mapTopicRule,
};

class Mapping {
  readonly rows: Mapped[] = [];

  constructor(private readonly findings: Findings) {}

  /** What is refused at `path` or below is so, whatever else would have become of it. */
  add(path: string, member: string, becomes: string, outcome: Outcome = "changed"): void {
    const { place, problems } = this.findings;
    const source = place.sourcePath(path);
    const line = place.locate(source)?.line;
    const refused =
      path !== "$" && problems.find((problem) => problem.refused === true && within(problem.path, source));
    this.rows.push(
      refused === false || refused === undefined
        ? { path: source, line, member, becomes, outcome }
        : { path: source, line, member, becomes: refused.message, outcome: "refused" },
    );
  }

  name(path: string, name: string, becomes: string): void {
    this.add(path, `${path.slice(2)} ${show(name)}`, becomes);
  }

  retention(period: RetentionPeriod | undefined, own: boolean, what: string, absent: string): void {
    const path = "$.retentionPeriod";
    if (period === undefined)
      this.add("$", "no retentionPeriod", own ? "your bucket's lifecycle decides" : absent, "kept");
    else if (own)
      this.add(path, `retentionPeriod ${show(period)}`, "not used: storage of your own, as before", "unused");
    else if (period.numberOfDays === undefined)
      this.add(path, `retentionPeriod ${show(period)}`, `${what} are kept without end`, "kept");
    else
      this.add(
        path,
        `retentionPeriod ${show(period)}`,
        `a lifecycle rule deletes ${what} after ${period.numberOfDays} days`,
      );
  }

  tags(tags: readonly Tag[] | undefined): void {
    if (tags === undefined) return;
    this.add(
      "$.tags",
      `tags ${tags.map(({ key }) => key).join(", ")}`,
      "tags of every resource that is made for it",
      "kept",
    );
  }

  own({ bucket, keyPrefix, roleArn }: CustomerManagedS3, path: string, folder: string): void {
    this.add(
      `${path}.bucket`,
      `bucket ${show(bucket)}`,
      `the same bucket; new objects lie below ${keyPrefix ?? ""}${folder}`,
      "kept",
    );
    if (keyPrefix !== undefined)
      this.add(`${path}.keyPrefix`, `keyPrefix ${show(keyPrefix)}`, "the same prefix", "kept");
    this.role(`${path}.roleArn`, roleArn);
  }

  role(path: string, roleArn: string): void {
    const member = path.slice(path.lastIndexOf(".") + 1);
    this.add(
      path,
      `${member} ${show(roleArn)}`,
      "not used: each resource that needs a role gets its own, with the minimum of permissions",
      "unused",
    );
  }
}

/** Whether a path of the file is another or lies below it. */
function within(path: string, root: string): boolean {
  return path === root || path.startsWith(`${root}.`) || path.startsWith(`${root}[`);
}

function mapChannel(channel: ChannelDocument, map: Mapping): void {
  const { channelName: name, channelStorage: storage } = channel;
  map.name(
    "$.channelName",
    name,
    `a Kinesis stream that keeps order within a shard, and a delivery stream that archives it (gzip) below raw/${name}/`,
  );
  const own = storage?.customerManagedS3;
  if (own !== undefined) map.own(own, "$.channelStorage.customerManagedS3", `raw/${name}/`);
  else
    map.add(
      storage === undefined ? "$" : "$.channelStorage",
      "serviceManagedS3",
      "a bucket of the channel's own, made by the stack",
    );
  map.retention(
    channel.retentionPeriod,
    own !== undefined,
    "raw messages",
    "raw messages are kept without end, as before",
  );
  map.tags(channel.tags);
}

function mapDatastore(datastore: DatastoreDocument, map: Mapping): void {
  const { datastoreName: name, datastoreStorage: storage, fileFormatConfiguration: format } = datastore;
  const table = name.toLowerCase();
  map.name("$.datastoreName", name, `the Glue table ${table} over data/${name}/; queries may spell it in any case`);
  const own = storage?.customerManagedS3;
  const site = storage?.iotSiteWiseMultiLayerStorage;
  if (own !== undefined) map.own(own, "$.datastoreStorage.customerManagedS3", `data/${name}/`);
  else if (site !== undefined) mapSiteWise(site, name, map);
  else
    map.add(
      storage === undefined ? "$" : "$.datastoreStorage",
      "serviceManagedS3",
      "a bucket of the datastore's own, made by the stack",
    );
  const parquet = format?.parquetConfiguration;
  const root = "$.fileFormatConfiguration";
  if (parquet === undefined) {
    if (site === undefined)
      map.add(
        format === undefined ? "$" : `${root}.jsonConfiguration`,
        format === undefined ? "no fileFormatConfiguration (JSON)" : "jsonConfiguration",
        "gzipped lines of JSON, and a Glue table with the columns that arrive",
      );
  } else {
    map.add(
      `${root}.parquetConfiguration`,
      "parquetConfiguration",
      "Parquet, which the delivery stream writes by the table's schema",
      "kept",
    );
    parquet.schemaDefinition?.columns?.forEach((column, index) => {
      const path = `${root}.parquetConfiguration.schemaDefinition.columns[${index}]`;
      const lower = column.name.toLowerCase();
      const type = formatColumnType(parseColumnType(column.type));
      const same = lower === column.name && type === column.type;
      map.add(path, `column ${column.name} ${column.type}`, `the column ${lower} ${type}`, same ? "kept" : "changed");
    });
  }
  mapPartitions(datastore, map);
  map.retention(datastore.retentionPeriod, own !== undefined, "rows", "rows are kept without end, as before");
  map.tags(datastore.tags);
}

function mapSiteWise({ customerManagedS3Storage: { bucket } }: SiteWiseStorage, name: string, map: Mapping): void {
  const path = "$.datastoreStorage.iotSiteWiseMultiLayerStorage";
  map.add(
    path,
    `the table ${name}.raw`,
    `the table ${name}, from its deployment on: Parquet that a pipeline writes from a channel with the setting siteWise`,
  );
  map.add(
    `${path}.customerManagedS3Storage.bucket`,
    `bucket ${show(bucket)}`,
    "not used: SiteWise's own storage stays as it is",
    "unused",
  );
  for (const table of ["asset_metadata", "asset_hierarchy_metadata"])
    map.add(path, `the table ${name}.${table}`, "no successor: ask SiteWise", "unused");
}

function mapPartitions(datastore: DatastoreDocument, map: Mapping): void {
  partitionSources(datastore).forEach((source, index) => {
    const path = `$.datastorePartitions.partitions[${index}]`;
    if (source.kind === "arrival") {
      map.add("$", "no datastorePartitions", "the partition __dt, the day of arrival in UTC, as before", "kept");
    } else if (source.kind === "timestamp") {
      const format = source.format === undefined ? "seconds since 1970" : show(source.format);
      map.add(
        path,
        `timestampPartition ${source.attribute} (${format})`,
        "the partitions __year, __month, __day, __hour: zero-padded strings, in UTC; there is no __dt in addition",
      );
    } else {
      map.add(
        path,
        `attributePartition ${source.attribute}`,
        `the partition ${source.key}, a text; a query names the values that it wants`,
      );
    }
  });
}

function mapPipeline(pipeline: PipelineDocument, map: Mapping): void {
  map.name(
    "$.pipelineName",
    pipeline.pipelineName,
    "a delivery stream from the channel's stream, with its own transform function",
  );
  followChain(pipeline).chain.forEach(({ kind, name, index, activity }, place) => {
    const path = `$.pipelineActivities[${index}].${kind}`;
    const { becomes, outcome } = activityBecomes(activity);
    map.add(path, `${place + 1}. ${kind} ${show(name)}`, becomes, outcome);
    const roleArn = (activity.deviceRegistryEnrich ?? activity.deviceShadowEnrich)?.roleArn;
    if (roleArn !== undefined) map.role(`${path}.roleArn`, roleArn);
  });
  map.tags(pipeline.tags);
}

function activityBecomes(activity: PipelineActivity): { becomes: string; outcome: Outcome } {
  const { channel, datastore, lambda, math, filter, addAttributes, removeAttributes, selectAttributes } = activity;
  if (channel !== undefined)
    return { becomes: `reads the stream of the channel ${channel.channelName}`, outcome: "kept" };
  if (datastore !== undefined)
    return { becomes: `writes rows to the datastore ${datastore.datastoreName}`, outcome: "kept" };
  if (lambda !== undefined) {
    return {
      becomes: `calls the function ${lambda.lambdaName} with lists of at most ${lambda.batchSize} messages, and fewer where a call would be too large`,
      outcome: "kept",
    };
  }
  if (math !== undefined) return { becomes: `computes ${math.attribute} = ${math.math.trim()}`, outcome: "kept" };
  if (filter !== undefined) return { becomes: `keeps a message if ${filter.filter.trim()}`, outcome: "kept" };
  if (addAttributes !== undefined) {
    const copies = Object.entries(addAttributes.attributes).map(([source, copy]) => `${source} to ${copy}`);
    return { becomes: `copies ${copies.join(", ")}`, outcome: "kept" };
  }
  if (removeAttributes !== undefined)
    return { becomes: `removes ${removeAttributes.attributes.join(", ")}`, outcome: "kept" };
  if (selectAttributes !== undefined) {
    return { becomes: `leaves nothing but ${selectAttributes.attributes.join(", ")}`, outcome: "kept" };
  }
  const [what, enrich] =
    activity.deviceRegistryEnrich !== undefined
      ? ["registry entry", activity.deviceRegistryEnrich]
      : ["classic shadow", activity.deviceShadowEnrich];
  return {
    becomes: `sets ${enrich?.attribute} to the ${what} of the thing that ${enrich?.thingName} names, looked up at most once in a while`,
    outcome: "changed",
  };
}

function mapContainer(container: ContainerAction, path: string, map: Mapping): void {
  const { image, executionRoleArn, resourceConfiguration, variables = [] } = container;
  map.add(
    `${path}.image`,
    `image ${show(image)}`,
    "the image of a task of ECS on Fargate, which a state machine runs: built for linux/arm64 unless the stack says containers.NAME.architecture X86_64, as user 1000:1000, with /tmp as the only place to write to",
    "changed",
  );
  map.role(`${path}.executionRoleArn`, executionRoleArn);
  const { computeType, volumeSizeInGB } = resourceConfiguration;
  map.add(
    `${path}.resourceConfiguration`,
    `resourceConfiguration ${computeType} ${volumeSizeInGB} GB`,
    `${computeType === "ACU_2" ? "8 vCPU and 32" : "4 vCPU and 16"} GiB of memory, ${Math.max(volumeSizeInGB, 20)} GB of disk`,
    "kept",
  );
  variables.forEach((variable, index) => {
    const at = `${path}.variables[${index}]`;
    const { name, datasetContentVersionValue: content, outputFileUriValue: file } = variable;
    const becomes =
      content !== undefined
        ? `the variable ${name} with the version of the newest content of ${content.datasetName}, and ${name}_URI with its place`
        : file !== undefined
          ? `the variable ${name} with the place to write ${file.fileName} to, s3://BUCKET/KEY`
          : `the variable ${name} of the environment`;
    map.add(at, `variable ${show(name)}`, `${becomes}; there is no file of parameters`, "changed");
  });
}

function mapDataset(dataset: DatasetDocument, map: Mapping): void {
  map.name(
    "$.datasetName",
    dataset.datasetName,
    dataset.actions[0]?.containerAction === undefined
      ? "an Athena workgroup with a scan limit, and the query by name"
      : "a state machine, each execution of which makes a content",
  );
  const [action] = dataset.actions;
  const path = "$.actions[0]";
  if (action?.containerAction !== undefined) {
    mapContainer(action.containerAction, `${path}.containerAction`, map);
  }
  if (action?.queryAction !== undefined) {
    const { sqlQuery, filters } = action.queryAction;
    map.add(`${path}.queryAction.sqlQuery`, `sqlQuery ${show(sqlQuery)}`, "the same SQL, run by Athena", "kept");
    filters?.forEach(({ deltaTime }, index) => {
      if (deltaTime === undefined) return;
      map.add(
        `${path}.queryAction.filters[${index}].deltaTime`,
        `deltaTime ${show(deltaTime.timeExpression)} ${deltaTime.offsetSeconds} s`,
        "each run reads the rows from the last run's time to its own, both moved by the offset: start included, end not",
      );
    });
  }
  dataset.triggers?.forEach(({ schedule, dataset: other }, index) => {
    const trigger = `$.triggers[${index}]`;
    if (schedule !== undefined)
      map.add(
        `${trigger}.schedule`,
        `schedule ${schedule.expression}`,
        "a schedule of EventBridge Scheduler, in UTC, that runs the query",
      );
    if (other !== undefined)
      map.add(
        `${trigger}.dataset`,
        `dataset ${show(other.name)}`,
        "an execution that the state machine of the other dataset starts when it has made a content",
      );
  });
  dataset.contentDeliveryRules?.forEach(({ destination }, index) => {
    const rule = `$.contentDeliveryRules[${index}].destination`;
    const s3 = destination.s3DestinationConfiguration;
    const events = destination.iotEventsDestinationConfiguration;
    if (s3 !== undefined) {
      map.add(
        `${rule}.s3DestinationConfiguration`,
        `delivery to ${s3.bucket}/${s3.key}`,
        "each content is copied there",
        "kept",
      );
      if (s3.glueConfiguration !== undefined)
        map.add(
          `${rule}.s3DestinationConfiguration.glueConfiguration`,
          `table ${s3.glueConfiguration.databaseName}.${s3.glueConfiguration.tableName}`,
          `a view with the query's types over the CSV files in the key's folder (table ${s3.glueConfiguration.tableName}__csv), in a database that is called as the stack's resources are`,
        );
      map.role(`${rule}.s3DestinationConfiguration.roleArn`, s3.roleArn);
    }
    if (events !== undefined) {
      map.add(
        `${rule}.iotEventsDestinationConfiguration`,
        `delivery to the IoT Events input ${events.inputName}`,
        "an event on the default bus of EventBridge with the content's place, in the stead of a message for each row",
      );
    }
  });
  if (dataset.versioningConfiguration !== undefined) {
    map.add(
      "$.versioningConfiguration",
      `versioningConfiguration ${show(dataset.versioningConfiguration)}`,
      "as many versions of the content are kept",
    );
  }
  dataset.lateDataRules?.forEach((rule, index) =>
    map.add(
      `$.lateDataRules[${index}]`,
      `lateDataRules ${show(rule.ruleName ?? "")}`,
      "an event on the default bus of EventBridge, put by the next run that finds rows of an earlier window, and the metric LateRows",
    ),
  );
  map.retention(dataset.retentionPeriod, false, "contents", "contents are kept for 90 days, as before");
  map.tags(dataset.tags);
}

function mapTopicRule(rule: TopicRuleDocument, map: Mapping): void {
  const version = rule.awsIotSqlVersion;
  map.add(
    "$",
    "name of the rule",
    "PROJECT_STACK_NAME; devices that publish to $aws/rules/NAME/... (basic ingest) need the new name, or keepRuleNames keeps the old one",
  );
  map.add(
    "$.sql",
    `sql ${show(rule.sql)}`,
    "the same SQL, in a topic rule of version 2016-03-23",
    version === "2016-03-23" ? "kept" : "changed",
  );
  if (rule.description !== undefined) map.add("$.description", "description", "the rule's description", "kept");
  if (rule.ruleDisabled !== undefined)
    map.add(
      "$.ruleDisabled",
      `ruleDisabled ${rule.ruleDisabled}`,
      rule.ruleDisabled ? "the rule is disabled" : "the rule is enabled",
      "kept",
    );
  rule.actions.forEach((action, index) => {
    for (const kind of Object.keys(action)) {
      const path = memberPath(`$.actions[${index}]`, kind);
      const analytics = kind === "iotAnalytics" ? action.iotAnalytics : undefined;
      if (analytics === undefined) {
        map.add(path, `action ${kind}`, "an action that this program does not make");
        continue;
      }
      map.add(
        path,
        `action iotAnalytics to ${analytics.channelName}`,
        `a kinesis action on the stream of the channel ${analytics.channelName}`,
      );
      if (analytics.batchMode === true)
        map.add(
          `${path}.batchMode`,
          "batchMode true",
          "an array is one record of the stream, and the pipelines of the channel take each of its elements as a message; when one of them fails, the whole array goes to the error prefix and has no rows",
        );
      if (analytics.roleArn !== undefined) map.role(`${path}.roleArn`, analytics.roleArn);
    }
  });
  const logs = rule.errorAction?.cloudwatchLogs;
  if (rule.errorAction === undefined)
    map.add("$", "no errorAction", "an error action to a log group that the stack makes");
  else if (logs === undefined)
    map.add("$.errorAction", `errorAction ${Object.keys(rule.errorAction).join(", ")}`, "another error action");
  else {
    map.add(
      "$.errorAction.cloudwatchLogs.logGroupName",
      `errorAction to ${logs.logGroupName}`,
      "an error action to a log group of the rule's own below that name",
    );
    map.role("$.errorAction.cloudwatchLogs.roleArn", logs.roleArn);
  }
}
