import * as glue from "@pulumi/aws/glue";
import * as pulumi from "@pulumi/pulumi";
import { ROWS_OF, rowsPrefix, type DatastoreDocument } from "../../../etl";
import type { BucketTransforms, BucketNodes } from "../storage/bucket";
import { show, type Checks } from "../common/checks";
import { datastoreDocument, PARTITION, type ColumnArgs, type OnMismatch, type PartitionArgs } from "./document";
import { lift } from "../common/inputs";
import { input, list, matching, text, type Shape } from "../common/shape";
import { KMS_KEY_ARN, TAGS } from "../component-args";
import { deployedTable } from "./deployed-table";
import { catalogName, takeName, uniqueName } from "../common/names";
import { scopeOf } from "../common/scope";
import { openReaders } from "../delivery/readers";
import { eitherArgs, tableArgs, viewArgs, type TableFormat, type TableSettings } from "./tables";
import {
  boundaryKeyOf,
  candidateView,
  checkVersions,
  FIRST_VERSION,
  formerRows,
  hasVersions,
  versionName,
  versionTable,
  VERSIONS,
  type CandidateArgs,
  type VersionSettings,
} from "./versions";
import { checkDataArgs, DATA, type DataSettings } from "../storage/storage-args";
import { createStore } from "../storage/store";
import { transformed, type Transform } from "../common/transform";

/** The resources of a datastore. */
export interface DatastoreNodes {
  /** absent for a bucket of yours */
  readonly bucket?: BucketNodes;
  /** absent for an existing database */
  readonly database?: glue.CatalogDatabase;
  /** what readers select from: a table, or a view of the table of a version */
  readonly table: glue.CatalogTable;
  /** the table with the rows of the pipeline; absent where `table` has them */
  readonly rowsTable?: glue.CatalogTable;
  readonly candidateTable?: glue.CatalogTable;
  readonly candidateView?: glue.CatalogTable;
}

/** Changes to the arguments of its children. */
export interface DatastoreTransforms {
  bucket?: BucketTransforms;
  database?: Transform<glue.CatalogDatabaseArgs>;
  /** of every table and view; the names of those of versions must stay as they are */
  table?: Transform<glue.CatalogTableArgs>;
}

/** Options of a datastore: those of every component, and changes to its children. */
export interface DatastoreOptions extends pulumi.ComponentResourceOptions {
  transform?: DatastoreTransforms;
}

/** The arguments that both formats have; the components document them with examples. */
export interface DatastoreSettings extends DataSettings, VersionSettings {
  partitions?: PartitionArgs[];
  firstDay?: string;
  database?: pulumi.Input<string>;
  kmsKeyArn?: pulumi.Input<string>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** What was created for a datastore, and where its rows are. */
export interface DatastoreResources {
  nodes: DatastoreNodes;
  bucket: pulumi.Output<string>;
  rootPrefix: string;
  prefix: string;
  kmsKeyArn: pulumi.Output<string> | undefined;
  databaseName: pulumi.Output<string>;
  candidate: DatastoreCandidate | undefined;
  /** tables of which `nodes.table` is a view, or may become one */
  versions: DatastoreVersion[];
  /**
   * the table in which others than the pipeline register partitions, where readers find them: as long as `nodes.table` is a table, that one, whose
   * partitions are copied before readers are led elsewhere
   */
  physicalTable: pulumi.Output<string>;
  /** name of a table whose registered partitions the table of the rows has to get, before readers are led there */
  copiesFrom: string | undefined;
  /** other names under which readers find the rows, and which follow the pipeline's changes to the table of the rows */
  readers: string[];
}

/** The table of a version and where its rows are, for whoever reads it through a view. */
export interface DatastoreVersion {
  tableName: pulumi.Output<string>;
  prefix: string;
  partitions: PartitionArgs[];
}

/** What the pipeline of a candidate writes to. */
export interface DatastoreCandidate {
  /** name of the datastore */
  readonly name: string;
  readonly version: string;
  readonly columns: ColumnArgs[] | undefined;
  readonly partitions: PartitionArgs[];
  readonly onMismatch?: OnMismatch;
  readonly bucket: pulumi.Output<string>;
  readonly rootPrefix: string;
  readonly prefix: string;
  readonly databaseName: pulumi.Output<string>;
  /** name of the Glue table */
  readonly tableName: pulumi.Output<string>;
  /** name of the view that people query */
  readonly viewName: pulumi.Output<string>;
  readonly kmsKeyArn?: pulumi.Output<string>;
  /** names under which readers find the rows, and which follow changes of its columns */
  readonly readers: string[];
  readonly promoted: boolean;
  /** key of the object that holds the boundary between live messages and those of the archive, in the bucket */
  readonly boundaryKey: string;
}

/** First day of arrival by default: of the year in which AWS IoT Analytics ended, before which nobody can have used this. */
const FIRST_DAY = "2025-01-01";

/** Creates bucket, database and tables. @param format of its columns */
export function createDatastore(
  component: pulumi.ComponentResource,
  document: DatastoreDocument,
  args: DatastoreSettings & { columns?: ColumnArgs[]; onMismatch?: OnMismatch },
  formatOf: (document: DatastoreDocument) => TableFormat,
  transforms: DatastoreTransforms,
): DatastoreResources {
  const { datastoreName: name } = document;
  const { tags, candidate, version = FIRST_VERSION } = args;
  const store = createStore(scopeOf(component, name, args), {
    purpose: "data",
    days: args.retention?.days,
    former: formerRows(name, args),
    args,
    transforms: transforms.bucket,
  });
  const kmsKeyArn = store.kmsKeyArn === undefined ? undefined : pulumi.output(store.kmsKeyArn);
  const database = args.database === undefined ? createDatabase() : undefined;
  const databaseName = pulumi.output(database?.name ?? lift<[string], string>([args.database!], takeTable));
  const own = catalogName(name);
  const versioned = hasVersions(args);
  const rows = versioned ? versionTable(own, version) : own;
  const isJson = args.columns === undefined;
  // The name is a table until a candidate is promoted, and a view from then on.
  const mayBeTable = candidate !== undefined && version === FIRST_VERSION && args.view !== true;
  const copied = versioned ? openReaders(component) : undefined;
  const live = settingsOf(document, version, rows, `Version ${version} of the datastore ${name}`);
  const rowsTable = versioned ? newTable(`${name}-${version}-table`, tableArgs({ ...live, before: own })) : undefined;
  const tried = candidate === undefined ? undefined : createCandidate(candidate);
  const asked =
    mayBeTable && candidate?.promote !== true
      ? databaseName.apply(async (given) => (await deployedTable(given, own))?.parameters[ROWS_OF] !== undefined)
      : undefined;
  const table = createOwn();
  return {
    nodes: {
      bucket: store.nodes,
      database,
      table,
      rowsTable,
      candidateTable: tried?.table,
      candidateView: tried?.view,
    },
    bucket: store.bucket,
    rootPrefix: store.prefix,
    prefix: live.prefix,
    kmsKeyArn,
    // The own name waits for the pipeline, which must not wait for it.
    databaseName: (rowsTable ?? table).databaseName,
    candidate: tried?.reference,
    versions: rowsTable === undefined ? [] : [referenceOf(live, rowsTable), ...(tried?.versions ?? [])],
    physicalTable:
      rowsTable === undefined
        ? table.name
        : pulumi
            .all([asked ?? true, rowsTable.name, table.name])
            .apply(([isView, physical, shown]) => (isView ? physical : shown)),
    copiesFrom: versioned && version === FIRST_VERSION ? own : undefined,
    readers: versioned && (isJson || version === FIRST_VERSION) ? [own] : [],
  };

  /** Two datastores in one database have two tables. */
  function takeTable(given: string): string {
    takeName(component, "table", name, catalogName(name), given);
    return given;
  }

  function createDatabase(): glue.CatalogDatabase {
    const own = { name: uniqueName(component, "database", name), description: `Datastore ${name}`, tags };
    return new glue.CatalogDatabase(
      ...transformed(transforms.database, `${name}-database`, own, { parent: component }),
    );
  }

  function settingsOf(of: DatastoreDocument, id: string, tableName: string, description: string): TableSettings {
    return {
      name: tableName,
      description,
      databaseName,
      bucket: store.bucket,
      prefix: rowsPrefix(store.prefix, versionName(name, id)),
      document: of,
      format: formatOf(of),
      firstDay: args.firstDay ?? FIRST_DAY,
    };
  }

  function newTable(
    child: string,
    tableArguments: glue.CatalogTableArgs,
    dependsOn: pulumi.Input<pulumi.Input<pulumi.Resource>[]> = [],
  ): glue.CatalogTable {
    // Whoever writes rows refers to the table, and must find the bucket configured.
    const opts = {
      parent: component,
      dependsOn: pulumi.output(dependsOn).apply((more) => [...store.ready, ...more]),
    };
    return new glue.CatalogTable(...transformed(transforms.table, child, tableArguments, opts));
  }

  function createCandidate({ version: id, ...given }: CandidateArgs) {
    const columns = isJson ? undefined : (given.columns ?? args.columns);
    const partitions = given.partitions ?? args.partitions ?? [];
    const of = datastoreDocument(name, columns, partitions);
    const settings = settingsOf(of, id, versionTable(own, id), `Version ${id} of the datastore ${name}`);
    const made = newTable(`${name}-${id}-table`, tableArgs(settings));
    const viewed = viewArgs(candidateView(own), `The candidate ${id} of the datastore ${name}`, settings);
    const view = newTable(`${name}-candidate-view`, viewed, [made]);
    const reference: DatastoreCandidate = {
      name,
      version: id,
      columns,
      partitions,
      onMismatch: given.onMismatch ?? args.onMismatch,
      bucket: store.bucket,
      rootPrefix: store.prefix,
      prefix: settings.prefix,
      databaseName: made.databaseName,
      tableName: made.name,
      viewName: view.name,
      kmsKeyArn,
      readers: isJson ? [candidateView(own), own] : [],
      promoted: given.promote === true,
      boundaryKey: boundaryKeyOf(store.prefix, settings.name),
    };
    return { settings, table: made, view, reference, versions: [referenceOf(settings, made)] };
  }

  /** What readers select from. */
  function createOwn(): glue.CatalogTable {
    const description = `Datastore ${name}`;
    const asTable = tableArgs({ ...live, name: own, description });
    const child = `${name}-table`;
    if (!versioned) return newTable(child, { ...asTable, tableType: stillTable(databaseName, own) });
    const shown = candidate?.promote === true ? tried!.settings : { ...live, before: own };
    const asView = viewArgs(own, description, shown);
    const asEither = asked === undefined ? asView : eitherArgs(asked, asView, asTable);
    // Readers are led to tables that have every partition.
    const waits = copied!.then((copies) => [...[rowsTable!, tried?.table ?? []].flat(), ...copies]);
    return newTable(child, asEither, waits);
  }
}

function referenceOf({ prefix, document }: TableSettings, table: glue.CatalogTable): DatastoreVersion {
  return { tableName: table.name, prefix, partitions: document.datastorePartitions?.partitions ?? [] };
}

/** A name that was led to the rows of a version is a view: as a table it would show none of the partitions that have come since. */
function stillTable(database: pulumi.Output<string>, table: string): pulumi.Output<string> {
  return database.apply(async (name) => {
    const shown = (await deployedTable(name, table))?.parameters[ROWS_OF];
    if (shown === undefined) return "EXTERNAL_TABLE";
    throw new pulumi.RunError(
      `the datastore ${table} is deployed as a view of ${shown}, since a candidate was promoted, and cannot become a table again; ` +
        `set view (datastores.${table}.view: true in a stack), or version for an adopted candidate`,
    );
  });
}

/** The arguments that both formats have. */
export const DATASTORE: Shape<DatastoreSettings> = {
  partitions: list(PARTITION, "partitions", { max: 25 }),
  firstDay: text(),
  database: input(
    matching(/^[a-z0-9_]{1,255}$/, "a database's name has 1-255 lower-case letters, digits and underscores"),
  ),
  kmsKeyArn: KMS_KEY_ARN,
  tags: TAGS,
  ...VERSIONS,
  ...DATA,
};

/** Checks what the arguments that both formats have say together. */
export function checkDatastore(checks: Checks, args: DatastoreSettings): void {
  checkPartitions(checks, args.partitions);
  if (args.firstDay !== undefined && checks.shaped("firstDay"))
    checkFirstDay(checks, args.firstDay, args.partitions ?? []);
  checkDataArgs(checks, args);
  checkPartitions(checks, args.candidate?.partitions, "candidate.partitions");
  checkVersions(checks, args);
}

function checkFirstDay(checks: Checks, firstDay: string, partitions: readonly PartitionArgs[]): void {
  const time = Date.parse(`${firstDay}T00:00:00Z`);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(firstDay) && !Number.isNaN(time);
  if (!isDay || !new Date(time).toISOString().startsWith(firstDay))
    checks.add("firstDay", `saw ${show(firstDay)}; a day, written yyyy-MM-dd`);
  else if (partitions.length > 0)
    checks.add(
      "firstDay",
      `saw ${show(firstDay)} beside partitions, which are registered as they arrive; leave one of them out`,
    );
}

function checkPartitions(checks: Checks, partitions: readonly PartitionArgs[] | undefined, path = "partitions"): void {
  const seen = new Set<string>();
  for (const [at, { attributePartition, timestampPartition }] of checks.entries(path, partitions)) {
    if ((attributePartition === undefined) === (timestampPartition === undefined)) {
      checks.add(at, "has neither or both; give exactly one of attributePartition and timestampPartition");
      continue;
    }
    const kind = attributePartition === undefined ? "timestampPartition" : "attributePartition";
    // Only one of them can be __year, __month, __day and __hour.
    const key =
      attributePartition === undefined ? "time" : `attribute ${attributePartition.attributeName.toLowerCase()}`;
    if (seen.has(key)) checks.add(`${at}.${kind}`, `is the second partition by ${key}; one is enough`);
    seen.add(key);
  }
}
