import * as path from "node:path";

/** characters of a warning that is shown in one line */
const WARNING_LENGTH = 130;

/**
 * A line for each warning, and where to read those that were cut in full: for warnings about documents that is `npm run check`.
 * @param elsewhere what shows other warnings in full; without it they are not cut
 */
export function shortWarnings(warnings: readonly string[], elsewhere?: string): string[] {
  const lines: string[] = [];
  const sources = new Set<string>();
  for (const warning of warnings) {
    const folder = folderOf(warning);
    const source = folder === undefined ? elsewhere : `npm run check -- ${/\s/.test(folder) ? `"${folder}"` : folder}`;
    const short = source === undefined ? warning : shortened(warning);
    lines.push(`warning: ${short}`);
    if (source !== undefined && short !== warning) sources.add(source);
  }
  return [...lines, ...[...sources].map((source) => `         in full: ${source}`)];
}

/** The folder of the document that a warning is about; undefined for one that is about something else. */
function folderOf(warning: string): string | undefined {
  const file = /^(.+?\.(?:json|ya?ml)):\d+:\d+: /.exec(warning)?.[1];
  return file === undefined ? undefined : path.dirname(file);
}

/** The beginning of a text, up to the end of a word. */
function shortened(text: string): string {
  if (text.length <= WARNING_LENGTH && !text.includes("\n")) return text;
  // File, line and column find the place; the JSON path is in the full text.
  const line = text.split("\n")[0]!.replace(/(:\d+:\d+: )\$[^ ]*: /, "$1");
  const start = line.slice(0, WARNING_LENGTH);
  return start === line ? `${line} ...` : `${start.slice(0, Math.max(start.lastIndexOf(" "), 1))} ...`;
}
