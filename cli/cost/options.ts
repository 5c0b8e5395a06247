import { RECORDING_OPTIONS, type Command } from "../command/options";

/** Options and help of `npm run cost`. */
export const COST: Command = {
  call: "npm run cost",
  summary:
    "Estimates the monthly bill of a stack before it is deployed: from the resources that its program registers, the traffic and AWS's\n" +
    "list prices. It says what would change the bill, and what is not in it. It needs no account.",
  options: [
    { name: "stack", value: "NAME", multiple: true, help: "the stack (default dev); may be given several times" },
    { name: "all", help: "every stack that has a file, and a table of them side by side" },
    {
      name: "rate",
      value: "[NAME=]N",
      multiple: true,
      help: "messages a second of all devices, or of the channel NAME; repeatable (default: the stack's traffic)",
    },
    { name: "size", value: "BYTES", help: "bytes of a message (default: the stack's traffic, or 300)" },
    { name: "devices", value: "N", help: "devices that are always connected" },
    { name: "batch", value: "N", help: "messages that a device collects and publishes as one (default 1)" },
    { name: "basic-ingest", help: "devices publish to $aws/rules/NAME/..., where messages are free" },
    { name: "queries", value: "N", help: "runs a day of each dataset's query, besides its schedules" },
    {
      name: "input",
      value: "FILE",
      multiple: true,
      help: "measure size, rate and compression from recorded messages; a file or folder as for npm start; repeatable",
    },
    ...RECORDING_OPTIONS,
    {
      name: "time",
      value: "ATTRIBUTE",
      help: "the attribute of a recorded message with its time, which gives the rate",
    },
    { name: "months", value: "N", help: "age of the data, for what is stored and scanned (default 12)" },
    {
      name: "assume",
      value: "NAME=N",
      multiple: true,
      help: "another value for an assumption of docs/cost.md, such as parquetRatio=0.2; repeatable",
    },
    { name: "free-tier", help: "subtract what every account gets free, as if the stack were alone in it" },
    { name: "first-step", help: "price every unit at the first step, as if other stacks used nothing up" },
    {
      name: "config",
      short: "c",
      value: "KEY=VALUE",
      multiple: true,
      help: "configuration for this run, as pulumi's -c",
    },
    { name: "cwd", short: "C", value: "DIR", help: "another Pulumi project than this one" },
    { name: "json", help: "print one JSON document" },
    { name: "markdown", help: "print Markdown" },
    { name: "infracost", help: "print JSON in Infracost's shape" },
  ],
  examples: [
    ["npm run cost -- --stack prod --rate 1000 --size 300", "the bill of 1,000 messages a second of 300 bytes"],
    ["npm run cost -- --all --rate 10", "dev, staging and prod, side by side"],
    ["npm run cost -- --rate 1000 --basic-ingest --batch 10", "devices that collect ten messages, by basic ingest"],
    ["npm run cost -- --input recordings --time timestamp", "the traffic of a recording"],
    ["npm run cost -- --rate 1000 -c streamMode=ON_DEMAND", "what a setting would change"],
  ],
};
