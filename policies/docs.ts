/**
 * Writes docs/policies.md from the rules: `node --require ./register.cjs policies/docs.ts`. A test says when it is not current.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import { ENVIRONMENTS, GROUPS, isStackRule, type Group, type Rule } from "./framework/rule";
import { RULES } from "./rules";

export const FILE = path.resolve(__dirname, "..", "docs", "policies.md");

/** The page as it has to be. */
export function page(): string {
  const count = (level: string): number => RULES.filter((rule) => rule.level === level).length;
  return [
    "<!-- Written from policies/rules by policies/docs.ts; change the rules. -->",
    "",
    "# Policies",
    "",
    `The pack has ${RULES.length} rules, ${count("mandatory")} mandatory and ${count("advisory")} advisory. It works for any program that uses these types of AWS.`,
    "",
    "```sh",
    "npm run preview -- --all",
    "pulumi preview --policy-pack policies",
    "```",
    "",
    "The first needs neither an account nor the CLI, and exits with 1 on a mandatory violation. A value that is not known in preview leads to",
    '"not decidable", which is counted and never passed over; resources with explicit names have none.',
    "",
    "Levels and settings are those of `--policy-pack-config`, a JSON file (`npm run preview -- --policy-config FILE`):",
    '`{"log-retention": {"minimumDays": 90}, "role-used": "disabled"}`. The environment whose defaults count is the setting `environment`,',
    "else the stack's name, else the tag `environment`. A rule with a remedy can be set to `remediate`.",
    "",
    "An accepted violation stands in `policies/exceptions.yaml` with `rule`, `resource`, `reason`, `expires` and, if it counts for some stacks",
    "only, `stacks`. One that has expired is a mandatory violation, one that covers nothing an advisory one.",
    "",
    "[Beside the packs of others](policies-comparison.md): which rule covers what cdk-nag, checkov and Pulumi's compliance-policies say, and what was left out and why.",
    "",
    "A bucket whose objects are kept for ever says so by the tag `data-retention: unlimited`; the components set it from `retention`.",
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
    "| Rule | Level | Severity | Decides on |",
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
    `${plain(rule.title)} ${plain(rule.protects)}`,
    "",
    `Mend: ${plain(rule.mend)} [Page](${rule.page})`,
    "",
    ...(isStackRule(rule) || rule.remedy === undefined ? [] : [`Remedy: ${rule.remedy.says}.`, ""]),
    ...(settings.length === 0 ? [] : [...settings, ""]),
  ];
}

/** What Markdown would take as its own. */
function plain(text: string): string {
  return text.replace(/([*_<>|])/g, "\\$1");
}

if (require.main === module) fs.writeFileSync(FILE, page());
