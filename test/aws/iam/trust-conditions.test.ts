import assert from "node:assert/strict";
import { TRUST_CONDITIONS, trustConditionFor } from "../../../aws/iam/trust-conditions";

const PLACE = { partition: "aws", region: "eu-central-1", account: "123456789012" };

describe("trust conditions", () => {
  // The conditions as AWS's pages show them (the pages are named beside the table).
  const documented: [principal: string, resource: string | undefined, condition: object | undefined][] = [
    [
      "iot.amazonaws.com",
      "rule/rulename",
      {
        StringEquals: { "aws:SourceAccount": "123456789012" },
        ArnLike: { "aws:SourceArn": "arn:aws:iot:eu-central-1:123456789012:rule/rulename" },
      },
    ],
    ["firehose.amazonaws.com", undefined, { StringEquals: { "sts:ExternalId": "123456789012" } }],
    [
      "scheduler.amazonaws.com",
      "schedule-group/reports",
      {
        StringEquals: { "aws:SourceAccount": "123456789012" },
        ArnLike: { "aws:SourceArn": "arn:aws:scheduler:eu-central-1:123456789012:schedule-group/reports" },
      },
    ],
    [
      "states.amazonaws.com",
      undefined,
      {
        StringEquals: { "aws:SourceAccount": "123456789012" },
        ArnLike: { "aws:SourceArn": "arn:aws:states:eu-central-1:123456789012:stateMachine:*" },
      },
    ],
    ["lambda.amazonaws.com", undefined, undefined],
  ];
  for (const [principal, resource, condition] of documented)
    it(`writes what ${principal} documents, and what the policies accept`, () => {
      assert.deepEqual(trustConditionFor(principal, PLACE, resource), condition);
      const { required, sourceArn } = TRUST_CONDITIONS[principal]!;
      const written = Object.assign({}, ...Object.values(condition ?? {})) as Record<string, string>;
      assert.deepEqual(Object.keys(written).sort(), [...required].sort());
      if (sourceArn !== undefined) assert.match(written["aws:SourceArn"]!, sourceArn.pattern);
    });

  it("refuses a service that it does not know, and a missing resource", () => {
    assert.throws(() => trustConditionFor("s3.amazonaws.com", PLACE), /s3.amazonaws.com are not known/);
    assert.throws(() => trustConditionFor("iot.amazonaws.com", PLACE), /names its resource: arn:aws:iot:REGION/);
  });
});
