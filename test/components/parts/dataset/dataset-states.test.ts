import assert from "node:assert/strict";
import { datasetStates } from "../../../../components/parts/dataset/dataset-states";

type States = Record<string, Record<string, unknown>>;

/** https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: input or output of a task, state or execution. */
const STEP_FUNCTIONS_BYTES = 262_144;

describe("components/parts/dataset/dataset-states: superseded contents", () => {
  /** The longest prefix that a component takes for its storage, and the longest name. */
  const prefix = `${"p".repeat(254)}/results/${"n".repeat(128)}/`;
  const { States: states } = datasetStates({
    name: "daily",
    query: "SELECT 1",
    workgroup: "w",
    database: "d",
    bucket: "b",
    prefix,
    keep: 1,
    window: undefined,
    deliveries: [],
    inputs: [],
    starts: [],
  }) as { States: States };
  const { MaxKeys: pageSize } = states["List contents"]!.Arguments as { MaxKeys: number };

  it("are listed in pages that Step Functions can hold, whatever their names", () => {
    // An answer of ListObjectsV2 for objects that Athena wrote and S3 checksummed.
    const object = {
      ChecksumAlgorithm: ["CRC64NVME"],
      ChecksumType: "FULL_OBJECT",
      ETag: `"${"0".repeat(32)}"`,
      Key: `${prefix}01234567-89ab-cdef-0123-456789abcdef.csv.metadata`,
      LastModified: "2026-01-31T12:00:00Z",
      Size: 123_456_789,
      StorageClass: "STANDARD",
    };
    const page = {
      Contents: Array.from({ length: pageSize }, () => object),
      EncodingType: "url",
      IsTruncated: true,
      KeyCount: pageSize,
      MaxKeys: pageSize,
      Name: "b".repeat(63),
      NextContinuationToken: "t".repeat(120),
      Prefix: prefix,
      StartAfter: object.Key,
    };
    const bytes = Buffer.byteLength(JSON.stringify(page));
    assert.ok(bytes <= STEP_FUNCTIONS_BYTES, `${bytes} bytes`);
    // Smaller pages cost a request each.
    assert.ok(bytes > STEP_FUNCTIONS_BYTES / 2, `${bytes} bytes`);
  });
});
