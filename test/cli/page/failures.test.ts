// The page gets JSON, whose shape the tests look at.
/* eslint-disable @typescript-eslint/no-explicit-any */
import assert from "node:assert/strict";
import { TYPES } from "../../../local/core/model";
import { scheduledStack, smallStack } from "../../local/stack";
import { DEFINITION, FAILING_FUNCTION } from "./pipeline";
import { SmallPage } from "./small-page";

describe("failed messages on the page", function () {
  this.timeout(20_000);
  const files = { "index.js": FAILING_FUNCTION, "definition.json": JSON.stringify(DEFINITION) };
  const HOSTILE = `{"device_id":"a","value":"<script>alert(1)</script>\\u0000"}`;
  let small: SmallPage;
  before(async () => {
    small = await new SmallPage(smallStack({ functionInputs: { code: { files } } })).open();
    await small.test.publish("dt/a/aggregate", '{"device_id":"a","value":1}');
    await small.test.publish("dt/a/aggregate", HOSTILE);
    await small.test.publish("dt/b/aggregate", Buffer.from([0xff, 0x00, 0x41]));
    await small.deliver();
  });
  after(() => small.close());

  const listed = async (): Promise<any[]> => (await small.get("/api/failures")).messages;

  it("are listed with the pipeline's reason in place of Firehose's", async () => {
    const messages = await listed();
    assert.equal(messages.length, 2);
    const hostile = messages.find(({ preview }) => preview === HOSTILE);
    assert.match(hostile.reason, /value \* 2 gives no number: value is the text/);
    assert.deepEqual(
      [hostile.kind, hostile.name, hostile.step, hostile.now, hostile.tryable, hostile.bytes],
      ["pipeline", "convert", "double", "failed", true, HOSTILE.length],
    );
    const [envelope] = small.test.lines("errors/");
    assert.equal(hostile.arrived, envelope!.arrivalTimestamp);
  });

  it("are shown with all of their bytes", async () => {
    const { id } = (await listed()).find(({ bytes }) => bytes === 3);
    const { status, json } = await small.post("/api/failure", { id });
    assert.equal(status, 200);
    assert.equal(json.base64, Buffer.from([0xff, 0x00, 0x41]).toString("base64"));
    assert.equal(json.reason, "ProcessingFailed status set for record");
    assert.equal((await small.post("/api/failure", { id: "../../etc/passwd" })).status, 404);
  });

  it("are tried again step by step, changed or not, and nothing is stored or counted", async () => {
    const before = { ...small.test.counts("convert") };
    const tried = async (text: string): Promise<any> =>
      (await small.post("/api/try", { kind: "pipeline", name: "convert", data: Buffer.from(text).toString("base64") }))
        .json;
    const again = await tried(HOSTILE);
    assert.deepEqual([again.result, again.at], ["failed", "double"]);
    // 2^53 + 1, whose digits a number of JavaScript does not have
    const passes = await tried('{"device_id":"a","value":9007199254740993}');
    assert.equal(passes.result, "stored");
    assert.match(passes.states.at(-1).message, /"value":9007199254740993/);
    assert.equal(JSON.parse(passes.rows[0]).device_id, "a");
    assert.deepEqual({ ...small.test.counts("convert") }, before);
    assert.equal((await small.post("/api/try", { kind: "pipeline", name: "nothing", data: "" })).status, 404);
    assert.equal((await small.post("/api/try", { kind: "pipeline", name: "convert" })).status, 400);
  });

  it("are replayed only where the stack has what it needs", async () => {
    const { status, json } = await small.post("/api/replay", { pipeline: "convert" });
    assert.equal(status, 409);
    assert.match(json.error.message, /the setting pipelines\.convert\.reprocessing creates it/);
    assert.deepEqual((await small.get("/api/failures")).replays, []);
  });
});

describe("SQL on the page", function () {
  this.timeout(20_000);
  let small: SmallPage;
  before(async () => {
    small = await new SmallPage().open();
    for (const value of ["1", "2", "9007199254740993"])
      await small.test.publish("dt/a/aggregate", `{"device_id":"a","value":${value}}`);
    await small.deliver();
  });
  after(() => small.close());

  const run = (sql: string, rows = 100): ReturnType<SmallPage["post"]> => small.post("/api/sql", { sql, rows });

  it("gives columns, rows as far as they are shown, and what was read", async () => {
    const { json } = await run("SELECT device_id, value FROM readings ORDER BY value", 2);
    assert.deepEqual(json.columns, [
      { name: "device_id", type: "varchar" },
      { name: "value", type: "bigint" },
    ]);
    assert.deepEqual(json.rows, [
      ["a", 1],
      ["a", 2],
    ]);
    assert.equal(json.more, true);
    assert.ok(json.reads.scannedBytes > 0);
    const all = (await run("SELECT value FROM readings ORDER BY value")).json;
    // Beyond 2^53 most readers of JSON would lose digits.
    assert.deepEqual([all.rows.at(-1), all.more], [["9007199254740993"], false]);
    assert.equal((await run("SELECT 1", 10_001)).status, 400);
  });

  it("says where a statement is wrong, in Trino's words", async () => {
    const { status, json } = await run("SELECT device_id,\n  nothing FROM readings");
    assert.equal(status, 400);
    assert.deepEqual(json.error, {
      code: "COLUMN_NOT_FOUND",
      message: "line 2:3: Column 'nothing' cannot be resolved",
      line: 2,
      column: 3,
    });
    assert.match((await run("DROP TABLE readings")).json.error.message, /is not executed by the local cloud/);
    assert.deepEqual(small.test.cloud.defects.list(), []);
  });

  it("saves the whole result, as Athena writes CSV, or as JSON", async () => {
    const save = async (format: string): Promise<{ status: number; headers: any; text: string }> => {
      const body = JSON.stringify({ sql: "SELECT device_id, value FROM readings ORDER BY value", format });
      const token = small.page.server.guard.token;
      return small.request(
        "POST",
        "/api/sql/save",
        { "content-type": "application/json", "x-page-token": token },
        body,
      );
    };
    const csv = await save("csv");
    assert.equal(csv.text, '"device_id","value"\n"a","1"\n"a","2"\n"a","9007199254740993"\n');
    assert.match(csv.headers["content-disposition"], /^attachment; filename="result\.csv"$/);
    assert.deepEqual(JSON.parse((await save("json")).text).at(-1), { device_id: "a", value: "9007199254740993" });
    assert.equal((await save("xml")).status, 400);
  });

  it("knows what statements may name", async () => {
    const { tables, functions } = await small.get("/api/sql/words");
    assert.deepEqual(tables, [
      {
        name: "readings",
        kind: "datastore",
        columns: [
          { name: "device_id", type: "string" },
          { name: "value", type: "bigint" },
          { name: "device", type: "string" },
        ],
      },
    ]);
    assert.ok(functions.includes("date_trunc") && functions.includes("approx_percentile"));
  });
});

describe("a failed message of a pipeline that calls services", function () {
  this.timeout(20_000);
  let small: SmallPage;
  before(async () => {
    const resources = scheduledStack();
    const transform = resources.find(({ name, type }) => name === "transform" && type === TYPES.function)!;
    const add = (name: string, code: string): void => {
      const inputs = { ...transform.inputs, name, code: { files: { "index.js": code } } };
      const outputs = { arn: `${transform.outputs.arn}-${name}` };
      resources.push({ ...transform, urn: `${transform.urn}-${name}`, name, id: name, inputs, outputs });
    };
    add("helper", "exports.handler = async (messages) => messages.map((m) => ({ ...m, value: m.value + 1 }));");
    add("broken", 'exports.handler = async () => { throw new TypeError("no"); };');
    const definition = (lambdaName: string): object => ({
      ...DEFINITION,
      functions: { adder: lambdaName },
      pipeline: {
        pipelineName: "convert",
        pipelineActivities: [
          { channel: { name: "start", channelName: "in", next: "call" } },
          { lambda: { name: "call", lambdaName: "adder", batchSize: 1, next: "look" } },
          {
            deviceRegistryEnrich: {
              name: "look",
              attribute: "thing",
              thingName: "gateway",
              roleArn: "x",
              next: "shadow",
            },
          },
          {
            deviceShadowEnrich: { name: "shadow", attribute: "state", thingName: "gateway", roleArn: "x", next: "end" },
          },
          { datastore: { name: "end", datastoreName: "readings" } },
        ],
      },
    });
    set = (lambdaName) => {
      const files = { "index.js": FAILING_FUNCTION, "definition.json": JSON.stringify(definition(lambdaName)) };
      transform.inputs.code = { files };
    };
    set("helper");
    small = await new SmallPage(resources).open();
    await small.test.publish("dt/a/aggregate", '{"device_id":"a"}');
    await small.deliver();
  });
  after(() => small.close());
  let set: (lambdaName: string) => void;

  const tried = async (): Promise<any> => {
    const data = Buffer.from('{"device_id":"a","value":1,"gateway":"gateway"}').toString("base64");
    return (await small.post("/api/try", { kind: "pipeline", name: "convert", data })).json;
  };

  it("is tried by the functions, things and shadows that run, when somebody asks for it", async () => {
    const [message] = (await small.get("/api/failures")).messages;
    assert.deepEqual([message.tryable, message.now], [true, undefined]);
    const { result, states } = await tried();
    assert.equal(result, "stored");
    assert.equal(JSON.parse(states.find((each: any) => each.activity === "call").message).value, 2);
    const last = JSON.parse(states.at(-1).message);
    // A shadow that there is not leaves the message without it.
    assert.deepEqual([last.thing.attributes, last.state], [{ site: "a" }, undefined]);
    set("broken");
    const failed = await tried();
    assert.deepEqual([failed.result, failed.at], ["failed", "call"]);
    assert.match(failed.reason, /TypeError: no/);
    set("gone");
    assert.match((await tried()).reason, /there is no function gone/);
  });
});
