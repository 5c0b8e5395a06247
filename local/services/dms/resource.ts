import { NAMES } from "../../../aws/names";
import { CAPACITY_UNITS, MODES, TLS_MODES } from "../../../aws/dms-values";
import { TYPES, type Properties } from "../../core/model";
import { arnOf, digitsOf, type Handler, type PlanContext } from "../../resources/handler";
import {
  arn,
  block,
  checked,
  flag,
  list,
  number,
  oneOf,
  physicalName,
  refused,
  replaces,
  required,
  tags,
  text,
  type Finding,
  type Table,
} from "../../resources/properties";
import { mappedTables } from "./table-mapping";
import { taskSettings } from "./task-settings";

const ENGINES = ["postgres", "kinesis"];
const REGION: Table = { region: checked(text()), tags };
const others = (names: string): Table =>
  Object.fromEntries(
    names.split(" ").map((name) => [name, refused("the local cloud replicates PostgreSQL to Kinesis; leave it out")]),
  );

const unused = (names: string): Table =>
  Object.fromEntries(names.split(" ").map((name) => [name, refused("replications run on this machine; leave it out")]));

/** Whether a text is right, as a check of a property. */
const parses =
  (read: (text: string) => unknown) =>
  (value: string): string | undefined => {
    try {
      read(value);
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };

/** The end of an ARN that DMS draws: 26 capital letters and digits. */
const drawn = (context: PlanContext): string => digitsOf(context, 26).toUpperCase();

/**
 * Endpoint: a PostgreSQL as source, a stream as target.
 * https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateEndpoint.html
 */
export const endpoint: Handler = {
  type: TYPES.replicationEndpoint,
  drawn: ["endpointArn"],
  properties: {
    endpointId: required(physicalName(NAMES.replication)),
    endpointType: required(oneOf(["source", "target"])),
    engineName: required(oneOf(ENGINES)),
    databaseName: text(),
    secretsManagerArn: arn("secretsmanager"),
    secretsManagerAccessRoleArn: arn("iam"),
    sslMode: oneOf(["none", ...TLS_MODES]),
    certificateArn: text(),
    // Nothing is encrypted here.
    kmsKeyArn: checked(text()),
    extraConnectionAttributes: text({
      check: (value) =>
        value === "MapUnboundedNumericAsString=true"
          ? undefined
          : `saw "${value}"; the local cloud executes MapUnboundedNumericAsString=true`,
    }),
    postgresSettings: block({
      mapBooleanAsBoolean: flag(),
      ...others(
        "afterConnectScript authenticationMethod babelfishDatabaseName captureDdls databaseMode ddlArtifactsSchema executeTimeout failTasksOnLobTruncation heartbeatEnable heartbeatFrequency heartbeatSchema mapJsonbAsClob mapLongVarcharAs maxFileSize pluginName serviceAccessRoleArn slotName",
      ),
    }),
    kinesisSettings: block({
      streamArn: required(arn("kinesis")),
      serviceAccessRoleArn: required(arn("iam")),
      messageFormat: required(oneOf(["json-unformatted"])),
      includeControlDetails: flag(),
      includeNullAndEmpty: flag(),
      includePartitionValue: flag(),
      partitionIncludeSchemaTable: flag(),
      useLargeIntegerValue: flag(),
      includeTableAlterOperations: refused("changes of tables are not shown here; leave it out", false),
      includeTransactionDetails: refused("AWS does not document their values; leave it out", false),
    }),
    ...REGION,
    ...others(
      "elasticsearchSettings kafkaSettings mongodbSettings mysqlSettings oracleSettings password pauseReplicationTasks port redisSettings redshiftSettings serverName serviceAccessRole username",
    ),
  },
  check: (inputs) => {
    const findings: Finding[] = [];
    const need = (name: string): void => {
      if (inputs[name] === undefined) findings.push({ path: name, message: "is required" });
    };
    const source = inputs.endpointType === "source";
    if (source !== (inputs.engineName === "postgres"))
      findings.push({
        path: "engineName",
        message: `saw "${inputs.engineName}" as ${inputs.endpointType}; the local cloud replicates from postgres to kinesis`,
      });
    for (const name of source
      ? ["databaseName", "secretsManagerArn", "secretsManagerAccessRoleArn"]
      : ["kinesisSettings"])
      need(name);
    if (String(inputs.sslMode).startsWith("verify-")) need("certificateArn");
    return findings;
  },
  references: ({ kinesisSettings, secretsManagerAccessRoleArn }, declared, report) => {
    declared.require(TYPES.stream, kinesisSettings?.streamArn, "stream", "kinesisSettings.streamArn", report);
    const role = kinesisSettings?.serviceAccessRoleArn;
    declared.require(TYPES.role, role, "role", "kinesisSettings.serviceAccessRoleArn", report);
    declared.require(TYPES.role, secretsManagerAccessRoleArn, "role", "secretsManagerAccessRoleArn", report);
  },
  plan: (inputs, context) => ({
    id: inputs.endpointId,
    outputs: { endpointArn: arnOf(context, "dms", `endpoint:${drawn(context)}`) },
  }),
};

/** Certificate of the authority that signed the database's. */
export const certificate: Handler = {
  type: TYPES.replicationCertificate,
  drawn: ["certificateArn"],
  properties: {
    certificateId: required(physicalName(NAMES.replication)),
    certificatePem: replaces(required(text())),
    certificateWallet: refused("the local cloud replicates from PostgreSQL; leave it out"),
    ...REGION,
  },
  plan: (inputs, context) => ({
    id: inputs.certificateId,
    outputs: { certificateArn: arnOf(context, "dms", `cert:${drawn(context)}`) },
  }),
};

/** Subnets in which replications run; there is one network here. */
export const subnetGroup: Handler = {
  type: TYPES.replicationSubnetGroup,
  properties: {
    replicationSubnetGroupId: required(physicalName(NAMES.replication)),
    replicationSubnetGroupDescription: required(checked(text())),
    subnetIds: required(checked(list(text()))),
    ...REGION,
  },
  check: ({ subnetIds }) =>
    Array.isArray(subnetIds) && subnetIds.length < 2
      ? [{ path: "subnetIds", message: `saw ${subnetIds.length}; a subnet group has two or more, in two zones` }]
      : [],
  plan: (inputs, context) => ({
    id: String(inputs.replicationSubnetGroupId),
    outputs: { replicationSubnetGroupArn: arnOf(context, "dms", `subgrp:${inputs.replicationSubnetGroupId}`) },
  }),
};

const capacity = checked(number(1, 384, { check: (value) => oneOfUnits(value) }));
function oneOfUnits(value: number): string | undefined {
  return (CAPACITY_UNITS as readonly number[]).includes(value)
    ? undefined
    : `saw ${value}; capacity is one of ${CAPACITY_UNITS.join(", ")}`;
}

/** What a serverless replication and a task have in common. */
const TASK: Table = {
  sourceEndpointArn: replaces(required(arn("dms"))),
  targetEndpointArn: replaces(required(arn("dms"))),
  tableMappings: required(text({ check: parses(mappedTables) })),
  resourceIdentifier: replaces(physicalName(NAMES.replicationResource)),
  ...REGION,
};
const ends: Handler["references"] = ({ sourceEndpointArn, targetEndpointArn }, declared, report) => {
  declared.require(TYPES.replicationEndpoint, sourceEndpointArn, "endpoint", "sourceEndpointArn", report);
  declared.require(TYPES.replicationEndpoint, targetEndpointArn, "endpoint", "targetEndpointArn", report);
};

/** Serverless replication. https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateReplicationConfig.html */
export const replicationConfig: Handler = {
  type: TYPES.replicationConfig,
  properties: {
    ...TASK,
    replicationConfigIdentifier: required(physicalName(NAMES.replication)),
    replicationType: required(oneOf(MODES)),
    replicationSettings: text({ check: parses(taskSettings) }),
    startReplication: flag(),
    computeConfig: required(
      block({
        replicationSubnetGroupId: required(checked(text())),
        vpcSecurityGroupIds: checked(list(text())),
        minCapacityUnits: capacity,
        maxCapacityUnits: capacity,
        multiAz: checked(flag()),
        kmsKeyId: checked(text()),
        ...unused("availabilityZone dnsNameServers preferredMaintenanceWindow"),
      }),
    ),
    supplementalSettings: refused("leave it out"),
  },
  references: ends,
  plan: (inputs, context) => {
    const end = inputs.resourceIdentifier ?? drawn(context);
    const made = arnOf(context, "dms", `replication-config:${end}`);
    return { id: made, outputs: { arn: made, resourceIdentifier: end } };
  },
};

/** Replication instance; the machine that this runs on. */
export const replicationInstance: Handler = {
  type: TYPES.replicationInstance,
  drawn: ["replicationInstanceArn"],
  properties: {
    replicationInstanceId: required(physicalName(NAMES.replicationInstance)),
    replicationInstanceClass: required(checked(text())),
    allocatedStorage: checked(number(5, 6144)),
    replicationSubnetGroupId: checked(text()),
    vpcSecurityGroupIds: checked(list(text())),
    multiAz: checked(flag()),
    publiclyAccessible: checked(flag()),
    autoMinorVersionUpgrade: checked(flag()),
    kmsKeyArn: checked(text()),
    ...unused(
      "allowMajorVersionUpgrade applyImmediately availabilityZone dnsNameServers engineVersion kerberosAuthenticationSettings networkType preferredMaintenanceWindow",
    ),
    ...REGION,
  },
  plan: (inputs, context) => ({
    id: inputs.replicationInstanceId,
    outputs: { replicationInstanceArn: arnOf(context, "dms", `rep:${drawn(context)}`) },
  }),
};

/** Task of a replication instance. https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateReplicationTask.html */
export const replicationTask: Handler = {
  type: TYPES.replicationTask,
  properties: {
    ...TASK,
    replicationTaskId: required(physicalName(NAMES.replication)),
    replicationInstanceArn: required(arn("dms")),
    migrationType: required(oneOf(MODES)),
    replicationTaskSettings: text({ check: parses(taskSettings) }),
    startReplicationTask: flag(),
    cdcStartPosition: refused("changes are captured from the start of the task on; leave it out"),
    cdcStartTime: refused("changes are captured from the start of the task on; leave it out"),
  },
  references: ends,
  plan: (inputs: Properties, context) => {
    const end = inputs.resourceIdentifier ?? drawn(context);
    return {
      id: inputs.replicationTaskId,
      outputs: { replicationTaskArn: arnOf(context, "dms", `task:${end}`), resourceIdentifier: end },
    };
  },
};
