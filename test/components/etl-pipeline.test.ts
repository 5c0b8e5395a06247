import assert from "node:assert/strict";
import * as fs from "node:fs";
import type { PipelineDocument } from "../../etl";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { EtlPipeline, ParquetDatastore, TelemetryChannel, type EtlPipelineArgs } from "../../components";
import { functionBundle } from "../../components/parts/functions/bundle";
import { ACCOUNT, KEY, REGION, run, statements, wrongArguments, type Inputs, type Registration } from "../harness";

const FIREHOSE = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
const DATA = `iot-telemetry-etl-dev-readings-data-${ACCOUNT}`;

const COLUMNS = [
  { name: "device_id", type: "string" },
  { name: "temperature", type: "int" },
  { name: "fahrenheit", type: "double" },
];

interface Changes {
  pipeline?: Partial<EtlPipelineArgs>;
  datastore?: Partial<ConstructorParameters<typeof ParquetDatastore>[1]>;
  channel?: ConstructorParameters<typeof TelemetryChannel>[1];
}

function program({ pipeline, datastore, channel }: Changes = {}) {
  return () => {
    const plant = new TelemetryChannel("plant", { topicFilter: "dt/+/aggregate", ...channel });
    const readings = new ParquetDatastore("readings", {
      columns: COLUMNS,
      partitions: [{ timestampPartition: { attributeName: "ts" } }],
      ...datastore,
    });
    return new EtlPipeline("convert", {
      channel: plant,
      datastore: readings,
      activities: [{ math: { attribute: "fahrenheit", math: "temperature * 9/5 + 32" } }],
      ...pipeline,
    }).errorPrefix;
  };
}

/** The files of a function's archive. */
function filesOf(lambda: Registration): Record<string, string> {
  const { assets } = lambda.inputs.code as { assets: Record<string, { text?: string; path?: string }> };
  return Object.fromEntries(
    Object.entries(assets).map(([name, { text, path }]) => [name, text ?? fs.readFileSync(path!, "utf8")]),
  );
}

describe("EtlPipeline", () => {
  it("is a function, a delivery stream, and a role and a log of each", async () => {
    const { resources, outputs } = await run(program());
    // Its alarms are tested by themselves.
    const own = resources.filter(({ parent, type }) => parent.includes("EtlPipeline") && !type.includes("MetricAlarm"));
    assert.deepEqual(own.map(({ type, name }) => `${name} ${type.split(":").at(-1)}`).sort(), [
      "convert-parquet FirehoseDeliveryStream",
      "convert-parquet-log LogGroup",
      "convert-parquet-log-stream LogStream",
      "convert-parquet-policy RolePolicy",
      "convert-parquet-role Role",
      "convert-transform Function",
      "convert-transform-log LogGroup",
      "convert-transform-policy RolePolicy",
      "convert-transform-role Role",
    ]);
    assert.equal(outputs, "errors/convert/");
  });

  describe("whose messages can give rows of several partitions", () => {
    const FAN_OUT = "iot-telemetry-etl-dev-convert-fan-out";
    const unpacks = { activities: [{ lambda: { lambdaName: "unpack", batchSize: 1 } }] };
    const arn = (name: string): string => `arn:aws:firehose:${REGION}:${ACCOUNT}:deliverystream/${name}`;

    it("has a second delivery stream, into which the function puts and nobody else", async () => {
      const { resources } = await run(program({ pipeline: unpacks }));
      const named = (name: string): Registration => resources.find((resource) => resource.name === name)!;
      const { inputs } = named("convert-fan-out");
      const { inputs: main, dependencies } = named("convert-parquet");
      const { kinesisSourceConfiguration, extendedS3Configuration, ...rest } = inputs;
      assert.equal(kinesisSourceConfiguration, undefined);
      assert.deepEqual([rest.name, rest.serverSideEncryption], [FAN_OUT, { enabled: true, keyType: "AWS_OWNED_CMK" }]);
      const own = extendedS3Configuration as Inputs;
      const other = main.extendedS3Configuration as Inputs;
      // the same but for the role, the log, the errors, and what divides records
      const differ = Object.keys(other).filter((key) => JSON.stringify(own[key]) !== JSON.stringify(other[key]));
      assert.deepEqual(differ.sort(), [
        "cloudwatchLoggingOptions",
        "dataFormatConversionConfiguration",
        "errorOutputPrefix",
        "processingConfiguration",
        "roleArn",
      ]);
      assert.equal(
        own.errorOutputPrefix,
        "errors/convert/fan-out/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/",
      );
      const processors = (configuration: Inputs): unknown[] =>
        (configuration.processingConfiguration as { processors: unknown[] }).processors;
      assert.deepEqual(processors(own), [
        {
          type: "RecordDeAggregation",
          parameters: [
            { parameterName: "SubRecordType", parameterValue: "DELIMITED" },
            { parameterName: "Delimiter", parameterValue: Buffer.from("\u001e").toString("base64") },
          ],
        },
        ...processors(other),
      ]);
      const granting = resources.filter(
        ({ type, inputs: { policy } }) => type.includes("RolePolicy") && JSON.stringify(policy).includes("firehose:"),
      );
      assert.deepEqual(
        granting.map(({ name }) => name),
        ["convert-transform-policy"],
      );
      const put = statements(granting[0]!).filter(({ Sid }) => Sid === "PutFurtherPartitions");
      assert.deepEqual(put, [
        { Sid: "PutFurtherPartitions", Effect: "Allow", Action: ["firehose:PutRecordBatch"], Resource: [arn(FAN_OUT)] },
      ]);
      const environment = named("convert-transform").inputs.environment as { variables: Inputs };
      assert.equal(environment.variables.FAN_OUT_STREAM, FAN_OUT);
      assert.ok(
        dependencies.some((urn) => urn.endsWith("::convert-fan-out")),
        "it is there before the function is called",
      );
    });

    it("has it with a channel of batches too, and not where messages have rows of one partition", async () => {
      const has = async (changes: Changes): Promise<boolean> =>
        (await run(program(changes))).resources.some(({ name }) => name.includes("fan-out"));
      const rules = [{ name: "gateways", sql: "SELECT * FROM 'dt/+/aggregate'", batchMode: true }];
      assert.equal(await has({ channel: { topicFilter: undefined, rules } }), true);
      assert.equal(await has({}), false);
      assert.equal(await has({ pipeline: unpacks, datastore: { partitions: [] } }), false);
      const enriches = { activities: [{ deviceRegistryEnrich: { attribute: "t", thingName: "device_id" } }] };
      assert.equal(await has({ pipeline: enriches as Partial<EtlPipelineArgs> }), false);
    });
  });

  it("has a function on arm64 that writes JSON to its own log group, and may do nothing else", async () => {
    const { one } = await run(program());
    const { inputs, dependencies } = one("aws:lambda/function:Function");
    const { code, ...rest } = inputs;
    assert.ok(code);
    const group = "/aws/lambda/iot-telemetry-etl-dev-convert-transform";
    assert.deepEqual(rest, {
      name: "iot-telemetry-etl-dev-convert-transform",
      description: "Transforms the messages of the pipeline convert",
      role: `arn:aws:iam::${ACCOUNT}:role/iot-telemetry-etl-dev-convert-transform`,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      memorySize: 512,
      timeout: 60,
      environment: {
        variables: { DATASTORE_DATABASE: "iot_telemetry_etl_dev_readings", DATASTORE_TABLE: "readings" },
      },
      loggingConfig: { logGroup: group, logFormat: "JSON", applicationLogLevel: "INFO", systemLogLevel: "WARN" },
    });
    assert.ok(dependencies.includes(one("aws:cloudwatch/logGroup:LogGroup", "convert-transform-log").urn));
    assert.ok(dependencies.includes(one("aws:iam/rolePolicy:RolePolicy", "convert-transform-policy").urn));
    assert.deepEqual(statements(one("aws:iam/rolePolicy:RolePolicy", "convert-transform-policy")), [
      {
        Sid: "WriteLog",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: [`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${group}:*`],
      },
      {
        Sid: "RegisterPartitions",
        Effect: "Allow",
        Action: ["glue:BatchCreatePartition", "glue:GetTable"],
        Resource: [
          "catalog",
          "database/iot_telemetry_etl_dev_readings",
          "table/iot_telemetry_etl_dev_readings/readings",
        ].map((rest) => `arn:aws:glue:${REGION}:${ACCOUNT}:${rest}`),
      },
    ]);
    assert.deepEqual(statements(one("aws:iam/role:Role", "convert-transform-role")), [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
  });

  it("deploys an archive that runs", async () => {
    const { one } = await run(program());
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "archive-"));
    try {
      for (const [name, text] of Object.entries(filesOf(one("aws:lambda/function:Function"))))
        fs.writeFileSync(path.join(folder, name), text);
      const { handler } = createRequire(path.join(folder, "x.js"))("./index.js") as {
        handler(event: unknown): Promise<{ records: Inputs[] }>;
      };
      const data = Buffer.from('{"device_id":"a","temperature":47,"ts":1735689600}').toString("base64");
      const write = process.stdout.write;
      process.stdout.write = () => true; // the function's own log
      try {
        const { records } = await handler({
          invocationId: "1",
          deliveryStreamArn: "arn",
          region: REGION,
          records: [{ recordId: "1", approximateArrivalTimestamp: 0, data }],
        });
        const [record] = records;
        assert.equal(record!.result, "Ok");
        assert.deepEqual(JSON.parse(Buffer.from(record!.data, "base64").toString()), {
          device_id: "a",
          temperature: 47,
          fahrenheit: 116.6,
        });
        assert.deepEqual(record!.metadata.partitionKeys, {
          __year: "2025",
          __month: "01",
          __day: "01",
          __hour: "00",
        });
      } finally {
        process.stdout.write = write;
      }
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });

  it("gives its code as a file, which the stack's state keeps by its hash", async () => {
    const { one } = await run(program());
    const { assets } = one("aws:lambda/function:Function").inputs.code as { assets: Record<string, { path?: string }> };
    assert.equal(fs.readFileSync(assets["index.js"]!.path!, "utf8"), functionBundle("transform"));
  });

  it("bundles the same text every time", () => {
    const first = functionBundle("transform");
    assert.equal(first, functionBundle("transform"));
    assert.ok(!first.includes(process.cwd()), "no path of this machine");
  });

  it("converts to Parquet by the table's columns, by event time", async () => {
    const { one } = await run(program());
    const { inputs, dependencies } = one(FIREHOSE, "convert-parquet");
    const role = `arn:aws:iam::${ACCOUNT}:role/iot-telemetry-etl-dev-convert-parquet`;
    assert.deepEqual(inputs, {
      name: "iot-telemetry-etl-dev-convert-parquet",
      destination: "extended_s3",
      kinesisSourceConfiguration: {
        kinesisStreamArn: `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/iot-telemetry-etl-dev-plant`,
        roleArn: role,
      },
      extendedS3Configuration: {
        bucketArn: `arn:aws:s3:::${DATA}`,
        roleArn: role,
        prefix:
          "data/readings/__year=!{partitionKeyFromLambda:__year}/__month=!{partitionKeyFromLambda:__month}/" +
          "__day=!{partitionKeyFromLambda:__day}/__hour=!{partitionKeyFromLambda:__hour}/",
        errorOutputPrefix: "errors/convert/!{firehose:error-output-type}/dt=!{timestamp:yyyy-MM-dd}/",
        bufferingSize: 128,
        bufferingInterval: 300,
        cloudwatchLoggingOptions: {
          enabled: true,
          logGroupName: "/aws/kinesisfirehose/iot-telemetry-etl-dev-convert-parquet",
          logStreamName: "DestinationDelivery",
        },
        dynamicPartitioningConfiguration: { enabled: true },
        processingConfiguration: {
          enabled: true,
          processors: [
            {
              type: "Lambda",
              parameters: [
                {
                  parameterName: "LambdaArn",
                  parameterValue: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:iot-telemetry-etl-dev-convert-transform:$LATEST`,
                },
              ],
            },
          ],
        },
        dataFormatConversionConfiguration: {
          enabled: true,
          inputFormatConfiguration: { deserializer: { openXJsonSerDe: { caseInsensitive: false } } },
          outputFormatConfiguration: { serializer: { parquetSerDe: { compression: "SNAPPY" } } },
          schemaConfiguration: {
            databaseName: "iot_telemetry_etl_dev_readings",
            tableName: "readings",
            roleArn: role,
          },
        },
      },
    });
    for (const [type, name] of [
      ["aws:iam/rolePolicy:RolePolicy", "convert-parquet-policy"],
      ["aws:cloudwatch/logStream:LogStream", "convert-parquet-log-stream"],
      ["aws:glue/catalogTable:CatalogTable", "readings-table"],
      ["aws:lambda/function:Function", "convert-transform"],
    ] as const)
      assert.ok(dependencies.includes(one(type, name).urn), name);
    assert.ok(one("aws:iot/topicRule:TopicRule").dependencies.includes(one(FIREHOSE, "convert-parquet").urn));
  });

  it("gives Firehose a role for exactly its calls", async () => {
    const { one } = await run(program());
    const glue = `arn:aws:glue:${REGION}:${ACCOUNT}:`;
    assert.deepEqual(statements(one("aws:iam/rolePolicy:RolePolicy", "convert-parquet-policy")), [
      {
        Sid: "ReadStream",
        Effect: "Allow",
        Action: ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards"],
        Resource: [`arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/iot-telemetry-etl-dev-plant`],
      },
      {
        Sid: "FindBucket",
        Effect: "Allow",
        Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
        Resource: [`arn:aws:s3:::${DATA}`],
      },
      {
        Sid: "WriteObjects",
        Effect: "Allow",
        Action: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
        Resource: [`arn:aws:s3:::${DATA}/data/readings/*`, `arn:aws:s3:::${DATA}/errors/convert/*`],
      },
      {
        Sid: "WriteLog",
        Effect: "Allow",
        Action: ["logs:PutLogEvents"],
        Resource: [
          `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/kinesisfirehose/iot-telemetry-etl-dev-convert-parquet:log-stream:DestinationDelivery`,
        ],
      },
      {
        Sid: "Transform",
        Effect: "Allow",
        Action: ["lambda:InvokeFunction", "lambda:GetFunctionConfiguration"],
        Resource: [`arn:aws:lambda:${REGION}:${ACCOUNT}:function:iot-telemetry-etl-dev-convert-transform:$LATEST`],
      },
      {
        Sid: "ReadSchema",
        Effect: "Allow",
        Action: ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
        Resource: [
          `${glue}catalog`,
          `${glue}database/iot_telemetry_etl_dev_readings`,
          `${glue}table/iot_telemetry_etl_dev_readings/readings`,
        ],
      },
    ]);
  });

  it("partitions by arrival without dynamic partitioning", async () => {
    const { one } = await run(
      program({ datastore: { partitions: undefined }, pipeline: { buffering: { seconds: 60 } } }),
    );
    const configuration = one(FIREHOSE, "convert-parquet").inputs.extendedS3Configuration;
    assert.equal(configuration.prefix, "data/readings/__dt=!{timestamp:yyyy-MM-dd}/");
    assert.equal(configuration.dynamicPartitioningConfiguration, undefined);
    assert.equal(configuration.bufferingInterval, 60);
  });

  it("writes below the prefix of a bucket of the user's", async () => {
    const { one, outputs } = await run(program({ datastore: { storage: { bucket: "mine", prefix: "iot/" } } }));
    const configuration = one(FIREHOSE, "convert-parquet").inputs.extendedS3Configuration;
    assert.equal(configuration.bucketArn, "arn:aws:s3:::mine");
    assert.match(configuration.prefix, /^iot\/data\/readings\//);
    assert.equal(outputs, "iot/errors/convert/");
  });

  it("uses the keys of its channel, its datastore and its own", async () => {
    const other = KEY.replace(/.$/, "f");
    const { one } = await run(
      program({ channel: { kmsKeyArn: KEY }, datastore: { kmsKeyArn: other }, pipeline: { kmsKeyArn: KEY } }),
    );
    assert.deepEqual(statements(one("aws:iam/rolePolicy:RolePolicy", "convert-parquet-policy")).slice(4, 6), [
      {
        Sid: "DecryptStream",
        Effect: "Allow",
        Action: ["kms:Decrypt"],
        Resource: [KEY],
        Condition: { StringEquals: { "kms:ViaService": `kinesis.${REGION}.amazonaws.com` } },
      },
      {
        Sid: "EncryptObjects",
        Effect: "Allow",
        Action: ["kms:GenerateDataKey", "kms:Decrypt"],
        Resource: [other],
        Condition: {
          StringEquals: { "kms:ViaService": `s3.${REGION}.amazonaws.com` },
          StringLike: {
            "kms:EncryptionContext:aws:s3:arn": [
              `arn:aws:s3:::${DATA}`,
              `arn:aws:s3:::${DATA}/data/readings/*`,
              `arn:aws:s3:::${DATA}/errors/convert/*`,
            ],
          },
        },
      },
    ]);
    assert.equal(one(FIREHOSE, "convert-parquet").inputs.extendedS3Configuration.kmsKeyArn, other);
    assert.equal(one("aws:cloudwatch/logGroup:LogGroup", "convert-transform-log").inputs.kmsKeyId, KEY);
  });

  it("puts its definition into the archive", async () => {
    const options: Partial<EtlPipelineArgs> = { integerDivision: true, onMathFailure: "pass" };
    const { one } = await run(
      program({
        pipeline: { ...options, activities: [{ filter: { name: "channel", filter: "temperature > 0" } }] },
        datastore: { onMismatch: "fail" },
      }),
    );
    assert.deepEqual(JSON.parse(filesOf(one("aws:lambda/function:Function"))["definition.json"]!), {
      pipeline: {
        pipelineName: "convert",
        pipelineActivities: [
          { channel: { name: "channel_", channelName: "channel", next: "channel" } },
          { filter: { name: "channel", filter: "temperature > 0", next: "datastore" } },
          { datastore: { name: "datastore", datastoreName: "readings" } },
        ],
      },
      datastore: {
        datastoreName: "readings",
        fileFormatConfiguration: { parquetConfiguration: { schemaDefinition: { columns: COLUMNS } } },
        datastorePartitions: { partitions: [{ timestampPartition: { attributeName: "ts" } }] },
      },
      options: { integerDivision: true, onMathFailure: "pass", onMismatch: "fail" },
    });
  });

  it("reads a channel of another program by its stream's name", async () => {
    const { one } = await run(() => {
      const datastore = new ParquetDatastore("readings", { columns: COLUMNS });
      new EtlPipeline("convert", { channel: { streamName: "theirs" }, datastore });
    });
    assert.equal(
      one(FIREHOSE).inputs.kinesisSourceConfiguration.kinesisStreamArn,
      `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/theirs`,
    );
  });

  it("says everything that is wrong with its arguments at once", async () => {
    const wrong = (pipeline: Partial<EtlPipelineArgs>) => wrongArguments(program({ pipeline }));
    assert.deepEqual(
      await wrong({
        activities: [{}, { math: { attribute: "a", math: "1" }, filter: { filter: "a" } }],
        onMathFailure: "ignore" as never,
        function: { memoryMegabytes: 64, timeoutSeconds: 900 },
        buffering: { megabytes: 129 },
        logRetentionDays: 2,
      }),
      [
        "activities[0]: saw none of them; an activity has exactly one of math, filter, addAttributes, removeAttributes, selectAttributes, lambda, deviceRegistryEnrich, deviceShadowEnrich",
        "activities[1]: saw math and filter; an activity has exactly one of math, filter, addAttributes, removeAttributes, selectAttributes, lambda, deviceRegistryEnrich, deviceShadowEnrich",
        'onMathFailure: saw "ignore"; must be one of "fail", "pass"',
        "function.memoryMegabytes: saw 64; must be a whole number of MB from 128 to 10,240",
        "function.timeoutSeconds: saw 900; must be a whole number of seconds from 60 to 300",
        "buffering.megabytes: saw 129; must be a whole number of MB from 64 to 128",
        `logRetentionDays: saw 2; must be one of ${[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653].join(", ")}`,
      ],
    );
    // Every activity, with the place in its expression.
    const expressions = await wrong({
      activities: [
        { math: { attribute: "a.b", math: "(temperature" } },
        { filter: { filter: "temperature < 200" } },
        { filter: { filter: "temperature <" } },
        { lambda: { lambdaName: "gaps", batchSize: 0 } },
      ],
    });
    assert.deepEqual(
      expressions.map((problem) => problem.split(":")[0]),
      [
        "activities[0].math.attribute",
        "activities[0].math.math",
        "activities[2].filter.filter",
        "activities[3].lambda.batchSize",
      ],
    );
    assert.match(expressions[2]!, /\n {4}temperature <\n {17}\^$/);
    const definition = { pipelineName: "x", pipelineActivities: [] };
    assert.deepEqual(await wrong({ definition }), [
      "definition.pipelineActivities: the list has 0 entries; there must be 1 to 25",
      "activities: cannot be given together with definition; give one of them",
    ]);
    const document = JSON.stringify({
      pipelineName: "x",
      pipelineActivities: [
        { channel: { name: "c", channelName: "c", next: "a" } },
        { math: { name: "a", attribute: "f", math: "temperature +", next: "d", unit: "F" } },
        { datastore: { name: "d", datastoreName: "d" } },
      ],
    });
    const found = await wrong({ definition: JSON.parse(document) as PipelineDocument, activities: undefined });
    assert.equal(
      found[0],
      'definition.pipelineActivities[1].math.unit: there is no member "unit" here; there are name, attribute, math, next',
    );
    assert.match(found[1]!, /^definition\.pipelineActivities\[1\]\.math\.math: [^]*\n +\^$/);
  });

  it("refuses to wait for its channel, which waits for it", async () => {
    const why =
      "waits for the channel, whose topic rules wait for this pipeline, so none of them would ever be created";
    class Plant extends pulumi.ComponentResource {
      readonly channel = new TelemetryChannel("inner", { topicFilter: "dt/+/x" }, { parent: this });
    }
    type Wait = (channel: TelemetryChannel, plant: Plant) => pulumi.Resource | pulumi.Resource[];
    const waiting =
      (pipeline: Wait, datastore: Wait = () => []) =>
      () => {
        const plant = new Plant("test:Plant", "plant");
        const rows = { dependsOn: datastore(plant.channel, plant) };
        new EtlPipeline(
          "convert",
          { channel: plant.channel, datastore: new ParquetDatastore("readings", { columns: COLUMNS }, rows) },
          { dependsOn: pipeline(plant.channel, plant) },
        );
      };
    const own = [`dependsOn: ${why}; leave the channel out: the pipeline waits for the channel's stream as it is`];
    for (const wait of [
      (channel) => channel,
      (channel) => [channel.nodes.stream, channel],
      (_, plant) => [plant],
      (channel) => channel.nodes.rules[0]!.rule,
    ] as Wait[])
      assert.deepEqual(await wrongArguments(waiting(wait)), own);
    assert.deepEqual(
      await wrongArguments(
        waiting(
          () => [],
          (channel) => channel,
        ),
      ),
      [`datastore: ${why}; leave the channel out of the option dependsOn of datastore`],
    );
    await run(waiting((channel) => [channel.nodes.stream, channel.nodes.archive.deliveryStream]));
  });

  it("refuses a name that another one has, with one error", async () => {
    for (const parent of [undefined, "other"])
      assert.deepEqual(
        await wrongArguments(() => {
          new TelemetryChannel("plant", { topicFilter: "dt/+/x" });
          const opts = parent === undefined ? {} : { parent: new pulumi.ComponentResource("test:Other", parent) };
          new TelemetryChannel("plant", { topicFilter: "dt/+/y" }, opts);
        }),
        ['name: saw "plant", which another TelemetryChannel of the program has; give one of the two another name'],
      );
  });

  it("refuses to come after the rules of its channel", async () => {
    await assert.rejects(
      run(async () => {
        const channel = new TelemetryChannel("plant", { topicFilter: "dt/+/aggregate" });
        const datastore = new ParquetDatastore("readings", { columns: COLUMNS });
        await nextTurn();
        new EtlPipeline("late", { channel, datastore });
      }),
      (error) => pulumi.InputPropertiesError.isInstance(error) && error.errors[0]?.propertyPath === "channel",
    );
  });
});
