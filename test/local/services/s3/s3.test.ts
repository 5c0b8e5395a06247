import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import fc from "fast-check";
import { Clock } from "../../../../local/core/clock";
import { Iam } from "../../../../local/iam";
import { LOCAL_ADMIN_ARN } from "../../../../local/core/principals";
import { ACCOUNT, TYPES, type Resource } from "../../../../local/core/model";
import { S3 } from "../../../../local/services/s3/s3";

function resource(type: string, inputs: object): Resource {
  return { urn: type, type, name: "x", custom: true, id: "x", dependencies: [], inputs, outputs: inputs };
}

describe("local/services/s3", () => {
  it("keeps versions when versioning is on, and drops them when their time has come", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "s3-"));
    const rules = [
      { id: "old", status: "Enabled", filter: { prefix: "" }, noncurrentVersionExpiration: { noncurrentDays: 3 } },
    ];
    const resources = [
      resource(TYPES.bucket, { bucket: "b" }),
      resource(TYPES.bucketVersioning, { bucket: "b", versioningConfiguration: { status: "Enabled" } }),
      resource(TYPES.bucketLifecycle, { bucket: "b", rules }),
    ];
    const clock = new Clock(Date.UTC(2026, 0, 1));
    const s3 = new S3(resources, folder, clock, new Iam(resources, ACCOUNT), "eu-central-1");
    s3.clean();
    s3.put(LOCAL_ADMIN_ARN, "b", "a/key", Buffer.from("one"));
    s3.put(LOCAL_ADMIN_ARN, "b", "a/key", Buffer.from("two"));
    const versions = (): number => s3.bucket("b").objects.versions("a/key").length - 1;
    assert.equal(versions(), 1);
    assert.deepEqual(
      s3.list("b", "").map(({ key, bytes }) => [key, bytes]),
      [["a/key", 3]],
    );
    await clock.advanceTo(Date.UTC(2026, 0, 3));
    s3.expire();
    assert.equal(versions(), 1);
    await clock.advanceTo(Date.UTC(2026, 0, 4, 1));
    s3.expire();
    assert.equal(versions(), 0);
    assert.equal(fs.readFileSync(s3.list("b", "a/")[0]!.file, "utf8"), "two");
    fs.rmSync(folder, { recursive: true });
  });

  it("has any key, whatever the file system thinks of it", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "s3-"));
    const resources = [resource(TYPES.bucket, { bucket: "b" })];
    const s3 = new S3(resources, folder, new Clock(0), new Iam(resources, ACCOUNT), "eu-central-1");
    s3.clean();
    const segment = fc.oneof(
      fc.constantFrom(
        "",
        ".",
        "..",
        "a",
        "~",
        "~~",
        "~7E",
        "a~",
        "b.",
        "c ",
        "x".repeat(250),
        ":".repeat(120),
        "é".repeat(150),
      ),
      fc.string({ unit: "grapheme", maxLength: 6 }),
    );
    fc.assert(
      fc.property(fc.array(segment, { minLength: 2, maxLength: 4 }), (segments) => {
        // an object and a folder of one name would meet: the object's own begins otherwise
        const prefix = `${segments
          .slice(0, -1)
          .map((each) => each.replaceAll("/", "|"))
          .join("/")}/`;
        const key = `${prefix}!${segments.at(-1)!.replaceAll("/", "|")}`;
        s3.put(LOCAL_ADMIN_ARN, "b", key, Buffer.from("x"));
        assert.ok(s3.list("b", "").some((object) => object.key === key));
        assert.ok(s3.list("b", prefix).some((object) => object.key === key));
        assert.ok(s3.exists("b", key));
        s3.delete(LOCAL_ADMIN_ARN, "b", key);
        assert.deepEqual(s3.list("b", ""), []);
      }),
      { numRuns: 200 },
    );
    fs.rmSync(folder, { recursive: true });
  });

  it("never leaves its bucket's folder", () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "s3-"));
    const resources = [resource(TYPES.bucket, { bucket: "b" })];
    const s3 = new S3(resources, folder, new Clock(0), new Iam(resources, ACCOUNT), "eu-central-1");
    s3.clean();
    const { file } = s3.put(LOCAL_ADMIN_ARN, "b", "../../x/..", Buffer.from("x"));
    assert.ok(file.startsWith(path.join(folder, "b") + path.sep), file);
    assert.deepEqual(
      s3.list("b", "").map(({ key }) => key),
      ["../../x/.."],
    );
    fs.rmSync(folder, { recursive: true });
  });
});
