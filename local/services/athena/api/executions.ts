import type {
  BatchGetQueryExecutionInput,
  BatchGetQueryExecutionOutput,
  GetQueryExecutionInput,
  GetQueryExecutionOutput,
  GetQueryRuntimeStatisticsInput,
  GetQueryRuntimeStatisticsOutput,
  ListQueryExecutionsInput,
  ListQueryExecutionsOutput,
  StartQueryExecutionInput,
  StartQueryExecutionOutput,
  StopQueryExecutionInput,
  StopQueryExecutionOutput,
} from "@aws-sdk/client-athena";
import { operation, type ServiceApi } from "../../../api";
import { pageOf } from "../../../api/pages";
import { ACCOUNT } from "../../../core/model";
import { describeQuery } from "../describe-query";
import type { QueryRecord } from "../history";
import type { QueryStart } from "../workgroups";
import { AthenaPermissions, PRIMARY, type AthenaApiServices } from "./context";
import { answered, invalid, pageRequest } from "./refusals";

/** Bytes of a query (https://docs.aws.amazon.com/athena/latest/ug/service-limits.html). */
const QUERY_BYTES = 262_144;

/** Operations on queries. */
export function executionOperations(services: AthenaApiServices): ServiceApi["operations"] {
  const { workgroups } = services;
  const permissions = new AthenaPermissions(services);
  const known = (id: string | undefined): QueryRecord => queryOf(services, id);
  return {
    StartQueryExecution: operation<StartQueryExecutionInput, StartQueryExecutionOutput>({
      takes: [
        "QueryString",
        "ClientRequestToken",
        "QueryExecutionContext",
        "ResultConfiguration",
        "WorkGroup",
        "ExecutionParameters",
        "ResultReuseConfiguration",
      ],
      permissions: ({ WorkGroup }) => permissions.workgroup("StartQueryExecution", WorkGroup),
      answer: ({ input, caller }) => ({
        QueryExecutionId: answered(() => workgroups.start(caller.principal, startOf(input))),
      }),
    }),
    StopQueryExecution: operation<StopQueryExecutionInput, StopQueryExecutionOutput>({
      takes: ["QueryExecutionId"],
      permissions: ({ QueryExecutionId }) => permissions.query("StopQueryExecution", QueryExecutionId),
      answer: ({ input }) => {
        workgroups.stop(known(input.QueryExecutionId).id);
        return {};
      },
    }),
    GetQueryExecution: operation<GetQueryExecutionInput, GetQueryExecutionOutput>({
      takes: ["QueryExecutionId"],
      permissions: ({ QueryExecutionId }) => permissions.query("GetQueryExecution", QueryExecutionId),
      answer: ({ input }) => ({ QueryExecution: describeQuery(known(input.QueryExecutionId)) }),
    }),
    BatchGetQueryExecution: operation<BatchGetQueryExecutionInput, BatchGetQueryExecutionOutput>({
      takes: ["QueryExecutionIds"],
      permissions: ({ QueryExecutionIds = [] }) =>
        QueryExecutionIds.flatMap((id) => permissions.query("BatchGetQueryExecution", id)),
      answer: ({ input: { QueryExecutionIds = [] } }) => {
        const records = QueryExecutionIds.map((id) => ({ id, record: workgroups.query(id) }));
        return {
          QueryExecutions: records.flatMap(({ record }) => (record === undefined ? [] : [describeQuery(record)])),
          UnprocessedQueryExecutionIds: records
            .filter(({ record }) => record === undefined)
            .map(({ id }) => ({
              QueryExecutionId: id,
              ErrorCode: "QUERY_EXECUTION_NOT_FOUND",
              ErrorMessage: `QueryExecution ${id} was not found`,
            })),
        };
      },
    }),
    ListQueryExecutions: operation<ListQueryExecutionsInput, ListQueryExecutionsOutput>({
      takes: ["WorkGroup", "MaxResults", "NextToken"],
      permissions: ({ WorkGroup }) => permissions.workgroup("ListQueryExecutions", WorkGroup),
      answer: ({ input }) => {
        const request = pageRequest(input, { least: 0, most: 50 });
        const { name } = answered(() => workgroups.named(input.WorkGroup ?? PRIMARY));
        const { items, next } = pageOf(workgroups.queriesOf(name), ({ id }) => id, request);
        return { QueryExecutionIds: items.map(({ id }) => id), ...(next !== undefined && { NextToken: next }) };
      },
    }),
    GetQueryRuntimeStatistics: operation<GetQueryRuntimeStatisticsInput, GetQueryRuntimeStatisticsOutput>({
      note: "without stages of the plan, which are DuckDB's",
      takes: ["QueryExecutionId"],
      permissions: ({ QueryExecutionId }) => permissions.query("GetQueryRuntimeStatistics", QueryExecutionId),
      answer: ({ input }) => ({ QueryRuntimeStatistics: runtimeStatistics(known(input.QueryExecutionId)) }),
    }),
  };
}

/** @throws ApiError for an id that no query has */
export function queryOf({ workgroups }: Pick<AthenaApiServices, "workgroups">, id: string | undefined): QueryRecord {
  const record = workgroups.query(id ?? "");
  if (record === undefined) throw invalid(`QueryExecution ${id} was not found`, "QUERY_EXECUTION_NOT_FOUND");
  return record;
}

/** @throws ApiError for what Athena refuses, and for settings that are not executed here */
function startOf(input: StartQueryExecutionInput): QueryStart {
  const { QueryString: sql = "", ClientRequestToken: token, QueryExecutionContext: context = {} } = input;
  const { ResultConfiguration: result = {}, WorkGroup = PRIMARY, ExecutionParameters: parameters } = input;
  if (token === undefined) throw invalid("clientRequestToken is null or empty");
  if (token.length < 32 || token.length > 128)
    throw invalid(
      `1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: Member must have length ${token.length < 32 ? "greater than or equal to 32" : "less than or equal to 128"}`,
    );
  if (Buffer.byteLength(sql) > QUERY_BYTES)
    throw invalid(`The query has ${Buffer.byteLength(sql)} bytes; Athena takes ${QUERY_BYTES}`);
  if (input.ResultReuseConfiguration?.ResultReuseByAgeConfiguration?.Enabled === true)
    throw invalid(
      "ResultReuseByAgeConfiguration is not executed by the local cloud: each query reads its tables anew; set Enabled to false",
    );
  if (result.AclConfiguration !== undefined)
    throw invalid(
      "ResultConfiguration.AclConfiguration is not executed by the local cloud, whose buckets have no ACLs; leave it out",
    );
  if (result.ExpectedBucketOwner !== undefined && result.ExpectedBucketOwner !== ACCOUNT)
    throw invalid(
      `The result bucket belongs to ${ACCOUNT}, not to the ExpectedBucketOwner ${result.ExpectedBucketOwner}`,
    );
  const { EncryptionOption: option, KmsKey: key } = result.EncryptionConfiguration ?? {};
  if (option !== undefined && option !== "SSE_S3" && option !== "SSE_KMS")
    throw invalid(`EncryptionOption ${option} is not executed by the local cloud; SSE_S3 and SSE_KMS are`);
  if (option === "SSE_KMS" && key === undefined) throw invalid("EncryptionOption SSE_KMS needs a KmsKey");
  return {
    sql,
    token,
    workgroup: WorkGroup,
    ...(context.Database !== undefined && { database: context.Database }),
    ...(context.Catalog !== undefined && { catalog: context.Catalog }),
    ...(result.OutputLocation !== undefined && { outputLocation: result.OutputLocation }),
    ...(option !== undefined && { encryption: { option, ...(key !== undefined && { key }) } }),
    ...(parameters !== undefined && { parameters }),
  };
}

/** Stages of the plan are not told: DuckDB has others than Athena. */
function runtimeStatistics({
  queuedMs,
  engineMs,
  scannedBytes,
  rows,
}: QueryRecord): GetQueryRuntimeStatisticsOutput["QueryRuntimeStatistics"] {
  return {
    Timeline: {
      QueryQueueTimeInMillis: queuedMs,
      ServicePreProcessingTimeInMillis: 0,
      QueryPlanningTimeInMillis: 0,
      EngineExecutionTimeInMillis: engineMs,
      ServiceProcessingTimeInMillis: 0,
      TotalExecutionTimeInMillis: queuedMs + engineMs,
    },
    Rows: { InputBytes: scannedBytes, OutputRows: rows },
  };
}
