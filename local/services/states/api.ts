import type {
  DescribeExecutionInput,
  DescribeExecutionOutput,
  DescribeStateMachineForExecutionInput,
  DescribeStateMachineForExecutionOutput,
  DescribeStateMachineInput,
  DescribeStateMachineOutput,
  GetExecutionHistoryInput,
  GetExecutionHistoryOutput,
  HistoryEvent as ApiEvent,
  ListExecutionsInput,
  ListExecutionsOutput,
  ListStateMachinesInput,
  ListStateMachinesOutput,
  StartExecutionInput,
  StartExecutionOutput,
} from "@aws-sdk/client-sfn";
import { ApiError, operation, type ServiceApi } from "../../api";
import { ofType, TYPES, type Properties, type Resource } from "../../core/model";
import { mapRunOperations } from "./map-run-api";
import { paged } from "./paged";
import type { Execution, HistoryEvent } from "./types";
import type { StateMachine } from "./machine";
import { StartRefused } from "./start-refused";

/** What the API of Step Functions works on. */
export interface StateServices {
  /** by ARN */
  machines: ReadonlyMap<string, StateMachine>;
  resources: readonly Resource[];
}

/** Step Functions: machines as declared, and their executions. */
export function statesApi(services: StateServices): ServiceApi {
  const machineOf = (arn: string | undefined): StateMachine => {
    const found = services.machines.get(arn ?? "");
    if (found === undefined)
      throw new ApiError(400, "StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
    return found;
  };
  const findMapRun = (arn: string | undefined) => {
    const match = /^(arn:[^:]+:states:[^:]+:\d+):mapRun:([^:/]+)\/[^:]+:[^:]+$/.exec(arn ?? "");
    const machine = match === null ? undefined : services.machines.get(`${match[1]}:stateMachine:${match[2]}`);
    const record = machine?.mapRun(arn!);
    if (machine === undefined || record === undefined)
      throw new ApiError(400, "ResourceNotFound", `Resource not found: '${arn}'`);
    return { machine, record };
  };
  const find = (arn: string | undefined) => {
    const match = /^(arn:[^:]+:states:[^:]+:\d+):execution:([^:/]+)(\/[^:]+)?:([^:]+)$/.exec(arn ?? "");
    const machine = match === null ? undefined : services.machines.get(`${match[1]}:stateMachine:${match[2]}`);
    const found =
      match === null
        ? undefined
        : match[3] === undefined
          ? machine?.execution(match[4]!)
          : machine?.childExecution(arn!);
    if (machine === undefined || found === undefined)
      throw new ApiError(400, "ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
    return { machine, ...found };
  };
  return {
    service: "states",
    operations: {
      ListStateMachines: operation<ListStateMachinesInput, ListStateMachinesOutput>({
        takes: ["maxResults", "nextToken"],
        permissions: () => [{ action: "states:ListStateMachines", resource: "*" }],
        answer: ({ input }) => {
          const all = [...services.machines.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
          const { items, nextToken } = paged(all, ({ name }) => name, input);
          const stateMachines = items.map(({ arn, name }) => ({
            stateMachineArn: arn,
            name,
            type: "STANDARD" as const,
            creationDate: new Date(0),
          }));
          return { stateMachines, nextToken };
        },
        note: "`creationDate` is 1970",
      }),
      DescribeStateMachine: operation<DescribeStateMachineInput, DescribeStateMachineOutput>({
        takes: ["stateMachineArn"],
        permissions: ({ stateMachineArn }) => [{ action: "states:DescribeStateMachine", resource: stateMachineArn! }],
        answer: ({ input: { stateMachineArn } }) => described(services, machineOf(stateMachineArn)),
        note: "`creationDate` is 1970",
      }),
      DescribeStateMachineForExecution: operation<
        DescribeStateMachineForExecutionInput,
        DescribeStateMachineForExecutionOutput
      >({
        takes: ["executionArn"],
        permissions: ({ executionArn }) => [
          { action: "states:DescribeStateMachineForExecution", resource: executionArn! },
        ],
        answer: ({ input: { executionArn } }) => {
          const { stateMachineArn, name, definition, roleArn } = described(services, find(executionArn).machine);
          return { stateMachineArn, name, definition, roleArn, updateDate: new Date(0) };
        },
        note: "the definition is today's",
      }),
      StartExecution: operation<StartExecutionInput, StartExecutionOutput>({
        takes: ["stateMachineArn", "name", "input"],
        // Decided where every other start is.
        permissions: () => [],
        answer: ({ input: { stateMachineArn, name, input = "{}" }, caller }) => {
          const machine = machineOf(stateMachineArn);
          if (name !== undefined && !/^[\w-]{1,80}$/.test(name))
            throw new ApiError(400, "InvalidName", `Invalid Name: '${name}'`);
          const known = name === undefined ? undefined : machine.execution(name)?.execution;
          if (known?.status === "RUNNING" && JSON.stringify(known.input) === JSON.stringify(parsed(input)))
            return { executionArn: known.arn, startDate: new Date(known.startDate) };
          if (known !== undefined)
            throw new ApiError(400, "ExecutionAlreadyExists", `Execution Already Exists: '${known.arn}'`);
          try {
            const { execution } = machine.start(caller.principal, parsed(input), name);
            return { executionArn: execution.arn, startDate: new Date(execution.startDate) };
          } catch (error) {
            if (error instanceof StartRefused)
              throw new ApiError(
                400,
                "AccessDeniedException",
                error.message.replace(/^AccessDeniedException: /, "User: "),
              );
            throw error;
          }
        },
      }),
      DescribeExecution: operation<DescribeExecutionInput, DescribeExecutionOutput>({
        takes: ["executionArn"],
        permissions: ({ executionArn }) => [{ action: "states:DescribeExecution", resource: executionArn! }],
        answer: ({ input: { executionArn } }) => {
          const { machine, execution } = find(executionArn);
          return {
            ...listed(execution, machine),
            input: JSON.stringify(execution.input),
            output: execution.output === undefined ? undefined : JSON.stringify(execution.output),
            error: execution.error,
            cause: execution.cause,
            mapRunArn: execution.mapRunArn,
            ...redriveOf(execution, machine),
          };
        },
      }),
      ListExecutions: operation<ListExecutionsInput, ListExecutionsOutput>({
        takes: ["stateMachineArn", "mapRunArn", "statusFilter", "maxResults", "nextToken"],
        permissions: ({ stateMachineArn, mapRunArn }) => [
          { action: "states:ListExecutions", resource: stateMachineArn ?? mapRunArn ?? "*" },
        ],
        answer: ({ input }) => {
          const ofMap = input.mapRunArn === undefined ? undefined : findMapRun(input.mapRunArn);
          const machine = ofMap?.machine ?? machineOf(input.stateMachineArn);
          const all = ofMap?.record.children.flatMap(({ execution }) => execution ?? []).reverse();
          const found = (all ?? machine.executions()).filter(
            ({ status }) => input.statusFilter === undefined || status === input.statusFilter,
          );
          // The newest first: their numbers fall, so the key counts from the oldest.
          const numbered = found.map((execution, i) => ({ execution, key: String(i).padStart(12, "0") }));
          const { items, nextToken } = paged(numbered, ({ key }) => key, input);
          return { executions: items.map(({ execution }) => listed(execution, machine)), nextToken };
        },
      }),
      GetExecutionHistory: operation<GetExecutionHistoryInput, GetExecutionHistoryOutput>({
        takes: ["executionArn", "maxResults", "reverseOrder", "nextToken", "includeExecutionData"],
        permissions: ({ executionArn }) => [{ action: "states:GetExecutionHistory", resource: executionArn! }],
        answer: ({ input }) => {
          const { events } = find(input.executionArn);
          const all = events.map((event, i) => eventOf(event, i + 1, input.includeExecutionData !== false));
          if (input.reverseOrder === true) all.reverse();
          const numbered = all.map((event, i) => ({ event, key: String(i).padStart(12, "0") }));
          const { items, nextToken } = paged(numbered, ({ key }) => key, input);
          return { events: items.map(({ event }) => event), nextToken };
        },
        note: "events of executions, states, tasks and Map Runs; a state inside an inline Map has no iteration events",
      }),
      ...mapRunOperations({ find, findMapRun }),
    },
  };
}

/** What DescribeExecution says of a redrive. */
function redriveOf(execution: Execution, machine: StateMachine) {
  // Executions of a Map Run are redriven with it.
  const reason = execution.mapRunArn === undefined ? machine.redriveProblem(execution) : undefined;
  const byMap = execution.mapRunArn !== undefined && execution.status !== "SUCCEEDED" && execution.status !== "RUNNING";
  return {
    redriveCount: execution.redriveCount ?? 0,
    redriveDate: execution.redriveDate === undefined ? undefined : new Date(execution.redriveDate),
    redriveStatus: byMap
      ? ("REDRIVABLE_BY_MAP_RUN" as const)
      : reason === undefined && execution.mapRunArn === undefined
        ? ("REDRIVABLE" as const)
        : ("NOT_REDRIVABLE" as const),
    redriveStatusReason: reason,
  };
}

function described({ resources }: StateServices, { arn, name }: StateMachine) {
  const { inputs } = ofType(resources, TYPES.stateMachine).find(({ outputs }) => outputs.arn === arn)!;
  const logging = inputs.loggingConfiguration as Properties | undefined;
  return {
    stateMachineArn: arn,
    name,
    status: "ACTIVE" as const,
    definition: inputs.definition as string,
    roleArn: inputs.roleArn as string,
    type: "STANDARD" as const,
    creationDate: new Date(0),
    loggingConfiguration: {
      level: logging?.level ?? "OFF",
      includeExecutionData: logging?.includeExecutionData ?? false,
      destinations:
        logging?.logDestination === undefined
          ? undefined
          : [{ cloudWatchLogsLogGroup: { logGroupArn: logging.logDestination as string } }],
    },
  };
}

function listed({ arn, name, status, startDate, stopDate }: Execution, machine: StateMachine) {
  return {
    executionArn: arn,
    stateMachineArn: machine.arn,
    name,
    status,
    startDate: new Date(startDate),
    stopDate: stopDate === undefined ? undefined : new Date(stopDate),
  };
}

/** The details of an event stand in a member that its type names. */
function eventOf(event: HistoryEvent, id: number, withData: boolean): ApiEvent {
  const { type, timestamp, name, error, cause } = event;
  const text = (value: unknown): string | undefined =>
    !withData || value === undefined ? undefined : JSON.stringify(value);
  const [input, output] = [text(event.input), text(event.output)];
  const details: Omit<ApiEvent, "id" | "timestamp" | "type"> = type.endsWith("StateEntered")
    ? { stateEnteredEventDetails: { name, input } }
    : type.endsWith("StateExited")
      ? { stateExitedEventDetails: { name, output } }
      : type === "ExecutionStarted"
        ? { executionStartedEventDetails: { input } }
        : type === "ExecutionSucceeded"
          ? { executionSucceededEventDetails: { output } }
          : type === "ExecutionFailed"
            ? { executionFailedEventDetails: { error, cause } }
            : type === "MapRunStarted"
              ? { mapRunStartedEventDetails: { mapRunArn: name } }
              : type === "MapRunRedriven"
                ? { mapRunRedrivenEventDetails: { mapRunArn: name } }
                : type === "MapRunFailed"
                  ? { mapRunFailedEventDetails: { error, cause } }
                  : type === "MapRunSucceeded" || type === "MapRunAborted" || type === "ExecutionRedriven"
                    ? {}
                    : type === "ExecutionAborted"
                      ? { executionAbortedEventDetails: { error, cause } }
                      : type === "ExecutionTimedOut"
                        ? { executionTimedOutEventDetails: { error, cause } }
                        : type === "TaskScheduled"
                          ? {
                              taskScheduledEventDetails: {
                                resourceType: name,
                                resource: name,
                                region: "",
                                parameters: input,
                              },
                            }
                          : type === "TaskSucceeded"
                            ? { taskSucceededEventDetails: { resourceType: name, resource: name, output } }
                            : { taskFailedEventDetails: { resourceType: name, resource: name, error, cause } };
  return { id, previousEventId: id - 1, timestamp: new Date(timestamp), type: type as ApiEvent["type"], ...details };
}

function parsed(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    throw new ApiError(400, "InvalidExecutionInput", `Invalid State Machine Execution Input: '${input.slice(0, 200)}'`);
  }
}
