import type { ServiceApi } from "../../../api/operation";
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
