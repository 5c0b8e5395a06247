import assert from "node:assert/strict";
import { fuzz } from "./fuzzer";

describe("local/mqtt: mutated packets of every type", () => {
  // `npm run bench -- mqtt-fuzz` sends a million.
  it("reach nobody but their connection", async function () {
    this.timeout(60_000);
    const seed = Date.now() % 1_000_000;
    const { defects, published } = await fuzz(10_000, seed).catch((error: unknown) => {
      throw new Error(`seed ${seed}`, { cause: error });
    });
    assert.deepEqual(defects, [], `seed ${seed}`);
    assert.ok(published > 100);
  });
});
