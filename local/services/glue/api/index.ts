import type { ServiceApi } from "../../../api/operation";
import type { GlueApiServices } from "./context";
import { databaseOperations } from "./databases";
import { tableOperations } from "./tables";

/** The operations of the Glue Data Catalog (https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog.html). */
export function glueApi(services: GlueApiServices): ServiceApi {
  return {
    service: "glue",
    operations: { ...databaseOperations(services), ...tableOperations(services) },
  };
}
