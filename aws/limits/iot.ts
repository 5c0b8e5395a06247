import { documentLimits, withoutBlanks } from "../iam/policy-document";
import { checkName } from "../names";
import { absent, block, blocks, Findings, list, number, show, text, type Inputs, type Limit } from "../values";

/** The third is the name that the second had in its preview; IoT's console wrote it for years. */
const SQL_VERSIONS = ["2015-10-08", "2016-03-23", "2016-03-23-beta", "beta"];

/**
 * Members that every action of the kind needs; the plural names are the rule's, the singular ones the error action's.
 * https://docs.aws.amazon.com/iot/latest/apireference/API_Action.html
 */
const ACTIONS: Record<string, { singular: string; required: readonly string[] }> = {
  cloudwatchAlarms: { singular: "cloudwatchAlarm", required: ["alarmName", "roleArn", "stateReason", "stateValue"] },
  cloudwatchLogs: { singular: "cloudwatchLogs", required: ["logGroupName", "roleArn"] },
  cloudwatchMetrics: {
    singular: "cloudwatchMetric",
    required: ["metricName", "metricNamespace", "metricUnit", "metricValue", "roleArn"],
  },
  dynamodbs: { singular: "dynamodb", required: ["hashKeyField", "hashKeyValue", "roleArn", "tableName"] },
  dynamodbv2s: { singular: "dynamodbv2", required: ["roleArn"] },
  elasticsearch: { singular: "elasticsearch", required: ["endpoint", "id", "index", "roleArn", "type"] },
  firehoses: { singular: "firehose", required: ["deliveryStreamName", "roleArn"] },
  https: { singular: "http", required: ["url"] },
  iotAnalytics: { singular: "iotAnalytics", required: ["channelName", "roleArn"] },
  iotEvents: { singular: "iotEvents", required: ["inputName", "roleArn"] },
  kafkas: { singular: "kafka", required: ["clientProperties", "destinationArn", "topic"] },
  kineses: { singular: "kinesis", required: ["roleArn", "streamName"] },
  lambdas: { singular: "lambda", required: ["functionArn"] },
  republishes: { singular: "republish", required: ["roleArn", "topic"] },
  s3: { singular: "s3", required: ["bucketName", "key", "roleArn"] },
  sns: { singular: "sns", required: ["roleArn", "targetArn"] },
  sqs: { singular: "sqs", required: ["queueUrl", "roleArn", "useBase64"] },
  stepFunctions: { singular: "stepFunctions", required: ["roleArn", "stateMachineName"] },
  timestreams: { singular: "timestream", required: ["databaseName", "dimensions", "roleArn", "tableName"] },
};

/** Topic rule. https://docs.aws.amazon.com/iot/latest/apireference/API_TopicRulePayload.html */
export const topicRule: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "topicRule");
  if (!absent(inputs.sqlVersion))
    findings.among("sqlVersion", inputs.sqlVersion, SQL_VERSIONS, "the version of the SQL");
  const sql = text(inputs.sql);
  if (sql !== undefined) checkSql(findings, sql);
  let actions = 0;
  let undecided = false;
  for (const [plural, { required }] of Object.entries(ACTIONS)) {
    if (!absent(inputs[plural]) && list(inputs[plural]) === undefined) undecided = true;
    actions += list(inputs[plural])?.length ?? 0;
    for (const [index, action] of blocks(inputs[plural]))
      checkAction(findings, plural, `${plural}[${index}]`, action, required);
  }
  if (!undecided && (actions < 1 || actions > 10))
    findings.add(
      "",
      `${actions} actions`,
      "a rule has 1 to 10",
      actions < 1 ? "add one, for a channel: kineses" : "split the rule in two",
    );
  checkErrorAction(findings, inputs);
  return findings.all;
};

/** The size alone: what the SQL says is checked by who can parse it, `etl/iot-sql`. */
function checkSql(findings: Findings, sql: string): void {
  const bytes = Buffer.byteLength(sql);
  if (bytes > 256 * 1024) findings.add("sql", `${bytes} bytes`, "a rule has at most 262,144", "shorten the SQL");
}

function checkAction(
  findings: Findings,
  plural: string,
  at: string,
  action: Inputs,
  required: readonly string[],
): void {
  for (const member of required)
    findings.required(`${at}.${member}`, action[member], `an action of this kind needs ${member}`);
  if (plural === "firehoses")
    findings.among(
      `${at}.separator`,
      action.separator,
      ["\n", "\t", "\r\n", ","],
      "the separator of a Firehose action",
    );
  const qos = number(action.qos);
  if (plural === "republishes" && qos !== undefined && qos !== 0 && qos !== 1)
    findings.add(`${at}.qos`, String(qos), "a message is republished with QoS 0 or 1", "set 0 or 1");
  const topic = text(action.topic);
  if (plural === "republishes" && topic !== undefined && /^\$(?!\$|\{)/.test(topic))
    findings.add(
      `${at}.topic`,
      show(topic),
      "a reserved topic begins with two dollars in a republish action",
      `write ${show(`$${topic}`)}`,
    );
  if (plural === "sqs" && text(action.queueUrl)?.endsWith(".fifo") === true)
    findings.add(`${at}.queueUrl`, show(action.queueUrl), "the SQS action takes no FIFO queue", "use a standard queue");
}

function checkErrorAction(findings: Findings, inputs: Inputs): void {
  const errorAction = block(inputs.errorAction);
  if (errorAction === undefined) return;
  const singulars = Object.entries(ACTIONS).map(([plural, { singular, required }]) => ({ plural, singular, required }));
  const given = singulars.filter(({ singular }) => !absent(errorAction[singular]));
  if (given.length !== 1)
    findings.add(
      "errorAction",
      given.length === 0 ? "no action" : given.map(({ singular }) => singular).join(", "),
      "an error action is exactly one action",
      "keep one, for example cloudwatchLogs",
    );
  for (const { plural, singular, required } of given) {
    const action = block(errorAction[singular]);
    if (action === undefined) continue;
    checkAction(findings, plural, `errorAction.${singular}`, action, required);
    for (const [member, value] of Object.entries(action)) {
      const external =
        /\$\{[^}]*\b(get_thing_shadow|aws_lambda|get_dynamodb|machinelearning_predict|get_secret|get_registry_data)\s*\(/.exec(
          text(value) ?? "",
        );
      if (external !== null)
        findings.add(
          `errorAction.${singular}.${member}`,
          `a template with ${external[1]}()`,
          "templates of an error action call no external function",
          "take the call out",
        );
    }
  }
}

/** Device policy. https://docs.aws.amazon.com/iot/latest/apireference/API_CreatePolicy.html */
export const policy: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "devicePolicy");
  const document = text(inputs.policy);
  if (document === undefined) return findings.all;
  const length = withoutBlanks(document);
  if (length > 2048)
    findings.add(
      "policy",
      `${length} characters without blanks`,
      "a device policy has at most 2,048",
      "use policy variables for what differs by device",
    );
  findings.within("", documentLimits(document, "identity", "policy"));
  return findings.all;
};

/** Thing: three attributes without a type, fifty with one. https://docs.aws.amazon.com/iot/latest/developerguide/thing-types.html */
export const thing: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "thing");
  const attributes = block(inputs.attributes) ?? {};
  const names = Object.keys(attributes);
  const max = absent(inputs.thingTypeName) ? 3 : 50;
  if (names.length > max)
    findings.add(
      "attributes",
      `${names.length} attributes`,
      `a thing ${max === 3 ? "without" : "with"} a type has at most ${max}`,
      max === 3 ? "set thingTypeName" : "drop some",
    );
  for (const name of names) {
    if (name.length > 128)
      findings.add("attributes", `a name of ${name.length} characters`, "it has at most 128", "shorten it");
    const value = text(attributes[name]);
    if (value !== undefined && value.length > 800)
      findings.add(
        `attributes.${name}`,
        `${value.length} characters`,
        "an attribute's value has at most 800",
        "shorten it",
      );
  }
  return findings.all;
};

/** Fleet provisioning template. https://docs.aws.amazon.com/iot/latest/apireference/API_CreateProvisioningTemplate.html */
export const provisioningTemplate: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "provisioningTemplate");
  const body = text(inputs.templateBody);
  if (body !== undefined && body.length > 10_240)
    findings.add("templateBody", `${body.length} characters`, "a template has at most 10,240", "shorten it");
  return findings.all;
};
