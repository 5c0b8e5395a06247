import assert from "node:assert/strict";
import { LookUpCache } from "../../../etl/activities/look-ups";
import type { LookUp } from "../../../etl";
import { arrivals, outcomes, pipelineOf, servicesOf } from "./support";

const registry = (thingName = "id") => ({ deviceRegistryEnrich: { attribute: "thing", thingName, roleArn: "r" } });
const shadow = (thingName = "id") => ({ deviceShadowEnrich: { attribute: "shadow", thingName, roleArn: "r" } });
const none = () => [];
const found = (thing: string): LookUp =>
  thing === "gone"
    ? { ok: false, reason: "ResourceNotFoundException" }
    : { ok: true, json: `{"of":"${thing}","v":1.0}` };

describe("etl/activities: enrichment", () => {
  it("adds what is found of the thing that an attribute names, by a path too", async () => {
    const { services, lookedUp } = servicesOf(none, found);
    const pipeline = pipelineOf([registry("unit.names[1]"), shadow()]);
    assert.deepEqual(await outcomes(pipeline, arrivals({ id: "a", unit: { names: ["x", "b"] } }), services), [
      [{ id: "a", thing: '{"of":"b","v":1.0}', shadow: '{"of":"a","v":1.0}' }],
    ]);
    assert.deepEqual(lookedUp, ["b", "a"]);
  });

  it("asks once for each thing, and for none again soon", async () => {
    const { services, lookedUp } = servicesOf(none, found);
    const pipeline = pipelineOf([registry()]);
    await outcomes(pipeline, arrivals({ id: "a" }, { id: "b" }, { id: "a" }), services);
    await outcomes(pipeline, arrivals({ id: "b" }, { id: "c" }), services);
    assert.deepEqual(lookedUp, ["a", "b", "c"]);
  });

  it("overwrites an attribute of that name, and lets later activities use it", async () => {
    const { services } = servicesOf(none, () => ({ ok: true, json: '{"state":{"reported":{"offset":5}}}' }));
    const pipeline = pipelineOf([
      { deviceShadowEnrich: { attribute: "shadow", thingName: "id", roleArn: "r" } },
      { math: { attribute: "n", math: "n + shadow.state.reported.offset" } },
      { removeAttributes: { attributes: ["shadow"] } },
    ]);
    assert.deepEqual(await outcomes(pipeline, arrivals({ shadow: "old", id: "a", n: 1 }), services), [
      [{ id: "a", n: 6 }],
    ]);
  });

  it("lets a message go on without, and counts it with the reason", async () => {
    const { services } = servicesOf(none, found);
    const pipeline = pipelineOf([registry()]);
    const given = arrivals({ id: "gone" }, { n: 1 }, { id: null }, { id: "no thing's name" }, { id: [1] }, { id: 7 });
    assert.deepEqual(await outcomes(pipeline, given, services), [
      [{ id: "gone" }],
      [{ n: 1 }],
      [{}],
      [{ id: "no thing's name" }],
      [{ id: "[1]" }],
      [{ id: "7", thing: '{"of":"7","v":1.0}' }],
    ]);
    assert.equal(pipeline.counters.enrichmentFailuresPassed, 5);
    assert.deepEqual(pipeline.activities[1]!.passed, {
      ResourceNotFoundException: 1,
      "id, which names the thing, is missing": 1,
      "id, which names the thing, is null": 1,
      'id is not the name of a thing (1-128 letters, digits, ":", "_", "-")': 1,
      "id, which names the thing, is of type Array": 1,
    });
  });

  it("fails such a message if the pipeline says so", async () => {
    const { services } = servicesOf(none, found);
    const pipeline = pipelineOf([registry()], { onEnrichmentFailure: "fail" });
    assert.deepEqual(await outcomes(pipeline, arrivals({ id: "gone" }, { id: "a" }), services), [
      "failed at deviceRegistryEnrich1: ResourceNotFoundException",
      [{ id: "a", thing: '{"of":"a","v":1.0}' }],
    ]);
  });

  it("remembers what is found for its time, what is not for a minute at most", async () => {
    let now = 0;
    const asked: string[] = [];
    const cache = new LookUpCache(300_000, () => now);
    const ask = (...names: string[]) =>
      cache.all(names, (name) => {
        asked.push(name);
        return Promise.resolve(found(name));
      });
    await ask("a", "gone");
    now = 59_999;
    await ask("a", "gone");
    assert.deepEqual(asked, ["a", "gone"]);
    now = 60_000;
    await ask("a", "gone");
    now = 300_000;
    await ask("a");
    assert.deepEqual(asked, ["a", "gone", "gone", "a"]);
  });
});
