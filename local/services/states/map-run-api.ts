import type {
  DescribeMapRunInput,
  DescribeMapRunOutput,
  ListMapRunsInput,
  ListMapRunsOutput,
  RedriveExecutionInput,
  RedriveExecutionOutput,
  StopExecutionInput,
  StopExecutionOutput,
  UpdateMapRunInput,
  UpdateMapRunOutput,
} from "@aws-sdk/client-sfn";
import { ApiError, operation, type Operation } from "../../api";
import type { StateMachine } from "./machine";
import { countsOf, type MapRunRecord } from "./map-run";
import { paged } from "./paged";
import type { Execution } from "./types";

/** How the API finds what a caller names. @throws ApiError if it is not there */
interface Finders {
  find(arn: string | undefined): { machine: StateMachine; execution: Execution };
  findMapRun(arn: string | undefined): { machine: StateMachine; record: MapRunRecord };
}

/** StopExecution and RedriveExecution, and the operations on Map Runs. */
export function mapRunOperations({ find, findMapRun }: Finders): Record<string, Operation<never>> {
  return {
    // https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html
    StopExecution: operation<StopExecutionInput, StopExecutionOutput>({
      takes: ["executionArn", "error", "cause"],
      permissions: ({ executionArn }) => [{ action: "states:StopExecution", resource: executionArn! }],
      answer: async ({ input: { executionArn, error, cause } }) => {
        const { machine, execution } = find(executionArn);
        if (execution.mapRunArn !== undefined)
          throw new ApiError(
            400,
            "ValidationException",
            "the local cloud stops executions of a Map Run with the execution that has started it",
          );
        await machine.stop(execution.name, error, cause);
        // One that has ended keeps its end.
        return { stopDate: new Date(find(executionArn).execution.stopDate ?? execution.startDate) };
      },
      note: "an execution of a Map Run ends with the one that has started it",
    }),
    // https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
    RedriveExecution: operation<RedriveExecutionInput, RedriveExecutionOutput>({
      takes: ["executionArn"],
      ignores: { clientToken: "a second redrive is refused while the first one runs" },
      permissions: ({ executionArn }) => [{ action: "states:RedriveExecution", resource: executionArn! }],
      answer: ({ input: { executionArn } }) => {
        const { machine, execution } = find(executionArn);
        const problem =
          execution.mapRunArn === undefined
            ? machine.redriveProblem(execution)
            : "Execution is part of a Map Run and is redriven with it";
        if (problem !== undefined) throw new ApiError(400, "ExecutionNotRedrivable", problem);
        const { redriveDate } = machine.redrive(execution).execution;
        return { redriveDate: new Date(redriveDate!) };
      },
      note: "not of an execution that failed within an inline Map",
    }),
    // https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListMapRuns.html
    ListMapRuns: operation<ListMapRunsInput, ListMapRunsOutput>({
      takes: ["executionArn", "maxResults", "nextToken"],
      permissions: ({ executionArn }) => [{ action: "states:ListMapRuns", resource: executionArn! }],
      answer: ({ input }) => {
        const { machine, execution } = find(input.executionArn);
        const numbered = machine
          .mapRunsOf(execution.arn)
          .map((record, i) => ({ record, key: String(i).padStart(12, "0") }));
        const { items, nextToken } = paged(numbered, ({ key }) => key, input);
        return {
          mapRuns: items.map(({ record }) => ({
            executionArn: record.executionArn,
            mapRunArn: record.arn,
            stateMachineArn: record.stateMachineArn,
            startDate: new Date(record.startDate),
            stopDate: record.stopDate === undefined ? undefined : new Date(record.stopDate),
          })),
          nextToken,
        };
      },
    }),
    // https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html
    DescribeMapRun: operation<DescribeMapRunInput, DescribeMapRunOutput>({
      takes: ["mapRunArn"],
      permissions: ({ mapRunArn }) => [{ action: "states:DescribeMapRun", resource: mapRunArn! }],
      answer: ({ input: { mapRunArn } }) => {
        const { record } = findMapRun(mapRunArn);
        const { arn, executionArn, status, startDate, stopDate, redriveCount, redriveDate } = record;
        return {
          mapRunArn: arn,
          executionArn,
          status,
          startDate: new Date(startDate),
          stopDate: stopDate === undefined ? undefined : new Date(stopDate),
          maxConcurrency: record.maxConcurrency,
          toleratedFailureCount: record.toleratedFailureCount,
          toleratedFailurePercentage: record.toleratedFailurePercentage,
          itemCounts: countsOf(record, "items"),
          executionCounts: countsOf(record, "executions"),
          redriveCount,
          redriveDate: redriveDate === undefined ? undefined : new Date(redriveDate),
        };
      },
    }),
    // https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateMapRun.html
    UpdateMapRun: operation<UpdateMapRunInput, UpdateMapRunOutput>({
      takes: ["mapRunArn", "maxConcurrency", "toleratedFailureCount", "toleratedFailurePercentage"],
      permissions: ({ mapRunArn }) => [{ action: "states:UpdateMapRun", resource: mapRunArn! }],
      answer: ({ input }) => {
        const { machine } = findMapRun(input.mapRunArn);
        const run = machine.runningMap(input.mapRunArn!);
        if (run === undefined) throw new ApiError(400, "ValidationException", "the Map Run has ended");
        const { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = input;
        const change = { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage };
        run.update(Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)));
        return {};
      },
    }),
  } as Record<string, Operation<never>>;
}
