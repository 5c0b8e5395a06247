/**
 * Permissions that AWS demands of a role and that a run may leave uncalled: every one of them, with the page that demands it. The parts of
 * the local cloud look at the start whether the roles have them, so that a missing one is reported before the day it is needed; what a
 * run then does call counts as used, as any other call.
 */
export interface Demand {
  /** who acts, as the role's trust policy names it */
  actor: string;
  actions: readonly string[];
  /** on what, in words */
  resource: string;
  /** AWS's page that demands it */
  page: string;
  /** why a run may not call for it */
  why: string;
  /** whether only roles that have it anyway need it, so that nobody else is told that it is missing */
  ifGranted?: boolean;
}

const FIREHOSE_S3 = "https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3";

export const DEMANDS = {
  abortUpload: {
    actor: "firehose.amazonaws.com",
    actions: ["s3:AbortMultipartUpload"],
    resource: "objects under the prefix and the error prefix",
    page: FIREHOSE_S3,
    why: "an object is written in one step here, so there is never an upload to give up",
  },
  readParts: {
    actor: "firehose.amazonaws.com",
    actions: ["kms:Decrypt"],
    resource: "the customer's key of the bucket",
    page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html",
    why: "AWS reads the parts of a multipart upload again; an object is written in one step here",
  },
  findObject: {
    actor: "firehose.amazonaws.com",
    actions: ["s3:GetObject"],
    resource: "objects under the prefix and the error prefix",
    page: FIREHOSE_S3,
    why: "an object is looked for only after a killed process, whose last delivery may have come true or not",
  },
  writeErrors: {
    actor: "firehose.amazonaws.com",
    actions: ["s3:PutObject"],
    resource: "objects under the error prefix",
    page: FIREHOSE_S3,
    why: "only for a message that cannot be processed",
  },
  logErrors: {
    actor: "firehose.amazonaws.com",
    actions: ["logs:PutLogEvents"],
    resource: "the delivery stream's log stream",
    page: FIREHOSE_S3,
    why: "only when a record or an object fails",
  },
  functionLog: {
    actor: "lambda.amazonaws.com",
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    resource: "the function's log group",
    page: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html",
    why: "only when the function writes a line, or fails",
  },
  stopQuery: {
    actor: "states.amazonaws.com",
    actions: ["athena:StopQueryExecution"],
    resource: "the workgroup of a query that a state machine waits for",
    page: "https://docs.aws.amazon.com/step-functions/latest/dg/connect-athena.html",
    why: "only when an execution is stopped while its query runs",
  },
  queryParts: {
    actor: "states.amazonaws.com",
    actions: ["s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"],
    resource: "objects at the workgroup's output location",
    page: "https://docs.aws.amazon.com/step-functions/latest/dg/connect-athena.html",
    why: "a result is written in one step here, so there is never an upload in parts",
  },
  deadLetters: {
    actor: "scheduler.amazonaws.com",
    actions: ["sqs:SendMessage"],
    resource: "the schedule's dead letter queue",
    page: "https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html",
    why: "only when the target could not be called",
  },
  deadLetterKey: {
    actor: "scheduler.amazonaws.com",
    actions: ["kms:GenerateDataKey", "kms:Decrypt"],
    resource: "the customer's key of the schedule's dead letter queue",
    page: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html#send-to-encrypted-queue",
    why: "only when the target could not be called",
  },
  deleteSuperseded: {
    actor: "states.amazonaws.com",
    actions: ["s3:DeleteObject"],
    resource: "objects under the workgroup's output location",
    page: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html",
    why: "only when there are more contents than are kept",
  },
  ruleErrors: {
    actor: "iot.amazonaws.com",
    actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
    resource: "the log group of the rule's error action",
    page: "https://docs.aws.amazon.com/iot/latest/developerguide/cloudwatch-logs-rule-action.html",
    why: "only for a message that the rule cannot deliver",
  },
  updateTable: {
    actor: "lambda.amazonaws.com",
    actions: ["glue:UpdateTable"],
    resource: "catalog, database and table of a datastore in JSON format",
    page: "https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateTable.html",
    why: "only when an attribute arrives that has no column yet",
    ifGranted: true,
  },
} as const satisfies Record<string, Demand>;
