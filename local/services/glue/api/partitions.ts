import type { GetPartitionsRequest } from "@aws-sdk/client-glue";
import { operation, type Operation, type ServiceApi } from "../../../api";
import { UNEXERCISED } from "../../../iam";
import type { Properties } from "../../../core/model";
import { PARTITION_OPERATIONS } from "../partition-operations";
import { checkCatalog, GluePermissions, IGNORED, tableOf, type GlueApiServices } from "./context";

/** Members of each operation besides those that name the table. */
const TAKES = {
  BatchCreatePartition: ["PartitionInputList"],
  BatchDeletePartition: ["PartitionsToDelete"],
  BatchGetPartition: ["PartitionsToGet"],
  BatchUpdatePartition: ["Entries"],
  CreatePartition: ["PartitionInput"],
  DeletePartition: ["PartitionValues"],
  GetPartition: ["PartitionValues"],
  GetPartitions: ["Expression", "NextToken", "Segment", "MaxResults", "ExcludeColumnSchema"],
  UpdatePartition: ["PartitionValueList", "PartitionInput"],
} as const;

/** Every one of them names its table so. */
interface Named {
  CatalogId?: string;
  DatabaseName?: string;
  TableName?: string;
}

/** Partitions of tables, whoever has made them. */
export function partitionOperations(services: GlueApiServices): ServiceApi["operations"] {
  const { iam, clock } = services;
  const permissions = new GluePermissions(services.region);
  const make = (name: keyof typeof TAKES): Operation<never> => {
    const reads = name.includes("Get");
    return operation<Named, unknown>({
      takes: ["CatalogId", "DatabaseName", "TableName", ...(TAKES[name] as unknown as never[])],
      ...(reads && { ignores: { ...IGNORED, ...(name === "GetPartitions" ? READ_IN_TIME : {}) } as object }),
      permissions: ({ DatabaseName, TableName }) => permissions.table(name, DatabaseName, TableName),
      answer: ({ input, caller: { principal } }) => {
        checkCatalog(input);
        const table = tableOf(services, input.DatabaseName, input.TableName);
        // Whoever looks for partitions that are missing, empty or old finds none on most days.
        if (name === "GetPartitions")
          for (const call of [UNEXERCISED.repairPartitions, UNEXERCISED.repairTable])
            for (const { resource } of permissions.table(name, table.database, table.name))
              iam.requirePermissions({ principal, resource }, call);
        return PARTITION_OPERATIONS[name]!(table, members(input), clock.now());
      },
    });
  };
  return Object.fromEntries((Object.keys(TAKES) as (keyof typeof TAKES)[]).map((name) => [name, make(name)]));
}

const READ_IN_TIME: Partial<Record<keyof GetPartitionsRequest, string>> = {
  TransactionId: "there are no transactions of governed tables",
  QueryAsOfTime: "there are no governed tables",
};

/** What the operation reads: dates as seconds, as they are on the wire, and nothing that is ignored. */
function members(input: Named): Properties {
  return JSON.parse(JSON.stringify(input), (name, value: unknown) =>
    /^Last(Access|Analyzed)Time$/.test(name) && typeof value === "string" ? Date.parse(value) / 1000 : value,
  ) as Properties;
}
