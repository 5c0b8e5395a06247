import type { Glue } from "../../local/services/glue/glue";
import { parseS3Url } from "../../local/services/s3/location";
import type { S3 } from "../../local/services/s3/s3";
import type { RepairTarget } from "./repair";

/** A table in a data folder that no local cloud runs over. @param name of the table, `database.table` */
export function localTarget(glue: Glue, s3: S3, name: string): RepairTarget {
  const table = glue.tables.get(name)!;
  return {
    shape: () =>
      Promise.resolve({
        keys: table.partitionKeys.map((key) => key.name),
        location: table.location,
        template: table.parameters["storage.location.template"],
        projected: table.parameters["projection.enabled"] === "true",
      }),
    find: (wanted) =>
      Promise.resolve(
        wanted.map((values) => {
          const found = table.registered?.get(values);
          return found && { values, location: String(found.descriptor.Location), created: found.created };
        }),
      ),
    async *objects(location) {
      const { bucket, prefix } = parseS3Url(location);
      for (const { key, bytes, modified } of s3.list(bucket, prefix))
        yield { uri: `s3://${bucket}/${key}`, bytes, modified, etag: "" };
    },
    register(partitions) {
      const missing = partitions.filter(({ values }) => table.registered?.get(values) === undefined);
      glue.createPartitions(table.database, table.name, missing);
      return Promise.resolve([]);
    },
    removeProjection() {
      const kept = Object.entries(table.parameters).filter(([key]) => !key.startsWith("projection."));
      table.replace(table.columns, Object.fromEntries(kept));
      return Promise.resolve();
    },
  };
}
