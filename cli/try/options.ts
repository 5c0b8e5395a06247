import { RECORDING_OPTIONS, type Command } from "../command/options";

/** The options of `npm run try`. */
export const TRY: Command = {
  call: "npm run try",
  summary:
    "Runs a pipeline over messages and shows what each activity does to them, and the rows that the datastore would hold.\n" +
    "Nothing is deployed or written. The code is that of the transform function.",
  options: [
    { name: "pipeline", value: "FILE", help: "the file with the pipeline's document" },
    { name: "name", value: "NAME", help: "which pipeline, if the file holds several" },
    {
      name: "datastore",
      value: "FILE",
      help: "the datastore's document (default: the one of that name in the pipeline's file or folder)",
    },
    {
      name: "input",
      value: "FILE",
      multiple: true,
      help: "messages: NDJSON, JSON array, CSV with header, archive objects (gzip), a folder of them, - for stdin; repeatable",
    },
    { name: "message", value: "JSON", multiple: true, help: "a message; repeatable" },
    ...RECORDING_OPTIONS,
    { name: "set", value: "NAME=VALUE", multiple: true, help: "set an attribute of each message; repeatable" },
    { name: "rename", value: "OLD=NEW", multiple: true, help: "rename an attribute of each message; repeatable" },
    { name: "limit", value: "N", help: "take the first N messages only" },
    { name: "show", value: "N", help: "messages to print (default 5; with --json all)" },
    {
      name: "compare",
      value: "FILE",
      help: "another pipeline for the same messages: shows which rows and columns differ",
    },
    { name: "compare-name", value: "NAME", help: "which pipeline, if that file holds several" },
    { name: "compare-datastore", value: "FILE", help: "its datastore's document (default: as for --datastore)" },
    {
      name: "stack",
      value: "NAME",
      help: "take functions, things and the options of pipelines and datastores from this stack's configuration",
    },
    {
      name: "config",
      short: "c",
      value: "KEY=VALUE",
      multiple: true,
      help: "configuration for this run, as pulumi's -c",
    },
    {
      name: "lambda",
      value: "NAME=FILE",
      multiple: true,
      help: "the code of a function that a lambda activity calls (JavaScript, TypeScript, Python); repeatable",
    },
    {
      name: "thing",
      value: "NAME=FILE",
      multiple: true,
      help: "a thing of the registry, as describe-thing prints it, or its attributes; repeatable",
    },
    {
      name: "shadow",
      value: "NAME=FILE",
      multiple: true,
      help: "a thing's shadow document, or its reported state; repeatable",
    },
    { name: "on-enrichment-failure", value: "pass|fail", help: "as the stack's onEnrichmentFailure (default pass)" },
    { name: "batches", help: "a message that is a JSON array is a batch of messages, as with a rule's batchMode" },
    { name: "integer-division", help: "9/5 is 1, as the stack's integerDivision" },
    { name: "on-math-failure", value: "fail|pass", help: "as the stack's onMathFailure (default fail)" },
    { name: "on-mismatch", value: "null|fail", help: "as the stack's onMismatch (default null)" },
    { name: "watch", help: "run again whenever a document or an input is saved" },
    { name: "json", help: "print the result as JSON" },
  ],
  examples: [
    [
      "npm run try -- --pipeline definitions/etl/pipeline.json --input readings.ndjson",
      "each activity's counts, the first messages step by step, their rows",
    ],
    [
      'npm run try -- --pipeline definitions/etl/pipeline.json --message \'{"device_id":"a","temperature":25}\'',
      "one message",
    ],
    [
      "npm run try -- --pipeline definitions/etl/pipeline.json --input readings.csv --rename value=temperature --watch",
      "again at each save, in milliseconds",
    ],
    [
      "npm run try -- --pipeline old/pipeline.json --compare new/pipeline.json --input .local/dev/s3/BUCKET/raw",
      "what a change does to the messages that a stack has archived",
    ],
  ],
};
