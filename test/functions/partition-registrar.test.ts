import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { compilePipeline } from "../../etl";
import { gluePartitions } from "../../functions/glue-partitions";
import { unregisteredLine } from "../../functions/log";
import { PartitionRegistrar, type PartitionCatalog } from "../../functions/partition-registrar";
import { Clock } from "../../local/core/clock";
import { ACCOUNT, TYPES, type Properties, type Resource } from "../../local/core/model";
import { ApiEndpoint } from "../../local/api";
import { Credentials } from "../../local/core/credentials";
import { HttpServer } from "../../local/http";
import { glueApi } from "../../local/services/glue/api";
import { Iam } from "../../local/iam";
import { Glue } from "../../local/services/glue/glue";
import { S3 } from "../../local/services/s3/s3";

const keys = (hour: number) => ({ __hour: String(hour) });

describe("functions/partition-registrar", () => {
  /** A catalog that takes, refuses single partitions, or fails as a whole, as it is told for each call. */
  class Catalog implements PartitionCatalog {
    readonly name = "db.t";
    readonly calls: string[][] = [];
    readonly has = new Set<string>();
    answers: ("takes" | "refuses one" | "throttles" | "fails after it took them")[] = [];

    register(wanted: readonly Readonly<Record<string, string>>[]): Promise<(string | undefined)[]> {
      const hours = wanted.map(({ __hour }) => __hour!);
      this.calls.push(hours);
      const answer = this.answers.shift() ?? "takes";
      if (answer === "throttles")
        return Promise.reject(Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" }));
      const refused = answer === "refuses one" ? 0 : -1;
      hours.forEach((hour, index) => index !== refused && this.has.add(hour));
      if (answer === "fails after it took them") return Promise.reject(new Error("socket hang up"));
      return Promise.resolve(hours.map((_, index) => (index === refused ? "InternalServiceException: x" : undefined)));
    }
  }

  it("asks the catalog for nothing once a partition is registered", async () => {
    const catalog = new Catalog();
    const said: unknown[] = [];
    const registrar = new PartitionRegistrar(catalog, (...what) => said.push(what));
    await registrar.register(60_000);
    registrar.add(keys(1));
    registrar.add(keys(1));
    registrar.add(keys(2));
    await registrar.register(60_000);
    registrar.add(keys(2));
    await registrar.register(60_000);
    assert.deepEqual(catalog.calls, [["1", "2"]]);
    assert.deepEqual(said, []);
  });

  it("asks again after an hour, for a partition may have been removed with its last row", async () => {
    const catalog = new Catalog();
    const registrar = new PartitionRegistrar(catalog, () => undefined);
    const renewed: boolean[] = [];
    for (const minutes of [0, 59, 61, 100]) {
      renewed.push(registrar.renew(minutes * 60_000));
      registrar.add(keys(1));
      await registrar.register(60_000);
    }
    assert.deepEqual(renewed, [false, false, true, false]);
    assert.deepEqual(catalog.calls, [["1"], ["1"]]);
  });

  it("says how many are missing and why, and tries again with every batch until they are there", async () => {
    const catalog = new Catalog();
    const said: unknown[] = [];
    const registrar = new PartitionRegistrar(catalog, (...what) => said.push(what));
    catalog.answers = ["throttles", "refuses one"];
    registrar.add(keys(1));
    registrar.add(keys(2));
    await registrar.register(60_000);
    await registrar.register(60_000);
    await registrar.register(60_000);
    await registrar.register(60_000);
    assert.deepEqual(catalog.calls, [["1", "2"], ["1", "2"], ["1"]]);
    assert.deepEqual(said, [
      [2, "ThrottlingException: Rate exceeded"],
      [1, "InternalServiceException: x"],
    ]);
    assert.equal(registrar.unregistered, 0);
  });

  it("leaves the function the time to answer", async () => {
    const catalog = new Catalog();
    const said: unknown[] = [];
    const registrar = new PartitionRegistrar(catalog, (...what) => said.push(what));
    registrar.add(keys(1));
    await registrar.register(2_000);
    assert.deepEqual(catalog.calls, []);
    assert.deepEqual(said, [[1, "no time is left in this invocation"]]);
  });

  it("every partition is registered, or counted as missing after each batch, whatever the catalog does", async () => {
    const answer = fc.constantFrom("takes", "refuses one", "throttles", "fails after it took them") as fc.Arbitrary<
      Catalog["answers"][number]
    >;
    // an ending instance forgets
    const batch = fc.record({ hours: fc.array(fc.nat(6), { maxLength: 4 }), answer, ends: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(batch, { maxLength: 12 }), async (batches) => {
        const catalog = new Catalog();
        const told = { missing: 0 };
        const start = (): PartitionRegistrar => new PartitionRegistrar(catalog, (count) => (told.missing = count));
        let registrar = start();
        const added = new Set<string>();
        for (const { hours, answer: next, ends } of batches) {
          catalog.answers = [next];
          told.missing = 0;
          for (const hour of hours) {
            registrar.add(keys(hour));
            added.add(String(hour));
          }
          await registrar.register(60_000);
          assert.equal(told.missing, registrar.unregistered);
          const hidden = [...added].filter((hour) => !catalog.has.has(hour));
          assert.ok(hidden.length <= told.missing, `${hidden.length} are hidden, ${told.missing} are counted`);
          if (ends) {
            registrar = start();
            for (const hour of hidden) added.delete(hour);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("hears of a partition before its first row, and not with every row", () => {
    const pipeline = compilePipeline({
      pipeline: {
        pipelineName: "p",
        pipelineActivities: [
          { channel: { name: "in", channelName: "c", next: "out" } },
          { datastore: { name: "out", datastoreName: "d" } },
        ],
      },
      datastore: {
        datastoreName: "d",
        fileFormatConfiguration: {
          parquetConfiguration: { schemaDefinition: { columns: [{ name: "v", type: "int" }] } },
        },
        datastorePartitions: { partitions: [{ attributePartition: { attributeName: "site" } }] },
      },
    });
    const heard: unknown[] = [];
    pipeline.onPartition = (partition) => heard.push(partition);
    for (const site of ["a", "a", "b", "a", "b"]) pipeline.process(`{"v":1,"site":"${site}"}`, { arrivalTime: 0 });
    pipeline.process("no JSON", { arrivalTime: 0 });
    assert.deepEqual(heard, [{ __partition_site: "a" }, { __partition_site: "b" }]);
  });

  it("writes a line that is a metric and says what is missing", () => {
    const line = JSON.parse(unregisteredLine("p", "db.t", 2, "ThrottlingException: x", 5)) as Properties;
    assert.equal(line._aws.CloudWatchMetrics[0].Metrics[0].Name, "PartitionsUnregistered");
    assert.deepEqual([line.PartitionsUnregistered, line.level, line.FunctionName], [2, "ERROR", "p"]);
    assert.match(line.message as string, /partitions of db.t are not registered.*ThrottlingException: x/);
  });
});

describe("functions/glue-partitions: through the SDK, against the local cloud's catalog", () => {
  const ROLE = `arn:aws:iam::${ACCOUNT}:role/writer`;
  const PARQUET = "org.apache.hadoop.hive.ql.io.parquet";
  let folder: string;
  let saved: NodeJS.ProcessEnv;
  let server: HttpServer | undefined;

  const resource = (type: string, inputs: Properties, outputs: Properties = inputs): Resource => ({
    urn: type,
    type,
    name: "x",
    custom: true,
    id: "x",
    dependencies: [],
    inputs,
    outputs,
  });

  async function open(actions: string[]): Promise<Glue> {
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }],
    });
    const resources = [
      resource(TYPES.bucket, { bucket: "b" }),
      resource(TYPES.table, {
        databaseName: "db",
        name: "t",
        parameters: { "storage.location.template": "s3://b/data/__partition_site=${__partition_site}/rows/" },
        partitionKeys: [{ name: "__partition_site", type: "string" }],
        storageDescriptor: {
          location: "s3://b/data/",
          columns: [{ name: "v", type: "int" }],
          inputFormat: `${PARQUET}.MapredParquetInputFormat`,
          outputFormat: `${PARQUET}.MapredParquetOutputFormat`,
          serDeInfo: { serializationLibrary: `${PARQUET}.serde.ParquetHiveSerDe` },
        },
      }),
      resource(TYPES.role, { name: "writer", assumeRolePolicy: policy }, { name: "writer", arn: ROLE }),
      resource(TYPES.rolePolicy, { role: "writer", name: "p", policy }),
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
    Object.assign(process.env, { AWS_REGION: "eu-central-1", AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b" });
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "partitions-"));
  });
  after(async () => {
    process.env = saved;
    await server?.close();
    fs.rmSync(folder, { recursive: true });
  });

  it("registers hundreds, with the table's columns and format, each where the delivery stream writes", async () => {
    const glue = await open(["glue:GetTable", "glue:BatchCreatePartition"]);
    const partitions = gluePartitions("db", "t");
    const sites = Array.from({ length: 250 }, (_, i) => ({ __partition_site: `site/${i}` }));
    assert.deepEqual(await partitions.register(sites, 10_000), Array(250).fill(undefined));
    const { registered } = glue.tables.get("db.t")!;
    assert.equal(registered!.size, 250);
    const { Location, Columns, SerdeInfo } = registered!.get(["site/7"])!.descriptor;
    assert.equal(Location, "s3://b/data/__partition_site=site/7/rows/");
    assert.deepEqual(Columns, [{ Name: "v", Type: "int" }]);
    assert.equal(SerdeInfo.SerializationLibrary, `${PARQUET}.serde.ParquetHiveSerDe`);
    // a second writer, or the first after a restart
    const both = [...sites.slice(0, 3), { __partition_site: "new" }];
    assert.deepEqual(await gluePartitions("db", "t").register(both, 10_000), Array(4).fill(undefined));
    assert.equal(registered!.size, 251);
  });

  it("says of a missing permission which it is", async () => {
    await open(["glue:GetTable"]);
    const [reason] = await gluePartitions("db", "t").register([{ __partition_site: "x" }], 10_000);
    assert.match(reason!, /^AccessDeniedException: .*glue:BatchCreatePartition/);
  });
});
