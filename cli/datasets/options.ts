import type { Command } from "../command/options";
import { PLACE_OPTIONS } from "../command/stack-place";

/** Versions that are shown unless --limit says otherwise. */
export const SHOWN_VERSIONS = 20;

/** Options and help of `npm run datasets`. */
export const DATASETS: Command = {
  call: "npm run datasets",
  summary:
    "Lists the datasets of a stack with their schedules and last versions; of one dataset its versions. Makes a content now, prints one,\n" +
    "saves it to a file, or writes a dashboard for Grafana.",
  positionals: "[NAME]",
  options: [
    { name: "refresh", help: "make a content of NAME now, and wait for it" },
    {
      name: "content",
      value: "VERSION",
      help: "print this content of NAME; '$LATEST' and '$LATEST_SUCCEEDED' in single quotes, as the shell would replace them",
    },
    {
      name: "save",
      value: "FILE",
      help: "save it instead: .csv as Athena wrote it, .json, or .ndjson (default content: $LATEST_SUCCEEDED)",
    },
    { name: "csv", help: "with --content: print CSV as Athena wrote it" },
    {
      name: "grafana",
      value: "FILE",
      help: "write a dashboard of NAME that Grafana imports (plugin grafana-athena-datasource)",
    },
    {
      name: "time",
      value: "SQL",
      help: "with --grafana: a row's time, of the dataset's columns (default: found in them)",
    },
    {
      name: "device",
      value: "COLUMN",
      help: "with --grafana: the column that tells devices apart (default: found by its name)",
    },
    { name: "limit", value: "N", help: `versions to list, 1 to 1000 (default ${SHOWN_VERSIONS})` },
    ...PLACE_OPTIONS,
    { name: "json", help: "print a JSON document; with --content an array of row objects" },
  ],
  examples: [
    ["npm run datasets", "every dataset with its last version"],
    ["npm run datasets -- etl_aggregate_data", "its versions, the newest first"],
    ["npm run datasets -- etl_aggregate_data --refresh --save report.csv", "a content made now, as a file"],
    ["npm run datasets -- etl_aggregate_data --content '$LATEST_SUCCEEDED' --json", "the last content, as JSON"],
    ["npm run datasets -- etl_aggregate_data --grafana dashboard.json", "a dashboard, for Grafana to import"],
  ],
};
