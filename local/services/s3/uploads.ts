import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { cutTornLine, isObject, readDataFile, readDataLines, replaceFile } from "../../core/data-file";
import { compareKeys } from "./key-files";
import type { ChecksumAlgorithm, ObjectFacts } from "./object-record";

/** What CreateMultipartUpload says of the object to come. */
export interface UploadStart extends Omit<ObjectFacts, "etag" | "checksum" | "parts"> {
  key: string;
  /** ms since 1970-01-01 UTC, of the local clock */
  initiated: number;
  /** ARN of whoever began it */
  initiator: string;
  algorithm?: ChecksumAlgorithm;
  checksumType?: "FULL_OBJECT" | "COMPOSITE";
}

/** A part as it was uploaded. */
export interface UploadedPart {
  number: number;
  /** name in the upload's folder */
  file: string;
  size: number;
  /** MD5 in hex */
  etag: string;
  /** ms since 1970-01-01 UTC, of the local clock */
  modified: number;
  /** base64, of the upload's algorithm or the one that the part came with */
  checksum?: { algorithm: ChecksumAlgorithm; value: string };
}

const START = "upload.json";
const PARTS = "parts.ndjson";

/** An upload in parts, in a folder of its own: how it began, a line for each part that came, and the parts. */
export class Upload {
  /** by number */
  readonly parts = new Map<number, UploadedPart>();
  /** while its parts are put together: what comes of it */
  completion: Promise<unknown> | undefined;

  constructor(
    readonly id: string,
    readonly start: UploadStart,
    private readonly folder: string,
  ) {}

  static read(id: string, folder: string): Upload | undefined {
    const start = readDataFile(path.join(folder, START), isStart);
    if (start === undefined) return undefined; // it was killed before it began
    const upload = new Upload(id, start, folder);
    cutTornLine(path.join(folder, PARTS));
    for (const part of readDataLines(path.join(folder, PARTS), isPart)) upload.parts.set(part.number, part);
    return upload;
  }

  /** Takes a part, which replaces one of the same number. The file is moved. */
  add(temporary: string, part: Omit<UploadedPart, "file">): void {
    const file = `${part.number}-${randomBytes(6).toString("hex")}`;
    fs.renameSync(temporary, path.join(this.folder, file));
    fs.appendFileSync(path.join(this.folder, PARTS), `${JSON.stringify({ ...part, file })}\n`);
    const replaced = this.parts.get(part.number);
    this.parts.set(part.number, { ...part, file });
    if (replaced !== undefined) fs.rmSync(this.fileOf(replaced), { force: true });
  }

  fileOf({ file }: UploadedPart): string {
    return path.join(this.folder, file);
  }

  /** Parts in the order of their numbers. */
  get inOrder(): UploadedPart[] {
    return [...this.parts.values()].sort((a, b) => a.number - b.number);
  }

  /** Removes it and its parts. */
  remove(): void {
    // Without its start it is nothing, even if this is killed half way.
    fs.rmSync(path.join(this.folder, START), { force: true });
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

function isStart(value: unknown): value is UploadStart {
  return isObject(value) && typeof value.key === "string" && typeof value.initiated === "number";
}

function isPart(value: unknown): value is UploadedPart {
  return isObject(value) && typeof value.number === "number" && typeof value.file === "string";
}

/** The uploads in parts of a bucket that are under way. They outlive a restart. */
export class Uploads {
  private found: Map<string, Upload> | undefined;

  constructor(private readonly folder: string) {}

  begin(start: UploadStart): Upload {
    const id = randomBytes(48).toString("base64url").replaceAll("-", "_");
    const folder = path.join(this.folder, id);
    replaceFile(path.join(folder, START), JSON.stringify(start));
    const upload = new Upload(id, start, folder);
    this.all.set(id, upload);
    return upload;
  }

  /** The upload of an id, if it is of this key. */
  get(id: string, key: string): Upload | undefined {
    const upload = this.all.get(id);
    return upload?.start.key === key ? upload : undefined;
  }

  /** Ends an upload: it was completed or given up. */
  end(upload: Upload): void {
    this.all.delete(upload.id);
    upload.remove();
  }

  /** In the order of S3's listing: by key, then by time. */
  list(prefix: string): Upload[] {
    return [...this.all.values()]
      .filter(({ start }) => start.key.startsWith(prefix))
      .sort(
        (a, b) =>
          compareKeys(a.start.key, b.start.key) || a.start.initiated - b.start.initiated || (a.id < b.id ? -1 : 1),
      );
  }

  /** By id; read from the disk when somebody first asks. */
  private get all(): Map<string, Upload> {
    this.found ??= readUploads(this.folder);
    return this.found;
  }
}

function readUploads(folder: string): Map<string, Upload> {
  const found = new Map<string, Upload>();
  if (!fs.existsSync(folder)) return found;
  for (const id of fs.readdirSync(folder)) {
    const upload = Upload.read(id, path.join(folder, id));
    if (upload !== undefined) found.set(id, upload);
    else fs.rmSync(path.join(folder, id), { recursive: true, force: true });
  }
  return found;
}
