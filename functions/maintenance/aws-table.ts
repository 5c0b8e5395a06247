/** A table of the Glue Data Catalog and the objects of its rows, accessed with the SDK of the Lambda runtime. */
import type { GlueClient, Partition, Table } from "@aws-sdk/client-glue";
import type { S3Client } from "@aws-sdk/client-s3";
import type { CompactedTable } from "./compaction-types";
import type { RegisteredPartition } from "./table";

/** @param endpoint URL of a local cloud; undefined for AWS, or what the environment names */
export async function awsClients(endpoint?: string): Promise<{ glue: GlueClient; s3: S3Client }> {
  const { GlueClient: Glue } = await import("@aws-sdk/client-glue");
  const { S3Client: S3 } = await import("@aws-sdk/client-s3");
  // A table with many partitions meets Glue's request rates; the SDK waits longer and longer.
  const options = { maxAttempts: 10, ...(endpoint === undefined ? {} : { endpoint }) };
  return { glue: new Glue(options), s3: new S3({ ...options, forcePathStyle: endpoint !== undefined }) };
}

/** Reads a table as it is now. @throws EntityNotFoundException */
export async function readTable(glue: GlueClient, DatabaseName: string, Name: string): Promise<Table> {
  const { GetTableCommand } = await import("@aws-sdk/client-glue");
  const { Table: table } = await glue.send(new GetTableCommand({ DatabaseName, Name }));
  return table!;
}

/** A table by its name, a physical one and no view. */
export function awsTable({ glue, s3 }: { glue: GlueClient; s3: S3Client }, database: string, name: string) {
  const named = { DatabaseName: database, TableName: name };
  const sdk = () => import("@aws-sdk/client-glue");
  return {
    async shape() {
      const { PartitionKeys = [], StorageDescriptor, Parameters = {} } = await readTable(glue, database, name);
      return {
        keys: PartitionKeys.map(({ Name }) => Name!),
        location: StorageDescriptor?.Location ?? "",
        template: Parameters["storage.location.template"],
        projected: Parameters["projection.enabled"]?.toLowerCase() === "true",
      };
    },
    async *objects(place, after) {
      const { paginateListObjectsV2 } = await import("@aws-sdk/client-s3");
      const [Bucket, Prefix] = splitUri(place);
      const start = after === undefined ? {} : { StartAfter: splitUri(after)[1] };
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix, ...start }))
        for (const { Key, Size = 0, LastModified, ETag = "" } of Contents)
          yield { uri: `s3://${Bucket}/${Key}`, bytes: Size, modified: LastModified?.getTime() ?? 0, etag: ETag };
    },
    async find(wanted) {
      const { BatchGetPartitionCommand } = await sdk();
      const found = new Map<string, RegisteredPartition>();
      let rest = wanted.map((values) => ({ Values: [...values] }));
      while (rest.length > 0) {
        const { Partitions = [], UnprocessedKeys = [] } = await glue.send(
          new BatchGetPartitionCommand({ ...named, PartitionsToGet: rest }),
        );
        for (const partition of Partitions) found.set(JSON.stringify(partition.Values), registered(partition));
        if (UnprocessedKeys.length === rest.length) throw new Error("BatchGetPartition does not get on");
        rest = UnprocessedKeys.map(({ Values = [] }) => ({ Values }));
      }
      return wanted.map((values) => found.get(JSON.stringify(values)));
    },
    async *partitions() {
      const { paginateGetPartitions } = await sdk();
      const input = { ...named, ExcludeColumnSchema: true };
      for await (const { Partitions = [] } of paginateGetPartitions({ client: glue }, input))
        for (const partition of Partitions) yield registered(partition);
    },
    async register(partitions) {
      const { BatchCreatePartitionCommand } = await sdk();
      const { StorageDescriptor } = await readTable(glue, database, name);
      const PartitionInputList = partitions.map(({ values, location }) => ({
        Values: [...values],
        StorageDescriptor: { ...StorageDescriptor, Location: location },
      }));
      const { Errors = [] } = await glue.send(new BatchCreatePartitionCommand({ ...named, PartitionInputList }));
      return reasons(Errors, "AlreadyExistsException");
    },
    async remove(values) {
      const { BatchDeletePartitionCommand } = await sdk();
      const PartitionsToDelete = values.map((each) => ({ Values: [...each] }));
      const { Errors = [] } = await glue.send(new BatchDeletePartitionCommand({ ...named, PartitionsToDelete }));
      return reasons(Errors, "EntityNotFoundException");
    },
    async relocate(values, location) {
      const { CreatePartitionCommand, GetPartitionCommand, UpdatePartitionCommand } = await sdk();
      const Values = [...values];
      const found = await glue
        .send(new GetPartitionCommand({ ...named, PartitionValues: Values }))
        .catch((error: unknown) => {
          if ((error as Error).name === "EntityNotFoundException") return undefined;
          throw error;
        });
      const { StorageDescriptor, Parameters } = found?.Partition ?? (await readTable(glue, database, name));
      // Of what others have changed meanwhile, only the place is changed.
      const PartitionInput = {
        Values,
        StorageDescriptor: { ...StorageDescriptor, Location: location },
        ...(found === undefined ? {} : { Parameters }),
      };
      if (found === undefined) await glue.send(new CreatePartitionCommand({ ...named, PartitionInput }));
      else await glue.send(new UpdatePartitionCommand({ ...named, PartitionValueList: Values, PartitionInput }));
    },
    async copy(from, to) {
      const { CopyObjectCommand } = await import("@aws-sdk/client-s3");
      const [Bucket, Key] = splitUri(to);
      const [bucket, key] = splitUri(from);
      const CopySource = `${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
      await s3.send(new CopyObjectCommand({ Bucket, Key, CopySource }));
    },
    async delete(uri) {
      const { DeleteObjectCommand } = await import("@aws-sdk/client-s3");
      const [Bucket, Key] = splitUri(uri);
      await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    },
  } satisfies CompactedTable;
}

function registered({ Values = [], StorageDescriptor, CreationTime }: Partition): RegisteredPartition {
  return { values: Values, location: StorageDescriptor?.Location ?? "", created: CreationTime?.getTime() ?? 0 };
}

interface Failure {
  PartitionValues?: string[] | undefined;
  ErrorDetail?: { ErrorCode?: string | undefined; ErrorMessage?: string | undefined } | undefined;
}

/** @param harmless the error that says that it is done already */
function reasons(errors: readonly Failure[], harmless: string): string[] {
  return errors
    .filter(({ ErrorDetail }) => ErrorDetail?.ErrorCode !== harmless)
    .map(
      ({ PartitionValues, ErrorDetail }) =>
        `${PartitionValues?.join("/")}: ${ErrorDetail?.ErrorCode}: ${ErrorDetail?.ErrorMessage}`,
    );
}

/** @param uri `s3://BUCKET/KEY` @returns bucket and key */
export function splitUri(uri: string): [bucket: string, key: string] {
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/(.*)$/.exec(uri) ?? [];
  return [bucket, key];
}
