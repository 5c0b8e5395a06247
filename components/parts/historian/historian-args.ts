import type * as pulumi from "@pulumi/pulumi";
import { CAPACITY_UNITS } from "../../../aws/dms-values";
import { DELETED, timeFormatProblem } from "../../../etl/historian";
import type { Checks } from "../common/checks";
import { show } from "../common/checks";
import { among, flag, input, list, matching, object, record, required, text, whole, type Shape } from "../common/shape";

/** Databases that DMS reads for a historian, as DMS names them. https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.html */
export const HistorianEngine = {
  POSTGRES: "postgres",
  SQLSERVER: "sqlserver",
  ORACLE: "oracle",
  MYSQL: "mysql",
  MARIADB: "mariadb",
} as const;
export type HistorianEngine = (typeof HistorianEngine)[keyof typeof HistorianEngine];

/** What is replicated. */
export const ReplicationMode = {
  FULL_LOAD: "full-load",
  CDC: "cdc",
  FULL_LOAD_AND_CDC: "full-load-and-cdc",
} as const;
export type ReplicationMode = (typeof ReplicationMode)[keyof typeof ReplicationMode];

/** How the connection to the database is secured. */
export const HistorianTls = { REQUIRE: "require", VERIFY_CA: "verify-ca", VERIFY_FULL: "verify-full" } as const;
export type HistorianTls = (typeof HistorianTls)[keyof typeof HistorianTls];

/** What becomes of a row that is deleted in the historian. */
export const DeletedRows = { IGNORE: "ignore", MESSAGE: "message" } as const;
export type DeletedRows = (typeof DeletedRows)[keyof typeof DeletedRows];

/** A table of the historian. */
export interface HistorianTableArgs {
  /** Its name with its schema, in the database's own upper and lower case. Example: "public.tag_values". */
  table: string;
  /** Attribute by column; other columns are left out. Default: every column under its own name. Example: { tag: "device_id", value: "temperature" }. */
  columns?: Record<string, string>;
  /** Column whose value is the partition key, so that its rows stay together. Default: the table's primary key. Example: "tag". */
  key?: string;
  /** Column with the time of the reading, if the message is to have it in another form than DMS's. Default: none. Example: "ts". */
  time?: string;
  /** That form: "iso" as DMS writes it, "milliseconds" or "seconds" since 1970, or a pattern of a timestamp partition. Default: "iso". Example: "yyyy-MM-dd HH:mm:ss". */
  timeFormat?: string;
  /** What becomes of deleted rows: "ignore", or "message", a message with the key and `__deleted`. Default: "ignore". Example: "message". */
  deletes?: DeletedRows;
}

/** Subnets and security groups of yours. */
export interface HistorianNetworkArgs {
  /** Ids of subnets in two or more zones, with a way to the database and to Kinesis and Secrets Manager. Example: ["subnet-0a1b2c3d", "subnet-4e5f6a7b"]. */
  subnetIds: pulumi.Input<string>[];
  /** Ids of security groups. Example: ["sg-0a1b2c3d"]. */
  securityGroupIds: pulumi.Input<string>[];
}

/** A small VPC without a way to the internet: two subnets, endpoints for the services that DMS calls, and a way to the historian. */
export interface HistorianVpcArgs {
  /** Its addresses, a block of 16 to 26 bits that the network of the historian does not have. Example: "10.60.0.0/24". */
  cidr: string;
  /** Addresses of the historian's network. Example: "10.20.0.0/16". */
  historianCidr: string;
  /** Port of the database. Default: the engine's usual one. Example: 5432. */
  port?: number;
  /** Id of the transit gateway that leads to it. Example: "tgw-0a1b2c3d4e5f6a7b8". */
  transitGatewayId: pulumi.Input<string>;
  /** Two or more zones. Default: the region's zones a and b. Example: ["eu-central-1a", "eu-central-1c"]. */
  zones?: string[];
}

/** A replication that grows and shrinks with its load. A unit is 2 GB of memory. */
export interface ServerlessArgs {
  /** Fewest capacity units: 1, 2, 4, 8, 16, 32, 64, 128, 192, 256 or 384. Default: 1. Example: 2. */
  minCapacity?: number;
  /** Most capacity units. Default: 4. Example: 16. */
  maxCapacity?: number;
}

/** A replication instance, in place of a serverless replication. */
export interface ReplicationInstanceArgs {
  /** Its class. Example: "dms.t3.medium". */
  instanceClass: string;
  /** Its storage for logs and changes that wait, GB, 5 to 6,144. Default: 50. Example: 100. */
  storageGigabytes?: number;
}

/** Usual ports. */
export const PORTS: Readonly<Record<HistorianEngine, number>> = {
  postgres: 5432,
  sqlserver: 1433,
  oracle: 1521,
  mysql: 3306,
  mariadb: 3306,
};

const TABLE_NAME = /^[^.%"\s][^.%"]{0,127}\.[^.%"\s][^.%"]{0,127}$/;
const CIDR = /^(\d{1,3}\.){3}\d{1,3}\/(1[6-9]|2[0-6])$/;
const ANY_CIDR = /^(\d{1,3}\.){3}\d{1,3}\/([1-9]|[12]\d|3[0-2])$/;

/** The argument `tables`. */
export const TABLES = list(
  object<HistorianTableArgs>({
    table: required(
      matching(TABLE_NAME, "SCHEMA.TABLE, in the database's own upper and lower case, without % or quotes"),
    ),
    columns: record(text("the name of an attribute"), "attributes by column"),
    key: text("the name of a column"),
    time: text("the name of a column"),
    timeFormat: text("a form of time", (format) => {
      const problem = timeFormatProblem(format);
      return problem === undefined ? undefined : `saw ${show(format)}; ${problem}`;
    }),
    deletes: among(Object.values(DeletedRows)),
  }),
  "tables",
  { min: 1 },
);

/** The arguments that say where DMS runs. */
export const PLACE: Shape<{
  network?: HistorianNetworkArgs;
  vpc?: HistorianVpcArgs;
  serverless?: ServerlessArgs;
  instance?: ReplicationInstanceArgs;
  twoZones?: boolean;
  createAccountRoles?: boolean;
}> = {
  network: object<HistorianNetworkArgs>({
    subnetIds: required(
      list(input(matching(/^subnet-[0-9a-z]+$/, "the id of a subnet, subnet-...")), "ids of subnets", { min: 2 }),
    ),
    securityGroupIds: required(
      list(input(matching(/^sg-[0-9a-z]+$/, "the id of a security group, sg-...")), "ids of security groups", {
        min: 1,
      }),
    ),
  }),
  vpc: object<HistorianVpcArgs>({
    cidr: required(matching(CIDR, "a block of addresses from /16 to /26, such as 10.60.0.0/24")),
    historianCidr: required(matching(ANY_CIDR, "a block of addresses such as 10.20.0.0/16")),
    port: whole(1, 65_535, ""),
    transitGatewayId: required(input(matching(/^tgw-[0-9a-z]+$/, "the id of a transit gateway, tgw-..."))),
    zones: list(text("a zone"), "zones", { min: 2, max: 4 }),
  }),
  serverless: object<ServerlessArgs>({
    minCapacity: among<number>(CAPACITY_UNITS),
    maxCapacity: among<number>(CAPACITY_UNITS),
  }),
  instance: object<ReplicationInstanceArgs>({
    instanceClass: required(matching(/^dms\.[a-z0-9]+\.[a-z0-9]+$/, "a class such as dms.t3.medium")),
    storageGigabytes: whole(5, 6144, "GB"),
  }),
  twoZones: flag,
  createAccountRoles: flag,
};

/** What the arguments of tables say together. */
export function checkTables(checks: Checks, tables: readonly HistorianTableArgs[] | undefined): void {
  const seen = new Set<string>();
  for (const [at, { table, columns, key, time, timeFormat }] of checks.entries("tables", tables)) {
    if (seen.has(table)) checks.add(`${at}.table`, `saw ${show(table)} twice; each table is listed once`);
    seen.add(table);
    const attributes = Object.values(columns ?? {});
    if (columns !== undefined && attributes.length === 0)
      checks.add(`${at}.columns`, "saw no column; name those that become attributes, or leave it out for all of them");
    for (const attribute of new Set(attributes)) {
      if (attribute === "" || attribute.startsWith("__"))
        checks.add(
          `${at}.columns`,
          `saw the attribute ${show(attribute)}; it has a name, which does not begin with __: those are the system's, such as ${DELETED}`,
        );
      if (attributes.filter((each) => each === attribute).length > 1)
        checks.add(`${at}.columns`, `saw the attribute ${show(attribute)} twice; each column has one of its own`);
    }
    if (time !== undefined && columns !== undefined && columns[time] === undefined)
      checks.add(`${at}.time`, `saw ${show(time)}, which columns does not list; add it there`);
    if (timeFormat !== undefined && time === undefined)
      checks.add(`${at}.timeFormat`, "there is no time column that it could be for; name it in time");
    if (key === "") checks.add(`${at}.key`, "saw an empty name; name a column, or leave it out for the primary key");
  }
}
