import * as fs from "node:fs";
import * as path from "node:path";
import { RecordingError } from "./error";

/**
 * The files of `--input`. A folder is replaced by all non-empty files below it, in the order of their paths, which in an archive is the order of
 * arrival. `-` is stdin. @throws RecordingError that names every file and folder that is missing
 */
export function inputFiles(inputs: readonly string[]): string[] {
  const problems: string[] = [];
  const files: string[] = [];
  for (const input of inputs) {
    const stat = input === "-" ? undefined : fs.statSync(input, { throwIfNoEntry: false });
    if (input === "-") files.push(input);
    else if (stat === undefined) problems.push(`--input ${input}: there is no such file or folder.`);
    else if (stat.isDirectory()) {
      const found = filesBelow(input);
      if (found.length === 0) problems.push(`--input ${input}: no file in this folder holds anything.`);
      for (const file of found) files.push(file);
    } else files.push(input);
  }
  if (problems.length > 0) throw new RecordingError(problems);
  return files;
}

/** Files whose names begin with a dot contain no messages. */
function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => fs.statSync(file).size > 0)
    .sort();
}
