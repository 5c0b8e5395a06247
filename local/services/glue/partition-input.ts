/** Arguments of the operations on partitions, read member by member; a wrong one is named with its path. */
import { PARTITION_LIMITS } from "../../../aws/limits/glue-partitions";
import { isObject } from "../../core/data-file";
import type { Properties } from "../../core/model";
import { parseS3Url } from "../s3/location";
import { invalid } from "./error";
import type { Partition } from "./partition-store";

const PARTITION_INPUT = ["Values", "LastAccessTime", "LastAnalyzedTime", "StorageDescriptor", "Parameters"];
const DESCRIPTOR = [
  "Columns",
  "Location",
  "AdditionalLocations",
  "InputFormat",
  "OutputFormat",
  "Compressed",
  "NumberOfBuckets",
  "SerdeInfo",
  "BucketColumns",
  "SortColumns",
  "Parameters",
  "SkewedInfo",
  "StoredAsSubDirectories",
  "SchemaReference",
];
/** Members of a descriptor that change what a reader finds, and that the local cloud does not execute. */
const NOT_EXECUTED = ["AdditionalLocations", "BucketColumns", "SchemaReference"];

/** The table that a partition belongs to, as far as its partitions must agree with it. */
export interface PartitionedTable {
  readonly name: string;
  readonly keyCount: number;
  /** StorageDescriptor of the table as Glue's API has it */
  readonly descriptor: Properties;
}

/** Refuses members that no operation would look at. @throws GlueError */
export function only(input: Properties, names: readonly string[], path = ""): Properties {
  for (const name of Object.keys(input))
    if (!names.includes(name) && input[name] !== undefined && input[name] !== null)
      throw invalid(`${at(path, name)} is not executed by the local cloud; there is ${names.join(", ")}`);
  return input;
}

/** @throws GlueError */
export function textOf(input: Properties, name: string, path = ""): string | undefined {
  const value: unknown = input[name] ?? undefined;
  if (value !== undefined && typeof value !== "string") throw invalid(`${at(path, name)} is not text`);
  return value;
}

/** @throws GlueError */
export function requiredText(input: Properties, name: string, path = ""): string {
  const value = textOf(input, name, path);
  if (value === undefined) throw invalid(`${at(path, name)} is missing`);
  return value;
}

/** Objects of a list that has at most so many. @throws GlueError */
export function objectsOf(input: Properties, name: string, most: number): Properties[] {
  const value: unknown = input[name] ?? undefined;
  if (value === undefined) throw invalid(`${name} is missing`);
  if (!Array.isArray(value) || !value.every(isObject)) throw invalid(`${name} is not a list of objects`);
  if (value.length > most)
    throw invalid(
      `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must have length less than or equal to ${most}`,
    );
  return value;
}

/** The values that name a partition. @throws GlueError */
export function valuesOf(input: Properties, name: string, { keyCount }: PartitionedTable, path = ""): string[] {
  const value: unknown = input[name] ?? undefined;
  if (!Array.isArray(value) || !value.every((each) => typeof each === "string"))
    throw invalid(`${at(path, name)} is not a list of texts`);
  if (value.length !== keyCount)
    throw invalid(
      `The number of partition keys do not match the number of partition values: ${keyCount} keys, ${value.length} values`,
    );
  for (const one of value as string[])
    if (one.length < 1 || one.length > PARTITION_LIMITS.value || one.includes("\u0000"))
      throw invalid(
        `${at(path, name)}: a value has 1-${PARTITION_LIMITS.value} characters, none of them NUL; saw ${one.length}`,
      );
  return value as string[];
}

/** @throws GlueError */
export function partitionOf(input: Properties, table: PartitionedTable, now: number, path: string): Partition {
  only(input, PARTITION_INPUT, path);
  const values = valuesOf(input, "Values", table, path);
  const descriptor: unknown = input.StorageDescriptor ?? {};
  if (!isObject(descriptor)) throw invalid(`${path}.StorageDescriptor is not an object`);
  const lastAccess: unknown = input.LastAccessTime ?? undefined;
  if (lastAccess !== undefined && typeof lastAccess !== "number") throw invalid(`${path}.LastAccessTime is not a time`);
  return {
    values,
    descriptor: descriptorOf(descriptor, table, `${path}.StorageDescriptor`),
    parameters: textsOf(input, "Parameters", path),
    created: now,
    ...(lastAccess === undefined ? {} : { lastAccess: lastAccess * 1000 }),
  };
}

/** A partition is read as its table is, at a place of its own. */
function descriptorOf(given: Properties, table: PartitionedTable, path: string): Properties {
  only(given, DESCRIPTOR, path);
  for (const name of NOT_EXECUTED)
    if (!isNothing(given[name])) throw invalid(`${path}.${name} is not executed by the local cloud; leave it out`);
  const location = requiredText(given, "Location", path);
  if (location.length > PARTITION_LIMITS.location)
    throw invalid(`${path}.Location has ${location.length} characters; at most ${PARTITION_LIMITS.location}`);
  try {
    parseS3Url(location);
  } catch {
    throw invalid(`${path}.Location: saw "${location}"; the local cloud reads s3://BUCKET/PREFIX/`);
  }
  for (const name of ["InputFormat", "OutputFormat"]) {
    const format = textOf(given, name, path);
    const own: unknown = table.descriptor[name];
    if (format !== undefined && own !== undefined && format !== own)
      throw invalid(
        `${path}.${name}: saw "${format}", the table ${table.name} has "${String(own)}"; the local cloud reads partitions as their table`,
      );
  }
  const serde: unknown = given.SerdeInfo ?? {};
  if (!isObject(serde)) throw invalid(`${path}.SerdeInfo is not an object`);
  const library = textOf(serde, "SerializationLibrary", `${path}.SerdeInfo`);
  const own: unknown = table.descriptor.SerdeInfo?.SerializationLibrary;
  if (library !== undefined && own !== undefined && library !== own)
    throw invalid(
      `${path}.SerdeInfo.SerializationLibrary: saw "${library}", the table ${table.name} has "${String(own)}"; the local cloud reads partitions as their table`,
    );
  checkColumns(given.Columns, path);
  return given;
}

function checkColumns(columns: unknown, path: string): void {
  if (isNothing(columns)) return;
  if (!Array.isArray(columns) || !columns.every(isObject)) throw invalid(`${path}.Columns is not a list of columns`);
  columns.forEach((column, index) => requiredText(column, "Name", `${path}.Columns[${index}]`));
}

function textsOf(input: Properties, name: string, path: string): Record<string, string> {
  const value: unknown = input[name] ?? {};
  if (!isObject(value)) throw invalid(`${at(path, name)} is not an object`);
  for (const key of Object.keys(value)) requiredText(value, key, at(path, name));
  return value as Record<string, string>;
}

/** Values by which clients write that a member has none. */
export function isNothing(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === "" ||
    value === 0 ||
    value === false ||
    (typeof value === "object" && Object.values(value).every(isNothing))
  );
}

function at(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}
