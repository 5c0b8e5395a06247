import * as fs from "node:fs";
import { batchesOf, edit, inputFiles, RecordingError, type Edits, type ReadOptions } from "../../devices/replay";

/** Where the messages of a trial come from. */
export interface MessageSource extends Edits {
  inputs: readonly string[];
  /** given on the command line */
  messages: readonly string[];
  /** how many are taken; Infinity for all */
  limit: number;
  /** how recordings are read */
  read?: ReadOptions;
}

/** Messages that are kept for the next run. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** The messages of a trial, from files, stdin and the command line. With `keep` they stay in memory for the next run, if they are not too many. */
export class Messages {
  /** bytes of the input that were read, and how many there are; the latter undefined for stdin */
  readBytes = 0;
  totalBytes: number | undefined;
  private kept: Buffer[][] | undefined;
  private keptFor = "";

  constructor(
    private readonly source: MessageSource,
    private readonly keep: boolean,
  ) {}

  /** The files that are read; what a change of is a change of the messages. @throws RecordingError */
  files(): string[] {
    return inputFiles(this.source.inputs);
  }

  /** Several at once. @throws RecordingError for what cannot be read */
  async *batches(): AsyncGenerator<Buffer[]> {
    const files = this.files();
    const state = files.map(stateOf).join("\n");
    if (this.kept !== undefined && this.keptFor === state) {
      yield* this.kept;
      return;
    }
    this.readBytes = 0;
    this.totalBytes = files.includes("-")
      ? undefined
      : files.reduce((sum, file) => sum + (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
    const kept: Buffer[][] = [];
    let keptBytes = 0;
    this.kept = undefined;
    for await (const batch of this.limited(files)) {
      if (this.keep && keptBytes <= KEPT_BYTES) {
        keptBytes += batch.reduce((sum, message) => sum + message.length, 0);
        if (keptBytes <= KEPT_BYTES) kept.push(batch);
      }
      yield batch;
    }
    if (!this.keep) return;
    if (keptBytes <= KEPT_BYTES) {
      this.kept = kept;
      this.keptFor = state;
    } else if (files.includes("-"))
      throw new RecordingError([
        `--input -: with --watch the messages of stdin are kept in memory, and these are over ${KEPT_BYTES / 1024 / 1024} MB; put them into a file, or take fewer with --limit.`,
      ]);
  }

  private async *limited(files: readonly string[]): AsyncGenerator<Buffer[]> {
    let room = this.source.limit;
    for await (const batch of this.all(files)) {
      const taken = batch.length > room ? batch.slice(0, room) : batch;
      room -= taken.length;
      if (taken.length > 0) yield taken;
      if (room <= 0) return;
    }
  }

  private async *all(files: readonly string[]): AsyncGenerator<Buffer[]> {
    const { messages } = this.source;
    if (messages.length > 0) yield messages.map((text) => this.edited(text));
    for (const file of files)
      for await (const batch of batchesOf(file, { ...this.source.read, onRead: (bytes) => (this.readBytes += bytes) }))
        yield batch.map((payload) => this.edited(payload));
  }

  private edited(payload: Buffer | string): Buffer {
    const { set, rename } = this.source;
    if (set.length + rename.length > 0) return Buffer.from(edit(payload.toString(), this.source));
    return typeof payload === "string" ? Buffer.from(payload) : payload;
  }
}

function stateOf(file: string): string {
  const stat = file === "-" ? undefined : fs.statSync(file, { throwIfNoEntry: false });
  return `${file} ${stat?.mtimeMs} ${stat?.size} ${stat?.ino}`;
}
