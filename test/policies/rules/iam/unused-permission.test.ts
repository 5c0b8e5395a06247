import { unusedPermission } from "../../../../policies/rules/iam/unused-permission";
import { LAMBDA_TRUST, role } from "../../misconfigurations/plant";
import { adding, type Variation } from "../../misconfigurations/run";
import { ACCOUNT, document, REGION, type Shorthand } from "../../resources";
import { spec } from "../../spec";

const config = { "unused-permission": { namePrefixes: ["plant-dev-", "plant_dev_"] } };
const stream = (name: string): string => `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/${name}`;

/** A role that nothing in the stack uses, with one statement. */
const spare = (Action: string[], Resource: string[]): Shorthand[] => [
  ...role("spare", LAMBDA_TRUST),
  [
    "aws:iam/rolePolicy:RolePolicy",
    "spare-policy",
    { name: "spare", role: "spare", policy: document({ Effect: "Allow", Action, Resource }) },
  ],
];
/** A function that changes a table, whose name is in its environment. */
const KEEPER: Variation = {
  config,
  add: [
    ...spare(
      ["glue:GetTable", "glue:UpdateTable"],
      ["catalog", "database/lake", "table/lake/readings"].map((rest) => `arn:aws:glue:${REGION}:${ACCOUNT}:${rest}`),
    ),
    [
      "aws:lambda/function:Function",
      "keeper",
      {
        name: "keeper",
        role: `arn:aws:iam::${ACCOUNT}:role/spare`,
        runtime: "nodejs22.x",
        code: { files: { "index.js": "new GetTableCommand(); new UpdateTableCommand();" } },
        environment: { variables: { DATASTORE_DATABASE: "lake", DATASTORE_TABLE: "readings" } },
      },
    ],
    [
      "aws:glue/catalogTable:CatalogTable",
      "readings",
      { databaseName: "lake", name: "readings", storageDescriptor: { location: "s3://b/", columns: [] } },
    ],
  ],
};

spec(unusedPermission, {
  good: {
    "resources whose names begin as the project's do": {
      add: spare(["kinesis:CreateStream"], [stream("plant-dev-*")]),
      config,
    },
    "a function that changes a table needs the catalog and the database with it": KEEPER,
  },
  more: [
    {
      ...adding(
        "unused-permission",
        "what is neither the stack's nor the project's",
        `spare-policy (aws:iam:RolePolicy), policy.Statement[0].Resource: saw "${stream("quarry")}"; the stack neither owns nor names this resource; remove it, or name the resource where it is used`,
        ...spare(["kinesis:CreateStream"], [stream("quarry")]),
      ),
      config,
    },
  ],
  unknown: {
    of: "archive-policy",
    property: "policy",
    says: "archive-policy (aws:iam:RolePolicy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
