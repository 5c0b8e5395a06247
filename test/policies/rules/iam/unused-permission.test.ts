import type { Inputs } from "../../../../aws/values";
import { unusedPermission } from "../../../../policies/rules/iam/unused-permission";
import { LAMBDA_TRUST, role } from "../../misconfigurations/plant";
import { adding, type Variation } from "../../misconfigurations/run";
import { iot, PROVISIONING, provisioningRole, TEMPLATE } from "../../misconfigurations/provisioning";
import { ACCOUNT, document, REGION, type Shorthand } from "../../resources";
import { spec } from "../../spec";

const config = { "unused-permission": { namePrefixes: ["plant-dev-", "plant_dev_"] } };
const stream = (name: string): string => `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/${name}`;

const allowed = (Action: string[], Resource: string[]): Inputs => ({ Effect: "Allow", Action, Resource });

/** A role that nothing in the stack uses, with a statement, and further ones. */
const spare = (Action: string[], Resource: string[], ...more: Inputs[]): Shorthand[] => [
  ...role("spare", LAMBDA_TRUST),
  [
    "aws:iam/rolePolicy:RolePolicy",
    "spare-policy",
    { name: "spare", role: "spare", policy: document(allowed(Action, Resource), ...more) },
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

const REGISTERS = allowed(["iot:CreateThing", "iot:DescribeThing"], [iot("thing/*")]);
const joins = (...groups: string[]): Inputs =>
  allowed(["iot:AddThingToThingGroup"], [iot("thing/*"), ...groups.map((name) => iot(`thinggroup/${name}`))]);
const GROUP: Shorthand = ["aws:iot/thingGroup:ThingGroup", "pumps", { name: "pumps" }];

/** A function that puts what it reads into the stream of its environment. */
const bridge = (...targets: string[]): Shorthand[] => [
  ...spare(["kinesis:GetRecords"], [stream("history")], allowed(["kinesis:PutRecords"], targets.map(stream))),
  [
    "aws:lambda/function:Function",
    "bridge",
    {
      name: "bridge",
      role: `arn:aws:iam::${ACCOUNT}:role/spare`,
      runtime: "nodejs22.x",
      code: { files: { "index.js": "new PutRecordsCommand();" } },
      environment: { variables: { CHANNEL_STREAM: "plant" } },
    },
  ],
  ["aws:kinesis/stream:Stream", "history", { name: "history", shardCount: 1, retentionPeriod: 24 }],
  [
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    "bridge-mapping",
    { functionName: "bridge", eventSourceArn: stream("history"), startingPosition: "TRIM_HORIZON" },
  ],
];

spec(unusedPermission, {
  good: {
    "a provisioning template needs its certificates, its things and its group": {
      add: [...provisioningRole(PROVISIONING, REGISTERS, joins("pumps")), TEMPLATE, GROUP],
    },
    "a bridge reads the stream of its event source mapping, and writes the one in its environment": {
      add: bridge("plant"),
    },
    "resources whose names begin as the project's do": {
      add: spare(["kinesis:CreateStream"], [stream("plant-dev-*")]),
      config,
    },
    "a function that changes a table needs the catalog and the database with it": KEEPER,
  },
  more: [
    adding(
      "unused-permission",
      "a group that the provisioning template does not join",
      `provisioning-policy (aws:iam:RolePolicy), policy.Statement[2].Resource: saw iot:AddThingToThingGroup on "${iot("thinggroup/fans")}"; template (aws:iot:ProvisioningTemplate), which uses the role provisioning-role, does not need it; remove the resource`,
      ...provisioningRole(PROVISIONING, REGISTERS, joins("pumps", "fans")),
      TEMPLATE,
      GROUP,
      ["aws:iot/thingGroup:ThingGroup", "fans", { name: "fans" }],
    ),
    adding(
      "unused-permission",
      "a stream that is neither the bridge's source nor in its environment",
      `spare-policy (aws:iam:RolePolicy), policy.Statement[1].Resource: saw kinesis:PutRecords on "${stream("others")}"; bridge (aws:lambda:Function), which uses the role spare-role, does not need it; remove the resource`,
      ...bridge("plant", "others"),
      ["aws:kinesis/stream:Stream", "others", { name: "others", shardCount: 1, retentionPeriod: 24 }],
    ),
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
