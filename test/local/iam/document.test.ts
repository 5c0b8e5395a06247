import assert from "node:assert/strict";
import fc from "fast-check";
import { checkPolicyDocument, type PolicyKind } from "../../../local/iam/document";
import { compilePolicy } from "../../../local/iam/policy";
import { ACCOUNT, type Properties } from "../../../local/core/model";

const STREAM = `arn:aws:kinesis:eu:${ACCOUNT}:stream/s`;
const check = (statement: Properties, kind: PolicyKind = "identity", more: Properties = {}): string[] =>
  checkPolicyDocument(JSON.stringify({ Version: "2012-10-17", ...more, Statement: statement }), kind, "policy").map(
    ({ path, message }) => `${path}: ${message}`,
  );
const allow: Properties = { Effect: "Allow", Action: "kinesis:PutRecord", Resource: STREAM };
const trust: Properties = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "iot.amazonaws.com" } };

describe("policy documents", () => {
  it("accepts those that our components write", () => {
    assert.deepEqual(check(allow), []);
    assert.deepEqual(
      check({ ...allow, Condition: { StringEquals: { "kms:ViaService": "x" }, ArnLike: { k: ["a"] } } }),
      [],
    );
    assert.deepEqual(check(trust, "trust"), []);
    for (const Resource of ["arn:aws:kinesis:*", "arn:aws:kinesis:eu-central-1:*"])
      assert.deepEqual(check({ ...allow, Resource }), []);
    assert.deepEqual(check({ ...allow, Effect: "Deny", Principal: "*", Sid: "Tls only" }, "resource"), []);
  });

  it("refuses by name what is not decided here", () => {
    assert.deepEqual(check({ ...allow, Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } }), [
      "policy.Statement[0].Condition.IpAddress: the local cloud does not execute the condition operator IpAddress",
    ]);
    assert.match(check({ ...allow, Resource: `${STREAM}/\${aws:username}` })[0]!, /does not execute policy variables/);
    assert.match(check({ ...trust, Principal: { Federated: "x" } }, "trust")[0]!, /principals of the kind Federated/);
    assert.match(check({ ...trust, Principal: undefined, NotPrincipal: { AWS: "1" } }, "trust")[0]!, /NotPrincipal/);
  });

  const cases: [string, Properties, PolicyKind, RegExp][] = [
    ["an unknown member", { ...allow, Actions: "x" }, "identity", /Actions: saw "Actions"; a statement has Sid/],
    ["a wrong effect", { ...allow, Effect: "allow" }, "identity", /saw "allow"; an effect is Allow or Deny/],
    ["no action", { ...allow, Action: undefined }, "identity", /neither Action nor NotAction/],
    ["an action and its opposite", { ...allow, NotAction: "x:Y" }, "identity", /Action and NotAction/],
    ["no resource", { ...allow, Resource: undefined }, "identity", /neither Resource nor NotResource/],
    ["a short ARN", { ...allow, Resource: "arn:aws:kinesis:eu:stream" }, "identity", /an ARN has six parts/],
    [
      "a wildcard for the service",
      { ...allow, Action: "*:Put" },
      "identity",
      /the service part of an action takes no wildcard/,
    ],
    ["a principal in a role's policy", { ...allow, Principal: "*" }, "identity", /names no principal/],
    [
      "a trust policy without principal",
      { ...trust, Principal: undefined },
      "trust",
      /neither Principal nor NotPrincipal/,
    ],
    ["a resource in a trust policy", { ...trust, Resource: "*" }, "trust", /names no resource/],
    ["another action in a trust policy", { ...trust, Action: "s3:GetObject" }, "trust", /allows sts:AssumeRole/],
    ["a Sid with blanks", { ...allow, Sid: "a b" }, "identity", /letters and digits only/],
    ["an empty list of actions", { ...allow, Action: [] }, "identity", /Action: saw an empty list/],
  ];
  for (const [name, statement, kind, expected] of cases)
    it(`reports ${name}`, () => {
      const found = check(JSON.parse(JSON.stringify(statement)), kind);
      assert.ok(
        found.some((message) => expected.test(message)),
        found.join(" | "),
      );
    });

  it("reports a missing version, no statement and a Sid that occurs twice", () => {
    assert.match(check(allow, "identity", { Version: undefined })[0]!, /version of a policy document is 2012-10-17/);
    assert.match(check([], "identity")[0]!, /saw no statement/);
    assert.match(
      check([
        { ...allow, Sid: "A" },
        { ...allow, Sid: "A" },
      ])[0]!,
      /occurs once in a document/,
    );
  });

  it("a document in which nothing was found can be compiled", () => {
    const text = fc.oneof(fc.constantFrom("Allow", "Deny", "*", "s3:Get*", STREAM, "true", ""), fc.string());
    const value: fc.Arbitrary<unknown> = fc.oneof(
      text,
      fc.array(text, { maxLength: 2 }),
      fc.dictionary(
        fc.constantFrom("AWS", "Service", "StringEquals", "Null", "x"),
        fc.oneof(text, fc.dictionary(text, text, { maxKeys: 2 })),
        { maxKeys: 2 },
      ),
    );
    const statement = fc.dictionary(
      fc.constantFrom("Effect", "Action", "Resource", "Principal", "Condition", "Sid", "NotAction"),
      value,
    );
    const almost = fc.record({
      Effect: fc.constant("Allow"),
      Action: fc.constant("s3:Get*"),
      Resource: fc.constant(STREAM),
    });
    const mixed = fc.tuple(almost, statement).map(([fixed, random]) => ({ ...random, ...fixed }));
    let compiled = 0;
    fc.assert(
      fc.property(fc.array(fc.oneof(statement, mixed), { minLength: 1, maxLength: 2 }), (statements) => {
        const document = JSON.stringify({ Version: "2012-10-17", Statement: statements });
        if (checkPolicyDocument(document, "identity", "p").length > 0) return;
        compilePolicy(document, "p", ACCOUNT);
        compiled++;
      }),
      { numRuns: 500 },
    );
    assert.ok(compiled > 5, `only ${compiled} documents were good`);
  });
});
