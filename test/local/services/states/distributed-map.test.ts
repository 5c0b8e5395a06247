import assert from "node:assert/strict";
import * as fs from "node:fs";
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  RedriveExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
  UpdateMapRunCommand,
} from "@aws-sdk/client-sfn";
import type { Properties, Resource } from "../../../../local/core/model";
import { TYPES } from "../../../../local/core/model";
import { LOCAL_ADMIN_ARN } from "../../../../local/core/principals";
import { checkDefinition, type Execution } from "../../../../local/services/states";
import { scheduledStack, TestCloud } from "../../stack";

const MACHINE = "arn:aws:states:eu-central-1:000000000000:stateMachine:m";
const GET = "arn:aws:states:::aws-sdk:ssm:getParameter";

/** A Distributed Map over the objects below `in/`, in batches of 3. */
const mapState = (states: Properties, startAt: string, change: Properties = {}): Properties => ({
  Type: "Map",
  Label: "Each",
  MaxConcurrency: 2,
  ItemReader: { Resource: "arn:aws:states:::s3:listObjectsV2", Arguments: { Bucket: "store", Prefix: "in/" } },
  ItemBatcher: { MaxItemsPerBatch: 3, BatchInput: { run: "{% $run %}" } },
  ItemProcessor: {
    ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
    StartAt: startAt,
    States: states,
  },
  ResultWriter: { Resource: "arn:aws:states:::s3:putObject", Arguments: { Bucket: "store", Prefix: "out" } },
  End: true,
  ...change,
});

const COUNT = {
  Count: {
    Type: "Pass",
    Output: "{% {'n': $count($states.input.Items), 'run': $states.input.BatchInput.run} %}",
    End: true,
  },
};

const machineOf = (map: Properties): Properties => ({
  QueryLanguage: "JSONata",
  StartAt: "Begin",
  States: { Begin: { Type: "Pass", Assign: { run: "r1" }, Next: "Each object" }, "Each object": map },
});

/** What the machine's role may do, by a name for each. */
const GRANTS: Record<string, { Action: string | string[]; Resource: string | string[] }> = {
  list: { Action: "s3:ListBucket", Resource: "arn:aws:s3:::store" },
  start: { Action: "states:StartExecution", Resource: MACHINE },
  describe: {
    Action: "states:DescribeExecution",
    Resource: `${MACHINE.replace(":stateMachine:", ":execution:")}/Each:*`,
  },
  redrive: {
    Action: "states:RedriveExecution",
    Resource: `${MACHINE.replace(":stateMachine:", ":execution:")}/Each:*`,
  },
  write: { Action: "s3:PutObject", Resource: "arn:aws:s3:::store/out/*" },
  parts: {
    Action: ["s3:GetObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"],
    Resource: ["arn:aws:s3:::store/out/*", "arn:aws:s3:::store/in/*", "arn:aws:s3:::store/late"],
  },
  parameter: { Action: "ssm:GetParameter", Resource: "arn:aws:ssm:eu-central-1:000000000000:parameter/p*" },
};

function stackOf(map: Properties, grants: readonly string[] = Object.keys(GRANTS)): Resource[] {
  const resources = scheduledStack({ definition: machineOf(map), rate: "rate(10 days)" });
  const policy = resources.find(({ type, name }) => type === TYPES.rolePolicy && name === "machine")!;
  policy.inputs.policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: grants.map((name) => ({ Effect: "Allow", ...GRANTS[name] })),
  });
  return resources;
}

describe("local/services/states: a Distributed Map", () => {
  let test: TestCloud;
  afterEach(() => test.close());

  const open = (map: Properties, grants?: readonly string[], objects = 8): void => {
    test = new TestCloud(stackOf(map, grants));
    for (let number = 0; number < objects; number++)
      test.cloud.s3.put(LOCAL_ADMIN_ARN, "store", `in/${number}`, Buffer.from("x".repeat(number)));
  };
  const run = async (): Promise<Execution> => {
    const { execution, idle, done } = test.cloud.machines.get(MACHINE)!.start(LOCAL_ADMIN_ARN, {});
    await idle;
    for (let second = 0; second < 100 && execution.status === "RUNNING"; second++)
      await test.clock.advanceTo(test.clock.now() + 1000);
    return done;
  };
  /** actions that the machine's role was refused */
  const refused = (): string[] =>
    test.cloud.iam.refused().flatMap(({ principal, action }) => (principal.endsWith("/machine") ? [action] : []));
  const json = (key: string): Properties =>
    JSON.parse(fs.readFileSync(test.cloud.s3.list("store", key)[0]!.file, "utf8")) as Properties;

  // https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
  it("hands every object to an execution, in batches, and writes results and manifest", async () => {
    open(mapState(COUNT, "Count"));
    const { status, output } = await run();
    assert.equal(status, "SUCCEEDED");
    const { MapRunArn, ResultWriterDetails } = output as Properties;
    assert.match(MapRunArn, /^arn:aws:states:eu-central-1:000000000000:mapRun:m\/Each:[0-9a-f-]{36}$/);
    assert.equal(ResultWriterDetails.Bucket, "store");
    assert.match(ResultWriterDetails.Key, /^out\/[0-9a-f-]{36}\/manifest\.json$/);
    const manifest = json(ResultWriterDetails.Key);
    assert.deepEqual(
      [manifest.DestinationBucket, manifest.MapRunArn, manifest.ResultFiles.FAILED, manifest.ResultFiles.PENDING],
      ["store", MapRunArn, [], []],
    );
    const results = json(manifest.ResultFiles.SUCCEEDED[0].Key) as unknown as Properties[];
    assert.deepEqual(
      results.map(({ Output }) => JSON.parse(Output) as unknown),
      [3, 3, 2].map((n) => ({ n, run: "r1" })),
    );
    const items = results.flatMap(({ Input }) => (JSON.parse(Input) as Properties).Items as Properties[]);
    assert.deepEqual(
      items.map(({ Key, Size, StorageClass }) => [Key, Size, StorageClass]),
      Array.from({ length: 8 }, (_, n) => [`in/${n}`, n, "STANDARD"]),
    );
    assert.ok(items.every(({ Etag, LastModified }) => /^"[0-9a-f]{32}"$/.test(Etag) && Number.isInteger(LastModified)));
    assert.match(results[0]!.ExecutionArn, /:execution:m\/Each:/);
    assert.deepEqual(refused(), []);
  });

  it("bounds a batch in bytes", async () => {
    open(mapState(COUNT, "Count", { ItemBatcher: { MaxInputBytesPerBatch: 400, BatchInput: { run: "{% $run %}" } } }));
    const { output } = await run();
    const results = json(
      json((output as Properties).ResultWriterDetails.Key).ResultFiles.SUCCEEDED[0].Key,
    ) as unknown as Properties[];
    assert.ok(results.length > 2);
    assert.ok(results.every(({ Input }) => Buffer.byteLength(Input) <= 400));
    assert.equal(
      results.reduce((sum, { Output }) => sum + (JSON.parse(Output) as { n: number }).n, 0),
      8,
    );
  });

  it("has a result of no items", async () => {
    open(mapState(COUNT, "Count"), undefined, 0);
    assert.equal((await run()).status, "SUCCEEDED");
  });

  it("is refused each call that its role may not make", async () => {
    const read = { Read: { Type: "Task", Resource: GET, Arguments: { Name: "/p" }, End: true } };
    for (const missing of ["list", "start", "describe", "write", "parameter"]) {
      open(
        mapState(read, "Read"),
        Object.keys(GRANTS).filter((name) => name !== missing),
      );
      const { status, cause } = await run();
      assert.equal(status, "FAILED", missing);
      assert.ok(missing === "parameter" || cause!.includes(String(GRANTS[missing]!.Action)), `${missing}: ${cause}`);
      assert.deepEqual([...new Set(refused())], [GRANTS[missing]!.Action]);
      if (missing !== "parameter") await test.close();
    }
  });

  it("goes on while no more items have failed than are tolerated", async () => {
    // Only the parameter /p is there; the batch of 6 and 7 asks for another one.
    const Name = "{% '/p' & ($states.input.Items[0].Key = 'in/6' ? '-none' : '') %}";
    const read = { Read: { Type: "Task", Resource: GET, Arguments: { Name }, End: true } };
    open(mapState(read, "Read", { ToleratedFailurePercentage: 25 }));
    assert.equal((await run()).status, "SUCCEEDED");
    await test.close();
    open(mapState(read, "Read", { ToleratedFailurePercentage: 24 }));
    const { status, error } = await run();
    assert.deepEqual([status, error], ["FAILED", "States.ExceedToleratedFailureThreshold"]);
    await test.close();
    open(mapState(read, "Read", { ToleratedFailureCount: 2 }));
    assert.equal((await run()).status, "SUCCEEDED");
  });

  it("is described, stopped and redriven by the API", async () => {
    const states = {
      Copy: {
        Type: "Task",
        Resource: "arn:aws:states:::aws-sdk:s3:copyObject",
        Arguments: {
          Bucket: "store",
          Key: "out/copy",
          CopySource: "{% 'store/' & ($states.input.Items[0].Key = 'in/0' ? 'late' : 'in/0') %}",
        },
        Next: "Sleep",
      },
      Sleep: { Type: "Wait", Seconds: 100, End: true },
    };
    open(mapState(states, "Copy", { ToleratedFailurePercentage: 50 }));
    const { http: endpoint } = await test.cloud.listen({ mqtt: 0, http: 0 });
    const sfn = new SFNClient({
      endpoint,
      region: "eu-central-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    try {
      const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn: MACHINE, input: "{}" }));
      const settled = async (): Promise<void> => void (await new Promise((resolve) => setTimeout(resolve, 50)));
      await settled();
      const { mapRuns } = await sfn.send(new ListMapRunsCommand({ executionArn }));
      const { mapRunArn } = mapRuns![0]!;
      const described = await sfn.send(new DescribeMapRunCommand({ mapRunArn }));
      assert.deepEqual(
        [described.status, described.maxConcurrency, described.toleratedFailurePercentage],
        ["RUNNING", 2, 50],
      );
      // The first batch has failed; two wait, as many as may run.
      const { total, failed, running, pending } = described.itemCounts!;
      assert.deepEqual({ total, failed, running, pending }, { total: 8, failed: 3, running: 5, pending: 0 });
      await sfn.send(new UpdateMapRunCommand({ mapRunArn, maxConcurrency: 1 }));
      assert.equal((await sfn.send(new DescribeMapRunCommand({ mapRunArn }))).maxConcurrency, 1);
      const children = await sfn.send(new ListExecutionsCommand({ mapRunArn }));
      assert.deepEqual(children.executions!.map(({ status }) => status).sort(), ["FAILED", "RUNNING", "RUNNING"]);
      await sfn.send(new StopExecutionCommand({ executionArn, error: "Mine", cause: "enough" }));
      const stopped = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      assert.deepEqual(
        [stopped.status, stopped.error, stopped.cause, stopped.redriveStatus],
        ["ABORTED", "Mine", "enough", "REDRIVABLE"],
      );
      const aborted = await sfn.send(new DescribeMapRunCommand({ mapRunArn }));
      assert.deepEqual([aborted.status, aborted.itemCounts!.aborted, aborted.itemCounts!.failed], ["ABORTED", 5, 3]);
      // What failed finds its object now.
      test.cloud.s3.put(LOCAL_ADMIN_ARN, "store", "late", Buffer.from("x"));
      await sfn.send(new RedriveExecutionCommand({ executionArn }));
      await assert.rejects(sfn.send(new RedriveExecutionCommand({ executionArn })), { name: "ExecutionNotRedrivable" });
      for (let turn = 0; turn < 10; turn++) {
        await settled();
        await test.clock.advanceTo(test.clock.now() + 100_000);
      }
      const again = await sfn.send(new DescribeExecutionCommand({ executionArn }));
      assert.deepEqual([again.status, again.redriveCount, again.redriveStatus], ["SUCCEEDED", 1, "NOT_REDRIVABLE"]);
      const whole = await sfn.send(new DescribeMapRunCommand({ mapRunArn }));
      assert.deepEqual([whole.status, whole.redriveCount, whole.itemCounts!.succeeded], ["SUCCEEDED", 1, 8]);
      const { events } = await sfn.send(new GetExecutionHistoryCommand({ executionArn }));
      const types = events!.map(({ type }) => type!).filter((type) => /MapRun|Redriven|Aborted/.test(type));
      assert.deepEqual(types, [
        "MapRunStarted",
        "MapRunAborted",
        "ExecutionAborted",
        "ExecutionRedriven",
        "MapRunRedriven",
        "MapRunSucceeded",
      ]);
    } finally {
      sfn.destroy();
    }
  });
});

describe("local/services/states: the definition of a Distributed Map", () => {
  const problems = (change: Properties): string[] =>
    checkDefinition(JSON.stringify(machineOf(mapState(COUNT, "Count", change)))).map(
      ({ path, message }) => `${path.replace(/^definition\.States\.Each object\.?/, "")}: ${message}`,
    );
  const processor = (ProcessorConfig: Properties): Properties => ({
    ItemProcessor: { ProcessorConfig, StartAt: "Count", States: COUNT },
  });

  it("is right as the others here have it", () => assert.deepEqual(problems({}), []));

  // https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
  for (const [name, change, expected] of [
    ["a label with blanks", { Label: "each one" }, /^Label: saw "each one"; 1 to 40 characters without blanks/],
    ["a long label", { Label: "x".repeat(41) }, /^Label: /],
    ["no type of executions", processor({ Mode: "DISTRIBUTED" }), /ExecutionType: is required beside DISTRIBUTED/],
    [
      "Express executions",
      processor({ Mode: "DISTRIBUTED", ExecutionType: "EXPRESS" }),
      /the local cloud executes STANDARD/,
    ],
    ["items twice", { Items: [1] }, /^Items: is given beside ItemReader/],
    ["a percentage", { ToleratedFailurePercentage: 101 }, /^ToleratedFailurePercentage: saw 101; 0 to 100/],
    ["a concurrency", { MaxConcurrency: -1 }, /^MaxConcurrency: saw -1; a whole number from 0 to 10000/],
    ["an empty batcher", { ItemBatcher: {} }, /^ItemBatcher: wants MaxItemsPerBatch/],
    [
      "a large batch",
      { ItemBatcher: { MaxInputBytesPerBatch: 262_145 } },
      /^ItemBatcher\.MaxInputBytesPerBatch: saw 262145/,
    ],
    [
      "another reader",
      { ItemReader: { Resource: "arn:aws:states:::s3:getObject", Arguments: { Bucket: "b" } } },
      /^ItemReader\.Resource: saw "arn:aws:states:::s3:getObject"; the local cloud executes/,
    ],
    [
      "a reader without a bucket",
      { ItemReader: { Resource: "arn:aws:states:::s3:listObjectsV2", Arguments: {} } },
      /^ItemReader\.Arguments\.Bucket: is required/,
    ],
    [
      "another writer",
      { ResultWriter: { Resource: "x", Arguments: { Bucket: "b" } } },
      /^ResultWriter\.Resource: saw "x"/,
    ],
    [
      "a writer's configuration",
      { ResultWriter: { Resource: "arn:aws:states:::s3:putObject", Arguments: { Bucket: "b" }, WriterConfig: {} } },
      /^ResultWriter\.WriterConfig: the local cloud does not execute/,
    ],
  ] as const)
    it(`is refused with ${name}`, () => {
      const found = problems(change);
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0]!, expected);
    });

  it("is refused in an inline Map", () => {
    const found = problems({ ...processor({ Mode: "INLINE", ExecutionType: "STANDARD" }), Items: undefined });
    assert.ok(found.some((text) => text.startsWith("ItemReader: only a Map of the mode DISTRIBUTED has it")));
    assert.ok(found.some((text) => text.includes("starts no executions")));
  });
});
