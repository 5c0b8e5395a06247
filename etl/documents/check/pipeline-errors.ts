/** What is wrong with a pipeline, or one activity, that is in no file. */
import { Findings, type Place } from "../model/findings";
import type { PipelineActivity, PipelineDocument } from "../model/types";
import { checkActivity, checkPipeline } from "./pipeline";
import { activitySchema, pipelineSchema } from "./schemas/pipeline";

/** One error. */
export interface PipelineError {
  /** within the pipeline or activity: `pipelineActivities[1].math.math`, `math.math`; "" is the whole */
  path: string;
  /** the value seen, the rule and the way out; for an expression with a second line and a caret */
  message: string;
}

/** Roles of the retired service are not used, so that nothing is said of them. */
const NO_FILE: Place = {
  file: "",
  sourcePath: (path) => path,
  locate: () => undefined,
  placeholder: (path) => path.endsWith(".roleArn"),
};

/** All errors of a pipeline's document, as loading it would find them. */
export function pipelineErrors(document: unknown): PipelineError[] {
  const findings = new Findings(NO_FILE);
  let shaped = true;
  pipelineSchema(document, "$", {
    error: (at, message) => findings.error(at, message),
    errorAnyway: (at, message) => findings.error(at, message),
    spell: String,
    placeholder: (at) => NO_FILE.placeholder(at),
    unshaped: () => (shaped = false),
  });
  if (shaped) checkPipeline(document as PipelineDocument, findings);
  else checkWellShaped(document, findings);
  return errorsIn(findings, "$");
}

/** All errors of an activity that has the right members. */
export function activityErrors(activity: PipelineActivity): PipelineError[] {
  const findings = new Findings(NO_FILE);
  checkActivity(activity, 0, findings);
  return errorsIn(findings, "$.pipelineActivities[0]");
}

function errorsIn({ problems }: Findings, root: string): PipelineError[] {
  return problems
    .filter(({ severity }) => severity === "error")
    .map(({ path, message }) => ({ path: path.slice(root.length).replace(/^\./, ""), message }));
}

/** A pipeline with an activity of a wrong shape has no chain to follow, but its other activities can be checked. */
export function checkWellShaped(value: unknown, findings: Findings): void {
  const activities = (value as { pipelineActivities?: unknown } | null)?.pipelineActivities;
  if (!Array.isArray(activities)) return;
  activities.forEach((activity: unknown, index) => {
    let shaped = true;
    const silent = {
      error: () => undefined,
      errorAnyway: () => undefined,
      spell: String,
      placeholder: () => false,
      unshaped: () => (shaped = false),
    };
    activitySchema(activity, "$", silent);
    if (shaped) checkActivity(activity as PipelineActivity, index, findings);
  });
}
