import type { Command } from "../command/options";

/** Options and help of `npm run preview`. */
export const PREVIEW: Command = {
  call: "npm run preview",
  summary: "Evaluates the program of a stack and checks it with the policy pack, without an account or the Pulumi CLI.",
  positionals: "[OTHER STACK]",
  options: [
    { name: "stack", value: "NAME", multiple: true, help: "the stack (default dev); may be given several times" },
    { name: "all", help: "every stack that has a file, and a table of them side by side" },
    {
      name: "config",
      short: "c",
      value: "KEY=VALUE",
      multiple: true,
      help: "configuration for this run, as pulumi's -c",
    },
    { name: "cwd", short: "C", value: "DIR", help: "another Pulumi project than this one" },
    {
      name: "policy-config",
      value: "FILE",
      help: "levels and settings of rules, JSON, as pulumi's --policy-pack-config",
    },
    { name: "exceptions", value: "FILE", help: "accepted violations (default policies/exceptions.yaml)" },
    { name: "diff", help: "show the changes against the stack's data folder, or against OTHER STACK" },
    { name: "data-dir", value: "DIR", help: "the data folder for --diff (default .local/STACK)" },
    { name: "json", help: "print one JSON document" },
    { name: "markdown", help: "print a comment for a pull request" },
  ],
  examples: [
    ["npm run preview", "resources and violations of the stack dev"],
    ["npm run preview -- --all", "dev, staging and prod, and how they differ"],
    ["npm run preview -- --stack prod --json", "for a script; exit code 1 if a mandatory rule is violated"],
    ["npm run preview -- --diff prod", "what dev has otherwise than prod"],
    ["npm run preview -- -c retentionHours=48 --diff", "what a setting would change in the data folder of dev"],
    ["npm run preview -- --stack prod --markdown", "a comment for a pull request"],
  ],
};
