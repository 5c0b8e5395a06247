import * as pulumi from "@pulumi/pulumi";
import type { JsonDatastore, ParquetDatastore } from "../../components";

type Datastore = JsonDatastore | ParquetDatastore;

/** What a person does next: a query to paste, and the command that starts the simulator. */
export function hintsOf(
  datastores: readonly Datastore[],
  topicFilters: readonly (string | undefined)[],
): { query?: pulumi.Output<string>; simulator?: string } {
  const [first] = datastores;
  // Devices cannot publish to topics of AWS's services.
  const filter = topicFilters.find((text) => text !== undefined && !text.startsWith("$"));
  // Pulumi warns of an output that is there and undefined.
  return {
    ...(first === undefined ? {} : { query: pulumi.interpolate`SELECT * FROM ${first.tableName} LIMIT 10` }),
    // A channel that only a historian feeds has no topic.
    ...(filter === undefined ? {} : { simulator: simulatorOf(filter) }),
  };
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
