import assert from "node:assert/strict";
import { Defects, type Defect } from "../../../local/core/defects";

describe("local/core/defects: unexpected errors are counted by place", () => {
  it("keeps the first error of each place and counts the others", () => {
    const first: Defect[] = [];
    const defects = new Defects({ onFirst: (defect) => first.push(defect) });
    defects.record("rule a", new TypeError("one"));
    defects.record("rule a", new TypeError("two"));
    defects.record("MQTT connection", "a string");
    assert.deepEqual(
      defects.list().map(({ place, count, message }) => [place, count, message]),
      [
        ["rule a", 2, "one"],
        ["MQTT connection", 1, "a string"],
      ],
    );
    assert.match(defects.list()[0]!.stack, /TypeError: one\n +at .*defects\.test/);
    assert.equal(first.length, 2);
  });

  it("hands errors of the machine on and does not record them", () => {
    const machine: unknown[] = [];
    const defects = new Defects({ onMachineError: (error) => machine.push(error) });
    const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
    defects.record("HTTP Publish", full);
    assert.deepEqual(machine, [full]);
    assert.equal(defects.size, 0);
  });

  it("guards an operation and returns the value for a failure", () => {
    const defects = new Defects();
    assert.equal(
      defects.guard("query", () => 1, 2),
      1,
    );
    assert.equal(
      defects.guard(
        "query",
        () => {
          throw new Error("no");
        },
        2,
      ),
      2,
    );
    assert.equal(defects.size, 1);
  });

  it("never throws, whatever was thrown and whatever a listener does", () => {
    const defects = new Defects({
      onFirst: () => {
        throw new Error("listener");
      },
    });
    for (const thrown of [undefined, null, 1, Object.create(null), Symbol("s"), new Error("e")])
      defects.record("place", thrown);
    assert.equal(defects.size, 1);
    assert.equal(defects.list()[0]!.count, 6);
  });

  it("keeps the places bounded", () => {
    const defects = new Defects();
    for (let i = 0; i < 1000; i++) defects.record(`rule ${i}`, new Error("e"));
    assert.equal(defects.size, 101);
    assert.equal(defects.list().at(-1)!.count, 900);
  });
});
