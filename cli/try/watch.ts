import * as fs from "node:fs";
import * as path from "node:path";

/** ms to wait after a change, because editors save in several steps. */
const SETTLE_MS = 15;

/**
 * Calls back when one of the files changed, until it is closed. Folders are watched and not the files, for an editor that saves by
 * renaming puts another file in the place of the one before.
 */
export class FileWatch {
  private readonly watchers = new Map<string, fs.FSWatcher>();
  private files = new Map<string, string>();
  private timer: NodeJS.Timeout | undefined;
  private running = false;
  private again = false;

  constructor(private readonly onChange: () => Promise<void>) {}

  /** The files to watch from now on, as they are now. */
  set(files: readonly string[]): void {
    this.files = new Map(files.map((file) => [path.resolve(file), stateOf(file)]));
    const folders = new Set([...this.files.keys()].map((file) => path.dirname(file)));
    for (const [folder, watcher] of this.watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.watchers.delete(folder);
    }
    for (const folder of folders) {
      if (this.watchers.has(folder) || !fs.existsSync(folder)) continue;
      const watcher = fs.watch(folder, () => this.stir());
      // A deleted folder has no more events.
      watcher.on("error", () => watcher.close());
      this.watchers.set(folder, watcher);
    }
  }

  close(): void {
    clearTimeout(this.timer);
    for (const watcher of this.watchers.values()) watcher.close();
    this.watchers.clear();
  }

  private stir(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.look(), SETTLE_MS);
  }

  private async look(): Promise<void> {
    if (this.running) {
      this.again = true;
      return;
    }
    if ([...this.files].every(([file, state]) => stateOf(file) === state)) return;
    this.running = true;
    try {
      await this.onChange();
    } finally {
      this.running = false;
      if (this.again) {
        this.again = false;
        this.stir();
      }
    }
  }
}

/** A text that changes when the file changes, appears or disappears. */
function stateOf(file: string): string {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? "" : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}
