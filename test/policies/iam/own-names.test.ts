import { unusedPermission } from "../../../policies/rules/iam/unused-permission";
import { noWildcardResource } from "../../../policies/rules/iam/no-wildcard-resource";
import { passRoleCondition } from "../../../policies/rules/iam/pass-role-condition";
import { ACCOUNT, REGION, rolePolicy, rule, statement, trust, type Shorthand } from "../harness";

const prefixes = { namePrefixes: ["plant-dev-", "plant_dev_"] };
const stream = (name: string): string => `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/${name}`;
const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const CREATE = { Sid: "Create", Action: ["kinesis:CreateStream"] };
const OWNER: Shorthand = [
  "aws:iam/role:Role",
  "role",
  { name: "archive", assumeRolePolicy: trust("lambda.amazonaws.com") },
];

rule(noWildcardResource, {
  config: { "no-wildcard-resource": prefixes },
  good: [rolePolicy({ ...CREATE, Resource: [stream("plant-dev-*")] })],
  alsoGood: {
    "the beginning stands below a path": [
      rolePolicy({
        Sid: "Log",
        Action: ["logs:CreateLogGroup"],
        Resource: [`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:*/plant_dev_*`],
      }),
    ],
  },
  bad: [
    {
      title: "the name of another",
      of: "policy",
      change: statement("policy", (own) => (own.Resource = [stream("plant-*")])),
      messages: [
        `policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "${stream("plant-*")}"; kinesis:CreateStream can be granted for single resources, and the * stands in the resource's own name; name the resource that is used`,
      ],
    },
    {
      title: "the beginning in the middle of a name",
      of: "policy",
      change: statement("policy", (own) => (own.Resource = [stream("*plant-dev-*")])),
      messages: [
        `policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "${stream("*plant-dev-*")}"; kinesis:CreateStream can be granted for single resources, and the * stands in the resource's own name; name the resource that is used`,
      ],
    },
  ],
});

const glueArn = (rest: string): string => `arn:aws:glue:${REGION}:${ACCOUNT}:${rest}`;
const KEEP = { Sid: "KeepColumns", Action: ["glue:GetTable", "glue:UpdateTable"] };
/** A function that changes a table, whose name its environment tells. */
const KEEPER: readonly Shorthand[] = [
  OWNER,
  [
    "aws:lambda/function:Function",
    "keeper",
    {
      name: "keeper",
      role: role("archive"),
      runtime: "nodejs22.x",
      code: { files: { "index.js": "new GetTableCommand(); new UpdateTableCommand();" } },
      environment: { variables: { DATASTORE_DATABASE: "lake", DATASTORE_TABLE: "readings" } },
    },
  ],
  [
    "aws:glue/catalogTable:CatalogTable",
    "table",
    { databaseName: "lake", name: "readings", storageDescriptor: { location: "s3://b/", columns: [] } },
  ],
];

const pass = (name: string): Shorthand =>
  rolePolicy({
    Sid: "Pass",
    Action: ["iam:PassRole"],
    Resource: [role(name)],
    Condition: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
  });

rule(passRoleCondition, {
  config: { "pass-role-condition": prefixes },
  good: [pass("plant-dev-*")],
  bad: [
    {
      title: "roles of others",
      of: "policy",
      change: statement("policy", (own) => (own.Resource = [role("plant-*")])),
      messages: [
        `policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "${role("plant-*")}"; iam:PassRole names each role; write the role's ARN in full`,
      ],
    },
  ],
});

rule(unusedPermission, {
  config: { "unused-permission": prefixes },
  good: [OWNER, rolePolicy({ ...CREATE, Resource: [stream("plant-dev-*")] })],
  alsoGood: {
    "a function that changes a table needs the catalog and the database with it": [
      ...KEEPER,
      rolePolicy({ ...KEEP, Resource: ["catalog", "database/lake", "table/lake/readings"].map(glueArn) }),
    ],
  },
  bad: [
    {
      title: "what is neither the stack's nor the project's",
      of: "policy",
      change: statement("policy", (own) => (own.Resource = [stream("quarry")])),
      messages: [
        `policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "${stream("quarry")}"; the stack neither holds nor names this resource; remove it, or name the resource where it is used`,
      ],
    },
  ],
});
