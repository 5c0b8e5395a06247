import assert from "node:assert/strict";
import { IotLog } from "../../components";
import { ACCOUNT, REGION, run, statements, wrongArguments } from "../harness";

describe("IotLog", () => {
  // https://docs.aws.amazon.com/iot/latest/developerguide/configure-logging.html
  it("is a log group with a retention, a role that reaches this group alone, and the account's setting", async () => {
    const { one, resources } = await run(() => new IotLog("iot", { level: "INFO", logRetentionDays: 90 }));
    const group = one("aws:cloudwatch/logGroup:LogGroup");
    assert.deepEqual([group.inputs.name, group.inputs.retentionInDays], ["AWSIotLogsV2", 90]);
    const policy = one("aws:iam/rolePolicy:RolePolicy");
    const [statement, ...others] = statements(policy);
    assert.deepEqual(others, []);
    assert.deepEqual(statement!.Resource, [`arn:aws:logs:${REGION}:${ACCOUNT}:log-group:AWSIotLogsV2:*`]);
    assert.deepEqual(
      statement!.Action,
      ["CreateLogGroup", "CreateLogStream", "PutLogEvents", "PutMetricFilter", "PutRetentionPolicy"].map(
        (name) => `logs:${name}`,
      ),
    );
    const role = one("aws:iam/role:Role");
    assert.equal(statements(role)[0]!.Principal.Service, "iot.amazonaws.com");
    const options = one("aws:iot/loggingOptions:LoggingOptions");
    assert.deepEqual(options.inputs, {
      defaultLogLevel: "INFO",
      roleArn: `arn:aws:iam::${ACCOUNT}:role/${role.inputs.name}`,
    });
    // Otherwise AWS IoT makes the group, and the role lacks its permissions for a while.
    for (const earlier of [group, policy]) assert.ok(options.dependencies.includes(earlier.urn));
    assert.equal(resources.filter(({ custom }) => custom).length, 4);
  });

  it("logs failures by default, and names what is wrong with its arguments", async () => {
    const { one } = await run(() => new IotLog("iot", {}));
    assert.equal(one("aws:iot/loggingOptions:LoggingOptions").inputs.defaultLogLevel, "ERROR");
    const wrong = await wrongArguments(() => new IotLog("iot", { level: "ALL" as "INFO", logRetentionDays: 2 }));
    assert.equal(wrong.length, 2);
    assert.match(wrong[0]!, /^level: saw "ALL"/);
  });
});
