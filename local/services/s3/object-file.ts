import * as fs from "node:fs";
import * as path from "node:path";
import { besideFolder, fileOf } from "./key-files";

/** The files of a bucket's objects, by their keys. */
export class KeyFiles {
  constructor(private readonly folder: string) {}

  /** The file of a key's object, if there is one. */
  find(key: string): { file: string; stat: fs.Stats } | undefined {
    const file = fileOf(this.folder, key);
    const stat = statOf(file);
    if (stat?.isFile() === true) return { file, stat };
    const beside = besideFolder(file);
    const other = statOf(beside);
    return other?.isFile() === true ? { file: beside, stat: other } : undefined;
  }

  /**
   * Moves a file to a key's place.
   * @param present where the key's object is, if it has one
   * @returns its place
   */
  place(from: string, key: string, present: string | undefined): string {
    const natural = fileOf(this.folder, key);
    const file = present ?? (statOf(natural)?.isDirectory() === true ? besideFolder(natural) : natural);
    try {
      fs.renameSync(from, file);
    } catch (error) {
      if (!fs.existsSync(from) || isFolder(path.dirname(file))) throw error;
      this.makeFolder(path.dirname(file));
      fs.renameSync(from, file);
    }
    return file;
  }

  /** Makes a folder; an object that has its name, or that of a folder above, moves beside it. */
  private makeFolder(folder: string): void {
    const names = path.relative(this.folder, folder).split(path.sep);
    let at = this.folder;
    for (const name of names) {
      at = path.join(at, name);
      if (statOf(at)?.isFile() === true) fs.renameSync(at, besideFolder(at));
    }
    fs.mkdirSync(folder, { recursive: true });
  }
}

function isFolder(file: string): boolean {
  return statOf(file)?.isDirectory() === true;
}

function statOf(file: string): fs.Stats | undefined {
  try {
    return fs.statSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A name too long for the file system has no file; whoever writes it learns so.
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ENAMETOOLONG") return undefined;
    throw error;
  }
}
