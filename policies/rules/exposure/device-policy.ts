import { show } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";
import { parseArn } from "../../../aws/arn";
import { requiredValues, statementsIn, typesOf, type Statement } from "../../iam/documents";

const THING =
  /\$\{iot:Connection\.Thing\.(ThingName|Attributes\[[^\]]+\]|ThingTypeName)\}|\$\{iot:Certificate\.Subject\.[A-Za-z]+(\.\d+)?\}/;
const CLIENT = /\$\{iot:ClientId\}/;
/** Topics by which a device gets its own certificate; a claim's policy has nothing else. */
const PROVISIONING = /:(topic|topicfilter)\/\$aws\/(certificates\/create|provisioning-templates\/[^/*]+\/provision)/;

/** Calls of a device: messages, shadow, jobs, the exchange of its certificate. */
const DEVICE_ACTIONS =
  /^iot:(Connect|Publish|Subscribe|Receive|RetainPublish|GetRetainedMessage|ListRetainedMessages|(Get|Update|Delete)ThingShadow|ListNamedShadowsForThing|DescribeJobExecution|GetPendingJobExecutions|UpdateJobExecution|StartNextPendingJobExecution|AssumeRoleWithCertificate)$/i;

export const devicePolicy: ResourceRule = {
  id: "device-policy",
  group: "exposure",
  title: "A device may connect as itself only, and publish and subscribe below its own topics only.",
  rationale:
    "With the certificate of one device, anyone could otherwise publish as every other device and read its messages.",
  severity: "critical",
  level: "mandatory",
  remediation:
    "Use ${iot:Connection.Thing.ThingName} in client, topic and topicfilter, and Bool iot:Connection.Thing.IsAttached at iot:Connect.",
  page: "https://docs.aws.amazon.com/iot/latest/developerguide/pub-sub-policy.html",
  types: typesOf("device"),
  check(view, found) {
    const statements = statementsIn(view, found, "device").filter(({ allow }) => allow);
    const messages = statements.filter((statement) =>
      statement.actions.some((action) => /^iot:(Publish|Receive|Subscribe|RetainPublish|\*)/i.test(action)),
    );
    const claim =
      messages.length > 0 &&
      messages.every(({ resources }) => resources.every((resource) => PROVISIONING.test(resource)));
    for (const statement of statements)
      for (const action of statement.actions)
        if (/^iot:/i.test(action) && !/[*?]/.test(action) && !DEVICE_ACTIONS.test(action))
          found.add(
            `${statement.at}.Action`,
            show(action),
            "a device connects, publishes, receives and uses its shadow and jobs, and administers nothing",
            "remove it",
          );
    for (const statement of statements)
      for (const resource of statement.resources) {
        const problem = problemOf(statement, resource, claim);
        if (problem !== undefined)
          found.add(
            `${statement.at}.Resource`,
            show(resource),
            problem,
            "write ${iot:Connection.Thing.ThingName} into it",
          );
      }
    const connects = statements.filter(({ actions }) =>
      actions.some((action) => /^iot:(Connect|\*)$/i.test(action) || action === "*"),
    );
    if (messages.length > 0 && connects.length === 0 && found.unknown.size === 0)
      found.add(
        "policy",
        "no iot:Connect",
        "variables of a thing hold only for a client that connects under the thing's name",
        "allow iot:Connect on client/${iot:Connection.Thing.ThingName}",
      );
    for (const statement of connects)
      if (
        !claim &&
        statement.actions.every((action) => action.toLowerCase() === "iot:connect") &&
        requiredValues(statement, "iot:Connection.Thing.IsAttached") === undefined &&
        !statement.resources.includes("*")
      )
        found.add(
          `${statement.at}.Condition`,
          "no iot:Connection.Thing.IsAttached",
          "the certificate belongs to the thing under whose name it connects",
          'add "Condition": {"Bool": {"iot:Connection.Thing.IsAttached": "true"}}',
        );
  },
};

function problemOf(statement: Statement, resource: string, claim: boolean): string | undefined {
  if (resource === "*" && claim && statement.actions.every((action) => action.toLowerCase() === "iot:connect"))
    return undefined;
  if (resource === "*") return "* is every client and every topic";
  const parts = parseArn(resource);
  if (parts?.service !== "iot") return undefined;
  if (/[*?]/.test(parts.account) || /[*?]/.test(parts.region)) return "account and region are named";
  const [kind = "", ...rest] = parts.resource.split("/");
  const name = rest.join("/");
  if (kind === "client") {
    if (claim) return undefined;
    return THING.test(name) && !/[*?]/.test(name.replace(/\$\{[^}]*\}/g, ""))
      ? undefined
      : "a device connects under its thing's name only";
  }
  if (kind === "thing")
    return THING.test(name) && !/[*?]/.test(name.replace(/\$\{[^}]*\}/g, ""))
      ? undefined
      : "a device reads and changes its own thing and shadow only";
  if (kind !== "topic" && kind !== "topicfilter") return undefined;
  if (PROVISIONING.test(resource)) return undefined;
  const before = name.split(/[*?]|(?:^|\/)[+#](?:\/|$)/)[0]!;
  const open = before.length < name.length;
  if (CLIENT.test(name) && !THING.test(name) && kind === "topicfilter")
    return "a client could call itself +, and ${iot:ClientId} would be a wildcard";
  if (open && !THING.test(before)) return "a wildcard reaches other devices' topics";
  if (
    !THING.test(name) &&
    !CLIENT.test(name) &&
    statement.actions.some((action) => /^iot:(Publish|RetainPublish)$/i.test(action))
  )
    return "a device publishes below its own name, so that nobody speaks for another";
  return undefined;
}
