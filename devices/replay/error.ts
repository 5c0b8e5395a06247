/** Recordings that cannot be read; every problem is one paragraph. */
export class RecordingError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n\n"));
  }
}
