import * as fs from "node:fs";
import * as path from "node:path";
import { BucketObjects, modifiedOf, type ObjectVersion } from "./bucket-objects";
import type { BucketSettings, StoredObject } from "./bucket";
import type { KeyWalk } from "./key-walk";
import { walkFiles } from "./key-files";
import { applyRule, type Expirable } from "./lifecycle";
import type { ObjectFacts } from "./object-record";
import { Uploads } from "./uploads";

/** Folders beside those of the buckets, whose names begin with a letter or digit. */
export const RECORDS = ".meta";
export const UPLOADS = ".uploads";

/** Listings of prefixes that are remembered; services ask for few, again and again. */
const LISTINGS = 100;

/** A bucket with what is in it. */
export class Bucket {
  readonly objects: BucketObjects;
  readonly uploads: Uploads;
  /** counts what changes its objects, so that a listing is known to be good still */
  private changes = 0;
  private readonly listings = new Map<string, { changes: number; objects: readonly StoredObject[] }>();

  constructor(
    readonly settings: BucketSettings,
    root: string,
    walk: KeyWalk,
  ) {
    const { name, versioning } = settings;
    const folder = path.join(root, name);
    fs.mkdirSync(folder, { recursive: true });
    this.objects = new BucketObjects(folder, path.join(root, RECORDS, name), versioning, walk);
    this.uploads = new Uploads(path.join(root, UPLOADS, name));
  }

  /** Makes a file the object of a key. @param modified ms since 1970-01-01 UTC */
  put(key: string, temporary: string, facts: ObjectFacts, modified: number): ObjectVersion {
    this.changes++;
    return this.objects.commit(key, temporary, facts, modified);
  }

  /** As DeleteObject. @returns the id of the delete marker, if there is one */
  delete(key: string, modified: number): string | undefined {
    this.changes++;
    return this.objects.delete(key, modified);
  }

  /** As DeleteObject with a version. */
  deleteVersion(key: string, versionId: string): ReturnType<BucketObjects["deleteVersion"]> {
    this.changes++;
    return this.objects.deleteVersion(key, versionId);
  }

  /** All objects under a prefix, in the order of their keys; remembered until the bucket changes. */
  list(prefix: string): readonly StoredObject[] {
    const { changes } = this;
    const known = this.listings.get(prefix);
    if (known?.changes === changes) return known.objects;
    const objects = this.read(prefix);
    if (this.listings.size >= LISTINGS) this.listings.clear();
    this.listings.set(prefix, { changes, objects });
    return objects;
  }

  private read(prefix: string): StoredObject[] {
    const found: StoredObject[] = [];
    for (const key of this.objects.keys(prefix, { after: "", subtree: false })) {
      const located = this.objects.locate(key);
      if (located === undefined) continue;
      const { file, stat } = located;
      found.push({ key, file, bytes: stat.size, modified: modifiedOf(stat) });
    }
    return found;
  }

  /** Applies its lifecycle. @param now ms since 1970-01-01 UTC */
  expire(now: number): void {
    for (const rule of this.settings.lifecycle)
      applyRule(rule, now, {
        objects: (prefix) =>
          this.read(prefix).map(({ key, modified }) => ({ since: modified, expire: () => void this.delete(key, now) })),
        versions: (prefix) => this.noncurrent(prefix),
        uploads: (prefix) =>
          this.uploads.list(prefix).map((upload) => ({
            since: upload.start.initiated,
            expire: () => this.uploads.end(upload),
          })),
        markers: (prefix) => this.loneMarkers(prefix),
      });
  }

  /** The noncurrent versions under a prefix; their files are named `KEY!SINCE!ID`, those of earlier releases `KEY!SINCE`. */
  private noncurrent(prefix: string): Expirable[] {
    const found: Expirable[] = [];
    walkFiles(this.objects.versionFolder, "", (name, file) => {
      if (!name.startsWith(prefix)) return;
      const match = /^(.*)!(\d+)(?:!([\w.]+))?$/s.exec(name);
      if (match === null) return;
      const [, key, since, id] = match as unknown as [string, string, string, string | undefined];
      found.push({
        since: Number(since),
        expire: () => {
          if (id !== undefined) this.deleteVersion(key, id);
          fs.rmSync(file, { force: true });
        },
      });
    });
    return found;
  }

  private *loneMarkers(prefix: string): Generator<Expirable> {
    if (this.settings.versioning === undefined) return;
    for (const key of this.objects.versionedKeys(prefix, { after: "", subtree: false })) {
      if (this.objects.locate(key) !== undefined) continue;
      const [marker, ...others] = this.objects.versions(key);
      if (marker === undefined || !("marker" in marker) || others.length > 0) continue;
      yield { since: marker.modified, expire: () => void this.deleteVersion(key, marker.id) };
    }
  }
}
