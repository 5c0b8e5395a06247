import type * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as iot from "@pulumi/aws/iot";
import type * as kinesis from "@pulumi/aws/kinesis";
import * as pulumi from "@pulumi/pulumi";
import { ruleFilterProblem } from "../../aws/mqtt-topic";
import { show } from "../../aws/text/show";
import { checkStatement, checkTemplate, filterOf, hasLevel } from "../../etl/iot-sql";
import type { Checks } from "./common/checks";
import { lift } from "./common/inputs";
import { writesStream } from "./common/kms";
import { createLogGroup } from "./common/logs";
import { physicalName, takeName } from "./common/names";
import { createRole, type RoleTransforms, type RoleNodes } from "./common/role";
import type { Scope } from "./common/scope";
import { flag, input, matching, object, required, text } from "./common/shape";
import { transformed, type Transform } from "./common/transform";

/** A topic rule that feeds the channel. */
export interface TopicRuleArgs {
  /** Name of the rule, unique in the stack: letters, digits and underscores. Example: "etl_analytics". */
  name: string;
  /**
   * Name of the rule on AWS, one for the account and region, for devices that publish to `$aws/rules/NAME/...` (basic ingest). Default:
   * project, stack and name. Example: "etl_analytics".
   */
  ruleName?: string;
  /** IoT SQL, used as it stands, version 2016-03-23. Example: "SELECT * FROM 'dt/+/aggregate'". */
  sql: pulumi.Input<string>;
  /**
   * Whether an array that the SQL gives is a batch: each of its elements is a message for the pipelines of the channel, which takes batches
   * of all its rules then. Default: false, an array is one message, and fails. Example: true.
   */
  batchMode?: boolean;
  /** Whether the rule runs. Default: true. Example: false. */
  enabled?: boolean;
  /**
   * Partition key of the stream's records, a template. Default: the channel's. Example: "${clientid()}".
   */
  partitionKey?: pulumi.Input<string>;
  /**
   * Log group for the messages that the rule could not deliver. Default: "/aws/iot-rules/RULE". Example: "/plant/rule-errors".
   */
  errorLogGroup?: string;
  /** What the rule is for, at most 500 characters. Example: "Readings of the press shop". */
  description?: string;
}

/** A rule, its role, and the log of the messages that it could not deliver. */
export interface TopicRuleNodes extends RoleNodes {
  readonly rule: iot.TopicRule;
  readonly errorLog: cloudwatch.LogGroup;
  /** how the names of its resources begin */
  readonly child: string;
  /** as its arguments name it */
  readonly shown: string;
}

/** Changes to a rule, its role and its error log. */
export interface TopicRuleTransforms extends RoleTransforms {
  rule?: Transform<iot.TopicRuleArgs>;
  errorLog?: Transform<cloudwatch.LogGroupArgs>;
}

interface RuleSettings {
  stream: kinesis.Stream;
  /** the customer's key of the stream */
  streamKey: pulumi.Input<string> | undefined;
  /** the channel's, for a rule that names none */
  partitionKey: pulumi.Input<string> | undefined;
  /** what must read the stream before the first message */
  readers: Promise<pulumi.Resource[]>;
  transforms: TopicRuleTransforms;
}

const NAME = matching(/^[A-Za-z0-9_]{1,128}$/, "it has 1-128 letters, digits and underscores");

/** The arguments of a rule. */
export const TOPIC_RULE = object<TopicRuleArgs>({
  name: required(NAME),
  ruleName: NAME,
  sql: required(input(text("IoT SQL such as SELECT * FROM 'dt/+/aggregate'", sqlProblem))),
  batchMode: flag,
  enabled: flag,
  partitionKey: input(text()),
  errorLogGroup: matching(/^[.\-_/#A-Za-z0-9]{1,512}$/, "a log group's name has 1-512 letters, digits and . - _ / #"),
  description: text("a text", (description) =>
    description.length > 500 ? `has ${description.length} characters; at most 500` : undefined,
  ),
});

/** What AWS would refuse of a rule's SQL, with its place. */
function sqlProblem(sql: string): string | undefined {
  if (sql.trim() === "") return "is empty; give IoT SQL such as SELECT * FROM 'dt/+/aggregate'";
  return checkStatement(sql).error?.withCaret();
}

/**
 * Checks the partition key of a rule's records.
 * @param sql of the rule, whose variables the key may use
 * @returns the key, which fails its users if it turns out to be wrong
 */
export function checkPartitionKey(
  checks: Checks,
  path: string,
  key: pulumi.Input<string> | undefined,
  sql: pulumi.Input<string> = "",
): pulumi.Input<string> | undefined {
  if (key === undefined || !checks.shaped(path)) return key;
  const both = lift<[string, string], [string, string]>([key, sql], (...known) => known);
  const checked = checks.known(path, both, ([text, known]) =>
    text.trim() === "" || text.length > 256
      ? `saw ${show(text)}; it has 1-256 characters, such as \${topic(2)} or \${newuuid()}`
      : checkTemplate(text, known).error?.withCaret(),
  );
  return lift<[[string, string]], string>([checked], ([text]) => text);
}

/** IoT SQL for a topic filter. It adds the time of arrival as a system attribute, which no column takes unless it is listed. */
export function sqlOf(topicFilter: string): string {
  return `SELECT *, timestamp() AS __received_at FROM '${topicFilter}'`;
}

/** What AWS would refuse of a topic filter. */
export function topicFilterProblem(filter: string): string | undefined {
  const problem = filter.includes("'")
    ? { rule: "a filter that becomes SQL has no quotes", wayOut: "give a rule with SQL of its own" }
    : ruleFilterProblem(filter);
  return problem && `saw ${show(filter)}; ${problem.rule}; ${problem.wayOut}`;
}

/**
 * The partition key of a rule that states none. Kinesis refuses an empty one, so it is the topic's second level, which keeps a device's
 * messages in order, where every topic has one, else the topic, or a random key for a rule that listens to one topic only.
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecord.html
 */
export function defaultPartitionKey(sql: string): string {
  const filter = filterOf(sql);
  if (hasLevel(filter, 2)) return "${topic(2)}";
  return filter !== undefined && /[+#]/.test(filter) ? "${topic()}" : "${newuuid()}";
}

/** The name of a rule on AWS. */
export function ruleNameOf({ name, ruleName }: Pick<TopicRuleArgs, "name" | "ruleName">): string {
  return ruleName ?? physicalName("topicRule", name);
}

/** Creates a rule with a role and an error log of its own. */
export function createTopicRule(
  scope: Scope,
  rule: TopicRuleArgs,
  { stream, streamKey, partitionKey, readers, transforms }: RuleSettings,
): TopicRuleNodes {
  const { component, aws, tags } = scope;
  const physical = ruleNameOf(rule);
  const given = rule.partitionKey ?? partitionKey;
  const key = given ?? lift<[string], string>([rule.sql], defaultPartitionKey);
  lift<[string, string], void>([key, rule.sql], warnOfEmpty);
  takeName(component, "topic rule", rule.name, physical);
  const child = rule.name === scope.name ? scope.name : `${scope.name}-${rule.name}`;
  const errorLog = createLogGroup(
    scope,
    `${child}-error-log`,
    // A rule that is given another name keeps its log.
    rule.errorLogGroup ?? `/aws/iot-rules/${physicalName("topicRule", rule.name)}`,
    transforms.errorLog,
  );
  // The rule needs its role first, and a transform may yet give the rule another name.
  let named: (name: pulumi.Input<string>) => void;
  const sourceRule = pulumi.interpolate`rule/${new Promise<pulumi.Input<string>>((resolve) => (named = resolve))}`;
  const { role, policy, arn } = createRuleRole();
  return { rule: createRule(), errorLog, role, policy, child, shown: rule.name };

  function warnOfEmpty(template: string, sql: string): void {
    if (checkTemplate(template, sql).mayBeEmpty)
      void pulumi.log.warn(
        `rule ${rule.name}: the partition key ${template} can be empty, and Kinesis refuses such a record, so the message goes to the error log; ` +
          "write a text beside it (device-${device_id}) or ${get_or_default(device_id, topic())}",
        component,
      );
  }

  function createRuleRole(): ReturnType<typeof createRole> {
    return createRole(
      { ...scope, name: child },
      {
        service: "iot",
        actor: "rule",
        sourceResource: sourceRule,
        description: `Topic rule ${physical}`,
        statements: [
          // The Kinesis action.
          {
            Sid: "PutRecords",
            Effect: "Allow",
            Action: ["kinesis:PutRecord"],
            Resource: [aws.arn("kinesis", pulumi.interpolate`stream/${stream.name}`)],
          },
          // The error action: it looks for its log stream, creates it, and writes.
          {
            Sid: "WriteErrors",
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            Resource: [aws.arn("logs", pulumi.interpolate`log-group:${errorLog.name}:*`)],
          },
          // PutRecord, when the stream is encrypted with a customer's key.
          ...writesStream(streamKey, aws),
        ],
        transforms,
      },
    );
  }

  function createRule(): iot.TopicRule {
    const args: iot.TopicRuleArgs = {
      name: physical,
      description: rule.description,
      enabled: rule.enabled ?? true,
      sql: rule.sql,
      sqlVersion: "2016-03-23",
      kineses: [
        {
          streamName: stream.name,
          partitionKey: key,
          roleArn: arn,
        },
      ],
      errorAction: { cloudwatchLogs: { logGroupName: errorLog.name, roleArn: arn } },
      tags,
    };
    const dependsOn = readers.then((all) => [policy, ...all] as pulumi.Resource[]);
    const final = transformed(transforms.rule, `${child}-topic-rule`, args, { parent: component, dependsOn });
    // A rule without a name of its own gets one from Pulumi, too late for the policy.
    named(pulumi.output(final[1].name).apply((name) => name ?? "*"));
    return new iot.TopicRule(...final);
  }
}
