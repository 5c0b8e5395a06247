import assert from "node:assert/strict";
import { ACCOUNT, TYPES, type Properties } from "../../../../local/core/model";
import { closed, declare, DeviceBench, iotArn, REGION } from "./device-bench";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/log`;
const THING = "${iot:Connection.Thing.ThingName}";
const document = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (Action: string[], Resource: string[]) => ({ Effect: "Allow", Action, Resource });
const trust = document({
  ...{ Effect: "Allow", Principal: { Service: "iot.amazonaws.com" }, Action: "sts:AssumeRole" },
});
const GROUP = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:AWSIotLogsV2:*`;
const LOGS = ["CreateLogGroup", "CreateLogStream", "PutLogEvents", "PutMetricFilter", "PutRetentionPolicy"];

/** A device's policy, a rule whose role may not write its stream, and the log at a level. */
function resources(defaultLogLevel: string, more: Properties = {}) {
  const role = (name: string) =>
    declare(TYPES.role, { name, assumeRolePolicy: trust }, { arn: `arn:aws:iam::${ACCOUNT}:role/${name}` });
  return [
    declare(TYPES.devicePolicy, {
      name: "device",
      policy: document(
        allow(["iot:Connect"], [iotArn(`client/${THING}`)]),
        allow(["iot:Publish"], [iotArn(`topic/dt/${THING}/a`), iotArn("topic/$aws/rules/*")]),
        allow(["iot:Subscribe"], [iotArn(`topicfilter/cmd/${THING}`)]),
      ),
    }),
    role("rule"),
    role("log"),
    declare(TYPES.rolePolicy, {
      name: "log",
      role: "log",
      policy: document(
        allow(
          LOGS.map((name) => `logs:${name}`),
          [GROUP],
        ),
      ),
    }),
    declare(TYPES.logGroup, { name: "AWSIotLogsV2", retentionInDays: 7 }),
    declare(
      TYPES.stream,
      { name: "s", shardCount: 1, retentionPeriod: 24 },
      { arn: `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/s` },
    ),
    declare(
      TYPES.topicRule,
      {
        ...{ name: "readings", enabled: true, sql: "SELECT * FROM 'dt/+/a'", sqlVersion: "2016-03-23" },
        kineses: [{ roleArn: `arn:aws:iam::${ACCOUNT}:role/rule`, streamName: "s", partitionKey: "p" }],
      },
      { arn: iotArn("rule/readings") },
    ),
    declare(TYPES.iotLogging, { defaultLogLevel, roleArn: ROLE, ...more }),
  ];
}

type Entry = Record<string, unknown>;

describe("local: the log of AWS IoT Core", () => {
  let bench: DeviceBench;
  afterEach(() => bench.close());

  const entries = async (): Promise<Entry[]> => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return [...bench.cloud.logs.events("AWSIotLogsV2")].map(({ message }) => JSON.parse(message) as Entry);
  };
  /** Without what is drawn, in the order of their members. */
  const shown = ({ timestamp, traceId, sourcePort, details, ...rest }: Entry): Entry => {
    assert.match(timestamp as string, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}$/);
    assert.match(traceId as string, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.ok(sourcePort === undefined || Number.isInteger(sourcePort));
    assert.ok(details === undefined || typeof details === "string");
    return rest;
  };

  /** A device connects, subscribes, publishes what it may, publishes what it may not. */
  async function device(): Promise<string> {
    const credentials = await bench.device("pump-1", "device");
    const client = await bench.connect(credentials, "pump-1");
    await client.subscribeAsync("cmd/pump-1");
    await client.publishAsync("dt/pump-1/a", "{}", { qos: 1 });
    await client.publishAsync("$aws/rules/nobody/x", "{}", { qos: 1 });
    const gone = closed(client);
    client.publish("dt/pump-2/a", "{}");
    await gone;
    await assert.rejects(bench.connect(credentials, "pump-2"));
    return credentials.id;
  }

  // https://docs.aws.amazon.com/iot/latest/developerguide/cwl-format.html
  it("has an entry of each event, in AWS's form, at the level INFO", async () => {
    bench = await new DeviceBench(resources("INFO")).open();
    const principalId = await device();
    const all = await entries();
    const [accountId, protocol, sourceIp] = [ACCOUNT, "MQTT", "127.0.0.1"];
    const ok = { logLevel: "INFO", accountId, status: "Success" };
    const failed = { logLevel: "ERROR", accountId, status: "Failure" };
    const of = { clientId: "pump-1", principalId };
    const client = { ...of, sourceIp };
    const readings = { ...of, topicName: "dt/pump-1/a", ruleName: "readings" };
    const action = { ruleAction: "KinesisAction", resources: { StreamName: "s" } };
    assert.deepEqual(all.map(shown), [
      { ...ok, eventType: "Connect", protocol, ...client },
      { ...ok, eventType: "Subscribe", protocol, topicName: "cmd/pump-1", ...client },
      { ...ok, eventType: "Publish-In", protocol, topicName: "dt/pump-1/a", ...client },
      { ...ok, eventType: "RuleMatch", ...readings },
      { ...failed, eventType: "RuleExecution", ...readings, ...action },
      { ...ok, eventType: "Publish-In", protocol, topicName: "$aws/rules/nobody/x", ...client },
      {
        ...failed,
        ...{ eventType: "RuleNotFound", ...of, topicName: "$aws/rules/nobody/x", ruleName: "nobody" },
        reason: "RuleNotFound",
      },
      {
        ...failed,
        ...{ eventType: "Publish-In", protocol, topicName: "dt/pump-2/a", ...client, reason: "AUTHORIZATION_FAILURE" },
      },
      { ...failed, eventType: "Disconnect", protocol, ...client, disconnectReason: "AUTH_ERROR" },
      { ...failed, eventType: "Connect", protocol, ...client, clientId: "pump-2", reason: "AUTHORIZATION_FAILURE" },
    ]);
    // One message, one trace.
    assert.equal(new Set(all.slice(2, 5).map(({ traceId }) => traceId)).size, 1);
    assert.equal(all[6]!.details, "Rule nobody not found");
    // The call of the rule's role, the device's two; none of the log's.
    assert.deepEqual(
      bench.cloud.iam.refused().filter(({ principal }) => principal === ROLE),
      [],
    );
    assert.deepEqual(
      bench.cloud.iam.unused().filter(({ role }) => role === "log"),
      [],
    );
  });

  it("has failures alone at the level ERROR, and nothing if it is disabled", async () => {
    bench = await new DeviceBench(resources("ERROR")).open();
    await device();
    assert.deepEqual(
      (await entries()).map(({ eventType, status }) => `${String(eventType)} ${String(status)}`),
      ["RuleExecution", "RuleNotFound", "Publish-In", "Disconnect", "Connect"].map((type) => `${type} Failure`),
    );
    await bench.close();
    bench = await new DeviceBench(resources("INFO", { disableAllLogs: true })).open();
    await device();
    assert.deepEqual(await entries(), []);
  });

  it("says why a client was disconnected, and by which protocol a message came", async () => {
    bench = await new DeviceBench(resources("DEBUG")).open();
    const credentials = await bench.device("pump-1", "device");
    const first = await bench.connect(credentials, "pump-1");
    const gone = closed(first);
    const second = await bench.connect(credentials, "pump-1");
    await gone;
    await second.endAsync();
    await bench.cloud.messages.publishMessage({
      ...{ topic: "dt/pump-1/a", payload: Buffer.from("{}"), qos: 1, retain: false, clientId: "N/A" },
      ...{ principal: `arn:aws:iam::${ACCOUNT}:user/you`, source: "http" },
    });
    const all = await entries();
    assert.deepEqual(
      all
        .filter(({ eventType }) => eventType === "Disconnect")
        .map(({ reason, details, disconnectReason }) => [reason, details, disconnectReason]),
      [
        ["DUPLICATE_CLIENT_ID", "A new connection was established with the same client ID", "DUPLICATE_CLIENTID"],
        [undefined, undefined, "CLIENT_INITIATED_DISCONNECT"],
      ],
    );
    const http = all.filter(({ protocol }) => protocol === "HTTP");
    assert.deepEqual(
      http.map(({ eventType, topicName, status }) => [eventType, topicName, status]),
      [["Publish-In", "dt/pump-1/a", "Success"]],
    );
    assert.ok(all.some(({ eventType, logLevel }) => eventType === "StartingRuleExecution" && logLevel === "DEBUG"));
  });

  it("is not written with a role that may not, which is among the refused calls", async () => {
    const without = resources("ERROR").filter(({ type }) => type !== TYPES.rolePolicy);
    bench = await new DeviceBench(without).open();
    await device();
    assert.deepEqual(await entries(), []);
    const refused = bench.cloud.iam.refused().filter(({ principal }) => principal === ROLE);
    assert.ok(refused.some(({ action }) => action === "logs:CreateLogStream"));
  });
});
