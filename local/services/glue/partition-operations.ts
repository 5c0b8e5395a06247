/**
 * The operations of Glue on the partitions of a table, with the arguments and answers of its API. Whether the caller may make them is
 * decided before. https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-partitions.html
 */
import { PARTITION_LIMITS } from "../../../aws/limits/glue-partitions";
import { isObject } from "../../core/data-file";
import { ACCOUNT, type Properties } from "../../core/model";
import { GlueError, invalid } from "./error";
import type { ManagedTable } from "./glue";
import { parsePartitionExpression } from "./partition-expression";
import { objectsOf, only, partitionOf, textOf, valuesOf, type PartitionedTable } from "./partition-input";
import type { Partition, PartitionStore } from "./partition-store";

/** An operation: its arguments but for the catalog's, the database's and the table's names, to its answer. */
export type PartitionOperation = (table: ManagedTable, input: Properties, now: number) => Properties;

const NAMES = ["CatalogId", "DatabaseName", "TableName", "AuditContext", "TransactionId", "QueryAsOfTime"];

/** The operations by name. All of them name their table by DatabaseName and TableName. @throws GlueError */
export const PARTITION_OPERATIONS: Readonly<Record<string, PartitionOperation>> = {
  CreatePartition: (table, input, now) => {
    only(input, [...NAMES, "PartitionInput"]);
    const store = storeOf(table);
    const partition = partitionOf(objectOf(input, "PartitionInput"), shapeOf(table), now, "PartitionInput");
    if (store.get(partition.values) !== undefined) throw exists();
    checkRoom(store, 1);
    store.put([partition]);
    return {};
  },

  BatchCreatePartition: (table, input, now) => {
    only(input, [...NAMES, "PartitionInputList"]);
    const store = storeOf(table);
    const shape = shapeOf(table);
    const inputs = objectsOf(input, "PartitionInputList", PARTITION_LIMITS.batchCreate);
    const made = new Map<string, Partition>();
    const errors: Properties[] = [];
    for (const [index, one] of inputs.entries()) {
      const partition = partitionOf(one, shape, now, `PartitionInputList[${index}]`);
      const key = JSON.stringify(partition.values);
      if (store.get(partition.values) !== undefined || made.has(key))
        errors.push(failure(partition.values, exists(), "PartitionValues"));
      else made.set(key, partition);
    }
    checkRoom(store, made.size);
    store.put([...made.values()]);
    return { Errors: errors };
  },

  GetPartition: (table, input) => {
    only(input, [...NAMES, "PartitionValues"]);
    const partition = storeOf(table).get(valuesOf(input, "PartitionValues", shapeOf(table)));
    if (partition === undefined) throw notFound();
    return { Partition: described(table, partition) };
  },

  BatchGetPartition: (table, input) => {
    only(input, [...NAMES, "PartitionsToGet"]);
    const store = storeOf(table);
    const found: Properties[] = [];
    for (const [index, one] of objectsOf(input, "PartitionsToGet", PARTITION_LIMITS.batchGet).entries()) {
      const partition = store.get(valuesOf(one, "Values", shapeOf(table), `PartitionsToGet[${index}]`));
      if (partition !== undefined) found.push(described(table, partition));
    }
    return { Partitions: found, UnprocessedKeys: [] };
  },

  GetPartitions: (table, input) => {
    only(input, [...NAMES, "Expression", "NextToken", "Segment", "MaxResults", "ExcludeColumnSchema"]);
    const store = storeOf(table);
    const chosen = parsePartitionExpression(textOf(input, "Expression") ?? "", table.partitionKeys);
    const most = wholeOf(input, "MaxResults", 1, PARTITION_LIMITS.page) ?? PARTITION_LIMITS.page;
    const inSegment = segmentOf(input);
    const after = tokenOf(textOf(input, "NextToken"));
    const withoutColumns = input.ExcludeColumnSchema === true;
    const page: Partition[] = [];
    let more = false;
    for (const partition of store.list()) {
      if (after !== undefined && orderOf(partition.values) <= after) continue;
      if (!inSegment(partition) || !chosen(partition.values)) continue;
      if (page.length === most) {
        more = true;
        break;
      }
      page.push(partition);
    }
    return {
      Partitions: page.map((partition) => described(table, partition, withoutColumns)),
      ...(more ? { NextToken: Buffer.from(JSON.stringify(page.at(-1)!.values)).toString("base64") } : {}),
    };
  },

  UpdatePartition: (table, input, now) => {
    only(input, [...NAMES, "PartitionValueList", "PartitionInput"]);
    const values = valuesOf(input, "PartitionValueList", shapeOf(table));
    update(table, values, objectOf(input, "PartitionInput"), now, "PartitionInput");
    return {};
  },

  BatchUpdatePartition: (table, input, now) => {
    only(input, [...NAMES, "Entries"]);
    const errors: Properties[] = [];
    for (const [index, entry] of objectsOf(input, "Entries", PARTITION_LIMITS.batchUpdate).entries()) {
      const path = `Entries[${index}]`;
      only(entry, ["PartitionValueList", "PartitionInput"], path);
      const values = valuesOf(entry, "PartitionValueList", shapeOf(table), path);
      try {
        update(table, values, objectOf(entry, "PartitionInput", path), now, `${path}.PartitionInput`);
      } catch (error) {
        if (!(error instanceof GlueError) || error.code === "InvalidInputException") throw error;
        errors.push(failure(values, error, "PartitionValueList"));
      }
    }
    return { Errors: errors };
  },

  DeletePartition: (table, input) => {
    only(input, [...NAMES, "PartitionValues"]);
    const store = storeOf(table);
    const values = valuesOf(input, "PartitionValues", shapeOf(table));
    if (store.get(values) === undefined) throw notFound();
    store.remove([values]);
    return {};
  },

  BatchDeletePartition: (table, input) => {
    only(input, [...NAMES, "PartitionsToDelete"]);
    const store = storeOf(table);
    const errors: Properties[] = [];
    const removed: string[][] = [];
    for (const [index, one] of objectsOf(input, "PartitionsToDelete", PARTITION_LIMITS.batchDelete).entries()) {
      const values = valuesOf(one, "Values", shapeOf(table), `PartitionsToDelete[${index}]`);
      if (store.get(values) === undefined) errors.push(failure(values, notFound(), "PartitionValues"));
      else removed.push(values);
    }
    store.remove(removed);
    return { Errors: errors };
  },
};

/** A partition takes the place of another, which may have other values. */
function update(table: ManagedTable, values: readonly string[], input: Properties, now: number, path: string): void {
  const store = storeOf(table);
  const before = store.get(values);
  if (before === undefined) throw notFound();
  const after = { ...partitionOf(input, shapeOf(table), now, path), created: before.created };
  const moved = orderOf(values) !== orderOf(after.values);
  if (moved && store.get(after.values) !== undefined) throw exists();
  store.put([after]);
  if (moved) store.remove([values]);
}

/** A view, and a table without partition keys, has no partitions. */
function storeOf(table: ManagedTable): PartitionStore {
  if (table.registered === undefined || table.partitionKeys.length === 0)
    throw invalid(`Table ${table.name} is not partitioned.`);
  return table.registered;
}

function shapeOf(table: ManagedTable): PartitionedTable {
  return {
    name: table.name,
    keyCount: table.partitionKeys.length,
    descriptor: table.describe().StorageDescriptor as Properties,
  };
}

function described({ database, name }: ManagedTable, partition: Partition, withoutColumns = false): Properties {
  const { values, descriptor, parameters, created, lastAccess } = partition;
  return {
    Values: values,
    DatabaseName: database,
    TableName: name,
    CatalogId: ACCOUNT,
    CreationTime: new Date(created),
    ...(lastAccess === undefined ? {} : { LastAccessTime: new Date(lastAccess) }),
    StorageDescriptor: withoutColumns ? { ...descriptor, Columns: undefined } : descriptor,
    Parameters: parameters,
  };
}

function checkRoom(store: PartitionStore, more: number): void {
  if (store.size + more > PARTITION_LIMITS.perTable)
    throw new GlueError(
      "ResourceNumberLimitExceededException",
      `Number of partitions exceeds the limit of ${PARTITION_LIMITS.perTable} for a table.`,
    );
}

const exists = (): GlueError => new GlueError("AlreadyExistsException", "Partition already exists.");
const notFound = (): GlueError => new GlueError("EntityNotFoundException", "Cannot find partition.");

function failure(values: readonly string[], { code, message }: GlueError, member: string): Properties {
  return { [member]: values, ErrorDetail: { ErrorCode: code, ErrorMessage: message } };
}

function objectOf(input: Properties, name: string, path = ""): Properties {
  const value: unknown = input[name] ?? undefined;
  if (!isObject(value)) throw invalid(`${path === "" ? "" : `${path}.`}${name} is missing or not an object`);
  return value;
}

function wholeOf(input: Properties, name: string, least: number, most: number, path = ""): number | undefined {
  const value: unknown = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (!Number.isSafeInteger(value) || (value as number) < least || (value as number) > most)
    throw invalid(`${path}${name}: saw ${JSON.stringify(value)}; a whole number from ${least} to ${most}`);
  return value as number;
}

/** A part of the table's partitions, so that several readers share them. */
function segmentOf(input: Properties): (partition: Partition) => boolean {
  if (input.Segment === undefined || input.Segment === null) return () => true;
  const segment = only(objectOf(input, "Segment"), ["SegmentNumber", "TotalSegments"], "Segment");
  const total = wholeOf(segment, "TotalSegments", 1, PARTITION_LIMITS.segments, "Segment.");
  if (total === undefined) throw invalid("Segment.TotalSegments is missing");
  const number = wholeOf(segment, "SegmentNumber", 0, total - 1, "Segment.");
  if (number === undefined) throw invalid("Segment.SegmentNumber is missing");
  return ({ values }) => hash(orderOf(values)) % total === number;
}

function hash(text: string): number {
  let value = 0;
  for (let index = 0; index < text.length; index++) value = (value * 31 + text.charCodeAt(index)) >>> 0;
  return value;
}

/** A text by which values sort as the store sorts them. */
function orderOf(values: readonly string[]): string {
  return values.join("\u0000");
}

/** The place behind which a page begins. @throws GlueError */
function tokenOf(token: string | undefined): string | undefined {
  if (token === undefined) return undefined;
  try {
    const values: unknown = JSON.parse(Buffer.from(token, "base64").toString("utf8"));
    if (Array.isArray(values) && values.every((each) => typeof each === "string")) return orderOf(values);
  } catch {
    // said below
  }
  throw invalid("NextToken is no token of GetPartitions.");
}
