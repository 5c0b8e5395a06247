import * as path from "node:path";
import { isObject, readDataFile, replaceFile } from "../../core/data-file";
import { ofType, TYPES, type Resource } from "../../core/model";

/** A database of the catalog. */
export interface CatalogDatabase {
  name: string;
  description?: string;
  locationUri?: string;
  parameters: Record<string, string>;
  /** whether the program declares it: it is then changed by the program only */
  declared: boolean;
  /** ms since 1970-01-01 UTC of the local clock; of those that clients have made */
  created?: number;
}

/** The databases of the catalog: those of the program, and those that clients have made, which outlive a restart. */
export class Databases {
  private readonly file: string;
  private readonly databases = new Map<string, CatalogDatabase>();

  /** @param folder the catalog's, in the data folder @throws DataFileError */
  constructor(resources: readonly Resource[], folder: string) {
    this.file = path.join(folder, "created-databases.json");
    for (const database of readDataFile(this.file, isDatabases) ?? []) this.databases.set(database.name, database);
    // What the program declares under the same name comes first.
    for (const { inputs } of ofType(resources, TYPES.database)) {
      const { name, description, locationUri, parameters = {} } = inputs;
      this.databases.set(name, {
        name,
        ...(description !== undefined && { description }),
        ...(locationUri !== undefined && { locationUri }),
        parameters,
        declared: true,
      });
    }
    // A table's database exists, though a program may name one that it does not declare.
    for (const { inputs } of ofType(resources, TYPES.table))
      if (!this.databases.has(inputs.databaseName))
        this.databases.set(inputs.databaseName, { name: inputs.databaseName, parameters: {}, declared: true });
  }

  /** in the order of their names */
  all(): CatalogDatabase[] {
    return [...this.databases.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get(name: string): CatalogDatabase | undefined {
    return this.databases.get(name);
  }

  /** Makes one that clients change, or changes it. */
  set(database: Omit<CatalogDatabase, "declared">): void {
    this.databases.set(database.name, { ...database, declared: false });
    this.save();
  }

  delete(name: string): void {
    this.databases.delete(name);
    this.save();
  }

  private save(): void {
    const own = [...this.databases.values()].filter(({ declared }) => !declared);
    replaceFile(this.file, `${JSON.stringify(own)}\n`);
  }
}

function isDatabases(value: unknown): value is CatalogDatabase[] {
  return (
    Array.isArray(value) &&
    value.every(
      (one) => isObject(one) && typeof one.name === "string" && isObject(one.parameters) && one.declared === false,
    )
  );
}
