/** Says when an execution waits for the clock: when everything that it does at a time waits, or has ended. */
export class Idle {
  private working = 0;
  private wake: () => void = () => undefined;
  private waits: Promise<void> = new Promise((resolve) => (this.wake = resolve));

  /** Resolves when nothing of it works. */
  get next(): Promise<void> {
    return this.waits;
  }

  begin(): void {
    if (this.working++ === 0) this.waits = new Promise((resolve) => (this.wake = resolve));
  }

  end(): void {
    if (--this.working === 0) this.wake();
  }
}
