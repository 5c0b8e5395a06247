import type * as pulumi from "@pulumi/pulumi";
import type { AwsContext } from "../../components/parts/common/aws-context";
import type { Statement } from "../../components/parts/common/role";
import { catalog, logGroups, type Names } from "./calls";
import { arnOf } from "./statements";

/**
 * What the roles of the stack's actors may do at most, whatever their own policies say: the deploy role makes no role without this
 * boundary, so that nobody gets beyond it by way of the deploy role. It has every action that the components grant, and no call that
 * grants permissions. A boundary grants nothing itself.
 */
interface Use {
  Sid: string;
  actions: readonly string[];
  /** further ones, of some stacks */
  also?(names: Names): readonly string[];
  /** ends of ARNs; none: the actions have no resource level */
  on?(names: Names): string[];
  condition?: Statement["Condition"];
}

const USES: readonly Use[] = [
  {
    Sid: "Query",
    actions: [
      "athena:GetQueryExecution",
      "athena:GetQueryResults",
      "athena:StartQueryExecution",
      "athena:StopQueryExecution",
    ],
    on: ({ dashed }) => [`athena:workgroup/${dashed}-*`],
  },
  {
    // QuickSight, with the role of a data source.
    Sid: "Dashboards",
    actions: ["athena:GetQueryResultsStream", "athena:GetWorkGroup"],
    on: ({ dashed, dashboardGroups }) => (dashboardGroups.length > 0 ? [`athena:workgroup/${dashed}-*`] : []),
  },
  { Sid: "FindCatalog", actions: ["athena:GetDataCatalog"], on: () => ["athena:datacatalog/AwsDataCatalog"] },
  {
    Sid: "Catalog",
    actions: [
      "glue:BatchCreatePartition",
      "glue:BatchDeletePartition",
      "glue:BatchGetPartition",
      "glue:BatchUpdatePartition",
      "glue:CreatePartition",
      "glue:CreateTable",
      "glue:DeleteTable",
      "glue:GetDatabase",
      "glue:GetPartition",
      "glue:GetPartitions",
      "glue:GetTable",
      "glue:GetTableVersion",
      "glue:GetTableVersions",
      "glue:UpdatePartition",
      "glue:UpdateTable",
    ],
    on: catalog,
  },
  // Messages name the things, so it may be any of them.
  { Sid: "Things", actions: ["iot:DescribeThing", "iot:GetThingShadow"], on: () => ["iot:thing/*"] },
  // Devices are named by their makers, and which certificate is theirs is not known before.
  {
    Sid: "Devices",
    actions: ["iot:AddThingToThingGroup", "iot:CreateThing", "iot:ListThingPrincipals", "iot:UpdateThing"],
    on: ({ dashed }) => ["iot:thing/*", `iot:thinggroup/${dashed}-*`],
  },
  {
    Sid: "Certificates",
    actions: ["iot:AttachPolicy", "iot:AttachThingPrincipal", "iot:DescribeCertificate", "iot:UpdateCertificate"],
    on: () => ["iot:cert/*"],
  },
  {
    Sid: "Stream",
    actions: [
      "kinesis:DescribeStream",
      "kinesis:DescribeStreamSummary",
      "kinesis:GetRecords",
      "kinesis:GetShardIterator",
      "kinesis:ListShards",
      "kinesis:PutRecord",
      "kinesis:PutRecords",
    ],
    on: ({ dashed }) => [`kinesis:stream/${dashed}-*`],
  },
  { Sid: "FanOut", actions: ["firehose:PutRecordBatch"], on: ({ dashed }) => [`firehose:deliverystream/${dashed}-*`] },
  {
    Sid: "Functions",
    actions: ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"],
    on: ({ dashed }) => [`lambda:function:${dashed}-*`],
  },
  {
    Sid: "Logs",
    actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
    // AWS IoT, for the account's log.
    also: ({ iotLog }) => (iotLog ? ["logs:CreateLogGroup", "logs:PutMetricFilter", "logs:PutRetentionPolicy"] : []),
    on: logGroups,
  },
  {
    // A state machine sets up the delivery of its log for the account; the password of a registry of images, and metrics, have no resource either.
    Sid: "LogDelivery",
    actions: [
      "cloudwatch:PutMetricData",
      "ecr:GetAuthorizationToken",
      "logs:CreateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:DescribeLogGroups",
      "logs:DescribeResourcePolicies",
      "logs:GetLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:UpdateLogDelivery",
    ],
  },
  {
    Sid: "Buckets",
    actions: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
    on: ({ dashed }) => [`s3:${dashed}-*`],
  },
  {
    Sid: "Objects",
    actions: [
      "s3:AbortMultipartUpload",
      "s3:DeleteObject",
      "s3:GetObject",
      "s3:ListMultipartUploadParts",
      "s3:PutObject",
    ],
    on: ({ dashed }) => [`s3:${dashed}-*/*`],
  },
  {
    // The default bus is the account's; and Step Functions' own rule, by which it learns that a task of ECS has ended.
    Sid: "Events",
    actions: ["events:DescribeRule", "events:PutEvents", "events:PutRule", "events:PutTargets"],
    on: () => ["events:event-bus/default", "events:rule/StepFunctionsGetEventsForECSTaskRule"],
  },
  {
    Sid: "Containers",
    actions: [
      "ecr:BatchCheckLayerAvailability",
      "ecr:BatchGetImage",
      "ecr:GetDownloadUrlForLayer",
      "ecs:DescribeTasks",
      "ecs:RunTask",
      "ecs:StopTask",
    ],
    on: ({ dashed }) => [`ecr:repository/${dashed}-*`, `ecs:task*/${dashed}-*`],
  },
  {
    // Every role of the stack has this boundary.
    Sid: "PassRoles",
    actions: ["iam:PassRole"],
    on: ({ dashed }) => [`iam:role/${dashed}-*`],
    condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
  },
  { Sid: "Queues", actions: ["sqs:SendMessage"], on: ({ dashed }) => [`sqs:${dashed}-*`] },
  {
    Sid: "Parameters",
    actions: ["ssm:GetParameter", "ssm:PutParameter"],
    on: ({ dashed }) => [`ssm:parameter/${dashed}-*`],
  },
  {
    // State machines, and a Distributed Map with the executions that it starts.
    Sid: "Runs",
    actions: ["states:DescribeExecution", "states:RedriveExecution", "states:StartExecution", "states:StopExecution"],
    on: ({ dashed }) => [`states:stateMachine:${dashed}-*`, `states:execution:${dashed}-*`],
  },
];

/** Calls on a key of the user's own, through the services that hold the stack's data and its functions' secrets. */
const KEY = ["kms:Decrypt", "kms:GenerateDataKey"];
const KEY_SERVICES = ["kinesis", "s3", "secretsmanager", "sqs"];

/** What else the stack's functions may do. */
export interface Permission {
  actions: string[];
  resources: string[];
}

/**
 * @param uses ARNs of resources that are not the stack's and that its actors use: buckets, keys and images of the user's own, functions, secrets
 * @param permissions of its functions for anything else
 */
export function boundaryFor(
  names: Names,
  uses: readonly string[],
  permissions: readonly Permission[],
  aws: AwsContext,
): Statement[] {
  const own = (service: string): string[] => uses.filter((arn) => arn.split(":")[2] === service);
  const also: Readonly<Record<string, string[]>> = {
    Functions: own("lambda"),
    Buckets: own("s3"),
    Objects: own("s3").map((arn) => `${arn}/*`),
    Containers: own("ecr"),
  };
  const used = USES.filter(({ on }) => on?.(names).length !== 0);
  const statements = used.map(({ Sid, actions, also: more, on, condition }): Statement => {
    const ends: pulumi.Input<string>[] = on?.(names).map((end) => arnOf(end, aws)) ?? ["*"];
    const allowed: Statement = {
      Sid,
      Effect: "Allow",
      Action: [...actions, ...(more?.(names) ?? [])],
      Resource: [...ends, ...(also[Sid] ?? [])],
    };
    return condition === undefined ? allowed : { ...allowed, Condition: condition };
  });
  if (own("secretsmanager").length > 0)
    statements.push({
      Sid: "Secrets",
      Effect: "Allow",
      Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
      Resource: own("secretsmanager"),
    });
  permissions.forEach(({ actions, resources }, index) =>
    statements.push({ Sid: `Own${index + 1}`, Effect: "Allow", Action: actions, Resource: resources }),
  );
  if (own("kms").length > 0)
    statements.push({
      Sid: "Keys",
      Effect: "Allow",
      Action: KEY,
      Resource: own("kms"),
      Condition: { StringEquals: { "kms:ViaService": KEY_SERVICES.map((service) => aws.endpoint(service)) } },
    });
  return statements;
}
