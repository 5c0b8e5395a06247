/** Bytes of the log that Invoke gives back. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
const TAIL_BYTES = 4096;

/** The end of the log of one invocation, as `LogType: Tail` gives it: with the lines of the platform, where the format is text. */
export class LogTail {
  private text = "";
  private readonly started = performance.now();

  constructor(
    private readonly requestId: string,
    private readonly isJson: boolean,
    private readonly memorySize: number,
  ) {
    if (!isJson) this.add(`START RequestId: ${requestId} Version: $LATEST`);
  }

  add(line: string): void {
    this.text += `${line}\n`;
    // What is cut off must leave whole characters.
    if (this.text.length > 4 * TAIL_BYTES) this.text = this.text.slice(-2 * TAIL_BYTES);
  }

  /** The invocation is over. @returns the last 4 kB */
  end(): string {
    if (!this.isJson) {
      const ms = performance.now() - this.started;
      const { requestId, memorySize } = this;
      this.add(`END RequestId: ${requestId}`);
      this.add(
        `REPORT RequestId: ${requestId}\tDuration: ${ms.toFixed(2)} ms\tBilled Duration: ${Math.ceil(ms)} ms\tMemory Size: ${memorySize} MB`,
      );
    }
    const bytes = Buffer.from(this.text);
    return bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES)).toString();
  }
}
