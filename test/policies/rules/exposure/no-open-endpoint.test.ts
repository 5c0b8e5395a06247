import { noOpenEndpoint } from "../../../../policies/rules/exposure/no-open-endpoint";
import { spec } from "../../spec";

spec(noOpenEndpoint, {
  messages: {
    "importer-permission: everyone may invoke": [
      'importer-permission (aws:lambda:Permission), principal: saw "*"; a permission names who may call; name the service or the account',
    ],
    "importer-permission: every action": [
      'importer-permission (aws:lambda:Permission), action: saw "lambda:*"; a permission names the action; write "lambda:InvokeFunction"',
    ],
    "a layer for everyone": [
      'layer (aws:lambda:LayerVersionPermission), principal: saw "*"; a layer is shared with those who are named; name the account, or organizationId',
    ],
    "a function's URL for everyone": [
      'url (aws:lambda:FunctionUrl), authorizationType: saw "NONE"; a function\'s URL asks who calls; set "AWS_IAM"',
    ],
    "a permission for a URL without log-in": [
      'url-permission (aws:lambda:Permission), principal: saw "*"; a permission names who may call; name the service or the account',
      'url-permission (aws:lambda:Permission), functionUrlAuthType: saw "NONE"; a function\'s URL asks who calls; set "AWS_IAM"',
    ],
    "an API's route without log-in": [
      'route (aws:apigatewayv2:Route), authorizationType: saw "NONE"; an API\'s route asks who calls; set "AWS_IAM", "JWT" or "CUSTOM"',
    ],
    "an API's method without log-in": [
      'method (aws:apigateway:Method), authorization: saw "NONE"; an API\'s method asks who calls; set "AWS_IAM", or an authorizer',
    ],
    "a database with a public address": [
      "db (aws:rds:Instance), publiclyAccessible: saw true; a database has no public address; set false",
    ],
    "a replication instance with a public address": [
      "dms (aws:dms:ReplicationInstance), publiclyAccessible: saw true; a replication instance has no public address; set false",
    ],
    "SSH for the internet": [
      'group (aws:ec2:SecurityGroup), ingress[0].cidrBlocks: saw "0.0.0.0/0"; the internet does not come in; name the networks that may',
    ],
    "a rule of its own for the internet, IPv6": [
      'ingress (aws:vpc:SecurityGroupIngressRule), cidrIpv6: saw "::/0"; the internet does not come in; name the networks that may',
    ],
    "an older rule for the internet": [
      'ingress (aws:ec2:SecurityGroupRule), cidrBlocks: saw "0.0.0.0/0"; the internet does not come in; name the networks that may',
    ],
    "a function's URL for every web page": [
      'url (aws:lambda:FunctionUrl), cors.allowOrigins: saw ["*"]; any web page could use the log-in of whoever has it open; name the origins',
    ],
  },
  unknown: {
    of: "importer-permission",
    property: "principal",
    says: "importer-permission (aws:lambda:Permission), principal: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
