import { absent, block, blocks, show, list, text } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";

const OPEN = ["0.0.0.0/0", "::/0"];

export const noOpenEndpoint: ResourceRule = {
  id: "no-open-endpoint",
  group: "exposure",
  title: "No function, API, replication instance, database or security group is open to the internet.",
  rationale: "Anybody could call the function or try passwords at the database.",
  severity: "critical",
  level: "mandatory",
  remediation:
    "Use AWS_IAM for function URLs, name principals in permissions, keep instances private, and name the networks that may connect.",
  page: "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html",
  types: [
    "aws:lambda/functionUrl:FunctionUrl",
    "aws:lambda/permission:Permission",
    "aws:lambda/layerVersionPermission:LayerVersionPermission",
    "aws:apigatewayv2/route:Route",
    "aws:apigateway/method:Method",
    "aws:dms/replicationInstance:ReplicationInstance",
    "aws:rds/instance:Instance",
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  ],
  check(view, found) {
    const { inputs, type } = view;
    if (type.endsWith(":FunctionUrl") && inputs.authorizationType !== "AWS_IAM")
      found.add(
        "authorizationType",
        show(inputs.authorizationType),
        "a function's URL asks who calls",
        'set "AWS_IAM"',
      );
    if (type.endsWith(":FunctionUrl") && list(block(inputs.cors)?.allowOrigins)?.includes("*") === true)
      found.add(
        "cors.allowOrigins",
        '["*"]',
        "any web page could use the log-in of whoever has it open",
        "name the origins",
      );
    if (type.endsWith(":LayerVersionPermission") && inputs.principal === "*" && absent(inputs.organizationId))
      found.add(
        "principal",
        '"*"',
        "a layer is shared with those who are named",
        "name the account, or organizationId",
      );
    if (type.endsWith(":Route") && (absent(inputs.authorizationType) || inputs.authorizationType === "NONE"))
      found.add(
        "authorizationType",
        show(inputs.authorizationType),
        "an API's route asks who calls",
        'set "AWS_IAM", "JWT" or "CUSTOM"',
      );
    if (type.endsWith(":Method") && inputs.authorization === "NONE" && inputs.httpMethod !== "OPTIONS")
      if (inputs.apiKeyRequired !== true)
        found.add("authorization", '"NONE"', "an API's method asks who calls", 'set "AWS_IAM", or an authorizer');
    if (type.endsWith(":Permission")) {
      if (inputs.principal === "*")
        found.add("principal", '"*"', "a permission names who may call", "name the service or the account");
      if (text(inputs.action)?.includes("*") === true)
        found.add("action", show(inputs.action), "a permission names the action", 'write "lambda:InvokeFunction"');
      if (inputs.functionUrlAuthType === "NONE")
        found.add("functionUrlAuthType", '"NONE"', "a function's URL asks who calls", 'set "AWS_IAM"');
    }
    if (type.startsWith("aws:dms/") && inputs.publiclyAccessible !== false)
      found.add(
        "publiclyAccessible",
        show(inputs.publiclyAccessible),
        "a replication instance has no public address",
        "set false",
      );
    if (type.startsWith("aws:rds/") && inputs.publiclyAccessible === true)
      found.add("publiclyAccessible", "true", "a database has no public address", "set false");
    const open = (path: string, networks: unknown): void => {
      for (const network of list(networks) ?? [])
        if (OPEN.includes(String(network)))
          found.add(path, show(network), "the internet does not come in", "name the networks that may");
    };
    if (type.endsWith(":SecurityGroup"))
      for (const [index, rule] of blocks(inputs.ingress)) {
        open(`ingress[${index}].cidrBlocks`, rule.cidrBlocks);
        open(`ingress[${index}].ipv6CidrBlocks`, rule.ipv6CidrBlocks);
      }
    if (type.endsWith(":SecurityGroupRule") && inputs.type === "ingress") {
      open("cidrBlocks", inputs.cidrBlocks);
      open("ipv6CidrBlocks", inputs.ipv6CidrBlocks);
    }
    if (type.endsWith(":SecurityGroupIngressRule")) {
      open("cidrIpv4", [inputs.cidrIpv4]);
      open("cidrIpv6", [inputs.cidrIpv6]);
    }
  },
};
