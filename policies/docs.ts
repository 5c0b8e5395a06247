/**
 * Writes docs/policies.md from the rules: `node --require ./register.cjs policies/docs.ts`. A test fails when the page is out of date.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { ENVIRONMENTS } from "../stacks/schema";
import { GROUPS, isStackRule, type Group, type Rule } from "./framework/rule";
import { RULES } from "./rules";

/** The page that is written. */
export const FILE = path.resolve(__dirname, "..", "docs", "policies.md");

/** The page as it has to be. */
export function page(): string {
  const count = (level: string): number => RULES.filter((rule) => rule.level === level).length;
  return [
    "<!-- Written from policies/rules by policies/docs.ts; change the rules. -->",
    "",
    "# Policies",
    "",
    `The policy pack checks a program before anything is deployed. It has ${RULES.length} rules, ${count("mandatory")} mandatory and ${count("advisory")} advisory, and works for any Pulumi program that uses these AWS resource types.`,
    "",
    "```sh",
    "npm run preview -- --all",
    "pulumi preview --policy-pack policies",
    "```",
    "",
    "The first command needs neither an account nor the Pulumi CLI, and exits with 1 on a mandatory violation. When a rule needs a value that",
    'is not known in preview, the report says "not decidable". Resources with explicit names avoid this.',
    "",
    "Set levels and settings in a JSON file, as for Pulumi's `--policy-pack-config` (`npm run preview -- --policy-config FILE`):",
    '`{"log-retention": {"minimumDays": 90}, "role-used": "disabled"}`. Defaults depend on the environment: the setting `environment`,',
    "otherwise the stack's name, otherwise the tag `environment`. A rule with an automatic fix can be set to `remediate`.",
    "",
    "To accept a violation for a time, list it in `policies/exceptions.yaml` with `rule`, `resource`, `reason`, `expires` and, if it applies to",
    "some stacks only, `stacks`. An expired exception is a mandatory violation; one that covers nothing is an advisory one.",
    "",
    "[Comparison with other packs](policies-comparison.md): which rule covers which check of cdk-nag, checkov and Pulumi's compliance-policies, and what was left out and why.",
    "",
    "A bucket that keeps its objects forever needs the tag `data-retention: unlimited`; the components set it from `retention`.",
    "",
    ...(Object.keys(GROUPS) as Group[]).flatMap(section),
  ].join("\n");
}

function section(group: Group): string[] {
  const own = RULES.filter((rule) => rule.group === group);
  if (own.length === 0) return [];
  return [
    `## ${GROUPS[group]}`,
    "",
    "| Rule | Level | Severity | Checks |",
    "| --- | --- | --- | --- |",
    ...own.map(
      (rule) =>
        `| [${rule.id}](#${rule.id}) | ${rule.level} | ${rule.severity} | ${isStackRule(rule) ? "the stack" : "a resource"} |`,
    ),
    "",
    ...own.flatMap(ruleText),
  ];
}

function ruleText(rule: Rule): string[] {
  const settings = Object.entries(rule.config ?? {}).map(
    ([name, { description, defaults }]) =>
      `- \`${name}\`: ${description}. ${ENVIRONMENTS.map((each) => `${each} ${JSON.stringify(defaults[each] ?? "none")}`).join(", ")}`,
  );
  return [
    `### ${rule.id}`,
    "",
    `${plain(rule.title)} ${plain(rule.rationale)}`,
    "",
    `Remediation: ${plain(rule.remediation)} [Page](${rule.page})`,
    "",
    ...(isStackRule(rule) || rule.autofix === undefined ? [] : [`Automatic fix: ${rule.autofix.changes}.`, ""]),
    ...(settings.length === 0 ? [] : [...settings, ""]),
  ];
}

/** What Markdown would take as its own. */
function plain(text: string): string {
  return text.replace(/([*_<>|])/g, "\\$1");
}

if (require.main === module) fs.writeFileSync(FILE, page());
