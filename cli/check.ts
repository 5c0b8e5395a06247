import { print, printError } from "./output/terminal";
import * as fs from "node:fs";
import * as path from "node:path";
import { documentFiles, loadFiles, STANDARD_INPUT } from "../etl/documents";
import { checkMarkdown } from "./check/markdown";
import { CHECK } from "./check/options";
import { noteReads, trafficOf } from "./check/queries";
import { makeCheckReport } from "./check/report";
import { checkText } from "./check/text";
import { UsageError, type Parsed } from "./command/options";
import { runCommand, UserError } from "./command/run";

async function check(parsed: Parsed): Promise<number> {
  const [json, markdown, brief] = ["json", "markdown", "brief"].map((name) => parsed.flag(name));
  if (parsed.positionals.length === 0) {
    throw new UsageError("Name files or folders of documents, such as npm run check -- definitions/etl.");
  }
  if (json && markdown) throw new UsageError("--json and --markdown exclude each other.");
  if (brief && (json || markdown)) throw new UsageError("--brief shortens the text; leave out --json and --markdown.");
  const traffic = trafficOf(parsed);
  const { files, discovered } = filesOf(parsed.positionals);
  const set = loadFiles(files, { purpose: "check", discovered });
  if (traffic !== undefined) noteReads(set, traffic, Date.now());
  const report = makeCheckReport(set);
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else if (markdown) print(checkMarkdown(report));
  else print(checkText(report, brief!));
  if (report.documents.length > 0) return report.summary.errors > 0 ? 1 : 0;
  printError(`${parsed.positionals.join(", ")}: there is no document of AWS IoT Analytics.\n`);
  return 1;
}

/** The files that the paths name, each once, and those that were found in a folder. */
function filesOf(paths: readonly string[]): { files: string[]; discovered: Set<string> } {
  const files = new Set<string>();
  const discovered = new Set<string>();
  const empty: string[] = [];
  for (const given of paths) {
    const name = given === STANDARD_INPUT ? given : path.normalize(given);
    if (name === STANDARD_INPUT || !isFolder(name)) {
      files.add(name);
      discovered.delete(name);
      continue;
    }
    const found = documentFiles(name, true);
    if (found.length === 0)
      empty.push(`${given}: there is no document (*.json, *.yaml, *.yml, *.template) in this folder.`);
    for (const file of found) {
      if (!files.has(file)) discovered.add(file);
      files.add(file);
    }
  }
  if (empty.length > 0 && files.size === 0) throw new UserError(empty);
  for (const message of empty) printError(`${message}\n`);
  return { files: [...files], discovered };
}

/** A path that does not exist is reported like a file that cannot be read. */
function isFolder(name: string): boolean {
  return fs.statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
}

export { CHECK };

if (require.main === module) void runCommand(CHECK, check);
