import * as fs from "node:fs";

/** Locks held by this process, by file; a lock with our own pid that is not here is stale (pid reuse in containers). */
const held = new Set<string>();

/** The lock with its release, or the process that holds it. */
export type Taken = { ok: true; release(): void } | { ok: false; pid: number };

/**
 * Takes a lock file for this process. A lock of a process that has ended is taken over.
 * @throws the file system's error if the file cannot be written
 */
export function takeLock(file: string): Taken {
  for (;;) {
    try {
      fs.writeFileSync(file, JSON.stringify({ pid: process.pid, started: startOf(process.pid) }), { flag: "wx" });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const text = readOrEmpty(file);
    const owner = parse(text);
    if (owner !== undefined && alive(owner, file)) return { ok: false, pid: owner.pid };
    removeStale(file, text);
  }
  held.add(file);
  const release = (): void => {
    if (!held.delete(file)) return;
    process.off("exit", release);
    fs.rmSync(file, { force: true });
  };
  process.on("exit", release);
  return { ok: true, release };
}

interface Owner {
  pid: number;
  /** when the process began, where the system tells; a number alone may have been given to another since */
  started?: string;
}

function parse(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Owner;
    return Number.isInteger(owner.pid) ? owner : undefined;
  } catch {
    return undefined; // its writer was killed while writing
  }
}

function alive({ pid, started }: Owner, file: string): boolean {
  if (pid === process.pid) return held.has(file);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const now = statOf(pid);
  if (now === undefined) return true;
  return !ENDED.has(now.state) && (started === undefined || now.started === started);
}

/** States of a process that has ended and whose parent has not asked for its end yet: zombie, dead. */
const ENDED = new Set(["Z", "X", "x"]);

/**
 * State and start time (in the system's ticks) of a process, where /proc has them. macOS and Windows have no /proc: there a process
 * counts as alive while its number exists, which is right, for launchd asks for the end of every process left behind and Windows keeps none.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function statOf(pid: number): { state: string; started: string | undefined } | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name, in brackets, may hold blanks; the state is the first field after it, the start time the 20th.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0]!, started: fields[19] };
  } catch {
    return undefined;
  }
}

function startOf(pid: number): string | undefined {
  return statOf(pid)?.started;
}

/** Two processes may find the same stale lock; what is removed must be what was read. */
function removeStale(file: string, text: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    fs.renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if (readOrEmpty(aside) !== text && !fs.existsSync(file)) fs.renameSync(aside, file);
  else fs.rmSync(aside, { force: true });
}

function readOrEmpty(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
