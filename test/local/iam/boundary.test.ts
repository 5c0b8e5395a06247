import assert from "node:assert/strict";
import { Iam, type Call } from "../../../local/iam";
import { Declared, missingReferences, planResource } from "../../../local/handlers";
import { ACCOUNT, TYPES, type Properties, type Resource } from "../../../local/core/model";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/worker`;
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/bounds`;
const CONTEXT = { account: ACCOUNT, region: "eu-central-1", project: "p", stack: "dev", name: "x", urn: "urn:x" };

function resource(type: string, inputs: Properties, outputs: Properties = {}): Resource {
  return { urn: `urn:${type}`, type, name: "x", custom: true, id: "x", dependencies: [], inputs, outputs };
}
const document = (statements: Properties[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** A role that may do everything to objects and queues, within a boundary. */
function bounded(boundary: Properties[], bucket: Properties[] = []): Iam {
  const all = [{ Effect: "Allow", Action: ["s3:*", "sqs:*"], Resource: "*" }];
  return new Iam(
    [
      resource(
        TYPES.role,
        { name: "worker", assumeRolePolicy: document([]), permissionsBoundary: BOUNDARY },
        { arn: ROLE },
      ),
      resource(TYPES.rolePolicy, { name: "all", role: "worker", policy: document(all) }),
      resource(TYPES.managedPolicy, { name: "bounds", policy: document(boundary) }, { arn: BOUNDARY }),
      resource(TYPES.bucketPolicy, { bucket: "store", policy: document(bucket) }),
    ],
    ACCOUNT,
  );
}

// The table "Evaluating effective permissions with boundaries" of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
describe("Iam: permissions boundary", () => {
  const get: Call = { principal: ROLE, action: "s3:GetObject", resource: "arn:aws:s3:::store/a" };
  const allow = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::store/*" };

  it("allows what the role's policy and the boundary both allow", () => {
    assert.deepEqual(bounded([allow]).check(get), { allowed: true, decidedBy: "statement 1 of policy all" });
  });

  it("refuses what only the role's policy allows, and says that the boundary does", () => {
    const refused = (boundary: Properties[], call: Call = get): string => {
      const { allowed, decidedBy } = bounded(boundary).check(call);
      assert.equal(allowed, false);
      return decidedBy;
    };
    const outside = "the permissions boundary bounds of role worker does not allow it";
    assert.equal(refused([{ ...allow, Action: "s3:PutObject" }]), outside);
    assert.equal(refused([allow], { ...get, resource: "arn:aws:s3:::other/a" }), outside);
    assert.equal(refused([{ ...allow, Condition: { StringEquals: { "aws:SourceAccount": "1" } } }]), outside);
    assert.equal(
      refused([allow, { Effect: "Deny", Action: "s3:*", Resource: "*" }]),
      "Deny in statement 2 of the permissions boundary bounds",
    );
  });

  it("grants nothing by itself", () => {
    const { allowed, decidedBy } = bounded([{ ...allow, Action: "*" }]).check({ ...get, action: "kinesis:PutRecord" });
    assert.deepEqual([allowed, decidedBy], [false, "no statement of role worker allows it"]);
  });

  it("limits what a bucket's policy grants to the role", () => {
    const bucket = [
      { Effect: "Allow", Principal: { AWS: ROLE }, Action: "s3:GetObject", Resource: "arn:aws:s3:::store/*" },
    ];
    assert.equal(bounded([{ ...allow, Action: "sqs:SendMessage" }], bucket).check(get).allowed, false);
    assert.equal(bounded([allow], bucket).check(get).allowed, true);
  });

  it("refuses a boundary that the program does not declare", () => {
    const role = (permissionsBoundary: string): Resource =>
      resource(TYPES.role, { name: "worker", assumeRolePolicy: document([]), permissionsBoundary }, { arn: ROLE });
    const declared = new Declared();
    declared.add(resource(TYPES.managedPolicy, { name: "bounds" }, { arn: BOUNDARY }));
    assert.deepEqual(missingReferences(role(BOUNDARY), declared), []);
    assert.deepEqual(
      missingReferences(role(`${BOUNDARY}-2`), declared).map(({ path, message }) => `${path}: ${message}`),
      [
        `permissionsBoundary: saw "${BOUNDARY}-2"; the program declares no such policy, and the local cloud has no other`,
      ],
    );
  });

  it("checks a managed policy as AWS does", () => {
    const plan = (inputs: Properties): string[] =>
      planResource(TYPES.managedPolicy, inputs, CONTEXT).problems.map(({ path, message }) => `${path}: ${message}`);
    assert.equal(
      planResource(TYPES.managedPolicy, { name: "bounds", policy: document([allow]) }, CONTEXT).outputs.arn,
      BOUNDARY,
    );
    assert.deepEqual(plan({ name: "bounds", policy: document([allow]) }), []);
    const long = {
      ...allow,
      Resource: Array.from({ length: 120 }, (_, index) => `arn:aws:s3:::store-of-mine-with-a-long-name/${index}/*`),
    };
    assert.match(
      plan({ name: "bounds", policy: document([long]) }).join("\n"),
      /characters without blanks; a managed policy has at most 6,144/,
    );
    assert.match(plan({ name: "bounds", policy: document([allow]), path: "/x/" }).join("\n"), /path: .*leave it out/);
  });
});
