/** What the values that a pipeline computes become in the columns of its datastore. */
import { isIntegerType } from "../../columns";
import { datastoreColumns } from "../../columns/datastore-columns";
import {
  children,
  compileExpression,
  expressionTypes,
  formatPath,
  MATH_FUNCTIONS,
  parseExpression,
  printExpression,
  typesOf,
  type Node,
  type Types,
} from "../../expressions";
import { partitionSources } from "../../partitions";
import { show } from "../../../aws/text/show";
import type { Findings } from "../model/findings";
import type { DatastoreDocument, MathActivity, PipelineDocument } from "../model/types";
import { canHave, flowOf, whyAbsent, type FlowStep } from "./attribute-flow";
import { parsed } from "./expressions";
/** Divisions of two whole numbers: a Decimal here; IoT Core's SQL, where the language came from, cuts them off. */
export function remarkDivisions(
  pipeline: PipelineDocument,
  datastore: DatastoreDocument | undefined,
  findings: Findings,
): void {
  if (findings.purpose === "deploy") return;
  const rounded = new Set(datastore === undefined ? [] : roundings(pipeline, datastore).map(({ index }) => index));
  pipeline.pipelineActivities.forEach(({ math }, index) => {
    // the remark on rounding includes it
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
      `from which the language came, drops it; AWS never documented which the retired service did${example(text, false)}. ` +
      "Set integerDivision: true for this pipeline if the old data shows whole quotients",
    "messages whose attributes are whole numbers that do not divide evenly",
  );
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
        `a fraction is rounded, halves away from zero${example(math.math, true)}. To keep fractions, make the column a double before rows are stored: ` +
        "Athena cannot read stored whole numbers as double, so with data add a column or reprocess. To drop them as a division of whole numbers does, set integerDivision: true for this pipeline",
      `rows in which ${column} is not a whole number before it is stored`,
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
      `no message still has the attribute ${show(name)} at the end of this pipeline (${whyAbsent(attributes, name)}), so the column ${name} ${where} is always null`,
      "all rows of this pipeline",
    );
  }
  if (asSent.length > 0 && findings.purpose === "check") {
    findings.difference(
      "note",
      path,
      `no activity sets the column${asSent.length > 1 ? "s" : ""} ${asSent.join(", ")} ${where}: messages must contain attributes of these names, in upper or lower case`,
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
        `no message still has the attribute ${show(source.attribute)} at the end of this pipeline (${whyAbsent(attributes, source.attribute)}), so all its rows are in the partition of ${instead} ${where}`,
        "all rows of this pipeline",
      );
    } else if (findings.purpose === "check") {
      findings.difference(
        "note",
        path,
        `${where.slice(3)} is partitioned by ${show(source.attribute)}; AWS never documented what the retired service did if it is missing or unreadable. Here the row goes to the partition of ${instead} and is counted`,
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
    `a value of another type than its column ${where} is converted if nothing is lost; otherwise it becomes null and is counted, or the message fails with onMismatch: fail; ` +
      "attributes without a column are left out. AWS never documented what the retired service did",
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
