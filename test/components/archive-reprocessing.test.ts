import assert from "node:assert/strict";
import { ArchiveReprocessing, EtlPipeline, JsonDatastore, ParquetDatastore, TelemetryChannel } from "../../components";
import { reprocessStates } from "../../components/parts/functions/reprocess-states";
import { versionOf } from "../../components/parts/functions/version";
import { checkDefinition } from "../../local/services/states";
import { ACCOUNT, KEY, PROJECT, REGION, run, statements, wrongArguments, type Inputs } from "../harness";

const FUNCTION = "aws:lambda/function:Function";
const MACHINE = "aws:sfn/stateMachine:StateMachine";
const POLICY = "aws:iam/rolePolicy:RolePolicy";

function program({
  kmsKeyArn,
  json = false,
  boundaryKey,
}: { kmsKeyArn?: string; json?: boolean; boundaryKey?: string } = {}) {
  return () => {
    const channel = new TelemetryChannel("plant", { topicFilter: "dt/+/aggregate", kmsKeyArn });
    const datastore = json
      ? new JsonDatastore("readings", { kmsKeyArn })
      : new ParquetDatastore("readings", {
          columns: [{ name: "temperature", type: "double" }],
          partitions: [{ attributePartition: { attributeName: "site" } }],
          kmsKeyArn,
        });
    const pipeline = new EtlPipeline("store", { channel, datastore });
    return new ArchiveReprocessing("store", { channel, pipeline, datastore, concurrency: 7, boundaryKey });
  };
}

describe("ArchiveReprocessing", () => {
  it("runs what the pipeline runs, with as many functions as the Map starts and Lambda reserves", async () => {
    const { all } = await run(program({ boundaryKey: "reprocess/readings/boundary.json" }));
    const lambda = all(FUNCTION).find(({ name }) => name === "store-reprocess")!.inputs;
    const transform = all(FUNCTION).find(({ name }) => name === "store-transform")!.inputs;
    const text = (of: Inputs): Inputs => JSON.parse(of.code.assets["definition.json"].text as string) as Inputs;
    const { version, ...definition } = text(lambda);
    assert.deepEqual(definition, text(transform));
    assert.match(version, /^g[0-9a-f]{8}$/);
    assert.equal(lambda.reservedConcurrentExecutions, 7);
    const { ARCHIVE_PREFIX, ROWS_PREFIX, ERROR_PREFIX, STATE_PREFIX, BOUNDARY_KEY } = lambda.environment
      .variables as Inputs;
    assert.deepEqual(
      { ARCHIVE_PREFIX, ROWS_PREFIX, ERROR_PREFIX, STATE_PREFIX, BOUNDARY_KEY },
      {
        ARCHIVE_PREFIX: "raw/plant/",
        ROWS_PREFIX: "data/readings/",
        ERROR_PREFIX: "errors/store/",
        STATE_PREFIX: "reprocess/readings/",
        BOUNDARY_KEY: "reprocess/readings/boundary.json",
      },
    );
    const machine = all(MACHINE).find(({ name }) => name === "store-reprocess-runs")!.inputs;
    const { States } = JSON.parse(machine.definition as string) as Inputs;
    assert.equal(States.Reprocess.MaxConcurrency, 7);
    assert.equal(States.Prepare.Arguments.FunctionName, `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${lambda.name}`);
    assert.equal(machine.loggingConfiguration.level, "ERROR");
  });

  it("has a definition that Step Functions takes", () => {
    const functionArn = "arn:aws:lambda:eu-central-1:123456789012:function:f";
    const definition = reprocessStates({ name: "x", functionArn, bucket: "b", resultsPrefix: "r", concurrency: 3 });
    assert.deepEqual(checkDefinition(JSON.stringify(definition)), []);
  });

  // https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
  it("lets its state machine start, watch and redrive its own executions, list the archive and write results, and no more", async () => {
    const { all } = await run(program());
    const policy = all(POLICY).find(({ name }) => name === "store-reprocess-runs-policy")!;
    const granted = Object.fromEntries(
      statements(policy).map(({ Sid, Action, Resource }) => [Sid as string, [Action, Resource]]),
    );
    const machine = `${PROJECT}-dev-store-reprocess`;
    const child = `arn:aws:states:${REGION}:${ACCOUNT}:execution:${machine}/Objects:*`;
    const data = `arn:aws:s3:::${PROJECT}-dev-readings-data-${ACCOUNT}`;
    assert.deepEqual(granted, {
      Reprocess: [["lambda:InvokeFunction"], [`arn:aws:lambda:${REGION}:${ACCOUNT}:function:${machine}`]],
      StartMap: [["states:StartExecution"], [`arn:aws:states:${REGION}:${ACCOUNT}:stateMachine:${machine}`]],
      WatchMap: [["states:DescribeExecution", "states:StopExecution"], [child]],
      RedriveMap: [["states:RedriveExecution"], [child]],
      ListArchive: [["s3:ListBucket"], [`arn:aws:s3:::${PROJECT}-dev-plant-raw-${ACCOUNT}`]],
      ListFailed: [["s3:ListBucket"], [data]],
      WriteResults: [
        ["s3:PutObject", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"],
        [`${data}/reprocess/readings/results/*`],
      ],
      SetUpLog: [granted.SetUpLog![0], ["*"]],
    });
  });

  it("lets its function read the archive, register partitions or keep columns, and write below its prefixes", async () => {
    const actions = async (json: boolean, kmsKeyArn?: string): Promise<string[]> => {
      const { all } = await run(program({ json, kmsKeyArn }), {
        calls: { "aws:glue/getCatalogTable:getCatalogTable": () => ({ storageDescriptors: [], parameters: {} }) },
      });
      return statements(all(POLICY).find(({ name }) => name === "store-reprocess-policy")!).map(
        ({ Sid }) => Sid as string,
      );
    };
    const common = ["ReadArchive", "ListArchive", "ReadState", "FindState", "WriteObjects", "DeleteSuperseded"];
    assert.deepEqual(await actions(false), ["WriteLog", "RegisterPartitions", ...common]);
    assert.deepEqual(await actions(true), ["WriteLog", "KeepColumns", ...common]);
    assert.deepEqual(await actions(false, KEY), [
      "WriteLog",
      "RegisterPartitions",
      ...common,
      "DecryptObjects1",
      "EncryptObjects",
    ]);
  });

  it("has another version for other documents or settings, whatever the order of their members", () => {
    const definition = (division: boolean, more: object = {}) =>
      ({
        pipeline: { pipelineName: "p", pipelineActivities: [] },
        datastore: { datastoreName: "d", ...more },
        options: { integerDivision: division, onMathFailure: "fail" },
      }) as unknown as Parameters<typeof versionOf>[0];
    const reordered = {
      options: { onMathFailure: "fail", integerDivision: true },
      datastore: { datastoreName: "d" },
      pipeline: { pipelineActivities: [], pipelineName: "p" },
    };
    assert.equal(versionOf(definition(true)), versionOf(reordered as unknown as Parameters<typeof versionOf>[0]));
    assert.notEqual(versionOf(definition(true)), versionOf(definition(false)));
    assert.notEqual(versionOf(definition(true)), versionOf(definition(true, { tags: [] })));
  });

  it("names every wrong argument", async () => {
    assert.deepEqual(
      await wrongArguments(() => {
        const channel = new TelemetryChannel("plant", { topicFilter: "dt/+/aggregate" });
        const datastore = new JsonDatastore("readings", { database: "lake" });
        const pipeline = new EtlPipeline("store", { channel, datastore });
        return new ArchiveReprocessing("store", {
          channel,
          pipeline,
          datastore,
          concurrency: 0,
          version: "1",
          memoryMegabytes: 100,
        });
      }),
      [
        'version: saw "1"; "g" and 8 hex digits',
        "concurrency: saw 0; must be a whole number of functions from 1 to 1000",
        "memoryMegabytes: saw 100; must be a whole number of MB from 512 to 10,240",
      ],
    );
  });
});
