import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { JsonRowWriter, RowBuffer } from "../../etl/columns";
import { Layout, Message, MessageReader } from "../../etl/json";
import { glueTable } from "../../functions/glue-table";
import { TableColumns, type Table } from "../../functions/table-columns";
import { Clock } from "../../local/core/clock";
import { ApiEndpoint } from "../../local/api";
import { Credentials } from "../../local/core/credentials";
import { HttpServer } from "../../local/http";
import { Iam } from "../../local/iam";
import { ACCOUNT, TYPES, type Resource } from "../../local/core/model";
import { glueApi } from "../../local/services/glue/api";
import { Glue } from "../../local/services/glue/glue";
import { S3 } from "../../local/services/s3/s3";

/** A writer that has written these messages. */
function writerOf(...payloads: string[]): JsonRowWriter {
  const writer = new JsonRowWriter();
  write(writer, ...payloads);
  return writer;
}

function write(writer: JsonRowWriter, ...payloads: string[]): void {
  const layout = new Layout();
  const message = new Message(layout);
  for (const payload of payloads) {
    const bytes = Buffer.from(payload);
    assert.equal(new MessageReader(layout).read(message, bytes, 0, bytes.length), undefined);
    writer.write(message, new RowBuffer(64));
  }
}

/** A catalog of one table, with the version check of Glue. */
class Catalog implements Table {
  readonly name = "db.t";
  columns: { name: string; type: string }[] = [];
  version = 0;
  reads = 0;
  writes = 0;
  /** called after a table was read: what somebody else does in between */
  between: () => void = () => undefined;

  async read() {
    this.reads++;
    const state = { columns: this.columns.map((column) => ({ ...column })), version: String(this.version) };
    this.between();
    return state;
  }

  async replace(columns: readonly { name: string; type: string }[], version: string): Promise<boolean> {
    if (version !== String(this.version)) return false;
    this.columns = [...columns];
    this.version++;
    this.writes++;
    return true;
  }

  get text(): string {
    return this.columns.map(({ name, type }) => `${name} ${type}`).join(", ");
  }
}

describe("functions/table-columns", () => {
  const log: string[] = [];
  const keep = (lines: string): number => log.push(lines);
  beforeEach(() => (log.length = 0));

  it("adds what arrives, and asks the catalog for nothing while nothing new does", async () => {
    const catalog = new Catalog();
    const writer = writerOf('{"a":1}');
    let now = 0;
    const columns = new TableColumns(writer, catalog, keep, () => now);
    await columns.keepUp();
    assert.equal(catalog.text, "a bigint");
    write(writer, '{"a":2}', '{"a":3}');
    await columns.keepUp();
    assert.deepEqual([catalog.reads, catalog.writes], [1, 1]);
    write(writer, '{"b":"x","a":2.5}');
    await columns.keepUp();
    assert.equal(catalog.text, "a double, b string");
    assert.deepEqual([catalog.reads, catalog.writes], [2, 2]);
    assert.match(log.join(""), /columns of db\.t: a bigint -> double, b string/);
    // a deployment may have replaced the table
    catalog.columns = [];
    catalog.version++;
    now = 300_000;
    await columns.keepUp();
    assert.equal(catalog.text, "a double, b string");
  });

  it("loses no column of several writers, whatever they do at the same time", async () => {
    const catalog = new Catalog();
    const other = new TableColumns(writerOf('{"b":true,"c":1}'), catalog, keep);
    let once = true;
    let done: Promise<void> = Promise.resolve();
    catalog.between = () => {
      if (once) {
        once = false;
        done = other.keepUp();
      }
    };
    const own = new TableColumns(writerOf('{"a":1,"c":2.5}'), catalog, keep);
    await Promise.all([own.keepUp(), done]);
    await done;
    assert.deepEqual(catalog.text.split(", ").sort(), ["a bigint", "b boolean", "c double"]);
  });

  it("leaves a type that somebody set, and any spelling of one", async () => {
    const catalog = new Catalog();
    catalog.columns = [
      { name: "at", type: "timestamp" },
      { name: "a", type: "BIGINT" },
      { name: "u", type: "uniontype<int,string>" },
    ];
    await new TableColumns(writerOf('{"at":"2024-01-01 00:00:00","a":1,"u":"x"}'), catalog, keep).keepUp();
    assert.equal(catalog.text, "at timestamp, a BIGINT, u uniontype<int,string>");
    assert.equal(catalog.writes, 0);
  });

  it("says what failed, and tries again with the next batch", async () => {
    const catalog = new Catalog();
    const columns = new TableColumns(writerOf('{"a":1,"sensor-id":2}'), catalog, keep);
    catalog.between = () => {
      throw Object.assign(new Error("no permission"), { name: "AccessDeniedException" });
    };
    await columns.keepUp();
    assert.match(log.join(""), /"ERROR".*AccessDeniedException: no permission/);
    assert.match(log.join(""), /"WARN".*sensor-id/);
    catalog.between = () => void catalog.version++;
    await columns.keepUp();
    assert.match(log.at(-1)!, /others changed the table at the same time/);
    catalog.between = () => undefined;
    await columns.keepUp();
    assert.equal(catalog.text, "a bigint");
    assert.equal(log.filter((line) => line.includes("sensor-id")).length, 1);
  });

  describe("through the SDK, against the local cloud's catalog", () => {
    const ROLE = `arn:aws:iam::${ACCOUNT}:role/writer`;
    let folder: string;
    let server: HttpServer;
    let saved: NodeJS.ProcessEnv;
    const declared = {
      databaseName: "db",
      name: "t",
      description: "kept",
      tableType: "EXTERNAL_TABLE",
      parameters: { classification: "json" },
      partitionKeys: [],
      storageDescriptor: {
        location: "s3://b/data/",
        columns: [],
        serDeInfo: { serializationLibrary: "org.openx.data.jsonserde.JsonSerDe" },
      },
    };
    const resource = (type: string, inputs: object, outputs: object = inputs): Resource => {
      return { urn: type, type, name: "x", custom: true, id: "x", dependencies: [], inputs, outputs };
    };
    const allow = (actions: string[]) =>
      JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] });

    async function open(actions: string[], more: object = {}): Promise<Glue> {
      const resources = [
        resource(TYPES.bucket, { bucket: "b" }),
        resource(TYPES.table, { ...declared, ...more }),
        resource(TYPES.role, { name: "writer", assumeRolePolicy: allow([]) }, { name: "writer", arn: ROLE }),
        resource(TYPES.rolePolicy, { role: "writer", name: "p", policy: allow(actions) }),
      ];
      const clock = new Clock(0);
      const iam = new Iam(resources, ACCOUNT);
      const s3 = new S3(resources, path.join(folder, "s3"), clock, iam, "eu-central-1");
      const glue = new Glue(resources, s3, clock, path.join(folder, "glue"));
      await server?.close();
      const credentials = new Credentials();
      const apis = [glueApi({ glue, iam, clock, region: "eu-central-1" })];
      const api = new ApiEndpoint({ credentials, backend: () => ({ iam, apis }) });
      server = new HttpServer({ api });
      const { accessKeyId, secretAccessKey, sessionToken } = credentials.issue(ROLE, "test", 3600);
      Object.assign(process.env, {
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
      });
      process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${await server.listen(0)}`;
      return glue;
    }

    before(() => {
      saved = { ...process.env };
      process.env.AWS_REGION = "eu-central-1";
      folder = fs.mkdtempSync(path.join(os.tmpdir(), "columns-"));
    });
    after(async () => {
      process.env = saved;
      await server.close();
      fs.rmSync(folder, { recursive: true });
    });

    it("reads and replaces; a stale version and a missing permission are told", async () => {
      let glue = await open(["glue:GetTable", "glue:UpdateTable"]);
      const table = glueTable("db", "t");
      const first = await table.read();
      assert.deepEqual(first, { columns: [], version: "0" });
      assert.equal(await table.replace([{ name: "a", type: "bigint" }], "0"), true);
      assert.equal(await table.replace([{ name: "b", type: "bigint" }], "0"), false);
      assert.deepEqual(await table.read(), { columns: [{ name: "a", type: "bigint" }], version: "1" });
      const { Description, Parameters } = glue.tables.get("db.t")!.describe();
      assert.deepEqual([Description, Parameters], ["kept", { classification: "json" }]);
      // the same declaration leaves the columns; another one replaces the table
      glue = await open(["glue:GetTable"]);
      assert.deepEqual(glue.tables.get("db.t")!.columns, [{ name: "a", type: "bigint" }]);
      const denied = glueTable("db", "t");
      await denied.read();
      await assert.rejects(denied.replace([], "1"), { name: "AccessDeniedException" });
      glue = await open([], { description: "changed" });
      assert.deepEqual(glue.tables.get("db.t")!.columns, []);
      await assert.rejects(glueTable("db", "t").read(), { name: "AccessDeniedException" });
    });

    it("knows no other table, and deletes none of the program", async () => {
      await open(["glue:*"]);
      await assert.rejects(glueTable("db", "u").read(), { name: "EntityNotFoundException" });
      const { GlueClient, DeleteTableCommand } = await import("@aws-sdk/client-glue");
      await assert.rejects(
        new GlueClient({ maxAttempts: 1 }).send(new DeleteTableCommand({ DatabaseName: "db", Name: "t" })),
        /The program of the stack declares the table db.t; remove it there/,
      );
    });
  });
});
