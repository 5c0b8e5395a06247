import assert from "node:assert/strict";
import fc from "fast-check";
import { catalogName, NAME_STYLES, physicalName, type NameKind } from "../../components/parts/names";

const SCOPE = { project: "iot-telemetry-etl", stack: "dev" };
const KINDS = Object.keys(NAME_STYLES) as NameKind[];

/** What AWS accepts, written down a second time from the pages that aws/names.ts names. */
const ACCEPTED: Record<NameKind, RegExp> = {
  topicRule: /^[a-zA-Z0-9_]{1,128}$/,
  stream: /^[a-zA-Z0-9_.-]{1,128}$/,
  deliveryStream: /^[a-zA-Z0-9_.-]{1,64}$/,
  function: /^[a-zA-Z0-9_-]{1,64}$/,
  role: /^[\w+=,.@-]{1,64}$/,
  rolePolicy: /^[\w+=,.@-]{1,128}$/,
  bucket: /^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$/,
  database: /^[a-z0-9_]{1,255}$/,
  stateMachine: /^[0-9a-zA-Z_-]{1,80}$/,
  schedule: /^[0-9a-zA-Z_.-]{1,64}$/,
  queue: /^[a-zA-Z0-9_-]{1,80}$/,
  parameter: /^[a-zA-Z0-9_.-]{1,1000}$/,
  workgroup: /^[a-zA-Z0-9._-]{1,128}$/,
  alarm: /^[A-Za-z0-9_-]{1,255}$/,
  dashboard: /^[A-Za-z0-9_-]{1,255}$/,
  namedQuery: /^.{1,128}$/,
};

describe("physical names", () => {
  it("say project, stack and name", () => {
    assert.equal(physicalName("stream", "etl_device_data", "", SCOPE), "iot-telemetry-etl-dev-etl_device_data");
    assert.equal(physicalName("topicRule", "etl_analytics", "", SCOPE), "iot_telemetry_etl_dev_etl_analytics");
    assert.equal(physicalName("bucket", "etl_device_data", "raw", SCOPE), "iot-telemetry-etl-dev-etl-device-data-raw");
    assert.equal(physicalName("database", "", "", SCOPE), "iot_telemetry_etl_dev");
    assert.equal(physicalName("role", "plant", "archive", SCOPE), "iot-telemetry-etl-dev-plant-archive");
  });

  it("end with a hash when they are cut or lose characters", () => {
    const long = physicalName("deliveryStream", "x".repeat(100), "parquet", SCOPE);
    assert.match(long, /^iot-telemetry-etl-dev-x{33}-[0-9a-f]{8}$/);
    assert.match(physicalName("bucket", "Plant", "raw", SCOPE), /^iot-telemetry-etl-dev-plant-raw-[0-9a-f]{8}$/);
    assert.match(physicalName("function", "a.b", "", SCOPE), /^iot-telemetry-etl-dev-a-b-[0-9a-f]{8}$/);
  });

  it("are taken by AWS, whatever the parts are", () => {
    const part = fc.oneof(fc.string({ maxLength: 200 }), fc.stringMatching(/^[A-Za-z0-9_-]{1,150}$/));
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), part, part, part, (kind, project, stack, name) => {
        const text = physicalName(kind, `p${name}`, "raw", { project: `p${project}`, stack: `s${stack}` });
        assert.match(text, ACCEPTED[kind]);
        assert.equal(text, physicalName(kind, `p${name}`, "raw", { project: `p${project}`, stack: `s${stack}` }));
      }),
      { numRuns: 500 },
    );
  });

  it("differ when names differ in more than the kind of dash", () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_.]{1,80}$/);
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), name, name, (kind, one, other) => {
        fc.pre(one.replaceAll("-", "_") !== other.replaceAll("-", "_"));
        assert.notEqual(physicalName(kind, one, "", SCOPE), physicalName(kind, other, "", SCOPE));
      }),
      { numRuns: 500 },
    );
  });

  it("of tables are what SQL finds without quotes", () => {
    assert.equal(catalogName("Etl_Store-2"), "etl_store_2");
  });
});
