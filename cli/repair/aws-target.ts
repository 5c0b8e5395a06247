import { GlueClient, paginateGetPartitions } from "@aws-sdk/client-glue";
import { BatchCreatePartitionCommand, GetTableCommand, UpdateTableCommand, type Table } from "@aws-sdk/client-glue";
import { paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import type { RepairTarget } from "./repair";

/** Members of a table that UpdateTable takes. */
const INPUT = ["Name", "Description", "Owner", "Retention", "StorageDescriptor", "PartitionKeys", "TableType"] as const;

/**
 * A table on AWS, or in a local cloud that is running, by the credentials of the environment.
 * @param endpoint URL of the local cloud; undefined for AWS
 */
export function awsTarget(database: string, name: string, endpoint: string | undefined): RepairTarget {
  const options = endpoint === undefined ? {} : { endpoint };
  const glue = new GlueClient(options);
  const s3 = new S3Client({ ...options, forcePathStyle: endpoint !== undefined });
  const named = { DatabaseName: database, TableName: name };
  const read = async (): Promise<Table> => {
    const { Table: table } = await glue.send(new GetTableCommand({ DatabaseName: database, Name: name }));
    return table!;
  };
  return {
    async table() {
      const { PartitionKeys = [], StorageDescriptor, Parameters = {} } = await read();
      return {
        keys: PartitionKeys.map(({ Name }) => Name!),
        location: StorageDescriptor?.Location ?? "",
        template: Parameters["storage.location.template"],
        projected: Parameters["projection.enabled"]?.toLowerCase() === "true",
      };
    },
    async *registered() {
      for await (const { Partitions = [] } of paginateGetPartitions(
        { client: glue },
        { ...named, ExcludeColumnSchema: true },
      ))
        for (const { Values = [] } of Partitions) yield Values;
    },
    async *objects(location) {
      const [, Bucket = "", Prefix = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(location) ?? [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix }))
        for (const { Key } of Contents) yield `s3://${Bucket}/${Key}`;
    },
    async register(partitions) {
      const { StorageDescriptor } = await read();
      const PartitionInputList = partitions.map(({ values, location }) => ({
        Values: [...values],
        StorageDescriptor: { ...StorageDescriptor, Location: location },
      }));
      const { Errors = [] } = await glue.send(new BatchCreatePartitionCommand({ ...named, PartitionInputList }));
      return Errors.filter(({ ErrorDetail }) => ErrorDetail?.ErrorCode !== "AlreadyExistsException").map(
        ({ PartitionValues, ErrorDetail }) =>
          `${PartitionValues?.join("/")}: ${ErrorDetail?.ErrorCode}: ${ErrorDetail?.ErrorMessage}`,
      );
    },
    async removeProjection() {
      const table = await read();
      const TableInput = {
        ...Object.fromEntries(INPUT.flatMap((key) => (table[key] === undefined ? [] : [[key, table[key]]]))),
        Name: name,
        Parameters: Object.fromEntries(
          Object.entries(table.Parameters ?? {}).filter(([key]) => !key.startsWith("projection.")),
        ),
      };
      await glue.send(new UpdateTableCommand({ DatabaseName: database, TableInput, VersionId: table.VersionId }));
    },
  };
}
