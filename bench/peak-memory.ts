import * as fs from "node:fs";

/** Peak resident memory of a process, from Linux's /proc; "unknown" on other systems. */
export class PeakMemory {
  private peak = 0;
  private readonly timer = setInterval(() => this.read(), 250);

  constructor(private readonly pid: number) {}

  stop(): string {
    this.read();
    clearInterval(this.timer);
    return this.peak === 0 ? "unknown" : String(Math.round(this.peak / 1024));
  }

  private read(): void {
    try {
      this.peak = Math.max(
        this.peak,
        Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${this.pid}/status`, "utf8"))?.[1] ?? 0),
      );
    } catch {
      // There is no such file on this system, or the process has ended.
    }
  }
}
