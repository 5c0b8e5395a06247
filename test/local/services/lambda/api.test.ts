import assert from "node:assert/strict";
import type { ServiceApi } from "../../../../local/api";
import { ACCOUNT, TYPES, type Properties, type Resource } from "../../../../local/core/model";
import { lambdaApi } from "../../../../local/services/lambda/api";
import { callRow, failure, type Answer } from "../../api-call";
import { TestCloud } from "../../stack";
import { arnOf, DEAD, mappingStack, STREAM } from "../event-sources/support";

const ECHO = `exports.handler = async (event, context) => {
  console.log("one line");
  if (event.fail) throw new TypeError("asked to fail");
  return { event, id: context.awsRequestId };
};`;
const MAPPING = { eventSourceArn: STREAM, startingPosition: "LATEST" };

function withResource(resources: Resource[], type: string, inputs: Properties): Resource[] {
  const urn = `urn:pulumi:test::test::${type}::extra`;
  return [
    ...resources,
    { urn, type, name: "extra", custom: true, id: "extra", dependencies: [], inputs, outputs: inputs },
  ];
}

describe("local/services/lambda/api", () => {
  let test: TestCloud;
  let api: ServiceApi;
  const open = (resources: Resource[], dataDir?: string, start?: number): void => {
    test = new TestCloud(resources, dataDir, start);
    api = lambdaApi(test.cloud);
  };
  const call = (name: string, input: object = {}, principal?: string): Promise<Answer> =>
    callRow(api, test.cloud.iam, name, input, principal);
  const invoke = (event: object, more: object = {}): Promise<Answer> =>
    call("Invoke", { FunctionName: "reader", Payload: Buffer.from(JSON.stringify(event)), ...more });
  const code = async (name: string, input: object): Promise<string> => (await failure(call(name, input))).code;
  const seconds = (n: number): Promise<void> => test.clock.advanceTo(test.clock.now() + n * 1000);
  const calls = (): number => test.events("/aws/lambda/reader").filter(({ message }) => message === "one line").length;
  const dead = (): Properties[] =>
    test.cloud.queues
      .get(DEAD)!
      .receive(10)
      .map(({ body }) => JSON.parse(body) as Properties);
  afterEach(() => test.close());

  it("invokes and waits for the answer, with the end of the log if it is asked for", async () => {
    open(mappingStack({ code: ECHO }));
    const answer = await invoke({ a: 1 }, { LogType: "Tail" });
    assert.deepEqual([answer.StatusCode, answer.ExecutedVersion, answer.FunctionError], [200, "$LATEST", undefined]);
    const { event, id } = JSON.parse(String(answer.Payload as Buffer)) as Properties;
    assert.deepEqual(event, { a: 1 });
    const lines = Buffer.from(answer.LogResult as string, "base64")
      .toString()
      .split("\n");
    assert.deepEqual(lines.slice(0, 3), [
      `START RequestId: ${id} Version: $LATEST`,
      "one line",
      `END RequestId: ${id}`,
    ]);
    assert.match(
      lines[3]!,
      /^REPORT RequestId: .*\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB$/,
    );
    assert.equal((await invoke({})).LogResult, undefined);
  });

  it("answers 200 for a function that fails, and says so beside the payload", async () => {
    open(mappingStack({ code: ECHO }));
    const answer = await invoke({ fail: true });
    assert.deepEqual([answer.StatusCode, answer.FunctionError], [200, "Unhandled"]);
    assert.deepEqual(JSON.parse(String(answer.Payload as Buffer)), {
      errorType: "TypeError",
      errorMessage: "asked to fail",
    });
  });

  it("only checks with DryRun", async () => {
    open(mappingStack({ code: ECHO }));
    assert.deepEqual(await invoke({}, { InvocationType: "DryRun" }), { StatusCode: 204 });
    assert.equal(calls(), 0);
    const refused = await failure(
      call("Invoke", { FunctionName: "reader", InvocationType: "DryRun" }, `arn:aws:iam::${ACCOUNT}:role/function`),
    );
    assert.match(refused.message, /lambda:InvokeFunction/);
  });

  it("processes an event later, and repeats it after one and two minutes", async () => {
    open(mappingStack({ code: ECHO }));
    assert.deepEqual(await invoke({ fail: true }, { InvocationType: "Event" }), { StatusCode: 202 });
    await seconds(1);
    assert.equal(calls(), 1);
    await seconds(60);
    assert.equal(calls(), 2);
    await seconds(118);
    assert.equal(calls(), 2);
    await seconds(3);
    assert.equal(calls(), 3);
    await seconds(1000);
    assert.equal(calls(), 3);
    const dropped = test.cloud.cloudwatch.total("AWS/Lambda", "AsyncEventsDropped", { FunctionName: "reader" });
    assert.equal(dropped, 1);
  });

  it("keeps an event although the process is killed before the function has it", async () => {
    open(mappingStack({ code: ECHO }));
    await invoke({}, { InvocationType: "Event" });
    open(mappingStack({ code: ECHO }), test.dataDir, test.clock.now());
    await seconds(1);
    assert.equal(calls(), 1);
    open(mappingStack({ code: ECHO }), test.dataDir, test.clock.now());
    await seconds(1);
    assert.equal(calls(), 1);
  });

  it("sends what became of an event to its destinations", async () => {
    const config = {
      functionName: "reader",
      maximumRetryAttempts: 0,
      destinationConfig: { onFailure: { destination: DEAD }, onSuccess: { destination: DEAD } },
    };
    open(withResource(mappingStack({ code: ECHO }), TYPES.eventInvokeConfig, config));
    await invoke({ fail: true }, { InvocationType: "Event" });
    await invoke({ ok: 1 }, { InvocationType: "Event" });
    await seconds(1);
    const [failed, done] = dead();
    // https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    assert.deepEqual(Object.keys(failed!), [
      "version",
      "timestamp",
      "requestContext",
      "requestPayload",
      "responseContext",
      "responsePayload",
    ]);
    assert.equal(failed!.requestContext.condition, "RetriesExhausted");
    assert.equal(failed!.requestContext.functionArn, `${arnOf("lambda", "function:reader")}:$LATEST`);
    assert.deepEqual(failed!.requestPayload, { fail: true });
    assert.deepEqual(failed!.responseContext, {
      statusCode: 200,
      executedVersion: "$LATEST",
      functionError: "Unhandled",
    });
    assert.equal(done!.requestContext.condition, "Success");
    assert.deepEqual(done!.responsePayload.event, { ok: 1 });
  });

  it("puts an event that failed into the dead-letter queue", async () => {
    open(mappingStack({ code: ECHO, functionInputs: { deadLetterConfig: { targetArn: DEAD } } }));
    await invoke({ fail: true }, { InvocationType: "Event" });
    await seconds(200);
    const [message] = test.cloud.queues.get(DEAD)!.receive(1);
    assert.equal(message!.body, '{"fail":true}');
    assert.equal(message!.attributes.ErrorMessage, "asked to fail");
  });

  it("describes functions, by name, part of an ARN and ARN", async () => {
    open(mappingStack({ code: ECHO, functionInputs: { tags: { a: "b" }, environment: { variables: { V: "1" } } } }));
    for (const FunctionName of ["reader", `${ACCOUNT}:function:reader`, arnOf("lambda", "function:reader")]) {
      const found = await call("GetFunctionConfiguration", { FunctionName });
      assert.deepEqual(
        [found.FunctionName, found.Timeout, found.Version, found.State],
        ["reader", 20, "$LATEST", "Active"],
      );
    }
    const { Configuration, Tags } = await call("GetFunction", { FunctionName: "reader", Qualifier: "$LATEST" });
    assert.deepEqual(Tags, { a: "b" });
    assert.deepEqual(Configuration.Environment, { Variables: { V: "1" } });
    assert.equal(Configuration.FunctionArn, `${arnOf("lambda", "function:reader")}:$LATEST`);
    assert.deepEqual((await call("ListFunctions")).Functions.length, 1);
    assert.equal(await code("GetFunction", { FunctionName: "none" }), "ResourceNotFoundException");
    assert.equal(await code("GetFunction", { FunctionName: "reader", Qualifier: "3" }), "ResourceNotFoundException");
    assert.equal(await code("GetFunction", { FunctionName: "a b" }), "InvalidParameterValueException");
    assert.equal(
      await code("Invoke", { FunctionName: "reader", Payload: Buffer.from("{") }),
      "InvalidRequestContentException",
    );
  });

  it("shows the resource policy that permissions make", async () => {
    open(mappingStack({ code: ECHO }));
    assert.equal(await code("GetPolicy", { FunctionName: "reader" }), "ResourceNotFoundException");
    await test.cloud.close();
    const permission = {
      statementId: "rule",
      action: "lambda:InvokeFunction",
      function: "reader",
      principal: "iot.amazonaws.com",
      sourceArn: arnOf("iot", "rule/r"),
      sourceAccount: ACCOUNT,
    };
    open(withResource(mappingStack({ code: ECHO }), TYPES.permission, permission));
    const { Policy } = await call("GetPolicy", { FunctionName: "reader" });
    assert.deepEqual((JSON.parse(Policy as string) as Properties).Statement, [
      {
        Sid: "rule",
        Effect: "Allow",
        Principal: { Service: "iot.amazonaws.com" },
        Action: "lambda:InvokeFunction",
        Resource: arnOf("lambda", "function:reader"),
        Condition: {
          StringEquals: { "AWS:SourceAccount": ACCOUNT },
          ArnLike: { "AWS:SourceArn": arnOf("iot", "rule/r") },
        },
      },
    ]);
  });

  it("lists event source mappings by source and function", async () => {
    open(mappingStack({ code: ECHO, mapping: { ...MAPPING, maximumRetryAttempts: 2 } }));
    const list = async (input: object): Promise<Answer[]> =>
      (await call("ListEventSourceMappings", input)).EventSourceMappings as Answer[];
    const [mapping] = await list({ EventSourceArn: STREAM, FunctionName: "reader" });
    assert.deepEqual(
      [mapping!.State, mapping!.BatchSize, mapping!.MaximumRetryAttempts, mapping!.StartingPosition],
      ["Enabled", 100, 2, "LATEST"],
    );
    assert.deepEqual(await call("GetEventSourceMapping", { UUID: mapping!.UUID as string }), mapping);
    assert.deepEqual(await list({ EventSourceArn: DEAD }), []);
    assert.deepEqual(await list({ FunctionName: "other" }), []);
    assert.equal(await code("GetEventSourceMapping", { UUID: "none" }), "ResourceNotFoundException");
  });
});
