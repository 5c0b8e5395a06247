import * as fs from "node:fs";
import * as path from "node:path";
import { isMainThread } from "node:worker_threads";
import { readDataFile } from "../core/data-file";
import type { Evaluation } from "../engine";
import { diffResources, forState, type Change } from "./diff";
import { takeLock } from "./lock";
import { isStackState, type StackState } from "./stack-state";

export type { Change } from "./diff";
export type { StackState } from "./stack-state";

/** Counted up whenever a data folder of before could not be read any more. */
const FORMAT = 1;
const KIND = "iot-telemetry-etl local cloud";
const MARKER = "local-cloud.json";
const STATE = "state.json";
const LOCK = "lock";

/** A user error about the data folder or what would become of it; `problems` are paragraphs for people. */
export class StateError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n\n"));
    this.name = "StateError";
  }
}

/** A data folder that this process has taken. */
export interface DataFolder {
  /** absolute */
  readonly path: string;
  /** undefined before the first deployment */
  readonly state: StackState | undefined;
  /**
   * What becomes of each resource when this evaluation is deployed; resources that go come first, in reverse order.
   * @throws StateError for what may not be done: another stack's folder, a protected resource that would go
   */
  diff(evaluation: Evaluation): Change[];
  /** Keeps what is deployed now; in one step, so that a crash leaves the old state or the new one. */
  save(evaluation: Evaluation): void;
  /** Keeps what Pulumi's own engine has deployed. */
  keep(state: StackState): void;
  /** Gives the folder free for other processes. */
  release(): void;
}

/**
 * Takes a data folder for this process, creating it if there is none.
 * @param options.fresh removes the data first; only of a folder that bears the local cloud's own marker
 * @throws StateError if it is in use, not writable, of another version, or somebody else's folder
 */
export function openDataFolder(folder: string, options: { fresh?: boolean } = {}): DataFolder {
  const root = path.resolve(folder);
  // Whose folder it is comes before the first write into it.
  const fresh = options.fresh === true;
  const marker = readMarker(root);
  if (marker === "foreign")
    throw new StateError([
      `data folder ${root}: it holds other files and no data of the local cloud; name an empty or new folder with --data-dir`,
    ]);
  if (!fresh && marker !== "none") checkFormat(root, marker);
  try {
    forOwnerAlone();
    makeFolder(root);
    // One that an earlier version made may be open to others; with this, so is nothing in it.
    fs.chmodSync(root, 0o700);
    const release = lock(root);
    try {
      if (fresh) empty(root);
      else if (marker !== "none") checkFormat(root, readMarker(root));
      writeAtomically(path.join(root, MARKER), `${JSON.stringify({ kind: KIND, format: FORMAT })}\n`);
      return new OpenFolder(root, fresh ? undefined : readState(root), release);
    } catch (error) {
      release();
      throw error;
    }
  } catch (error) {
    throw inWords(root, error);
  }
}

/**
 * What a data folder says was deployed, without taking it: a running local cloud may use it at the same time.
 * @throws StateError if there is nothing deployed or it is of another version
 */
export function readDataFolder(folder: string): StackState {
  const root = path.resolve(folder);
  const marker = readMarker(root);
  if (marker === "none" || marker === "foreign")
    throw new StateError([
      `data folder ${root}: it holds no data of the local cloud; run npm start first, or name another with --data-dir`,
    ]);
  checkFormat(root, marker);
  const state = readState(root);
  if (state === undefined)
    throw new StateError([`data folder ${root}: nothing has been deployed into it; run npm start first`]);
  return state;
}

class OpenFolder implements DataFolder {
  constructor(
    readonly path: string,
    readonly state: StackState | undefined,
    readonly release: () => void,
  ) {}

  diff(evaluation: Evaluation): Change[] {
    const { state } = this;
    if (state?.by === "pulumi")
      throw new StateError([
        `data folder ${this.path}: its content was deployed by pulumi through npm run cloud, and npm start cannot read that state; ` +
          "name another with --data-dir",
      ]);
    if (state !== undefined && (state.project !== evaluation.project || state.stack !== evaluation.stack))
      throw new StateError([
        `data folder ${this.path}: it holds the stack ${state.stack} of the project ${state.project}, not ` +
          `${evaluation.stack} of ${evaluation.project}; name another with --data-dir, or start over with --fresh`,
      ]);
    const { changes, problems } = diffResources(state?.resources ?? [], state?.options ?? {}, evaluation);
    if (problems.length > 0) throw new StateError(problems);
    return changes;
  }

  save(evaluation: Evaluation): void {
    const { project, stack, region, outputs } = evaluation;
    const state: StackState = {
      project,
      stack,
      region,
      resources: evaluation.resources.map(forState),
      options: Object.fromEntries(evaluation.options),
      outputs,
    };
    this.keep(state);
  }

  keep(state: StackState): void {
    try {
      writeAtomically(path.join(this.path, STATE), `${JSON.stringify(state)}\n`);
    } catch (error) {
      throw inWords(this.path, error);
    }
  }
}

type Marker = "none" | "foreign" | { format: unknown };

function readMarker(root: string): Marker {
  let names: string[];
  try {
    names = fs.readdirSync(root);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "none";
    throw inWords(root, error);
  }
  if (names.length === 0) return "none";
  try {
    const marker = JSON.parse(fs.readFileSync(path.join(root, MARKER), "utf8")) as { kind?: unknown; format?: unknown };
    return marker.kind === KIND ? { format: marker.format } : "foreign";
  } catch {
    // A first start that was killed between its lock and its marker has left only the lock.
    return names.every((name) => name === LOCK || name.startsWith(`${MARKER}.`)) ? "none" : "foreign";
  }
}

function checkFormat(root: string, marker: Marker): void {
  if (typeof marker !== "object" || marker.format === FORMAT) return;
  const age = Number(marker.format) > FORMAT ? "a newer" : "an older";
  throw new StateError([
    `data folder ${root}: it was written by ${age} version (format ${String(marker.format)}, this version has ${FORMAT}); ` +
      "start over with --fresh, which removes its data, or name another folder with --data-dir",
  ]);
}

function readState(root: string): StackState | undefined {
  try {
    return readDataFile(path.join(root, STATE), isStackState);
  } catch (error) {
    throw inWords(root, error);
  }
}

function lock(root: string): () => void {
  const taken = takeLock(path.join(root, LOCK));
  if (taken.ok) return taken.release;
  throw new StateError([
    `data folder ${root}: the process ${taken.pid} is using it; end that process, or name another folder with --data-dir`,
  ]);
}

/** Removes everything but the lock that this process holds. */
function empty(root: string): void {
  for (const name of fs.readdirSync(root))
    if (name !== LOCK) fs.rmSync(path.join(root, name), { recursive: true, force: true });
}

/** State holds values of secrets, so only the owner may read it. */
function writeAtomically(file: string, text: string): void {
  const temporary = `${file}.${process.pid}`;
  try {
    const descriptor = fs.openSync(temporary, "w", 0o600);
    try {
      fs.writeSync(descriptor, text);
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
}

const CODES: Record<string, string> = {
  EACCES: "it is not writable for you; change its permissions, or name another folder with --data-dir",
  EPERM: "it is not writable for you; change its permissions, or name another folder with --data-dir",
  EROFS: "it is on a read-only disk; name another folder with --data-dir",
  ENOSPC: "the disk is full; make room, or name a folder on another disk with --data-dir",
  ENOTDIR: "a part of the path is a file; name another folder with --data-dir",
  ENOENT: "it cannot be created there; name another folder with --data-dir",
  ENAMETOOLONG: "the path is too long; name another folder with --data-dir",
  EEXIST: "there is a file of that name; name another folder with --data-dir",
};

function inWords(root: string, error: unknown): unknown {
  const words = CODES[(error as NodeJS.ErrnoException).code ?? ""];
  return words === undefined ? error : new StateError([`data folder ${root}: ${words}`]);
}

/**
 * From here on this process makes files and folders for its owner alone (0600, 0700), whichever service makes them: messages, rows and logs are
 * nobody else's on a machine of several users. Windows has no such modes.
 */
function forOwnerAlone(): void {
  if (isMainThread) process.umask(0o077);
}

/** A folder with those above it, one at a time: where none can be made (/proc), Node's own recursion never ends. */
function makeFolder(folder: string): void {
  if (fs.existsSync(folder)) return;
  const above = path.dirname(folder);
  if (above !== folder) makeFolder(above);
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    // somebody else made it at the same time
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
