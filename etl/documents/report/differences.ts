/**
 * What a document means here and meant, or may have meant, otherwise in the retired service (docs/sources.md): each with
 * the messages or rows in which it shows. Serious ones are told when deploying too, the others when checking.
 */
import { isIntegerType } from "../../columns";
import { datastoreColumns } from "../../columns/datastore-columns";
import {
  attributePaths,
  children,
  compileExpression,
  expressionTypes,
  FILTER_FUNCTIONS,
  formatPath,
  MATH_FUNCTIONS,
  parseExpression,
  printExpression,
  typesOf,
  type Node,
  type Types,
} from "../../expressions";
import { partitionSources } from "../../partitions";
import { canHave, flowOf, missingPart, whyAbsent, type AttributeSet, type FlowStep } from "./attribute-flow";
import { remarkActivity } from "./undocumented-behaviour";
import type { Findings } from "../model/findings";
import { memberPath } from "../../../aws/text/json-path";
import { show } from "../../../aws/text/show";
import type { DatasetDocument, DatastoreDocument, MathActivity, PipelineDocument } from "../model/types";

/** Names of attributes as the guide has them: https://docs.aws.amazon.com/iotanalytics/latest/userguide/troubleshoot.html */
const ATTRIBUTE_NAME = /^(?!__)[A-Za-z_][A-Za-z0-9_]{0,254}$/;

/** About a pipeline by itself. */
export function remarkFlow(pipeline: PipelineDocument, findings: Findings): void {
  for (const step of flowOf(pipeline)) {
    const path = `$.pipelineActivities[${step.index}].${step.kind}`;
    if (findings.purpose === "check") remarkActivity(step, path, findings);
    const { math, filter, deviceRegistryEnrich, deviceShadowEnrich, addAttributes, selectAttributes } = step.activity;
    if (math !== undefined && !findings.place.placeholder(`${path}.math`)) {
      const node = parsed(math.math, MATH_FUNCTIONS);
      if (node !== undefined) {
        remarkMissing(node, step, `${path}.math`, findings);
      }
      remarkName(math.attribute, `${path}.attribute`, findings);
    }
    if (filter !== undefined && !findings.place.placeholder(`${path}.filter`)) {
      const node = parsed(filter.filter, FILTER_FUNCTIONS);
      if (node !== undefined) {
        remarkMissing(node, step, `${path}.filter`, findings);
        remarkFilter(node, `${path}.filter`, findings);
      }
    }
    for (const enrich of [deviceRegistryEnrich, deviceShadowEnrich]) {
      if (enrich === undefined) continue;
      remarkName(enrich.attribute, `${path}.attribute`, findings);
      remarkGone([enrich.thingName], step, `${path}.thingName`, "so nothing is looked up for it", findings);
    }
    for (const [source, copy] of Object.entries(addAttributes?.attributes ?? {})) {
      const place = memberPath(`${path}.attributes`, source);
      remarkName(copy, place, findings);
      remarkGone([source], step, place, `so ${show(copy)} is never made`, findings);
    }
    selectAttributes?.attributes.forEach((attribute, index) =>
      remarkGone([attribute], step, `${path}.attributes[${index}]`, "so it selects nothing", findings),
    );
  }
}

/** Expressions with mistakes are told elsewhere. */
function parsed(text: string, functions: typeof MATH_FUNCTIONS): Node | undefined {
  try {
    return parseExpression(text, { functions }).node;
  } catch {
    return undefined;
  }
}

function gone(paths: readonly string[], before: AttributeSet): string[] {
  return [...new Set(paths.flatMap((path) => missingPart(before, path) ?? []))];
}

function remarkGone(
  paths: readonly string[],
  { before }: FlowStep,
  place: string,
  consequence: string,
  findings: Findings,
): void {
  const missing = gone(paths, before);
  if (missing.length === 0 || findings.place.placeholder(place)) return;
  const why = [...new Set(missing.map((name) => whyAbsent(before, name)))].join(", ");
  findings.difference(
    "warning",
    place,
    `no message has ${missing.map(show).join(", ")} any more at this activity (${why}), ${consequence}`,
    "all messages",
  );
}

/** Attributes of an expression that are gone when it is evaluated. */
function remarkMissing(node: Node, step: FlowStep, place: string, findings: Findings): void {
  const paths = attributePaths(node).map(formatPath);
  const consequence =
    step.kind === "math"
      ? "so the formula gives no number and every message fails: it goes to the error prefix, or on without the attribute with onMathFailure: pass"
      : "so what the filter asks of it is never true";
  remarkGone(paths, step, place, consequence, findings);
}

function remarkName(name: string, place: string, findings: Findings): void {
  if (ATTRIBUTE_NAME.test(name) || findings.purpose === "deploy" || findings.place.placeholder(place)) return;
  const consequence = name.startsWith("__")
    ? "names with two underscores are the system's and reach no column"
    : "the service allowed letters, digits and underscores in names, and no digit first; what it did with others was never written down, and here no column can have this name";
  findings.difference("warning", place, `the attribute ${show(name)}: ${consequence}`, "every message that gets it");
}

/** Divisions of two whole numbers: a Decimal here; IoT Core's SQL, where the language came from, cuts them off. */
export function remarkDivisions(
  pipeline: PipelineDocument,
  datastore: DatastoreDocument | undefined,
  findings: Findings,
): void {
  if (findings.purpose === "deploy") return;
  const rounded = new Set(datastore === undefined ? [] : roundings(pipeline, datastore).map(({ index }) => index));
  pipeline.pipelineActivities.forEach(({ math }, index) => {
    // rounding is told with it
    if (math === undefined || rounded.has(index)) return;
    const node = parsed(math.math, MATH_FUNCTIONS);
    if (node !== undefined) remarkDivision(node, math.math, `$.pipelineActivities[${index}].math.math`, findings);
  });
}

function remarkDivision(node: Node, text: string, place: string, findings: Findings): void {
  const options = { functions: MATH_FUNCTIONS, attributes: typesOf("Int"), integerDivision: true };
  const int = typesOf("Int");
  const divisions: Node[] = [];
  const visit = (current: Node): void => {
    if (current.kind === "binary" && current.operator === "/") {
      const both = [current.left, current.right].every((side) => (expressionTypes(side, options) & int) !== 0);
      if (both) divisions.push(current);
    }
    children(current).forEach(visit);
  };
  visit(node);
  if (divisions.length === 0) return;
  findings.difference(
    "note",
    place,
    `${divisions.map(printExpression).join(" and ")} divides whole numbers: here the quotient keeps its fraction, while IoT Core's SQL, ` +
      `from which the language came, cuts it off; the retired service never said which it did${example(text, false)}. ` +
      "Set integerDivision: true for this pipeline if the old data shows whole quotients",
    "messages whose attributes are whole numbers that do not divide evenly",
  );
}

function remarkFilter(node: Node, place: string, findings: Findings): void {
  if (findings.purpose === "deploy") return;
  const withNull: string[] = [];
  const visit = (current: Node): void => {
    if (current.kind === "binary") {
      const sides = [current.left, current.right];
      if (sides.some(({ kind }) => kind === "null")) withNull.push(...sides.flatMap(attributePaths).map(formatPath));
    }
    children(current).forEach(visit);
  };
  visit(node);
  const names = attributePaths(node).map(formatPath);
  if (withNull.length > 0) {
    const compared = [...new Set(withNull)];
    findings.difference(
      "warning",
      place,
      `it compares ${compared.join(", ")} with NULL: only a null that is written in the message is NULL; an attribute that is missing is Undefined, ` +
        "and a comparison with it counts as false in AND and OR here (the retired service never said; IoT Core's tables make the whole expression Undefined)",
      `messages in which ${listed(compared, "or")} is missing`,
    );
  }
  const others = names.filter((name) => !withNull.includes(name));
  if (others.length === 0) return;
  findings.difference(
    "note",
    place,
    `a comparison with an attribute that is missing, or of a type that cannot be compared, is not true: unless another part of the filter is true, the message is dropped, and counted as filtered`,
    `messages in which ${listed(others, "or")} is missing or of another type`,
  );
}

function listed(names: readonly string[], word: "and" | "or"): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)}`;
}

/** About a pipeline and the datastore it writes to. */
export function remarkStored(pipeline: PipelineDocument, datastore: DatastoreDocument, findings: Findings): void {
  remarkRounding(pipeline, datastore, findings);
  remarkColumns(pipeline, datastore, findings);
}

/**
 * Columns of whole numbers to which formulas bring a fraction, and the last formula of each (docs/sources.md:
 * integer-division, value-of-another-type): one that is rounded by a later activity is none.
 */
function roundings(
  pipeline: PipelineDocument,
  datastore: DatastoreDocument,
): { index: number; column: string; kind: string }[] {
  const computed = new Map([...computedTypes(pipeline)].map(([name, made]) => [name.toLowerCase(), made]));
  return datastoreColumns(datastore).flatMap(({ name, type }) => {
    const made = computed.get(name);
    if (made === undefined || !isIntegerType(type) || (made.types & typesOf("Decimal")) === 0) return [];
    return [{ index: made.by, column: name, kind: type.kind }];
  });
}

interface Computed {
  readonly types: Types;
  /** place of the formula in `pipelineActivities` */
  readonly by: number;
}

/** What formulas make of attributes by the end of a pipeline, if all that messages bring are whole numbers. */
function computedTypes(pipeline: PipelineDocument): Map<string, Computed> {
  let computed = new Map<string, Computed>();
  for (const { activity, index } of flowOf(pipeline)) {
    const { lambda, math, addAttributes, removeAttributes, selectAttributes } = activity;
    const before = computed;
    const copy = (source: string, target: string): void => {
      const made = before.get(source);
      if (made === undefined) computed.delete(target);
      else computed.set(target, made);
    };
    // a function may return anything
    if (lambda !== undefined || selectAttributes !== undefined) computed = new Map();
    for (const path of selectAttributes?.attributes ?? []) if (before.has(path)) copy(path, path);
    for (const path of removeAttributes?.attributes ?? []) computed.delete(path);
    for (const [source, target] of Object.entries(addAttributes?.attributes ?? {})) copy(source, target);
    const enriched = activity.deviceRegistryEnrich ?? activity.deviceShadowEnrich;
    if (enriched !== undefined) computed.delete(enriched.attribute);
    const node = math && parsed(math.math, MATH_FUNCTIONS);
    if (math === undefined || node === undefined) continue;
    const types = expressionTypes(node, {
      functions: MATH_FUNCTIONS,
      attributes: (path) => before.get(formatPath(path))?.types ?? typesOf("Int"),
    });
    computed.set(math.attribute, { types, by: index });
  }
  return computed;
}

function remarkRounding(pipeline: PipelineDocument, datastore: DatastoreDocument, findings: Findings): void {
  for (const { index, column, kind } of roundings(pipeline, datastore)) {
    const { math } = pipeline.pipelineActivities[index] as { math: MathActivity };
    findings.difference(
      "warning",
      `$.pipelineActivities[${index}].math.math`,
      `${show(math.math.trim())} gives decimals, and the column ${column} of the datastore ${show(datastore.datastoreName)} is ${kind}: ` +
        `a fraction is rounded, halves away from zero${example(math.math, true)}. To keep fractions make the column a double; ` +
        "to cut them off as a division of whole numbers does, set integerDivision: true for this pipeline",
      `rows in which ${column} is no whole number before it is stored`,
    );
  }
}

/** The first whole reading from 47 on at which the decimal result has a fraction. */
function example(text: string, stored: boolean): string {
  const { node } = parseExpression(text, { functions: MATH_FUNCTIONS });
  const results = [false, true].map((integerDivision) =>
    compileExpression<number>(node, {
      functions: MATH_FUNCTIONS,
      integerDivision,
      attribute: () => (reading) => reading,
    }),
  );
  for (let reading = 47; reading < 147; reading++) {
    const [decimal, integer] = results.map((evaluate) => evaluate(reading));
    if (typeof decimal !== "number" || Number.isInteger(decimal) || typeof integer !== "number") continue;
    const rounded = Math.sign(decimal) * Math.round(Math.abs(decimal));
    const same = integer === decimal ? "" : `; with integer division it would be ${Number(integer.toPrecision(12))}`;
    const value = Number(decimal.toPrecision(12));
    return ` (for ${reading}: ${value}${stored ? ` is stored as ${rounded}` : ""}${same})`;
  }
  return "";
}

function remarkColumns(pipeline: PipelineDocument, datastore: DatastoreDocument, findings: Findings): void {
  const steps = flowOf(pipeline);
  const end = steps.at(-1);
  if (end === undefined) return;
  const { before: attributes } = end;
  const path = `$.pipelineActivities[${end.index}].datastore`;
  const where = `of the datastore ${show(datastore.datastoreName)}`;
  const made = new Set(steps.flatMap(madeBy).map((name) => name.toLowerCase()));
  const asSent: string[] = [];
  for (const { name } of datastoreColumns(datastore)) {
    if (name.startsWith("__")) continue;
    if (canHave(attributes, name)) {
      if (!made.has(name)) asSent.push(name);
      continue;
    }
    findings.difference(
      "warning",
      path,
      `no message has the attribute ${show(name)} any more at the end of this pipeline (${whyAbsent(attributes, name)}), so the column ${name} ${where} is always null`,
      "all rows of this pipeline",
    );
  }
  if (asSent.length > 0 && findings.purpose === "check") {
    findings.difference(
      "note",
      path,
      `no activity sets the column${asSent.length > 1 ? "s" : ""} ${asSent.join(", ")} ${where}: the messages must bring them, under these names in any case`,
      "rows of messages without them, where they are null",
    );
  }
  if (findings.purpose === "check") remarkConversion(datastore, path, where, findings);
  for (const source of partitionSources(datastore)) {
    if (source.kind === "arrival") continue;
    const instead = source.kind === "timestamp" ? "the time of arrival" : '"unknown"';
    if (!canHave(attributes, source.attribute)) {
      findings.difference(
        "warning",
        path,
        `no message has the attribute ${show(source.attribute)} any more at the end of this pipeline (${whyAbsent(attributes, source.attribute)}), so every row of it is in the partition of ${instead} ${where}`,
        "all rows of this pipeline",
      );
    } else if (findings.purpose === "check") {
      findings.difference(
        "note",
        path,
        `${where.slice(3)} is partitioned by ${show(source.attribute)}; what the retired service did without it, or with a text it could not read, was never written down. Here the row is in the partition of ${instead}, and counted`,
        `rows of messages without ${source.attribute}${source.kind === "timestamp" ? ", or whose text does not fit the format" : ""}`,
      );
    }
  }
}

/** What a value that does not fit its column becomes (docs/sources.md: value-of-another-type). */
function remarkConversion(datastore: DatastoreDocument, path: string, where: string, findings: Findings): void {
  if (datastoreColumns(datastore).length === 0) return;
  findings.difference(
    "note",
    path,
    `a value of another type than its column ${where} is converted if nothing is lost by it, and otherwise null and counted, or fails the message with onMismatch: fail; ` +
      "an attribute without a column is left out. What the retired service did with them was never written down",
    "rows of messages with such values",
  );
}

/** The attributes that an activity sets. */
function madeBy({ activity }: FlowStep): string[] {
  const { math, addAttributes, deviceRegistryEnrich, deviceShadowEnrich } = activity;
  return [
    ...[math, deviceRegistryEnrich, deviceShadowEnrich].flatMap((made) => made?.attribute ?? []),
    ...Object.values(addAttributes?.attributes ?? {}),
  ];
}

/** About a datastore by itself. */
export function remarkPartitions(datastore: DatastoreDocument, findings: Findings): void {
  if (findings.purpose === "deploy") return;
  datastore.datastorePartitions?.partitions?.forEach(({ timestampPartition }, index) => {
    if (timestampPartition === undefined) return;
    const path = `$.datastorePartitions.partitions[${index}].timestampPartition`;
    const { attributeName, timestampFormat } = timestampPartition;
    if (timestampFormat === undefined) {
      findings.difference(
        "note",
        path,
        `without timestampFormat ${show(attributeName)} is read as seconds since 1970, as the service's model says`,
        `rows whose ${attributeName} is in milliseconds, or a text: they are in the partition of the time of arrival`,
      );
    } else if (!/[XxZzVO]/.test(timestampFormat.replace(/'[^']*'/g, ""))) {
      findings.difference(
        "note",
        `${path}.timestampFormat`,
        `${show(timestampFormat)} has no time zone; it is read as UTC, and the partitions are UTC's`,
        `rows of devices that write local time into ${attributeName}: __hour, and near midnight __day, are shifted`,
      );
    }
  });
}

/** About a dataset's query and the datastores that it reads. */
export function remarkQuery(
  dataset: DatasetDocument,
  datastores: readonly DatastoreDocument[],
  findings: Findings,
): void {
  const sql = dataset.actions[0]?.queryAction?.sqlQuery;
  const path = "$.actions[0].queryAction.sqlQuery";
  if (sql === undefined) return;
  const code = sql.replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[^]*?\*\//g, " ");
  const partitioned = datastores.filter(
    ({ datastorePartitions }) => (datastorePartitions?.partitions ?? []).length > 0,
  );
  if (/\b__dt\b/i.test(code) && partitioned.length > 0) {
    findings.difference(
      "warning",
      path,
      `it asks for __dt, which the datastore ${show(partitioned[0]?.datastoreName)} does not have, for it has partitions of its own; ask for those (__year, __month, __day, __hour, or __partition_NAME), which are texts such as '03'`,
      "the whole query, which fails",
    );
  }
  if (findings.purpose === "deploy") return;
  if (/\b__(?:year|month|day|hour)\b\s*(?:=|<|>|<>|in\b|between\b)\s*\(?\s*\d/i.test(code)) {
    findings.difference(
      "warning",
      path,
      "it compares a partition with a number; the partitions are texts here, padded with zeros: write __month = '03'. Their type in the retired service was never written down",
      "the whole query, which fails",
    );
  }
  if (/`/.test(code)) {
    findings.difference(
      "warning",
      path,
      'Athena takes no backticks in a SELECT; write double quotes, "__dt"',
      "the whole query, which fails",
    );
  }
  for (const datastore of datastores)
    for (const source of partitionSources(datastore)) {
      if (source.kind !== "attribute" || new RegExp(`\\b${source.key}\\b`, "i").test(code)) continue;
      findings.difference(
        "warning",
        path,
        `it names no value of ${source.key}, by which ${show(datastore.datastoreName)} is partitioned, and Athena refuses such a query: add WHERE ${source.key} = '...', or list the values in the stack's datastores.${datastore.datastoreName}.partitionValues`,
        "the whole query, which fails",
      );
    }
  remarkContent(dataset, findings);
  if (/^[\s(]*with\b/i.test(code)) {
    findings.note(path, "the retired service listed WITH as not supported; here it works");
  }
}

/** Times of a dataset's contents that were never written down (docs/sources.md: delta-window, content-times). */
function remarkContent(dataset: DatasetDocument, findings: Findings): void {
  dataset.actions[0]?.queryAction?.filters?.forEach(({ deltaTime }, index) => {
    if (deltaTime === undefined) return;
    findings.difference(
      "note",
      `$.actions[0].queryAction.filters[${index}].deltaTime`,
      "a window includes its start and not its end, and goes on from the last run that succeeded, after a pause too; which ends the retired service included was never written down",
      "rows whose time is the very start or end of a window, and the first content",
    );
  });
  dataset.contentDeliveryRules?.forEach(({ destination }, index) => {
    const s3 = destination.s3DestinationConfiguration;
    const times = /!\{iotanalytics:(?:scheduleTime|creationTime)\}/.test(s3?.key ?? "");
    if (!times) return;
    findings.difference(
      "note",
      `$.contentDeliveryRules[${index}].destination.s3DestinationConfiguration.key`,
      "scheduleTime and creationTime are written as 20260131T120000Z, in UTC; how the retired service wrote them was never written down",
      "the names of delivered objects",
    );
  });
}
