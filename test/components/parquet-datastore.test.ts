import assert from "node:assert/strict";
import { ParquetDatastore } from "../../components";
import { ACCOUNT, KEY, run, wrongArguments } from "../harness";

const BUCKET = `iot-telemetry-etl-dev-readings-data-${ACCOUNT}`;
const PARQUET = "org.apache.hadoop.hive.ql.io.parquet";
const TABLE = "aws:glue/catalogTable:CatalogTable";

describe("ParquetDatastore", () => {
  it("is a bucket, a database and a table whose partitions are registered", async () => {
    const { one, resources } = await run(
      () =>
        new ParquetDatastore("Readings", {
          columns: [
            { name: "device_id", type: "STRING" },
            { name: "Temperature", type: "decimal( 6 , 2 )" },
          ],
          partitions: [
            { attributePartition: { attributeName: "Site" } },
            { timestampPartition: { attributeName: "ts", timestampFormat: "yyyy-MM-dd HH:mm:ss" } },
          ],
        }),
    );
    assert.equal(resources.length, 10);
    const { inputs } = one(TABLE);
    const location = inputs.storageDescriptor.location as string;
    assert.match(location, /^s3:\/\/iot-telemetry-etl-dev-readings-data-[0-9a-f]{8}-123456789012\/data\/Readings\/$/);
    assert.equal(inputs.name, "readings");
    assert.equal(inputs.tableType, "EXTERNAL_TABLE");
    assert.equal(inputs.databaseName, one("aws:glue/catalogDatabase:CatalogDatabase").inputs.name);
    assert.deepEqual(inputs.storageDescriptor, {
      location,
      columns: [
        { name: "device_id", type: "string" },
        { name: "temperature", type: "decimal(6,2)" },
      ],
      inputFormat: `${PARQUET}.MapredParquetInputFormat`,
      outputFormat: `${PARQUET}.MapredParquetOutputFormat`,
      serDeInfo: {
        name: "parquet",
        serializationLibrary: `${PARQUET}.serde.ParquetHiveSerDe`,
        parameters: { "serialization.format": "1" },
      },
    });
    assert.deepEqual(
      inputs.partitionKeys,
      ["__partition_site", "__year", "__month", "__day", "__hour"].map((name) => ({ name, type: "string" })),
    );
    assert.deepEqual(inputs.parameters, {
      EXTERNAL: "TRUE",
      classification: "parquet",
      "parquet.compression": "SNAPPY",
      "storage.location.template": `${location}__partition_site=\${__partition_site}/__year=\${__year}/__month=\${__month}/__day=\${__day}/__hour=\${__hour}/rows/`,
    });
  });

  it("comes after its bucket's settings", async () => {
    const { one } = await run(() => new ParquetDatastore("readings", { columns: [{ name: "a", type: "int" }] }));
    const { dependencies, inputs } = one(TABLE);
    for (const type of [
      "aws:s3/bucketPolicy:BucketPolicy",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    ])
      assert.ok(dependencies.includes(one(type).urn), type);
    assert.equal(one("aws:s3/bucket:Bucket").inputs.bucket, BUCKET);
    assert.deepEqual(inputs.partitionKeys, [{ name: "__dt", type: "date" }]);
    assert.equal(inputs.parameters["projection.__dt.range"], "2025-01-01,NOW+1DAYS");
    const { rules } = one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs;
    assert.deepEqual(
      rules.map(({ id }: { id: string }) => id),
      ["housekeeping"],
    );
  });

  it("takes an existing database, a bucket of the user's, a key, tags and transforms", async () => {
    const { all, one, outputs } = await run(() => {
      const datastore = new ParquetDatastore(
        "readings",
        {
          columns: [{ name: "a", type: "int" }],
          database: "telemetry",
          storage: { bucket: "mine" },
          kmsKeyArn: KEY,
          tags: { plant: "north" },
        },
        { transform: { table: (args) => void (args.description = "changed") } },
      );
      return [datastore.databaseName, datastore.tableName, datastore.bucket, datastore.kmsKeyArn];
    });
    assert.deepEqual(outputs, ["telemetry", "readings", "mine", KEY]);
    assert.deepEqual(all("aws:glue/catalogDatabase:CatalogDatabase"), []);
    assert.deepEqual(all("aws:s3/bucket:Bucket"), []);
    assert.equal(one(TABLE).inputs.description, "changed");
    assert.equal(one(TABLE).inputs.storageDescriptor.location, "s3://mine/data/readings/");
  });

  it("keeps the projection of a deployed table until it has been taken away there", async () => {
    const deployed = {
      EXTERNAL: "TRUE",
      "projection.enabled": "true",
      "projection.__partition_site.type": "injected",
      "storage.location.template": "s3://other/",
    };
    const parametersOf = async (parameters: Record<string, string>): Promise<Record<string, string>> => {
      const { one } = await run(
        () =>
          new ParquetDatastore("readings", {
            columns: [{ name: "a", type: "int" }],
            partitions: [{ attributePartition: { attributeName: "site" } }],
            database: "lake",
          }),
        { calls: { "aws:glue/getCatalogTable:getCatalogTable": () => ({ parameters, storageDescriptors: [] }) } },
      );
      return one(TABLE).inputs.parameters as Record<string, string>;
    };
    const projected = await parametersOf(deployed);
    assert.equal(projected["projection.enabled"], "true");
    assert.equal(projected["projection.__partition_site.type"], "injected");
    assert.match(projected["storage.location.template"]!, /\/rows\/$/);
    const registered = await parametersOf({ EXTERNAL: "TRUE", "storage.location.template": "s3://other/" });
    assert.deepEqual(
      Object.keys(registered).filter((key) => key.startsWith("projection.")),
      [],
    );
  });

  it("encrypts its own bucket with a customer's key", async () => {
    const { one } = await run(
      () =>
        new ParquetDatastore("readings", {
          columns: [{ name: "a", type: "int" }],
          kmsKeyArn: KEY,
          retention: { days: 3 },
        }),
    );
    const [rule] = one("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration").inputs
      .rules as unknown[];
    assert.deepEqual(rule, {
      applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY },
      bucketKeyEnabled: true,
    });
    const { rules } = one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs;
    assert.deepEqual(rules[1].expiration, { days: 3 });
  });

  it("says everything that is wrong with its arguments at once", async () => {
    const problems = await wrongArguments(
      () =>
        new ParquetDatastore("readings", {
          columns: [
            { name: "a", type: "integr" },
            { name: "A", type: "int" },
            { name: "__dt", type: "int" },
          ],
          partitions: [
            {},
            { attributePartition: { attributeName: "a-b" } },
            { timestampPartition: { attributeName: "ts", timestampFormat: "yyyy-QQ" } },
            { timestampPartition: { attributeName: "t2" } },
          ],
          firstDay: "2026-02-30",
          onMismatch: "drop" as never,
          database: "My-Database",
        }),
    );
    assert.deepEqual(
      problems.map((problem) => problem.split(": ")[0]),
      [
        "columns[0].type",
        "columns[2].name",
        "columns[1].name",
        "onMismatch",
        "partitions[1].attributePartition.attributeName",
        "partitions[2].timestampPartition.timestampFormat",
        "partitions[0]",
        "partitions[3].timestampPartition",
        "database",
        "firstDay",
      ],
    );
    const [none] = await wrongArguments(() => new ParquetDatastore("readings", { columns: [] }));
    assert.equal(none, "columns: saw 0; there must be 1 to 100 columns");
  });
});
