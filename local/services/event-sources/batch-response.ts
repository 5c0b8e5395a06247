/** What a function says of a batch: all well, failed as a whole, or the ids of the items that failed. */
export type BatchOutcome = "succeeded" | "failed" | ReadonlySet<string>;

/**
 * Reads the answer of a function that reports single failures (`ReportBatchItemFailures`).
 * @param ids of the items of the batch
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function readBatchResponse(payload: string, ids: Pick<ReadonlySet<string>, "has">): BatchOutcome {
  const answer = parse(payload);
  if (answer === null || answer === undefined) return "succeeded";
  if (typeof answer !== "object") return "failed";
  const { batchItemFailures: failures } = answer as { batchItemFailures?: unknown };
  if (failures === null || failures === undefined) return "succeeded";
  if (!Array.isArray(failures)) return "failed";
  const failed = new Set<string>();
  for (const failure of failures as unknown[]) {
    const id = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    // An empty or unknown id fails the whole batch, and so does a member of another name.
    if (typeof id !== "string" || !ids.has(id)) return "failed";
    failed.add(id);
  }
  return failed.size === 0 ? "succeeded" : failed;
}

function parse(payload: string): unknown {
  try {
    return JSON.parse(payload) as unknown;
  } catch {
    return "";
  }
}
