import type { Command } from "../command/options";
import { PLACE_OPTIONS } from "../command/stack-place";

/** Options and help of `npm run reprocess`. */
export const REPROCESS: Command = {
  call: "npm run reprocess",
  summary:
    "Takes a channel's archive through a pipeline again: through its candidate, or with --into through the pipeline itself. A run that was\n" +
    "stopped or killed goes on where it was, and no message is stored twice.",
  options: [
    {
      name: "pipeline",
      value: "NAME",
      help: "the pipeline; its setting `reprocessing`, or its candidate, makes it reprocessable",
    },
    { name: "from", value: "TIME", help: "messages received then or later (default: all); 2026-01-31T12:00:00Z" },
    {
      name: "to",
      value: "TIME",
      help: "messages received before (default: those before the candidate's live messages)",
    },
    {
      name: "into",
      value: "DATASTORE",
      help: "fill the pipeline's own datastore, which must not have the rows yet; needs --to",
    },
    { name: "errors", help: "replay the messages that the pipeline failed instead of the archive" },
    ...PLACE_OPTIONS,
    { name: "redrive", help: "go on with the last run: only with what failed, by Step Functions' redrive" },
    { name: "cancel", help: "stop the run that is going on" },
    { name: "json", help: "print a JSON document" },
  ],
  examples: [
    ["npm run reprocess -- --pipeline calculate_fahrenheit", "the whole archive through the pipeline's candidate"],
    [
      "npm run reprocess -- --pipeline calculate_fahrenheit --into etl_aggregate_store --from 2026-03-01T10:00:00Z --to 2026-03-01T11:00:00Z",
      "an hour that the datastore lacks",
    ],
    [
      "npm run reprocess -- --pipeline calculate_fahrenheit --errors",
      "the failed messages, after the pipeline was corrected",
    ],
  ],
};
