import { count, size } from "../output/table";
import type { Messages } from "./source";

const EVERY_MS = 100;
/** Without a terminal a line now and then is enough. */
const EVERY_MS_IN_A_LOG = 5000;
const WIDTH = 30;

/** A bar on a terminal, in a log a line every few seconds; nothing for what is done at once. */
export class TrialProgress {
  private readonly startedAt = performance.now();
  private shownAt = performance.now();
  private shown = false;

  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly messages: Pick<Messages, "readBytes" | "totalBytes">,
  ) {}

  /** Call it now and then. */
  update(received: number): void {
    const now = performance.now();
    if (now - this.shownAt < (this.out.isTTY ? EVERY_MS : EVERY_MS_IN_A_LOG)) return;
    this.shownAt = now;
    this.shown = true;
    const rate = count(Math.round((received * 1000) / (now - this.startedAt)));
    const text = `${this.bar()}${count(received)} messages, ${rate}/s`;
    this.out.write(this.out.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
  }

  stop(): void {
    if (this.shown && this.out.isTTY) this.out.write("\r\u001b[2K");
    this.shown = false;
  }

  private bar(): string {
    const { readBytes, totalBytes } = this.messages;
    if (totalBytes === undefined || totalBytes === 0) return `${size(readBytes)} `;
    const part = Math.min(1, readBytes / totalBytes);
    const full = Math.round(part * WIDTH);
    return `[${"=".repeat(full)}${" ".repeat(WIDTH - full)}] ${Math.round(part * 100)} % `;
  }
}
