import type { ServiceApi } from "../../../api";
import type { GlueApiServices } from "./context";
import { databaseOperations } from "./databases";
import { partitionOperations } from "./partitions";
import { tableOperations } from "./tables";

/** The operations of the Glue Data Catalog (https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog.html). */
export function glueApi(services: GlueApiServices): ServiceApi {
  return {
    service: "glue",
    notes: [
      "Databases and tables that clients make are kept beside those of the program, which takes precedence under the same name. Of a table of the program a client changes columns and parameters; the program declares the rest and deletes it.",
      "A partition has a place of its own and the format of its table. A query reads those that are registered, of a projected table those that projection leads to.",
      "Any format of files is kept in the catalog; a query of a table that is neither Parquet nor lines of JSON fails and says so. Iceberg tables are refused.",
    ],
    operations: { ...databaseOperations(services), ...tableOperations(services), ...partitionOperations(services) },
  };
}
