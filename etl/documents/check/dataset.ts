/** What a dataset's schema cannot say. https://docs.aws.amazon.com/iotanalytics/latest/APIReference/API_CreateDataset.html */
import { parseSchedule } from "../../schedule";
import type { Findings } from "../model/findings";
import { show } from "../../../aws/text/show";
import type { DatasetDocument } from "../model/types";
import { mistakeAnyway } from "../read/placeholders";
import { queryRefusal } from "./dataset-query";

/** A query begins with SELECT or WITH, after comments and parentheses. */
const SELECT = /^(?:\s|--[^\n]*\n|\/\*[^]*?\*\/)*[(]*\s*(?:select|with)\b/i;
/** What may fill in a part of a schedule. */
const SCHEDULE_PARTS = ["1", "*", "?", "2", "MON", "hour", "hours", "day", "0 12 * * ? *", "2 hours", "rate(1 day)"];

function scheduleMistake(expression: string): string | undefined {
  try {
    parseSchedule(expression);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A day that no month has, or a year that is over. @param now ms since 1970-01-01 UTC */
function neverMistake(expression: string, now: number): string | undefined {
  return parseSchedule(expression).next(now, now) === undefined
    ? `${show(expression)} never fires: it names a day that does not come any more; write a day that every month has, such as cron(0 12 1 * ? *), or leave the year *`
    : undefined;
}

/** Checks that the query is a SELECT, the triggers and their schedules, and what late data needs. */
export function checkDataset(dataset: DatasetDocument, findings: Findings): void {
  const query = dataset.actions[0]?.queryAction;
  const triggers = dataset.triggers ?? [];
  const byDataset = triggers.filter((trigger) => trigger.dataset !== undefined);
  if (query !== undefined) {
    const path = "$.actions[0].queryAction.sqlQuery";
    if (findings.place.placeholder(path)) {
      const anyway = mistakeAnyway(query.sqlQuery, ["a", "1", "SELECT 1"], (filled) =>
        SELECT.test(filled) ? queryRefusal(filled, undefined) : `${show(filled)} is no SELECT`,
      );
      if (anyway !== undefined) findings.errorAnyway(path, anyway);
    } else if (query.sqlQuery !== "" && !SELECT.test(query.sqlQuery))
      findings.error(path, `${show(query.sqlQuery)} is no SELECT; a dataset's query only reads`);
    if (byDataset.length > 0) {
      findings.note(
        "$.triggers",
        "the retired service started only datasets with a container action by another dataset; this program starts one with a query as well",
      );
    }
  }
  if (byDataset.length > 1) findings.error("$.triggers", "a dataset is started by at most one other dataset");
  if (byDataset.length > 0 && byDataset.length < triggers.length) {
    findings.error("$.triggers", "a dataset is started by schedules or by another dataset, not by both");
  }
  triggers.forEach(({ schedule }, index) => {
    const path = `$.triggers[${index}].schedule`;
    if (schedule === undefined) return;
    if (schedule.expression === undefined) {
      findings.error(path, 'there is no expression; write { "expression": "cron(0 12 * * ? *)" } or "rate(1 day)"');
    } else {
      const place = `${path}.expression`;
      const mistake = scheduleMistake(schedule.expression);
      if (mistake === undefined) {
        const never = neverMistake(schedule.expression, Date.now());
        if (never !== undefined) findings.refuse(place, never);
        return;
      }
      if (!findings.place.placeholder(place)) return findings.error(place, mistake);
      const anyway = mistakeAnyway(schedule.expression, SCHEDULE_PARTS, scheduleMistake);
      if (anyway !== undefined) findings.errorAnyway(place, anyway);
    }
  });
  dataset.contentDeliveryRules?.forEach(({ destination: { iotEventsDestinationConfiguration: to } }, index) => {
    if (to !== undefined)
      findings.warning(
        `$.contentDeliveryRules[${index}].destination.iotEventsDestinationConfiguration`,
        `AWS IoT Events was switched off on 2026-05-20: in the place of a message to the input ${show(to.inputName)} for each row, each content puts one event on the default bus of EventBridge, with "iot-events-input": ${show(to.inputName)} and the content's place in S3. Let a rule of EventBridge call what reacts to it`,
      );
  });
  const hasDelta = query?.filters?.some(({ deltaTime }) => deltaTime !== undefined) === true;
  if ((dataset.lateDataRules?.length ?? 0) > 0 && !hasDelta) {
    findings.error("$.lateDataRules", "late data needs a delta window; add filters[0].deltaTime to the query action");
  }
}
