import { parseTimestampFormat } from "../../../etl";
import type { CatalogTable, Column, NewTable, NewView, PartitionFile } from "../../athena";
import type { TableInput } from "@aws-sdk/client-glue";
import type { Clock } from "../../core/clock";
import { ACCOUNT, JSON_SERDE, TYPES, ofType, type Properties, type Resource } from "../../core/model";
import { parseS3Url } from "../s3/location";
import type { S3 } from "../s3/s3";
import { ClientTables, tableInput, viewInput, type ClientTable } from "./client-tables";
import { clientDefinition, describeVersion } from "./client-definition";
import { Databases } from "./databases";
import { TableVersion } from "./table-version";

/** A table as its owner sees it: whoever may update it changes its columns. */
export interface ManagedTable extends CatalogTable {
  readonly version: string;
  /** whether clients have made it, who may then change all of it */
  readonly client?: boolean;
  /** the table as the API gives it */
  describe(): Properties;
  replace(columns: Column[], parameters: Readonly<Record<string, string>>): void;
}

/**
 * The tables of the Glue Data Catalog, with partition projection.
 * @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html
 */
export class Glue {
  readonly tables = new Map<string, ManagedTable>();
  readonly databases: Databases;
  private readonly client: ClientTables;

  /** @param folder where the columns are kept that were changed since the deployment */
  constructor(
    resources: readonly Resource[],
    private readonly s3: S3,
    private readonly clock: Clock,
    private readonly folder: string,
  ) {
    for (const resource of ofType(resources, TYPES.table)) {
      this.add(this.table(resource));
    }
    this.databases = new Databases(resources, folder);
    this.client = new ClientTables(folder, () => clock.now());
    // What the program declares under the same name comes first.
    for (const table of this.client.all())
      if (!this.tables.has(`${table.database}.${table.name}`)) this.add(this.ofClient(table));
  }

  /** What CREATE TABLE AS does in the catalog. */
  createTable(table: NewTable, creator: string): void {
    this.putTable(table.database, tableInput(table), creator);
  }

  /** What CREATE VIEW does in the catalog. */
  createView(view: NewView, creator: string): void {
    const known = this.clientTable(view.database, view.name);
    if (known === undefined) this.putTable(view.database, viewInput(view), creator);
    else this.updateTable(view.database, viewInput(view), true);
  }

  /** A table that clients have made; undefined for those of the program. */
  clientTable(database: string, name: string): ClientTable | undefined {
    return this.tables.get(`${database}.${name}`)?.client === true ? this.client.get(database, name) : undefined;
  }

  /** CreateTable. @param input checked, with names in lower case */
  putTable(database: string, input: TableInput, creator: string): void {
    this.add(this.ofClient(this.client.create(database, input, creator)));
  }

  /** UpdateTable of a table that clients have made. */
  updateTable(database: string, input: TableInput, archive: boolean): void {
    const table = this.clientTable(database, input.Name!)!;
    this.add(this.ofClient(this.client.update(table, input, archive)));
  }

  /** DeleteTable of a table that clients have made: its objects stay. */
  dropTable(database: string, name: string): void {
    this.client.delete(database, name);
    this.tables.delete(`${database}.${name}`);
  }

  private ofClient(client: ClientTable): ManagedTable {
    const definition = clientDefinition(client);
    const { location } = definition;
    const place = location === "" ? undefined : parseS3Url(location);
    return {
      ...definition,
      client: true,
      replace: () => {
        throw new Error(`${client.name} is a client's`);
      },
      describe: () => describeVersion(client, client.versions.length - 1),
      files: () =>
        place === undefined
          ? []
          : this.s3
              .list(place.bucket, place.prefix)
              .map(({ key, file, bytes }) => ({ path: file, bucket: place.bucket, key, partition: {}, bytes })),
      unseen: () => 0,
    };
  }

  private add(table: ManagedTable): void {
    this.tables.set(`${table.database}.${table.name}`, table);
  }

  private table(resource: Pick<Resource, "inputs">): ManagedTable {
    const { inputs } = resource;
    const parameters = (inputs.parameters ?? {}) as Record<string, string>;
    const partitionKeys = ((inputs.partitionKeys ?? []) as Column[]).map(({ name, type }) => ({ name, type }));
    const location = parseS3Url(inputs.storageDescriptor.location);
    const find = (): { seen: PartitionFile[]; unseen: number } => {
      const template = parameters["storage.location.template"];
      const projected = parameters["projection.enabled"] === "true" && template !== undefined;
      if (!projected || partitionKeys.length === 0) {
        const seen = this.s3
          .list(location.bucket, location.prefix)
          .map(({ key, file, bytes }) => ({ path: file, bucket: location.bucket, key, partition: {}, bytes }));
        // Without projection a partitioned table has the partitions that were registered, and nobody registers any.
        return partitionKeys.length === 0 ? { seen, unseen: 0 } : { seen: [], unseen: seen.length };
      }
      const { bucket, prefix } = parseS3Url(template);
      const { pattern, names } = templatePattern(prefix);
      const checks = names.map((name) => projection(name, parameters, this.clock.now()));
      const seen: PartitionFile[] = [];
      let unseen = 0;
      // All that lies at the table's location is looked at, so that what no query sees can be told.
      const fixed = prefix.slice(0, `${prefix}\${`.indexOf("${"));
      const start = location.bucket === bucket && fixed.startsWith(location.prefix) ? location.prefix : fixed;
      for (const { key, file, bytes } of this.s3.list(bucket, start)) {
        const match = pattern.exec(key);
        if (match === null || !names.every((_, i) => checks[i]!(match[i + 1]!))) {
          unseen++;
          continue;
        }
        const partition = Object.fromEntries(names.map((name, i) => [name, match[i + 1]!]));
        seen.push({ path: file, bucket, key, partition, bytes });
      }
      return { seen, unseen };
    };
    const version = new TableVersion(this.folder, inputs);
    return {
      database: inputs.databaseName,
      name: inputs.name,
      get columns() {
        return version.columns;
      },
      get version() {
        return version.version;
      },
      replace: (columns) => version.replace(columns),
      describe: () => describe(inputs, version),
      json: inputs.storageDescriptor.serDeInfo?.serializationLibrary === JSON_SERDE,
      partitionKeys,
      parameters,
      location: inputs.storageDescriptor.location,
      files: () => find().seen,
      unseen: () => find().unseen,
    };
  }
}

function describe(inputs: Properties, { columns, version }: TableVersion): Properties {
  const descriptor: Properties = inputs.storageDescriptor;
  const named = (list: readonly Column[]) =>
    list.map(({ name, type }) => (type === "" ? { Name: name } : { Name: name, Type: type }));
  return {
    Name: inputs.name,
    DatabaseName: inputs.databaseName,
    CatalogId: ACCOUNT,
    Description: inputs.description,
    TableType: inputs.tableType,
    Parameters: inputs.parameters,
    PartitionKeys: named((inputs.partitionKeys ?? []) as Column[]),
    StorageDescriptor: {
      Columns: named(columns),
      Location: descriptor.location,
      InputFormat: descriptor.inputFormat,
      OutputFormat: descriptor.outputFormat,
      SerdeInfo: {
        Name: descriptor.serDeInfo?.name,
        SerializationLibrary: descriptor.serDeInfo?.serializationLibrary,
        Parameters: descriptor.serDeInfo?.parameters,
      },
    },
    VersionId: version,
  };
}

/**
 * `data/__year=${__year}/` as a pattern over keys. Athena puts values into the template as they are (the reading of Trino's own
 * projection for templates that are not Hive's layout to the letter; for Athena unverified), so one may hold slashes; a query names
 * those of an injected key, and no other value leads to the same place.
 */
function templatePattern(prefix: string): { pattern: RegExp; names: string[] } {
  const names: string[] = [];
  const source = prefix
    .split(/(\$\{[^}]+\})/)
    .map((part) => {
      if (!part.startsWith("${")) return part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
      names.push(part.slice(2, -1));
      return "(.+?)";
    })
    .join("");
  return { pattern: new RegExp(`^${source}[^/]+$`), names };
}

/** Whether projection reaches a value of a partition key. */
function projection(name: string, parameters: Record<string, string>, now: number): (value: string) => boolean {
  const parameter = (key: string) => parameters[`projection.${name}.${key}`];
  switch (parameter("type")) {
    case "injected":
      return () => true; // the query must name the value; the SQL side sees to it
    case "enum": {
      const values = new Set(parameter("values")!.split(","));
      return (value) => values.has(value);
    }
    case "integer": {
      const [from, to] = parameter("range")!.split(",").map(Number) as [number, number];
      const interval = Number(parameter("interval") ?? 1);
      const digits = Number(parameter("digits") ?? 0);
      return (value) => {
        const number = Number(value);
        const text = String(number).padStart(digits, "0");
        return text === value && number >= from && number <= to && (number - from) % interval === 0;
      };
    }
    case "date": {
      const format = parseTimestampFormat(parameter("format")!);
      const [from, to] = parameter("range")!
        .split(",")
        .map((bound) => dateBound(bound, format, now)) as [number, number];
      return (value) => {
        const time = format.parse(value);
        return time !== undefined && format.format(time) === value && time >= from && time <= to;
      };
    }
    default:
      throw new Error(
        `projection.${name}.type is ${String(parameter("type"))}, a table with projection needs one for every key`,
      );
  }
}

const UNIT_MS: Record<string, number> = { SECOND: 1e3, MINUTE: 6e4, HOUR: 36e5, DAY: 864e5, WEEK: 6048e5 };

/** `NOW`, `NOW-3YEARS`, `NOW+1DAYS`, or a date in the format of the key. */
function dateBound(text: string, format: { parse(text: string): number | undefined }, now: number): number {
  const match = /^NOW(?:\s*([+-])\s*(\d+)\s*(SECOND|MINUTE|HOUR|DAY|WEEK|MONTH|YEAR)S?)?$/.exec(text.trim());
  if (match === null) {
    const time = format.parse(text.trim());
    if (time === undefined) throw new Error(`${text} is not a bound of a date projection in its format`);
    return time;
  }
  if (match[1] === undefined) return now;
  const count = Number(match[2]) * (match[1] === "-" ? -1 : 1);
  const unit = match[3]!;
  if (UNIT_MS[unit] !== undefined) return now + count * UNIT_MS[unit];
  const date = new Date(now);
  if (unit === "MONTH") date.setUTCMonth(date.getUTCMonth() + count);
  else date.setUTCFullYear(date.getUTCFullYear() + count);
  return date.getTime();
}
