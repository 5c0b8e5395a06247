const EVERY_MS = 200;
/** Without a terminal a line now and then is enough. */
const EVERY_MS_IN_A_LOG = 5000;
const WIDTH = 30;

/** A bar on a terminal, in a log a line every few seconds: which statement runs, and how much of it is done. */
export class StatementProgress {
  private timer: NodeJS.Timeout | undefined;
  private step = 0;
  private what = "";
  private shown = false;
  private readonly startedAt = Date.now();

  /** @param done 0 to 1; undefined while that is not known */
  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly done: () => number | undefined,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.show(), this.out.isTTY ? EVERY_MS : EVERY_MS_IN_A_LOG);
    this.timer.unref();
  }

  next(what: string): void {
    this.step++;
    this.what = what;
  }

  stop(): void {
    clearInterval(this.timer);
    if (this.shown && this.out.isTTY) this.out.write("\r\u001b[2K");
    this.shown = false;
  }

  private show(): void {
    const part = this.done();
    const full = Math.round((part ?? 0) * WIDTH);
    const bar =
      part === undefined ? "" : `[${"=".repeat(full)}${" ".repeat(WIDTH - full)}] ${Math.round(part * 100)} % of `;
    const text = `${bar}query ${this.step}, ${this.what}; ${Math.round((Date.now() - this.startedAt) / 1000)} s`;
    this.out.write(this.out.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
    this.shown = true;
  }
}
