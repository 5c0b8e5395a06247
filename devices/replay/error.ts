/** A recording cannot be read; each problem is one paragraph. */
export class RecordingError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n\n"));
  }
}
