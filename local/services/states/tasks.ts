import { S3Error } from "../s3/s3";
import { ParameterError } from "../ssm/parameters";
import type { Properties } from "../../core/model";
import { describeQuery } from "../athena/describe-query";
import { QueryRefused } from "../athena/workgroups";
import { runTask } from "./ecs-task";
import { EventsError } from "../events/events";
import { getQueryResults, putMetricData } from "./measure-tasks";
import { StartRefused } from "./start-refused";
import { StateError, type TaskType } from "./types";

const SDK = "arn:aws:states:::aws-sdk";

/** The tasks that the local cloud executes, by their resource. */
export const TASKS: Readonly<Record<string, TaskType>> = {
  // https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
  "arn:aws:states:::lambda:invoke": {
    arguments: { FunctionName: "required", Payload: "optional" },
    async run({ functions }, role, { FunctionName, Payload = {} }) {
      const name = String(FunctionName).split(":function:").pop()!.split(":")[0]!;
      const lambda = functions.get(name);
      if (lambda === undefined)
        throw new StateError("Lambda.ResourceNotFoundException", `Function not found: ${String(FunctionName)}`);
      const arn = String(FunctionName).startsWith("arn:") ? String(FunctionName) : lambda.arn;
      const invocation = await lambda.invoke(role, arn, JSON.stringify(Payload));
      if (invocation.ok)
        return { ExecutedVersion: "$LATEST", Payload: JSON.parse(invocation.payload) as unknown, StatusCode: 200 };
      if (invocation.error === "Lambda.InvokeAccessDenied")
        throw new StateError("Lambda.AWSLambdaException", invocation.message);
      // The function's own error has the name under which Retry and Catch know it.
      const { errorType, errorMessage } = invocation;
      throw new StateError(errorType || "Lambda.Unknown", JSON.stringify({ errorType, errorMessage }));
    },
  },
  // https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
  "arn:aws:states:::states:startExecution": {
    arguments: { StateMachineArn: "required", Name: "optional", Input: "optional" },

    async run({ machines }, role, { StateMachineArn, Name, Input = {} }, { alongside }) {
      const machine = machines().get(StateMachineArn);
      if (machine === undefined)
        throw new StateError(
          "StepFunctions.StateMachineDoesNotExistException",
          `State Machine Does Not Exist: '${StateMachineArn}'`,
        );
      const known = Name === undefined ? undefined : machine.execution(Name)?.execution;
      if (known !== undefined && (known.status !== "RUNNING" || JSON.stringify(known.input) !== JSON.stringify(Input)))
        throw new StateError(
          "StepFunctions.ExecutionAlreadyExistsException",
          `Execution Already Exists: '${known.arn}'`,
        );
      try {
        const { execution, idle } =
          known === undefined ? machine.start(role, Input, Name) : { execution: known, idle: undefined };
        if (idle !== undefined) alongside(idle);
        return { ExecutionArn: execution.arn, StartDate: execution.startDate };
      } catch (error) {
        if (error instanceof StartRefused)
          throw new StateError("StepFunctions.AWSStepFunctionsException", error.message);
        throw error;
      }
    },
  },
  // https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html
  "arn:aws:states:::events:putEvents": {
    arguments: { Entries: "required" },

    async run({ events }, role, { Entries }, { execution, machine }) {
      const entries = (Entries as Properties[]).map(({ Detail, Resources = [], ...entry }) => ({
        ...entry,
        Detail: typeof Detail === "string" ? Detail : JSON.stringify(Detail),
        Resources: [...(Resources as string[]), execution, machine],
      }));
      try {
        const results = events.put(role, entries);
        const FailedEntryCount = results.filter(({ EventId }) => EventId === undefined).length;
        const answer = { Entries: results, FailedEntryCount };
        if (FailedEntryCount > 0) throw new StateError("EventBridge.FailedEntry", JSON.stringify(answer));
        return answer;
      } catch (error) {
        if (error instanceof EventsError)
          throw new StateError(
            error.code === "AccessDeniedException"
              ? "EventBridge.AmazonEventBridgeException"
              : `EventBridge.${error.code}`,
            error.message,
          );
        throw error;
      }
    },
  },
  "arn:aws:states:::athena:startQueryExecution.sync": {
    arguments: { QueryString: "required", WorkGroup: "required", QueryExecutionContext: "required" },
    async run({ workgroups }, role, { QueryString, WorkGroup, QueryExecutionContext: context }) {
      try {
        const execution = await workgroups.run(role, {
          sql: QueryString,
          workgroup: WorkGroup,
          database: context.Database,
          catalog: context.Catalog,
        });
        // The task looks at the query until it has ended.
        workgroups.check(role, "athena:GetQueryExecution", WorkGroup);
        // Times are texts in an execution's data.
        const described = JSON.parse(JSON.stringify(describeQuery(execution))) as Properties;
        if (execution.state !== "SUCCEEDED") throw new StateError("States.TaskFailed", JSON.stringify(described));
        return { QueryExecution: described };
      } catch (error) {
        if (error instanceof QueryRefused) throw new StateError("Athena.AthenaException", error.message);
        throw error;
      }
    },
  },
  "arn:aws:states:::ecs:runTask.sync": runTask,
  "arn:aws:states:::athena:getQueryResults": getQueryResults,
  [`${SDK}:cloudwatch:putMetricData`]: putMetricData,
  [`${SDK}:ssm:getParameter`]: {
    arguments: { Name: "required" },
    run: ({ parameters }, role, { Name }) =>
      ofParameters(() => ({ Parameter: { Name: Name as string, ...parameters.get(role, Name) } })),
  },
  [`${SDK}:ssm:putParameter`]: {
    arguments: { Name: "required", Value: "required", Overwrite: "required" },
    values: { Overwrite: [true] },
    run: ({ parameters }, role, { Name, Value }) => ofParameters(() => parameters.put(role, Name, Value)),
  },
  [`${SDK}:s3:copyObject`]: {
    arguments: { Bucket: "required", Key: "required", CopySource: "required" },
    run: ({ s3 }, role, { Bucket, Key, CopySource }) =>
      ofS3(() => {
        const source = decodeURIComponent(String(CopySource)).replace(/^\//, "");
        const slash = source.indexOf("/");
        s3.copy(role, { bucket: source.slice(0, slash), key: source.slice(slash + 1) }, { bucket: Bucket, key: Key });
        return {};
      }),
  },
  [`${SDK}:s3:listObjectsV2`]: {
    arguments: { Bucket: "required", Prefix: "required", MaxKeys: "optional", StartAfter: "optional" },
    run: ({ s3 }, role, { Bucket, Prefix, MaxKeys = 1000, StartAfter = "" }) =>
      ofS3(() => {
        const after = s3.listFor(role, Bucket, Prefix).filter(({ key }) => key > StartAfter);
        const page = after.slice(0, MaxKeys);
        return {
          Name: Bucket as string,
          Prefix: Prefix as string,
          MaxKeys: MaxKeys as number,
          KeyCount: page.length,
          IsTruncated: page.length < after.length,
          // S3 leaves the member out when there is nothing.
          ...(page.length === 0
            ? {}
            : {
                Contents: page.map(({ key, bytes, modified }) => ({
                  Key: key,
                  // S3 lists whole seconds
                  LastModified: new Date(modified).toISOString().replace(/\.\d+Z$/, "Z"),
                  Size: bytes,
                  StorageClass: "STANDARD",
                })),
              }),
        };
      }),
  },
  [`${SDK}:s3:deleteObject`]: {
    arguments: { Bucket: "required", Key: "required" },
    run: ({ s3 }, role, { Bucket, Key }) =>
      ofS3(() => {
        s3.delete(role, Bucket, Key);
        return {};
      }),
  },
};

async function ofS3<T>(call: () => T): Promise<T> {
  try {
    return call();
  } catch (error) {
    if (error instanceof S3Error)
      throw new StateError(
        error.code === "AccessDenied" ? "S3.S3Exception" : `S3.${error.code}Exception`,
        error.message,
      );
    throw error;
  }
}

async function ofParameters<T>(call: () => T): Promise<T> {
  try {
    return call();
  } catch (error) {
    if (error instanceof ParameterError)
      throw new StateError(
        error.code === "AccessDenied" ? "Ssm.SsmException" : `Ssm.${error.code}Exception`,
        error.message,
      );
    throw error;
  }
}
