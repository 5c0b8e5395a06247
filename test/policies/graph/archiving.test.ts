import { strict as assert } from "node:assert";
import { StackFound } from "../../../policies/framework/found";
import { StackView, View } from "../../../policies/framework/view";
import { archivedRows } from "../../../policies/graph/archiving";
import type { Inputs } from "../../../aws/values";
import { resource, type Shorthand } from "../resources";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const TABLE: Shorthand = [
  "aws:glue/catalogTable:CatalogTable",
  "table",
  { storageDescriptor: { location: "s3://plant/rows/" } },
];

const lifecycle = (rule: Inputs): Shorthand => [
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "lifecycle",
  { bucket: "plant", rules: [{ status: "Enabled", transitions: [{ days: 90, storageClass: "GLACIER" }], ...rule }] },
];
const tiering = (more: Inputs): Shorthand => [
  "aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration",
  "tiering",
  { bucket: "plant", tierings: [{ accessTier: "DEEP_ARCHIVE_ACCESS", days: 180 }], ...more },
];

/** Paths of what is archived. */
function archivedIn(...resources: readonly Shorthand[]): string[] {
  const stack = new StackView(resources.map((each) => new View(resource(each))));
  return archivedRows(stack, new StackFound()).map(({ path, by, prefix }) => `${path} ${by.name} ${String(prefix)}`);
}

describe("rows that go to an archive", () => {
  const PATH = "rules[0].transitions[0].storageClass";

  it("are those below the prefix of a rule, or around it", () => {
    assert.deepEqual(archivedIn(TABLE, lifecycle({})), [`${PATH} table rows/`]);
    assert.deepEqual(archivedIn(TABLE, lifecycle({ filter: { prefix: "rows/old/" } })), [`${PATH} table rows/`]);
    assert.deepEqual(archivedIn(TABLE, lifecycle({ filter: { prefix: "errors/" } })), []);
  });

  it("are moved by a rule in force, to a class that has to be restored", () => {
    assert.deepEqual(archivedIn(TABLE, lifecycle({ status: "Disabled" })), []);
    for (const storageClass of ["GLACIER_IR", "INTELLIGENT_TIERING", "STANDARD_IA"])
      assert.deepEqual(archivedIn(TABLE, lifecycle({ transitions: [{ days: 90, storageClass }] })), []);
    assert.deepEqual(archivedIn(TABLE, lifecycle({ transitions: [{ date: "2030-01-01", storageClass: "GLACIER" }] })), [
      `${PATH} table rows/`,
    ]);
  });

  it("are moved by archive tiers that are in force there", () => {
    const path = "tierings[0].accessTier table rows/";
    assert.deepEqual(archivedIn(TABLE, tiering({})), [path]);
    assert.deepEqual(archivedIn(TABLE, tiering({ status: "Disabled" })), []);
    assert.deepEqual(archivedIn(TABLE, tiering({ filter: { prefix: "errors/" } })), []);
    assert.deepEqual(archivedIn(TABLE, tiering({ filter: { tags: { cold: "yes" } } })), [path]);
  });

  it("are found by what Pulumi says the location was made from, when the bucket's name is not known", () => {
    const bucket = resource(["aws:s3/bucket:Bucket", "bucket", { bucket: UNKNOWN }]);
    const [type, name, inputs] = lifecycle({});
    const own: Shorthand = [type, name, { ...inputs, bucket: UNKNOWN }, { references: { bucket: [bucket.urn] } }];
    const table: Shorthand = [
      "aws:glue/catalogTable:CatalogTable",
      "table",
      { storageDescriptor: { location: UNKNOWN } },
      { references: { storageDescriptor: [bucket.urn] } },
    ];
    const narrow = structuredClone(own) as [string, string, Inputs, object];
    (narrow[2].rules as Inputs[])[0]!.filter = { prefix: "x/" };
    const all: Shorthand = ["aws:s3/bucket:Bucket", "bucket", { bucket: UNKNOWN }];
    assert.deepEqual(archivedIn(all, own, table), [`${PATH} table undefined`]);
    assert.deepEqual(archivedIn(all, narrow, table), []);
  });
});
