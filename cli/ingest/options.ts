import { RECORDING_OPTIONS, type Command } from "../command/options";

/** Options and help of `npm run ingest`. */
export const INGEST: Command = {
  call: "npm run ingest",
  summary:
    "Puts messages of files, or of another command, into a channel: on AWS, or in the local cloud of npm start -- --keep.\n" +
    "It is what BatchPutMessage of AWS IoT Analytics was used for.",
  options: [
    { name: "channel", value: "NAME", help: "the channel, by the name of its document" },
    {
      name: "input",
      value: "FILE",
      multiple: true,
      help: "NDJSON, a JSON array, CSV with a header, each gzipped or not, a folder of such files, or - for standard input; repeatable",
    },
    ...RECORDING_OPTIONS,
    { name: "endpoint", value: "URL", help: "a running local cloud instead of AWS" },
    { name: "stack", value: "NAME", help: "the stack that has the channel (default dev)" },
    {
      name: "data-dir",
      value: "DIR",
      help: "with --endpoint: the data folder of the local cloud (default .local/STACK)",
    },
    { name: "stream", value: "NAME", help: "the channel's stream, where the stack is not at hand" },
    { name: "region", value: "REGION", help: "its region (default: the stack's, or AWS_REGION)" },
    { name: "skip", value: "N", help: "leave out the first N messages: what an interrupted run has put already" },
    { name: "json", help: "print one JSON document" },
  ],
  examples: [
    [
      "npm run ingest -- --channel etl_device_data --input history.ndjson --endpoint http://127.0.0.1:8080",
      "a file into the local cloud that npm start -- --keep runs",
    ],
    ["npm run ingest -- --stack prod --channel etl_device_data --input history.csv --input more.csv.gz", "to AWS"],
    [
      "zcat archive/*.gz | npm run ingest --silent -- --channel etl_device_data --input - --json",
      "what another command prints",
    ],
  ],
};
