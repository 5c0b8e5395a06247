import { createHash } from "node:crypto";
import type {
  Architecture,
  EventSourceMappingConfiguration,
  FunctionConfiguration,
  Runtime,
} from "@aws-sdk/client-lambda";
import type { Properties, Resource } from "../../core/model";
import type { LambdaFunction } from "./function";

/** A function as GetFunctionConfiguration says it. https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
export function describeFunction({ resource, name, arn }: LambdaFunction, qualified: boolean): FunctionConfiguration {
  const { inputs, outputs } = resource;
  const logging: Properties = inputs.loggingConfig ?? {};
  const files = JSON.stringify(inputs.code?.files ?? {});
  const variables: Record<string, string> | undefined = inputs.environment?.variables;
  return {
    FunctionName: name,
    FunctionArn: qualified ? `${arn}:$LATEST` : arn,
    Runtime: inputs.runtime as Runtime,
    Role: inputs.role,
    Handler: inputs.handler,
    CodeSize: Buffer.byteLength(files),
    Description: inputs.description ?? "",
    Timeout: inputs.timeout ?? 3,
    MemorySize: inputs.memorySize ?? 128,
    CodeSha256: outputs.codeSha256 ?? createHash("sha256").update(files).digest("base64"),
    Version: "$LATEST",
    ...(variables === undefined ? {} : { Environment: { Variables: variables } }),
    ...(inputs.deadLetterConfig === undefined
      ? {}
      : { DeadLetterConfig: { TargetArn: inputs.deadLetterConfig.targetArn } }),
    TracingConfig: { Mode: "PassThrough" },
    State: "Active",
    LastUpdateStatus: "Successful",
    PackageType: "Zip",
    Architectures: (inputs.architectures ?? ["x86_64"]) as Architecture[],
    EphemeralStorage: { Size: 512 },
    LoggingConfig: {
      LogFormat: logging.logFormat ?? "Text",
      LogGroup: logging.logGroup ?? `/aws/lambda/${name}`,
      ApplicationLogLevel: logging.applicationLogLevel,
      SystemLogLevel: logging.systemLogLevel,
    },
  };
}

/** What the API needs of an event source mapping. */
export interface MappingView {
  readonly uuid: string;
  readonly resource: Resource;
  readonly lambda: { readonly arn: string; readonly name: string };
  readonly sourceArn: string;
  readonly lastResult: string;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_EventSourceMappingConfiguration.html */
export function describeMapping(
  mapping: MappingView,
  region: string,
  account: string,
): EventSourceMappingConfiguration {
  const { inputs } = mapping.resource;
  const isStream = mapping.sourceArn.startsWith("arn:aws:kinesis:");
  const filters: Properties[] = inputs.filterCriteria?.filters ?? [];
  const failures: string | undefined = inputs.destinationConfig?.onFailure?.destinationArn;
  const time: string | undefined = inputs.startingPositionTimestamp;
  return {
    UUID: mapping.uuid,
    EventSourceMappingArn: `arn:aws:lambda:${region}:${account}:event-source-mapping:${mapping.uuid}`,
    EventSourceArn: mapping.sourceArn,
    FunctionArn: mapping.lambda.arn,
    State: inputs.enabled === false ? "Disabled" : "Enabled",
    StateTransitionReason: "User action",
    LastProcessingResult: mapping.lastResult,
    BatchSize: inputs.batchSize ?? (isStream ? 100 : 10),
    MaximumBatchingWindowInSeconds: inputs.maximumBatchingWindowInSeconds ?? 0,
    FunctionResponseTypes: inputs.functionResponseTypes ?? [],
    ...(filters.length === 0
      ? {}
      : { FilterCriteria: { Filters: filters.map(({ pattern }) => ({ Pattern: pattern as string })) } }),
    ...(isStream
      ? {
          StartingPosition: inputs.startingPosition,
          ...(time === undefined ? {} : { StartingPositionTimestamp: new Date(time) }),
          ParallelizationFactor: inputs.parallelizationFactor ?? 1,
          BisectBatchOnFunctionError: inputs.bisectBatchOnFunctionError === true,
          MaximumRetryAttempts: inputs.maximumRetryAttempts ?? -1,
          MaximumRecordAgeInSeconds: inputs.maximumRecordAgeInSeconds ?? -1,
          TumblingWindowInSeconds: 0,
          DestinationConfig: failures === undefined ? {} : { OnFailure: { Destination: failures } },
        }
      : {}),
  };
}

/** The resource policy of a function, as its permissions make it; undefined if it has none. */
export function resourcePolicy(permissions: readonly Properties[], arn: string): string | undefined {
  if (permissions.length === 0) return undefined;
  const Statement = permissions.map(({ statementId, action, principal, sourceArn, sourceAccount }) => ({
    Sid: statementId as string,
    Effect: "Allow",
    Principal: String(principal).includes(".amazonaws.com")
      ? { Service: principal as string }
      : { AWS: principal as string },
    Action: action as string,
    Resource: arn,
    ...(sourceArn === undefined && sourceAccount === undefined
      ? {}
      : {
          Condition: {
            ...(sourceAccount === undefined ? {} : { StringEquals: { "AWS:SourceAccount": sourceAccount as string } }),
            ...(sourceArn === undefined ? {} : { ArnLike: { "AWS:SourceArn": sourceArn as string } }),
          },
        }),
  }));
  return JSON.stringify({ Version: "2012-10-17", Id: "default", Statement });
}
