/** Why an execution failed, in a line: a failed query says so deep in its cause. */
export function failureText(error = "States.Runtime", cause = ""): string {
  try {
    const query = JSON.parse(cause) as { Status?: { StateChangeReason?: string } };
    if (query.Status?.StateChangeReason !== undefined) return query.Status.StateChangeReason;
  } catch {
    // the cause is words
  }
  return `${error}: ${cause}`;
}
