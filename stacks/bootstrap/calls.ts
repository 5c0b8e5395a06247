/**
 * The calls that the aws provider (v7, Terraform's v6) makes for each type that the components create: who deploys needs these and no
 * others. Those of streams, functions, log groups, buckets, roles, tables, parameters, state machines, topic rules and thing types were
 * read in the source of Terraform's provider (internal/service); the others follow from AWS's API reference and are unverified. Nobody
 * has deployed with them to a live account yet.
 */

import { IOT_LOG_GROUP } from "../../aws/iot-log";

/** What the stack's resources are called, as patterns. */
export interface Names {
  /** `PROJECT-STACK`, which every name begins with */
  dashed: string;
  /** `PROJECT_STACK`, in names that take no dash */
  underscored: string;
  /** names of things and patterns of such, which are the user's own */
  things: readonly string[];
  /** names of thing types, likewise */
  thingTypes: readonly string[];
  /** names of topic rules that begin with neither */
  rules: readonly string[];
  /** whether the stack has historians, of whose resources AWS draws the ids */
  historians: boolean;
  /** whether it makes VPCs for them */
  historianVpc: boolean;
  /** whether its fleets have certificate authorities of their own */
  authorities: boolean;
  /** whether it sets up the account's log of AWS IoT */
  iotLog: boolean;
  /** ARNs of the groups of QuickSight that see its dashboards; none: it has no dashboards */
  dashboardGroups: readonly string[];
}

/** The calls of one resource type. */
export interface Calls {
  /** resources by the end of their ARN, `SERVICE:RESOURCE`; none: the type is left out */
  on(names: Names): string[];
  create: readonly string[];
  read: readonly string[];
  update: readonly string[];
  delete: readonly string[];
  /** resources that the deletion takes with it, and needs permission for */
  deletesToo?(names: Names): string[];
  /** actions among them that IAM grants for no single resource */
  account?: readonly string[];
  /** actions among them that are granted only for roles with the boundary */
  bounded?: readonly string[];
  /** the service that gets a role with the resource */
  passesRoleTo?: string;
}

const bucket = ({ dashed }: Names): string[] => [`s3:${dashed}-*`];
/** A part of a bucket that is a resource of its own; the provider makes, changes and removes it by the same call. */
const partOfBucket = (read: string, ...write: string[]): Calls => ({
  on: bucket,
  create: write.slice(0, 1),
  read: [read],
  update: write.slice(0, 1),
  delete: write.slice(-1),
});
/** The stack's one database, or one for each datastore. */
const databases = ({ underscored }: Names): string[] => [
  "glue:catalog",
  `glue:database/${underscored}`,
  `glue:database/${underscored}_*`,
];
const ofDatabases =
  (kind: string) =>
  ({ underscored }: Names): string[] => [`glue:${kind}/${underscored}/*`, `glue:${kind}/${underscored}_*/*`];
/** Characters of a replication's resource id before the hash that a longer one ends with. */
const REPLICATION_NAME = 22;
/** A rule's log group lies below the name that its document gives, so the stack's own part comes last there. */
export const logGroups = ({ dashed, underscored, historians, iotLog }: Names): string[] => [
  `logs:log-group:/aws/lambda/${dashed}-*`,
  `logs:log-group:/aws/ecs/${dashed}-*`,
  `logs:log-group:/aws/kinesisfirehose/${dashed}-*`,
  `logs:log-group:/aws/vendedlogs/states/${dashed}-*`,
  `logs:log-group:*/${underscored}_*`,
  // Of replications: DMS gives the part before the stack's.
  ...(historians
    ? [
        `logs:log-group:dms-tasks-${dashed}-*`,
        `logs:log-group:dms-serverless-replication-${dashed.slice(0, REPLICATION_NAME)}*`,
      ]
    : []),
  ...(iotLog ? [`logs:log-group:${IOT_LOG_GROUP}*`] : []),
];
/** Databases and their tables. */
export const catalog = (names: Names): string[] => [...databases(names), ...ofDatabases("table")(names)];
const named =
  (service: string, kind: string, of: "dashed" | "underscored" = "dashed") =>
  (names: Names): string[] => [`${service}:${kind}${names[of]}${of === "dashed" ? "-" : "_"}*`];

/** The calls by resource type. */
export const CALLS: Readonly<Record<string, Calls>> = {
  "aws:athena/namedQuery:NamedQuery": {
    on: named("athena", "workgroup/"),
    create: ["athena:CreateNamedQuery"],
    read: ["athena:GetNamedQuery"],
    update: [],
    delete: ["athena:DeleteNamedQuery"],
  },
  "aws:athena/workgroup:Workgroup": {
    on: named("athena", "workgroup/"),
    create: ["athena:CreateWorkGroup", "athena:TagResource"],
    read: ["athena:GetWorkGroup", "athena:ListTagsForResource"],
    update: ["athena:UpdateWorkGroup", "athena:TagResource", "athena:UntagResource"],
    delete: ["athena:DeleteWorkGroup"],
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    on: ({ dashed }) => [`cloudwatch::dashboard/${dashed}-*`],
    create: ["cloudwatch:PutDashboard"],
    read: ["cloudwatch:GetDashboard"],
    update: ["cloudwatch:PutDashboard"],
    delete: ["cloudwatch:DeleteDashboards"],
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    on: logGroups,
    create: ["logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:TagResource"],
    read: ["logs:DescribeLogGroups", "logs:ListTagsForResource"],
    update: [
      "logs:AssociateKmsKey",
      "logs:DeleteRetentionPolicy",
      "logs:DisassociateKmsKey",
      "logs:PutRetentionPolicy",
      "logs:TagResource",
      "logs:UntagResource",
    ],
    delete: ["logs:DeleteLogGroup"],
    account: ["logs:DescribeLogGroups"],
  },
  "aws:cloudwatch/logStream:LogStream": {
    on: ({ dashed }) => [`logs:log-group:/aws/kinesisfirehose/${dashed}-*`],
    create: ["logs:CreateLogStream"],
    read: ["logs:DescribeLogStreams"],
    update: [],
    delete: ["logs:DeleteLogStream"],
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    on: named("cloudwatch", "alarm:"),
    create: ["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource"],
    read: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
    update: ["cloudwatch:PutMetricAlarm", "cloudwatch:TagResource", "cloudwatch:UntagResource"],
    delete: ["cloudwatch:DeleteAlarms"],
  },
  "aws:glue/catalogDatabase:CatalogDatabase": {
    on: databases,
    create: ["glue:CreateDatabase", "glue:TagResource"],
    read: ["glue:GetDatabase", "glue:GetTags"],
    update: ["glue:UpdateDatabase", "glue:TagResource", "glue:UntagResource"],
    delete: ["glue:DeleteDatabase"],
    deletesToo: (names) => [...ofDatabases("table")(names), ...ofDatabases("userDefinedFunction")(names)],
  },
  "aws:glue/catalogTable:CatalogTable": {
    on: catalog,
    create: ["glue:CreateTable"],
    read: ["glue:GetPartitionIndexes", "glue:GetTable"],
    update: ["glue:UpdateTable"],
    delete: ["glue:DeleteTable"],
  },
  "aws:iam/role:Role": {
    on: named("iam", "role/"),
    create: ["iam:CreateRole", "iam:TagRole"],
    bounded: ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:UpdateAssumeRolePolicy"],
    read: ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
    update: [
      "iam:PutRolePermissionsBoundary",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
      "iam:UpdateRoleDescription",
    ],
    delete: ["iam:DeleteRole", "iam:ListInstanceProfilesForRole"],
  },
  "aws:iam/rolePolicy:RolePolicy": {
    on: named("iam", "role/"),
    create: ["iam:PutRolePolicy"],
    bounded: ["iam:PutRolePolicy"],
    read: ["iam:GetRolePolicy"],
    update: ["iam:PutRolePolicy"],
    delete: ["iam:DeleteRolePolicy"],
  },
  "aws:iot/policy:Policy": {
    on: named("iot", "policy/"),
    create: ["iot:CreatePolicy", "iot:TagResource"],
    read: ["iot:GetPolicy", "iot:ListTagsForResource"],
    update: [
      "iot:CreatePolicyVersion",
      "iot:DeletePolicyVersion",
      "iot:ListPolicyVersions",
      "iot:TagResource",
      "iot:UntagResource",
    ],
    delete: ["iot:DeletePolicy", "iot:DeletePolicyVersion", "iot:ListPolicyVersions"],
  },
  // Its id is the hash of the certificate, which the stack's files have.
  "aws:iot/caCertificate:CaCertificate": {
    on: ({ authorities }) => (authorities ? ["iot:cacert/*"] : []),
    create: ["iot:RegisterCACertificate", "iot:TagResource"],
    read: ["iot:DescribeCACertificate", "iot:ListTagsForResource"],
    update: ["iot:TagResource", "iot:UntagResource", "iot:UpdateCACertificate"],
    delete: ["iot:DeleteCACertificate", "iot:UpdateCACertificate"],
    account: ["iot:RegisterCACertificate"],
    passesRoleTo: "iot.amazonaws.com",
  },
  // The setting is the account's. Removing it from a program makes no call, and leaves it as it is.
  "aws:iot/loggingOptions:LoggingOptions": {
    on: ({ iotLog }) => (iotLog ? ["iot:*"] : []),
    create: ["iot:SetV2LoggingOptions"],
    read: ["iot:GetV2LoggingOptions"],
    update: ["iot:SetV2LoggingOptions"],
    delete: [],
    account: ["iot:GetV2LoggingOptions", "iot:SetV2LoggingOptions"],
    passesRoleTo: "iot.amazonaws.com",
  },
  "aws:iot/provisioningTemplate:ProvisioningTemplate": {
    on: ({ dashed }) => [`iot:provisioningtemplate/${dashed.slice(0, 27)}*`],
    create: ["iot:CreateProvisioningTemplate", "iot:TagResource"],
    read: ["iot:DescribeProvisioningTemplate", "iot:ListTagsForResource"],
    update: [
      "iot:CreateProvisioningTemplateVersion",
      "iot:DeleteProvisioningTemplateVersion",
      "iot:ListProvisioningTemplateVersions",
      "iot:TagResource",
      "iot:UntagResource",
      "iot:UpdateProvisioningTemplate",
    ],
    delete: ["iot:DeleteProvisioningTemplate"],
    passesRoleTo: "iot.amazonaws.com",
  },
  "aws:iot/thing:Thing": {
    on: ({ things }) => things.map((thing) => `iot:thing/${thing}`),
    create: ["iot:CreateThing"],
    read: ["iot:DescribeThing"],
    update: ["iot:UpdateThing"],
    delete: ["iot:DeleteThing"],
  },
  "aws:iot/thingGroup:ThingGroup": {
    on: named("iot", "thinggroup/"),
    create: ["iot:CreateThingGroup", "iot:TagResource"],
    read: ["iot:DescribeThingGroup", "iot:ListTagsForResource"],
    update: ["iot:TagResource", "iot:UntagResource", "iot:UpdateThingGroup"],
    delete: ["iot:DeleteThingGroup"],
  },
  "aws:iot/thingType:ThingType": {
    on: (names) => [...names.thingTypes.map((type) => `iot:thingtype/${type}`), ...named("iot", "thingtype/")(names)],
    create: ["iot:CreateThingType", "iot:TagResource"],
    read: ["iot:DescribeThingType", "iot:ListTagsForResource"],
    update: ["iot:DeprecateThingType", "iot:TagResource", "iot:UntagResource", "iot:UpdateThingType"],
    delete: ["iot:DeleteThingType", "iot:DeprecateThingType"],
  },
  "aws:iot/topicRule:TopicRule": {
    on: (names) => [...named("iot", "rule/", "underscored")(names), ...names.rules.map((rule) => `iot:rule/${rule}`)],
    create: ["iot:CreateTopicRule", "iot:TagResource"],
    read: ["iot:GetTopicRule", "iot:ListTagsForResource"],
    update: ["iot:ReplaceTopicRule", "iot:TagResource", "iot:UntagResource"],
    delete: ["iot:DeleteTopicRule"],
    passesRoleTo: "iot.amazonaws.com",
  },
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": {
    on: named("firehose", "deliverystream/"),
    create: ["firehose:CreateDeliveryStream", "firehose:StartDeliveryStreamEncryption", "firehose:TagDeliveryStream"],
    read: ["firehose:DescribeDeliveryStream", "firehose:ListTagsForDeliveryStream"],
    update: [
      "firehose:StartDeliveryStreamEncryption",
      "firehose:StopDeliveryStreamEncryption",
      "firehose:TagDeliveryStream",
      "firehose:UntagDeliveryStream",
      "firehose:UpdateDestination",
    ],
    delete: ["firehose:DeleteDeliveryStream"],
    passesRoleTo: "firehose.amazonaws.com",
  },
  "aws:kinesis/stream:Stream": {
    on: named("kinesis", "stream/"),
    create: [
      "kinesis:AddTagsToStream",
      "kinesis:CreateStream",
      "kinesis:IncreaseStreamRetentionPeriod",
      "kinesis:StartStreamEncryption",
    ],
    read: ["kinesis:DescribeStreamSummary", "kinesis:ListTagsForStream"],
    update: [
      "kinesis:AddTagsToStream",
      "kinesis:DecreaseStreamRetentionPeriod",
      "kinesis:DisableEnhancedMonitoring",
      "kinesis:EnableEnhancedMonitoring",
      "kinesis:IncreaseStreamRetentionPeriod",
      "kinesis:RemoveTagsFromStream",
      "kinesis:StartStreamEncryption",
      "kinesis:StopStreamEncryption",
      "kinesis:UpdateMaxRecordSize",
      "kinesis:UpdateShardCount",
      "kinesis:UpdateStreamMode",
    ],
    delete: ["kinesis:DeleteStream"],
    account: [
      "kinesis:DisableEnhancedMonitoring",
      "kinesis:EnableEnhancedMonitoring",
      "kinesis:UpdateShardCount",
      "kinesis:UpdateStreamMode",
    ],
  },
  "aws:lambda/function:Function": {
    on: named("lambda", "function:"),
    create: ["lambda:CreateFunction", "lambda:PutFunctionConcurrency", "lambda:TagResource"],
    read: [
      "lambda:GetFunction",
      "lambda:GetFunctionCodeSigningConfig",
      "lambda:GetFunctionConfiguration",
      "lambda:ListVersionsByFunction",
    ],
    update: [
      "lambda:DeleteFunctionConcurrency",
      "lambda:PutFunctionConcurrency",
      "lambda:TagResource",
      "lambda:UntagResource",
      "lambda:UpdateFunctionCode",
      "lambda:UpdateFunctionConfiguration",
    ],
    delete: ["lambda:DeleteFunction"],
    passesRoleTo: "lambda.amazonaws.com",
  },
  "aws:lambda/permission:Permission": {
    on: named("lambda", "function:"),
    create: ["lambda:AddPermission"],
    read: ["lambda:GetPolicy"],
    update: [],
    delete: ["lambda:RemovePermission"],
  },
  // What a deployment asks a function of the stack to do: the partitions of a datastore are copied before readers are led elsewhere.
  "aws:lambda/invocation:Invocation": {
    on: named("lambda", "function:"),
    create: ["lambda:InvokeFunction"],
    read: [],
    update: [],
    delete: [],
  },
  "aws:s3/bucket:Bucket": {
    on: bucket,
    create: ["s3:CreateBucket", "s3:PutBucketTagging", "s3:TagResource"],
    // The provider reads every part of a bucket with the bucket.
    read: [
      "s3:GetAccelerateConfiguration",
      "s3:GetBucketAcl",
      "s3:GetBucketCORS",
      "s3:GetBucketLogging",
      "s3:GetBucketObjectLockConfiguration",
      "s3:GetBucketPolicy",
      "s3:GetBucketRequestPayment",
      "s3:GetBucketTagging",
      "s3:GetBucketVersioning",
      "s3:GetBucketWebsite",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "s3:GetReplicationConfiguration",
      "s3:ListBucket",
      "s3:ListTagsForResource",
    ],
    update: ["s3:PutBucketTagging", "s3:TagResource", "s3:UntagResource"],
    delete: ["s3:DeleteBucket"],
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": partOfBucket(
    "s3:GetLifecycleConfiguration",
    "s3:PutLifecycleConfiguration",
  ),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": partOfBucket(
    "s3:GetBucketOwnershipControls",
    "s3:PutBucketOwnershipControls",
  ),
  "aws:s3/bucketPolicy:BucketPolicy": partOfBucket("s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": partOfBucket(
    "s3:GetBucketPublicAccessBlock",
    "s3:PutBucketPublicAccessBlock",
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": partOfBucket(
    "s3:GetEncryptionConfiguration",
    "s3:PutEncryptionConfiguration",
  ),
  "aws:s3/bucketVersioning:BucketVersioning": partOfBucket("s3:GetBucketVersioning", "s3:PutBucketVersioning"),
  "aws:scheduler/schedule:Schedule": {
    on: ({ dashed }) => [`scheduler:schedule/${dashed}-*/*`],
    create: ["scheduler:CreateSchedule"],
    read: ["scheduler:GetSchedule"],
    update: ["scheduler:UpdateSchedule"],
    delete: ["scheduler:DeleteSchedule"],
    passesRoleTo: "scheduler.amazonaws.com",
  },
  "aws:scheduler/scheduleGroup:ScheduleGroup": {
    on: named("scheduler", "schedule-group/"),
    create: ["scheduler:CreateScheduleGroup", "scheduler:TagResource"],
    read: ["scheduler:GetScheduleGroup", "scheduler:ListTagsForResource"],
    update: ["scheduler:TagResource", "scheduler:UntagResource"],
    delete: ["scheduler:DeleteScheduleGroup"],
  },
  "aws:sfn/stateMachine:StateMachine": {
    on: named("states", "stateMachine:"),
    create: ["states:CreateStateMachine", "states:TagResource", "states:ValidateStateMachineDefinition"],
    read: ["states:DescribeStateMachine", "states:ListStateMachineVersions", "states:ListTagsForResource"],
    update: [
      "states:TagResource",
      "states:UntagResource",
      "states:UpdateStateMachine",
      "states:ValidateStateMachineDefinition",
    ],
    delete: ["states:DeleteStateMachine"],
    account: ["states:ValidateStateMachineDefinition"],
    passesRoleTo: "states.amazonaws.com",
  },
  "aws:sqs/queue:Queue": {
    on: named("sqs", ""),
    create: ["sqs:CreateQueue", "sqs:TagQueue"],
    read: ["sqs:GetQueueAttributes", "sqs:ListQueueTags"],
    update: ["sqs:SetQueueAttributes", "sqs:TagQueue", "sqs:UntagQueue"],
    delete: ["sqs:DeleteQueue"],
  },
  "aws:ssm/parameter:Parameter": {
    on: named("ssm", "parameter/"),
    create: ["ssm:AddTagsToResource", "ssm:PutParameter"],
    read: ["ssm:DescribeParameters", "ssm:GetParameter", "ssm:ListTagsForResource"],
    update: ["ssm:AddTagsToResource", "ssm:PutParameter", "ssm:RemoveTagsFromResource"],
    delete: ["ssm:DeleteParameter"],
    account: ["ssm:DescribeParameters"],
  },
};

/** What it takes to delete a bucket with the objects in it; granted only if the stack says so. */
export const DELETES_DATA = ["s3:DeleteObject", "s3:DeleteObjectVersion"] as const;
/** Calls on a bucket that delete the objects in it. */
export const DELETES_DATA_OF_BUCKET = ["s3:ListBucketVersions"] as const;
