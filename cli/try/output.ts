import { once } from "node:events";

/** Bytes that are gathered before they are written. */
const GATHERED = 64 * 1024;

/** Writes text to a stream with back-pressure, so that memory stays bounded. */
export class Output {
  private parts: string[] = [];
  private length = 0;

  constructor(private readonly stream: NodeJS.WritableStream) {}

  write(text: string): void {
    this.parts.push(text);
    this.length += text.length;
  }

  /** Whether there is enough for a write. */
  get full(): boolean {
    return this.length >= GATHERED;
  }

  async drain(): Promise<void> {
    if (this.length === 0) return;
    const text = this.parts.join("");
    this.parts = [];
    this.length = 0;
    if (!this.stream.write(text)) await once(this.stream, "drain");
  }
}
