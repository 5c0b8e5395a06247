import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { Clock } from "../../../../local/core/clock";
import { delta, merged, type ShadowDocument } from "../../../../local/services/shadows/document";
import { parseDocument, stringifyDocument, type JsonObject } from "../../../../local/services/shadows/json";
import { ShadowError, Shadows } from "../../../../local/services/shadows/shadows";
import { answerShadowRequest, shadowRequest } from "../../../../local/services/shadows/topics";

const START = Date.UTC(2026, 0, 1);
const NOW = START / 1000;

describe("local: device shadows", () => {
  let folder: string;
  let clock: Clock;
  let shadows: Shadows;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "shadows-"));
    clock = new Clock(START);
    shadows = new Shadows(folder, clock);
  });
  afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

  const update = (document: unknown, name?: string) =>
    shadows.update("pump:1", name, Buffer.from(typeof document === "string" ? document : JSON.stringify(document)));
  const refused = (code: number, message: string, call: () => unknown): void =>
    assert.throws(call, (error: unknown) => {
      assert.ok(error instanceof ShadowError);
      assert.deepEqual([error.code, error.message], [code, message]);
      return true;
    });

  it("merges states and tells what differs, with times and versions", async () => {
    update({ state: { desired: { mode: "on", limit: { low: 1, high: 9 } } } });
    await clock.advanceTo(START + 5000);
    const change = update({ state: { reported: { mode: "on", limit: { low: 2 } } }, clientToken: "t" });
    assert.deepEqual(change.accepted, {
      state: { reported: { mode: "on", limit: { low: 2 } } },
      metadata: { reported: { mode: { timestamp: NOW + 5 }, limit: { low: { timestamp: NOW + 5 } } } },
      version: 2,
      timestamp: NOW + 5,
      clientToken: "t",
    });
    assert.deepEqual(change.delta, {
      state: { limit: { low: 1, high: 9 } },
      metadata: { limit: { low: { timestamp: NOW }, high: { timestamp: NOW } } },
      version: 2,
      timestamp: NOW + 5,
      clientToken: "t",
    });
    assert.deepEqual(shadows.get("pump:1", undefined), {
      state: {
        desired: { mode: "on", limit: { low: 1, high: 9 } },
        reported: { mode: "on", limit: { low: 2 } },
        delta: { limit: { low: 1, high: 9 } },
      },
      metadata: {
        desired: { mode: { timestamp: NOW }, limit: { low: { timestamp: NOW }, high: { timestamp: NOW } } },
        reported: { mode: { timestamp: NOW + 5 }, limit: { low: { timestamp: NOW + 5 } } },
        delta: { limit: { low: { timestamp: NOW }, high: { timestamp: NOW } } },
      },
      version: 2,
      timestamp: NOW + 5,
    });
  });

  it("deletes by null, replaces arrays whole, and has no empty sections", () => {
    update({ state: { desired: { a: [1, 2], b: { c: 1 } }, reported: { d: 1 } } });
    update({ state: { desired: { a: [3], b: { c: null } }, reported: null } });
    const { state, version } = shadows.get("pump:1", undefined);
    assert.deepEqual([state, version], [{ desired: { a: [3] }, delta: { a: [3] } }, 2]);
  });

  it("has the whole desired state as its delta while nothing is reported", () => {
    const { delta: published } = update({ state: { desired: { mode: "on", limit: { low: 1 } } } });
    assert.deepEqual(published, {
      state: { mode: "on", limit: { low: 1 } },
      metadata: { mode: { timestamp: NOW }, limit: { low: { timestamp: NOW } } },
      version: 1,
      timestamp: NOW,
    });
    assert.deepEqual(shadows.get("pump:1", undefined).state, {
      desired: { mode: "on", limit: { low: 1 } },
      delta: { mode: "on", limit: { low: 1 } },
    });
    assert.equal(update({ state: { desired: null } }).delta, undefined);
  });

  it("refuses arrays that hold null, at any depth", () => {
    for (const state of ['{"desired":{"a":[1,null]}}', '{"reported":{"a":{"b":[[null]]}}}'])
      refused(400, "Payload contains invalid json: an array cannot contain null", () => update(`{"state":${state}}`));
    refused(404, "No shadow exists with name: 'pump:1'", () => shadows.get("pump:1", undefined));
  });

  it("keeps members called __proto__ and whole numbers beyond 2^53, over a restart too", () => {
    const state = '{"desired":{"__proto__":{"a":1},"constructor":[9007199254740993],"n":123456789012345678901}}';
    const { accepted } = update(`{"state":${state}}`);
    assert.equal(stringifyDocument(accepted.state!), state);
    update('{"state":{"desired":{"__proto__":{"b":2}},"reported":{"n":123456789012345678902}}}');
    assert.equal(
      stringifyDocument(new Shadows(folder, clock).get("pump:1", undefined).state!),
      '{"desired":{"__proto__":{"a":1,"b":2},"constructor":[9007199254740993],"n":123456789012345678901},' +
        '"reported":{"n":123456789012345678902},' +
        '"delta":{"__proto__":{"a":1,"b":2},"constructor":[9007199254740993],"n":123456789012345678901}}',
    );
    update('{"state":{"desired":{"__proto__":null}}}');
    assert.deepEqual(Object.keys((shadows.get("pump:1", undefined).state as JsonObject).desired!), [
      "constructor",
      "n",
    ]);
  });

  it("writes any document as the text that it was read from, for a reader that knows no big number", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const text = JSON.stringify(value);
        assert.deepEqual(JSON.parse(stringifyDocument(parseDocument(Buffer.from(text)))), JSON.parse(text));
      }),
    );
  });

  it("names a file that cannot be read, with the way out", () => {
    update({ state: { reported: { v: 1 } } });
    const file = path.join(folder, "pump%3A1", "classic.json");
    for (const text of [
      "{",
      "[]",
      '{"state":1,"metadata":{},"version":1}',
      '{"state":{},"metadata":{},"version":"1"}',
    ]) {
      fs.writeFileSync(file, text);
      assert.throws(
        () => new Shadows(folder, clock).get("pump:1", undefined),
        (error: unknown) =>
          error instanceof ShadowError &&
          error.code === 500 &&
          /classic\.json cannot be read: .*Delete the file/.test(error.message),
      );
    }
  });

  it("keeps named shadows apart, over a restart too", () => {
    update({ state: { reported: { v: 1 } } });
    update({ state: { reported: { v: 2 } } }, "config");
    const again = new Shadows(folder, clock);
    assert.deepEqual(again.get("pump:1", "config").state, { reported: { v: 2 } });
    assert.deepEqual(again.names("pump:1"), ["config"]);
    again.delete("pump:1", "config");
    assert.deepEqual(again.names("pump:1"), []);
    assert.deepEqual(again.get("pump:1", undefined).state, { reported: { v: 1 } });
  });

  it("goes on counting versions when a deleted shadow comes back, for 48 hours", async () => {
    update({ state: { reported: { v: 1 } } });
    assert.deepEqual(shadows.delete("pump:1", undefined), { version: 1, timestamp: NOW });
    refused(404, "No shadow exists with name: 'pump:1'", () => shadows.get("pump:1", undefined));
    assert.equal(update({ state: { reported: { v: 2 } } }).accepted.version, 2);
    shadows.delete("pump:1", undefined);
    await clock.advanceTo(START + 49 * 3_600_000);
    assert.equal(update({ state: { reported: { v: 3 } } }).accepted.version, 1);
  });

  it("refuses what AWS refuses", () => {
    update({ state: { reported: { v: 1 } } });
    refused(409, "Version conflict", () => update({ state: {}, version: 7 }));
    assert.equal(update({ state: {}, version: 1 }).accepted.version, 2);
    refused(400, "Payload contains invalid json", () => update("{"));
    refused(400, "Missing required node: state", () => update({}));
    refused(400, "State node must be an object", () => update({ state: 1 }));
    refused(400, "Reported node must be an object", () => update({ state: { reported: 1 } }));
    refused(400, "State contains an invalid node: 'wanted'", () => update({ state: { wanted: {} } }));
    refused(400, "Invalid version", () => update({ state: {}, version: "1" }));
    refused(413, "The payload exceeds the maximum size allowed", () =>
      update({ state: { reported: { text: "x".repeat(8192) } } }),
    );
    const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });
    update({ state: { reported: deep(8) } });
    refused(400, "JSON contains too many levels of nesting; maximum is 8", () =>
      update({ state: { reported: deep(9) } }),
    );
    refused(404, "No shadow exists with name: 'pump:2~config'", () => shadows.get("pump:2", "config"));
  });

  it("answers over MQTT on the topics of the request", () => {
    const said: [string, JsonObject][] = [];
    const ask = (topic: string, document: unknown): void =>
      answerShadowRequest(shadows, shadowRequest(topic)!, Buffer.from(JSON.stringify(document)), START, (to, answer) =>
        said.push([to, answer]),
      );
    const base = "$aws/things/pump:1/shadow/name/config";
    ask(`${base}/update`, { state: { desired: { v: 1 }, reported: { v: 2 } } });
    ask(`${base}/get`, { clientToken: "x" });
    ask(`${base}/delete`, {});
    ask(`${base}/get`, { clientToken: "y" });
    assert.deepEqual(
      said.map(([topic]) => topic.slice(base.length)),
      ["/update/accepted", "/update/delta", "/update/documents", "/get/accepted", "/delete/accepted", "/get/rejected"],
    );
    assert.deepEqual(said[2]![1].previous, { state: {}, metadata: {}, version: 0 });
    assert.equal(said[3]![1].clientToken, "x");
    assert.deepEqual(said[5]![1], {
      code: 404,
      message: "No shadow exists with name: 'pump:1~config'",
      timestamp: NOW,
      clientToken: "y",
    });
    assert.equal(shadowRequest("$aws/things/pump/shadow/update/accepted"), undefined);
  });

  it("has no delta once a device reports what is desired", () => {
    const leaf = fc.oneof(fc.boolean(), fc.integer(), fc.string(), fc.array(fc.integer()));
    const state = fc.dictionary(
      fc.string({ minLength: 1 }),
      fc.oneof(leaf, fc.dictionary(fc.string({ minLength: 1 }), leaf)),
    );
    const empty: ShadowDocument = { state: {}, metadata: {}, version: 0 };
    fc.assert(
      fc.property(state, state, (desired, reported) => {
        const apart = merged(empty, { desired, reported } as JsonObject, 1);
        const differing = delta(apart);
        const together = merged(apart, { reported: (differing?.state ?? {}) as JsonObject }, 2);
        assert.equal(delta(together), undefined);
        assert.equal(together.version, 2);
      }),
    );
  });
});
