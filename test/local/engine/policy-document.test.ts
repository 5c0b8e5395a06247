import assert from "node:assert/strict";
import { policyDocument } from "../../../local/engine/policy-document";

describe("aws.iam.getPolicyDocument", () => {
  it("writes statements, principals and conditions as the provider does", () => {
    const { json, minifiedJson } = policyDocument({
      statements: [
        {
          sid: "Read",
          actions: ["s3:GetObject", "s3:GetObject"],
          resources: ["arn:aws:s3:::plant/&{aws:username}/*", "arn:aws:s3:::plant/shared/*"],
          conditions: [
            { test: "StringEquals", variable: "aws:SourceAccount", values: ["123456789012"] },
            { test: "StringEquals", variable: "aws:PrincipalTag/team", values: ["a", "b"] },
          ],
        },
        {
          effect: "Deny",
          notActions: ["s3:GetObject"],
          notResources: ["*"],
          principals: [{ type: "*", identifiers: ["*"] }],
        },
        {
          actions: ["sts:AssumeRole"],
          principals: [
            { type: "Service", identifiers: ["lambda.amazonaws.com"] },
            { type: "AWS", identifiers: ["a", "b"] },
          ],
        },
      ],
    });
    assert.deepEqual(JSON.parse(json), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Read",
          Effect: "Allow",
          Action: "s3:GetObject",
          Resource: ["arn:aws:s3:::plant/${aws:username}/*", "arn:aws:s3:::plant/shared/*"],
          Condition: { StringEquals: { "aws:SourceAccount": "123456789012", "aws:PrincipalTag/team": ["a", "b"] } },
        },
        { Effect: "Deny", NotAction: "s3:GetObject", NotResource: "*", Principal: "*" },
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { Service: "lambda.amazonaws.com", AWS: ["a", "b"] },
        },
      ],
    });
    assert.equal(minifiedJson, JSON.stringify(JSON.parse(json)));
  });

  it("joins other documents, of which one replaces by its Sid", () => {
    const other = (Sid: string, Action: string): string =>
      JSON.stringify({ Statement: { Sid, Effect: "Allow", Action } });
    const { json } = policyDocument({
      sourcePolicyDocuments: [other("A", "s3:GetObject")],
      statements: [{ sid: "B", actions: ["s3:PutObject"] }],
      overridePolicyDocuments: [other("A", "s3:ListBucket"), other("C", "s3:DeleteObject")],
    });
    const { Statement } = JSON.parse(json) as { Statement: { Sid: string; Action: string }[] };
    assert.deepEqual(
      Statement.map(({ Sid, Action }) => [Sid, Action]),
      [
        ["A", "s3:ListBucket"],
        ["B", "s3:PutObject"],
        ["C", "s3:DeleteObject"],
      ],
    );
  });
});
