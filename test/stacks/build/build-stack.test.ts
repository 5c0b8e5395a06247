import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { buildStack } from "../../../stacks/build/build-stack";
import { readStack } from "../../../stacks/read";
import { run, type Run } from "../../harness";

const RULE = "aws:iot/topicRule:TopicRule";

const READINGS = {
  datastoreName: "readings",
  fileFormatConfiguration: {
    parquetConfiguration: { schemaDefinition: { columns: [{ name: "time", type: "bigint" }] } },
  },
};

describe("stacks/build/build-stack", () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "build-stack-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const stack = (
    documents: Record<string, unknown>,
    config: Record<string, string> = {},
  ): Promise<Run<Awaited<ReturnType<typeof buildStack>>>> => {
    for (const [name, document] of Object.entries(documents))
      fs.writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(document));
    return run(() => buildStack(readStack()), { config: { definitions: folder, ...config } }) as never;
  };
  const channel = (channelName: string) => ({ channelName });
  const rule = (...channels: string[]) => ({
    sql: "SELECT * FROM 'dt/+/aggregate'",
    actions: channels.map((channelName) => ({
      iotAnalytics: { channelName, roleArn: "arn:aws:iam::123456789012:role/r" },
    })),
  });

  it("lets the pipelines of a channel take arrays as batches where a rule has batchMode for it", async () => {
    const batched = rule("plant", "other");
    Object.assign(batched.actions[0]!.iotAnalytics, { batchMode: true });
    const pipeline = (pipelineName: string, channelName: string) => ({
      pipelineName,
      pipelineActivities: [
        { channel: { name: "c", channelName, next: "d" } },
        { datastore: { name: "d", datastoreName: "readings" } },
      ],
    });
    const { one } = await stack({
      c: [channel("plant"), channel("other")],
      etl: batched,
      d: READINGS,
      p: [pipeline("first", "plant"), pipeline("second", "other")],
    });
    const options = async (name: string): Promise<unknown> => {
      const { code } = one("aws:lambda/function:Function", `${name}-transform`).inputs;
      const archive = (await code) as { assets: Promise<Record<string, { text: Promise<string> }>> };
      const { text } = (await archive.assets)["definition.json"]!;
      return (JSON.parse(await text) as { options: { batches?: boolean } }).options.batches;
    };
    assert.equal(await options("first"), true);
    assert.equal(await options("second"), undefined);
  });

  describe("many pipelines", () => {
    const pipeline = (name: string) => ({
      pipelineName: name,
      pipelineActivities: [
        { channel: { name: "c", channelName: "plant", next: "d" } },
        { datastore: { name: "d", datastoreName: "readings" } },
      ],
    });
    const NAMES = ["one", "two", "three", "four", "five"];
    const FIREHOSE = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";

    it("are registered batch by batch, and the channel's rules wait for all of them", async () => {
      for (const [name, document] of Object.entries({
        c: channel("plant"),
        etl: rule("plant"),
        d: READINGS,
        p: NAMES.map(pipeline),
      }))
        fs.writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(document));
      const { resources, one } = await run(() => buildStack(readStack(), 2), { config: { definitions: folder } });
      const batches = [NAMES.slice(0, 2), NAMES.slice(2, 4), NAMES.slice(4)].map((names) =>
        resources.flatMap(({ name, type }, index) =>
          type !== "iot-telemetry-etl:index:EtlPipeline" && names.some((each) => name.startsWith(`${each}-`))
            ? [index]
            : [],
        ),
      );
      assert.ok(batches.every(({ length }) => length > 10));
      assert.ok(Math.max(...batches[0]!) < Math.min(...batches[1]!));
      assert.ok(Math.max(...batches[1]!) < Math.min(...batches[2]!));
      const { dependencies } = one(RULE);
      for (const name of NAMES) assert.ok(dependencies.includes(one(FIREHOSE, `${name}-parquet`).urn), name);
    });
  });

  describe("keepRuleNames", () => {
    it("keeps the rule's name on AWS, and its error log", async () => {
      const made = await stack({ c: channel("plant"), etl: rule("plant") }, { keepRuleNames: '["etl"]' });
      const { inputs } = made.one(RULE);
      assert.equal(inputs.name, "etl");
      assert.equal(inputs.errorAction.cloudwatchLogs.logGroupName, "/aws/iot-rules/iot_telemetry_etl_dev_etl");
      assert.equal(made.outputs.rules.etl!.ruleName, "etl");
      const other = await stack({});
      assert.equal(other.one(RULE).inputs.name, "iot_telemetry_etl_dev_etl");
    });

    it("refuses the name of a rule that becomes several", async () => {
      await assert.rejects(
        stack({ c: channel("plant"), d: channel("lab"), etl: rule("plant", "lab") }, { keepRuleNames: '["etl"]' }),
        /keepRuleNames: saw "etl", whose document feeds several channels .* etl_plant, etl_lab\. Devices that publish to \$aws\/rules\/etl\//,
      );
    });

    it("refuses a name that no rule has, because devices publish to it", async () => {
      await assert.rejects(
        stack({ c: channel("plant"), etl: rule("plant") }, { keepRuleNames: '["etl_"]' }),
        /keepRuleNames: saw "etl_"; there is no such topic rule in .*\$aws\/rules\/etl_\/\.\.\. would reach nothing; did you mean etl\?/,
      );
    });
  });

  it("gives datasets views of their names where there can be some, in documents of any order, and one starts another", async () => {
    const dataset = (datasetName: string, more: object = {}, filters: object[] = []) => ({
      datasetName,
      actions: [{ queryAction: { sqlQuery: "SELECT * FROM readings", filters } }],
      ...more,
    });
    const after = { triggers: [{ dataset: { name: "daily" } }] };
    const delta = [{ deltaTime: { offsetSeconds: 0, timeExpression: "from_unixtime(time)" } }];
    const documents = {
      a: dataset("after", after),
      b: [
        dataset("daily"),
        dataset("Readings"),
        dataset("hourly", {}, delta),
        dataset("unseen"),
        dataset("readings__new"),
      ],
      d: READINGS,
    };
    const { all, one } = await stack(documents, { datasets: '{"unseen":{"view":false}}' });
    const views = all("aws:glue/catalogTable:CatalogTable").filter(({ inputs }) => inputs.tableType === "VIRTUAL_VIEW");
    assert.deepEqual(views.map(({ inputs }) => inputs.name as string).sort(), ["after", "daily"]);
    const machines = all("aws:sfn/stateMachine:StateMachine").map(({ inputs }) => inputs.name as string);
    assert.deepEqual(machines.sort(), [
      "iot-telemetry-etl-dev-after",
      "iot-telemetry-etl-dev-daily",
      "iot-telemetry-etl-dev-hourly",
    ]);
    const { definition } = one("aws:sfn/stateMachine:StateMachine", "daily-contents").inputs;
    assert.match(
      definition as string,
      /"StateMachineArn":"arn:aws:states:[^"]*:stateMachine:iot-telemetry-etl-dev-after"/,
    );
    await assert.rejects(
      stack(documents, { datasets: '{"Readings":{"view":true}}' }),
      /datasets\.Readings\.view: saw true, and the name readings of the database is that of a datastore/,
    );
  });

  it("puts tables over delivered contents into databases of the stack, once for each name, and its own", async () => {
    const dataset = (datasetName: string, databaseName: string, tableName: string) => ({
      datasetName,
      actions: [{ queryAction: { sqlQuery: "SELECT * FROM readings" } }],
      contentDeliveryRules: [
        {
          destination: {
            s3DestinationConfiguration: {
              bucket: "reports",
              key: `${datasetName}/!{iotanalytics:versionId}.csv`,
              roleArn: "arn:aws:iam::123456789012:role/r",
              glueConfiguration: { tableName, databaseName },
            },
          },
        },
      ],
    });
    const { all } = await stack({
      d: READINGS,
      s: [
        dataset("a", "Reports", "One"),
        dataset("b", "Reports", "two"),
        dataset("c", "iot_telemetry_etl_dev", "three"),
      ],
    });
    const own = "iot_telemetry_etl_dev";
    const databases = all("aws:glue/catalogDatabase:CatalogDatabase").map(({ inputs }) => inputs.name as string);
    assert.deepEqual(databases.sort(), [own, `${own}_reports`]);
    const tables = all("aws:glue/catalogTable:CatalogTable").map(
      ({ inputs }) => `${inputs.databaseName}.${inputs.name}`,
    );
    for (const table of [
      `${own}_reports.one`,
      `${own}_reports.one__csv`,
      `${own}_reports.two`,
      `${own}.three`,
      `${own}.three__csv`,
    ])
      assert.ok(tables.includes(table), `${table} is not among ${tables.join(", ")}`);
    await assert.rejects(
      stack({ d: READINGS, s: [dataset("a", own, "Readings")] }),
      /dataset a: glueConfiguration: .*the table iot_telemetry_etl_dev\.readings is that of "readings"/,
    );
  });

  describe("delta windows", () => {
    const documents = {
      d: READINGS,
      s: {
        datasetName: "hourly",
        actions: [
          {
            actionName: "query",
            queryAction: {
              sqlQuery: "SELECT * FROM readings",
              filters: [{ deltaTime: { offsetSeconds: 0, timeExpression: "from_unixtime(time)" } }],
            },
          },
        ],
        triggers: [{ schedule: { expression: "rate(1 hour)" } }],
      },
    };
    /** Milliseconds from a run to the end of its window. */
    const offset = async (bufferingSeconds: number): Promise<string | undefined> => {
      const { one } = await stack(documents, { bufferingSeconds: String(bufferingSeconds) });
      const machine = one("aws:sfn/stateMachine:StateMachine").inputs.definition as string;
      return /"end":"[^"]*\$toMillis\(\$scheduled\) \+ (-?\d+)\)/.exec(machine)?.[1];
    };

    it("end before their run by the buffering of the delivery stream and two minutes more", async () => {
      assert.equal(await offset(300), "-420000");
      assert.equal(await offset(60), "-180000");
    });
  });

  it("builds a datastore with SiteWise's storage as the table of its values, and leaves SiteWise's bucket alone", async () => {
    const site = {
      datastoreName: "PlantValues",
      datastoreStorage: { iotSiteWiseMultiLayerStorage: { customerManagedS3Storage: { bucket: "site-bucket" } } },
      retentionPeriod: { numberOfDays: 400 },
    };
    const pipeline = {
      pipelineName: "values",
      pipelineActivities: [
        { channel: { name: "c", channelName: "plant", next: "d" } },
        { datastore: { name: "d", datastoreName: "PlantValues" } },
      ],
    };
    const { one, resources, warnings } = await stack(
      { c: channel("plant"), d: site, p: pipeline },
      { channels: '{"plant":{"siteWise":{}}}' },
    );
    const table = one("aws:glue/catalogTable:CatalogTable").inputs;
    // https://docs.aws.amazon.com/iot-sitewise/latest/userguide/file-path-and-schema.html, and the asset's model of the topic
    const columns = (table.storageDescriptor.columns as { name: string; type: string }[]).map(
      ({ name, type }) => `${name} ${type}`,
    );
    assert.deepEqual(columns, [
      ...["assetmodelid string", "assetid string", "propertyid string", "timeinseconds bigint", "offsetinnanos int"],
      ...["quality string", "doublevalue double", "integervalue int", "booleanvalue boolean", "stringvalue string"],
    ]);
    assert.equal(table.name, "plantvalues");
    assert.ok(resources.every(({ inputs }) => !JSON.stringify(inputs).includes("site-bucket")));
    assert.equal(warnings.length, 1);
    assert.match(
      warnings[0]!,
      /PlantValues takes the place of PlantValues\.raw.*bucket "site-bucket" stays SiteWise's/s,
    );

    // Nothing of SiteWise's comes by a rule of devices.
    const other = await stack({ r: rule("plant") });
    assert.ok(
      other.warnings.some((text) => text.startsWith("datastore PlantValues: no pipeline writes values of SiteWise")),
    );
    const query = (sqlQuery: string) => ({
      q: { datasetName: "latest", actions: [{ actionName: "q", queryAction: { sqlQuery } }] },
    });
    await assert.rejects(
      stack(query("SELECT * FROM plantvalues.raw")),
      /"PlantValues\.raw" was a table .*; write PlantValues/,
    );
    await assert.rejects(
      stack(query('SELECT * FROM "PlantValues"."asset_metadata"')),
      /"PlantValues\.asset_metadata" was a table of the retired service and has no successor; ask SiteWise/,
    );
  });
});
