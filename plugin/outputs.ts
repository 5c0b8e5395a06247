/** An output that programs in other languages see. */
interface OutputType {
  type: "string" | "array";
  description: string;
  /** absent for some components */
  optional?: true;
}

const text = (description: string): OutputType => ({ type: "string", description });
const optional = (description: string): OutputType => ({ ...text(description), optional: true });

const DATASTORE = {
  name: text("the name it was given"),
  bucket: text("name of the bucket with the rows"),
  rootPrefix: text('"" or the prefix of a bucket of yours'),
  prefix: text("rows lie below it, by partition"),
  databaseName: text("name of the Glue database"),
  tableName: text("name of the Glue table, which SQL selects from"),
  kmsKeyArn: optional("the customer's key that objects are encrypted with, if there is one"),
};

/** The properties of each component that are outputs in other languages. The raw resources (`nodes`) are available only in TypeScript. */
export const OUTPUTS = {
  TelemetryChannel: {
    streamName: text("name of the Kinesis stream"),
    archiveStream: text("name of the delivery stream that archives"),
    ruleNames: { type: "array", description: "names of the topic rules, in the order of the arguments" },
    bucket: text("name of the bucket with the raw messages"),
    prefix: text("raw messages lie below it, in the bucket"),
    errorPrefix: text("messages that could not be archived lie below it"),
    kmsKeyArn: optional("the customer's key that records are encrypted with, if there is one"),
  },
  EtlPipeline: {
    deliveryStreamName: text("name of the delivery stream"),
    functionName: text("name of the transform function"),
    errorPrefix: text("failed messages lie below it, in the datastore's bucket"),
  },
  ParquetDatastore: DATASTORE,
  JsonDatastore: DATASTORE,
  DatastoreMaintenance: {
    functionName: text("name of the function"),
    deadLetterQueueName: text("name of the queue with runs that could not be started, or failed"),
  },
  AnalyticsDataset: {
    workgroupName: text("name of the Athena workgroup"),
    namedQueryId: text("id of the named query"),
    databaseName: text("name of the Glue database that the query runs in"),
    resultsLocation: text("where Athena leaves each content as CSV"),
    datasetName: text("the name it was given"),
    contentBucket: text("name of the bucket with the contents"),
    contentPrefix: text("contents lie below it, in the bucket"),
    stateMachineArn: optional("ARN of the state machine that makes contents"),
    executionLogGroup: optional("name of the log group with the failed executions"),
    scheduleGroupName: optional("name of the group of the schedules"),
    deadLetterQueueName: optional("name of the queue with runs that could not be started"),
  },
  DatasetDashboard: {
    mode: text("SPICE or DIRECT_QUERY"),
    workgroupName: text("name of the Athena workgroup"),
    dataSetId: text("id of the data set"),
    dashboardId: text("id of the dashboard, which ends the address of its page"),
  },
  IotLog: {},
  ContainerCluster: { clusterName: text("name of the cluster") },
  ContainerDataset: {
    resultsLocation: text("each content has a folder below it"),
    stateMachineArn: text("ARN of the state machine that makes contents"),
    containerLogGroup: text("name of the log group with the container's output"),
    repositoryUrl: optional("where its images are pushed to, if it has a repository of its own"),
  },
  HistorianSource: {
    streamName: text("name of the stream that DMS writes"),
    functionName: text("name of the bridge function"),
    failureQueueName: text("name of the queue with the records that failed"),
  },
  ActivityFunction: { functionName: text("name of the function on AWS") },
  ThingRegistry: {},
  DeviceFleet: {
    templateName: text("name of the provisioning template on AWS"),
    claimPolicyName: text("name of the policy for claim certificates on AWS"),
    thingNamePrefix: text("begins the names of its things"),
  },
  TelemetryDashboard: {},
} satisfies Record<string, Record<string, OutputType>>;

/** Components that programs in other languages do not have: what they take of a pipeline is no output of a resource. */
export const TYPESCRIPT_ONLY: readonly string[] = ["ArchiveReprocessing"];

/** The name of a component's class. */
export type ComponentName = keyof typeof OUTPUTS;

/** A component's outputs, as its schema declares them. */
export function outputsOf(name: ComponentName): Record<string, OutputType> {
  return OUTPUTS[name];
}
