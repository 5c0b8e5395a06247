/** The settings of single pipelines, with those of their candidates. */
import { choice, flag, group, groupOr, text, whole } from "./config-types";

/** Settings that change a pipeline's rows. */
export const PIPELINE = {
  integerDivision: { kind: flag(), description: "true: 9/5 is 1, as in IoT SQL; otherwise it is 1.8" },
  onMathFailure: {
    kind: choice("fail", "pass"),
    description: "a message whose formula yields no number fails, or continues without the attribute",
  },
  onEnrichmentFailure: {
    kind: choice("pass", "fail"),
    description: "a message whose thing or shadow is not found continues without the attribute (default), or fails",
  },
  enrichmentCacheSeconds: {
    kind: whole(0, 3600),
    description: "seconds for which a thing or its shadow is cached; default 300",
  },
};

const FILE = text("a file, absolute or relative to the project's folder", /^[^\0]+\.(json|ya?ml)$/);
const VERSION = /^(rows|g[0-9a-f]{8})$/;
const VERSION_WORDS = 'the id of a version: "rows" for the first, or g and 8 hexadecimal digits';

/** A document that is tried beside the one in use. */
export const CANDIDATE = groupOr("document", {
  document: { kind: FILE, description: "file with the pipeline's document that is tried" },
  datastore: { kind: FILE, description: "file with the datastore's document, if columns or partitions change" },
  promote: {
    kind: flag(),
    description: "true: readers find the candidate's rows under the datastore's name; false: those of before again",
  },
  abandon: {
    kind: flag(),
    description: "removes the candidate with its rows, which takes both keys (allowDataDeletion)",
  },
  boundary: {
    kind: choice("received", "arrival"),
    description:
      "what tells live messages from archived ones: `__received_at` in the messages, which is exact (default), or the arrival in the stream",
  },
  ...PIPELINE,
  onMismatch: {
    kind: choice("null", "fail"),
    description: "a value that does not fit its column becomes null, or its message fails",
  },
});

/** A candidate that has become the pipeline. */
export const ADOPTED = group({
  version: { kind: text(VERSION_WORDS, VERSION), description: "the candidate's id, as the outputs show it" },
  former: { kind: text(VERSION_WORDS, VERSION), description: "the version before, whose rows end" },
  keepFormerUntil: {
    kind: text("a day, written yyyy-MM-dd", /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/),
    description:
      "day (UTC) from which the rows of the former version are deleted; without it, the next day, which takes both keys",
  },
});
