import type { ColumnInfo, GetQueryResultsInput, GetQueryResultsOutput } from "@aws-sdk/client-athena";
import { ApiError, operation, type ServiceApi } from "../../../api";
import { notAuthorized } from "../../../core/access-denied";
import type { Iam } from "../../../iam";
import { fileOf } from "../../s3/key-files";
import { parseS3Url } from "../../s3/location";
import type { QueryRecord } from "../history";
import type { ResultColumn } from "../result-columns";
import { readPage } from "../result-pages";
import { AthenaPermissions, type AthenaApiServices } from "./context";
import { queryOf } from "./executions";
import { invalid, pageRequest } from "./refusals";

/** Rows of a page, the names of the columns among them (https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html). */
const MOST_ROWS = 1000;

/** Results of queries. */
export function resultOperations(services: AthenaApiServices): ServiceApi["operations"] {
  const permissions = new AthenaPermissions(services);
  return {
    GetQueryResults: operation<GetQueryResultsInput, GetQueryResultsOutput>({
      note: "at most 1,000 rows a page, the names of the columns among them; QueryResultType DATA_MANIFEST is refused",
      takes: ["QueryExecutionId", "MaxResults", "NextToken", "QueryResultType"],
      // Athena reads the result from S3 as its caller.
      permissions: ({ QueryExecutionId }) => [
        ...permissions.query("GetQueryResults", QueryExecutionId),
        ...objectPermission(services, QueryExecutionId),
      ],
      answer: ({ input }) => results(services, input),
    }),
  };
}

/** Where results are. */
type ResultServices = Pick<AthenaApiServices, "workgroups" | "s3">;

/** What decides whether a service may read them for a role. */
interface RoleServices extends ResultServices {
  iam: Iam;
  region: string;
}

/**
 * GetQueryResults of a role that a service calls Athena with.
 * @throws ApiError
 */
export function readResults(
  services: RoleServices,
  principal: string,
  input: GetQueryResultsInput,
): GetQueryResultsOutput {
  const { QueryExecutionId } = input;
  const needed = [
    ...new AthenaPermissions(services).query("GetQueryResults", QueryExecutionId),
    ...objectPermission(services, QueryExecutionId),
  ];
  for (const { action, resource } of needed) {
    const { allowed, decidedBy } = services.iam.check({ principal, action, resource });
    if (!allowed)
      throw new ApiError(400, "AccessDeniedException", notAuthorized(principal, action, resource, decidedBy));
  }
  return results(services, input);
}

function objectPermission(
  { workgroups }: Pick<AthenaApiServices, "workgroups">,
  id: string | undefined,
): { action: string; resource: string }[] {
  const record = workgroups.query(id ?? "");
  if (record === undefined || record.state !== "SUCCEEDED" || record.kind.form === "files") return [];
  return [{ action: "s3:GetObject", resource: `arn:aws:s3:::${record.output.slice("s3://".length)}` }];
}

/** Checks are made in the order in which Athena makes them (measured: https://github.com/aoyagikouhei/athena-local). */
function results(services: ResultServices, input: GetQueryResultsInput): GetQueryResultsOutput {
  const { size, token } = pageRequest(input, { most: 100_000, usual: MOST_ROWS });
  const record = queryOf(services, input.QueryExecutionId);
  if (size > MOST_ROWS) throw invalid(`MaxResults is more than maximum allowed length ${MOST_ROWS}`);
  if (input.QueryResultType === "DATA_MANIFEST")
    throw invalid(
      "QueryResultType DATA_MANIFEST is not executed by the local cloud; DataManifestLocation of GetQueryExecution names the manifest",
    );
  checkState(record);
  const { kind, id, rows } = record;
  const metadata = { ColumnInfo: record.columns.map(columnInfo) };
  if (kind.form === "files") return { UpdateCount: rows, ResultSet: { Rows: [], ResultSetMetadata: metadata } };
  const from = token === undefined ? 0 : byteOf(token, id);
  if (from === undefined) throw invalid(`Malformed nextPageToken ${token}`);
  const page = readPage(resultFile(services, record), kind.form, from, size);
  return {
    // Only what has columns counts its rows.
    ...(record.columns.length > 0 &&
      kind.subtype !== "EXPLAIN" &&
      kind.subtype !== "DESCRIBE_TABLE" && { UpdateCount: 0 }),
    ResultSet: {
      Rows: page.rows.map((values) => ({
        Data: values.map((value) => (value === undefined ? {} : { VarCharValue: value })),
      })),
      ResultSetMetadata: metadata,
    },
    ...(page.next !== undefined && { NextToken: tokenOf(page.next, id) }),
  };
}

/** @throws ApiError for a query that has no result */
function checkState({ state }: QueryRecord): void {
  if (state === "SUCCEEDED") return;
  if (state === "CANCELLED") throw invalid("Could not find results", "RESULT_NOT_FOUND");
  throw invalid(
    state === "FAILED"
      ? `Query did not finish successfully. Final query state: ${state}`
      : `Query has not yet finished. Current state: ${state}`,
    "INVALID_QUERY_EXECUTION_STATE",
  );
}

/** @throws ApiError when the result has been deleted */
function resultFile({ s3 }: Pick<AthenaApiServices, "s3">, { output }: QueryRecord): string {
  const { bucket, prefix: key } = parseS3Url(output);
  if (!s3.exists(bucket, key)) throw invalid("Could not find results", "RESULT_NOT_FOUND");
  return fileOf(s3.folder(bucket), key);
}

function columnInfo({ name, type, precision, scale, caseSensitive }: ResultColumn): ColumnInfo {
  return {
    CatalogName: "hive",
    SchemaName: "",
    TableName: "",
    Name: name,
    Label: name,
    Type: type,
    Precision: precision,
    Scale: scale,
    Nullable: "UNKNOWN",
    CaseSensitive: caseSensitive,
  };
}

const tokenOf = (byte: number, id: string): string => Buffer.from(`${id}:${byte}`).toString("base64");

function byteOf(token: string, id: string): number | undefined {
  const text = Buffer.from(token, "base64").toString("utf8");
  const byte = text.startsWith(`${id}:`) ? Number(text.slice(id.length + 1)) : NaN;
  return Number.isSafeInteger(byte) && tokenOf(byte, id) === token ? byte : undefined;
}
