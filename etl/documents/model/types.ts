/**
 * The documents of the retired service in the shape of its command line (https://docs.aws.amazon.com/iotanalytics/latest/APIReference/Welcome.html), and a
 * topic rule's payload. They hold what was written; loading has checked it.
 */

export interface Tag {
  key: string;
  value: string;
}

/** `unlimited: true` and `numberOfDays` exclude each other; neither means unlimited for channels and datastores. */
export interface RetentionPeriod {
  unlimited?: boolean;
  numberOfDays?: number;
}

/** A bucket of the user's. */
export interface CustomerManagedS3 {
  bucket: string;
  /** ends with a slash */
  keyPrefix?: string;
  roleArn: string;
}

/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_CreateChannel.html */
export interface ChannelDocument {
  channelName: string;
  /** exactly one member; absent means the service's own bucket */
  channelStorage?: { serviceManagedS3?: Record<string, never>; customerManagedS3?: CustomerManagedS3 };
  retentionPeriod?: RetentionPeriod;
  tags?: Tag[];
}

/** The bucket that AWS IoT SiteWise writes. https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_DatastoreIotSiteWiseMultiLayerStorage.html */
export interface SiteWiseStorage {
  customerManagedS3Storage: { bucket: string; keyPrefix?: string };
}

/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_CreateDatastore.html */
export interface DatastoreDocument {
  datastoreName: string;
  datastoreStorage?: {
    serviceManagedS3?: Record<string, never>;
    customerManagedS3?: CustomerManagedS3;
    iotSiteWiseMultiLayerStorage?: SiteWiseStorage;
  };
  retentionPeriod?: RetentionPeriod;
  tags?: Tag[];
  fileFormatConfiguration?: {
    jsonConfiguration?: Record<string, never>;
    parquetConfiguration?: { schemaDefinition?: { columns?: { name: string; type: string }[] } };
  };
  datastorePartitions?: { partitions?: DatastorePartition[] };
}

/** Exactly one member. https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_DatastorePartition.html */
export interface DatastorePartition {
  attributePartition?: { attributeName: string };
  timestampPartition?: { attributeName: string; timestampFormat?: string };
}

/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_CreatePipeline.html */
export interface PipelineDocument {
  pipelineName: string;
  pipelineActivities: PipelineActivity[];
  tags?: Tag[];
}

/** Exactly one member. */
export interface PipelineActivity {
  channel?: ChannelActivity;
  datastore?: DatastoreActivity;
  lambda?: LambdaActivity;
  math?: MathActivity;
  filter?: FilterActivity;
  addAttributes?: AddAttributesActivity;
  removeAttributes?: AttributeListActivity;
  selectAttributes?: AttributeListActivity;
  deviceRegistryEnrich?: EnrichActivity;
  deviceShadowEnrich?: EnrichActivity;
}

/** The member that an activity is written as. */
export type ActivityKind = keyof PipelineActivity;

/** What all activities but the datastore have. */
export interface ActivityBase {
  name: string;
  /** the name of the activity that gets the messages */
  next?: string;
}
/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_ChannelActivity.html */
export interface ChannelActivity extends ActivityBase {
  channelName: string;
}
/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_DatastoreActivity.html */
export interface DatastoreActivity {
  name: string;
  datastoreName: string;
}
/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_LambdaActivity.html */
export interface LambdaActivity extends ActivityBase {
  lambdaName: string;
  batchSize: number;
}
/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_MathActivity.html */
export interface MathActivity extends ActivityBase {
  attribute: string;
  math: string;
}
/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_FilterActivity.html */
export interface FilterActivity extends ActivityBase {
  filter: string;
}
/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_AddAttributesActivity.html */
export interface AddAttributesActivity extends ActivityBase {
  /** path of an attribute to the name of its copy */
  attributes: Record<string, string>;
}
/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_SelectAttributesActivity.html */
export interface AttributeListActivity extends ActivityBase {
  attributes: string[];
}
/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_DeviceRegistryEnrichActivity.html */
export interface EnrichActivity extends ActivityBase {
  attribute: string;
  thingName: string;
  roleArn: string;
}

/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_CreateDataset.html */
export interface DatasetDocument {
  datasetName: string;
  actions: DatasetAction[];
  triggers?: DatasetTrigger[];
  contentDeliveryRules?: ContentDeliveryRule[];
  retentionPeriod?: RetentionPeriod;
  versioningConfiguration?: { unlimited?: boolean; maxVersions?: number };
  tags?: Tag[];
  lateDataRules?: LateDataRule[];
}

/** A query or a container. https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_DatasetAction.html */
export interface DatasetAction {
  actionName?: string;
  queryAction?: QueryAction;
  containerAction?: ContainerAction;
}

/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_SqlQueryDatasetAction.html */
export interface QueryAction {
  sqlQuery: string;
  filters?: { deltaTime?: { offsetSeconds: number; timeExpression: string } }[];
}

/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_ContainerDatasetAction.html */
export interface ContainerAction {
  image: string;
  executionRoleArn: string;
  resourceConfiguration: { computeType: string; volumeSizeInGB: number };
  variables?: {
    name: string;
    stringValue?: string;
    doubleValue?: number;
    datasetContentVersionValue?: { datasetName: string };
    outputFileUriValue?: { fileName: string };
  }[];
}

/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_DatasetTrigger.html */
export interface DatasetTrigger {
  schedule?: { expression?: string };
  dataset?: { name: string };
}

/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_DatasetContentDeliveryRule.html */
export interface ContentDeliveryRule {
  entryName?: string;
  destination: {
    s3DestinationConfiguration?: {
      bucket: string;
      key: string;
      roleArn: string;
      glueConfiguration?: { tableName: string; databaseName: string };
    };
    iotEventsDestinationConfiguration?: { inputName: string; roleArn: string };
  };
}

/** https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_LateDataRule.html */
export interface LateDataRule {
  ruleName?: string;
  ruleConfiguration: { deltaTimeSessionWindowConfiguration?: { timeoutInMinutes: number } };
}

/** The payload of a topic rule; its name stands beside it. */
export interface TopicRuleDocument {
  sql: string;
  description?: string;
  ruleDisabled?: boolean;
  awsIotSqlVersion?: string;
  actions: TopicRuleAction[];
  errorAction?: TopicRuleErrorAction;
}

/** https://docs.aws.amazon.com/iot/latest/apireference/API_IotAnalyticsAction.html */
export interface TopicRuleAction {
  iotAnalytics?: { channelName: string; roleArn: string; batchMode?: boolean };
}

/** https://docs.aws.amazon.com/iot/latest/apireference/API_CloudwatchLogsAction.html */
export interface TopicRuleErrorAction {
  cloudwatchLogs?: { logGroupName: string; roleArn: string; batchMode?: boolean };
}
