import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { rowsView } from "../../../../etl";
import { Athena } from "../../../../local/athena";
import { Clock } from "../../../../local/core/clock";
import { ACCOUNT, TYPES, type Properties, type Resource } from "../../../../local/core/model";
import { planResource } from "../../../../local/handlers";
import { Iam } from "../../../../local/iam";
import { Glue } from "../../../../local/services/glue/glue";
import { LOCAL_ADMIN_ARN } from "../../../../local/core/principals";
import { S3 } from "../../../../local/services/s3/s3";

const JSON_TABLE = {
  inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
  outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
  serDeInfo: { serializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
};
const FORMER = [{ name: "v", type: "bigint" }];
const NEW = [...FORMER, { name: "w", type: "string" }];

const tableOf = (name: string, columns: object[]): Properties => ({
  databaseName: "db",
  name,
  tableType: "EXTERNAL_TABLE",
  storageDescriptor: { location: `s3://b/${name}/`, columns, ...JSON_TABLE },
});
const viewOf = (name: string, of: string, columns: typeof FORMER): Properties => {
  const view = rowsView("db", of, columns);
  return {
    databaseName: "db",
    name,
    tableType: "VIRTUAL_VIEW",
    parameters: view.parameters,
    viewOriginalText: view.viewOriginalText,
    viewExpandedText: view.viewExpandedText,
    storageDescriptor: { columns: view.columns, serDeInfo: { name: "-", serializationLibrary: "-" } },
  };
};

describe("local/services/glue: views of the program", function () {
  this.timeout(300_000);
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "view-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const resource = (type: string, inputs: Properties): Resource => ({
    urn: `${type}::${inputs.name ?? inputs.bucket}`,
    type,
    name: "x",
    custom: true,
    id: "x",
    dependencies: [],
    inputs,
    outputs: inputs,
  });

  /** A catalog with the tables of two versions, of 3 and 5 rows, and a view of one of them. */
  function open(view: Properties): { glue: Glue; query(sql: string): Promise<string[]> } {
    const resources = [
      resource(TYPES.bucket, { bucket: "b" }),
      resource(TYPES.database, { name: "db" }),
      resource(TYPES.table, tableOf("store__rows", FORMER)),
      resource(TYPES.table, tableOf("store__v2", NEW)),
      resource(TYPES.table, view),
    ];
    const clock = new Clock(0);
    const s3 = new S3(resources, path.join(folder, "s3"), clock, new Iam(resources, ACCOUNT), "eu-central-1");
    s3.clean();
    const lines = (count: number, more: string): Buffer =>
      Buffer.from(Array.from({ length: count }, (_, index) => `{"v":${index}${more}}\n`).join(""));
    s3.put(LOCAL_ADMIN_ARN, "b", "store__rows/1.json", lines(3, ""));
    s3.put(LOCAL_ADMIN_ARN, "b", "store__v2/1.json", lines(5, ',"w":"x"'));
    const glue = new Glue(resources, s3, clock, path.join(folder, "glue"));
    const athena = new Athena();
    return {
      glue,
      async query(sql) {
        const { columns, rows } = await athena.query(sql, { database: "db", tables: glue.tables, now: 0 });
        return [columns.map(({ name }) => name).join(), ...rows.map((row) => row.join())];
      },
    };
  }

  it("are read as the query that they hold", async () => {
    const { query, glue } = open(viewOf("store", "store__v2", NEW));
    assert.deepEqual(await query("SELECT * FROM store WHERE v > 2"), ["v,w", "3,x", "4,x"]);
    assert.equal(glue.tables.get("db.store")!.describe().TableType, "VIRTUAL_VIEW");
    assert.match(String(glue.tables.get("db.store")!.describe().ViewOriginalText), /^\/\* Presto View: /);
  });

  it("are led from one version to another and back while 1,000 queries run: none fails, and each sees one of the two", async () => {
    const { query, glue } = open(viewOf("store", "store__rows", FORMER));
    const versions = [rowsView("db", "store__rows", FORMER), rowsView("db", "store__v2", NEW)] as const;
    const seen = new Map<string, number>();
    let done = 0;
    let promotions = 0;
    const reader = async (): Promise<void> => {
      while (done < 1000) {
        done++;
        const answer = (await query("SELECT * FROM store ORDER BY v")).join(";");
        seen.set(answer, (seen.get(answer) ?? 0) + 1);
      }
    };
    const switcher = async (): Promise<void> => {
      while (done < 1000) {
        await new Promise((resolve) => setTimeout(resolve, 5));
        const { columns, parameters, viewOriginalText } = versions[++promotions % 2]!;
        glue.tables.get("db.store")!.replace(columns, parameters, viewOriginalText);
      }
    };
    await Promise.all([...Array.from({ length: 8 }, reader), switcher()]);
    assert.deepEqual([...seen.keys()].sort(), ["v,w;0,x;1,x;2,x;3,x;4,x", "v;0;1;2"]);
    assert.ok(promotions > 10, `${promotions} promotions`);
  });

  it("outlive a restart as they were changed, until the program declares them otherwise", async () => {
    const first = open(viewOf("store", "store__rows", FORMER));
    const { columns, parameters, viewOriginalText } = rowsView("db", "store__v2", NEW);
    first.glue.tables.get("db.store")!.replace(columns, parameters, viewOriginalText);
    assert.equal((await open(viewOf("store", "store__rows", FORMER)).query("SELECT * FROM store")).length, 6);
    const declared = viewOf("store", "store__rows", FORMER);
    assert.equal((await open({ ...declared, description: "x" }).query("SELECT * FROM store")).length, 4);
  });

  const context = { account: ACCOUNT, region: "eu-central-1", project: "p", stack: "dev", name: "x", urn: "x" };
  for (const [what, inputs, expected] of [
    ["a view without its query", { viewOriginalText: undefined }, /^viewOriginalText: is no view of Athena/],
    ["a view of another engine", { viewOriginalText: "SELECT 1" }, /^viewOriginalText: is no view of Athena/],
    [
      "a view with partition keys",
      { partitionKeys: [{ name: "p", type: "string" }] },
      /^partitionKeys: a view has none/,
    ],
    ["a table without a place", { tableType: "EXTERNAL_TABLE", viewOriginalText: undefined }, /location: is required/],
  ] as const)
    it(`refuse ${what}`, () => {
      const { problems } = planResource(TYPES.table, { ...viewOf("store", "store__v2", NEW), ...inputs }, context);
      assert.ok(
        problems.some(({ path: at, message }) => expected.test(`${at}: ${message}`)),
        JSON.stringify(problems),
      );
    });
});
