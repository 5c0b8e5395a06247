import * as pulumi from "@pulumi/pulumi";
import type { JsonDatastore, ParquetDatastore } from "../../components";

type Datastore = JsonDatastore | ParquetDatastore;

/** What a person does next: a query to paste, and the command that starts the simulator. */
export function hintsOf(
  datastores: readonly Datastore[],
  topicFilters: readonly (string | undefined)[],
): { query?: pulumi.Output<string>; simulator?: string } {
  // A datastore with attribute partitions wants their values named; another is easier to begin with.
  const attributes = ({ partitions }: Datastore): string[] =>
    partitions.flatMap(({ attributePartition }) => attributePartition?.attributeName.toLowerCase() ?? []);
  const first = datastores.find((datastore) => attributes(datastore).length === 0) ?? datastores[0];
  const filter = topicFilters.find((text) => text !== undefined);
  return {
    query: first === undefined ? undefined : queryOf(first, attributes(first)),
    simulator: filter === undefined ? undefined : simulatorOf(filter),
  };
}

function queryOf({ tableName }: Datastore, attributes: readonly string[]): pulumi.Output<string> {
  const where = attributes.map((attribute) => `__partition_${attribute} = 'VALUE'`).join(" AND ");
  return pulumi.interpolate`SELECT * FROM ${tableName}${where === "" ? "" : ` WHERE ${where}`} LIMIT 10`;
}

/** On AWS the endpoint is the account's own, which its command line tells. */
function simulatorOf(filter: string): string {
  const endpoint =
    "https://$(aws iot describe-endpoint --endpoint-type iot:Data-ATS --query endpointAddress --output text)";
  return `npm run devices -- --endpoint ${endpoint} --topic '${topicOf(filter)}'`;
}

/** A topic that the filter takes: its first free level is the device. */
function topicOf(filter: string): string {
  let device = "{device_id}";
  return filter
    .split("/")
    .map((level) => {
      if (level !== "+" && level !== "#") return level;
      const name = device;
      device = "data";
      return name;
    })
    .join("/");
}
