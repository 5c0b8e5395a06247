import { isObject, readDataFile, replaceFile } from "../../core/data-file";

/** How far a replication is; what is behind it is in the stream, on disk. */
export interface CheckpointState {
  /** rows of the tables that are loaded, by `SCHEMA.TABLE`; one that was interrupted is loaded again, as DMS does it */
  loaded: Record<string, number>;
  /** position in the database's log, as text; absent before changes are captured */
  lsn?: string;
}

/** The checkpoint of a task, a file. */
export class TaskCheckpoint {
  readonly state: CheckpointState;

  /** @throws DataFileError */
  constructor(private readonly file: string) {
    this.state = readDataFile(file, isState) ?? { loaded: {} };
  }

  save(): void {
    replaceFile(this.file, JSON.stringify(this.state));
  }
}

function isState(value: unknown): value is CheckpointState {
  return (
    isObject(value) &&
    isObject(value.loaded) &&
    Object.values(value.loaded).every((rows) => Number.isSafeInteger(rows)) &&
    (value.lsn === undefined || (typeof value.lsn === "string" && /^[0-9A-F]+\/[0-9A-F]+$/.test(value.lsn)))
  );
}
