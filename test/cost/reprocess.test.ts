import assert from "node:assert/strict";
import { reprocessEstimate } from "../../cost";

describe("cost: a run that reprocesses", () => {
  it("counts a start and a state for each batch, and requests for each object", () => {
    const items = reprocessEstimate({ objects: 26_000, bytes: 0, gigabytes: 1.75, objectsPerInvocation: 10 });
    const of = (what: string): number => items.find((item) => item.what === what)!.quantity;
    // 2,600 batches of two transitions each, and the eight of the execution, in thousands
    assert.equal(of("Step Functions"), 5.208);
    assert.equal(of("invocations"), 0.002602);
    assert.equal(of("reading objects and markers"), 52);
    assert.ok(items.every(({ usd }) => usd >= 0));
  });

  it("grows with the bytes and the memory", () => {
    const duration = (bytes: number, gigabytes: number): number =>
      reprocessEstimate({ objects: 1, bytes, gigabytes, objectsPerInvocation: 10 }).find(
        ({ what }) => what === "duration",
      )!.usd;
    assert.ok(Math.abs(duration(2e9, 1) - 2 * duration(1e9, 1)) < 1e-9);
    assert.ok(Math.abs(duration(1e9, 2) - 2 * duration(1e9, 1)) < 1e-9);
  });
});
