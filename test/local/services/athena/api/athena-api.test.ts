import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import {
  AthenaClient,
  GetQueryResultsCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import { ApiEndpoint, type ServiceApi } from "../../../../../local/api";
import { Athena } from "../../../../../local/athena";
import { Clock } from "../../../../../local/core/clock";
import { Credentials } from "../../../../../local/core/credentials";
import { Defects } from "../../../../../local/core/defects";
import { ACCOUNT, TYPES, type Resource } from "../../../../../local/core/model";
import { HttpServer } from "../../../../../local/http";
import { Iam } from "../../../../../local/iam";
import { athenaApi } from "../../../../../local/services/athena/api";
import { Workgroups } from "../../../../../local/services/athena/workgroups";
import { Glue } from "../../../../../local/services/glue/glue";
import { S3 } from "../../../../../local/services/s3/s3";
import { callRow, failure, type Answer } from "../../../api-call";

const REGION = "eu-central-1";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/analyst`;

function resource(type: string, name: string, inputs: object, outputs: object = {}): Resource {
  const more = { name, custom: true, dependencies: [], inputs, outputs: { ...inputs, ...outputs } };
  return { urn: `${type}::${name}`, type, id: name, ...more };
}

const policy = (actions: string[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] });

/** One workgroup enforces its settings, the other lets a query have its own. */
const RESOURCES: Resource[] = [
  resource(TYPES.bucket, "lake", { bucket: "lake" }),
  resource(TYPES.database, "db", { name: "db", description: "readings" }),
  resource(TYPES.table, "t", {
    databaseName: "db",
    name: "t",
    tableType: "EXTERNAL_TABLE",
    parameters: { classification: "json" },
    partitionKeys: [],
    storageDescriptor: {
      location: "s3://lake/t/",
      columns: [{ name: "a", type: "int" }],
      inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
      serDeInfo: { serializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
    },
  }),
  resource(TYPES.workgroup, "open", {
    name: "open",
    description: "for everybody",
    configuration: {
      enforceWorkgroupConfiguration: false,
      resultConfiguration: { outputLocation: "s3://lake/results" },
    },
  }),
  resource(TYPES.workgroup, "strict", {
    name: "strict",
    configuration: {
      bytesScannedCutoffPerQuery: 10_485_760,
      resultConfiguration: {
        outputLocation: "s3://lake/strict/",
        encryptionConfiguration: { encryptionOption: "SSE_S3" },
      },
    },
  }),
  resource(TYPES.namedQuery, "named", { name: "all", database: "db", query: "SELECT * FROM t", workgroup: "open" }),
  resource(TYPES.role, "analyst", { name: "analyst", assumeRolePolicy: policy([]) }, { arn: ROLE }),
  resource(TYPES.rolePolicy, "p", {
    role: "analyst",
    name: "p",
    policy: policy(["athena:*", "s3:GetBucketLocation", "s3:PutObject", "glue:GetDatabase"]),
  }),
];

describe("local/services/athena/api", () => {
  let folder: string, athena: Athena, iam: Iam, clock: Clock, workgroups: Workgroups, api: ServiceApi;

  const open = (): void => {
    clock = new Clock(Date.UTC(2026, 2, 15));
    iam = new Iam(RESOURCES, ACCOUNT);
    const s3 = new S3(RESOURCES, path.join(folder, "s3"), clock, iam, REGION);
    s3.clean();
    const glue = new Glue(RESOURCES, s3, clock, path.join(folder, "glue"));
    athena = new Athena();
    const rest = { clock, region: REGION, defects: new Defects(), folder: path.join(folder, "athena") };
    workgroups = new Workgroups(RESOURCES, { athena, glue, s3, iam, ...rest });
    api = athenaApi({ workgroups, glue, s3, region: REGION });
  };
  const close = async (): Promise<void> => {
    await workgroups.close();
    athena.close();
  };
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "athena-api-"));
    open();
  });
  afterEach(async () => {
    await close();
    fs.rmSync(folder, { recursive: true });
  });

  const call = (name: string, input: object = {}, principal?: string): Promise<Answer> =>
    callRow(api, iam, name, input, principal);
  const start = async (sql: string, more: object = {}, principal?: string): Promise<string> => {
    const input = { QueryString: sql, WorkGroup: "open", ClientRequestToken: randomUUID(), ...more };
    return (await call("StartQueryExecution", input, principal)).QueryExecutionId as string;
  };
  const execution = async (id: string): Promise<Answer> =>
    (await call("GetQueryExecution", { QueryExecutionId: id })).QueryExecution as Answer;
  const ended = async (id: string): Promise<Answer> => {
    for (;;) {
      const found = await execution(id);
      if (!["QUEUED", "RUNNING"].includes(found.Status.State)) return found;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const run = async (sql: string, more: object = {}, principal?: string): Promise<Answer> =>
    ended(await start(sql, { QueryExecutionContext: { Database: "db" }, ...more }, principal));
  const rowsOf = async (id: string): Promise<unknown[][]> => {
    const { ResultSet } = await call("GetQueryResults", { QueryExecutionId: id });
    return ResultSet.Rows.map(({ Data }: Answer) => Data.map(({ VarCharValue }: Answer) => VarCharValue as unknown));
  };
  const file = (url: string): string => path.join(folder, "s3", url.slice("s3://".length));

  it("a query goes from QUEUED to its end, and leaves its result and what describes it", async () => {
    const id = await start("SELECT 1 AS n, CAST(NULL AS varchar) AS s, '' AS e");
    const early = await failure(call("GetQueryResults", { QueryExecutionId: id }));
    assert.match(early.message, /^Query has not yet finished. Current state: (QUEUED|RUNNING)$/);
    const { Status, Statistics, ResultConfiguration, StatementType, SubstatementType, WorkGroup } = await ended(id);
    assert.deepEqual(
      [Status.State, StatementType, SubstatementType, WorkGroup],
      ["SUCCEEDED", "DML", "SELECT", "open"],
    );
    assert.equal(Statistics.DataScannedInBytes, 0);
    assert.deepEqual(ResultConfiguration, { OutputLocation: `s3://lake/results/${id}.csv` });
    assert.equal(fs.readFileSync(file(ResultConfiguration.OutputLocation), "utf8"), '"n","s","e"\n"1",,""\n');
    assert.ok(fs.existsSync(file(`${ResultConfiguration.OutputLocation}.metadata`)));
    assert.deepEqual(await rowsOf(id), [
      ["n", "s", "e"],
      ["1", undefined, ""],
    ]);
    const { QueryRuntimeStatistics } = await call("GetQueryRuntimeStatistics", { QueryExecutionId: id });
    assert.equal(QueryRuntimeStatistics.Rows.OutputRows, 1);
  });

  it("a workgroup that enforces its settings leaves a query's own aside", async () => {
    const own = {
      OutputLocation: "s3://lake/own",
      EncryptionConfiguration: { EncryptionOption: "SSE_KMS", KmsKey: "arn:aws:kms:eu-central-1:000000000000:key/k" },
    };
    const free = await run("SELECT 1", { ResultConfiguration: { OutputLocation: own.OutputLocation } });
    assert.match(free.ResultConfiguration.OutputLocation, /^s3:\/\/lake\/own\//);
    const { ResultConfiguration } = await run("SELECT 1", { WorkGroup: "strict", ResultConfiguration: own });
    assert.match(ResultConfiguration.OutputLocation, /^s3:\/\/lake\/strict\//);
    assert.deepEqual(ResultConfiguration.EncryptionConfiguration, { EncryptionOption: "SSE_S3" });
    assert.equal(
      (await failure(start("SELECT 1", { WorkGroup: "primary" }))).message,
      "No output location provided. An output location is required either through the Workgroup result configuration setting or as an API input.",
    );
    const primary = await run("SELECT 1", {
      WorkGroup: "primary",
      ResultConfiguration: { OutputLocation: "s3://lake/p/" },
    });
    assert.equal(primary.Status.State, "SUCCEEDED");
  });

  it("refuses what cannot start, in Athena's words", async () => {
    const input = { QueryString: "SELECT 1", WorkGroup: "open" };
    for (const [more, message] of [
      [{}, "clientRequestToken is null or empty"],
      [
        { ClientRequestToken: "short" },
        /'clientRequestToken' failed to satisfy constraint: Member must have length greater than or equal to 32/,
      ],
      [{ WorkGroup: "none" }, "WorkGroup is not found."],
      [{ ResultConfiguration: { OutputLocation: "no-place" } }, "outputLocation is not a valid S3 path."],
      [{ QueryString: "SELEC 1" }, /^line 1:1: mismatched input 'SELEC'. Expecting: 'ALTER', /],
      [{ QueryExecutionContext: { Catalog: "other" } }, /^Catalog other is not found/],
      [
        { ResultReuseConfiguration: { ResultReuseByAgeConfiguration: { Enabled: true } } },
        /^ResultReuseByAgeConfiguration is not executed/,
      ],
      [
        { ResultConfiguration: { AclConfiguration: { S3AclOption: "BUCKET_OWNER_FULL_CONTROL" } } },
        /AclConfiguration is not executed/,
      ],
      [
        { ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: "CSE_KMS" } } },
        /EncryptionOption CSE_KMS is not executed/,
      ],
    ] as const) {
      const token = message === "clientRequestToken is null or empty" ? {} : { ClientRequestToken: randomUUID() };
      const error = await failure(call("StartQueryExecution", { ...input, ...token, ...more }));
      assert.equal(error.code, "InvalidRequestException");
      if (typeof message === "string") assert.equal(error.message, message);
      else assert.match(error.message, message);
    }
    assert.deepEqual((await call("ListQueryExecutions", { WorkGroup: "open" })).QueryExecutionIds, []);
  });

  it("a start that is repeated with its token is the same query, or refused", async () => {
    const token = { ClientRequestToken: randomUUID() };
    const id = await start("SELECT 1", token);
    assert.equal(await start("SELECT 1", token), id);
    assert.equal((await failure(start("SELECT 2", token))).message, "Idempotent parameters do not match");
    await ended(id);
    await close();
    open();
    assert.equal(await start("SELECT 1", token), id);
  });

  it("a failure tells its reason, and has no result", async () => {
    const { QueryExecutionId: id, Status } = await run("SELECT nope FROM t");
    assert.equal(Status.State, "FAILED");
    assert.match(Status.StateChangeReason, /^COLUMN_NOT_FOUND: line 1:8: /);
    const { ErrorCategory, ErrorType, ErrorMessage } = Status.AthenaError;
    assert.deepEqual([ErrorCategory, ErrorType, ErrorMessage], [2, 1006, Status.StateChangeReason]);
    assert.equal(
      (await failure(call("GetQueryResults", { QueryExecutionId: id }))).message,
      "Query did not finish successfully. Final query state: FAILED",
    );
    const unknown = await failure(call("GetQueryExecution", { QueryExecutionId: "x" }));
    assert.equal(unknown.message, "QueryExecution x was not found");
  });

  it("StopQueryExecution ends a query at once, whether it waits or runs, and the next one is not held up", async () => {
    const numbers = "UNNEST(sequence(1, 10000))";
    const long = `SELECT sum(a * b % 7) FROM ${numbers} AS x(a), ${numbers} AS y(b), ${numbers} AS z(c)`;
    const [first, second] = [await start(long), await start(long)];
    while ((await execution(first)).Status.State !== "RUNNING") await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal((await execution(second)).Status.State, "QUEUED");
    for (const id of [second, first]) {
      await call("StopQueryExecution", { QueryExecutionId: id });
      const { Status } = await execution(id);
      assert.deepEqual([Status.State, Status.StateChangeReason], ["CANCELLED", "Query cancelled by user"]);
      assert.equal(
        (await failure(call("GetQueryResults", { QueryExecutionId: id }))).message,
        "Could not find results",
      );
    }
    assert.equal((await run("SELECT 1")).Status.State, "SUCCEEDED");
    await call("StopQueryExecution", { QueryExecutionId: first });
    assert.deepEqual(fs.readdirSync(path.join(folder, "s3/.tmp")), []);
  });

  it("more than the workgroup's limit is cancelled", async () => {
    fs.mkdirSync(path.join(folder, "s3/lake/t"), { recursive: true });
    fs.writeFileSync(path.join(folder, "s3/lake/t/x.json"), '{"a":1}\n'.repeat(1_400_000));
    const { Status } = await run("SELECT count(*) FROM t", { WorkGroup: "strict" });
    assert.equal(Status.State, "CANCELLED");
    assert.match(Status.StateChangeReason, /^Bytes scanned limit was exceeded/);
  });

  it("GetQueryResults gives pages, of DML with the names of the columns first", async () => {
    const { QueryExecutionId: id } = await run("SELECT n FROM UNNEST(sequence(1, 1500)) AS t(n)");
    const first = await call("GetQueryResults", { QueryExecutionId: id });
    assert.deepEqual([first.ResultSet.Rows.length, first.UpdateCount], [1000, 0]);
    const rest = await call("GetQueryResults", { QueryExecutionId: id, NextToken: first.NextToken });
    assert.deepEqual([rest.ResultSet.Rows.length, rest.NextToken], [501, undefined]);
    for (const [more, message] of [
      [{ MaxResults: 1001 }, "MaxResults is more than maximum allowed length 1000"],
      [
        { MaxResults: 0 },
        "1 validation error detected: Value at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1",
      ],
      [{ NextToken: "bogus" }, "Malformed nextPageToken bogus"],
    ] as const)
      assert.equal((await failure(call("GetQueryResults", { QueryExecutionId: id, ...more }))).message, message);
    const show = await run("SHOW TABLES");
    assert.deepEqual(await rowsOf(show.QueryExecutionId), [["t"]]);
    assert.equal(fs.readFileSync(file(show.ResultConfiguration.OutputLocation), "utf8"), "t");
    fs.rmSync(file(show.ResultConfiguration.OutputLocation));
    assert.equal(
      (await failure(call("GetQueryResults", { QueryExecutionId: show.QueryExecutionId }))).message,
      "Could not find results",
    );
  });

  it("statements that write leave a list of their files", async () => {
    const made = await run("CREATE TABLE made AS SELECT 1 AS a");
    const { DataManifestLocation } = made.Statistics;
    assert.equal(DataManifestLocation, `s3://lake/results/tables/${made.QueryExecutionId}-manifest.csv`);
    const [url = ""] = fs.readFileSync(file(DataManifestLocation), "utf8").split("\n");
    assert.ok(url.startsWith(`s3://lake/results/tables/${made.QueryExecutionId}/`) && fs.existsSync(file(url)), url);
    const { ResultSet, UpdateCount } = await call("GetQueryResults", { QueryExecutionId: made.QueryExecutionId });
    assert.deepEqual([ResultSet.Rows, UpdateCount], [[], 1]);
    const inserted = await run("INSERT INTO made VALUES 2, 3");
    assert.equal(inserted.ResultConfiguration.OutputLocation, `s3://lake/results/${inserted.QueryExecutionId}`);
    const unloaded = await run("UNLOAD (SELECT * FROM made) TO 's3://lake/unloaded/' WITH (format = 'PARQUET')");
    assert.match(
      fs.readFileSync(file(unloaded.Statistics.DataManifestLocation), "utf8"),
      /^s3:\/\/lake\/unloaded\/[^\n]+\n$/,
    );
    const empty = await run("CREATE TABLE empty AS SELECT a FROM made WHERE a > 9");
    assert.equal(fs.readFileSync(file(empty.Statistics.DataManifestLocation), "utf8"), "");
    const error = await failure(
      start("CREATE TABLE x WITH (external_location = 's3://lake/x/') AS SELECT 1 AS a", { WorkGroup: "strict" }),
    );
    assert.match(error.message, /enforces a centralized output location for all queries/);
  });

  it("ends, and is known, after a restart; and lists the latest first", async () => {
    const ids = [];
    for (const sql of ["SELECT 1", "SELECT 2", "SELECT 3"]) {
      ids.push((await run(sql)).QueryExecutionId);
      if (ids.length === 1) await clock.advanceTo(clock.now() + 1000);
    }
    await close();
    open();
    const first = await call("ListQueryExecutions", { WorkGroup: "open", MaxResults: 2 });
    assert.deepEqual(first.QueryExecutionIds, [ids[2], ids[1]]);
    const rest = await call("ListQueryExecutions", { WorkGroup: "open", NextToken: first.NextToken });
    assert.deepEqual(rest, { QueryExecutionIds: [ids[0]] });
    assert.deepEqual(await rowsOf(ids[1]), [["_col0"], ["2"]]);
    const batch = await call("BatchGetQueryExecution", { QueryExecutionIds: [ids[0], "x"] });
    assert.deepEqual(
      [
        batch.QueryExecutions.map(({ Query }: Answer) => Query as string),
        batch.UnprocessedQueryExecutionIds[0].ErrorCode,
      ],
      [["SELECT 1"], "QUERY_EXECUTION_NOT_FOUND"],
    );
    await close();
    fs.writeFileSync(
      path.join(folder, "athena/queries.ndjson"),
      fs
        .readFileSync(path.join(folder, "athena/queries.ndjson"), "utf8")
        .replaceAll(/"submitted":\d+/g, `"submitted":${Date.UTC(2026, 0, 1)}`),
    );
    open();
    assert.deepEqual((await call("ListQueryExecutions", { WorkGroup: "open" })).QueryExecutionIds, []);
  });

  it("workgroups are those of the program, and primary", async () => {
    const { WorkGroups } = await call("ListWorkGroups");
    assert.deepEqual(
      WorkGroups.map(({ Name, Description }: Answer) => [Name, Description] as unknown),
      [
        ["open", "for everybody"],
        ["primary", ""],
        ["strict", ""],
      ],
    );
    const { WorkGroup } = await call("GetWorkGroup", { WorkGroup: "strict" });
    assert.deepEqual(WorkGroup, {
      Name: "strict",
      State: "ENABLED",
      Configuration: {
        ResultConfiguration: {
          OutputLocation: "s3://lake/strict/",
          EncryptionConfiguration: { EncryptionOption: "SSE_S3" },
        },
        EnforceWorkGroupConfiguration: true,
        PublishCloudWatchMetricsEnabled: true,
        BytesScannedCutoffPerQuery: 10_485_760,
        RequesterPaysEnabled: false,
        EngineVersion: { SelectedEngineVersion: "AUTO", EffectiveEngineVersion: "Athena engine version 3" },
        EnableMinimumEncryptionConfiguration: false,
      },
    });
    assert.equal((await failure(call("GetWorkGroup", { WorkGroup: "x" }))).message, "WorkGroup is not found.");
    assert.match((await failure(call("ListWorkGroups", { MaxResults: 51 }))).message, /less than or equal to 50/);
    assert.equal(
      (await failure(call("ListWorkGroups", { NextToken: "x" }))).message,
      "The nextPageToken is malformed: x",
    );
  });

  it("named queries of the program are read, those of clients kept", async () => {
    const made = { Name: "mine", Database: "db", QueryString: "SELECT 2", WorkGroup: "open" };
    const { NamedQueryId: id } = await call("CreateNamedQuery", made);
    await close();
    open();
    assert.deepEqual((await call("GetNamedQuery", { NamedQueryId: id })).NamedQuery, { ...made, NamedQueryId: id });
    assert.equal((await call("ListNamedQueries", { WorkGroup: "open" })).NamedQueryIds.length, 2);
    const batch = await call("BatchGetNamedQuery", { NamedQueryIds: ["named", "x"] });
    assert.deepEqual(
      [batch.NamedQueries[0].QueryString, batch.UnprocessedNamedQueryIds[0].NamedQueryId],
      ["SELECT * FROM t", "x"],
    );
    await call("UpdateNamedQuery", { NamedQueryId: id, Name: "other", QueryString: "SELECT 3" });
    assert.equal((await call("GetNamedQuery", { NamedQueryId: id })).NamedQuery.QueryString, "SELECT 3");
    await call("DeleteNamedQuery", { NamedQueryId: id });
    assert.equal(
      (await failure(call("GetNamedQuery", { NamedQueryId: id }))).message,
      `NamedQuery ${id} was not found`,
    );
    assert.match(
      (await failure(call("DeleteNamedQuery", { NamedQueryId: "named" }))).message,
      /^The program of the stack declares/,
    );
  });

  it("prepared statements are those of PREPARE, and are kept", async () => {
    await run("PREPARE p FROM SELECT ? AS n");
    await call("CreatePreparedStatement", { StatementName: "Q", WorkGroup: "open", QueryStatement: "SELECT ? || ?" });
    await close();
    open();
    const { PreparedStatements } = await call("ListPreparedStatements", { WorkGroup: "open" });
    assert.deepEqual(
      PreparedStatements.map(({ StatementName }: Answer) => StatementName as string),
      ["Q", "p"],
    );
    assert.deepEqual(await rowsOf((await run("EXECUTE p USING 7")).QueryExecutionId), [["n"], ["7"]]);
    const given = await run("EXECUTE q", { ExecutionParameters: ["it's", "'x'"] });
    assert.deepEqual(await rowsOf(given.QueryExecutionId), [["_col0"], ["it'sx"]]);
    await call("UpdatePreparedStatement", { StatementName: "p", WorkGroup: "open", QueryStatement: "SELECT 1" });
    const { PreparedStatement } = await call("GetPreparedStatement", { StatementName: "p", WorkGroup: "open" });
    assert.equal(PreparedStatement.QueryStatement, "SELECT 1");
    const batch = await call("BatchGetPreparedStatement", { PreparedStatementNames: ["p", "x"], WorkGroup: "open" });
    assert.deepEqual([batch.PreparedStatements.length, batch.UnprocessedPreparedStatementNames.length], [1, 1]);
    await call("DeletePreparedStatement", { StatementName: "p", WorkGroup: "open" });
    const gone = await failure(call("GetPreparedStatement", { StatementName: "p", WorkGroup: "open" }));
    assert.equal(gone.code, "ResourceNotFoundException");
    assert.match((await run("EXECUTE p")).Status.StateChangeReason, /^NOT_FOUND: PreparedStatement p was not found/);
  });

  it("catalogs, databases and tables are those of Glue", async () => {
    assert.deepEqual(await call("ListDataCatalogs"), {
      DataCatalogsSummary: [{ CatalogName: "AwsDataCatalog", Type: "GLUE" }],
    });
    const names = { CatalogName: "AwsDataCatalog", DatabaseName: "db" };
    assert.deepEqual((await call("ListDatabases", { CatalogName: "awsdatacatalog" })).DatabaseList, [
      { Name: "db", Description: "readings" },
    ]);
    const { TableMetadata } = await call("GetTableMetadata", { ...names, TableName: "T" });
    assert.deepEqual(TableMetadata.Columns, [{ Name: "a", Type: "int" }]);
    assert.equal(TableMetadata.Parameters.location, "s3://lake/t/");
    const { TableMetadataList } = await call("ListTableMetadata", { ...names, Expression: "t*" });
    assert.equal(TableMetadataList.length, 1);
    assert.equal((await call("ListTableMetadata", { ...names, Expression: "x" })).TableMetadataList.length, 0);
    assert.equal((await failure(call("GetDatabase", { ...names, DatabaseName: "x" }))).code, "MetadataException");
    assert.match((await failure(call("GetDataCatalog", { Name: "x" }))).message, /the local cloud has AwsDataCatalog/);
  });

  it("a role's query is decided for Athena, Glue and S3 by the role's own permissions", async () => {
    const one = await run("SELECT 1", {}, ROLE);
    assert.equal(one.Status.State, "SUCCEEDED");
    const refused = await failure(call("GetQueryResults", { QueryExecutionId: one.QueryExecutionId }, ROLE));
    assert.match(refused.message, /^s3:GetObject/);
    const table = await run("SELECT * FROM t", {}, ROLE);
    assert.match(table.Status.StateChangeReason, /^ACCESS_DENIED: Insufficient permissions.*glue:GetTable on resource/);
    assert.equal(
      (await failure(call("ListDatabases", { CatalogName: "AwsDataCatalog" }, ROLE))).code,
      "AccessDeniedException",
    );
  });

  it("AWS's client pages through a result", async () => {
    const credentials = new Credentials();
    const endpoint = new ApiEndpoint({ credentials, backend: () => ({ iam, apis: [api] }) });
    const server = new HttpServer({ api: endpoint });
    try {
      const client = new AthenaClient({
        endpoint: `http://127.0.0.1:${await server.listen(0)}`,
        region: REGION,
        credentials: { accessKeyId: "a", secretAccessKey: "b" },
        maxAttempts: 1,
      });
      const query = { QueryString: "SELECT * FROM (VALUES 1, 2, 3) AS t(n)", WorkGroup: "open" };
      const { QueryExecutionId } = await client.send(new StartQueryExecutionCommand(query));
      await ended(QueryExecutionId!);
      const rows: (string | undefined)[] = [];
      for await (const { ResultSet } of paginateGetQueryResults({ client, pageSize: 2 }, { QueryExecutionId }))
        rows.push(...ResultSet!.Rows!.map(({ Data }) => Data![0]!.VarCharValue));
      assert.deepEqual(rows, ["n", "1", "2", "3"]);
      const unknown = { name: "InvalidRequestException", AthenaErrorCode: "QUERY_EXECUTION_NOT_FOUND" };
      await assert.rejects(client.send(new GetQueryResultsCommand({ QueryExecutionId: "x" })), unknown);
    } finally {
      await server.close();
    }
  });
});
