import assert from "node:assert/strict";
import { EtlPipeline, JsonDatastore, TelemetryChannel } from "../../components";
import { ACCOUNT, REGION, run, statements, wrongArguments } from "../harness";

const TABLE = "aws:glue/catalogTable:CatalogTable";
const CATALOG = "aws:glue/getCatalogTable:getCatalogTable";
/** As an engine answers a function that fails. */
const failing = (details: string) => (): never => {
  throw Object.assign(new Error(details), { details });
};
const absent = failing("invocation returned an error: EntityNotFoundException: Table readings not found.");

describe("JsonDatastore", () => {
  it("is a table of JSON lines without columns, before the first message", async () => {
    const { one } = await run(() => new JsonDatastore("Readings", { firstDay: "2020-01-01" }), {
      calls: { [CATALOG]: absent },
    });
    const { inputs } = one(TABLE);
    const location = inputs.storageDescriptor.location as string;
    assert.equal(inputs.name, "readings");
    assert.deepEqual(inputs.storageDescriptor, {
      location,
      columns: [],
      inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
      outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
      serDeInfo: {
        name: "json",
        serializationLibrary: "org.openx.data.jsonserde.JsonSerDe",
        parameters: { "serialization.format": "1" },
      },
    });
    assert.deepEqual(inputs.partitionKeys, [{ name: "__dt", type: "date" }]);
    assert.deepEqual(inputs.parameters, {
      EXTERNAL: "TRUE",
      classification: "json",
      compressionType: "gzip",
      "projection.enabled": "true",
      "projection.__dt.type": "date",
      "projection.__dt.format": "yyyy-MM-dd",
      "projection.__dt.range": "2020-01-01,NOW+1DAYS",
      "projection.__dt.interval": "1",
      "projection.__dt.interval.unit": "DAYS",
      "storage.location.template": `${location}__dt=\${__dt}/`,
    });
  });

  it("declares the columns that have arrived, so that a deployment takes none away", async () => {
    const asked: unknown[] = [];
    const columns = [{ name: "a", type: "bigint", comment: "", parameters: {} }];
    const { one } = await run(() => new JsonDatastore("readings", { database: "lake" }), {
      calls: {
        [CATALOG]: (args) => {
          asked.push(args);
          return { storageDescriptors: [{ columns }] };
        },
      },
    });
    assert.deepEqual(asked, [{ databaseName: "lake", name: "readings" }]);
    assert.deepEqual(one(TABLE).inputs.storageDescriptor.columns, [{ name: "a", type: "bigint" }]);
  });

  it("gets gzipped lines from its pipeline, whose function may keep up the table's columns and partitions and nothing else", async () => {
    const { one } = await run(
      () => {
        const channel = new TelemetryChannel("plant", { topicFilter: "dt/+/aggregate" });
        const datastore = new JsonDatastore("readings", {
          partitions: [{ timestampPartition: { attributeName: "ts" } }],
        });
        return new EtlPipeline("store", { channel, datastore }).errorPrefix;
      },
      { calls: { [CATALOG]: absent } },
    );
    const { extendedS3Configuration } = one(
      "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
      "store-json",
    ).inputs;
    assert.equal(extendedS3Configuration.compressionFormat, "GZIP");
    assert.equal(extendedS3Configuration.dataFormatConversionConfiguration, undefined);
    assert.deepEqual(extendedS3Configuration.dynamicPartitioningConfiguration, { enabled: true });
    const database = "iot_telemetry_etl_dev_readings";
    const delivery = statements(one("aws:iam/rolePolicy:RolePolicy", "store-json-policy"));
    assert.ok(delivery.every(({ Sid }) => Sid !== "ReadSchema"));
    const { inputs } = one("aws:lambda/function:Function", "store-transform");
    assert.deepEqual(inputs.environment, {
      variables: { DATASTORE_DATABASE: database, DATASTORE_TABLE: "readings" },
    });
    const own = statements(one("aws:iam/rolePolicy:RolePolicy", "store-transform-policy"));
    assert.deepEqual(
      own.find(({ Sid }) => Sid === "KeepColumns"),
      {
        Sid: "KeepColumns",
        Effect: "Allow",
        Action: ["glue:GetTable", "glue:UpdateTable"],
        Resource: ["catalog", `database/${database}`, `table/${database}/readings`].map(
          (rest) => `arn:aws:glue:${REGION}:${ACCOUNT}:${rest}`,
        ),
      },
    );
  });

  it("gets its partitions registered by the function", async () => {
    const sids = async (datastore: () => JsonDatastore): Promise<unknown[]> => {
      const { one } = await run(
        () => {
          const channel = new TelemetryChannel("plant", { topicFilter: "dt/+/aggregate" });
          return new EtlPipeline("store", { channel, datastore: datastore() }).errorPrefix;
        },
        { calls: { [CATALOG]: absent } },
      );
      const own = statements(one("aws:iam/rolePolicy:RolePolicy", "store-transform-policy"));
      return own
        .filter(({ Sid }) => ["RegisterPartitions", "RealignPartitions"].includes(Sid as string))
        .map(({ Action }) => Action as unknown);
    };
    const partitions = [{ timestampPartition: { attributeName: "ts" } }];
    assert.deepEqual(await sids(() => new JsonDatastore("readings", { partitions })), [
      ["glue:BatchCreatePartition", "glue:GetTable"],
      ["glue:BatchUpdatePartition", "glue:GetPartitions"],
    ]);
    assert.deepEqual(await sids(() => new JsonDatastore("readings")), []);
  });

  it("refuses what a ParquetDatastore refuses", async () => {
    const problems = await wrongArguments(
      () =>
        new JsonDatastore("readings", {
          partitions: [{ timestampPartition: { attributeName: "t s", timestampFormat: "YYYY" } }],
          database: "Lake",
        }),
    );
    assert.equal(problems.length, 3, problems.join("\n"));
  });
});
