import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  AnalyticsDataset,
  JsonDatastore,
  ParquetDatastore,
  type AnalyticsDatasetArgs,
  type DatasetSource,
} from "../../components";
import { viewQuery } from "../../local/services/glue/client-tables";
import { ACCOUNT, KEY, REGION, run, statements, wrongArguments, type Inputs } from "../harness";

const BUCKET = `iot-telemetry-etl-dev-daily-results-${ACCOUNT}`;
const QUERY = "SELECT * FROM readings";

describe("AnalyticsDataset", () => {
  it("is a query in a workgroup of its own, with a scan limit and encrypted contents", async () => {
    const { one, resources, outputs } = await run(() => {
      const dataset = new AnalyticsDataset("daily", { database: "telemetry", query: QUERY });
      return [dataset.workgroupName, dataset.namedQueryId, dataset.databaseName, dataset.resultsLocation];
    });
    assert.equal(resources.length, 10);
    const location = `s3://${BUCKET}/results/daily/`;
    assert.deepEqual(outputs, ["iot-telemetry-etl-dev-daily", "daily-query-id", "telemetry", location]);
    assert.deepEqual(one("aws:athena/workgroup:Workgroup").inputs, {
      name: "iot-telemetry-etl-dev-daily",
      description: "Dataset daily",
      forceDestroy: true,
      configuration: {
        enforceWorkgroupConfiguration: true,
        publishCloudwatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: 10_737_418_240,
        engineVersion: { selectedEngineVersion: "Athena engine version 3" },
        resultConfiguration: {
          outputLocation: location,
          encryptionConfiguration: { encryptionOption: "SSE_S3" },
          expectedBucketOwner: ACCOUNT,
        },
      },
    });
    assert.deepEqual(one("aws:athena/namedQuery:NamedQuery").inputs, {
      name: "iot-telemetry-etl-dev-daily",
      description: "Dataset daily",
      database: "telemetry",
      workgroup: "iot-telemetry-etl-dev-daily",
      query: QUERY,
    });
  });

  it("keeps contents for 90 days unless told", async () => {
    const days = async (retention: { days?: number; unlimited?: boolean } | undefined): Promise<unknown> => {
      const { one } = await run(() => new AnalyticsDataset("daily", { database: "d", query: QUERY, retention }));
      const { rules } = one("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").inputs;
      return rules[1]?.expiration.days;
    };
    assert.equal(await days(undefined), 90);
    assert.equal(await days({ days: 7 }), 7);
    assert.equal(await days({ unlimited: true }), undefined);
  });

  it("takes a bucket of the user's, a key and a limit", async () => {
    const { one, all } = await run(
      () =>
        new AnalyticsDataset("daily", {
          database: "d",
          query: QUERY,
          storage: { bucket: "mine", prefix: "iot/" },
          kmsKeyArn: KEY,
          scanLimitMegabytes: 10,
        }),
    );
    assert.deepEqual(all("aws:s3/bucket:Bucket"), []);
    const { configuration } = one("aws:athena/workgroup:Workgroup").inputs;
    assert.equal(configuration.bytesScannedCutoffPerQuery, 10_485_760);
    assert.deepEqual(configuration.resultConfiguration, {
      outputLocation: "s3://mine/iot/results/daily/",
      encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKeyArn: KEY },
    });
  });

  it("says everything that is wrong with its arguments at once", async () => {
    const problems = await wrongArguments(
      () =>
        new AnalyticsDataset("daily", {
          database: "d",
          query: " ",
          scanLimitMegabytes: 1,
          retention: { days: 1.5 },
        }),
    );
    assert.deepEqual(problems, [
      "scanLimitMegabytes: saw 1; must be a whole number of MB from 10 to 10,000,000",
      "retention.days: saw 1.5; must be a whole number of days from 1 to 100,000",
      'query: saw " " with 1 bytes; a query has 1-262,144 bytes',
    ]);
  });

  it("encrypts what could not be started with the key, too, and lets the schedule use it", async () => {
    const { one, all } = await run(
      () =>
        new AnalyticsDataset("daily", {
          database: "d",
          query: QUERY,
          sources: [{ tableName: "readings", bucket: "lake", prefix: "data/readings/" }],
          schedules: ["rate(1 hour)"],
          kmsKeyArn: KEY,
        }),
    );
    const { kmsMasterKeyId, sqsManagedSseEnabled } = one("aws:sqs/queue:Queue").inputs;
    assert.deepEqual([kmsMasterKeyId, sqsManagedSseEnabled], [KEY, undefined]);
    const policy = all("aws:iam/rolePolicy:RolePolicy").find(({ name }) => name === "daily-schedule-policy")!;
    const own = statements(policy).find(({ Sid }) => Sid === "EncryptMessages");
    assert.deepEqual(own, {
      Sid: "EncryptMessages",
      Effect: "Allow",
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: [KEY],
      Condition: { StringEquals: { "kms:ViaService": `sqs.${REGION}.amazonaws.com` } },
    });
  });

  const SOURCES = [{ tableName: "readings", bucket: "lake", prefix: "data/readings/" }];
  const full = () =>
    new AnalyticsDataset("daily", {
      database: "telemetry",
      query: "SELECT * FROM readings WHERE name LIKE '%}\"'",
      sources: SOURCES,
      schedules: ["rate(5 minute)", "cron(0 12 * * ? *)"],
      window: { timeExpression: "ts", offsetSeconds: -180 },
      versions: { max: 10 },
      deliveries: [{ bucket: "reports", key: "v/!{iotanalytics:scheduleTime}_!{iotanalytics:versionId}.csv" }],
    });

  it("with a schedule is a state machine in a group of schedules, each actor with a role of its own", async () => {
    const { one, all, resources } = await run(full);
    const machine = one("aws:sfn/stateMachine:StateMachine").inputs;
    assert.equal(machine.name, "iot-telemetry-etl-dev-daily");
    assert.deepEqual(machine.loggingConfiguration, {
      level: "ERROR",
      includeExecutionData: true,
      logDestination: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/vendedlogs/states/iot-telemetry-etl-dev-daily:*`,
    });
    const schedules = all("aws:scheduler/schedule:Schedule").map(({ inputs }) => inputs);
    assert.deepEqual(
      schedules.map(({ name, scheduleExpression }) => [name, scheduleExpression]),
      [
        ["iot-telemetry-etl-dev-daily-1", "rate(5 minutes)"],
        ["iot-telemetry-etl-dev-daily-2", "cron(0 12 * * ? *)"],
      ],
    );
    const machineArn = `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:iot-telemetry-etl-dev-daily`;
    assert.deepEqual(schedules[0]!.target, {
      arn: machineArn,
      roleArn: `arn:aws:iam::${ACCOUNT}:role/iot-telemetry-etl-dev-daily-schedule`,
      input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}',
      retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 3600 },
      deadLetterConfig: { arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:iot-telemetry-etl-dev-daily-schedule` },
    });
    const trust = (name: string): Inputs => statements(one("aws:iam/role:Role", name))[0]!.Condition as Inputs;
    assert.deepEqual(trust("daily-schedule-role"), {
      StringEquals: { "aws:SourceAccount": ACCOUNT },
      ArnLike: {
        "aws:SourceArn": `arn:aws:scheduler:${REGION}:${ACCOUNT}:schedule-group/iot-telemetry-etl-dev-daily`,
      },
    });
    assert.deepEqual(trust("daily-contents-role").ArnLike, {
      "aws:SourceArn": `arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:*`,
    });
    assert.deepEqual(
      statements(one("aws:iam/rolePolicy:RolePolicy", "daily-schedule-policy")).map(({ Action, Resource }) => [
        Action,
        Resource,
      ]),
      [
        [["states:StartExecution"], [machineArn]],
        [["sqs:SendMessage"], [`arn:aws:sqs:${REGION}:${ACCOUNT}:iot-telemetry-etl-dev-daily-schedule`]],
      ],
    );
    const own = statements(one("aws:iam/rolePolicy:RolePolicy", "daily-contents-policy"));
    for (const { Sid, Action, Resource } of own)
      if (Sid !== "SetUpLog") assert.ok(!Resource.includes("*") && !Action.some((a: string) => a.includes("*")), Sid);
    const of = (sid: string): unknown => own.find(({ Sid }) => Sid === sid)?.Resource;
    assert.deepEqual(of("ReadRows"), ["arn:aws:s3:::lake/data/readings/*"]);
    assert.deepEqual(of("Deliver"), ["arn:aws:s3:::reports/v/*_*.csv"]);
    assert.deepEqual(of("KeepWindow"), [
      `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/iot-telemetry-etl-dev-daily-window`,
    ]);
    const { Action, Resource, Condition } = own.find(({ Sid }) => Sid === "Notify")!;
    assert.deepEqual(
      [Action, Resource],
      [["events:PutEvents"], [`arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`]],
    );
    assert.equal(Condition.StringEquals["events:source"], "iot-telemetry-etl");
    // A machine that logs is refused while its role may not set the log up.
    const policy = resources.find(({ name }) => name === "daily-contents-policy")!;
    assert.ok(one("aws:sfn/stateMachine:StateMachine").dependencies.includes(policy.urn));
  });

  it("has its window, its deliveries and its versions in the state machine's definition", async () => {
    const { one } = await run(full);
    const { States, QueryLanguage } = JSON.parse(one("aws:sfn/stateMachine:StateMachine").inputs.definition) as Inputs;
    assert.equal(QueryLanguage, "JSONata");
    assert.deepEqual(Object.keys(States), [
      "Begin",
      "Last window",
      "Window",
      "Query",
      "Keep window",
      "Deliver 1",
      "First page",
      "List contents",
      "Whole list?",
      "Delete superseded",
      "Notify",
      "Failed?",
      "Failed",
      "Done",
    ]);
    assert.match(States["Last window"].Assign.from, /-180000 - 300000|-480000/);
    assert.match(States.Query.Arguments.QueryString, /LIKE '\\u0025\}\\"'/);
    // The newest nine beside its own.
    assert.match(States["List contents"].Assign.newest, /\[\[0\.\.8\]\]/);
    assert.deepEqual(Object.keys(States.Done.Output), ["version", "scheduleTime", "windowStart", "windowEnd"]);
  });

  it("without a schedule, but with versions or deliveries, is a state machine that a person starts", async () => {
    const { one, all, outputs } = await run(() => {
      const dataset = new AnalyticsDataset("daily", {
        database: "d",
        query: QUERY,
        sources: SOURCES,
        versions: { unlimited: true },
      });
      return [dataset.stateMachineArn, dataset.scheduleGroupName, dataset.executionLogGroup];
    });
    assert.equal(all("aws:scheduler/schedule:Schedule").length, 0);
    const { States } = JSON.parse(one("aws:sfn/stateMachine:StateMachine").inputs.definition) as Inputs;
    assert.deepEqual(Object.keys(States), ["Begin", "Query", "Notify", "Failed?", "Failed", "Done"]);
    assert.deepEqual(Object.keys(States.Done.Output), ["version", "scheduleTime"]);
    assert.equal(outputs[2], "/aws/vendedlogs/states/iot-telemetry-etl-dev-daily");
    assert.equal(outputs[1], undefined);
  });

  it("has a view of its query by its name, in the database of its sources", async () => {
    const { one, outputs } = await run(() => {
      const readings = new ParquetDatastore("readings", { columns: [{ name: "v", type: "int" }] });
      const dataset = new AnalyticsDataset("Daily", {
        database: readings.databaseName,
        query: "SELECT max(v) AS highest, __dt AS day FROM readings GROUP BY __dt",
        sources: [readings],
        view: true,
      });
      return dataset.viewName;
    });
    assert.equal(outputs, "daily");
    const { databaseName, tableType, viewOriginalText, storageDescriptor, partitionKeys } = one(
      "aws:glue/catalogTable:CatalogTable",
      "Daily-view",
    ).inputs;
    assert.equal(tableType, "VIRTUAL_VIEW");
    assert.deepEqual(partitionKeys, []);
    assert.deepEqual(storageDescriptor.columns, [
      { name: "highest", type: "int" },
      { name: "day", type: "date" },
    ]);
    assert.deepEqual(viewQuery({ ViewOriginalText: viewOriginalText }), {
      sql: 'SELECT "highest", "day" FROM (\nSELECT max(v) AS highest, __dt AS day FROM readings GROUP BY __dt\n)',
      database: databaseName,
    });
  });

  it("says why a view that is asked for cannot be", async () => {
    const problem = async (name: string, args: Partial<AnalyticsDatasetArgs>): Promise<string[]> =>
      wrongArguments(() => {
        const readings = new ParquetDatastore("readings", { columns: [{ name: "v", type: "int" }] });
        const shared = { database: "telemetry", query: "SELECT * FROM readings", sources: [readings], view: true };
        new AnalyticsDataset(name, { ...shared, ...args });
      });
    for (const [name, args, message] of [
      ["daily", { window: { timeExpression: "__dt" } }, /^view: .*delta window/],
      ["daily", { sources: [] }, /^view: it has no sources/],
      ["Readings", {}, /^view: the table "readings" that it reads has its name/],
      ["daily", { query: "SELECT count(*) FROM readings" }, /^view: its column 1 has no name/],
    ] as const) {
      const [found, ...others] = await problem(name, args as Partial<AnalyticsDatasetArgs>);
      assert.match(found!, message);
      assert.deepEqual(others, []);
    }
    const [unknown] = await wrongArguments(() => {
      const raw = new JsonDatastore("raw", {});
      new AnalyticsDataset("daily", { database: "d", query: "SELECT * FROM raw", sources: [raw], view: true });
    });
    assert.match(unknown!, /^view: the columns of a datastore that it reads are known only when rows arrive/);
  });

  it("says what is wrong with schedules, window, versions and deliveries", async () => {
    const problems = await wrongArguments(
      () =>
        new AnalyticsDataset("daily", {
          database: "d",
          query: "SELECT * FROM lake.readings",
          schedules: ["rate(5 weeks)"],
          window: { timeExpression: " ", tables: ["other"] },
          versions: { max: 0 },
          deliveries: [{ bucket: "reports", key: "/a b" }],
        }),
    );
    const paths = problems.map((problem) => problem.split(":")[0]);
    assert.deepEqual(paths, [
      "schedules[0]",
      "window.timeExpression",
      "window",
      "window.tables",
      "versions.max",
      "deliveries[0].key",
      "sources",
    ]);
  });

  describe("checks its query against its sources", () => {
    /** A dataset over a Parquet datastore and others. */
    const program =
      (query: string, ...others: (() => DatasetSource)[]) =>
      (): void => {
        const readings = new ParquetDatastore("Readings", {
          columns: [
            { name: "device_id", type: "string" },
            { name: "temperature", type: "int" },
          ],
          partitions: [{ attributePartition: { attributeName: "site" } }],
        });
        const sources = [readings, ...others.map((make) => make())];
        new AnalyticsDataset("daily", { database: readings.databaseName, query, sources, versions: { max: 3 } });
      };
    /** the database of the datastore Readings */
    const READINGS = "iot_telemetry_etl_dev_readings_5f2169bb";
    const noTable = { "aws:glue/getCatalogTable:getCatalogTable": () => ({ storageDescriptors: [] }) };
    const accepts = async (query: string, ...others: (() => DatasetSource)[]): Promise<void> => {
      const { one } = await run(program(query, ...others), { calls: noTable });
      assert.equal(one("aws:athena/namedQuery:NamedQuery").inputs.query, query);
    };

    for (const [query, problem] of [
      ["SELECT humidity FROM readings", "query: line 1:8: Column 'humidity' cannot be resolved; correct the SQL"],
      [
        "SELECT *\nFROM readings\nWHERE temperature = '20'",
        "query: line 3:19: Cannot apply operator: integer = varchar(2); correct the SQL",
      ],
      [
        "SELECT nothing(temperature) FROM readings",
        "query: line 1:8: Function 'nothing' not registered; correct the SQL",
      ],
      ["SELECT * FROM readings WHERE", "query: line 1:29: mismatched input '<EOF>'"],
      [
        "SELECT * FROM readings JOIN plants USING (device_id)",
        'query: reads the table "plants", which is not among the sources (readings), and the role that runs the query may read nothing else; add it to sources',
      ],
    ] as const)
      it(`refuses ${query.replaceAll("\n", " ")}`, async () => {
        const [found, ...more] = await wrongArguments(program(query));
        assert.equal(found!.slice(0, problem.length), problem);
        assert.deepEqual(more, []);
      });

    it("accepts columns, partitions, queries of WITH and tables named with their database", async () => {
      await accepts(
        `WITH w AS (SELECT upper(device_id) AS d, temperature * 2.5 AS t FROM "${READINGS}"."readings" WHERE __partition_site = 'north') SELECT d, max(t) FROM w GROUP BY d`,
      );
      // The local cloud does not execute it, and Athena does.
      await accepts("SELECT st_point(temperature, 1) FROM readings");
    });

    describe("over datastores in several databases", () => {
      const over = (query: (machines: ParquetDatastore) => pulumi.Input<string>, database?: string) => () => {
        const readings = new ParquetDatastore("readings", {
          columns: [{ name: "device_id", type: "string" }],
          database,
        });
        const machines = new ParquetDatastore("machines", { columns: [{ name: "id", type: "string" }], database });
        const sources = [readings, machines];
        new AnalyticsDataset("join", {
          database: readings.databaseName,
          query: query(machines),
          sources,
          versions: { max: 1 },
        });
      };
      const JOIN = "SELECT * FROM readings JOIN machines ON id = device_id";

      it("names them in the query, and its role may read each", async () => {
        const { one } = await run(
          over(
            ({ databaseName, tableName }) =>
              pulumi.interpolate`SELECT * FROM readings JOIN ${databaseName}.${tableName} ON id = device_id`,
          ),
        );
        assert.equal(
          one("aws:athena/namedQuery:NamedQuery").inputs.query,
          "SELECT * FROM readings JOIN iot_telemetry_etl_dev_machines.machines ON id = device_id",
        );
        const { Resource } = statements(one("aws:iam/rolePolicy:RolePolicy", "join-contents-policy")).find(
          ({ Sid }) => Sid === "ReadTables",
        )!;
        const glue = `arn:aws:glue:${REGION}:${ACCOUNT}:`;
        assert.deepEqual(Resource, [
          `${glue}catalog`,
          `${glue}database/iot_telemetry_etl_dev_readings`,
          `${glue}database/iot_telemetry_etl_dev_machines`,
          `${glue}table/iot_telemetry_etl_dev_readings/readings`,
          `${glue}table/iot_telemetry_etl_dev_machines/machines`,
        ]);
      });

      it("needs no names when they are in one", async () => {
        const { one } = await run(over(() => JOIN, "lake"));
        assert.equal(one("aws:athena/namedQuery:NamedQuery").inputs.query, JOIN);
      });

      it("is told where a table is that the query looks for elsewhere", async () => {
        assert.deepEqual(await wrongArguments(over(() => JOIN)), [
          "query: reads the table \"machines\" of the dataset's database iot_telemetry_etl_dev_readings, and that table is in iot_telemetry_etl_dev_machines; name its database in the query (iot_telemetry_etl_dev_machines.machines, by pulumi.interpolate and the datastore's databaseName), or give the datastores one `database`",
        ]);
        assert.deepEqual(await wrongArguments(over(() => "SELECT * FROM lake.readings")), [
          "query: reads lake.readings, and the source of that name is in iot_telemetry_etl_dev_readings; write iot_telemetry_etl_dev_readings.readings",
        ]);
      });
    });

    it("leaves to Athena what it cannot know", async () => {
      const json = (): DatasetSource => new JsonDatastore("logs", { database: READINGS });
      await accepts("SELECT anything FROM readings JOIN logs USING (device_id)", json);
      const foreign = (): DatasetSource => ({ tableName: pulumi.output("plants"), bucket: "plants", prefix: "" });
      await accepts("SELECT anything FROM plants", foreign);
    });
  });
});
