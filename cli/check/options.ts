import type { Command } from "../command/options";

/** Options and help of `npm run check`. */
export const CHECK: Command = {
  call: "npm run check",
  summary:
    "Checks documents of AWS IoT Analytics against the rules of the retired service, and reports what they become here: channels,\n" +
    "pipelines, datastores, datasets and topic rules, as the command line took them, as describe-* printed them, or in CloudFormation.",
  positionals: "PATH...",
  options: [
    { name: "brief", help: "leave the migration report out: only errors, warnings and notes" },
    { name: "markdown", help: "print everything in Markdown, to hand to a colleague" },
    { name: "json", help: "print a JSON document" },
    {
      name: "rate",
      value: "N",
      help: "messages a second: say of each dataset's query what a run reads and costs on AWS after a year of them",
    },
    { name: "size", value: "BYTES", help: "bytes of a message, for --rate (default 300)" },
    { name: "months", value: "N", help: "months of messages, for --rate (default 12)" },
  ],
  examples: [
    ["npm run check -- definitions/etl", "a folder and all folders in it: *.json, *.yaml, *.yml, *.template"],
    ["npm run check -- pipeline.json datastore.json", "some files, checked against each other"],
    ["npm run check -- definitions/etl --rate 100", "and what the queries of its datasets read and cost"],
    ["npm run check -- --brief template.yaml", "a template of CloudFormation, errors and warnings only"],
    ["npm run check --silent -- old --markdown > migration.md", "the whole report as a document"],
    ["aws iot get-topic-rule --rule-name feed | npm run check -- -", "what another command prints"],
  ],
};
