import { show } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";
import { parseArn } from "../../../aws/arn";
import { actionOf } from "../../../aws/iam/action-catalog";
import { statementsIn, typesOf } from "../../iam/documents";
import { isOwnName, NAME_PREFIXES } from "../../iam/own-names";

export const noWildcardResource: ResourceRule = {
  id: "no-wildcard-resource",
  group: "iam",
  title: "A statement that allows names its resources, wherever the action has resource-level permission.",
  rationale: "With * a role reaches every bucket, stream and table of the account, those of other teams too.",
  severity: "critical",
  level: "mandatory",
  remediation:
    "Name the resource by its ARN; * may stand for keys below a bucket's prefix, streams of a log group, tables of a database, things.",
  page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
  config: NAME_PREFIXES,
  types: typesOf("identity"),
  check(view, found, context) {
    for (const statement of statementsIn(view, found, "identity")) {
      if (!statement.allow) continue;
      const narrow = statement.actions.flatMap((name) => {
        const action = actionOf(name);
        return action === undefined || action.arns.length === 0 || UNNAMED.test(action.name) ? [] : [action.name];
      });
      if (narrow.length === 0) continue;
      for (const resource of statement.resources) {
        const problem = wildcardProblem(resource, context.config.namePrefixes);
        if (problem !== undefined)
          found.add(
            `${statement.at}.Resource`,
            show(resource),
            `${narrow.slice(0, 3).join(", ")}${narrow.length > 3 ? ", ..." : ""} can be granted for single resources, and ${problem}`,
            "name the resource that is used",
          );
      }
    }
  },
};

/** Parts of an ARN that may be open, by service: what stands behind the resource's own name, or names nobody can list beforehand. */
const OPEN: readonly [service: string, resource: RegExp][] = [
  // Keys of one bucket.
  ["s3", /^[^*?/]+(\/[\s\S]*)?$/],
  ["s3", /^accesspoint\/[^*?/]+\/object\/[\s\S]*$/],
  // Streams of one log group; groups that a service makes below a name that it fixes itself.
  ["logs", /^log-group:[^*?]+[^*?/](\*|:\*|:log-stream:[\s\S]*)?$/],
  ["logs", /^log-group:(\/aws-glue\/|\/aws\/sagemaker\/)[^*?]*\*/],
  // Tables and versions of one database.
  ["glue", /^(table|tableVersion|userDefinedFunction)\/[^*?/]+\/[\s\S]+$/],
  // Things are data, and they come and go; topics carry their names.
  ["iot", /^thing\/[\s\S]+$/],
  // A certificate's id is known when it is made, and each device has its own.
  ["iot", /^cert\/[\s\S]+$/],
  ["iot", /^(topic|topicfilter|client)\/[^*?][\s\S]*$/],
  // Versions and aliases of one function, executions of one machine, consumers of one stream.
  ["lambda", /^function:[^*?:]+(:[\s\S]+)?$/],
  ["states", /^(execution|express|mapRun):[^*?:/]+[:/][\s\S]+$/],
  ["kinesis", /^stream\/[^*?/]+\/consumer\/[\s\S]+$/],
  ["secretsmanager", /^secret:[^*?]+-(\*|\?{6})$/],
  ["dynamodb", /^table\/[^*?/]+\/[\s\S]+$/],
  ["ecs", /^(task|task-definition|service|container-instance)\/[^*?/]+[:/][\s\S]+$/],
  // Parameters below one path, calls of one API.
  ["ssm", /^parameter\/[^*?]+\/\*$/],
  ["execute-api", /^[^*?/]+\/[\s\S]*$/],
  ["scheduler", /^schedule\/[^*?/]+\/[\s\S]+$/],
];

/** Calls on what is made by the call itself, in a network that a function is put into: there is nothing to name (AWS's guide for Lambda in a VPC). */
const UNNAMED =
  /^ec2:(CreateNetworkInterface|DeleteNetworkInterface|AssignPrivateIpAddresses|UnassignPrivateIpAddresses)$/;

function wildcardProblem(resource: string, namePrefixes: unknown): string | undefined {
  if (!/[*?]/.test(resource.replace(/\$\{[^}]*\}/g, ""))) return undefined;
  if (resource === "*") return "* is every resource of the account";
  const parts = parseArn(resource);
  if (parts === undefined) return "* matches every resource of the service";
  if (/[*?]/.test(parts.partition) || /[*?]/.test(parts.service)) return "the service is open";
  if (/[*?]/.test(parts.account)) return "the account is open";
  if (/[*?]/.test(parts.region)) return "the region is open";
  if (OPEN.some(([service, open]) => service === parts.service && open.test(parts.resource))) return undefined;
  if (isOwnName(parts.resource, namePrefixes)) return undefined;
  return "the * stands in the resource's own name";
}
