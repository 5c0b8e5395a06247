import { RECORDING_OPTIONS, type Command } from "../command/options";

/** Options and help of `npm run compare`. */
export const COMPARE: Command = {
  call: "npm run compare",
  summary:
    "Compares two tables row by row, such as a datastore and what a candidate of its pipeline makes of the same messages; or, with --input,\n" +
    "what two pipelines do with recorded messages. Rows are matched by a key, and counted as in both, different, and in one alone.",
  options: [
    { name: "pipeline", value: "NAME", help: "the pipeline whose candidate is compared with it" },
    {
      name: "before",
      value: "TABLE",
      help: "a table in place of the datastore's: a datastore's name, TABLE or DATABASE.TABLE",
    },
    { name: "after", value: "TABLE", help: "a table in place of the candidate's" },
    { name: "stack", value: "NAME", help: "the stack (default dev)" },
    { name: "data-dir", value: "DIR", help: "its data folder (default .local/STACK); a local cloud may run over it" },
    { name: "aws", help: "by Athena on AWS, by the credentials of the environment" },
    { name: "endpoint", value: "URL", help: "by Athena's API of a running local cloud, as --aws does on AWS" },
    {
      name: "workgroup",
      value: "NAME",
      help: "with --aws, --endpoint: the workgroup that the queries run in (default primary)",
    },
    { name: "yes", help: "with --aws: start although the scans may cost more than 1 USD" },
    {
      name: "key",
      value: "COLUMN",
      multiple: true,
      help: "rows with equal values there are the same row; repeatable (default: attributes of partitions, the device, the time)",
    },
    { name: "ignore", value: "COLUMN", multiple: true, help: "a column that is not compared; repeatable" },
    {
      name: "tolerance",
      value: "NUMBER",
      help: "floating-point numbers that are no further apart are equal (default 0: exactly equal)",
    },
    { name: "where", value: "CONDITION", help: "compare only rows of both tables that meet it, in Athena's SQL" },
    {
      name: "input",
      value: "FILE",
      multiple: true,
      help: "recorded messages, which both pipelines process, in place of the tables; repeatable",
    },
    {
      name: "candidate",
      value: "FILE",
      help: "with --input: the candidate's document (default: the stack's configuration has it)",
    },
    { name: "candidate-datastore", value: "FILE", help: "with --input: its datastore's document, if columns change" },
    {
      name: "sample",
      value: "N",
      help: "messages of the archive in the data folder that both pipelines process (default 1000), for what became of messages that are not stored",
    },
    { name: "limit", value: "N", help: "with --input: only the first N messages" },
    ...RECORDING_OPTIONS,
    {
      name: "config",
      short: "c",
      value: "KEY=VALUE",
      multiple: true,
      help: "configuration in place of the stack file's, as in npm start; repeatable",
    },
    { name: "json", help: "print one JSON document" },
    { name: "markdown", help: "print Markdown, such as for a pull request" },
  ],
  examples: [
    [
      "npm run compare -- --pipeline calculate_fahrenheit",
      "the datastore beside its candidate, in the data folder of the stack dev",
    ],
    ["npm run compare -- --before readings --after readings_v2 --key device_id --key ts", "two tables by a key"],
    [
      "npm run compare -- --pipeline calculate_fahrenheit --candidate v2.json --input messages.ndjson --markdown",
      "what a changed document would do with recorded messages",
    ],
    [
      "npm run compare -- --aws --before etl.readings --after etl.readings__candidate --workgroup etl",
      "two tables on AWS",
    ],
  ],
};
