import assert from "node:assert/strict";
import fc from "fast-check";
import { nearest, nearestSpelling } from "../../../aws/text/nearest";

describe("nearest", () => {
  it("finds the name that differs by at most a third of its characters", () => {
    assert.equal(nearestSpelling("PutRecrod", ["GetRecords", "PutRecord", "PutRecords"]), "PutRecord");
    assert.equal(nearestSpelling("celcius", ["celsius", "kelvin"]), "celsius");
    assert.equal(nearestSpelling("abc", ["abxy"]), undefined);
  });

  it("finds the name that a part stands for, which spelling alone does not", () => {
    assert.equal(nearestSpelling("activities", ["pipelineActivities"]), undefined);
    assert.equal(nearest("activities", ["pipelineActivities", "pipelineName"]), "pipelineActivities");
    assert.equal(nearest("pow", ["power", "powerful"]), "power");
    assert.equal(nearest("po", ["power"]), undefined);
  });

  it("finds a name whose neighbouring characters were swapped", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{4,12}$/), fc.nat(10), (name, at) => {
        const i = at % (name.length - 1);
        const typed = name.slice(0, i) + name[i + 1]! + name[i]! + name.slice(i + 2);
        assert.equal(nearestSpelling(typed, [name]), name);
      }),
    );
  });
});
