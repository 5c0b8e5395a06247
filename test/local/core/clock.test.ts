import assert from "node:assert/strict";
import fc from "fast-check";
import { Clock } from "../../../local/core/clock";

describe("local/core/clock", () => {
  it("does what falls due in the order of time, then of entry, and stands at the moment while it is done", async () => {
    const clock = new Clock(1000);
    const seen: [string, number][] = [];
    const note = (name: string) => () => void seen.push([name, clock.now()]);
    clock.after(50, note("c"));
    clock.after(20, note("a"));
    clock.after(20, note("b"));
    clock.after(51, note("late"));
    await clock.advanceTo(1050);
    assert.deepEqual(seen, [
      ["a", 1020],
      ["b", 1020],
      ["c", 1050],
    ]);
    assert.equal(clock.now(), 1050);
  });

  it("waits for what a timer began, and for timers that a timer sets on the way", async () => {
    const clock = new Clock(0);
    const seen: number[] = [];
    clock.after(10, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push(clock.now());
      clock.after(10, () => void seen.push(clock.now()));
    });
    clock.after(15, () => void seen.push(clock.now()));
    await clock.advanceTo(100);
    assert.deepEqual(seen, [10, 15, 20]);
  });

  it("lets nobody's unfinished work be overtaken by time", async () => {
    const clock = new Clock(0);
    let done = 0;
    clock.onSettle(() => work);
    const work: Promise<void> = new Promise((resolve) => setTimeout(resolve, 5)).then(() => {
      done = clock.now() + 1;
    });
    await clock.advanceTo(1000);
    assert.equal(done, 1);
  });

  it("takes two advances one after the other", async () => {
    const clock = new Clock(0);
    const seen: number[] = [];
    clock.after(5, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push(clock.now());
    });
    await Promise.all([clock.advanceTo(10), clock.advanceTo(20)]);
    assert.deepEqual(seen, [5]);
    assert.equal(clock.now(), 20);
  });

  it("leaves out what was cancelled, and moves what waits when it is reset", async () => {
    const clock = new Clock(10_000);
    const seen: number[] = [];
    clock.after(10, () => void seen.push(1)).cancel();
    clock.after(10, () => void seen.push(clock.now()));
    clock.reset(0);
    await clock.advanceTo(10);
    assert.deepEqual(seen, [10]);
  });

  it("runs from where it stood and never back", async () => {
    const ahead = Date.now() + 3_600_000;
    const clock = new Clock(ahead);
    const fired = new Promise<number>((resolve) => clock.after(5, () => resolve(clock.now())));
    const alive = setTimeout(() => undefined, 1000);
    clock.start();
    assert.ok((await fired) >= ahead + 5);
    clearTimeout(alive);
    clock.stop();
    const stood = clock.now();
    await clock.advanceTo(stood - 1000);
    assert.equal(clock.now(), stood);
  });

  it("keeps the order for any set of timers", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(1000), { maxLength: 60 }), async (delays) => {
        const clock = new Clock(0);
        const seen: number[] = [];
        for (const delay of delays) clock.after(delay, () => void seen.push(delay));
        await clock.advanceTo(1000);
        assert.deepEqual(
          seen,
          [...delays].sort((a, b) => a - b),
        );
      }),
    );
  });

  it("gives the event loop its turn on a long way, and stops where a signal says so", async () => {
    const clock = new Clock(0);
    const daily = (): void => void clock.after(86_400_000, daily);
    daily();
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 30);
    const began = performance.now();
    await clock.advanceTo(50_000 * 365 * 86_400_000, abort.signal);
    assert.ok(performance.now() - began < 2000, "50,000 years of days are left at once");
    assert.ok(clock.now() > 0 && clock.now() < 50_000 * 365 * 86_400_000);
    await clock.advanceTo(clock.now() + 1000);
  });

  it("jumps over time in which nothing is due", async () => {
    const clock = new Clock(0);
    assert.equal(clock.next, undefined);
    let at = 0;
    clock.at(8e15, () => void (at = clock.now()));
    clock.at(7e15, () => undefined).cancel();
    assert.equal(clock.next, 8e15);
    await clock.advanceTo(8.64e15);
    assert.equal(at, 8e15);
  });

  it("refuses what is no time", async () => {
    const clock = new Clock(0);
    for (const time of [NaN, Infinity, 8.64e15 + 1]) {
      await assert.rejects(clock.advanceTo(time), RangeError);
      assert.throws(() => clock.reset(time), RangeError);
    }
    assert.equal(clock.now(), 0);
  });

  it("goes on when a timer or a consumer raises, and says which", async () => {
    const clock = new Clock(0);
    const raised: [string, unknown][] = [];
    clock.onError = (place, error) => void raised.push([place, error]);
    const seen: number[] = [];
    clock.after(
      1,
      () => {
        throw "one";
      },
      "first",
    );
    clock.after(2, () => Promise.reject(new Error("two")));
    clock.after(3, () => void seen.push(clock.now()));
    let settles = 0;
    clock.onSettle(() => (++settles === 1 ? Promise.reject(new Error("busy")) : Promise.resolve()));
    await clock.advanceTo(10);
    assert.deepEqual(seen, [3]);
    assert.deepEqual(raised, [
      ["consumer", new Error("busy")],
      ["first", "one"],
      ["timer", new Error("two")],
    ]);
  });
});
