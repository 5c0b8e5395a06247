import { createHash, randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { compareKeys, fileOf, VERSIONS } from "./key-files";
import { KeyFiles } from "./object-file";
import { hasPassed, removeFile, type Cursor, type KeyWalk } from "./key-walk";
import {
  readRecord,
  RECORD,
  stampOf,
  writeRecord,
  type ObjectFacts,
  type ObjectRecord,
  type RecordedMarker,
  type RecordedVersion,
} from "./object-record";

/** Whether a bucket keeps versions. Undefined: it never did. */
export type Versioning = "Enabled" | "Suspended" | undefined;

/** A version of an object that can be read. */
export interface ObjectVersion extends RecordedVersion {
  key: string;
  /** where its bytes lie on this machine */
  file: string;
}

/** A version or a delete marker of a key. */
export type KeyVersion = (ObjectVersion | (RecordedMarker & { key: string })) & { latest: boolean };

/** What there is of a key. */
interface State {
  /** the object, in its own file */
  current: ObjectVersion | undefined;
  /** noncurrent versions and delete markers, newest first; the first is the latest if there is no object */
  rest: ObjectRecord;
  /** as it lies on the disk */
  record: ObjectRecord;
}

/**
 * The objects of a bucket. An object is a file at its key's place; what else S3 knows of it is in a record beside the bucket, with the
 * noncurrent versions and delete markers. Every change is one step of the file system, before or after which a killed process leaves the
 * object as it was or as it shall be:
 * - the record is written before the file is put in its place; of its versions that one is current which fits the file, those before it
 *   were never finished;
 * - a version that becomes noncurrent gets a second name among the versions before the new one takes its place.
 */
export class BucketObjects {
  private readonly files: KeyFiles;
  private microseconds = 0;

  /**
   * @param folder of the objects
   * @param records folder of their records
   */
  constructor(
    readonly folder: string,
    private readonly records: string,
    private readonly versioning: Versioning,
    private readonly walk: KeyWalk,
  ) {
    this.files = new KeyFiles(folder);
  }

  /** The object of a key, without its record: enough to read its bytes. */
  locate(key: string): { file: string; stat: fs.Stats } | undefined {
    return this.files.find(key);
  }

  /** The keys of objects in the order of S3's listings. */
  keys(prefix: string, cursor: Cursor): Generator<string, void, void> {
    return this.walk.keys(this.folder, prefix, cursor);
  }

  /** The keys of objects and of those that were deleted and have versions. */
  *versionedKeys(prefix: string, cursor: Cursor): Generator<string, void, void> {
    const walks = [this.keys(prefix, cursor), this.walk.keys(this.records, prefix, cursor, RECORD)];
    const next = walks.map((walk) => walk.next());
    for (;;) {
      walks.forEach((walk, i) => {
        while (next[i]!.done !== true && hasPassed(cursor, next[i]!.value as string)) next[i] = walk.next();
      });
      const [key] = next.flatMap(({ done, value }) => (done === true ? [] : [value as string])).sort(compareKeys);
      if (key === undefined) return;
      yield key;
      walks.forEach((walk, i) => {
        if (next[i]!.done !== true && next[i]!.value === key) next[i] = walk.next();
      });
    }
  }

  /** The object of a key, or a version of it. A delete marker is found as such. */
  get(key: string, versionId?: string): KeyVersion | undefined {
    if (versionId !== undefined) return this.versions(key).find(({ id }) => id === versionId);
    const latest = this.versions(key)[0];
    return latest?.latest === true ? latest : undefined;
  }

  /** All versions of a key, newest first. */
  versions(key: string): KeyVersion[] {
    const { current, rest } = this.read(key);
    const found: KeyVersion[] = current === undefined ? [] : [{ ...current, latest: true }];
    for (const version of rest)
      found.push(
        "marker" in version
          ? { ...version, key, latest: found.length === 0 }
          : { ...version, key, file: this.versionFile(key, version), latest: false },
      );
    return found;
  }

  /**
   * Makes a file the object of a key. The file lies on the same file system and is moved.
   * @param modified ms since 1970-01-01 UTC
   */
  commit(key: string, temporary: string, facts: ObjectFacts, modified: number): ObjectVersion {
    const { current, rest, record } = this.read(key);
    const id = this.versioning === "Enabled" ? newVersionId() : "null";
    const stat = this.stamp(temporary, modified, [...record, ...(current === undefined ? [] : [current])]);
    const version: RecordedVersion = { ...facts, id, modified, size: stat.size, stamp: stampOf(stat) };
    const replaced = rest.filter((each) => id === "null" && each.id === "null");
    const keeps = current !== undefined && !(id === "null" && current.id === "null");
    const before = current === undefined ? [] : [keeps ? { ...recorded(current), kept: modified } : recorded(current)];
    writeRecord(this.recordFile(key), [version, ...before, ...rest]);
    if (keeps) this.keep(current, modified);
    const file = this.files.place(temporary, key, current?.file);
    for (const each of replaced) if (!("marker" in each)) this.removeVersionFile(key, each);
    return { ...version, key, file };
  }

  /**
   * Deletes the object of a key: in a bucket with versions by a marker.
   * @returns the marker's id, if there is one
   */
  delete(key: string, modified: number): string | undefined {
    const { current, rest } = this.read(key);
    if (this.versioning === undefined && (current === undefined || current.id === "null")) {
      if (current !== undefined) removeFile(current.file, this.folder);
      this.writeRecord(key, rest);
      return undefined;
    }
    const marker: RecordedMarker = {
      id: this.versioning === "Enabled" ? newVersionId() : "null",
      modified,
      marker: true,
    };
    const replaced = rest.filter((each) => marker.id === "null" && each.id === "null");
    const keeps = current !== undefined && !(marker.id === "null" && current.id === "null");
    const before = current === undefined ? [] : [keeps ? { ...recorded(current), kept: modified } : recorded(current)];
    writeRecord(this.recordFile(key), [marker, ...before, ...rest]);
    if (keeps) this.keep(current, modified);
    if (current !== undefined) removeFile(current.file, this.folder);
    for (const each of replaced) if (!("marker" in each)) this.removeVersionFile(key, each);
    return marker.id;
  }

  /**
   * Deletes one version for good; the one before it is then the object, if this was the latest.
   * @returns the version that it was
   */
  deleteVersion(key: string, id: string): KeyVersion | undefined {
    const versions = this.versions(key);
    const index = versions.findIndex((version) => version.id === id);
    const version = versions[index];
    if (version === undefined) return undefined;
    const left = versions.filter((each) => each !== version);
    const heir = index === 0 && version.latest ? left[0] : undefined;
    if (heir !== undefined && "file" in heir) {
      this.files.place(heir.file, key, "file" in version ? version.file : undefined);
      removeFile(heir.file, this.versionFolder);
      this.writeRecord(
        key,
        left.map((each) => recorded(each === heir ? { ...heir, kept: undefined } : each)),
      );
      return version;
    }
    if ("file" in version) removeFile(version.file, version.latest ? this.folder : this.versionFolder);
    this.writeRecord(key, left.map(recorded));
    return version;
  }

  /** Changes what is recorded of a version. */
  update(version: ObjectVersion, change: Partial<ObjectFacts>): void {
    const versions = this.versions(version.key);
    this.writeRecord(
      version.key,
      versions.map((each) => recorded(each.id === version.id ? { ...each, ...change } : each)),
    );
  }

  /** Sets the time of a file; two of a size, written in one ms of the local clock, differ in their microseconds. */
  private stamp(file: string, modified: number, others: ObjectRecord): fs.Stats {
    for (let tries = 0; ; tries++) {
      this.microseconds = (this.microseconds % 900) + 1;
      const time = (modified + this.microseconds / 1000) / 1000;
      fs.utimesSync(file, time, time);
      const stat = fs.statSync(file);
      const stamp = stampOf(stat);
      if (!others.some((each) => "stamp" in each && each.stamp === stamp)) return stat;
      // a file system that keeps no microseconds
      if (tries === 900) return stat;
    }
  }

  private read(key: string): State {
    const record = readRecord(this.recordFile(key));
    const found = this.files.find(key);
    const stamp = found === undefined ? undefined : stampOf(found.stat);
    const index = record.findIndex((each) => "stamp" in each && each.stamp === stamp);
    const ids = new Set<string>();
    let current: ObjectVersion | undefined;
    if (found !== undefined) {
      const own = index === -1 ? unrecorded(key, found.stat) : (record[index] as RecordedVersion);
      current = { ...own, kept: undefined, key, file: found.file };
      ids.add(own.id);
    }
    const rest = record.slice(index + 1).filter((each) => {
      const isThere = "marker" in each || (each.kept !== undefined && fs.existsSync(this.versionFile(key, each)));
      // Of two without an id the newer has taken the place of the other.
      if (!isThere || ids.has(each.id)) return false;
      ids.add(each.id);
      return true;
    });
    return { current, rest, record };
  }

  /** Gives the object's file a second name among the versions. */
  private keep(current: ObjectVersion, since: number): void {
    const file = this.versionFile(current.key, { ...current, kept: since });
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.rmSync(file, { force: true });
    try {
      fs.linkSync(current.file, file);
    } catch {
      // a file system without links
      fs.copyFileSync(current.file, file);
      const { atimeMs, mtimeMs } = fs.statSync(current.file);
      fs.utimesSync(file, atimeMs / 1000, mtimeMs / 1000);
    }
  }

  private removeVersionFile(key: string, version: RecordedVersion): void {
    removeFile(this.versionFile(key, version), this.versionFolder);
  }

  private writeRecord(key: string, record: ObjectRecord): void {
    const file = this.recordFile(key);
    if (record.length > 0) writeRecord(file, record);
    else removeFile(file, this.records);
  }

  private recordFile(key: string): string {
    return fileOf(this.records, key) + RECORD;
  }

  /** The folder of the noncurrent versions. */
  get versionFolder(): string {
    return path.join(this.folder, VERSIONS);
  }

  private versionFile(key: string, { id, kept }: RecordedVersion): string {
    return `${fileOf(this.versionFolder, key)}!${kept}!${id}`;
  }
}

/** A version as its record holds it. */
function recorded(version: KeyVersion | ObjectVersion): RecordedVersion | RecordedMarker {
  const own: Partial<KeyVersion & ObjectVersion> = { ...version };
  delete own.key;
  delete own.latest;
  delete own.file;
  return own as RecordedVersion | RecordedMarker;
}

/** An object that has no record: a file that somebody put there, or an earlier version of the local cloud. */
function unrecorded(key: string, stat: fs.Stats): RecordedVersion {
  const stamp = stampOf(stat);
  // Its bytes are not read for it, so it has the form that S3 gives to objects of parts, which is no MD5.
  const etag = `${createHash("md5").update(`${key}\n${stamp}`).digest("hex")}-1`;
  return { id: "null", etag, stamp, size: stat.size, modified: modifiedOf(stat) };
}

/** ms since 1970-01-01 UTC; the microseconds only tell files apart. */
export function modifiedOf({ mtimeMs }: fs.Stats): number {
  return Math.floor(mtimeMs + 0.01);
}

/** 32 characters, as S3's are. */
function newVersionId(): string {
  return randomBytes(24).toString("base64url").replaceAll("-", ".");
}
