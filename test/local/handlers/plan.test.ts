import assert from "node:assert/strict";
import { createHash, X509Certificate } from "node:crypto";
import fc from "fast-check";
import { ACCOUNT, TYPES, type Properties, type Resource } from "../../../local/core/model";
import { checkProgram, handlers, planResource, type PlanContext } from "../../../local/handlers";
import { testAuthority } from "../../authority";

const context: PlanContext = {
  account: ACCOUNT,
  region: "eu-central-1",
  project: "p",
  stack: "dev",
  name: "Thing",
  urn: "urn:pulumi:dev::p::t::Thing",
};
const ROLE = `arn:aws:iam::${ACCOUNT}:role/r`;
const PARQUET = "org.apache.hadoop.hive.ql.io.parquet";
const allow = (statement: Properties): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

/** What a serverless replication and a task have in common. */
const ENDS = {
  sourceEndpointArn: `arn:aws:dms:eu-central-1:${ACCOUNT}:endpoint:A`,
  targetEndpointArn: `arn:aws:dms:eu-central-1:${ACCOUNT}:endpoint:B`,
  tableMappings: JSON.stringify({
    rules: [
      {
        "rule-type": "selection",
        "rule-id": "1",
        "rule-name": "1",
        "rule-action": "include",
        "object-locator": { "schema-name": "public", "table-name": "t" },
      },
    ],
  }),
};

/** Its id is the SHA-256 of its DER. */
const AUTHORITY = testAuthority().pem;
const AUTHORITY_ID = createHash("sha256").update(new X509Certificate(AUTHORITY).raw).digest("hex");

/** Arguments that AWS accepts, of each type. */
const VALID: Record<string, Properties> = {
  [TYPES.rolePolicyAttachment]: {
    role: "dms-vpc-role",
    policyArn: "arn:aws:iam::aws:policy/service-role/AmazonDMSVPCManagementRole",
  },
  [TYPES.replicationEndpoint]: {
    endpointId: "scada-target",
    endpointType: "target",
    engineName: "kinesis",
    kinesisSettings: {
      streamArn: `arn:aws:kinesis:eu-central-1:${ACCOUNT}:stream/s`,
      serviceAccessRoleArn: `arn:aws:iam::${ACCOUNT}:role/r`,
      messageFormat: "json-unformatted",
    },
  },
  [TYPES.replicationCertificate]: { certificateId: "plant", certificatePem: "-----BEGIN CERTIFICATE-----" },
  [TYPES.replicationSubnetGroup]: {
    replicationSubnetGroupId: "plant",
    replicationSubnetGroupDescription: "Subnets",
    subnetIds: ["subnet-1", "subnet-2"],
  },
  [TYPES.replicationConfig]: {
    ...ENDS,
    replicationConfigIdentifier: "scada",
    resourceIdentifier: "scada",
    replicationType: "cdc",
    computeConfig: { replicationSubnetGroupId: "plant", maxCapacityUnits: 4 },
  },
  [TYPES.cluster]: { name: "containers", settings: [{ name: "containerInsights", value: "disabled" }] },
  [TYPES.taskDefinition]: {
    family: "report",
    cpu: "4096",
    memory: "16384",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
    ephemeralStorage: { sizeInGib: 50 },
    executionRoleArn: ROLE,
    taskRoleArn: ROLE,
    volumes: [{ name: "scratch" }],
    containerDefinitions: JSON.stringify([{ name: "report", image: "i:1", essential: true }]),
  },
  [TYPES.repository]: {
    name: "plant/report",
    imageTagMutability: "IMMUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfigurations: [{ encryptionType: "AES256" }],
  },
  [TYPES.repositoryLifecycle]: { repository: "plant/report", policy: '{"rules":[]}' },
  [TYPES.replicationInstance]: { replicationInstanceId: "scada", replicationInstanceClass: "dms.t3.medium" },
  [TYPES.replicationTask]: {
    ...ENDS,
    replicationTaskId: "scada",
    replicationInstanceArn: `arn:aws:dms:eu-central-1:${ACCOUNT}:rep:X`,
    migrationType: "full-load",
  },
  [TYPES.vpc]: { cidrBlock: "10.60.0.0/24" },
  [TYPES.subnet]: { vpcId: "vpc-1", cidrBlock: "10.60.0.0/28" },
  [TYPES.routeTable]: { vpcId: "vpc-1" },
  [TYPES.routeTableAssociation]: { subnetId: "subnet-1", routeTableId: "rtb-1" },
  [TYPES.route]: { routeTableId: "rtb-1", destinationCidrBlock: "10.20.0.0/16", transitGatewayId: "tgw-1" },
  [TYPES.gatewayAttachment]: { vpcId: "vpc-1", subnetIds: ["subnet-1"], transitGatewayId: "tgw-1" },
  [TYPES.securityGroup]: { vpcId: "vpc-1", name: "g", description: "Group" },
  [TYPES.egressRule]: {
    securityGroupId: "sg-1",
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
    cidrIpv4: "10.0.0.0/8",
  },
  [TYPES.ingressRule]: {
    securityGroupId: "sg-1",
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
    cidrIpv4: "10.0.0.0/8",
  },
  [TYPES.vpcEndpoint]: { vpcId: "vpc-1", serviceName: "com.amazonaws.eu-central-1.logs", vpcEndpointType: "Interface" },

  [TYPES.topicRule]: {
    name: "rule_1",
    enabled: true,
    sql: "SELECT * FROM 'dt/#'",
    sqlVersion: "2016-03-23",
    kineses: [{ streamName: "s", roleArn: ROLE, partitionKey: "${topic(2)}" }],
    errorAction: { cloudwatchLogs: { logGroupName: "/errors", roleArn: ROLE } },
    tags: { team: "plant" },
  },
  [TYPES.thing]: { name: "pump:1", thingTypeName: "pump", attributes: { site: "north", maker: "a/b=c" } },
  [TYPES.thingType]: {
    name: "pump",
    properties: { description: "pumps", searchableAttributes: ["site"] },
    tags: { a: "b" },
  },
  [TYPES.stream]: {
    name: "s",
    streamModeDetails: { streamMode: "ON_DEMAND" },
    retentionPeriod: 168,
    encryptionType: "NONE",
  },
  [TYPES.deliveryStream]: {
    name: "d",
    destination: "extended_s3",
    kinesisSourceConfiguration: { kinesisStreamArn: `arn:aws:kinesis:eu-central-1:${ACCOUNT}:stream/s`, roleArn: ROLE },
    extendedS3Configuration: {
      bucketArn: "arn:aws:s3:::b",
      roleArn: ROLE,
      prefix: "data/device=!{partitionKeyFromLambda:device}/",
      errorOutputPrefix: "errors/!{firehose:error-output-type}/",
      bufferingSize: 64,
      bufferingInterval: 60,
      cloudwatchLoggingOptions: { enabled: true, logGroupName: "/d", logStreamName: "delivery" },
      dynamicPartitioningConfiguration: { enabled: true, retryDuration: 300 },
      processingConfiguration: {
        enabled: true,
        processors: [
          {
            type: "Lambda",
            parameters: [
              {
                parameterName: "LambdaArn",
                parameterValue: `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:f:$LATEST`,
              },
              { parameterName: "BufferSizeInMBs", parameterValue: "2" },
              { parameterName: "BufferIntervalInSeconds", parameterValue: "90" },
            ],
          },
        ],
      },
      dataFormatConversionConfiguration: {
        inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
        outputFormatConfiguration: { serializer: { parquetSerDe: { compression: "GZIP" } } },
        schemaConfiguration: { databaseName: "db", tableName: "t", roleArn: ROLE },
      },
    },
  },
  [TYPES.function]: {
    name: "f",
    role: ROLE,
    runtime: "nodejs22.x",
    handler: "index.handler",
    code: { files: { "index.js": "exports.handler = () => 1;" } },
    timeout: 60,
    memorySize: 256,
    architectures: ["arm64"],
    environment: { variables: { LEVEL: "info" } },
    loggingConfig: { logFormat: "JSON", logGroup: "/aws/lambda/f" },
  },
  [TYPES.bucket]: { bucket: "bucket-1", forceDestroy: false },
  [TYPES.bucketPublicAccessBlock]: { bucket: "b", blockPublicAcls: true, blockPublicPolicy: true },
  [TYPES.bucketOwnershipControls]: { bucket: "b", rule: { objectOwnership: "BucketOwnerEnforced" } },
  [TYPES.bucketEncryption]: {
    bucket: "b",
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  },
  [TYPES.bucketVersioning]: { bucket: "b", versioningConfiguration: { status: "Enabled" } },
  [TYPES.bucketLifecycle]: {
    bucket: "b",
    rules: [
      {
        id: "raw",
        status: "Enabled",
        filter: { prefix: "raw/" },
        expiration: { days: 90 },
        transitions: [{ days: 30, storageClass: "GLACIER_IR" }],
        noncurrentVersionExpiration: { noncurrentDays: 7 },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ],
  },
  [TYPES.bucketPolicy]: {
    bucket: "b",
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    }),
  },
  [TYPES.role]: {
    name: "r",
    assumeRolePolicy: allow({ Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }),
  },
  [TYPES.managedPolicy]: {
    name: "bounds",
    description: "What roles may do at most",
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" }],
    }),
  },
  [TYPES.rolePolicy]: {
    name: "p",
    role: "r",
    policy: allow({ Action: "kinesis:PutRecord", Resource: `arn:aws:kinesis:eu-central-1:${ACCOUNT}:stream/s` }),
  },
  [TYPES.database]: { name: "db" },
  [TYPES.table]: {
    name: "t",
    databaseName: "db",
    tableType: "EXTERNAL_TABLE",
    parameters: {
      "projection.enabled": "true",
      "projection.device.type": "injected",
      "projection.dt.type": "date",
      "projection.dt.range": "2024-01-01,NOW",
      "projection.dt.format": "yyyy-MM-dd",
      "storage.location.template": "s3://b/data/device=${device}/dt=${dt}/",
    },
    partitionKeys: [
      { name: "device", type: "string" },
      { name: "dt", type: "string" },
    ],
    storageDescriptor: {
      location: "s3://b/data/",
      inputFormat: `${PARQUET}.MapredParquetInputFormat`,
      outputFormat: `${PARQUET}.MapredParquetOutputFormat`,
      serDeInfo: {
        serializationLibrary: `${PARQUET}.serde.ParquetHiveSerDe`,
        parameters: { "serialization.format": "1" },
      },
      columns: [{ name: "temperature", type: "double" }],
    },
  },
  [TYPES.workgroup]: {
    name: "w",
    configuration: {
      bytesScannedCutoffPerQuery: 10_485_760,
      resultConfiguration: {
        outputLocation: "s3://b/results/",
        encryptionConfiguration: { encryptionOption: "SSE_S3" },
      },
    },
  },
  [TYPES.namedQuery]: { name: "q", database: "db", query: "SELECT 1", workgroup: "w" },
  [TYPES.logGroup]: { name: "/errors", retentionInDays: 30 },
  [TYPES.logStream]: { name: "delivery", logGroupName: "/d" },
  [TYPES.metricAlarm]: {
    name: "errors",
    namespace: "AWS/Lambda",
    metricName: "Errors",
    dimensions: { FunctionName: "f" },
    statistic: "Sum",
    period: 60,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    treatMissingData: "notBreaching",
  },
  [TYPES.logMetricFilter]: {
    name: "failures",
    logGroupName: "/d",
    pattern: "{ $.level = ERROR }",
    metricTransformation: { name: "Failures", namespace: "Own", value: "1" },
  },
  [TYPES.dashboard]: { dashboardName: "page", dashboardBody: '{"widgets":[]}' },
  [TYPES.scheduleGroup]: { name: "datasets", tags: { a: "b" } },
  [TYPES.dataSource]: {
    dataSourceId: "readings-athena",
    name: "readings in Athena",
    type: "ATHENA",
    parameters: { athena: { workGroup: "w", roleArn: ROLE } },
    sslProperties: { disableSsl: false },
  },
  [TYPES.dataSet]: {
    dataSetId: "readings-rows",
    name: "readings",
    importMode: "SPICE",
    physicalTableMaps: [
      {
        physicalTableMapId: "rows",
        customSql: {
          dataSourceArn: `arn:aws:quicksight:eu-central-1:${ACCOUNT}:datasource/readings-athena`,
          name: "rows",
          sqlQuery: "SELECT 1 AS n",
          columns: [{ name: "n", type: "INTEGER" }],
        },
      },
    ],
  },
  [TYPES.refreshSchedule]: {
    dataSetId: "readings-rows",
    scheduleId: "dataset",
    schedule: {
      refreshType: "FULL_REFRESH",
      scheduleFrequency: {
        interval: "WEEKLY",
        timeOfTheDay: "06:30",
        timezone: "UTC",
        refreshOnDay: { dayOfWeek: "MONDAY" },
      },
    },
  },
  [TYPES.cloudControl]: {
    typeName: "AWS::QuickSight::Dashboard",
    desiredState: JSON.stringify({ AwsAccountId: ACCOUNT, DashboardId: "readings", Name: "readings", Definition: {} }),
  },
  [TYPES.schedule]: {
    name: "daily",
    groupName: "datasets",
    scheduleExpression: "rate(1 day)",
    flexibleTimeWindow: { mode: "OFF" },
    target: {
      arn: `arn:aws:states:eu-central-1:${ACCOUNT}:stateMachine:m`,
      roleArn: ROLE,
      input: "{}",
      deadLetterConfig: { arn: `arn:aws:sqs:eu-central-1:${ACCOUNT}:q` },
      retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 3 },
    },
  },
  [TYPES.stateMachine]: {
    name: "m",
    roleArn: ROLE,
    definition: JSON.stringify({ QueryLanguage: "JSONata", StartAt: "End", States: { End: { Type: "Succeed" } } }),
  },
  [TYPES.permission]: {
    statementId: "rule",
    action: "lambda:InvokeFunction",
    function: "f",
    principal: "iot.amazonaws.com",
    sourceArn: `arn:aws:iot:eu-central-1:${ACCOUNT}:rule/r`,
    sourceAccount: ACCOUNT,
  },
  [TYPES.eventSourceMapping]: {
    functionName: "f",
    eventSourceArn: `arn:aws:kinesis:eu-central-1:${ACCOUNT}:stream/s`,
    startingPosition: "TRIM_HORIZON",
    batchSize: 500,
    maximumBatchingWindowInSeconds: 5,
    parallelizationFactor: 2,
    bisectBatchOnFunctionError: true,
    maximumRetryAttempts: 5,
    maximumRecordAgeInSeconds: 3600,
    destinationConfig: { onFailure: { destinationArn: `arn:aws:sqs:eu-central-1:${ACCOUNT}:q` } },
    functionResponseTypes: ["ReportBatchItemFailures"],
    filterCriteria: { filters: [{ pattern: '{"data":{"a":[1]}}' }] },
  },
  [TYPES.eventInvokeConfig]: {
    functionName: "f",
    maximumRetryAttempts: 1,
    maximumEventAgeInSeconds: 600,
    destinationConfig: { onFailure: { destination: `arn:aws:sqs:eu-central-1:${ACCOUNT}:q` } },
  },
  [TYPES.invocation]: {
    functionName: "f",
    input: '{"copyPartitions":{"from":"t","to":"t__rows"}}',
    triggers: { promoted: "true" },
    lifecycleScope: "CREATE_ONLY",
  },
  [TYPES.queue]: {
    name: "q",
    sqsManagedSseEnabled: true,
    messageRetentionSeconds: 1_209_600,
    visibilityTimeoutSeconds: 60,
    redriveAllowPolicy: '{"redrivePermission":"denyAll"}',
  },
  [TYPES.devicePolicy]: {
    name: "device",
    policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "iot:Connect",
          Resource: `arn:aws:iot:eu-central-1:${ACCOUNT}:client/\${iot:Connection.Thing.ThingName}`,
          Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } },
        },
      ],
    }),
  },
  [TYPES.devicePolicyAttachment]: {
    policy: "device",
    target: `arn:aws:iot:eu-central-1:${ACCOUNT}:thinggroup/pumps`,
  },
  [TYPES.thingGroup]: { name: "pumps", properties: { attributePayload: { attributes: { site: "north" } } } },
  [TYPES.thingGroupMembership]: { thingGroupName: "pumps", thingName: "pump:1" },
  [TYPES.certificateAuthority]: {
    active: true,
    allowAutoRegistration: true,
    certificateMode: "SNI_ONLY",
    caCertificatePem: AUTHORITY,
    registrationConfig: {
      roleArn: ROLE,
      templateBody: JSON.stringify({
        Parameters: {
          "AWS::IoT::Certificate::CommonName": { Type: "String" },
          "AWS::IoT::Certificate::Id": { Type: "String" },
        },
        Resources: {
          thing: {
            Type: "AWS::IoT::Thing",
            Properties: { ThingName: { Ref: "AWS::IoT::Certificate::CommonName" } },
          },
          certificate: {
            Type: "AWS::IoT::Certificate",
            Properties: { CertificateId: { Ref: "AWS::IoT::Certificate::Id" }, Status: "ACTIVE" },
          },
        },
      }),
    },
  },
  [TYPES.iotLogging]: { defaultLogLevel: "DISABLED", roleArn: ROLE },
  [TYPES.provisioningTemplate]: {
    name: "pumps",
    templateBody: JSON.stringify({
      Parameters: { SerialNumber: { Type: "String" } },
      Resources: { thing: { Type: "AWS::IoT::Thing", Properties: { ThingName: { Ref: "SerialNumber" } } } },
    }),
    provisioningRoleArn: `arn:aws:iam::${ACCOUNT}:role/r`,
    enabled: true,
    preProvisioningHook: {
      targetArn: `arn:aws:lambda:eu-central-1:${ACCOUNT}:function:f`,
      payloadVersion: "2020-04-01",
    },
  },
  [TYPES.parameter]: { name: "/datasets/window", type: "String", value: "0" },
};

const problems = (type: string, inputs: Properties): string[] =>
  planResource(type, inputs, context).problems.map(({ path, message }) => `${path}: ${message}`);
const changed = (type: string, change: (inputs: Properties) => void): string[] => {
  const inputs = structuredClone(VALID[type])!;
  change(inputs);
  return problems(type, inputs);
};

describe("planResource", () => {
  it("accepts what AWS accepts, of every type", () => {
    assert.deepEqual(Object.keys(VALID).sort(), [...handlers.keys()].sort());
    for (const [type, inputs] of Object.entries(VALID)) assert.deepEqual(problems(type, inputs), [], type);
  });

  it("gives ids and ARNs as AWS forms them", () => {
    const planned = Object.fromEntries(
      Object.entries(VALID).map(([type, inputs]) => {
        const { id, outputs } = planResource(type, inputs, context);
        // Ids of EC2 have 17 random hexadecimal digits.
        return [type, [id, outputs.arn ?? ""].join(" ").replaceAll(/-[0-9a-f]{17}\b/g, "-HEX")];
      }),
    );
    const ecs = `arn:aws:ecs:eu-central-1:${ACCOUNT}`;
    const ec2 = `arn:aws:ec2:eu-central-1:${ACCOUNT}`;
    const stream = `arn:aws:kinesis:eu-central-1:${ACCOUNT}:stream/s`;
    const delivery = `arn:aws:firehose:eu-central-1:${ACCOUNT}:deliverystream/d`;
    assert.match(planned[TYPES.namedQuery]!, /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12} $/);
    assert.match(
      planned[TYPES.eventSourceMapping]!,
      /^([0-9a-f-]{36}) arn:aws:lambda:eu-central-1:\d{12}:event-source-mapping:\1$/,
    );
    assert.deepEqual(
      { ...planned, [TYPES.namedQuery]: "", [TYPES.eventSourceMapping]: "" },
      {
        "aws:dms/certificate:Certificate": "plant ",
        "aws:dms/endpoint:Endpoint": "scada-target ",
        "aws:dms/replicationConfig:ReplicationConfig": `arn:aws:dms:eu-central-1:${ACCOUNT}:replication-config:scada arn:aws:dms:eu-central-1:${ACCOUNT}:replication-config:scada`,
        "aws:dms/replicationInstance:ReplicationInstance": "scada ",
        "aws:dms/replicationSubnetGroup:ReplicationSubnetGroup": "plant ",
        "aws:dms/replicationTask:ReplicationTask": "scada ",
        "aws:ecr/lifecyclePolicy:LifecyclePolicy": "plant/report ",
        "aws:ecr/repository:Repository": `plant/report arn:aws:ecr:eu-central-1:${ACCOUNT}:repository/plant/report`,
        "aws:ecs/cluster:Cluster": `${ecs}:cluster/containers ${ecs}:cluster/containers`,
        "aws:ecs/taskDefinition:TaskDefinition": `report ${ecs}:task-definition/report:1`,
        "aws:ec2/route:Route": "r-HEX ",
        "aws:ec2/routeTable:RouteTable": `rtb-HEX ${ec2}:route-table/rtb-HEX`,
        "aws:ec2/routeTableAssociation:RouteTableAssociation": "rtbassoc-HEX ",
        "aws:ec2/securityGroup:SecurityGroup": `sg-HEX ${ec2}:security-group/sg-HEX`,
        "aws:ec2/subnet:Subnet": `subnet-HEX ${ec2}:subnet/subnet-HEX`,
        "aws:ec2/vpc:Vpc": `vpc-HEX ${ec2}:vpc/vpc-HEX`,
        "aws:ec2/vpcEndpoint:VpcEndpoint": `vpce-HEX ${ec2}:vpc-endpoint/vpce-HEX`,
        "aws:ec2transitgateway/vpcAttachment:VpcAttachment": `tgw-attach-HEX ${ec2}:transit-gateway-attachment/tgw-attach-HEX`,
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment":
          "dms-vpc-role-arn:aws:iam::aws:policy/service-role/AmazonDMSVPCManagementRole ",
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": `sgr-HEX ${ec2}:security-group-rule/sgr-HEX`,
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": `sgr-HEX ${ec2}:security-group-rule/sgr-HEX`,
        [TYPES.topicRule]: `rule_1 arn:aws:iot:eu-central-1:${ACCOUNT}:rule/rule_1`,
        [TYPES.thing]: `pump:1 arn:aws:iot:eu-central-1:${ACCOUNT}:thing/pump:1`,
        [TYPES.thingType]: `pump arn:aws:iot:eu-central-1:${ACCOUNT}:thingtype/pump`,
        [TYPES.devicePolicy]: `device arn:aws:iot:eu-central-1:${ACCOUNT}:policy/device`,
        [TYPES.devicePolicyAttachment]: `device|arn:aws:iot:eu-central-1:${ACCOUNT}:thinggroup/pumps `,
        [TYPES.thingGroup]: `pumps arn:aws:iot:eu-central-1:${ACCOUNT}:thinggroup/pumps`,
        [TYPES.thingGroupMembership]: "pumps/pump:1 ",
        [TYPES.certificateAuthority]: `${AUTHORITY_ID} arn:aws:iot:eu-central-1:${ACCOUNT}:cacert/${AUTHORITY_ID}`,
        [TYPES.iotLogging]: "eu-central-1 ",
        [TYPES.provisioningTemplate]: `pumps arn:aws:iot:eu-central-1:${ACCOUNT}:provisioningtemplate/pumps`,
        [TYPES.stream]: `${stream} ${stream}`,
        [TYPES.deliveryStream]: `${delivery} ${delivery}`,
        [TYPES.function]: `f arn:aws:lambda:eu-central-1:${ACCOUNT}:function:f`,
        [TYPES.bucket]: "bucket-1 arn:aws:s3:::bucket-1",
        [TYPES.bucketPublicAccessBlock]: "b ",
        [TYPES.bucketOwnershipControls]: "b ",
        [TYPES.bucketEncryption]: "b ",
        [TYPES.bucketVersioning]: "b ",
        [TYPES.bucketLifecycle]: "b ",
        [TYPES.bucketPolicy]: "b ",
        [TYPES.role]: `r ${ROLE}`,
        [TYPES.rolePolicy]: "r:p ",
        [TYPES.managedPolicy]: `arn:aws:iam::${ACCOUNT}:policy/bounds arn:aws:iam::${ACCOUNT}:policy/bounds`,
        [TYPES.database]: `${ACCOUNT}:db arn:aws:glue:eu-central-1:${ACCOUNT}:database/db`,
        [TYPES.table]: `${ACCOUNT}:db:t arn:aws:glue:eu-central-1:${ACCOUNT}:table/db/t`,
        [TYPES.workgroup]: `w arn:aws:athena:eu-central-1:${ACCOUNT}:workgroup/w`,
        [TYPES.namedQuery]: "",
        [TYPES.logGroup]: `/errors arn:aws:logs:eu-central-1:${ACCOUNT}:log-group:/errors`,
        [TYPES.logStream]: `delivery arn:aws:logs:eu-central-1:${ACCOUNT}:log-group:/d:log-stream:delivery`,
        [TYPES.metricAlarm]: `errors arn:aws:cloudwatch:eu-central-1:${ACCOUNT}:alarm:errors`,
        [TYPES.logMetricFilter]: "failures ",
        [TYPES.dashboard]: "page ",
        [TYPES.scheduleGroup]: `datasets arn:aws:scheduler:eu-central-1:${ACCOUNT}:schedule-group/datasets`,
        [TYPES.dataSource]: `${ACCOUNT},readings-athena arn:aws:quicksight:eu-central-1:${ACCOUNT}:datasource/readings-athena`,
        [TYPES.dataSet]: `${ACCOUNT},readings-rows arn:aws:quicksight:eu-central-1:${ACCOUNT}:dataset/readings-rows`,
        [TYPES.refreshSchedule]: `${ACCOUNT},readings-rows,dataset arn:aws:quicksight:eu-central-1:${ACCOUNT}:dataset/readings-rows/refresh-schedule/dataset`,
        [TYPES.cloudControl]: `${ACCOUNT}|readings `,
        [TYPES.schedule]: `datasets/daily arn:aws:scheduler:eu-central-1:${ACCOUNT}:schedule/datasets/daily`,
        [TYPES.stateMachine]: `arn:aws:states:eu-central-1:${ACCOUNT}:stateMachine:m arn:aws:states:eu-central-1:${ACCOUNT}:stateMachine:m`,
        [TYPES.queue]: `https://sqs.eu-central-1.amazonaws.com/${ACCOUNT}/q arn:aws:sqs:eu-central-1:${ACCOUNT}:q`,
        [TYPES.permission]: "rule ",
        [TYPES.eventInvokeConfig]: "f ",
        // The MD5 of the input, by md5sum.
        [TYPES.invocation]: "f_$LATEST_6713beb11ec6081d7e753f887ab0f781 ",
        [TYPES.eventSourceMapping]: "",
        [TYPES.parameter]: `/datasets/window arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/datasets/window`,
      },
    );
  });

  it("makes a legal physical name, the same each time, when the program gives none", () => {
    const name = (type: string, property: string): string =>
      planResource(type, { ...VALID[type], [property]: undefined }, { ...context, name: "My.Thing" }).inputs[property];
    assert.match(name(TYPES.topicRule, "name"), /^My_Thing_[0-9a-f]{7}$/);
    assert.match(name(TYPES.bucket, "bucket"), /^my\.thing-[0-9a-f]{7}$/);
    assert.match(name(TYPES.table, "name"), /^my_thing_[0-9a-f]{7}$/);
    assert.equal(name(TYPES.stream, "name"), name(TYPES.stream, "name"));
  });

  it("refuses by name what it does not execute, with the way out", () => {
    assert.deepEqual(
      changed(TYPES.deliveryStream, (inputs) => {
        inputs.serverSideEncryption = { enabled: true };
        inputs.extendedS3Configuration.s3BackupMode = "Enabled";
        inputs.extendedS3Configuration.dataFormatConversionConfiguration.outputFormatConfiguration.serializer.orcSerDe =
          { x: 1 };
        inputs.extendedS3Configuration.novel = 7;
        inputs.extendedS3Configuration.compressionFormat = "Snappy";
        inputs.extendedS3Configuration.processingConfiguration.processors.push({ type: "MetadataExtraction" });
      }),
      [
        'extendedS3Configuration.processingConfiguration.processors[1].type: saw "MetadataExtraction"; the local cloud executes "Lambda", "RecordDeAggregation", "AppendDelimiterToRecord"',
        'extendedS3Configuration.dataFormatConversionConfiguration.outputFormatConfiguration.serializer.orcSerDe: the local cloud does not execute this property (saw {"x":1}); use parquetSerDe',
        'extendedS3Configuration.s3BackupMode: the local cloud does not execute this property (saw "Enabled"); the archive delivery stream keeps the raw messages; leave it out',
        "extendedS3Configuration.novel: the local cloud does not execute this property (saw 7); leave it out for this stack",
        'extendedS3Configuration.compressionFormat: saw "Snappy"; the local cloud executes "UNCOMPRESSED", "GZIP"',
        `serverSideEncryption: saw {"enabled":true}; with a stream as source the stream's own encryption counts; leave it out, and encrypt the stream`,
        "extendedS3Configuration.s3BackupConfiguration: not set; s3BackupMode Enabled needs the backup's bucket; set s3BackupConfiguration",
      ],
    );
    assert.match(problems("aws:sns/topic:Topic", {})[0]!, /does not execute resources of this type/);
    assert.match(
      changed(TYPES.role, (inputs) => (inputs.managedPolicyArns = ["arn:aws:iam::aws:policy/X"]))[0]!,
      /managed policies are not known/,
    );
    assert.match(
      changed(TYPES.stream, (inputs) => (inputs.region = "us-east-1"))[0]!,
      /one region, the stack's eu-central-1/,
    );
  });

  it("accepts a refused property that only says its default", () => {
    assert.deepEqual(
      changed(TYPES.deliveryStream, (inputs) => {
        inputs.extendedS3Configuration.s3BackupMode = "Disabled";
        inputs.extendedS3Configuration.customTimeZone = "UTC";
      }),
      [],
    );
    assert.deepEqual(
      changed(TYPES.function, (inputs) => Object.assign(inputs, { publish: false, layers: [] })),
      [],
    );
  });

  it("holds values against AWS's rules", () => {
    const cases: [string, (inputs: Properties) => void, RegExp][] = [
      [TYPES.stream, (i) => (i.name = "a b"), /name: saw "a b"; the name has letters, digits/],
      [TYPES.stream, (i) => (i.name = "x".repeat(129)), /129 characters; the name has 1 to 128/],
      [TYPES.stream, (i) => (i.retentionPeriod = 9000), /saw 9000; must be a number from 24 to 8760/],
      [TYPES.stream, (i) => (i.retentionPeriod = "24"), /saw "24"; must be a number/],
      [TYPES.stream, (i) => (i.tags = { "aws:x": "1" }), /keys that begin with aws: are/],
      [TYPES.bucket, (i) => (i.bucket = "Upper"), /lower-case letters/],
      [TYPES.topicRule, (i) => delete i.sql, /^sql: is required/],
      [TYPES.topicRule, (i) => (i.kineses = []), /0 actions; a rule has 1-10/],
      [TYPES.topicRule, (i) => (i.sqlVersion = "2015-10-08"), /the local cloud executes "2016-03-23"/],
      [TYPES.function, (i) => (i.handler = "main.handler"), /the archive holds index\.js and no main\.js/],
      [TYPES.function, (i) => (i.environment.variables.AWS_REGION = "x"), /which Lambda sets itself/],
      [TYPES.function, (i) => (i.environment.variables.BIG = "x".repeat(4096)), /at most 4,096/],
      [TYPES.logGroup, (i) => (i.retentionInDays = 31), /saw 31; the retention of a log group is one of 1, 3/],
      [TYPES.role, (i) => (i.assumeRolePolicy = "{"), /is not JSON/],
      [TYPES.rolePolicy, (i) => (i.policy = allow({ Action: "s3", Resource: "*" })), /an action is SERVICE:NAME/],
      [TYPES.bucketPolicy, (i) => (i.bucket = "other"), /applies only to its own bucket, arn:aws:s3:::other/],
      [TYPES.table, (i) => i.partitionKeys.push({ name: "Temperature" }), /a name occurs once in a table/],
      [
        TYPES.table,
        (i) => delete i.parameters["projection.dt.range"],
        /projection\.dt\.range"\]: is required for the type date/,
      ],
      [TYPES.table, (i) => (i.parameters["projection.other.type"] = "enum"), /belongs to no partition key/],
      [TYPES.table, (i) => (i.parameters["storage.location.template"] = "s3://b/${dt}"), /ends with \//],
      [
        TYPES.devicePolicy,
        (i) => (i.policy = i.policy.replace("ThingName}", "Serial}")),
        /saw the variable \$\{iot:Connection\.Thing\.Serial\}; the local cloud has no value for it/,
      ],
      [
        TYPES.provisioningTemplate,
        (i) => (i.templateBody = i.templateBody.replace('"Ref":"SerialNumber"', '"Ref":"Serial"')),
        /refers to "Serial", which is no parameter of the template/,
      ],
      [
        TYPES.certificateAuthority,
        (i) => (i.caCertificatePem = testAuthority().issue({ CN: "device" }).cert),
        /caCertificatePem: is the certificate of no authority/,
      ],
      [TYPES.certificateAuthority, (i) => (i.caCertificatePem = "x"), /caCertificatePem: is no certificate in PEM/],
      [TYPES.certificateAuthority, (i) => (i.certificateMode = "DEFAULT"), /certificateMode: saw "DEFAULT"/],
      [
        TYPES.certificateAuthority,
        (i) =>
          (i.registrationConfig.templateBody = i.registrationConfig.templateBody.replaceAll(
            "AWS::IoT::Certificate::CommonName",
            "SerialNumber",
          )),
        /registrationConfig\.templateBody\.Parameters\.SerialNumber: has no value: a certificate gives/,
      ],
      [
        TYPES.certificateAuthority,
        (i) => (i.registrationConfig.templateName = "pumps"),
        /registrationConfig\.templateName: .*has no templates of the type JITP/,
      ],
      [TYPES.workgroup, (i) => (i.configuration.bytesScannedCutoffPerQuery = 5), /0 or at least 10,485,760/],
      [
        TYPES.deliveryStream,
        (i) => (i.extendedS3Configuration.processingConfiguration.processors[0].parameters[1].parameterValue = "7"),
        /saw "7"; must be a number from 0\.2 to 3, as text/,
      ],
    ];
    for (const [type, change, expected] of cases) {
      const found = changed(type, change);
      assert.ok(
        found.some((message) => expected.test(message)),
        `${type} ${expected}: ${found.join(" | ")}`,
      );
    }
  });

  it("never throws, whatever the arguments are", () => {
    const types = fc.constantFrom(...handlers.keys());
    fc.assert(
      fc.property(
        types,
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.infiniteStream(fc.jsonValue()),
        (type, strange, values) => {
          const inputs: Properties = { ...strange };
          for (const name of Object.keys(VALID[type]!)) {
            const { value } = values.next();
            // Half of them stay as they are, so that checks behind the first ones are reached.
            inputs[name] = typeof value === "string" || value === null ? VALID[type]![name] : value;
          }
          planResource(type, inputs, context);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("checkProgram", () => {
  const resource = (type: string, name: string, inputs: Properties = {}): Resource => {
    const urn = `urn:pulumi:dev::p::${type}::${name}`;
    const plan = planResource(type, { ...VALID[type], ...inputs }, { ...context, name, urn });
    return { urn, type, name, custom: true, id: plan.id, dependencies: [], inputs: plan.inputs, outputs: plan.outputs };
  };
  const endpoint = resource(TYPES.replicationEndpoint, "one").outputs.endpointArn as string;
  const ends = { sourceEndpointArn: endpoint, targetEndpointArn: endpoint };
  const program = (): Resource[] => [
    ...Object.keys(VALID)
      .filter((type) => type !== TYPES.bucket)
      .map((type) => resource(type, "one", "sourceEndpointArn" in VALID[type]! ? ends : {})),
    resource(TYPES.bucket, "one", { bucket: "b" }),
    resource(TYPES.logGroup, "two", { name: "/d" }),
    resource(TYPES.logStream, "two", { logGroupName: "/errors" }),
  ];
  const found = (resources: Resource[]): string[] =>
    checkProgram(resources).map(({ resource, path, message }) => `${resource.name} ${path}: ${message}`);

  it("finds nothing in a program whose references are all there", () => {
    assert.deepEqual(found(program()), []);
  });

  it("reports each reference to what is not there", () => {
    for (const type of [
      TYPES.role,
      TYPES.stream,
      TYPES.function,
      TYPES.table,
      TYPES.database,
      TYPES.workgroup,
      TYPES.logStream,
      TYPES.bucket,
    ])
      assert.ok(
        found(program().filter((resource) => resource.type !== type)).some((message) =>
          message.includes("the program declares no such"),
        ),
        type,
      );
  });

  it("reports a physical name that is taken, and inline policies that are too long together", () => {
    assert.deepEqual(found([...program(), resource(TYPES.stream, "again")]), [
      `again : resource one has the same physical name (arn:aws:kinesis:eu-central-1:${ACCOUNT}:stream/s); give one of them another`,
    ]);
    const long = allow({
      Action: "kinesis:PutRecord",
      Resource: Array.from(
        { length: 90 },
        (_, i) => `arn:aws:kinesis:eu-central-1:${ACCOUNT}:stream/${"x".repeat(40)}${i}`,
      ),
    });
    const policies = [
      resource(TYPES.rolePolicy, "a", { name: "a", policy: long }),
      resource(TYPES.rolePolicy, "b", { name: "b", policy: long }),
    ];
    assert.match(
      found([...program(), ...policies]).join(),
      /one : its inline policies have [\d,]+ characters together; a role's have at most 10,240/,
    );
  });

  it("reports a public policy on a bucket that blocks them", () => {
    const policy = allow({ Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" });
    const resources = program().filter(({ type }) => type !== TYPES.bucketPolicy);
    assert.match(
      found([...resources, resource(TYPES.bucketPolicy, "open", { policy })]).join(),
      /open policy\.Statement\[0\]: allows everyone/,
    );
  });
});
