import { countsOf, summaryLine, titleOf, type CheckedDocument, type CheckReport } from "./report";

type Finding = CheckedDocument["errors"][number];

const WIDTH = 100;

/** One line a document, then errors, warnings and notes, then the migration report. */
export function checkText(report: CheckReport, brief: boolean): string {
  const { documents, others } = report;
  const names = documents.map(titleOf);
  // not by spreading: a file may hold more documents than a call takes arguments
  const width = Math.min(
    48,
    names.reduce((longest, name) => Math.max(longest, name.length), 0),
  );
  const lines = documents.map((document, index) => {
    const place = document.kind === null ? "" : `  ${placeOf(document, undefined)}`;
    const counts = countsOf(document);
    return `${document.valid ? "valid  " : "INVALID"}  ${names[index]!.padEnd(width)}${place}${counts === "" ? "" : `  (${counts})`}`;
  });
  const sections = [
    lines.join("\n"),
    section("Errors", documents, ({ errors }) => errors),
    // Differences are listed in the migration report.
    section("Warnings", documents, ({ warnings }) => warnings.filter(({ rows }) => brief || rows === undefined)),
    section("Notes", documents, ({ notes }) => notes.filter(({ rows }) => brief || rows === undefined)),
    others.length === 0
      ? ""
      : `Passed over\n${others.map(({ file, path, reason }) => wrap(`${file}${path === "$" ? "" : ` ${path}`}: ${reason}`, "  ", "    ")).join("\n")}`,
    brief ? "" : migration(documents),
    summaryLine(report),
  ];
  return `${sections.filter((text) => text !== "").join("\n\n")}\n`;
}

function placeOf({ file, root }: CheckedDocument, finding: Finding | undefined): string {
  if (finding?.line !== undefined) return `${file}:${finding.line}:${finding.column ?? 1}`;
  return root === "$" ? file : `${file} ${root}`;
}

function section(
  title: string,
  documents: readonly CheckedDocument[],
  pick: (document: CheckedDocument) => Finding[],
): string {
  const lines = documents.flatMap((document) =>
    pick(document).map((finding) => {
      const path = finding.path === "$" ? "" : `${finding.path}: `;
      return wrap(`${placeOf(document, finding)}: ${path}${finding.message}${shows(finding)}`, "  ", "    ");
    }),
  );
  return lines.length === 0 ? "" : `${title}\n${lines.join("\n")}`;
}

function shows({ rows }: Finding): string {
  return rows === undefined ? "" : `; it shows in ${rows}`;
}

function migration(documents: readonly CheckedDocument[]): string {
  const parts = documents.filter(({ valid }) => valid).map(documentReport);
  return parts.length === 0 ? "" : [`Migration report   ${LEGEND}`, ...parts].join("\n\n");
}

const LEGEND = "(= as before, ~ by other means, - not needed, ! not executed here)";
const MARKS = { kept: "=", changed: "~", unused: "-", refused: "!" } as const;

function documentReport(document: CheckedDocument): string {
  const width = Math.min(44, Math.max(0, ...document.mapping.map(({ member }) => member.length)));
  const rows = document.mapping.map(({ member, becomes, outcome }) =>
    member.length > width
      ? `    ${MARKS[outcome]} ${member}\n${wrap(becomes, " ".repeat(width + 8), " ".repeat(width + 8))}`
      : wrap(`${MARKS[outcome]} ${member.padEnd(width)}  ${becomes}`, "    ", " ".repeat(width + 8)),
  );
  const differences = [...document.warnings, ...document.notes].filter(({ rows: shown }) => shown !== undefined);
  return [
    `  ${titleOf(document)} (${placeOf(document, undefined)})`,
    ...rows,
    ...(differences.length === 0 ? [] : ["    behaves differently, or may:"]),
    ...differences.flatMap(({ path, line, message, rows: shown }) => [
      wrap(`* ${path}${line === undefined ? "" : ` (line ${line})`}: ${message}`, "      ", "        "),
      wrap(`shows in: ${shown}`, "        ", "          "),
    ]),
  ].join("\n");
}

/** Breaks at blanks; lines that are there, such as those under a caret, stay as they are. */
function wrap(text: string, first: string, rest: string): string {
  const [head = "", ...below] = text.split("\n");
  const lines: string[] = [];
  let line = first;
  for (const word of head.split(" ")) {
    if (line.trim() !== "" && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = rest + word;
    } else line = line === first || line === rest ? line + word : `${line} ${word}`;
  }
  return [...lines, line, ...below.map((other) => rest + other.replace(/^ {4}/, ""))]
    .map((text) => text.trimEnd())
    .join("\n");
}
