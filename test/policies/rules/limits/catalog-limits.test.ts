import { catalogLimits } from "../../../../policies/rules/limits/catalog-limits";
import { spec } from "../../spec";

spec(catalogLimits, {
  messages: {
    "table: a column twice": [
      'table (aws:glue:CatalogTable), storageDescriptor.columns[2].name: saw "device"; storageDescriptor.columns[0] has the same name, and a name occurs once in a table; rename one, or drop it',
    ],
    "table: a column that is a partition key too": [
      'table (aws:glue:CatalogTable), partitionKeys[0].name: saw "dt"; storageDescriptor.columns[2] has the same name, and a name occurs once in a table; rename one, or drop it',
    ],
    "table: a type that nobody reads": [
      'table (aws:glue:CatalogTable), storageDescriptor.columns[1].type: saw "array<struct<a:integr>>"; "integr" is no type of Hive or Iceberg; correct it',
    ],
    "table: capital letters": [
      'table (aws:glue:CatalogTable), storageDescriptor.columns[1].name: saw "Temperature"; the catalog knows lower-case names only; write "temperature"',
    ],
    "table: a key that is not projected": [
      'table (aws:glue:CatalogTable), parameters["projection.line.type"]: saw nothing; every partition key is projected, "line" too; set projection.line.type to enum, integer, date or injected',
      'table (aws:glue:CatalogTable), parameters["storage.location.template"]: saw "s3://plant-data/rows/dt=${dt}/"; it holds every partition key, ${line} too; add ${line}',
    ],
    "table: a template without the key": [
      'table (aws:glue:CatalogTable), parameters["storage.location.template"]: saw "s3://plant-data/rows/"; it holds every partition key, ${dt} too; add ${dt}',
    ],
    "table: a template without its slash": [
      'table (aws:glue:CatalogTable), parameters["storage.location.template"]: saw "s3://plant-data/rows/dt=${dt}"; the template ends with a slash; add it',
    ],
    "table: no template": [
      'table (aws:glue:CatalogTable), parameters["storage.location.template"]: saw nothing; a projected table with partition keys says where a partition lies; set it to LOCATIONdt=${dt}/',
    ],
    "table: a projection of no key": [
      'table (aws:glue:CatalogTable), parameters["projection.day.type"]: saw "projection.day.type"; the table\'s partition keys are dt, and nothing of them has this member; remove it, or add the key',
    ],
    "table: no range": [
      'table (aws:glue:CatalogTable), parameters["projection.dt.range"]: saw nothing; a projection of type date wants range; set parameters["projection.dt.range"]',
    ],
    "table: a kind that is not there": [
      'table (aws:glue:CatalogTable), parameters["projection.dt.type"]: saw "day"; the type of a projection is one of enum, integer, date, injected; choose one of them',
    ],
    "table: hours without an interval": [
      'table (aws:glue:CatalogTable), parameters["projection.dt.interval"]: saw nothing; the format "yyyy-MM-dd-HH" is finer than a day, and then interval and interval.unit are mandatory; set projection.dt.interval',
      'table (aws:glue:CatalogTable), parameters["projection.dt.interval.unit"]: saw nothing; the format "yyyy-MM-dd-HH" is finer than a day, and then interval and interval.unit are mandatory; set projection.dt.interval.unit',
    ],
    "database: capitals in a database's name": [
      'database (aws:glue:CatalogDatabase), name: saw "Plant"; the name has lower-case letters, digits and underscores; choose another name',
    ],
  },
  unknown: {
    of: "table",
    property: "storageDescriptor",
    says: "table (aws:glue:CatalogTable), storageDescriptor: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
