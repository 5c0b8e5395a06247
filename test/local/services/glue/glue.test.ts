import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { Clock } from "../../../../local/core/clock";
import { Iam } from "../../../../local/iam";
import { LOCAL_ADMIN_ARN } from "../../../../local/core/principals";
import { ACCOUNT, TYPES, type Resource } from "../../../../local/core/model";
import { Glue } from "../../../../local/services/glue/glue";
import { S3 } from "../../../../local/services/s3/s3";

function resource(type: string, inputs: object): Resource {
  return { urn: type, type, name: "x", custom: true, id: "x", dependencies: [], inputs, outputs: inputs };
}

describe("local/services/glue: partition projection", () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "glue-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  /** Puts objects at the keys and tells which the table's projection sees, as the values of `k`. */
  function seen(projection: Record<string, string>, keys: string[]): { values: string[]; unseen: number } {
    const parameters: Record<string, string> = {
      "projection.enabled": "true",
      "storage.location.template": "s3://b/data/k=${k}/",
    };
    for (const [name, value] of Object.entries(projection)) parameters[`projection.k.${name}`] = value;
    const resources = [
      resource(TYPES.bucket, { bucket: "b" }),
      resource(TYPES.table, {
        databaseName: "db",
        name: "t",
        parameters,
        partitionKeys: [{ name: "k", type: "string" }],
        storageDescriptor: { location: "s3://b/data/", columns: [{ name: "v", type: "int" }] },
      }),
    ];
    const clock = new Clock(Date.UTC(2026, 5, 15));
    const s3 = new S3(
      resources,
      fs.mkdtempSync(path.join(folder, "s3-")),
      clock,
      new Iam(resources, ACCOUNT),
      "eu-central-1",
    );
    s3.clean();
    for (const key of keys) s3.put(LOCAL_ADMIN_ARN, "b", key, Buffer.from(key.endsWith("/") ? "" : "x"));
    const table = new Glue(resources, s3, clock, path.join(folder, "glue")).tables.get("db.t")!;
    return { values: table.files().map(({ partition }) => partition.k!), unseen: table.unseen() };
  }
  const at = (...values: string[]): string[] => values.map((value) => `data/k=${value}/object`);

  it("integer: within the range, with its digits", () => {
    assert.deepEqual(seen({ type: "integer", range: "1,12", digits: "2" }, at("01", "1", "12", "13", "x", "00")), {
      values: ["01", "12"],
      unseen: 4,
    });
  });

  it("enum: the values alone", () => {
    assert.deepEqual(seen({ type: "enum", values: "a,b" }, at("a", "b", "c")), { values: ["a", "b"], unseen: 1 });
  });

  it("date: its format, from a day until now", () => {
    assert.deepEqual(
      seen(
        { type: "date", format: "yyyy-MM-dd", range: "2026-01-01,NOW", interval: "1", "interval.unit": "DAYS" },
        at("2025-12-31", "2026-01-01", "2026-06-15", "2026-06-16", "2026-1-1"),
      ),
      {
        values: ["2026-01-01", "2026-06-15"],
        unseen: 3,
      },
    );
    assert.deepEqual(
      seen(
        { type: "date", format: "yyyy-MM-dd", range: "NOW-1MONTHS,NOW+1DAYS" },
        at("2026-05-14", "2026-05-15", "2026-06-16"),
      ).values,
      ["2026-05-15", "2026-06-16"],
    );
  });

  it("injected: whatever is there, in any characters a key can have", () => {
    const values = ["a", "b%2Fc", "d e", "ü", "f:g", "h~i"];
    assert.deepEqual(seen({ type: "injected" }, at(...values)).values.sort(), [...values].sort());
  });

  it("injected: values with slashes, but not what lies beside the template", () => {
    assert.deepEqual(seen({ type: "injected" }, ["data/k=a/object", "data/k=a/deeper/object", "data/other/object"]), {
      values: ["a/deeper", "a"],
      unseen: 1,
    });
  });

  it("no query reads hidden objects, nor empty ones, which clients put for folders", () => {
    const keys = ["data/k=a/object", "data/k=a/_SUCCESS", "data/k=a/.part", "data/k=a/", "data/k=_b/object"];
    assert.deepEqual(seen({ type: "injected" }, keys), { values: ["_b", "a"], unseen: 0 });
  });

  it("enum: does not see what lies deeper", () => {
    assert.deepEqual(seen({ type: "enum", values: "a" }, ["data/k=a/object", "data/k=a/deeper/object"]), {
      values: ["a"],
      unseen: 1,
    });
  });
});
