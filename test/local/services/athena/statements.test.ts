import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { Athena } from "../../../../local/athena";
import { Clock } from "../../../../local/core/clock";
import { Defects } from "../../../../local/core/defects";
import { ACCOUNT, TYPES, type Resource } from "../../../../local/core/model";
import { LOCAL_ADMIN_ARN } from "../../../../local/core/principals";
import { Iam } from "../../../../local/iam";
import { Workgroups } from "../../../../local/services/athena/workgroups";
import { Glue } from "../../../../local/services/glue/glue";
import { S3 } from "../../../../local/services/s3/s3";

const READER = `arn:aws:iam::${ACCOUNT}:role/reader`;

function resource(type: string, name: string, inputs: object, outputs: object = {}): Resource {
  return {
    urn: name,
    type,
    name,
    custom: true,
    id: name,
    dependencies: [],
    inputs,
    outputs: { ...inputs, ...outputs },
  };
}

const trust = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "states.amazonaws.com" }, Action: "sts:AssumeRole" }],
};
const readOnly = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: ["athena:StartQueryExecution", "s3:*"], Resource: "*" },
    { Effect: "Allow", Action: ["glue:GetDatabase", "glue:GetTable"], Resource: "*" },
  ],
};

const RESOURCES: Resource[] = [
  resource(TYPES.database, "other", { name: "other" }),
  resource(TYPES.bucket, "lake", { bucket: "lake" }),
  resource(TYPES.role, "reader", { name: "reader", assumeRolePolicy: JSON.stringify(trust) }, { arn: READER }),
  resource(TYPES.rolePolicy, "reader-policy", { role: "reader", name: "p", policy: JSON.stringify(readOnly) }),
  resource(TYPES.table, "readings", {
    databaseName: "db",
    name: "readings",
    parameters: {
      "projection.enabled": "true",
      "storage.location.template": "s3://lake/readings/day=${day}/",
      "projection.day.type": "enum",
      "projection.day.values": "a,b",
    },
    partitionKeys: [{ name: "day", type: "string" }],
    storageDescriptor: {
      location: "s3://lake/readings/",
      columns: [
        { name: "device_id", type: "string" },
        { name: "temp", type: "double" },
      ],
    },
  }),
  ...(
    [
      ["wg", false],
      ["enforcing", true],
      ["default", undefined],
    ] as const
  ).map(([name, enforceWorkgroupConfiguration]) =>
    resource(TYPES.workgroup, name, {
      name,
      configuration: { enforceWorkgroupConfiguration, resultConfiguration: { outputLocation: "s3://lake/results/" } },
    }),
  ),
];

/** The codec of each Parquet file of a folder. */
async function codecsIn(folder: string): Promise<unknown[]> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:");
  try {
    const connection = await instance.connect();
    const found = await connection.runAndReadAll(
      `SELECT compression FROM parquet_metadata('${path.join(folder, "*")}') ORDER BY file_name`,
    );
    return found.getRows().map(([codec]) => codec);
  } finally {
    instance.closeSync();
  }
}

/** Statements as https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html and its pages on queries describe them. */
describe("local/services/athena: statements", () => {
  let folder: string;
  let athena: Athena;
  let workgroups: Workgroups;

  const start = (): void => {
    const clock = new Clock(Date.UTC(2026, 2, 15));
    const iam = new Iam(RESOURCES, ACCOUNT);
    const s3 = new S3(RESOURCES, path.join(folder, "s3"), clock, iam, "eu-central-1");
    s3.clean();
    const glue = new Glue(RESOURCES, s3, clock, path.join(folder, "glue"));
    athena = new Athena();
    const defects = new Defects();
    workgroups = new Workgroups(RESOURCES, {
      athena,
      glue,
      s3,
      iam,
      clock,
      region: "eu-central-1",
      defects,
      folder: path.join(folder, "athena"),
    });
  };
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "statements-"));
    start();
  });
  afterEach(() => {
    athena.close();
    fs.rmSync(folder, { recursive: true });
  });

  const attempt = async (
    sql: string,
    principal = LOCAL_ADMIN_ARN,
  ): Promise<{ reason: string | undefined; rows: unknown[][]; columns: string[] }> => {
    const { id, reason } = await workgroups.run(principal, { sql, workgroup: "wg", database: "db" });
    const content = workgroups.content(id);
    return {
      reason,
      rows: content?.rows ?? [],
      columns: content?.columns.map(({ name }) => name) ?? [],
    };
  };
  const rows = async (sql: string): Promise<unknown[][]> => {
    const { reason, rows: found } = await attempt(sql);
    assert.equal(reason, undefined, sql);
    return found;
  };
  const reason = async (sql: string, principal?: string): Promise<string> =>
    (await attempt(sql, principal)).reason ?? "";

  const insert = "INSERT INTO readings VALUES ('x', 1.5e0, 'a'), ('y', NULL, 'a'), ('z', 3e0, 'b')";

  it("INSERT INTO writes an object for each partition, which later queries read", async () => {
    assert.deepEqual(await rows(insert), [[3n]]);
    assert.deepEqual(await rows("SELECT * FROM readings ORDER BY device_id"), [
      ["x", 1.5, "a"],
      ["y", null, "a"],
      ["z", 3, "b"],
    ]);
    assert.equal(fs.readdirSync(path.join(folder, "s3/lake/readings")).length, 2);
    assert.deepEqual(await rows("INSERT INTO readings (day, device_id) SELECT 'b', 'w'"), [[1n]]);
    assert.deepEqual(await rows("SELECT device_id, temp FROM readings WHERE day = 'b' ORDER BY 1"), [
      ["w", null],
      ["z", 3],
    ]);
  });

  it("a query reads, and is billed for, the objects of the partitions that its conditions leave", async () => {
    await rows(insert);
    const bytes = (day: string): number => {
      const place = path.join(folder, "s3/lake/readings", `day=${day}`);
      return fs.readdirSync(place).reduce((sum, name) => sum + fs.statSync(path.join(place, name)).size, 0);
    };
    for (const [where, expected] of [
      ["", bytes("a") + bytes("b")],
      ["WHERE day = 'b'", bytes("b")],
      ["WHERE day > 'a' AND temp > 0", bytes("b")],
      ["WHERE day = 'c'", 0],
    ] as const) {
      const sql = `SELECT device_id FROM readings ${where}`;
      const { scannedBytes } = await workgroups.run(LOCAL_ADMIN_ARN, { sql, workgroup: "wg", database: "db" });
      assert.equal(scannedBytes, expected, sql);
    }
  });

  it("INSERT INTO refuses other columns and types in Trino's words", async () => {
    assert.match(
      await reason("INSERT INTO readings VALUES (1, 2e0, 'a')"),
      /^TYPE_MISMATCH: .*Insert query has mismatched column types: Table: \[varchar, double, varchar\], Query: \[integer, double, varchar\(1\)\]/,
    );
    assert.match(
      await reason("INSERT INTO readings (nope) VALUES (1)"),
      /^COLUMN_NOT_FOUND: .*Insert column name does not exist in target table: nope/,
    );
    assert.match(await reason("INSERT INTO nowhere VALUES (1)"), /^TABLE_NOT_FOUND: /);
  });

  it("CREATE TABLE AS makes a table that outlives a restart", async () => {
    await rows(insert);
    assert.deepEqual(
      await rows(
        "CREATE TABLE warm WITH (format = 'PARQUET') AS SELECT device_id AS id, temp FROM readings WHERE temp > 2",
      ),
      [[1n]],
    );
    assert.deepEqual(await rows("SELECT * FROM warm"), [["z", 3]]);
    assert.match(
      await reason("CREATE TABLE warm AS SELECT 1 AS a"),
      /^TABLE_ALREADY_EXISTS: .*Table 'awsdatacatalog.db.warm' already exists/,
    );
    assert.deepEqual(await rows("CREATE TABLE IF NOT EXISTS warm AS SELECT 1 AS a"), [[0n]]);
    athena.close();
    start();
    assert.deepEqual(await rows(`SELECT * FROM "AwsDataCatalog"."db"."warm"`), [["z", 3]]);
  });

  it("CREATE TABLE AS refuses what a Hive table cannot hold, and properties that are not executed", async () => {
    assert.match(
      await reason("CREATE TABLE t AS SELECT 1"),
      /^MISSING_COLUMN_NAME: .*Column name not specified at position 1/,
    );
    assert.match(
      await reason("CREATE TABLE t AS SELECT now() AS at"),
      /^NOT_SUPPORTED: Unsupported Hive type: timestamp\(3\) with time zone/,
    );
    assert.match(
      await reason("CREATE TABLE t WITH (format = 'ORC') AS SELECT 1 AS a"),
      /the format ORC is not executed by the local cloud/,
    );
    assert.match(
      await reason("CREATE TABLE t WITH (table_type = 'ICEBERG') AS SELECT 1 AS a"),
      /the property table_type is not executed by the local cloud/,
    );
    assert.match(
      await reason("CREATE TABLE t WITH (bucket_count = 2) AS SELECT 1 AS a"),
      /^NOT_SUPPORTED: bucketed_by is executed by the local cloud with one column/,
    );
  });

  /** the first bytes of a file of lines: https://www.rfc-editor.org/rfc/rfc1952 and https://www.rfc-editor.org/rfc/rfc8878 */
  const magic: [string, string][] = [
    ["GZIP", "1f8b"],
    ["ZSTD", "28b52ffd"],
    ["NONE", Buffer.from('{"').toString("hex")],
    ["UNCOMPRESSED", Buffer.from('{"').toString("hex")],
  ];
  for (const [compression, bytes] of magic)
    it(`CREATE TABLE AS and INSERT INTO write lines of JSON with ${compression}, which later queries read`, async () => {
      await rows(
        `CREATE TABLE t WITH (format = 'JSON', write_compression = '${compression}', external_location = 's3://lake/t/') AS SELECT 1 AS abc`,
      );
      await rows("INSERT INTO t VALUES (2)");
      assert.deepEqual(await rows("SELECT abc FROM t ORDER BY abc"), [[1], [2]]);
      const files = fs.readdirSync(path.join(folder, "s3/lake/t"));
      assert.equal(files.length, 2);
      for (const file of files) {
        const written = fs.readFileSync(path.join(folder, "s3/lake/t", file)).toString("hex");
        assert.ok(written.startsWith(bytes), `${file}: ${written.slice(0, 16)}`);
      }
    });

  for (const [given, codec] of [
    ["write_compression = 'SNAPPY'", "SNAPPY"],
    ["parquet_compression = 'zstd'", "ZSTD"],
    ["write_compression = 'NONE'", "UNCOMPRESSED"],
    ["format = 'PARQUET'", "GZIP"],
  ] as const)
    it(`CREATE TABLE AS and INSERT INTO write Parquet with ${given}`, async () => {
      await rows(`CREATE TABLE t WITH (${given}, external_location = 's3://lake/t/') AS SELECT 1 AS a`);
      await rows("INSERT INTO t VALUES (2)");
      assert.deepEqual(await rows("SELECT a FROM t ORDER BY a"), [[1], [2]]);
      assert.deepEqual(await codecsIn(path.join(folder, "s3/lake/t")), [codec, codec]);
    });

  it("UNLOAD writes with the compression that is given", async () => {
    const unload = (place: string, properties: string): string =>
      `UNLOAD (SELECT 1 AS a) TO 's3://lake/${place}/' WITH (${properties})`;
    await rows(unload("snappy", "format = 'PARQUET', compression = 'snappy'"));
    assert.deepEqual(await codecsIn(path.join(folder, "s3/lake/snappy")), ["SNAPPY"]);
    await rows(unload("text", "format = 'TEXTFILE', compression = 'NONE'"));
    const [file = ""] = fs.readdirSync(path.join(folder, "s3/lake/text"));
    assert.equal(fs.readFileSync(path.join(folder, "s3/lake/text", file), "utf8"), "1\n");
    assert.match(
      await reason(unload("x", "format = 'JSON', compression = 'SNAPPY'")),
      /^INVALID_TABLE_PROPERTY: Unable to set property 'compression' to \[SNAPPY\]: for JSON the local cloud writes GZIP, ZSTD, NONE/,
    );
  });

  it("CREATE TABLE AS refuses compressions that the format does not have", async () => {
    for (const [properties, message] of [
      ["write_compression = 'LZ4'", /^INVALID_TABLE_PROPERTY: Unable to set property 'write_compression' to \[LZ4\]/],
      ["format = 'JSON', write_compression = 'BZIP2'", /^INVALID_TABLE_PROPERTY: .* to \[BZIP2\]/],
      [
        "format = 'JSON', parquet_compression = 'GZIP'",
        /^INVALID_TABLE_PROPERTY: parquet_compression is for the format/,
      ],
      [
        "write_compression = 'GZIP', parquet_compression = 'SNAPPY'",
        /^INVALID_TABLE_PROPERTY: .* give only one of them/,
      ],
    ] as const)
      assert.match(await reason(`CREATE TABLE t WITH (${properties}) AS SELECT 1 AS a`), message);
  });

  it("CREATE TABLE AS with external_location is refused by a workgroup that enforces its settings, which is the default", async () => {
    const sql = "CREATE TABLE t WITH (external_location = 's3://lake/t/') AS SELECT 1 AS a";
    for (const workgroup of ["enforcing", "default"]) {
      await assert.rejects(workgroups.run(LOCAL_ADMIN_ARN, { sql, workgroup, database: "db" }), {
        // As https://github.com/dbt-labs/dbt-athena/issues/176 quotes Athena.
        message:
          "InvalidRequestException: The Create Table As Select query failed because it was submitted with an 'external_location' property to an Athena Workgroup that enforces a centralized output location for all queries. Please remove the 'external_location' property and resubmit the query.",
      });
      const unplaced = `CREATE TABLE ${workgroup === "default" ? '"default"' : workgroup} AS SELECT 1 AS a`;
      const made = await workgroups.run(LOCAL_ADMIN_ARN, { sql: unplaced, workgroup, database: "db" });
      assert.equal(made.reason, undefined);
    }
    assert.match(await reason("SELECT * FROM t"), /^TABLE_NOT_FOUND: /);
    assert.deepEqual(await rows(sql), [[1n]]);
  });

  it("CREATE TABLE AS with partitioned_by writes and registers a partition for each of its values", async () => {
    await rows(insert);
    const create = (name: string, keys: string, select: string): string =>
      `CREATE TABLE ${name} WITH (partitioned_by = ARRAY[${keys}]) AS SELECT ${select} FROM readings`;
    assert.deepEqual(await rows(create("parted", "'day'", "device_id, temp, day")), [[3n]]);
    assert.deepEqual(await rows("SELECT day, count(*) FROM parted GROUP BY day ORDER BY day"), [
      ["a", 2n],
      ["b", 1n],
    ]);
    assert.deepEqual(await rows("SHOW PARTITIONS parted"), [["day=a"], ["day=b"]]);
    await rows("INSERT INTO parted VALUES ('n', 1e0, 'c')");
    athena.close();
    start();
    assert.deepEqual(await rows("SELECT device_id FROM parted WHERE day = 'c'"), [["n"]]);
    for (const [keys, select, message] of [
      ["'nope'", "temp", /^INVALID_TABLE_PROPERTY: .*Partition columns \[nope\] not present in schema/],
      ["'day'", "day", /^INVALID_TABLE_PROPERTY: .*Table contains only partition columns/],
      ["'day'", "day, temp", /^HIVE_COLUMN_ORDER_MISMATCH: .*must be the last columns in the table/],
      ["1", "temp, day", /^INVALID_TABLE_PROPERTY: Invalid value for property 'partitioned_by'/],
    ] as const)
      assert.match(await reason(create("other", keys, select)), message);
  });

  it("a view's names are looked up in the database in which it was made", async () => {
    await rows("CREATE TABLE base AS SELECT 7 AS n");
    await rows("CREATE VIEW other.v AS SELECT n FROM base");
    assert.deepEqual(await rows("SELECT n FROM other.v"), [[7]]);
    const { id } = await workgroups.run(LOCAL_ADMIN_ARN, {
      sql: "SELECT n FROM v",
      workgroup: "wg",
      database: "other",
    });
    assert.deepEqual(workgroups.content(id)?.rows, [[7]]);
    assert.match(await reason("CREATE VIEW nowhere.v AS SELECT 1 AS n"), /^SCHEMA_NOT_FOUND: /);
  });

  it("CREATE VIEW keeps the query, and queries read through it", async () => {
    await rows(insert);
    await rows("CREATE VIEW hot AS SELECT device_id, temp * 2 AS double_temp FROM readings WHERE temp > 1");
    assert.deepEqual(await rows("SELECT * FROM hot ORDER BY 1"), [
      ["x", 3],
      ["z", 6],
    ]);
    assert.match(
      await reason("CREATE VIEW hot AS SELECT 1 AS a"),
      /^TABLE_ALREADY_EXISTS: .*View already exists: 'awsdatacatalog.db.hot'/,
    );
    await rows("CREATE OR REPLACE VIEW hot AS SELECT device_id FROM readings WHERE day = 'b'");
    assert.deepEqual(await rows("SELECT * FROM hot"), [["z"]]);
    assert.deepEqual(await rows("SHOW VIEWS"), [["hot"]]);
    assert.match(await reason("CREATE VIEW bad AS SELECT nope FROM readings"), /^COLUMN_NOT_FOUND: /);
  });

  it("UNLOAD writes files at an empty place only", async () => {
    await rows(insert);
    const unload = "UNLOAD (SELECT device_id, temp FROM readings) TO 's3://lake/unloaded/' WITH (format = 'JSON')";
    assert.deepEqual(await rows(unload), [[3n]]);
    const [file = ""] = fs.readdirSync(path.join(folder, "s3/lake/unloaded"));
    const lines = gunzipSync(fs.readFileSync(path.join(folder, "s3/lake/unloaded", file)))
      .toString()
      .trim()
      .split("\n");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line) as unknown).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
      [
        { device_id: "x", temp: 1.5 },
        { device_id: "y", temp: null },
        { device_id: "z", temp: 3 },
      ],
    );
    assert.match(await reason(unload), /^HIVE_PATH_ALREADY_EXISTS: /);
  });

  it("PREPARE, EXECUTE and DEALLOCATE", async () => {
    await rows(insert);
    await rows("PREPARE above FROM SELECT device_id FROM readings WHERE temp > ? AND day = ?");
    assert.deepEqual(await rows("EXECUTE above USING 1, 'a'"), [["x"]]);
    assert.deepEqual(await rows("EXECUTE above USING 2.5, 'b'"), [["z"]]);
    assert.match(await reason("EXECUTE above USING 1"), /Incorrect number of parameters/);
    assert.match(await reason("EXECUTE above USING 'x', 'a'"), /^TYPE_MISMATCH: /);
    await rows("DEALLOCATE PREPARE above");
    assert.match(await reason("EXECUTE above USING 1, 'a'"), /^NOT_FOUND: PreparedStatement above was not found/);
  });

  it("SHOW and DESCRIBE tell of the catalog", async () => {
    assert.deepEqual(await rows("SHOW DATABASES"), [["db"], ["other"]]);
    assert.deepEqual(await rows("SHOW TABLES IN `db`"), [["readings"]]);
    assert.deepEqual(await rows("SHOW TABLES 'x*|read*'"), [["readings"]]);
    assert.deepEqual(await rows("SHOW TABLES 'x*'"), []);
    assert.deepEqual(await rows("SHOW COLUMNS IN readings"), [["device_id"], ["temp"], ["day"]]);
    assert.deepEqual((await rows("DESCRIBE db.readings")).slice(0, 3), [
      ["device_id", "string", ""],
      ["temp", "double", ""],
      ["day", "string", ""],
    ]);
    // Partitions that are projected are not in the catalog.
    assert.deepEqual(await rows("SHOW PARTITIONS readings"), []);
    const create = (await rows("SHOW CREATE TABLE readings")).map(([line]) => line).join("\n");
    assert.match(
      create,
      /^CREATE EXTERNAL TABLE `db.readings`\(\n {2}`device_id` string, \n {2}`temp` double\)\nPARTITIONED BY \( \n {2}`day` string\)/,
    );
    assert.deepEqual(await rows("SHOW TBLPROPERTIES readings ('projection.day.type')"), [
      ["projection.day.type", "enum"],
    ]);
    assert.deepEqual(await rows("SHOW FUNCTIONS LIKE 'url_enc%'"), [["url_encode", "varchar(x)", "scalar", "true"]]);
    assert.match(await reason("DESCRIBE nowhere"), /^TABLE_NOT_FOUND: /);
    assert.match(await reason("SHOW TABLES IN nowhere"), /^SCHEMA_NOT_FOUND: /);
  });

  it("information_schema", async () => {
    assert.deepEqual(
      await rows("SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'db'"),
      [["readings", "BASE TABLE"]],
    );
    assert.deepEqual(
      await rows(
        "SELECT column_name, data_type, extra_info FROM information_schema.columns WHERE table_name = 'readings' ORDER BY ordinal_position",
      ),
      [
        ["device_id", "varchar", null],
        ["temp", "double", null],
        ["day", "varchar", "partition key"],
      ],
    );
    assert.deepEqual(await rows("SELECT schema_name FROM information_schema.schemata"), [["db"], ["other"]]);
    assert.match(await reason("SELECT * FROM information_schema.nope"), /^TABLE_NOT_FOUND: /);
  });

  it("EXPLAIN shows what is read and checks the query, and is called EXPLAIN", async () => {
    const [[plan]] = (await rows(
      "EXPLAIN SELECT device_id, count(*) FROM readings WHERE temp > 1 GROUP BY device_id",
    )) as [[string]];
    assert.match(plan, /^Output\[columnNames = \[device_id, _col1\]\]/);
    assert.match(
      plan,
      /Aggregate\[keys = 1, aggregations = \[count\(\*\)\]\][^]*Filter[^]*TableScan\[table = awsdatacatalog:db:readings\]/,
    );
    assert.deepEqual(await rows("EXPLAIN (TYPE VALIDATE) SELECT 1"), [[true]]);
    assert.match(await reason("EXPLAIN SELECT nope FROM readings"), /^COLUMN_NOT_FOUND: /);
    assert.match(
      await reason("EXPLAIN ANALYZE SELECT 1"),
      /^NOT_SUPPORTED: .*EXPLAIN ANALYZE is not executed by the local cloud/,
    );
  });

  it("refuses the rest by its name", async () => {
    for (const [sql, name] of [
      ["DROP TABLE readings", "DROP TABLE"],
      ["ALTER TABLE readings ADD COLUMNS (x int)", "ALTER TABLE"],
      ["MSCK REPAIR TABLE readings", "MSCK REPAIR TABLE"],
      ["CREATE EXTERNAL TABLE t (a int) LOCATION 's3://lake/t/'", "CREATE EXTERNAL TABLE"],
      ["CREATE DATABASE d", "CREATE DATABASE"],
      ["DELETE FROM readings", "DELETE"],
      ["MERGE INTO readings USING x ON a = b", "MERGE"],
      ["VACUUM readings", "VACUUM"],
    ] as const)
      assert.equal(
        (await reason(sql)).split(":").slice(0, 2).join(":"),
        `NOT_SUPPORTED: ${name} is not executed by the local cloud`,
        sql,
      );
  });

  it("acts with the caller's permissions", async () => {
    assert.match(await reason("SHOW TABLES", READER), /^ACCESS_DENIED: .*glue:GetTables/);
    assert.match(await reason("CREATE TABLE t AS SELECT 1 AS a", READER), /^ACCESS_DENIED: .*glue:CreateTable/);
    assert.match(await reason("CREATE VIEW v AS SELECT 1 AS a", READER), /^ACCESS_DENIED: .*glue:CreateTable/);
    assert.equal(await reason("DESCRIBE readings", READER), "");
  });
});
