import assert from "node:assert/strict";
import { HistorianSource, TelemetryChannel, type HistorianSourceArgs } from "../../components";
import { ACCOUNT, REGION, run, statements, wrongArguments } from "../harness";

const SECRET = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:plant/historian-a1b2c3`;
const NETWORK = { subnetIds: ["subnet-0a1b2c3d", "subnet-4e5f6a7b"], securityGroupIds: ["sg-0a1b2c3d"] };
const ARGS: Omit<HistorianSourceArgs, "channel"> = {
  engine: "postgres",
  database: "historian",
  secretArn: SECRET,
  tables: [{ table: "public.tag_values", key: "tag", columns: { tag: "device_id", value: "temperature" } }],
  network: NETWORK,
};

function historian(args: Partial<HistorianSourceArgs> = {}): HistorianSource {
  return new HistorianSource("scada", { ...ARGS, channel: new TelemetryChannel("plant"), ...args });
}

describe("HistorianSource", () => {
  it("replicates the tables into its stream, and bridges the stream to the channel", async () => {
    const made = await run(() => historian());
    const config = made.one("aws:dms/replicationConfig:ReplicationConfig").inputs;
    assert.deepEqual(
      [config.replicationType, config.startReplication, config.replicationConfigIdentifier, config.resourceIdentifier],
      ["full-load-and-cdc", true, "iot-telemetry-etl-dev-scada", "iot-telemetry-etl-dev-scada"],
    );
    assert.deepEqual(
      (JSON.parse(config.tableMappings as string) as { rules: Record<string, unknown>[] }).rules.map((rule) => [
        rule["rule-type"],
        rule["object-locator"],
        rule["mapping-parameters"],
      ]),
      [
        ["selection", { "schema-name": "public", "table-name": "tag_values" }, undefined],
        [
          "object-mapping",
          { "schema-name": "public", "table-name": "tag_values" },
          { "partition-key-type": "attribute-name", "partition-key-name": "tag" },
        ],
      ],
    );
    const source = made.one("aws:dms/endpoint:Endpoint", "scada-source").inputs;
    assert.deepEqual([source.secretsManagerArn, source.sslMode], [SECRET, "require"]);
    assert.ok(!("password" in source) && !("username" in source));
    const target = made.one("aws:dms/endpoint:Endpoint", "scada-target").inputs.kinesisSettings as object;
    assert.deepEqual(target, {
      streamArn: `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/iot-telemetry-etl-dev-scada-historian`,
      serviceAccessRoleArn: `arn:aws:iam::${ACCOUNT}:role/iot-telemetry-etl-dev-scada-replication`,
      messageFormat: "json-unformatted",
      includeNullAndEmpty: true,
      useLargeIntegerValue: true,
    });
    const mapping = made.one("aws:lambda/eventSourceMapping:EventSourceMapping").inputs;
    assert.deepEqual(
      [mapping.startingPosition, mapping.functionResponseTypes, mapping.bisectBatchOnFunctionError],
      ["TRIM_HORIZON", ["ReportBatchItemFailures"], true],
    );
    assert.ok(mapping.maximumRetryAttempts >= 0);
  });

  it("gives each role what it calls and nothing else", async () => {
    const made = await run(() => historian());
    const actions = (name: string): string[] =>
      statements(made.one("aws:iam/rolePolicy:RolePolicy", name)).flatMap(({ Action }) => Action as string[]);
    assert.deepEqual(actions("scada-secret-policy"), [
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetSecretValue",
    ]);
    assert.deepEqual(actions("scada-replication-policy"), [
      "kinesis:DescribeStream",
      "kinesis:PutRecord",
      "kinesis:PutRecords",
    ]);
    // The role for the secret is taken by DMS of the region.
    const trust = (name: string): unknown =>
      (
        JSON.parse(made.one("aws:iam/role:Role", name).inputs.assumeRolePolicy as string) as {
          Statement: { Principal: { Service: string } }[];
        }
      ).Statement[0]!.Principal.Service;
    assert.equal(trust("scada-secret-role"), `dms.${REGION}.amazonaws.com`);
    assert.equal(trust("scada-replication-role"), "dms.amazonaws.com");
  });

  it("makes a VPC that leads to the historian and to AWS's endpoints alone", async () => {
    const made = await run(() =>
      historian({
        network: undefined,
        vpc: { cidr: "10.60.0.0/24", historianCidr: "10.20.0.0/16", transitGatewayId: "tgw-0a1b2c3d" },
      }),
    );
    const types = new Set(made.resources.map(({ type }) => type));
    for (const open of ["internetGateway:InternetGateway", "natGateway:NatGateway", "eip:Eip"])
      assert.ok(!types.has(`aws:ec2/${open}`), open);
    assert.deepEqual(
      made.all("aws:ec2/subnet:Subnet").map(({ inputs }) => [inputs.availabilityZone, inputs.cidrBlock]),
      [
        [`${REGION}a`, "10.60.0.0/28"],
        [`${REGION}b`, "10.60.0.16/28"],
      ],
    );
    assert.deepEqual(
      made.all("aws:ec2/vpcEndpoint:VpcEndpoint").map(({ inputs }) => inputs.serviceName as string),
      ["kinesis-streams", "secretsmanager", "logs"].map((service) => `com.amazonaws.${REGION}.${service}`),
    );
    const egress = made.all("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule").map(({ inputs }) => inputs);
    assert.deepEqual(
      egress.map(({ cidrIpv4, fromPort, toPort }) => [cidrIpv4, fromPort, toPort]),
      [
        ["10.20.0.0/16", 5432, 5432],
        [undefined, 443, 443],
      ],
    );
  });

  it("runs on an instance, in two zones, and makes the account's roles, if that is set", async () => {
    const made = await run(() =>
      historian({ instance: { instanceClass: "dms.t3.medium" }, twoZones: true, createAccountRoles: true }),
    );
    const instance = made.one("aws:dms/replicationInstance:ReplicationInstance");
    assert.deepEqual([instance.inputs.multiAz, instance.inputs.publiclyAccessible], [true, false]);
    made.one("aws:dms/replicationTask:ReplicationTask");
    assert.deepEqual(made.all("aws:dms/replicationConfig:ReplicationConfig"), []);
    const roles = made.all("aws:iam/role:Role").map(({ inputs }) => inputs.name as string);
    for (const role of ["dms-vpc-role", "dms-cloudwatch-logs-role"]) assert.ok(roles.includes(role), role);
    assert.ok(
      made
        .one("aws:dms/replicationSubnetGroup:ReplicationSubnetGroup")
        .dependencies.some((urn) => /dms-vpc-role/.test(urn)),
    );
  });

  it("says everything that is wrong, with its place", async () => {
    const wrong = await wrongArguments(() =>
      historian({
        engine: "mysql",
        database: "x",
        tls: "verify-ca",
        network: undefined,
        serverless: { minCapacity: 8, maxCapacity: 2 },
        tables: [
          { table: "public.a", columns: { x: "__deleted", y: "v", z: "v" }, time: "t", timeFormat: "yyyy-QQQQQQQQ" },
          { table: "public.a" },
          { table: "tags" },
        ],
      }),
    );
    for (const expected of [
      /^database: a source of mysql has no database to name/,
      /^certificatePem: not set; tls "verify-ca"/,
      /^network: not set; DMS runs in a network/,
      /^serverless\.minCapacity: saw 8, above maxCapacity 2/,
      /^tables\[0\]\.columns: saw the attribute "__deleted"/,
      /^tables\[0\]\.columns: saw the attribute "v" twice/,
      /^tables\[0\]\.time: saw "t", which columns does not list/,
      /^tables\[0\]\.timeFormat: saw "yyyy-QQQQQQQQ"; it is iso, milliseconds, seconds or a pattern/,
      /^tables\[1\]\.table: saw "public\.a" twice/,
      /^tables\[2\]\.table: saw "tags"; SCHEMA\.TABLE/,
    ])
      assert.ok(
        wrong.some((text) => expected.test(text)),
        `${String(expected)} in\n${wrong.join("\n")}`,
      );
  });
});
