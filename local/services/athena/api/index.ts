import type { ServiceApi } from "../../../api";
import { catalogOperations } from "./catalogs";
import type { AthenaApiServices } from "./context";
import { executionOperations } from "./executions";
import { namedQueryOperations } from "./named-queries";
import { preparedStatementOperations } from "./prepared-statements";
import { resultOperations } from "./results";
import { workgroupOperations } from "./workgroups";

/** The operations of Athena (https://docs.aws.amazon.com/athena/latest/APIReference/API_Operations.html). */
export function athenaApi(services: AthenaApiServices): ServiceApi {
  return {
    service: "athena",
    notes: [
      "A query acts with the permissions of its caller in Glue and S3, and its result is read from S3 as the caller, as on AWS. Queries run one after the other.",
      "Results are `ID.csv` or `ID.txt` with the file `.metadata` that JDBC drivers read; CREATE TABLE AS, INSERT and UNLOAD leave `ID-manifest.csv`. Result reuse and managed results are refused.",
      "Queries of the last 45 days, prepared statements and named queries outlive a restart. What AWS does not document (subtypes, error types, the form of `.metadata`) is as the projects athena-jdbc of Burt and athena-local measured it.",
    ],
    operations: {
      ...executionOperations(services),
      ...resultOperations(services),
      ...workgroupOperations(services),
      ...namedQueryOperations(services),
      ...preparedStatementOperations(services),
      ...catalogOperations(services),
    },
  };
}
