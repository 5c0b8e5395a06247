import assert from "node:assert/strict";
import { RuleProgram } from "../../../etl/iot-sql";
import { ACCOUNT, TYPES, type Properties, type Resource } from "../../../local/core/model";
import { smallStack, TestCloud, type StackChanges } from "../stack";

const arn = (service: string, rest: string): string => `arn:aws:${service}:eu-central-1:${ACCOUNT}:${rest}`;
const LOOKUP = `arn:aws:iam::${ACCOUNT}:role/lookup`;

describe("local/rules: the engine", () => {
  let test: TestCloud;
  afterEach(() => test.close());

  function open(changes: StackChanges, more: Resource[] = []): void {
    test = new TestCloud([...smallStack(changes), ...more]);
  }

  /** What the rule has written to the stream. */
  const written = (): { key: string; data: string }[] =>
    test.cloud.streams
      .get("in")!
      .shards[0]!.read({ index: 0 })
      .map(({ partitionKey, data }) => ({ key: partitionKey, data: data.toString() }));

  const failures = (): string[] =>
    test.events("/aws/iot-rules/errors").map((event) => event.failures[0].errorMessage as string);

  it("fails a message whose partition key is empty or too long, as Kinesis does", async () => {
    open({ partitionKey: "${device_id}" });
    await test.publish("dt/a/aggregate", "{}");
    await test.publish("dt/a/aggregate", JSON.stringify({ device_id: "x".repeat(257) }));
    await test.publish("dt/a/aggregate", JSON.stringify({ device_id: "x".repeat(256) }));
    assert.deepEqual(test.cloud.rules.counts("rule"), { matched: 3, delivered: 1, failed: 2 });
    const [empty, long] = failures();
    assert.match(empty!, /^ValidationException: .* 'partitionKey' .* length greater than or equal to 1$/);
    assert.match(long!, /^ValidationException: .* 'partitionKey' .* length less than or equal to 256$/);
    await test.cloud.drain();
  });

  it("goes on when a message brings a pattern that cannot be used", async () => {
    open({ sql: "SELECT parse_time(fmt, timestamp()) AS t, time_to_epoch(at, fmt) AS e FROM 'dt/+/aggregate'" });
    for (const fmt of ["YYYY-MM-dd", "G", "xxxx-ww-e", "HH:mm", "'", "[[[", "\u0000", "yyyy".repeat(1000)])
      await test.publish("dt/a/aggregate", JSON.stringify({ fmt, at: "2020-01-01" }));
    assert.deepEqual(test.cloud.rules.counts("rule"), { matched: 8, delivered: 8, failed: 0 });
    await test.cloud.drain();
  });

  it("sends a message to the error action when the rule fails for an unforeseen reason, and records the defect", async () => {
    open({ sql: "SELECT * FROM 'dt/+/aggregate' WHERE value > 0" });
    // replaces the statement's run, which is not known to throw for anything
    const { run } = RuleProgram.prototype;
    RuleProgram.prototype.run = () => {
      throw new TypeError("a is not iterable");
    };
    try {
      await test.publish("dt/a/aggregate", '{"value":1}');
    } finally {
      RuleProgram.prototype.run = run;
    }
    await test.publish("dt/a/aggregate", '{"value":2}');
    assert.deepEqual(test.cloud.rules.counts("rule"), { matched: 2, delivered: 1, failed: 1 });
    assert.deepEqual(failures(), ["The rule failed unexpectedly: a is not iterable"]);
    const [defect] = test.cloud.defects.list();
    assert.deepEqual([defect!.place, defect!.count], ["rule rule", 1]);
    assert.deepEqual(written(), [{ key: "a", data: '{"value":2}' }]);
    await test.cloud.drain();
  });

  it("counts publishes to rules that do not exist", async () => {
    open({});
    for (const topic of ["$aws/rules/etl/dt/a", "$aws/rules/etl/dt/b", "$aws/rules/other/dt/a", "$aws/rules/rule/dt/a"])
      await test.publish(topic, "{}");
    assert.deepEqual(
      [...test.cloud.rules.notFound],
      [
        ["etl", 2],
        ["other", 1],
      ],
    );
    await test.cloud.drain();
  });

  it("runs a statement without FROM for basic ingest alone", async () => {
    open({ sql: "SELECT topic() AS t", partitionKey: "k" });
    await test.publish("dt/a/aggregate", "{}");
    await test.publish("$aws/rules/rule/dt/a/aggregate", "{}");
    assert.deepEqual(written(), [{ key: "k", data: '{"t":"dt/a/aggregate"}' }]);
    await test.cloud.drain();
  });

  it("keeps variables for the partition key", async () => {
    open({ sql: "SET @id = upper(device_id) SELECT value FROM 'dt/+/aggregate'", partitionKey: "${@id}" });
    await test.publish("dt/a/aggregate", '{"device_id":"x","value":1}');
    assert.deepEqual(written(), [{ key: "X", data: '{"value":1}' }]);
    await test.cloud.drain();
  });

  const resource = (type: string, name: string, inputs: Properties, outputs: Properties = {}): Resource => ({
    urn: `urn:pulumi:test::test::${type}::${name}`,
    type,
    name,
    custom: true,
    id: name,
    dependencies: [],
    inputs,
    outputs: { ...inputs, ...outputs },
  });

  /** A role that topic rules may assume, with one statement. */
  const lookup = (Action: string, Resource: string): Resource[] => [
    resource(
      TYPES.role,
      "lookup",
      {
        name: "lookup",
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Principal: { Service: "iot.amazonaws.com" }, Action: "sts:AssumeRole" }],
        }),
      },
      { arn: LOOKUP },
    ),
    resource(TYPES.rolePolicy, "lookup-policy", {
      role: "lookup",
      name: "lookup-policy",
      policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] }),
    }),
  ];

  it("reads shadows under the role that the statement names", async () => {
    const sql = `SELECT get_thing_shadow(topic(2), '${LOOKUP}').state.reported.room AS room FROM 'dt/+/aggregate'`;
    open({ sql }, lookup("iot:GetThingShadow", arn("iot", "thing/pump")));
    test.cloud.shadows.update("pump", undefined, Buffer.from('{"state":{"reported":{"room":"north"}}}'));
    test.cloud.shadows.update("other", undefined, Buffer.from('{"state":{"reported":{"room":"south"}}}'));
    for (const thing of ["pump", "unknown", "other"]) await test.publish(`dt/${thing}/aggregate`, "{}");
    await test.cloud.rules.settled();
    assert.deepEqual(written(), [
      { key: "pump", data: '{"room":"north"}' },
      { key: "unknown", data: "{}" },
      { key: "other", data: "{}" },
    ]);
    assert.deepEqual(
      test.cloud.iam.refused().map(({ action, resource: on }) => [action, on]),
      [
        ["iot:GetThingShadow", arn("iot", "thing/unknown")],
        ["iot:GetThingShadow", arn("iot", "thing/other")],
      ],
    );
    await test.cloud.drain();
  });

  it("reads whole numbers beyond 2^53 of a shadow", async () => {
    const sql = `SELECT get_thing_shadow(topic(2), '${LOOKUP}').state.reported.id AS id FROM 'dt/+/aggregate'`;
    open({ sql }, lookup("iot:GetThingShadow", arn("iot", "thing/pump")));
    test.cloud.shadows.update("pump", undefined, Buffer.from('{"state":{"reported":{"id":9007199254740993}}}'));
    await test.publish("dt/pump/aggregate", "{}");
    await test.cloud.rules.settled();
    assert.deepEqual(written(), [{ key: "pump", data: '{"id":9007199254740993}' }]);
    await test.cloud.drain();
  });

  it("reads the registry under the role that the statement names", async () => {
    const sql = `SELECT get_registry_data('DescribeThing', topic(2), '${LOOKUP}').attributes.site AS site FROM 'dt/+/aggregate'`;
    const thing = resource(TYPES.thing, "pump", { name: "pump", attributes: { site: "north" } });
    open({ sql }, [...lookup("iot:DescribeThing", arn("iot", "thing/*")), thing]);
    for (const name of ["pump", "unknown"]) await test.publish(`dt/${name}/aggregate`, "{}");
    await test.cloud.rules.settled();
    assert.deepEqual(written(), [
      { key: "pump", data: '{"site":"north"}' },
      { key: "unknown", data: "{}" },
    ]);
    await test.cloud.drain();
  });

  describe("aws_lambda", () => {
    const sql = `SELECT aws_lambda('${arn("lambda", "function:transform")}', {'v': value}).double AS double FROM 'dt/+/aggregate'`;
    const code = "exports.handler = async (event) => ({ double: event.v * 2, records: [] });";
    const permission = (sourceArn: string): Resource =>
      resource(TYPES.permission, "allow", {
        statementId: "allow",
        action: "lambda:InvokeFunction",
        function: "transform",
        principal: "iot.amazonaws.com",
        sourceArn,
        sourceAccount: ACCOUNT,
      });

    it("calls a function of the stack whose resource policy allows the rule", async () => {
      open({ sql, code }, [permission(arn("iot", "rule/rule"))]);
      await test.publish("dt/a/aggregate", '{"value":4}');
      await test.cloud.rules.settled();
      assert.deepEqual(written(), [{ key: "a", data: '{"double":8}' }]);
    });

    it("yields Undefined without such a policy, and the refusal is counted", async () => {
      open({ sql, code }, [permission(arn("iot", "rule/another"))]);
      await test.publish("dt/a/aggregate", '{"value":4}');
      await test.cloud.rules.settled();
      assert.deepEqual(written(), [{ key: "a", data: "{}" }]);
      const [refused] = test.cloud.iam.refused();
      assert.deepEqual([refused!.principal, refused!.action], ["iot.amazonaws.com", "lambda:InvokeFunction"]);
      assert.match(
        refused!.decidedBy,
        /no aws\.lambda\.Permission of transform allows iot\.amazonaws\.com to call it; it has one for other sources/,
      );
    });
  });
});
