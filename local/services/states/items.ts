import type { Properties } from "../../core/model";
import type { S3 } from "../s3/s3";
import { S3Error } from "../s3/s3";
import type { Child } from "./map-run";
import { StateError } from "./types";

/** Bytes of what an execution is given. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const PAYLOAD_BYTES = 262_144;

/** ItemReader with `s3:listObjectsV2`: an item for each object, all pages. https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html */
export function listedItems(s3: S3, role: string, { Bucket, Prefix = "" }: Properties, most: number): unknown[] {
  try {
    const listed = s3.listFor(role, Bucket, Prefix);
    const { objects } = s3.bucket(Bucket);
    return listed.slice(0, most).map(({ key, bytes, modified }) => ({
      Etag: `"${(objects.get(key) as { etag?: string } | undefined)?.etag ?? ""}"`,
      Key: key,
      LastModified: Math.floor(modified / 1000),
      Size: bytes,
      StorageClass: "STANDARD",
    }));
  } catch (error) {
    if (error instanceof S3Error) throw new StateError("States.ItemReaderFailed", error.message);
    throw error;
  }
}

/** ItemBatcher: batches of items, bounded in number and in bytes. https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html */
export function batched(
  items: readonly unknown[],
  { MaxItemsPerBatch = Infinity, MaxInputBytesPerBatch = PAYLOAD_BYTES, BatchInput }: Properties,
): Child[] {
  const around = BatchInput === undefined ? {} : { BatchInput: BatchInput as unknown };
  const frame = Buffer.byteLength(JSON.stringify({ Items: [], ...around }));
  const limit = Math.min(Number(MaxInputBytesPerBatch), PAYLOAD_BYTES);
  const children: Child[] = [];
  let batch: unknown[] = [];
  let bytes = frame;
  const close = (): void => {
    if (batch.length > 0) children.push({ input: { Items: batch, ...around }, items: batch.length, status: "PENDING" });
    batch = [];
    bytes = frame;
  };
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (batch.length >= Number(MaxItemsPerBatch) || (batch.length > 0 && bytes + size > limit)) close();
    if (frame + size > limit)
      throw new StateError("States.DataLimitExceeded", `An item with its BatchInput has more than ${limit} bytes`);
    batch.push(item);
    bytes += size;
  }
  close();
  return children;
}
