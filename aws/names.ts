import { type Findings, show, text } from "./values";

/** What AWS accepts as the name of one kind of resource. */
export interface NameRule {
  /** the members of a character class: every character that such a name may have */
  readonly characters: string;
  /** the whole name, where the allowed characters are not enough */
  readonly pattern?: RegExp;
  /** the rule in words, to complete "the name has ..." */
  readonly rule: string;
  readonly min?: number;
  readonly max: number;
  /** AWS's page */
  readonly source: string;
}

const IOT = "https://docs.aws.amazon.com/iot/latest/apireference";
const IAM = "https://docs.aws.amazon.com/IAM/latest/APIReference";
const ATHENA = "https://docs.aws.amazon.com/athena/latest/APIReference";
const LOGS = "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference";
const CLOUDWATCH = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference";

/** Names by kind of resource. Pulumi adapts only a few automatic names; explicit ones are sent as they are. */
export const NAMES = {
  topicRule: {
    characters: "A-Za-z0-9_",
    max: 128,
    rule: "letters, digits and underscores",
    source: `${IOT}/API_CreateTopicRule.html`,
  },
  thing: {
    characters: "A-Za-z0-9:_-",
    max: 128,
    rule: "letters, digits and :_-",
    source: `${IOT}/API_CreateThing.html`,
  },
  thingType: {
    characters: "A-Za-z0-9:_-",
    max: 128,
    rule: "letters, digits and :_-",
    source: `${IOT}/API_CreateThingType.html`,
  },
  devicePolicy: {
    characters: "A-Za-z0-9_+=,.@-",
    max: 128,
    rule: "letters, digits and +=,.@_-",
    source: `${IOT}/API_CreatePolicy.html`,
  },
  provisioningTemplate: {
    characters: "A-Za-z0-9_-",
    max: 36,
    rule: "letters, digits, underscores and hyphens",
    source: `${IOT}/API_CreateProvisioningTemplate.html`,
  },
  stream: {
    characters: "A-Za-z0-9_.-",
    max: 128,
    rule: "letters, digits, underscores, dots and hyphens",
    source: "https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html",
  },
  deliveryStream: {
    characters: "A-Za-z0-9_.-",
    max: 64,
    rule: "letters, digits, underscores, dots and hyphens",
    source: "https://docs.aws.amazon.com/firehose/latest/APIReference/API_CreateDeliveryStream.html",
  },
  function: {
    characters: "A-Za-z0-9_-",
    max: 64,
    rule: "letters, digits, underscores and hyphens",
    source: "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html",
  },
  role: {
    characters: "A-Za-z0-9_+=,.@-",
    max: 64,
    rule: "letters, digits and +=,.@_-",
    source: `${IAM}/API_CreateRole.html`,
  },
  policy: {
    characters: "A-Za-z0-9_+=,.@-",
    max: 128,
    rule: "letters, digits and +=,.@_-",
    source: `${IAM}/API_PutRolePolicy.html`,
  },
  bucket: {
    characters: "a-z0-9.-",
    pattern: /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]*[a-z0-9]$/,
    min: 3,
    max: 63,
    rule: "lower-case letters, digits, dots and hyphens, begins and ends with a letter or digit, and is no IP address",
    source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html",
  },
  /** database or table of the Glue catalog, as Athena can query it */
  catalog: {
    characters: "a-z0-9_",
    max: 255,
    rule: "lower-case letters, digits and underscores",
    source: "https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html",
  },
  workgroup: {
    characters: "A-Za-z0-9._-",
    max: 128,
    rule: "letters, digits, dots, underscores and hyphens",
    source: `${ATHENA}/API_CreateWorkGroup.html`,
  },
  namedQuery: {
    characters: "\\s\\S",
    max: 128,
    rule: "any characters",
    source: `${ATHENA}/API_CreateNamedQuery.html`,
  },
  preparedStatement: {
    characters: "A-Za-z0-9_@:",
    pattern: /^[a-zA-Z_][a-zA-Z0-9_@:]*$/,
    max: 256,
    rule: "letters, digits and _@:, with a letter or underscore first",
    source: `${ATHENA}/API_CreatePreparedStatement.html`,
  },
  schedule: {
    characters: "A-Za-z0-9_.-",
    max: 64,
    rule: "letters, digits, hyphens, underscores and dots",
    source: "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html",
  },
  stateMachine: {
    characters: "A-Za-z0-9_-",
    max: 80,
    rule: "letters, digits, hyphens and underscores",
    source: "https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html",
  },
  /** cluster or family of task definitions */
  ecs: {
    characters: "A-Za-z0-9_-",
    max: 255,
    rule: "letters, digits, hyphens and underscores",
    source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html",
  },
  /** of images, in ECR */
  repository: {
    characters: "a-z0-9._/-",
    pattern: /^[a-z0-9]+([._/-][a-z0-9]+)*$/,
    min: 2,
    max: 256,
    rule: "lower-case letters, digits and single . _ / - between them",
    source: "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html",
  },
  queue: {
    characters: "A-Za-z0-9_.-",
    pattern: /^[a-zA-Z0-9_-]+(\.fifo)?$/,
    max: 80,
    rule: "letters, digits, hyphens and underscores",
    source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html",
  },
  /** the ARN before the name counts against Systems Manager's 1,011 characters as well */
  parameter: {
    characters: "A-Za-z0-9_./-",
    max: 1011,
    rule: "letters, digits and _.-/",
    source: "https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html",
  },
  logGroup: {
    characters: "A-Za-z0-9_/.#-",
    max: 512,
    rule: "letters, digits and ._-/#",
    source: `${LOGS}/API_CreateLogGroup.html`,
  },
  logStream: {
    characters: "^:*",
    max: 512,
    rule: 'any characters but ":" and "*"',
    source: `${LOGS}/API_CreateLogStream.html`,
  },
  metricFilter: {
    characters: "^:*",
    max: 512,
    rule: 'any characters but ":" and "*"',
    source: `${LOGS}/API_PutMetricFilter.html`,
  },
  alarm: {
    characters: "\\x20-\\x7e",
    max: 255,
    rule: "printable ASCII characters",
    source: `${CLOUDWATCH}/API_PutMetricAlarm.html`,
  },
  /** id of a data source, data set or dashboard of QuickSight */
  quickSight: {
    characters: "A-Za-z0-9_-",
    max: 512,
    rule: "letters, digits, underscores and hyphens",
    source: "https://docs.aws.amazon.com/quicksight/latest/APIReference/API_CreateDashboard.html",
  },
  dashboard: {
    characters: "A-Za-z0-9_-",
    max: 255,
    rule: "letters, digits, underscores and hyphens",
    source: `${CLOUDWATCH}/API_PutDashboard.html`,
  },
  /** endpoint, replication configuration, task or subnet group of DMS; the shortest limit of them */
  replication: {
    characters: "a-z0-9-",
    pattern: /^[a-z](?!.*--)[a-z0-9-]*(?<!-)$/,
    max: 255,
    rule: "lower-case letters, digits and hyphens, begins with a letter, does not end with a hyphen and has no two in a row",
    source: "https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateEndpoint.html",
  },
  replicationInstance: {
    characters: "a-z0-9-",
    pattern: /^[a-z](?!.*--)[a-z0-9-]*(?<!-)$/,
    max: 63,
    rule: "lower-case letters, digits and hyphens, begins with a letter, does not end with a hyphen and has no two in a row",
    source: "https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateReplicationInstance.html",
  },
  /** the end of the ARN of a task or a replication configuration of DMS */
  replicationResource: {
    characters: "A-Za-z0-9-",
    pattern: /^[A-Za-z](?!.*--)[A-Za-z0-9-]*(?<!-)$/,
    max: 31,
    rule: "letters, digits and hyphens, begins with a letter, does not end with a hyphen and has no two in a row",
    source: "https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateReplicationConfig.html",
  },
} as const satisfies Record<string, NameRule>;

/** A kind of resource by its key in `NAMES`. */
export type NameKind = keyof typeof NAMES;

const patterns = new Map<NameRule, RegExp>();

/** The value as a message shows it and the rule that it breaks, or undefined for a name that AWS accepts. */
export function nameProblem(rule: NameRule, name: string): { seen: string; rule: string } | undefined {
  const { characters, min = 1, max } = rule;
  if (name.length < min || name.length > max)
    return { seen: `${show(name)} with ${name.length} characters`, rule: `the name has ${min} to ${max}` };
  let pattern = patterns.get(rule);
  if (pattern === undefined) {
    pattern = rule.pattern ?? new RegExp(`^[${characters}]+$`);
    patterns.set(rule, pattern);
  }
  return pattern.test(name) ? undefined : { seen: show(name), rule: `the name has ${rule.rule}` };
}

/** Reports a known name that AWS would not accept. */
export function checkName(findings: Findings, path: string, value: unknown, kind: NameKind): void {
  const name = text(value);
  const problem = name === undefined ? undefined : nameProblem(NAMES[kind], name);
  if (problem !== undefined) findings.add(path, problem.seen, problem.rule, "choose another name");
}
