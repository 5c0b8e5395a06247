import type { Comparison } from "./compare";
import { byPolicy, summaryText, treeText, type StackProblem } from "./print";
import type { StackEvaluation } from "./evaluate-stack";

/** A comment for a pull request: violations in the open, the tree of resources folded. */
export function markdownOf(
  evaluations: readonly StackEvaluation[],
  comparisons: ReadonlyMap<string, Comparison>,
  table: string | undefined,
  errors: readonly StackProblem[] = [],
): string {
  const parts = evaluations.map((evaluated) => {
    const { stack, judgement, evaluation } = evaluated;
    const { violations, undecided, excepted } = judgement;
    const failed = violations.some(({ level }) => level === "mandatory");
    const lines = [`### ${failed ? "❌" : "✅"} Preview of \`${stack}\``, "", summaryText(evaluated), ""];
    for (const [policy, own] of byPolicy(violations)) {
      lines.push(`**${policy}** (${own[0]?.level}): ${own[0]?.remediation}`, "");
      for (const { message } of own) lines.push(`- ${escape(message)}`);
      lines.push("");
    }
    if (undecided.length > 0)
      lines.push(
        ...fold(
          `${undecided.length} not decidable`,
          undecided.map(({ policy, message }) => `- ${policy}: ${escape(message)}`),
        ),
      );
    if (excepted.length > 0)
      lines.push(
        ...fold(
          `${excepted.length} accepted`,
          excepted.map(
            ({ policy, message, expires, reason }) =>
              `- ${policy}: ${escape(message)} (until ${expires}: ${escape(reason)})`,
          ),
        ),
      );
    const comparison = comparisons.get(stack);
    if (comparison !== undefined)
      lines.push(
        ...fold(`changes against ${comparison.against}: ${comparison.summary}`, [
          "```diff",
          ...comparison.lines,
          "```",
        ]),
      );
    lines.push(...fold(`${evaluation.resources.length} resources`, ["```", treeText(evaluated), "```"]));
    return lines.join("\n");
  });
  for (const { stack, message } of errors)
    parts.push(
      [`### ❌ Preview of \`${stack}\``, "", "It cannot be evaluated:", "", "```text", message, "```", ""].join("\n"),
    );
  if (table !== undefined) parts.push(["### Side by side", "", "```", table, "```", ""].join("\n"));
  return parts.join("\n");
}

function fold(title: string, lines: readonly string[]): string[] {
  return ["<details>", `<summary>${title}</summary>`, "", ...lines, "", "</details>", ""];
}

/** Escapes Markdown. */
function escape(text: string): string {
  return text.replace(/([*_`<>|\\])/g, "\\$1");
}
