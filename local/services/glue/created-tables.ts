import * as path from "node:path";
import type { Column, NewTable, NewView } from "../../athena";
import { isObject, readDataFile, replaceFile } from "../../core/data-file";
import { JSON_SERDE, type Properties } from "../../core/model";

/** A view of the catalog. */
export type StoredView = NewView;

interface Stored {
  /** arguments as a program would declare them */
  tables: Properties[];
  views: StoredView[];
}

const PARQUET = "org.apache.hadoop.hive.ql.io.parquet";

/** Tables and views that statements of Athena made. They outlive a restart as those of the program do. */
export class CreatedTables {
  private readonly file: string;
  private readonly stored: Stored;

  /** @param folder the catalog's, in the data folder @throws DataFileError */
  constructor(folder: string) {
    this.file = path.join(folder, "created-by-statements.json");
    this.stored = readDataFile(this.file, isStored) ?? { tables: [], views: [] };
  }

  get tables(): readonly Properties[] {
    return this.stored.tables;
  }

  get views(): readonly StoredView[] {
    return this.stored.views;
  }

  /** @returns the table's arguments */
  addTable({ database, name, columns, location, format, parameters }: NewTable): Properties {
    const json = format === "JSON";
    const inputs = {
      databaseName: database,
      name,
      tableType: "EXTERNAL_TABLE",
      parameters: { ...parameters },
      partitionKeys: [],
      storageDescriptor: {
        location,
        columns,
        inputFormat: json ? "org.apache.hadoop.mapred.TextInputFormat" : `${PARQUET}.MapredParquetInputFormat`,
        outputFormat: json
          ? "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
          : `${PARQUET}.MapredParquetOutputFormat`,
        serDeInfo: { serializationLibrary: json ? JSON_SERDE : `${PARQUET}.serde.ParquetHiveSerDe` },
      },
    };
    this.stored.tables.push(inputs);
    this.save();
    return inputs;
  }

  addView(view: StoredView): void {
    const others = this.stored.views.filter(({ database, name }) => database !== view.database || name !== view.name);
    this.stored.views = [...others, view];
    this.save();
  }

  private save(): void {
    replaceFile(this.file, `${JSON.stringify(this.stored)}\n`);
  }
}

function isStored(value: unknown): value is Stored {
  if (!isObject(value) || !Array.isArray(value.tables) || !Array.isArray(value.views)) return false;
  return value.tables.every(isTable) && value.views.every(isView);
}

function isTable(value: unknown): value is Properties {
  if (!isObject(value) || !isNamed(value.databaseName, value.name) || !isObject(value.storageDescriptor)) return false;
  const { location, columns, serDeInfo } = value.storageDescriptor;
  return typeof location === "string" && location.startsWith("s3://") && isColumns(columns) && isObject(serDeInfo);
}

function isView(value: unknown): value is StoredView {
  return (
    isObject(value) && isNamed(value.database, value.name) && typeof value.sql === "string" && isColumns(value.columns)
  );
}

const isNamed = (...names: unknown[]): boolean => names.every((name) => typeof name === "string");

function isColumns(value: unknown): value is Column[] {
  return Array.isArray(value) && value.every((column) => isObject(column) && isNamed(column.name, column.type));
}
