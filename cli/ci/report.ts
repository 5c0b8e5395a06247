import type { Change, ChangeKind, Outcome, PropertyChange } from "./events";

/** The input of a report about one stack. */
export interface Report {
  stack: string;
  outcome: Outcome;
  /** whether pulumi's exit code was 0 */
  ok: boolean;
  /** suffix after the stack's name: `in the local cloud` */
  where?: string;
  /** limitations of this report, one sentence each */
  limits: readonly string[];
  /** what it costs, and the lines of the bill that change; absent if nothing of it is known */
  bill?: { summary: string; lines: readonly string[] } | undefined;
  /** the last lines that pulumi printed, for a failure that no event explains */
  output: string;
}

/** Maximum characters of a value in a line. */
const WIDTH = 120;
/** Maximum lines of changes, because forges limit the size of a comment. */
const LINES = 400;
const SIGN: Readonly<Record<ChangeKind, string>> = {
  create: "+",
  update: "~",
  replace: "+-",
  delete: "-",
  read: ">",
  import: "=",
};
const WORD: Readonly<Record<ChangeKind, string>> = {
  create: "to create",
  update: "to update",
  replace: "to replace",
  delete: "to delete",
  read: "to read",
  import: "to import",
};

/** A report in Markdown: replacements, deletions, violations and errors in the open, the rest folded. */
export function reportText({ stack, outcome, ok, where, limits, bill, output }: Report): string {
  const { changes, violations, errors } = outcome;
  const lines = [
    `### ${ok ? "✅" : "❌"} \`${stack}\`${where === undefined ? "" : ` ${where}`}: ${summaryOf(outcome)}`,
    "",
  ];
  for (const level of ["mandatory", "advisory"] as const) {
    const own = violations.filter((violation) => violation.level === level);
    for (const policy of new Set(own.map((violation) => violation.policy))) {
      const each = own.filter((violation) => violation.policy === policy);
      lines.push(`- ${level === "mandatory" ? "🚫" : "⚠️"} **${policy}** (${level}): ${escape(each[0]!.rule)}`);
      lines.push(...each.map(({ message }) => `  - ${escape(message)}`));
    }
  }
  for (const error of errors) lines.push(...fence(error));
  if (!ok && errors.length === 0 && !violations.some(({ level }) => level === "mandatory"))
    lines.push(...fence(output.trim().split("\n").slice(-15).join("\n")));
  for (const { kind, name, type, because } of changes) {
    const gone = `\`${name}\` (${type})`;
    if (kind === "delete") lines.push(`- 🗑️ ${gone} is deleted`);
    if (kind === "replace")
      lines.push(
        `- 🔁 ${gone} is replaced${because.length === 0 ? "" : ` because of ${because.map((path) => `\`${path}\``).join(", ")}`}`,
      );
  }
  if (bill !== undefined) lines.push(`- 💰 estimated ${escape(bill.summary)}`);
  if (lines.at(-1) !== "") lines.push("");
  if (bill !== undefined && bill.lines.length > 0)
    lines.push(...fold("USD a month that change", fence(bill.lines.join("\n"))));
  if (changes.length > 0) lines.push(...fold("changes", fence(changeLines(changes).join("\n"), "diff")));
  if (limits.length > 0)
    lines.push(
      ...fold(
        "what this cannot show",
        limits.map((limit) => `- ${limit}`),
      ),
    );
  return `${lines
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim()}\n`;
}

/** `2 to update, 1 to replace, 68 unchanged; 1 mandatory violation`. */
export function summaryOf({ changes, unchanged, violations, errors }: Outcome): string {
  const parts = (Object.keys(WORD) as ChangeKind[]).flatMap((kind) => {
    const number = changes.filter((change) => change.kind === kind).length;
    return number === 0 ? [] : [`${number} ${WORD[kind]}`];
  });
  if (changes.length === 0) parts.push("no changes");
  parts.push(`${unchanged} unchanged`);
  const mandatory = violations.filter(({ level }) => level === "mandatory").length;
  const policies = `${mandatory} mandatory and ${violations.length - mandatory} advisory violations`;
  return `${parts.join(", ")}; ${policies}${errors.length === 0 ? "" : "; it failed"}`;
}

function changeLines(changes: readonly Change[]): string[] {
  const lines = changes.flatMap(({ kind, name, type, properties }) => [
    `${SIGN[kind]} ${name}  ${type}`,
    ...properties.map(propertyLine),
  ]);
  return lines.length <= LINES
    ? lines
    : [...lines.slice(0, LINES), `... and ${lines.length - LINES} lines more; the run's log has them all`];
}

function propertyLine({ path, from, to }: PropertyChange): string {
  return `    ${path}: ${from === undefined ? "" : `${shown(from)} => `}${to === undefined ? "(none)" : shown(to)}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > WIDTH ? `${text.slice(0, WIDTH - 3)}...` : text;
}

function fence(text: string, language = ""): string[] {
  // A longer fence than any in the text, because the text comes from the author of the change.
  const ticks = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return ["", `${ticks}${language}`, text, ticks, ""];
}

function fold(title: string, lines: readonly string[]): string[] {
  return ["<details>", `<summary>${title}</summary>`, "", ...lines, "", "</details>", ""];
}

/** Escapes Markdown, and references that the forge would link: names of people, numbers of issues. */
function escape(text: string): string {
  return text.replace(/([*_`<>|\\])/g, "\\$1").replace(/[@#]/g, "$&\u200b");
}
