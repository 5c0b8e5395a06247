import assert from "node:assert/strict";
import { scheduledStack, TestCloud } from "../../stack";

const HOUR = 3_600_000;

describe("local/services/scheduler: firings that a replay passes over", () => {
  let test: TestCloud;
  beforeEach(() => (test = new TestCloud(scheduledStack())));
  afterEach(() => test.close());
  const machine = () => test.cloud.machines.values().next().value!;
  const counts = () => test.cloud.scheduler.countsOf(machine().arn)!;

  it("are counted, and only those that are run have a timer", async () => {
    const start = test.clock.now();
    let timers = 0;
    const at = test.clock.at.bind(test.clock);
    test.clock.at = (time, run, place) => {
      if (place?.startsWith("schedule") === true) timers++;
      return at(time, run, place);
    };
    // The stack's schedule fires a few times an hour; ten years of it are half a million firings.
    await test.clock.advanceTo(start + 10 * 365 * 24 * HOUR);
    const { fired, run, passedOver, failed } = counts();
    assert.ok(fired > 80_000, `${fired} fired`);
    assert.equal(run + passedOver, fired);
    assert.equal(run, machine().counts.started);
    assert.equal(failed, 0);
    assert.ok(timers < run + 10, `${timers} timers for ${run} runs`);
    // Nothing is counted twice.
    assert.equal(counts().fired, fired);
  }).timeout(60_000);

  it("are none on a clock that runs by itself", async () => {
    await test.clock.advanceTo(test.clock.now() + 200 * 24 * HOUR);
    const before = counts();
    test.clock.start();
    const next = test.clock.next!;
    test.clock.stop();
    assert.ok(next - test.clock.now() <= HOUR, "the next firing is waited for, and not the next of many");
    assert.equal(counts().run, before.run);
  }).timeout(60_000);
});
