import type { Command } from "../command/options";

/** Options and help of `npm run ci`. */
export const CI: Command = {
  call: "npm run ci",
  summary:
    "The CI steps around pulumi, the same for GitHub and GitLab: a preview as a report, with its changes and policy violations;\n" +
    "a drift check; and one comment per pull request and one issue, which are updated instead of repeated. pulumi must be on PATH.",
  positionals: "preview | drift | compare | comment | issue",
  options: [
    {
      name: "stack",
      value: "NAME",
      multiple: true,
      help: "preview, drift, compare: the stack (default dev); may be given several times",
    },
    { name: "reports", value: "DIR", help: "where reports are written and read (default .local/ci)" },
    { name: "local", help: "preview: in the local cloud instead of AWS, with no account" },
    {
      name: "base",
      value: "DIR",
      help: "preview --local: a checkout that is deployed first, so that the report shows the changes against it; compare: the checkout without the change",
    },
    {
      name: "input",
      value: "FILE",
      multiple: true,
      help: "compare: recorded messages, or a folder of them; may be given several times",
    },
    {
      name: "policy-config",
      value: "FILE",
      help: "preview: levels and settings of rules, as in pulumi's --policy-pack-config",
    },
    { name: "pull-request", value: "NUMBER", help: "comment: the pull request, on GitLab the merge request" },
    { name: "head", value: "OWNER:BRANCH", help: "comment: find the open pull request by its branch; with --sha" },
    { name: "sha", value: "SHA", help: "comment: the commit that the reports are about" },
    {
      name: "result",
      value: "success|failure",
      help: "issue: the result of the drift checks; without a report only success closes the issue",
    },
    { name: "run-url", value: "URL", help: "comment, issue: where the run's log is" },
  ],
  examples: [
    ["npm run ci -- preview --stack dev", "what pulumi up would change, as .local/ci/preview-dev.md"],
    ["npm run ci -- preview --local --base ../base --stack dev --stack prod", "the same with no account"],
    ["npm run ci -- drift --stack prod", "exit code 1 if something was changed behind Pulumi's back"],
    [
      "npm run ci -- compare --base ../base --input recordings",
      "what edited pipelines do with recorded messages, before and after, as .local/ci/compare-dev.md",
    ],
    ["npm run ci -- comment --pull-request 7", "reports as the pull request's one comment"],
    ["npm run ci -- issue --result failure", "reports of drift as the one open issue, or its end"],
  ],
};
