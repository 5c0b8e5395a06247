import * as fs from "node:fs";
import * as path from "node:path";
import type { TableInput } from "@aws-sdk/client-glue";
import type { CatalogTable, Column, NewPartition, NewTable, NewView } from "../../athena";
import type { PartitionFilter } from "../../../etl/athena-sql/pruning";
import { projectionLimits } from "../../../aws/limits/glue-projection";
import type { Clock } from "../../core/clock";
import { ACCOUNT, CSV_SERDE, JSON_SERDE, TYPES, ofType, type Properties, type Resource } from "../../core/model";
import type { S3 } from "../s3/s3";
import { ClientTables, tableInput, viewInput, viewQuery, type ClientTable } from "./client-tables";
import { clientDefinition, describeVersion } from "./client-definition";
import { Databases } from "./databases";
import { PartitionStore, partitionsFile } from "./partition-store";
import { TableFiles } from "./table-files";
import { TableVersion } from "./table-version";

/** A table as its owner sees it: whoever may update it changes its columns. */
export interface ManagedTable extends CatalogTable {
  readonly version: string;
  /** whether clients have made it, who may then change all of it */
  readonly client?: boolean;
  /** the table as the API gives it */
  describe(): Properties;
  /** what UpdateTable changes: columns, the table's parameters, and the text of a view */
  replace(columns: Column[], parameters: Readonly<Record<string, string>>, viewText?: string): void;
  /** the partitions that were registered; undefined for a view */
  readonly registered?: PartitionStore;
}

/** The tables of the Glue Data Catalog, with their partitions. */
export class Glue {
  readonly tables = new Map<string, ManagedTable>();
  readonly databases: Databases;
  private readonly client: ClientTables;

  /** @param folder where what was changed since the deployment is kept, and the partitions */
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

  /** What INSERT INTO does in the catalog. */
  createPartitions(database: string, name: string, partitions: readonly NewPartition[]): void {
    const table = this.tables.get(`${database}.${name}`)!;
    const { StorageDescriptor: descriptor } = table.describe();
    table.registered?.put(
      partitions.map(({ values, location }) => ({
        values,
        descriptor: { ...descriptor, Location: location },
        parameters: {},
        created: this.clock.now(),
      })),
    );
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
    // Its partitions go with it.
    fs.rmSync(path.join(this.folder, partitionsFile(database, name)), { force: true });
  }

  private ofClient(client: ClientTable): ManagedTable {
    const definition = clientDefinition(client);
    const { database, name, location, partitionKeys, parameters } = definition;
    // An incomplete projection fails every query.
    const [wrong] = projectionLimits({ parameters, partitionKeys, storageDescriptor: { location } });
    const registered = new PartitionStore(path.join(this.folder, partitionsFile(database, name)));
    const files = new TableFiles(
      { location, partitionKeys, registered, parameters: () => parameters },
      this.s3,
      this.clock,
    );
    return {
      ...definition,
      client: true,
      replace: () => {
        throw new Error(`${client.name} is a client's`);
      },
      describe: () => describeVersion(client, client.versions.length - 1),
      registered: definition.view === undefined ? registered : undefined,
      ...(wrong !== undefined && {
        unreadable: `the table ${database}.${name} cannot be read: ${wrong.path}: ${wrong.message}`,
      }),
      files: () => (location === "" ? [] : files.seen()),
      ...(location !== "" && { read: (filter: PartitionFilter) => files.read(filter) }),
      unseen: () => 0,
    };
  }

  private add(table: ManagedTable): void {
    this.tables.set(`${table.database}.${table.name}`, table);
  }

  private table({ inputs }: Pick<Resource, "inputs">): ManagedTable {
    const partitionKeys = ((inputs.partitionKeys ?? []) as Column[]).map(({ name, type }) => ({ name, type }));
    const version = new TableVersion(this.folder, inputs);
    if (inputs.tableType === "VIRTUAL_VIEW") return declaredView(inputs, version);
    const registered = new PartitionStore(path.join(this.folder, partitionsFile(inputs.databaseName, inputs.name)));
    const location: string = inputs.storageDescriptor.location;
    const files = new TableFiles(
      { location, partitionKeys, registered, parameters: () => version.parameters },
      this.s3,
      this.clock,
    );
    return {
      database: inputs.databaseName,
      name: inputs.name,
      get columns() {
        return version.columns;
      },
      get version() {
        return version.version;
      },
      get parameters() {
        return version.parameters;
      },
      replace: (columns, parameters) => version.replace(columns, parameters),
      describe: () => describe(inputs, version),
      json: inputs.storageDescriptor.serDeInfo?.serializationLibrary === JSON_SERDE,
      csv: inputs.storageDescriptor.serDeInfo?.serializationLibrary === CSV_SERDE,
      partitionKeys,
      location,
      registered,
      files: () => files.seen(),
      read: (filter) => files.read(filter),
      unseen: () => files.unseen(),
    };
  }
}

/** A view of the program. What was registered while its name was a table's stays on the disk, as in the catalog. */
function declaredView(inputs: Properties, version: TableVersion): ManagedTable {
  const query = () => viewQuery({ ViewOriginalText: version.viewText });
  return {
    database: inputs.databaseName,
    name: inputs.name,
    get columns() {
      return version.columns;
    },
    get version() {
      return version.version;
    },
    get parameters() {
      return version.parameters;
    },
    get view() {
      return query()?.sql;
    },
    get viewDatabase() {
      return query()?.database;
    },
    replace: (columns, parameters, viewText) => version.replace(columns, parameters, viewText),
    describe: () => describe(inputs, version),
    json: false,
    partitionKeys: [],
    location: "",
    files: () => [],
    unseen: () => 0,
  };
}

function describe(inputs: Properties, { columns, version, parameters, viewText }: TableVersion): Properties {
  const descriptor: Properties = inputs.storageDescriptor;
  const named = (list: readonly Column[]) =>
    list.map(({ name, type }) => (type === "" ? { Name: name } : { Name: name, Type: type }));
  return {
    Name: inputs.name,
    DatabaseName: inputs.databaseName,
    CatalogId: ACCOUNT,
    Description: inputs.description,
    TableType: inputs.tableType,
    Parameters: parameters,
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
    ...(viewText !== undefined && { ViewOriginalText: viewText, ViewExpandedText: inputs.viewExpandedText }),
    VersionId: version,
  };
}
