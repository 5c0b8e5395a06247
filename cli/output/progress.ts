import type { Clock } from "../../local/core/clock";

const EVERY_MS = 200;
/** Without a terminal a line now and then is enough. */
const EVERY_MS_IN_A_LOG = 5000;

/** Tells on stderr how far the messages are: one line that is rewritten, or in a log a line every few seconds. */
export class ProgressLine {
  private timer: NodeJS.Timeout | undefined;
  private text = "";
  private shown = false;
  private readonly startedAt = Date.now();

  constructor(
    private readonly out: NodeJS.WriteStream,
    private readonly published: () => number,
    private readonly clock: Clock,
    /** in the place of the text, while there is one */
    private readonly stage: () => string | undefined = () => undefined,
  ) {}

  start(): void {
    this.text = "publishing";
    this.timer = setInterval(() => this.show(), this.out.isTTY ? EVERY_MS : EVERY_MS_IN_A_LOG);
    this.timer.unref();
  }

  say(text: string): void {
    this.text = text;
    if (this.out.isTTY) this.show();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    if (this.shown && this.out.isTTY) this.out.write("\r\u001b[2K");
    this.shown = false;
  }

  private show(): void {
    const published = this.published();
    const rate = Math.round(published / Math.max(0.001, (Date.now() - this.startedAt) / 1000));
    const time = new Date(this.clock.now()).toISOString().slice(0, 19).replace("T", " ");
    const text = `${this.stage() ?? this.text}: ${published.toLocaleString("en-US")} messages, ${rate.toLocaleString("en-US")}/s, local clock ${time} UTC`;
    this.out.write(this.out.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
    this.shown = true;
  }
}
