/** The settings of historians: databases that AWS DMS reads into channels. */
import { CAPACITY_UNITS, ENGINES, MODES, TLS_MODES } from "../aws/dms-values";
import { choice, flag, group, list, map, text, texts, whole, wholeOf } from "./config-types";
import { KEY_ARN } from "./function-settings";

const COLUMN = text("the name of a column", /^.+$/);
const CIDR = text("a block of addresses such as 10.20.0.0/16", /^(\d{1,3}\.){3}\d{1,3}\/\d{1,2}$/);

const TABLE = group({
  table: {
    kind: text("SCHEMA.TABLE, in the database's own upper and lower case", /^[^.%"\s][^.%"]*\.[^.%"\s][^.%"]*$/),
    description: "name of the table with its schema, in the database's own upper and lower case",
  },
  columns: {
    kind: map(
      "a column",
      /^.+$/,
      "the name of a column",
      text("the name of an attribute, which does not begin with __", /^(?!__).+$/),
    ),
    description: "attribute by column; other columns are left out. Default: every column under its own name",
  },
  key: {
    kind: COLUMN,
    description:
      "column whose value is the partition key in the streams, so that its rows stay together. Default: the primary key",
  },
  time: {
    kind: COLUMN,
    description: "column with the time of the reading, if the message is to have it in another form",
  },
  timeFormat: {
    kind: text("iso, milliseconds, seconds or a pattern such as yyyy-MM-dd HH:mm:ss", /^.+$/),
    description:
      "that form: iso as DMS writes it, milliseconds or seconds since 1970, or a pattern of a timestamp partition. Default: iso",
  },
  deletes: {
    kind: choice("ignore", "message"),
    description:
      "deleted rows are ignored (default), or become messages with the row's key and `__deleted`, which is true",
  },
});

/** Historians by name. */
export const HISTORIANS = map(
  "a historian's name",
  /^[A-Za-z0-9_]{1,64}$/,
  "1-64 letters, digits and underscores",
  group({
    channel: { kind: text("the name of a channel", /^\S+$/), description: "channel that its rows become messages of" },
    engine: { kind: choice(...ENGINES), description: "kind of the database" },
    database: {
      kind: text("the name of a database", /^.+$/),
      description: "name of the database; not for mysql and mariadb",
    },
    secretArn: {
      kind: text(
        "the ARN of a secret, arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-XXXXXX",
        /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]{1,512}-[A-Za-z0-9]{6}$/,
      ),
      description:
        "secret in Secrets Manager with the members host, port, username and password; localSecrets has its value for the local cloud",
    },
    secretKeyArn: { kind: KEY_ARN, description: "KMS key that the secret is encrypted with; default AWS's own" },
    tls: { kind: choice(...TLS_MODES), description: "how the connection is secured; default require" },
    certificate: {
      kind: text("a file", /^.+$/),
      description:
        "PEM file of the authority that signed the database's certificate, absolute or relative to the project's folder; for verify-ca and verify-full",
    },
    tables: { kind: list("tables", TABLE), description: "the tables" },
    mode: {
      kind: choice(...MODES),
      description: "all rows, changes from now on (cdc), or both. Default: full-load-and-cdc",
    },
    network: {
      kind: group({
        subnetIds: {
          kind: texts("each the id of a subnet, subnet-...", /^subnet-[0-9a-z]+$/),
          description: "subnets in two or more zones, with a way to the database, to Kinesis and to Secrets Manager",
        },
        securityGroupIds: {
          kind: texts("each the id of a security group, sg-...", /^sg-[0-9a-z]+$/),
          description: "security groups",
        },
      }),
      description: "where DMS runs: subnets and security groups of your own",
    },
    vpc: {
      kind: group({
        cidr: {
          kind: CIDR,
          description: "its addresses, from /16 to /26, which the historian's network does not have",
        },
        historianCidr: { kind: CIDR, description: "addresses of the historian's network" },
        port: { kind: whole(1, 65_535), description: "port of the database; default the engine's usual one" },
        transitGatewayId: {
          kind: text("the id of a transit gateway, tgw-...", /^tgw-[0-9a-z]+$/),
          description: "transit gateway that leads there",
        },
        zones: { kind: texts("each a zone", /^[a-z0-9-]+$/), description: "two or more zones; default a and b" },
      }),
      description:
        "or a small VPC that the stack makes: two subnets, endpoints for the services that DMS calls, no way to the internet",
    },
    serverless: {
      kind: group({
        minCapacity: { kind: wholeOf(CAPACITY_UNITS), description: "fewest capacity units of 2 GB; default 1" },
        maxCapacity: { kind: wholeOf(CAPACITY_UNITS), description: "most capacity units; default 4" },
      }),
      description: "capacity of the serverless replication",
    },
    instance: {
      kind: group({
        instanceClass: {
          kind: text("a class such as dms.t3.medium", /^dms\.[a-z0-9]+\.[a-z0-9]+$/),
          description: "its class",
        },
        storageGigabytes: { kind: whole(5, 6144), description: "its storage in GB; default 50" },
      }),
      description: "a replication instance in place of a serverless replication",
    },
    createAccountRoles: {
      kind: flag(),
      description:
        "whether the stack makes the roles dms-vpc-role and dms-cloudwatch-logs-role, of which an account has one each; they stay when the stack goes. Default: false, they are there",
    },
  }),
);
