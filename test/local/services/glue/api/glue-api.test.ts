import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { ServiceApi } from "../../../../../local/api";
import { Athena } from "../../../../../local/athena";
import { Clock } from "../../../../../local/core/clock";
import { ACCOUNT, TYPES, type Resource } from "../../../../../local/core/model";
import { LOCAL_ADMIN_ARN } from "../../../../../local/core/principals";
import { Iam } from "../../../../../local/iam";
import { glueApi } from "../../../../../local/services/glue/api";
import { Glue } from "../../../../../local/services/glue/glue";
import { S3 } from "../../../../../local/services/s3/s3";
import { callRow, failure, type Answer } from "../../../api-call";

const REGION = "eu-central-1";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/reader`;
const JSON_TABLE = {
  InputFormat: "org.apache.hadoop.mapred.TextInputFormat",
  OutputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
  SerdeInfo: { SerializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
};

function resource(type: string, name: string, inputs: object, outputs: object = {}): Resource {
  const more = { name, custom: true, dependencies: [], inputs, outputs: { ...inputs, ...outputs } };
  return { urn: `${type}::${name}`, type, id: name, ...more };
}

const allow = (actions: string[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] });

const DECLARED = resource(TYPES.table, "t", {
  databaseName: "db",
  name: "t",
  tableType: "EXTERNAL_TABLE",
  parameters: { classification: "json" },
  partitionKeys: [],
  storageDescriptor: {
    location: "s3://lake/t/",
    columns: [{ name: "a", type: "int" }],
    serDeInfo: { serializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
  },
});
const RESOURCES: Resource[] = [
  resource(TYPES.bucket, "lake", { bucket: "lake" }),
  resource(TYPES.database, "db", { name: "db", description: "readings" }),
  DECLARED,
  resource(TYPES.role, "reader", { name: "reader", assumeRolePolicy: allow([]) }, { arn: ROLE }),
  resource(TYPES.rolePolicy, "p", { role: "reader", name: "p", policy: allow(["glue:Get*"]) }),
];

describe("local/services/glue/api", () => {
  let folder: string, iam: Iam, glue: Glue, api: ServiceApi, athena: Athena;

  const open = (resources: readonly Resource[] = RESOURCES): void => {
    const clock = new Clock(Date.UTC(2026, 2, 15));
    iam = new Iam(resources, ACCOUNT);
    const s3 = new S3(resources, path.join(folder, "s3"), clock, iam, REGION);
    s3.clean();
    glue = new Glue(resources, s3, clock, path.join(folder, "glue"));
    api = glueApi({ glue, iam, clock, region: REGION });
  };
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "glue-api-"));
    athena = new Athena();
    open();
  });
  afterEach(() => {
    athena.close();
    fs.rmSync(folder, { recursive: true });
  });

  const call = (name: string, input: object = {}, principal?: string): Promise<Answer> =>
    callRow(api, iam, name, input, principal);
  const table = (name: string, columns: [string, string][], more: object = {}): object => ({
    Name: name,
    TableType: "EXTERNAL_TABLE",
    StorageDescriptor: {
      Columns: columns.map(([Name, Type]) => ({ Name, Type })),
      Location: `s3://lake/${name}/`,
      ...JSON_TABLE,
      ...more,
    },
  });
  const create = (name: string, columns: [string, string][], more?: object): Promise<Answer> =>
    call("CreateTable", { DatabaseName: "db", TableInput: table(name, columns, more) });
  const columnsOf = async (name: string): Promise<unknown> =>
    (await call("GetTable", { DatabaseName: "db", Name: name })).Table.StorageDescriptor.Columns as unknown;
  const rows = async (sql: string): Promise<unknown[][]> => {
    const databases = glue.databases.all().map(({ name }) => name);
    return (await athena.query(sql, { database: "db", databases, tables: glue.tables })).rows;
  };

  it("makes, changes and deletes databases of clients, which outlive a restart; those of the program stay as they are", async () => {
    await call("CreateDatabase", { DatabaseInput: { Name: "Mine", Parameters: { a: "1" } } });
    open();
    const { Database } = await call("GetDatabase", { Name: "mine" });
    assert.deepEqual(
      [Database.Name, Database.Parameters, Database.CreateTime],
      ["mine", { a: "1" }, new Date("2026-03-15")],
    );
    assert.equal(
      (await failure(call("CreateDatabase", { DatabaseInput: { Name: "mine" } }))).code,
      "AlreadyExistsException",
    );
    await call("UpdateDatabase", { Name: "mine", DatabaseInput: { Name: "mine", Description: "x" } });
    const first = await call("GetDatabases", { MaxResults: 1 });
    assert.deepEqual(first.DatabaseList, [{ Name: "db", Description: "readings", CatalogId: ACCOUNT }]);
    const second = await call("GetDatabases", { NextToken: first.NextToken });
    assert.deepEqual([second.DatabaseList[0].Description, second.NextToken], ["x", undefined]);
    await call("CreateTable", { DatabaseName: "mine", TableInput: table("u", [["a", "int"]]) });
    await call("DeleteDatabase", { Name: "mine" });
    assert.equal(
      (await failure(call("GetTable", { DatabaseName: "mine", Name: "u" }))).code,
      "EntityNotFoundException",
    );
    for (const [name, input] of [
      ["DeleteDatabase", { Name: "db" }],
      ["UpdateDatabase", { Name: "db", DatabaseInput: { Name: "db" } }],
    ] as const)
      assert.match((await failure(call(name, input))).message, /^The program of the stack declares the database db/);
  });

  it("makes tables that SQL reads, keeps their versions, and forgets them without their objects", async () => {
    await create("U", [["A", "int"]]);
    fs.mkdirSync(path.join(folder, "s3/lake/U"), { recursive: true });
    fs.writeFileSync(path.join(folder, "s3/lake/U/1.json"), '{"a":1,"b":"x"}\n');
    assert.deepEqual(await rows("SELECT * FROM u"), [[1]]);
    assert.equal((await failure(create("u", []))).code, "AlreadyExistsException");
    await call("UpdateTable", {
      DatabaseName: "db",
      TableInput: {
        ...table("U", [
          ["a", "int"],
          ["b", "string"],
        ]),
      },
    });
    assert.deepEqual(await rows("SELECT * FROM u"), [[1, "x"]]);
    open();
    assert.deepEqual(await rows("SELECT * FROM u"), [[1, "x"]]);
    const { TableVersions } = await call("GetTableVersions", { DatabaseName: "db", TableName: "u" });
    assert.deepEqual(
      TableVersions.map(
        ({ VersionId, Table }: Answer) => [VersionId, Table.StorageDescriptor.Columns.length] as unknown,
      ),
      [
        ["1", 2],
        ["0", 1],
      ],
    );
    const stale = { DatabaseName: "db", TableInput: table("U", []), VersionId: "0" };
    assert.equal((await failure(call("UpdateTable", stale))).code, "ConcurrentModificationException");
    await call("UpdateTable", { DatabaseName: "db", TableInput: table("U", [["a", "int"]]), SkipArchive: true });
    const { TableVersion } = await call("GetTableVersion", { DatabaseName: "db", TableName: "u" });
    assert.deepEqual([TableVersion.VersionId, TableVersion.Table.CreatedBy], ["2", LOCAL_ADMIN_ARN]);
    assert.equal(
      (await failure(call("GetTableVersion", { DatabaseName: "db", TableName: "u", VersionId: "1" }))).code,
      "EntityNotFoundException",
    );
    await call("DeleteTable", { DatabaseName: "db", Name: "u" });
    assert.ok(fs.existsSync(path.join(folder, "s3/lake/U/1.json")));
    open();
    assert.equal((await failure(call("GetTable", { DatabaseName: "db", Name: "u" }))).code, "EntityNotFoundException");
  });

  it("changes columns of a table of the program, and nothing else of it", async () => {
    await call("UpdateTable", {
      DatabaseName: "db",
      TableInput: {
        ...table(
          "t",
          [
            ["a", "int"],
            ["b", "string"],
          ],
          { InputFormat: "", OutputFormat: "" },
        ),
        Parameters: { classification: "json" },
      },
    });
    assert.deepEqual(await columnsOf("t"), [
      { Name: "a", Type: "int" },
      { Name: "b", Type: "string" },
    ]);
    const moved = table("t", [["a", "int"]], { Location: "s3://lake/other/" });
    assert.match(
      (await failure(call("UpdateTable", { DatabaseName: "db", TableInput: moved }))).message,
      /^TableInput.StorageDescriptor.Location would change/,
    );
    assert.match(
      (await failure(call("DeleteTable", { DatabaseName: "db", Name: "t" }))).message,
      /^The program of the stack declares the table db.t/,
    );
    const { Errors } = await call("BatchDeleteTable", { DatabaseName: "db", TablesToDelete: ["t", "none"] });
    assert.deepEqual(
      Errors.map(({ TableName, ErrorDetail }: Answer) => [TableName, ErrorDetail.ErrorCode] as unknown),
      [
        ["t", "InvalidInputException"],
        ["none", "EntityNotFoundException"],
      ],
    );
  });

  it("lists and searches tables by page", async () => {
    for (const name of ["a1", "a2", "b"]) await create(name, [["speed", "double"]]);
    const names = (answer: Answer): unknown => answer.TableList.map(({ Name }: Answer) => Name as unknown);
    const first = await call("GetTables", { DatabaseName: "db", MaxResults: 3 });
    assert.deepEqual(names(first), ["a1", "a2", "b"]);
    assert.deepEqual(names(await call("GetTables", { DatabaseName: "db", NextToken: first.NextToken })), ["t"]);
    for (const [Expression, found] of [
      ["a*", ["a1", "a2"]],
      ["a[1]", ["a1"]],
      ["", ["a1", "a2", "b", "t"]],
    ] as const)
      assert.deepEqual(names(await call("GetTables", { DatabaseName: "db", Expression })), found);
    assert.deepEqual(names(await call("SearchTables", { SearchText: "SPEED" })), ["a1", "a2", "b"]);
    assert.equal(
      (await failure(call("GetTables", { DatabaseName: "db", MaxResults: 101 }))).code,
      "InvalidInputException",
    );
    assert.equal((await failure(call("GetTables", { DatabaseName: "none" }))).code, "EntityNotFoundException");
  });

  it("takes tables that no query here can read, and says why when one does", async () => {
    const serde = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";
    await create("csv", [["a", "int"]], { SerdeInfo: { SerializationLibrary: serde } });
    await assert.rejects(
      rows("SELECT * FROM csv"),
      /NOT_SUPPORTED: the table db.csv cannot be read: the SerDe ".*LazySimpleSerDe" is not executed/,
    );
    await create("bad", [["a", "int"]], {
      SerdeInfo: { ...JSON_TABLE.SerdeInfo, Parameters: { "ignore.malformed.json": "true" } },
    });
    await assert.rejects(rows("SELECT * FROM bad"), /ignore.malformed.json/);
    await assert.rejects(rows("SELECT 1 AS a FROM nowhere"), /TABLE_NOT_FOUND/);
  });

  it("refuses what a table here cannot be", async () => {
    for (const [input, message] of [
      [
        { DatabaseName: "db", TableInput: { Name: "x", Parameters: { table_type: "ICEBERG" } } },
        /Iceberg are not executed/,
      ],
      [
        {
          DatabaseName: "db",
          TableInput: table("x", [
            ["a", "int"],
            ["A", "int"],
          ]),
        },
        /^Duplicate column name: a$/,
      ],
      [{ DatabaseName: "db", TableInput: table("x", [], { Location: "hdfs://x" }) }, /saw "hdfs:\/\/x"/],
      [{ DatabaseName: "db", TableInput: table("x", [], { BucketColumns: ["a"] }) }, /BucketColumns is not executed/],
      [{ DatabaseName: "none", TableInput: table("x", []) }, /^Database none not found.$/],
      [{ DatabaseName: "db", CatalogId: "1", TableInput: table("x", []) }, /^Catalog 1 not found/],
    ] as const)
      assert.match((await failure(call("CreateTable", input))).message, message);
  });

  it("gives way to a table that the program declares by the same name, and decides each call", async () => {
    await create("u", [["a", "int"]]);
    const { databaseName, storageDescriptor, ...rest } = DECLARED.inputs;
    const declared = { ...rest, databaseName, name: "u", storageDescriptor: { ...storageDescriptor, columns: [] } };
    open([...RESOURCES, resource(TYPES.table, "u", declared)]);
    assert.deepEqual(await columnsOf("u"), []);
    assert.match((await failure(call("DeleteTable", { DatabaseName: "db", Name: "u" }))).message, /^The program/);
    open();
    assert.deepEqual(await columnsOf("u"), [{ Name: "a", Type: "int" }]);
    assert.equal((await call("GetTables", { DatabaseName: "db" }, ROLE)).TableList.length, 2);
    const refused = await failure(callRow(api, iam, "DeleteTable", { DatabaseName: "db", Name: "u" }, ROLE));
    assert.match(refused.message, /^glue:DeleteTable/);
  });

  it("takes over the tables that statements made in data folders of before", async () => {
    const [json] = [DECLARED.inputs.storageDescriptor];
    const stored = {
      tables: [{ ...DECLARED.inputs, name: "old", storageDescriptor: json }],
      views: [{ database: "db", name: "v", columns: [{ name: "n", type: "int" }], sql: "SELECT 1 AS n" }],
    };
    fs.mkdirSync(path.join(folder, "glue"), { recursive: true });
    fs.writeFileSync(path.join(folder, "glue/created-by-statements.json"), JSON.stringify(stored));
    for (let restart = 0; restart < 2; restart++) {
      open();
      assert.deepEqual(await columnsOf("old"), [{ Name: "a", Type: "int" }]);
      assert.deepEqual(await rows("SELECT * FROM v"), [[1]]);
    }
    await call("DeleteTable", { DatabaseName: "db", Name: "v" });
    open();
    assert.equal(glue.tables.has("db.v"), false);
  });
});
