import type { Flow, Pricing, Registered } from "../model/types";
import { lambdaFunction, scheduledRuns } from "./compute";
import { taskDefinition, unknownRuns } from "./containers";
import { deliveryStream, unpricedProcessors } from "./firehose";
import { iotLog, topicRule } from "./iot";
import { stream, streamConsumer } from "./kinesis";
import { dashboard, logGroup, metricAlarm } from "./operations";
import { dataSet, isQuickSight, quickSightReader, unpricedLooks } from "./reports";
import { bucket, catalogTable, unpricedClasses, workgroup } from "./storage";
import {
  gatewayAttachment,
  kmsKey,
  replicationConfig,
  replicationInstance,
  schedule,
  stateMachine,
  vpcEndpoint,
} from "./workflows";

/** A type that costs nothing by itself. */
const FREE: Pricing = {};

/** How resources are priced, by type. A type of AWS that is not here is reported as unknown. */
export const PRICINGS: Readonly<Record<string, Pricing>> = {
  "aws:iot/topicRule:TopicRule": { usages: topicRule },
  "aws:iot/thing:Thing": {
    unknown: (thing) => [`${thing.name}: operations on the registry and shadows (1.25 USD a million) are not counted`],
  },
  "aws:iot/caCertificate:CaCertificate": FREE,
  "aws:iot/loggingOptions:LoggingOptions": {
    usages: iotLog,
    unknown: ({ name }) => [`${name}: connects, failures and other messages of the account are not counted`],
  },
  "aws:iot/thingType:ThingType": FREE,
  "aws:iot/thingGroup:ThingGroup": FREE,
  "aws:iot/thingGroupMembership:ThingGroupMembership": FREE,
  "aws:iot/policy:Policy": FREE,
  "aws:iot/policyAttachment:PolicyAttachment": FREE,
  "aws:iot/provisioningTemplate:ProvisioningTemplate": {
    unknown: (template) => [
      `${template.name}: registrations of devices (operations on the registry, 1.25 USD a million) are not counted`,
    ],
  },
  "aws:kinesis/stream:Stream": { usages: stream, unknown: keyRequests },
  "aws:kinesis/streamConsumer:StreamConsumer": { usages: streamConsumer },
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": { usages: deliveryStream, unknown: unpricedProcessors },
  "aws:lambda/function:Function": { usages: lambdaFunction, unknown: unknownInvocations },
  "aws:lambda/permission:Permission": FREE,
  "aws:lambda/eventSourceMapping:EventSourceMapping": FREE,
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": FREE,
  "aws:lambda/invocation:Invocation": FREE,
  "aws:s3/bucket:Bucket": { usages: bucket },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": FREE,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": FREE,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": FREE,
  "aws:s3/bucketVersioning:BucketVersioning": FREE,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": { unknown: unpricedClasses },
  "aws:s3/bucketPolicy:BucketPolicy": FREE,
  "aws:iam/role:Role": FREE,
  "aws:iam/rolePolicy:RolePolicy": FREE,
  "aws:iam/policy:Policy": FREE,
  "aws:glue/catalogDatabase:CatalogDatabase": FREE,
  "aws:glue/catalogTable:CatalogTable": { usages: catalogTable },
  "aws:athena/workgroup:Workgroup": { usages: workgroup },
  "aws:athena/namedQuery:NamedQuery": FREE,
  "aws:cloudwatch/logGroup:LogGroup": { usages: logGroup },
  "aws:cloudwatch/logStream:LogStream": FREE,
  "aws:cloudwatch/metricAlarm:MetricAlarm": { usages: metricAlarm },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": FREE,
  "aws:cloudwatch/dashboard:Dashboard": { usages: dashboard },
  "aws:scheduler/scheduleGroup:ScheduleGroup": FREE,
  "aws:scheduler/schedule:Schedule": { usages: schedule },
  "aws:sfn/stateMachine:StateMachine": { usages: stateMachine },
  // Standard parameters; dead letters come only when something fails.
  "aws:ssm/parameter:Parameter": FREE,
  "aws:sqs/queue:Queue": FREE,
  "aws:kms/key:Key": { usages: kmsKey, unknown: (key) => [`${key.name}: requests to the key are not counted`] },
  // A dashboard: readers and authors are billed by the account's subscription.
  "aws:cloudcontrol/resource:Resource": {
    usages: quickSightReader,
    unknown: ({ name, inputs }) =>
      isQuickSight(inputs)
        ? [
            `${name}: one reader of QuickSight is counted; each further one costs 3 USD a month, an author 24 USD, in the account as a whole`,
          ]
        : [`${name}: the price of ${String(inputs.typeName)} is not in the table`],
  },
  "aws:quicksight/dataSource:DataSource": FREE,
  "aws:quicksight/dataSet:DataSet": { usages: dataSet, unknown: unpricedLooks },
  "aws:quicksight/refreshSchedule:RefreshSchedule": FREE,
  "aws:dms/certificate:Certificate": FREE,
  "aws:dms/endpoint:Endpoint": FREE,
  "aws:dms/replicationConfig:ReplicationConfig": {
    usages: replicationConfig,
    unknown: ({ name }) => [`${name}: capacity above the fewest units is not counted`],
  },
  "aws:dms/replicationSubnetGroup:ReplicationSubnetGroup": FREE,
  // Its instance is billed.
  "aws:dms/replicationTask:ReplicationTask": FREE,
  "aws:ecs/cluster:Cluster": FREE,
  "aws:ecs/taskDefinition:TaskDefinition": { usages: taskDefinition, unknown: unknownRuns },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": FREE,
  "aws:ecr/repository:Repository": {
    unknown: ({ name }) => [`${name}: images (0.10 USD a GB and month) are not counted`],
  },
  "aws:ec2/route:Route": FREE,
  "aws:ec2/routeTable:RouteTable": FREE,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": FREE,
  "aws:ec2/securityGroup:SecurityGroup": FREE,
  "aws:ec2/subnet:Subnet": FREE,
  "aws:ec2/vpc:Vpc": FREE,
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    usages: vpcEndpoint,
    unknown: ({ name }) => [`${name}: data through the endpoint (0.01 USD a GB) is not counted`],
  },
  "aws:ec2transitgateway/vpcAttachment:VpcAttachment": {
    usages: gatewayAttachment,
    unknown: ({ name }) => [`${name}: data through the transit gateway (0.02 USD a GB) is not counted`],
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": FREE,
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": FREE,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": FREE,
  "aws:dms/replicationInstance:ReplicationInstance": {
    usages: replicationInstance,
    unknown: (resource, flow) =>
      replicationInstance(resource).length > 0 || flow.resources.length === 0
        ? []
        : [`${resource.name}: the price of ${String(resource.inputs.replicationInstanceClass)} is not in the table`],
  },
};

function keyRequests({ name, inputs }: Registered): string[] {
  return inputs.encryptionType === "KMS" ? [`${name}: requests to its KMS key are not counted`] : [];
}

/** A function that neither a delivery stream nor a schedule invokes: how often, and for how long, is not in the program. */
function unknownInvocations(resource: Registered, flow: Flow): string[] {
  return flow.functions.has(resource.urn) || scheduledRuns(resource, flow) > 0
    ? []
    : [`${resource.name}: how often and how long this function runs is not known from the program`];
}
