import { count } from "../output/table";
import type { RunProgress } from "./target";

const WIDTH = 30;
/** Without a terminal a line now and then is enough. */
const EVERY_MS_IN_A_LOG = 5000;

/** How far a run is, on stderr: a bar with what is left, or in a log a line every few seconds. */
export class RunLine {
  private readonly started = Date.now();
  private first: number | undefined;
  private shownAt = 0;
  private shown = false;

  constructor(private readonly out: NodeJS.WriteStream) {}

  show(progress: RunProgress | undefined): void {
    const now = Date.now();
    if (!this.out.isTTY && now - this.shownAt < EVERY_MS_IN_A_LOG) return;
    this.shownAt = now;
    const text = progress === undefined ? "waiting for the archive" : this.bar(progress, now);
    this.out.write(this.out.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
    this.shown = true;
  }

  stop(): void {
    if (this.shown && this.out.isTTY) this.out.write("\r\u001b[2K");
    this.shown = false;
  }

  private bar({ total, done, failed }: RunProgress, now: number): string {
    this.first ??= done;
    const part = total === 0 ? 1 : done / total;
    const full = Math.round(part * WIDTH);
    const rate = (done - this.first) / Math.max(1, now - this.started);
    const left = rate > 0 ? `, about ${duration((total - done) / rate)} left` : "";
    const failures = failed > 0 ? `, ${count(failed)} failed` : "";
    return `[${"#".repeat(full)}${"-".repeat(WIDTH - full)}] ${count(done)} of ${count(total)} objects${failures}${left}`;
  }
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
