/**
 * The shapes that the parts of the local cloud share: a registered resource as the engine saw it, and the state of a
 * stack in its data folder.
 */

/** A plain JSON value as it arrives over Pulumi's protocol once markers of secrets and assets are resolved. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the shape is the AWS resource's, checked by its handler
export type Properties = Record<string, any>;

/** One resource of the program. `inputs` carry the names of `@pulumi/aws`' arguments. */
export interface Resource {
  /** `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME` */
  urn: string;
  /** for example `aws:kinesis/stream:Stream` */
  type: string;
  /** the logical name */
  name: string;
  /** false for component resources */
  custom: boolean;
  /** the provider's id, "" for components */
  id: string;
  /** URN of the parent, undefined for the stack itself */
  parent?: string;
  /** URNs that must exist before */
  dependencies: string[];
  inputs: Properties;
  outputs: Properties;
}

/** The account of the local cloud; twelve digits as AWS wants them, and never a real account's. */
export const ACCOUNT = "000000000000";

/** The SerDe of tables whose files are lines of JSON. */
export const JSON_SERDE = "org.openx.data.jsonserde.JsonSerDe";

/** The SerDe of tables whose files are CSV. https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html */
export const CSV_SERDE = "org.apache.hadoop.hive.serde2.OpenCSVSerde";

/** Resources of one type. */
export function ofType(resources: readonly Resource[], type: string): Resource[] {
  return resources.filter((resource) => resource.type === type);
}

/** Types the local cloud executes; the single list of their tokens. */
export const TYPES = {
  topicRule: "aws:iot/topicRule:TopicRule",
  thing: "aws:iot/thing:Thing",
  thingType: "aws:iot/thingType:ThingType",
  thingGroup: "aws:iot/thingGroup:ThingGroup",
  thingGroupMembership: "aws:iot/thingGroupMembership:ThingGroupMembership",
  devicePolicy: "aws:iot/policy:Policy",
  devicePolicyAttachment: "aws:iot/policyAttachment:PolicyAttachment",
  certificateAuthority: "aws:iot/caCertificate:CaCertificate",
  iotLogging: "aws:iot/loggingOptions:LoggingOptions",
  provisioningTemplate: "aws:iot/provisioningTemplate:ProvisioningTemplate",
  stream: "aws:kinesis/stream:Stream",
  deliveryStream: "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
  function: "aws:lambda/function:Function",
  permission: "aws:lambda/permission:Permission",
  eventInvokeConfig: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  invocation: "aws:lambda/invocation:Invocation",
  eventSourceMapping: "aws:lambda/eventSourceMapping:EventSourceMapping",
  bucket: "aws:s3/bucket:Bucket",
  bucketPublicAccessBlock: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  bucketOwnershipControls: "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  bucketEncryption: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  bucketVersioning: "aws:s3/bucketVersioning:BucketVersioning",
  bucketLifecycle: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  bucketPolicy: "aws:s3/bucketPolicy:BucketPolicy",
  role: "aws:iam/role:Role",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  managedPolicy: "aws:iam/policy:Policy",
  rolePolicyAttachment: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  database: "aws:glue/catalogDatabase:CatalogDatabase",
  table: "aws:glue/catalogTable:CatalogTable",
  workgroup: "aws:athena/workgroup:Workgroup",
  namedQuery: "aws:athena/namedQuery:NamedQuery",
  logGroup: "aws:cloudwatch/logGroup:LogGroup",
  logStream: "aws:cloudwatch/logStream:LogStream",
  scheduleGroup: "aws:scheduler/scheduleGroup:ScheduleGroup",
  schedule: "aws:scheduler/schedule:Schedule",
  stateMachine: "aws:sfn/stateMachine:StateMachine",
  parameter: "aws:ssm/parameter:Parameter",
  queue: "aws:sqs/queue:Queue",
  replicationEndpoint: "aws:dms/endpoint:Endpoint",
  replicationCertificate: "aws:dms/certificate:Certificate",
  replicationSubnetGroup: "aws:dms/replicationSubnetGroup:ReplicationSubnetGroup",
  replicationConfig: "aws:dms/replicationConfig:ReplicationConfig",
  replicationInstance: "aws:dms/replicationInstance:ReplicationInstance",
  replicationTask: "aws:dms/replicationTask:ReplicationTask",
  vpc: "aws:ec2/vpc:Vpc",
  subnet: "aws:ec2/subnet:Subnet",
  routeTable: "aws:ec2/routeTable:RouteTable",
  routeTableAssociation: "aws:ec2/routeTableAssociation:RouteTableAssociation",
  route: "aws:ec2/route:Route",
  gatewayAttachment: "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
  securityGroup: "aws:ec2/securityGroup:SecurityGroup",
  egressRule: "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  ingressRule: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  vpcEndpoint: "aws:ec2/vpcEndpoint:VpcEndpoint",
  cluster: "aws:ecs/cluster:Cluster",
  taskDefinition: "aws:ecs/taskDefinition:TaskDefinition",
  repository: "aws:ecr/repository:Repository",
  repositoryLifecycle: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  metricAlarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  logMetricFilter: "aws:cloudwatch/logMetricFilter:LogMetricFilter",
  dashboard: "aws:cloudwatch/dashboard:Dashboard",
  dataSource: "aws:quicksight/dataSource:DataSource",
  dataSet: "aws:quicksight/dataSet:DataSet",
  refreshSchedule: "aws:quicksight/refreshSchedule:RefreshSchedule",
  cloudControl: "aws:cloudcontrol/resource:Resource",
} as const;
