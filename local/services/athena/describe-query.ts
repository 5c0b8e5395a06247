import type { QueryExecution } from "@aws-sdk/client-athena";
import type { QueryRecord } from "./history";
import { ENGINE_VERSION } from "./settings";

/**
 * A query as GetQueryExecution gives it. Athena returns the catalog in lower case, and what a request left out is left out
 * (measured: https://github.com/aoyagikouhei/athena-local).
 * @see https://docs.aws.amazon.com/athena/latest/APIReference/API_QueryExecution.html
 */
export function describeQuery(record: QueryRecord): QueryExecution {
  const { id, sql, kind, output, encryption, database, catalog, workgroup, parameters } = record;
  return {
    QueryExecutionId: id,
    Query: sql,
    StatementType: kind.type,
    ...(kind.subtype !== undefined && { SubstatementType: kind.subtype }),
    ResultConfiguration: {
      OutputLocation: output,
      ...(encryption !== undefined && {
        EncryptionConfiguration: {
          EncryptionOption: encryption.option as "SSE_S3",
          ...(encryption.key !== undefined && { KmsKey: encryption.key }),
        },
      }),
    },
    ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: false } },
    QueryExecutionContext: {
      ...(database !== undefined && { Database: database }),
      ...(catalog !== undefined && { Catalog: catalog.toLowerCase() }),
    },
    Status: statusOf(record),
    Statistics: statisticsOf(record),
    WorkGroup: workgroup,
    EngineVersion: { SelectedEngineVersion: "AUTO", EffectiveEngineVersion: ENGINE_VERSION },
    ...(parameters !== undefined && { ExecutionParameters: parameters }),
  };
}

function statusOf({ state, reason, error, submitted, completed }: QueryRecord): QueryExecution["Status"] {
  return {
    State: state,
    ...(reason !== undefined && { StateChangeReason: reason }),
    SubmissionDateTime: new Date(submitted),
    ...(completed !== undefined && { CompletionDateTime: new Date(completed) }),
    ...(error !== undefined && {
      AthenaError: { ErrorCategory: error.category, ErrorType: error.type, Retryable: false, ErrorMessage: reason },
    }),
  };
}

function statisticsOf({ queuedMs, engineMs, scannedBytes, manifest }: QueryRecord): QueryExecution["Statistics"] {
  return {
    EngineExecutionTimeInMillis: engineMs,
    DataScannedInBytes: scannedBytes,
    ...(manifest !== undefined && { DataManifestLocation: manifest }),
    TotalExecutionTimeInMillis: queuedMs + engineMs,
    QueryQueueTimeInMillis: queuedMs,
    ServicePreProcessingTimeInMillis: 0,
    QueryPlanningTimeInMillis: 0,
    ServiceProcessingTimeInMillis: 0,
    ResultReuseInformation: { ReusedPreviousResult: false },
  };
}
