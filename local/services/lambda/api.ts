import type {
  EventSourceMappingConfiguration,
  FunctionConfiguration,
  GetEventSourceMappingRequest,
  GetFunctionConfigurationRequest,
  GetFunctionRequest,
  GetFunctionResponse,
  GetPolicyRequest,
  GetPolicyResponse,
  InvocationRequest,
  InvocationResponse,
  ListEventSourceMappingsRequest,
  ListEventSourceMappingsResponse,
  ListFunctionsRequest,
  ListFunctionsResponse,
} from "@aws-sdk/client-lambda";
import { ApiError, operation, type Operation, type Permission, type ServiceApi } from "../../api";
import { ACCOUNT } from "../../core/model";
import type { Iam } from "../../iam";
import type { AsyncEvents } from "./async-events";
import { describeFunction, describeMapping, resourcePolicy, type MappingView } from "./describe";
import type { Invocation, LambdaFunction } from "./function";

/** Bytes of an event that is processed later. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const ASYNC_BYTES = 1024 * 1024;

/** The parts of a stack that Lambda's API shows. */
export interface LambdaServices {
  region: string;
  iam: Iam;
  /** by name */
  functions: ReadonlyMap<string, LambdaFunction>;
  /** by name of the function */
  asyncEvents: ReadonlyMap<string, AsyncEvents>;
  mappings: readonly MappingView[];
}

interface Target {
  name: string;
  qualifier: string | undefined;
}

/**
 * The API of Lambda: functions and event source mappings as they are declared, and Invoke.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
 */
export function lambdaApi(services: LambdaServices): ServiceApi {
  return { service: "lambda", operations: { ...functionOperations(services), ...mappingOperations(services) } };
}

function functionOperations(services: LambdaServices): Record<string, Operation<never>> {
  const { region } = services;
  const target = (input: { FunctionName?: string | undefined; Qualifier?: string | undefined }): Target =>
    targetOf(input.FunctionName, input.Qualifier, region);
  const arnOf = ({ name, qualifier }: Target): string =>
    `arn:aws:lambda:${region}:${ACCOUNT}:function:${name}${qualifier === undefined ? "" : `:${qualifier}`}`;
  const on = (action: string, input: Parameters<typeof target>[0]): Permission[] => [
    { action: `lambda:${action}`, resource: arnOf(target(input)) },
  ];
  const find = (wanted: Target): LambdaFunction => {
    const found = services.functions.get(wanted.name);
    if (found !== undefined && (wanted.qualifier ?? "$LATEST") === "$LATEST") return found;
    throw notFound(`Function not found: ${arnOf(wanted)}`);
  };
  const configuration = (wanted: Target): FunctionConfiguration =>
    describeFunction(find(wanted), wanted.qualifier !== undefined);
  return {
    ListFunctions: operation<ListFunctionsRequest, ListFunctionsResponse>({
      takes: ["Marker", "MaxItems"],
      ignores: { FunctionVersion: "functions have no versions here, so that ALL lists the same" },
      permissions: () => [{ action: "lambda:ListFunctions", resource: "*" }],
      answer: ({ input }) => {
        const all = [...services.functions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
        const { items, NextMarker } = page(all, ({ name }) => name, input, 50);
        return { Functions: items.map((each) => describeFunction(each, false)), NextMarker };
      },
    }),
    GetFunction: operation<GetFunctionRequest, GetFunctionResponse>({
      takes: ["FunctionName", "Qualifier"],
      note: "without a location of the code",
      permissions: (input) => on("GetFunction", input),
      answer: ({ input }) => {
        const tags = find(target(input)).resource.inputs.tags as Record<string, string> | undefined;
        return {
          Configuration: configuration(target(input)),
          Code: { RepositoryType: "S3" },
          ...(tags === undefined ? {} : { Tags: tags }),
        };
      },
    }),
    GetFunctionConfiguration: operation<GetFunctionConfigurationRequest, FunctionConfiguration>({
      takes: ["FunctionName", "Qualifier"],
      permissions: (input) => on("GetFunctionConfiguration", input),
      answer: ({ input }) => configuration(target(input)),
    }),
    GetPolicy: operation<GetPolicyRequest, GetPolicyResponse>({
      takes: ["FunctionName", "Qualifier"],
      permissions: (input) => on("GetPolicy", input),
      answer: ({ input }) => {
        const { name, arn } = find(target(input));
        const Policy = resourcePolicy(services.iam.functionPermissions(name, arn), arn);
        if (Policy === undefined) throw notFound("The resource you requested does not exist.");
        return { Policy };
      },
    }),
    Invoke: operation<InvocationRequest, InvocationResponse>({
      takes: ["FunctionName", "Qualifier", "InvocationType", "LogType", "Payload"],
      permissions: (input) => [{ action: "lambda:InvokeFunction", resource: arnOf(target(input)) }],
      answer: async ({ input, requestId }) => {
        const wanted = target(input);
        const lambda = find(wanted);
        const event = Buffer.from(input.Payload ?? []).toString("utf8");
        checkJson(event);
        switch (input.InvocationType ?? "RequestResponse") {
          case "DryRun":
            return { StatusCode: 204 };
          case "Event": {
            const bytes = Buffer.byteLength(event);
            if (bytes > ASYNC_BYTES)
              throw new ApiError(
                413,
                "RequestTooLargeException",
                `${bytes} byte payload is too large for the Event invocation type (limit ${ASYNC_BYTES} bytes)`,
              );
            services.asyncEvents.get(lambda.name)!.accept(arnOf(wanted), event === "" ? "{}" : event, requestId);
            return { StatusCode: 202 };
          }
          default: {
            const invocation = await lambda.call(arnOf(wanted), event === "" ? "{}" : event, { requestId });
            return { ...answerOf(invocation), ...(input.LogType === "Tail" ? { LogResult: tailOf(invocation) } : {}) };
          }
        }
      },
    }),
  };
}

function mappingOperations({ region, mappings }: LambdaServices): Record<string, Operation<never>> {
  const describe = (mapping: MappingView): EventSourceMappingConfiguration => describeMapping(mapping, region, ACCOUNT);
  return {
    ListEventSourceMappings: operation<ListEventSourceMappingsRequest, ListEventSourceMappingsResponse>({
      takes: ["EventSourceArn", "FunctionName", "Marker", "MaxItems"],
      permissions: () => [{ action: "lambda:ListEventSourceMappings", resource: "*" }],
      answer: ({ input }) => {
        const name =
          input.FunctionName === undefined ? undefined : targetOf(input.FunctionName, undefined, region).name;
        const found = mappings
          .filter(({ sourceArn }) => input.EventSourceArn === undefined || sourceArn === input.EventSourceArn)
          .filter(({ lambda }) => name === undefined || lambda.name === name)
          .sort((a, b) => (a.uuid < b.uuid ? -1 : 1));
        const { items, NextMarker } = page(found, ({ uuid }) => uuid, input, 100);
        return { EventSourceMappings: items.map(describe), NextMarker };
      },
    }),
    GetEventSourceMapping: operation<GetEventSourceMappingRequest, EventSourceMappingConfiguration>({
      takes: ["UUID"],
      permissions: ({ UUID }) => [
        {
          action: "lambda:GetEventSourceMapping",
          resource: `arn:aws:lambda:${region}:${ACCOUNT}:event-source-mapping:${UUID}`,
        },
      ],
      answer: ({ input }) => {
        const found = mappings.find(({ uuid }) => uuid === input.UUID);
        if (found === undefined) throw notFound("The resource you requested does not exist.");
        return describe(found);
      },
    }),
  };
}

/** A page of a list; its marker is the last name of it. */
function page<T>(
  all: readonly T[],
  nameOf: (item: T) => string,
  input: { Marker?: string | undefined; MaxItems?: number | undefined },
  most: number,
): { items: T[]; NextMarker?: string } {
  const max = input.MaxItems ?? most;
  if (!(max >= 1 && max <= 10_000))
    throw new ApiError(400, "InvalidParameterValueException", `MaxItems is ${max}; it is 1 to 10000`, { Type: "User" });
  const left = all.filter((item) => nameOf(item) > (input.Marker ?? ""));
  const items = left.slice(0, Math.min(max, most));
  return left.length > items.length ? { items, NextMarker: nameOf(items.at(-1)!) } : { items };
}

/** A function is named by its name, its ARN or a part of it, with its qualifier or without. @throws ApiError */
function targetOf(text: string | undefined, qualifier: string | undefined, region: string): Target {
  const match =
    /^(?:arn:aws:lambda:([^:]+):)?(?:(\d{12}):)?(?:function:)?([a-zA-Z0-9_-]{1,64})(?::([a-zA-Z0-9$_-]+))?$/.exec(
      text ?? "",
    );
  if (match === null)
    throw new ApiError(400, "InvalidParameterValueException", `${text} is neither the name nor the ARN of a function`, {
      Type: "User",
    });
  const [, place, account, name, ownQualifier] = match;
  if ((place ?? region) !== region || (account ?? ACCOUNT) !== ACCOUNT) throw notFound(`Function not found: ${text}`);
  return { name: name!, qualifier: qualifier ?? ownQualifier };
}

function notFound(message: string): ApiError {
  return new ApiError(404, "ResourceNotFoundException", message, { Type: "User" });
}

function checkJson(event: string): void {
  if (event === "") return;
  try {
    JSON.parse(event);
  } catch (error) {
    throw new ApiError(
      400,
      "InvalidRequestContentException",
      `Could not parse request body into json: ${(error as Error).message}`,
      { Type: "User" },
    );
  }
}

/** Lambda answers 200 and says beside the payload that it is an error. */
function answerOf(invocation: Invocation): InvocationResponse {
  const payload = invocation.ok
    ? invocation.payload
    : JSON.stringify({ errorType: invocation.errorType, errorMessage: invocation.errorMessage });
  return {
    StatusCode: 200,
    ExecutedVersion: "$LATEST",
    Payload: Buffer.from(payload) as unknown as InvocationResponse["Payload"],
    ...(invocation.ok ? {} : { FunctionError: "Unhandled" }),
  };
}

function tailOf({ log = "" }: Invocation): string {
  return Buffer.from(log).toString("base64");
}
