import { isDeepStrictEqual } from "node:util";
import type { Column as GivenColumn, TableInput } from "@aws-sdk/client-glue";
import { projectionLimits } from "../../../../aws/limits/glue-projection";
import type { Column } from "../../../athena";
import type { Properties } from "../../../core/model";
import { parseS3Url } from "../../s3/location";
import { viewQuery } from "../client-tables";
import type { ManagedTable } from "../glue";
import { invalid, lower } from "./context";

/** Members that change what a reader finds, and that the local cloud does not execute. */
const REFUSED = ["TargetTable", "ViewDefinition"] as const;
const REFUSED_STORAGE = ["AdditionalLocations", "BucketColumns", "SchemaReference"] as const;

/**
 * The definition of a table of a client, checked as far as readers depend on it, with names in lower case.
 * @throws ApiError
 */
export function checkedInput(given: TableInput | undefined): TableInput {
  if (given === undefined)
    throw invalid("TableInput is missing; tables of Iceberg are not executed by the local cloud");
  for (const member of REFUSED)
    if (given[member] !== undefined)
      throw invalid(`TableInput.${member} is not executed by the local cloud; leave it out`);
  const storage = given.StorageDescriptor ?? {};
  for (const member of REFUSED_STORAGE)
    if (!isNothing(storage[member]))
      throw invalid(`TableInput.StorageDescriptor.${member} is not executed by the local cloud; leave it out`);
  if (given.Parameters?.table_type?.toUpperCase() === "ICEBERG")
    throw invalid(
      "TableInput.Parameters.table_type: tables of Iceberg are not executed by the local cloud; use Parquet",
    );
  const name = lower(given.Name);
  if (!/^[^/\\\n\r]{1,255}$/.test(name))
    throw invalid(`TableInput.Name: saw "${name}"; it has 1-255 characters, none of them / or \\`);
  if (!isNothing(storage.Location)) checkLocation(storage.Location!);
  const columns = (storage.Columns ?? []).map(lowerName);
  const partitionKeys = (given.PartitionKeys ?? []).map(lowerName);
  checkNames([...columns, ...partitionKeys]);
  return JSON.parse(
    JSON.stringify({
      ...given,
      Name: name,
      PartitionKeys: partitionKeys,
      StorageDescriptor: { ...storage, Columns: columns },
    }),
  ) as TableInput;
}

const lowerName = (column: GivenColumn): GivenColumn => ({ ...column, Name: lower(column.Name) });

function checkLocation(location: string): void {
  try {
    parseS3Url(location);
  } catch {
    throw invalid(
      `TableInput.StorageDescriptor.Location: saw "${location}"; the local cloud reads s3://BUCKET/PREFIX/`,
    );
  }
}

/** @throws ApiError */
function checkNames(columns: readonly GivenColumn[]): void {
  const seen = new Set<string>();
  for (const { Name: name = "" } of columns) {
    if (name.length < 1 || name.length > 255)
      throw invalid(`The column name ${name} has ${name.length} characters; 1-255 are legal.`);
    if (seen.has(name)) throw invalid(`Duplicate column name: ${name}`);
    seen.add(name);
  }
}

/**
 * What UpdateTable may change of a table that the program declares: its columns and parameters, and with its columns the query of a view. A call
 * may repeat the rest.
 * @throws ApiError naming the member that would change
 */
export function declaredChange(
  given: TableInput,
  table: ManagedTable,
): { columns: Column[]; parameters: Readonly<Record<string, string>>; viewText: string | undefined } {
  const isView = table.view !== undefined;
  if (isView && viewQuery(given) === undefined)
    throw invalid(`TableInput.ViewOriginalText: is no view of Athena, and the program declares one`);
  const columns = (given.StorageDescriptor?.Columns ?? []).map((column) => {
    for (const member of ["Comment", "Parameters"] as const)
      if (column[member] !== undefined)
        throw invalid(`${member} of the column ${column.Name} is not executed by the local cloud; leave it out`);
    return { name: lower(column.Name), type: column.Type ?? "" };
  });
  checkNames([...columns, ...table.partitionKeys].map(({ name }) => ({ Name: name })));
  const current = JSON.parse(JSON.stringify(table.describe())) as Properties;
  for (const [name, value] of Object.entries(given))
    if (!["Name", "StorageDescriptor", "Parameters", ...(isView ? ["ViewOriginalText"] : [])].includes(name))
      compare(value, current[name], name);
  for (const [name, value] of Object.entries(given.StorageDescriptor ?? {}))
    if (name !== "Columns") compare(value, current.StorageDescriptor[name], `StorageDescriptor.${name}`);
  const parameters = given.Parameters ?? {};
  const { partitionKeys, location } = table;
  const [wrong] = projectionLimits({ parameters, partitionKeys, storageDescriptor: { location } });
  if (wrong !== undefined)
    throw invalid(`TableInput.${wrong.path.replace("parameters", "Parameters")}: ${wrong.message}`);
  return { columns, parameters, viewText: isView ? given.ViewOriginalText : undefined };
}

function compare(given: unknown, current: unknown, path: string): void {
  const plain: unknown = given === undefined ? undefined : JSON.parse(JSON.stringify(given));
  if (plain === undefined || isNothing(plain) || isDeepStrictEqual(plain, current)) return;
  throw invalid(
    `TableInput.${path} would change; UpdateTable of the local cloud changes columns and parameters of a table of the program, which declares the rest`,
  );
}

/** Values by which clients write that a member has none. */
function isNothing(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === "" ||
    value === 0 ||
    value === false ||
    (typeof value === "object" && Object.values(value).every(isNothing))
  );
}
