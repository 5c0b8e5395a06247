import assert from "node:assert/strict";
import { connectAsync } from "mqtt";
import { TYPES } from "../../local/core/model";
import { LOCAL_ADMIN_ARN } from "../../local/core/principals";
import { scheduledStack, smallStack, TestCloud } from "./stack";

/** Replaces a method of a running part by one that raises, as a defect in it would. */
function raise(part: object, method: string, when: (...args: unknown[]) => boolean = () => true): void {
  const holder = part as Record<string, (...args: unknown[]) => unknown>;
  const original = holder[method]!.bind(part);
  holder[method] = (...args) => {
    if (when(...args)) throw new TypeError(`boom in ${method}`);
    return original(...args);
  };
}

/** A member that TypeScript keeps private. */
function inside(part: unknown, member: string): object {
  return (part as Record<string, object>)[member]!;
}

const reading = (device: string, value: number): string => JSON.stringify({ device_id: device, value });
const MINUTE = 60_000;

describe("local/cloud: one part that raises does not end the run", () => {
  let test: TestCloud;
  beforeEach(() => {
    test = new TestCloud(scheduledStack());
  });
  afterEach(async () => {
    await test.close();
    assert.deepEqual(test.errors, [], "no error ended the run");
  });
  const places = (): string[] => test.cloud.defects.list().map(({ place }) => place);
  /** The run goes on: the schedule fires and, unless said otherwise, messages become rows. */
  const goesOn = async (rows = true): Promise<void> => {
    const before = test.counts("convert").stored;
    const { started } = test.cloud.machines.values().next().value!.counts;
    await test.publish("dt/a/aggregate", reading("a", 1));
    await test.clock.advanceTo(test.clock.now() + 60 * MINUTE);
    await test.cloud.drain();
    if (rows) assert.equal(test.counts("convert").stored, before + 1);
    assert.ok(test.cloud.machines.values().next().value!.counts.started > started);
  };

  it("a timer of the clock", async () => {
    let later = false;
    test.clock.after(10, () => {
      throw new TypeError("boom");
    });
    test.clock.after(10, () => Promise.reject(new TypeError("boom")), "another timer");
    test.clock.after(20, () => void (later = true));
    await test.clock.advanceTo(test.clock.now() + 30);
    assert.ok(later);
    assert.deepEqual(places(), ["timer", "another timer"]);
    await goesOn();
  });

  it("a timer of a running clock", async () => {
    test.clock.start();
    const alive = setInterval(() => undefined, 1000);
    await new Promise<void>((resolve) => {
      test.clock.after(5, () => {
        throw new TypeError("boom");
      });
      test.clock.after(5, () => Promise.reject(new TypeError("boom")), "another timer");
      test.clock.after(15, resolve);
    });
    clearInterval(alive);
    test.clock.stop();
    assert.deepEqual(places(), ["timer", "another timer"]);
  });

  it("the invocation of a function, whose records fail as those of any function do", async () => {
    let calls = 0;
    raise(test.cloud.functions.get("transform")!, "measured", () => ++calls <= 4);
    await test.publish("dt/a/aggregate", reading("a", 1));
    await test.cloud.drain();
    assert.equal(test.counts("convert").failed, 1);
    assert.match(String(test.lines("errors/processing-failed/")[0]!.errorMessage), /InternalFailure/);
    assert.deepEqual(places(), ["function transform"]);
    await goesOn();
  });

  it("a line that a function writes to its log", async () => {
    const code = `exports.handler = async (event) => {
      console.log("hello");
      return { records: event.records.map((r) => ({ recordId: r.recordId, result: "Ok", data: r.data, metadata: { partitionKeys: { device: "a" } } })) };
    };`;
    const logging = new TestCloud(smallStack({ code }));
    raise(logging.cloud.logs, "put", (_, group) => group === "/aws/lambda/transform");
    await logging.publish("dt/a/aggregate", reading("a", 1));
    await logging.cloud.drain();
    assert.equal(logging.counts("convert").stored, 1);
    assert.deepEqual(
      logging.cloud.defects.list().map(({ place }) => place),
      ["function transform"],
    );
    await logging.close();
  });

  it("the answer of a function", async () => {
    const lambda = test.cloud.functions.get("transform")!;
    raise(lambda, "receive", (reply) => (reply as { payload?: string }).payload !== undefined);
    await test.publish("dt/a/aggregate", reading("a", 1));
    await test.cloud.drain();
    assert.equal(test.counts("convert").failed, 1);
    assert.deepEqual(places(), ["function transform"]);
    await goesOn(false);
  });

  it("the delivery of an object, whose records stay in the source", async () => {
    raise(test.cloud.s3, "put", (_role, _bucket, key) => String(key).startsWith("data/"));
    await test.publish("dt/a/aggregate", reading("a", 1));
    await test.cloud.drain();
    assert.equal(test.counts("archive").stored, 1, "the other delivery stream goes on");
    assert.equal(test.counts("convert").stored, 0);
    assert.equal(test.cloud.pending, 1);
    assert.deepEqual(places(), ["delivery stream convert, delivery"]);
    assert.match(test.cloud.deliveryStreams.get("convert")!.refusal!, /boom in put/);
    await goesOn(false);
    const { dataDir } = test;
    await test.close(false);
    test = new TestCloud(scheduledStack(), dataDir, test.clock.now());
    await test.cloud.drain();
    assert.equal(test.counts("convert").stored, 2, "the next start delivers them");
  });

  it("the conversion of a record, which goes to the error prefix", async () => {
    const { destination } = test.cloud.deliveryStreams.get("convert") as unknown as { destination: object };
    let adds = 0;
    raise(destination, "add", () => ++adds === 1);
    await test.publish("dt/a/aggregate", reading("a", 1));
    await test.cloud.drain();
    assert.equal(test.counts("convert").failed, 1);
    assert.match(String(test.lines("errors/format-conversion-failed/")[0]!.lastErrorMessage), /boom in add/);
    assert.deepEqual(places(), ["delivery stream convert, conversion"]);
    await goesOn();
  });

  it("the reader of a delivery stream, while the other goes on", async () => {
    raise(inside(test.cloud.deliveryStreams.get("convert"), "processor"), "process");
    await test.publish("dt/a/aggregate", reading("a", 1));
    await test.cloud.drain();
    assert.equal(test.counts("archive").stored, 1);
    assert.deepEqual(places(), ["delivery stream convert, batch"]);
    await goesOn(false);
  });

  it("the write of a stream, whose messages are acknowledged when it succeeds", async () => {
    const [shard] = test.cloud.streams.get("in")!.shards;
    let writes = 0;
    raise(shard!, "write", () => ++writes === 1);
    const published = test.publish("dt/a/aggregate", reading("a", 1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(places(), ["stream in"]);
    await test.publish("dt/a/aggregate", reading("a", 2));
    await published;
    await test.cloud.drain();
    await goesOn();
  });

  it("a task of a state machine, whose execution fails", async () => {
    const [machine] = test.cloud.machines.values();
    const { services } = inside(machine, "context") as { services: object };
    raise(inside(services, "parameters"), "get");
    await test.clock.advanceTo(test.clock.now() + 5 * MINUTE);
    assert.deepEqual(machine!.counts, { started: 1, succeeded: 0, failed: 1 });
    assert.equal(machine!.lastFailure!.error, "States.Runtime");
    assert.deepEqual(places(), ["state machine m"]);
    await goesOn();
  });

  it("the end of an execution", async () => {
    const [machine] = test.cloud.machines.values();
    raise(machine!, "ended");
    await test.clock.advanceTo(test.clock.now() + 5 * MINUTE);
    assert.deepEqual(places(), ["state machine m"]);
    await goesOn();
  });

  it("a schedule, which fires again", async () => {
    const [machine] = test.cloud.machines.values();
    let starts = 0;
    raise(machine!, "start", () => ++starts === 1);
    await test.clock.advanceTo(test.clock.now() + 5 * MINUTE);
    assert.deepEqual(places(), ["schedule s"]);
    assert.equal(test.cloud.scheduler.countsOf(machine!.arn)!.failed, 1);
    await goesOn();
  });

  it("an alarm, while the others are decided", async () => {
    const alarms = inside(test.cloud.cloudwatch, "alarms") as unknown as object[];
    raise(alarms[0]!, "decide");
    await test.publish("dt/a/aggregate", reading("a", 1));
    await test.clock.advanceTo(test.clock.now() + 10 * MINUTE);
    test.cloud.cloudwatch.settle(true);
    assert.deepEqual(places(), ["alarm started"]);
    assert.equal(test.cloud.cloudwatch.report().find(({ name }) => name === "behind")!.times, 1);
    await goesOn();
  });

  it("metrics from log events", async () => {
    raise(test.cloud.cloudwatch, "takeEmbedded");
    test.cloud.logs.deliver("/aws/lambda/transform", "s", ['{"_aws":{}}']);
    assert.deepEqual(places(), ["metrics from logs"]);
    await goesOn();
  });

  it("one part of the daily housekeeping", async () => {
    raise(test.cloud.s3, "expire");
    let expired = false;
    const logs = test.cloud.logs as unknown as { expire(): void };
    logs.expire = () => void (expired = true);
    await test.clock.advanceTo(test.clock.now() + 24 * 60 * MINUTE);
    assert.ok(expired);
    assert.deepEqual(places(), ["housekeeping of S3"]);
    await goesOn();
  });

  it("a query, which fails", async () => {
    const name = "workgroup";
    const inputs = { name, configuration: { resultConfiguration: { outputLocation: "s3://store/results/" } } };
    const urn = `urn:pulumi:test::test::${TYPES.workgroup}::${name}`;
    const resource = {
      urn,
      type: TYPES.workgroup,
      name,
      custom: true,
      id: name,
      dependencies: [],
      inputs,
      outputs: {},
    };
    const other = new TestCloud([...smallStack(), resource]);
    let queries = 0;
    raise(other.cloud.athena, "queryToCsv", () => ++queries === 1);
    const start = { sql: "SELECT 1 AS one", workgroup: name, database: "db" };
    const run = async () => await other.cloud.workgroups.run(LOCAL_ADMIN_ARN, start);
    const { state, reason } = await run();
    assert.deepEqual([state, reason], ["FAILED", "GENERIC_INTERNAL_ERROR: boom in queryToCsv"]);
    assert.equal((await run()).state, "SUCCEEDED");
    assert.deepEqual(
      other.cloud.defects.list().map(({ place }) => place),
      ["query"],
    );
    await other.close();
    assert.deepEqual(other.errors, []);
  });

  it("a shadow request over MQTT, whose message is acknowledged", async () => {
    const { mqtt } = await test.cloud.listen({ mqtt: 0, http: 0 });
    const device = await connectAsync(mqtt);
    let updates = 0;
    raise(test.cloud.shadows, "update", () => ++updates === 1);
    const update = JSON.stringify({ state: { reported: { a: 1 } } });
    await device.publishAsync("$aws/things/t/shadow/update", update, { qos: 1 });
    await device.publishAsync("$aws/things/t/shadow/update", update, { qos: 1 });
    assert.deepEqual(test.cloud.shadows.get("t", undefined).state, { reported: { a: 1 } });
    await device.endAsync();
    assert.deepEqual(places(), ["shadow request over MQTT"]);
    await goesOn();
  });

  it("ends the run for what nothing can go on with: a full disk", async () => {
    const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    (test.cloud.s3 as unknown as { put(): void }).put = () => {
      throw full;
    };
    await test.publish("dt/a/aggregate", reading("a", 1));
    await test.cloud.drain();
    assert.deepEqual(places(), []);
    assert.ok(test.errors.length > 0 && test.errors.every((error) => error === full));
    test.errors.length = 0;
  });
});
