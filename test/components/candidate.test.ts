import assert from "node:assert/strict";
import { EtlPipeline, JsonDatastore, ParquetDatastore, TelemetryChannel, type CandidateArgs } from "../../components";
import { viewQuery } from "../../local/services/glue/client-tables";
import { run, statements, wrongArguments, type Registration, type Run } from "../harness";

const TABLE = "aws:glue/catalogTable:CatalogTable";
const CATALOG = "aws:glue/getCatalogTable:getCatalogTable";
const INVOCATION = "aws:lambda/invocation:Invocation";
const COLUMNS = [{ name: "a", type: "int" }];
const NEW = [...COLUMNS, { name: "b", type: "double" }];
const PARTITIONS = [{ attributePartition: { attributeName: "site" } }];
const LOCATION = "s3://iot-telemetry-etl-dev-readings-data-123456789012/data/readings";

interface Given {
  candidate?: Partial<CandidateArgs> & { none?: true };
  datastore?: object;
  /** tables that are deployed, with what they are views of */
  deployed?: Record<string, string | undefined>;
}

/** A channel, a datastore with a candidate, and the pipelines of both. */
const program = ({ candidate = {}, datastore = {}, deployed }: Given = {}): Promise<Run<unknown>> =>
  run(
    () => {
      const channel = new TelemetryChannel("plant", { topicFilter: "dt/+/a" });
      const readings = new ParquetDatastore("readings", {
        columns: COLUMNS,
        partitions: PARTITIONS,
        ...(candidate.none === true ? {} : { candidate: { version: "v2", columns: NEW, ...candidate } }),
        ...datastore,
      });
      new EtlPipeline("store", { channel, datastore: readings });
      if (readings.candidate !== undefined)
        new EtlPipeline("store-v2", { channel, datastore: readings.candidate, candidate: true });
      return { table: readings.tableName };
    },
    deployed === undefined
      ? undefined
      : ({
          calls: {
            [CATALOG]: ({ name }: { name: string }) => {
              const details = `EntityNotFoundException: Table ${name} not found`;
              if (!(name in deployed)) throw Object.assign(new Error(details), { details });
              const of = deployed[name];
              return { storageDescriptors: [], parameters: of === undefined ? {} : { "rows-of": of } };
            },
          },
        } as never),
  );

const table = ({ all }: Run<unknown>, name: string): Registration["inputs"] =>
  all(TABLE).find(({ inputs }) => inputs.name === name)!.inputs;
const shown = (made: Run<unknown>): string | undefined =>
  viewQuery({ ViewOriginalText: table(made, "readings").viewOriginalText as string })?.sql;

describe("components: a candidate of a datastore", () => {
  it("is a table and a view of its own, and the datastore's name stays the table that it was", async () => {
    const [before, made] = [await program({ candidate: { none: true } }), await program()];
    assert.deepEqual(
      made
        .all(TABLE)
        .map(({ inputs }) => inputs.name as string)
        .sort(),
      ["readings", "readings__candidate", "readings__rows", "readings__v2"],
    );
    assert.deepEqual(table(made, "readings"), table(before, "readings"));
    const { name, description, ...rows } = table(made, "readings__rows");
    assert.deepEqual({ ...table(made, "readings"), name, description }, { ...rows, name, description });
    const own = table(made, "readings__v2");
    assert.equal(own.storageDescriptor.location, `${LOCATION}__v2/`);
    assert.deepEqual(own.storageDescriptor.columns, NEW);
    assert.equal(
      viewQuery({ ViewOriginalText: table(made, "readings__candidate").viewOriginalText as string })!.sql,
      'SELECT "a", "b", "__partition_site" FROM "iot_telemetry_etl_dev_readings"."readings__v2"',
    );
  });

  it("has pipelines that write to the tables with the rows, and that of the candidate has a boundary", async () => {
    const made = await program();
    const environment = (name: string) =>
      made.one("aws:lambda/function:Function", `${name}-transform`).inputs.environment.variables as object;
    const database = "iot_telemetry_etl_dev_readings";
    assert.deepEqual(environment("store"), {
      DATASTORE_DATABASE: database,
      DATASTORE_TABLE: "readings__rows",
      DATASTORE_READERS: "readings",
    });
    assert.deepEqual(environment("store-v2"), {
      DATASTORE_DATABASE: database,
      DATASTORE_TABLE: "readings__v2",
      BOUNDARY_BUCKET: "iot-telemetry-etl-dev-readings-data-123456789012",
      BOUNDARY_KEY: "reprocess/readings__v2/boundary.json",
    });
    const kept = statements(made.one("aws:iam/rolePolicy:RolePolicy", "store-v2-transform-policy")).find(
      ({ Sid }) => Sid === "KeepBoundary",
    )!;
    assert.deepEqual(kept.Resource, [
      "arn:aws:s3:::iot-telemetry-etl-dev-readings-data-123456789012/reprocess/readings__v2/boundary.json",
    ]);
    const delivery = (name: string) =>
      made.one("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", name).inputs.extendedS3Configuration as {
        prefix: string;
        dataFormatConversionConfiguration: { schemaConfiguration: { tableName: string } };
      };
    assert.match(delivery("store-v2-parquet").prefix, /^data\/readings__v2\//);
    assert.match(delivery("store-parquet").prefix, /^data\/readings\//);
    assert.deepEqual(
      ["store-parquet", "store-v2-parquet"].map(
        (name) => delivery(name).dataFormatConversionConfiguration.schemaConfiguration.tableName,
      ),
      ["readings__rows", "readings__v2"],
    );
  });

  it("is promoted by a view, after the partitions have been copied and the tables are there", async () => {
    const made = await program({ candidate: { promote: true }, deployed: { readings: undefined } });
    assert.equal(table(made, "readings").tableType, "VIRTUAL_VIEW");
    assert.match(shown(made)!, /"b".* FROM "iot_telemetry_etl_dev_readings"."readings__v2"$/);
    assert.deepEqual(table(made, "readings").partitionKeys, []);
    const copy = made.one(INVOCATION);
    assert.deepEqual(JSON.parse(copy.inputs.input as string), {
      copyPartitions: { from: "readings", to: "readings__rows" },
    });
    assert.deepEqual(copy.inputs.triggers, { promoted: "true" });
    const { dependencies } = made.one(TABLE, "readings-table");
    const tables = ["readings-rows-table", "readings-v2-table"].map((name) => made.one(TABLE, name).urn);
    for (const urn of [copy.urn, ...tables]) assert.ok(dependencies.includes(urn), urn);
    // The function that copies must not wait for the name that waits for it.
    assert.ok(
      !made
        .one("aws:lambda/function:Function", "store-transform")
        .dependencies.includes(made.one(TABLE, "readings-table").urn),
    );
  });

  it("is rolled back to a view of the rows of before, and stays one when nothing more is said", async () => {
    for (const promote of [false, undefined]) {
      const made = await program({ candidate: { promote }, deployed: { readings: "readings__v2" } });
      assert.match(shown(made)!, /FROM "iot_telemetry_etl_dev_readings"."readings__rows"$/);
      assert.doesNotMatch(shown(made)!, /"b"/);
    }
  });

  it("leaves a view behind, which may not become a table again", async () => {
    const none = { none: true } as const;
    const deployed = { readings: "readings__rows" };
    await assert.rejects(program({ candidate: none, deployed }), /is deployed as a view of readings__rows/);
    const made = await program({ candidate: none, deployed, datastore: { view: true } });
    assert.match(shown(made)!, /"readings__rows"$/);
  });

  it("is adopted under the names that it has", async () => {
    const [tried, adopted] = [
      await program({ candidate: { promote: true }, deployed: { readings: undefined } }),
      await program({
        candidate: { none: true },
        datastore: { version: "v2", columns: NEW, formerVersions: [{ version: "rows", until: "2026-12-31" }] },
        deployed: { readings: "readings__v2" },
      }),
    ];
    assert.deepEqual(table(adopted, "readings__v2"), table(tried, "readings__v2"));
    assert.deepEqual(table(adopted, "readings"), table(tried, "readings"));
    assert.equal(adopted.one(TABLE, "readings-v2-table").urn, tried.one(TABLE, "readings-v2-table").urn);
    assert.equal(adopted.all(INVOCATION).length, 0);
    const { rules } = adopted.one(
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
      "readings-lifecycle",
    ).inputs;
    assert.deepEqual((rules as unknown[]).at(-1), {
      id: "version-rows",
      status: "Enabled",
      filter: { prefix: "data/readings/" },
      expiration: { date: "2026-12-31T00:00:00Z" },
    });
  });

  it("of a datastore in JSON format follows the columns that arrive, under every name of its rows", async () => {
    const made = await run(() => {
      const channel = new TelemetryChannel("plant", { topicFilter: "dt/+/a" });
      const readings = new JsonDatastore("readings", { candidate: { version: "v2" } });
      new EtlPipeline("store", { channel, datastore: readings });
      new EtlPipeline("store-v2", { channel, datastore: readings.candidate!, candidate: true });
    });
    const readers = (name: string): unknown =>
      made.one("aws:lambda/function:Function", `${name}-transform`).inputs.environment.variables.DATASTORE_READERS;
    assert.deepEqual(["store", "store-v2"].map(readers), ["readings", "readings__candidate,readings"]);
    assert.equal(made.all(INVOCATION).length, 0, "days of arrival are projected, not registered");
  });

  it("lets a dataset read both versions, so that its query goes on when readers are led elsewhere", async () => {
    const { AnalyticsDataset } = await import("../../components");
    const made = await run(() => {
      const readings = new ParquetDatastore("readings", {
        columns: COLUMNS,
        partitions: PARTITIONS,
        candidate: { version: "v2" },
      });
      new AnalyticsDataset("hot", {
        query: "SELECT a FROM readings",
        database: readings.databaseName,
        sources: [readings],
        schedules: ["rate(1 day)"],
      });
    });
    const policy = statements(made.one("aws:iam/rolePolicy:RolePolicy", "hot-contents-policy"));
    const of = (sid: string): string => JSON.stringify(policy.find(({ Sid }) => Sid === sid)!.Resource);
    for (const name of ["readings", "readings__rows", "readings__v2"])
      for (const sid of ["ReadTables", "ReadPartitions"])
        assert.match(of(sid), new RegExp(`table/iot_telemetry_etl_dev_readings/${name}"`));
    assert.match(of("ReadRows"), /data\/readings\/\*".*data\/readings__v2\/\*"/);
  });

  it("says everything that is wrong with its arguments at once", async () => {
    const wrong = await wrongArguments(
      () =>
        new ParquetDatastore("readings", {
          columns: COLUMNS,
          version: "v2",
          candidate: { version: "v2", columns: [{ name: "x", type: "nothing" }] },
          formerVersions: [
            { version: "rows" },
            { version: "v2", until: "2026-12-31" },
            { version: "Old", until: "soon" },
          ],
        }),
    );
    const at = (path: string): string | undefined => wrong.find((problem) => problem.startsWith(`${path}:`));
    assert.match(at("candidate.version")!, /saw "v2", which readers see already/);
    assert.match(at("candidate.columns[0].type")!, /"nothing"/);
    assert.match(at("formerVersions[0]")!, /takes both keys/);
    assert.match(at("formerVersions[1].version")!, /still in use/);
    assert.match(at("formerVersions[2].version")!, /lower-case/);
    assert.match(at("formerVersions[2].until")!, /yyyy-MM-dd/);
  });
});
