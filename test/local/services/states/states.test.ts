import assert from "node:assert/strict";
import { LOCAL_ADMIN_ARN } from "../../../../local/core/principals";
import type { Properties } from "../../../../local/core/model";
import type { Execution } from "../../../../local/services/states";
import { scheduledStack, TestCloud } from "../../stack";

const SECOND = 1000;

describe("local/services/states: executions", () => {
  let test: TestCloud;
  afterEach(() => test.close());

  /** Runs a machine of one task, whose parameter exists from the third attempt on, to its end. */
  const run = async (task: Properties): Promise<{ execution: Execution; seconds: number }> => {
    const Name = "{% $states.context.State.RetryCount >= 2 ? '/p' : '/missing' %}";
    const Resource = "arn:aws:states:::aws-sdk:ssm:getParameter";
    const definition = {
      QueryLanguage: "JSONata",
      StartAt: "Read",
      States: { Read: { Type: "Task", Resource, Arguments: { Name }, End: true, ...task } },
    };
    test = new TestCloud(scheduledStack({ definition, rate: "rate(1 day)" }));
    const [machine] = test.cloud.machines.values();
    const began = test.clock.now();
    const { execution, done } = machine!.start(LOCAL_ADMIN_ARN, {});
    for (let second = 0; second < 60 && execution.status === "RUNNING"; second++)
      await test.clock.advanceTo(test.clock.now() + SECOND);
    await done;
    return { execution, seconds: (Date.parse(execution.stopDate!) - began) / SECOND };
  };

  // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error
  it("counts each retry once, and waits 1 s and then twice as long", async () => {
    const { execution, seconds } = await run({ Retry: [{ ErrorEquals: ["States.ALL"] }] });
    assert.equal(execution.status, "SUCCEEDED");
    // Attempts at 0 s, 1 s (RetryCount 1) and 1 + 2 s (RetryCount 2), which finds the parameter.
    assert.equal(seconds, 3);
  });

  it("gives up after MaxAttempts", async () => {
    const { execution, seconds } = await run({ Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 1 }] });
    assert.equal(execution.status, "FAILED");
    assert.equal(seconds, 1);
  });

  it("waits no longer than MaxDelaySeconds", async () => {
    const retry = { ErrorEquals: ["States.ALL"], IntervalSeconds: 2, BackoffRate: 10, MaxDelaySeconds: 5 };
    const { execution, seconds } = await run({ Retry: [retry] });
    assert.equal(execution.status, "SUCCEEDED");
    assert.equal(seconds, 2 + 5);
  });
});
