import * as athena from "./athena";
import { metricAlarm } from "./cloudwatch";
import * as ecs from "./ecs";
import { deliveryStream } from "./firehose";
import * as glue from "./glue";
import * as iam from "./iam";
import * as iot from "./iot";
import { stream } from "./kinesis";
import { eventSourceMapping, lambdaFunction } from "./lambda";
import { logGroup, logStream } from "./logs";
import * as messaging from "./messaging";
import * as s3 from "./s3";
import { lifecycle } from "./s3-lifecycle";
import type { Finding, Inputs, Limit } from "../values";

export type { Finding, Inputs, Limit } from "../values";
export { isUnknown } from "../values";

/**
 * What AWS refuses when a resource is created: by type token, as pure functions of the resource's arguments. They never throw, and a
 * value that is not known in preview breaks no limit. Rules that need several resources are the policy pack's.
 */
export const limits: Record<string, Limit> = {
  "aws:athena/namedQuery:NamedQuery": athena.namedQuery,
  "aws:athena/preparedStatement:PreparedStatement": athena.preparedStatement,
  "aws:athena/workgroup:Workgroup": athena.workgroup,
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
  "aws:cloudwatch/logStream:LogStream": logStream,
  "aws:cloudwatch/metricAlarm:MetricAlarm": metricAlarm,
  "aws:ecr/repository:Repository": ecs.repository,
  "aws:ecs/cluster:Cluster": ecs.cluster,
  "aws:ecs/taskDefinition:TaskDefinition": ecs.taskDefinition,
  "aws:glue/catalogDatabase:CatalogDatabase": glue.database,
  "aws:glue/catalogTable:CatalogTable": glue.table,
  "aws:iam/groupPolicy:GroupPolicy": iam.groupPolicy,
  "aws:iam/policy:Policy": iam.policy,
  "aws:iam/role:Role": iam.role,
  "aws:iam/rolePolicy:RolePolicy": iam.rolePolicy,
  "aws:iam/userPolicy:UserPolicy": iam.userPolicy,
  "aws:iot/policy:Policy": iot.policy,
  "aws:iot/provisioningTemplate:ProvisioningTemplate": iot.provisioningTemplate,
  "aws:iot/thing:Thing": iot.thing,
  "aws:iot/topicRule:TopicRule": iot.topicRule,
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": deliveryStream,
  "aws:kinesis/stream:Stream": stream,
  "aws:lambda/eventSourceMapping:EventSourceMapping": eventSourceMapping,
  "aws:lambda/function:Function": lambdaFunction,
  "aws:s3/bucket:Bucket": s3.bucket,
  "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration": s3.intelligentTiering,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": lifecycle,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": s3.ownership,
  "aws:s3/bucketPolicy:BucketPolicy": s3.bucketPolicy,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": s3.encryption,
  "aws:s3/bucketVersioning:BucketVersioning": s3.versioning,
  "aws:scheduler/schedule:Schedule": messaging.schedule,
  "aws:scheduler/scheduleGroup:ScheduleGroup": messaging.scheduleGroup,
  "aws:sfn/stateMachine:StateMachine": messaging.stateMachine,
  "aws:sqs/queue:Queue": messaging.queue,
};

/** What AWS would refuse of one resource; nothing for a type that has no limits here. */
export function limitsOf(type: string, inputs: Inputs): Finding[] {
  return limits[type]?.(inputs) ?? [];
}
