import assert from "node:assert/strict";
import fc from "fast-check";
import { TYPES, type Properties } from "../../../local/core/model";
import { propertyPath } from "../../../local/core/property-path";
import { changesOf, handlers } from "../../../local/handlers";
import type { Table } from "../../../local/resources/properties";

const changes = (type: string, before: Properties, after: Properties): string[] =>
  changesOf(handlers.get(type)!.properties, before, after).map(
    ({ path, kind, replaces }) => `${path} ${kind}${replaces ? ", replaces" : ""}`,
  );

const delivery = (more: Properties): Properties => ({
  destination: "extended_s3",
  kinesisSourceConfiguration: { kinesisStreamArn: "arn:aws:kinesis:r:1:stream/a", roleArn: "arn:aws:iam::1:role/a" },
  extendedS3Configuration: { bucketArn: "arn:aws:s3:::b", bufferingSize: 64, ...more },
});

/** type, before, after, what is reported */
const CASES: [what: string, type: string, before: Properties, after: Properties, reported: string[]][] = [
  ["nothing", TYPES.stream, { name: "a" }, { name: "a" }, []],
  ["a member without value, which is none", TYPES.stream, { name: "a", tags: undefined }, { name: "a" }, []],
  ["null, which is none", TYPES.stream, { name: "a", shardCount: null }, { name: "a" }, []],
  ["a name", TYPES.stream, { name: "a" }, { name: "b" }, ["name updated, replaces"]],
  ["a figure", TYPES.stream, { retentionPeriod: 24 }, { retentionPeriod: 48 }, ["retentionPeriod updated"]],
  ["an argument that comes", TYPES.stream, {}, { retentionPeriod: 48 }, ["retentionPeriod added"]],
  ["an argument that goes", TYPES.stream, { retentionPeriod: 48 }, {}, ["retentionPeriod deleted"]],
  [
    "a part of a block",
    TYPES.stream,
    { streamModeDetails: { streamMode: "PROVISIONED" } },
    { streamModeDetails: { streamMode: "ON_DEMAND" } },
    ["streamModeDetails.streamMode updated"],
  ],
  [
    "tags, one by one, by any key",
    TYPES.stream,
    { tags: { a: "1", "cost-center": "7" } },
    { tags: { "cost-center": "8", "x.y": "2" } },
    ["tags.a deleted", 'tags["cost-center"] updated', 'tags["x.y"] added'],
  ],
  [
    "an item of a list, by its place",
    TYPES.bucketLifecycle,
    { bucket: "b", rules: [{ id: "x", status: "Enabled", expiration: { days: 30 } }] },
    {
      bucket: "b",
      rules: [
        { id: "x", status: "Enabled", expiration: { days: 31 } },
        { id: "y", status: "Enabled" },
      ],
    },
    ["rules[0].expiration.days updated", "rules[1] added"],
  ],
  ["the bucket of a rule", TYPES.bucketLifecycle, { bucket: "a" }, { bucket: "b" }, ["bucket updated, replaces"]],
  [
    "a part of what replaces as a whole",
    TYPES.deliveryStream,
    delivery({}),
    {
      ...delivery({}),
      kinesisSourceConfiguration: {
        kinesisStreamArn: "arn:aws:kinesis:r:1:stream/b",
        roleArn: "arn:aws:iam::1:role/a",
      },
    },
    ["kinesisSourceConfiguration.kinesisStreamArn updated, replaces"],
  ],
  [
    "a part deep below that replaces, beside one that does not",
    TYPES.deliveryStream,
    delivery({ dynamicPartitioningConfiguration: { enabled: false } }),
    delivery({ dynamicPartitioningConfiguration: { enabled: true }, bufferingSize: 128 }),
    [
      "extendedS3Configuration.bufferingSize updated",
      "extendedS3Configuration.dynamicPartitioningConfiguration.enabled updated, replaces",
    ],
  ],
  [
    "a block that comes with a part that replaces",
    TYPES.thingType,
    { name: "t" },
    { name: "t", properties: { description: "d" } },
    ["properties added, replaces"],
  ],
  [
    "the document in a string, as one value",
    TYPES.rolePolicy,
    { role: "r", name: "p", policy: '{"Version":"2012-10-17"}' },
    { role: "r", name: "p", policy: '{"Version":"2008-10-17"}' },
    ["policy updated"],
  ],
  [
    "an archive, as one value",
    TYPES.function,
    { code: { files: { "a.js": "1", "b.js": "2" } } },
    { code: { files: { "a.js": "1" } } },
    ["code updated"],
  ],
  ["an argument that the local cloud does not know", TYPES.stream, {}, { nobody: 1 }, ["nobody added"]],
];

/** What AWS replaces a resource for (ForceNew of the Terraform provider, https://registry.terraform.io/providers/hashicorp/aws/latest/docs). All other changes are updates. */
const REPLACES: Record<string, string[]> = {
  "aws:cloudcontrol/resource:Resource": ["typeName"],
  "aws:quicksight/dataSet:DataSet": ["dataSetId"],
  "aws:quicksight/dataSource:DataSource": ["dataSourceId", "type"],
  "aws:quicksight/refreshSchedule:RefreshSchedule": ["dataSetId", "scheduleId"],
  "aws:dms/certificate:Certificate": ["certificateId", "certificatePem"],
  "aws:dms/endpoint:Endpoint": ["endpointId"],
  "aws:dms/replicationConfig:ReplicationConfig": [
    "replicationConfigIdentifier",
    "resourceIdentifier",
    "sourceEndpointArn",
    "targetEndpointArn",
  ],
  "aws:dms/replicationInstance:ReplicationInstance": ["replicationInstanceId"],
  "aws:dms/replicationTask:ReplicationTask": [
    "replicationTaskId",
    "resourceIdentifier",
    "sourceEndpointArn",
    "targetEndpointArn",
  ],
  "aws:dms/replicationSubnetGroup:ReplicationSubnetGroup": ["replicationSubnetGroupId"],
  "aws:iot/policy:Policy": ["name"],
  "aws:iot/policyAttachment:PolicyAttachment": ["policy", "target"],
  "aws:iot/thingGroup:ThingGroup": ["name", "parentGroupName"],
  "aws:iot/thingGroupMembership:ThingGroupMembership": ["thingGroupName", "thingName"],
  "aws:iot/caCertificate:CaCertificate": ["caCertificatePem", "certificateMode"],
  "aws:iot/loggingOptions:LoggingOptions": [],
  "aws:iot/provisioningTemplate:ProvisioningTemplate": ["name", "type"],
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ["policyArn", "role"],
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ["securityGroupId"],
  "aws:ec2transitgateway/vpcAttachment:VpcAttachment": ["transitGatewayId", "vpcId"],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ["securityGroupId"],
  "aws:ec2/route:Route": ["destinationCidrBlock", "routeTableId"],
  "aws:ec2/routeTable:RouteTable": ["vpcId"],
  "aws:ec2/routeTableAssociation:RouteTableAssociation": ["subnetId"],
  "aws:ec2/securityGroup:SecurityGroup": ["description", "name", "vpcId"],
  "aws:ec2/subnet:Subnet": ["availabilityZone", "cidrBlock", "vpcId"],
  "aws:ec2/vpc:Vpc": ["cidrBlock"],
  "aws:ec2/vpcEndpoint:VpcEndpoint": ["serviceName", "vpcId"],
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": ["policy", "repository"],
  "aws:ecr/repository:Repository": ["encryptionConfigurations", "name"],
  "aws:ecs/cluster:Cluster": ["name"],
  "aws:ecs/taskDefinition:TaskDefinition": [
    ...["containerDefinitions", "cpu", "ephemeralStorage", "executionRoleArn", "family", "memory", "networkMode"],
    ...["requiresCompatibilities", "runtimePlatform", "taskRoleArn", "volumes"],
  ],
  [TYPES.topicRule]: ["name"],
  [TYPES.thing]: ["name"],
  [TYPES.thingType]: ["name", "properties.description", "properties.searchableAttributes"],
  [TYPES.stream]: ["name"],
  [TYPES.deliveryStream]: [
    "name",
    "destination",
    "kinesisSourceConfiguration",
    "extendedS3Configuration.dynamicPartitioningConfiguration",
  ],
  [TYPES.function]: ["name", "packageType"],
  [TYPES.eventSourceMapping]: ["eventSourceArn", "startingPosition", "startingPositionTimestamp"],
  [TYPES.eventInvokeConfig]: ["functionName"],
  [TYPES.invocation]: ["functionName", "input", "triggers"],
  [TYPES.bucket]: ["bucket"],
  [TYPES.bucketPublicAccessBlock]: ["bucket"],
  [TYPES.bucketOwnershipControls]: ["bucket"],
  [TYPES.bucketEncryption]: ["bucket"],
  [TYPES.bucketVersioning]: ["bucket"],
  [TYPES.bucketLifecycle]: ["bucket"],
  [TYPES.bucketPolicy]: ["bucket"],
  [TYPES.role]: ["name"],
  [TYPES.rolePolicy]: ["name", "role"],
  [TYPES.managedPolicy]: ["name", "description"],
  [TYPES.database]: ["name", "catalogId"],
  [TYPES.table]: ["name", "databaseName", "catalogId"],
  [TYPES.workgroup]: ["name"],
  [TYPES.namedQuery]: ["name", "database", "query", "workgroup", "description"],
  [TYPES.logGroup]: ["name", "logGroupClass"],
  [TYPES.logStream]: ["name", "logGroupName"],
  [TYPES.scheduleGroup]: ["name"],
  [TYPES.schedule]: ["name", "groupName"],
  [TYPES.stateMachine]: ["name"],
  [TYPES.parameter]: ["name"],
  [TYPES.queue]: ["name"],
  [TYPES.permission]: ["statementId", "action", "function", "principal", "sourceArn", "sourceAccount"],
  [TYPES.metricAlarm]: ["name"],
  [TYPES.logMetricFilter]: ["name", "logGroupName"],
  [TYPES.dashboard]: ["dashboardName"],
};

function replacing(table: Table, prefix = ""): string[] {
  return Object.entries(table).flatMap(([name, rule]) => {
    if (rule.use === "refused") return [];
    if (rule.replaces) return [prefix + name];
    return replacing(rule.table ?? rule.items?.table ?? {}, `${prefix}${name}.`);
  });
}

describe("local/resources: changes of a resource", () => {
  for (const [what, type, before, after, reported] of CASES)
    it(`reports ${what}`, () => assert.deepEqual(changes(type, before, after), reported));

  it("replaces for what AWS replaces for, in every type", () => {
    const marked = Object.fromEntries([...handlers].map(([type, { properties }]) => [type, replacing(properties)]));
    assert.deepEqual(
      Object.fromEntries(Object.entries(marked).map(([type, paths]) => [type, paths.sort()])),
      Object.fromEntries(Object.entries(REPLACES).map(([type, paths]) => [type, [...paths].sort()])),
    );
  });

  it("reports each change at a path that leads to it, and nothing twice", () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 3 }, fc.integer(), fc.string(), fc.boolean(), tie("map"), tie("list")),
      map: fc.dictionary(fc.string({ minLength: 1, maxLength: 4 }), tie("any"), { maxKeys: 4, noNullPrototype: true }),
      list: fc.array(tie("any"), { maxLength: 4 }),
    })).map as fc.Arbitrary<Properties>;
    fc.assert(
      fc.property(value, value, (before, after) => {
        const found = changesOf({}, before, after);
        assert.equal(new Set(found.map(({ path }) => path)).size, found.length);
        // Putting each new value in its place gives what is there now.
        const made = structuredClone(before);
        for (const { path } of [...found].reverse()) {
          const steps = propertyPath(path);
          put(made, steps, get(after, steps));
        }
        assert.deepEqual(structuredClone(made), structuredClone(after));
      }),
    );
  });
});

function get(from: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((at, step) => (at as Properties | undefined)?.[step], from);
}

function put(into: Properties, steps: readonly string[], value: unknown): void {
  const last = steps.at(-1)!;
  const at = get(into, steps.slice(0, -1)) as Properties;
  if (value !== undefined) at[last] = value;
  else if (Array.isArray(at)) at.splice(Number(last), 1);
  else delete at[last];
}
