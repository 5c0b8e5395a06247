import type { ServiceCall } from "../../aws/calls";
import { withActions } from "../../aws/calls/call";
import { FIREHOSE_CALLS } from "../../aws/calls/firehose";
import { IOT_LOGGING_CALLS } from "../../aws/calls/iot-logging";
import { IOT_RULE_CALLS } from "../../aws/calls/iot-rule";
import { LAMBDA_CALLS } from "../../aws/calls/lambda";
import { QUICKSIGHT_CALLS } from "../../aws/calls/quicksight";
import { SCHEDULER_CALLS } from "../../aws/calls/scheduler";
import { STEP_FUNCTIONS_CALLS } from "../../aws/calls/step-functions";

/** A call that a service makes on AWS and that a run of the local cloud may not make. */
export interface UnexercisedCall {
  call: ServiceCall;
  /** why a run may not make it */
  why: string;
  /** whether a role without the permission is fine, because only some roles need it */
  optional?: boolean;
}

/**
 * All of them. The services of the local cloud declare at the start which roles need them, so that a missing permission is reported before
 * the day it is needed, and one that no call has used is not reported as unused.
 */
export const UNEXERCISED = {
  abortUpload: {
    call: FIREHOSE_CALLS.abortUpload,
    why: "an object is written in one step here, so there is never an upload to abort",
  },
  readParts: {
    call: FIREHOSE_CALLS.readParts,
    why: "AWS reads the parts of a multipart upload again; an object is written in one step here",
  },
  findObject: {
    call: FIREHOSE_CALLS.findObject,
    why: "an object is looked for only after the process was killed, to see whether its last delivery was written",
  },
  writeErrors: { call: FIREHOSE_CALLS.writeObjects, why: "only for a message that cannot be processed" },
  logErrors: { call: FIREHOSE_CALLS.logErrors, why: "only when a record or an object fails" },
  functionLog: { call: LAMBDA_CALLS.createLogStream, why: "only when the function writes a line, or fails" },
  pollSource: {
    call: LAMBDA_CALLS.pollSource,
    why: "AWS's managed policies allow more than an event source mapping asks for here",
    optional: true,
  },
  listStreams: {
    call: LAMBDA_CALLS.listStreams,
    why: "AWS's managed policy allows it; an event source mapping does not ask for it here",
    optional: true,
  },
  stopQuery: {
    call: STEP_FUNCTIONS_CALLS.stopQuery,
    why: "only when an execution is stopped while its query runs",
  },
  queryParts: {
    call: STEP_FUNCTIONS_CALLS.queryParts,
    why: "a result is written in one step here, so there is never an upload in parts",
  },
  quickSightResults: {
    call: QUICKSIGHT_CALLS.results,
    why: "AWS's managed policy AWSQuicksightAthenaAccess allows it; a result is read page by page here",
    optional: true,
  },
  deleteSuperseded: {
    call: STEP_FUNCTIONS_CALLS.deleteObjects,
    why: "only when there are more contents than are kept",
  },
  stopTask: {
    call: STEP_FUNCTIONS_CALLS.stopTask,
    why: "only when an execution is stopped, or its time is over, while its task runs",
  },
  taskRun: {
    call: STEP_FUNCTIONS_CALLS.runTask,
    why: "only while a task of ECS runs, and none has run",
  },
  countLateRows: {
    call: withActions(STEP_FUNCTIONS_CALLS.sdk, "cloudwatch:PutMetricData"),
    why: "only when rows arrive for the window of an earlier content",
  },
  stopMap: {
    call: withActions(STEP_FUNCTIONS_CALLS.mapRun, "states:StopExecution", "states:RedriveExecution"),
    why: "only when an execution with a Distributed Map is stopped or redriven",
    optional: true,
  },
  resultParts: {
    call: withActions(
      STEP_FUNCTIONS_CALLS.writeResults,
      "s3:GetObject",
      "s3:ListMultipartUploadParts",
      "s3:AbortMultipartUpload",
    ),
    why: "a result file is written in one step here, so there is never an upload in parts",
  },
  distributedRun: {
    call: STEP_FUNCTIONS_CALLS.mapRun,
    why: "only while an execution of the state machine runs, and none was started",
  },
  deadLetters: { call: SCHEDULER_CALLS.deadLetters, why: "only when the target could not be called" },
  deadLetterKey: { call: SCHEDULER_CALLS.deadLetterKey, why: "only when the target could not be called" },
  iotLog: {
    call: IOT_LOGGING_CALLS.makeGroup,
    why: "the log group is the program's here, and is there before AWS IoT logs",
  },
  ruleErrors: { call: IOT_RULE_CALLS.logStreams, why: "only for a message that the rule cannot deliver" },
  updateTable: {
    call: {
      actions: ["glue:UpdateTable"],
      on: "catalog, database and table of a datastore in JSON format",
      need: "may",
      refused: "A new attribute gets no column.",
      source: "https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateTable.html",
    },
    why: "only when an attribute arrives that has no column yet",
    optional: true,
  },
  repairPartitions: {
    call: {
      actions: ["glue:BatchCreatePartition", "glue:BatchDeletePartition", "glue:BatchUpdatePartition"],
      on: "catalog, database and table of a datastore with partitions",
      need: "may",
      refused: "The datastore's repair cannot register, remove or describe partitions anew.",
      source: "https://docs.aws.amazon.com/glue/latest/webapi/API_BatchCreatePartition.html",
    },
    why: "only when a partition is not registered, is empty, or has other columns than its table",
    optional: true,
  },
  repairTable: {
    call: {
      actions: ["glue:UpdateTable"],
      on: "catalog, database and table of a datastore with partitions",
      need: "may",
      refused: "A table of an earlier version keeps its partition projection.",
      source: "https://docs.aws.amazon.com/glue/latest/webapi/API_UpdateTable.html",
    },
    why: "only when a table of an earlier version goes over from projection",
    optional: true,
  },
} as const satisfies Record<string, UnexercisedCall>;
