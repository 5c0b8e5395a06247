import assert from "node:assert/strict";
import fc from "fast-check";
import { ParquetDatastore, TelemetryChannel } from "../../../../components";
import { catalogName, NAME_STYLES, physicalName, type NameKind } from "../../../../components/parts/common/names";
import { ACCOUNT, run, wrongArguments } from "../../../harness";

const SCOPE = { project: "iot-telemetry-etl", stack: "dev" };
const KINDS = Object.keys(NAME_STYLES) as NameKind[];

/** What AWS accepts, written down a second time from the pages that aws/names.ts names. */
const ACCEPTED: Record<NameKind, RegExp> = {
  provisioningTemplate: /^[0-9A-Za-z_-]{1,36}$/,
  devicePolicy: /^[\w+=,.@-]{1,128}$/,
  thingGroup: /^[a-zA-Z0-9:_-]{1,128}$/,
  thingType: /^[a-zA-Z0-9:_-]{1,128}$/,
  topicRule: /^[a-zA-Z0-9_]{1,128}$/,
  stream: /^[a-zA-Z0-9_.-]{1,128}$/,
  deliveryStream: /^[a-zA-Z0-9_.-]{1,64}$/,
  function: /^[a-zA-Z0-9_-]{1,64}$/,
  role: /^[\w+=,.@-]{1,64}$/,
  rolePolicy: /^[\w+=,.@-]{1,128}$/,
  bucket: /^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$/,
  database: /^[a-z0-9_]{1,255}$/,
  stateMachine: /^[0-9a-zA-Z_-]{1,80}$/,
  cluster: /^[A-Za-z0-9_-]{1,255}$/,
  taskDefinition: /^[A-Za-z0-9_-]{1,255}$/,
  repository: /^(?=.{2,256}$)[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/,
  schedule: /^[0-9a-zA-Z_.-]{1,64}$/,
  scheduleGroup: /^[0-9a-zA-Z_.-]{1,64}$/,
  queue: /^[a-zA-Z0-9_-]{1,80}$/,
  parameter: /^[a-zA-Z0-9_.-]{1,1000}$/,
  workgroup: /^[a-zA-Z0-9._-]{1,128}$/,
  alarm: /^[A-Za-z0-9_-]{1,255}$/,
  dashboard: /^[A-Za-z0-9_-]{1,255}$/,
  quickSight: /^[\w-]{1,512}$/,
  namedQuery: /^.{1,128}$/,
  replication: /^(?=.{1,255}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  replicationInstance: /^(?=.{1,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  replicationResource: /^(?=.{1,31}$)[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$/,
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

  describe("of two components that AWS would take for one", () => {
    const columns = [{ name: "a", type: "int" }];
    const filter = "dt/+/x";

    it("are an argument error, before anything is created", async () => {
      assert.deepEqual(await wrongArguments(() => ["plant-a", "plant_a"].map((name) => new TelemetryChannel(name))), [
        'name: saw "plant_a", whose bucket would be "iot-telemetry-etl-dev-plant-a-raw", which the component "plant-a" has already; give one of the two another name',
      ]);
      // IAM takes names in upper and lower case for one.
      const [role] = await wrongArguments(() =>
        ["Store", "store"].map((name) => new TelemetryChannel(name, { topicFilter: filter })),
      );
      assert.match(role!, /^name: saw "store", whose role would be "iot-telemetry-etl-dev-store-archive"/);
      const [table] = await wrongArguments(() =>
        ["Store", "store"].map((name) => new ParquetDatastore(name, { columns, database: "telemetry" })),
      );
      assert.match(table!, /^name: saw "store", whose table would be "store"/);
      const [rule] = await wrongArguments(() =>
        ["a", "b"].map((name) => new TelemetryChannel(name, { rules: [{ name: "etl", sql: "SELECT * FROM 'x'" }] })),
      );
      assert.match(rule!, /^name: saw "etl", whose topic rule would be "iot_telemetry_etl_dev_etl"/);
      const [kept] = await wrongArguments(() =>
        ["a", "b"].map(
          (name) =>
            new TelemetryChannel(name, {
              rules: [{ name: `${name}_rule`, ruleName: "etl", sql: "SELECT * FROM 'x'" }],
            }),
        ),
      );
      assert.match(kept!, /^name: saw "b_rule", whose topic rule would be "etl", which the component "a_rule" has/);
    });

    it("stay as they were where AWS tells them apart", async () => {
      const { all } = await run(() => {
        for (const name of ["Store", "store"]) new ParquetDatastore(name, { columns });
        new ParquetDatastore("store_2", { columns, database: "one" });
        new ParquetDatastore("Store_2", { columns, database: "two" });
        new TelemetryChannel("etl_device_data");
      });
      assert.ok(
        all("aws:s3/bucket:Bucket").some(
          ({ inputs }) => inputs.bucket === `iot-telemetry-etl-dev-etl-device-data-raw-${ACCOUNT}`,
        ),
        "a name that was deployed is not renamed",
      );
    });
  });

  it("of tables are what SQL finds without quotes", () => {
    assert.equal(catalogName("Etl_Store-2"), "etl_store_2");
  });
});
