import { countsOf, summaryLine, titleOf, type CheckedDocument, type CheckReport } from "./report";

type Finding = CheckedDocument["errors"][number];

const OUTCOMES = {
  kept: "as before",
  changed: "by other means",
  unused: "not needed",
  refused: "**not executed here**",
} as const;

/** The whole report in Markdown. */
export function checkMarkdown(report: CheckReport): string {
  const { documents, others } = report;
  const parts = [
    "# Migration from AWS IoT Analytics",
    `${summaryLine(report)}.`,
    table(
      ["document", "file", "", "found"],
      documents.map((document) => [
        document.kind === null ? "" : text(titleOf(document)),
        code(document.root === "$" ? document.file : `${document.file} ${document.root}`),
        document.valid ? "valid" : "**invalid**",
        countsOf(document),
      ]),
    ),
    ...documents.map(documentPart),
    others.length === 0
      ? ""
      : `## Passed over\n\n${others.map(({ file, path, reason }) => `- ${code(file)}${path === "$" ? "" : ` ${code(path)}`}: ${text(reason)}`).join("\n")}`,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function documentPart(document: CheckedDocument): string {
  const { errors, warnings, notes, mapping } = document;
  const differences = [...warnings, ...notes].filter(({ rows }) => rows !== undefined);
  const plain = (findings: Finding[]): Finding[] => findings.filter(({ rows }) => rows === undefined);
  const parts = [
    list("Errors", errors),
    mapping.length === 0
      ? ""
      : `### What becomes of it\n\n${table(
          ["member", "becomes", ""],
          mapping.map(({ member, becomes, outcome }) => [code(member), text(becomes), OUTCOMES[outcome]]),
        )}`,
    differences.length === 0
      ? ""
      : `### What behaves differently, or may\n\n${table(
          ["where", "what", "shows in"],
          differences.map(({ path, line, message, rows }) => [
            `${code(path)}${line === undefined ? "" : `, line ${line}`}`,
            text(message),
            text(rows ?? ""),
          ]),
        )}`,
    list("Warnings", plain(warnings)),
    list("Notes", plain(notes)),
  ].filter((part) => part !== "");
  if (parts.length === 0) return "";
  return [`## ${text(titleOf(document))}`, ...(document.kind === null ? [] : [code(document.file)]), ...parts].join(
    "\n\n",
  );
}

function list(title: string, findings: readonly Finding[]): string {
  if (findings.length === 0) return "";
  const items = findings.map(({ path, line, message }) => {
    const [first = "", ...caret] = message.split("\n");
    const place = `${code(path)}${line === undefined ? "" : `, line ${line}`}`;
    const below =
      caret.length === 0 ? "" : `\n\n  \`\`\`text\n${caret.map((other) => `  ${other.slice(4)}`).join("\n")}\n  \`\`\``;
    return `- ${place}: ${text(first)}${below}`;
  });
  return `### ${title}\n\n${items.join("\n")}`;
}

function table(headers: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replace(/[\r\n]+/g, " ")).join(" | ")} |`;
  return [line(headers), line(headers.map(() => "---")), ...rows.map(line)].join("\n");
}

function code(value: string): string {
  const runs = [...value.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = "`".repeat(runs.length === 0 ? 1 : Math.max(...runs) + 1);
  const blank = value.startsWith("`") || value.endsWith("`") ? " " : "";
  return `${fence}${blank}${value.replace(/[\r\n]+/g, " ")}${blank}${fence}`;
}

/** Escapes Markdown; a line break of a name would begin a paragraph, or a table. */
function text(value: string): string {
  return value.replace(/[\r\n]+/g, " ").replace(/[\\*_[\]<>#`~&]/g, "\\$&");
}
