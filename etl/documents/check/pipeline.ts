/** What a pipeline's schema cannot say: the chain, the expressions, the attribute paths. */
import { parseAttributePath } from "../../activities/attribute-path";
import { followChain } from "../../activities/chain";
import {
  caret,
  children,
  expressionTypes,
  ExpressionError,
  FILTER_FUNCTIONS,
  formatTypes,
  MATH_FUNCTIONS,
  neverYields,
  NUMBERS,
  parseExpression,
  printExpression,
  textComparisonProblem,
  textComparisons,
  typesOf,
  type Node,
} from "../../expressions";
import { mistakeAnyway } from "../read/placeholders";
import type { Findings } from "../model/findings";
import { memberPath } from "../../../aws/text/json-path";
import { show } from "../../../aws/text/show";
import type { AddAttributesActivity, AttributeListActivity, PipelineActivity, PipelineDocument } from "../model/types";

/** Checks the chain, then each activity. */
export function checkPipeline(pipeline: PipelineDocument, findings: Findings): void {
  // that nothing is there is said already
  if (pipeline.pipelineActivities.length === 0) return;
  for (const { path, message } of followChain(pipeline).findings) findings.error(`$.${path}`, message);
  pipeline.pipelineActivities.forEach((activity, index) => checkActivity(activity, index, findings));
}

/** One activity by itself. */
export function checkActivity(activity: PipelineActivity, index: number, findings: Findings): void {
  const path = `$.pipelineActivities[${index}]`;
  const { math, filter, addAttributes, removeAttributes, selectAttributes } = activity;
  if (math !== undefined) {
    checkTarget(math.attribute, `${path}.math.attribute`, findings);
    checkMath(math.math, `${path}.math.math`, findings);
  }
  if (filter !== undefined) checkFilter(filter.filter, `${path}.filter.filter`, findings);
  if (addAttributes !== undefined) checkAdded(addAttributes, `${path}.addAttributes.attributes`, findings);
  if (removeAttributes !== undefined) checkPaths(removeAttributes, `${path}.removeAttributes.attributes`, findings);
  if (selectAttributes !== undefined) checkSelected(selectAttributes, `${path}.selectAttributes.attributes`, findings);
  for (const enrich of ["deviceRegistryEnrich", "deviceShadowEnrich"] as const) {
    const { attribute, thingName } = activity[enrich] ?? {};
    if (attribute !== undefined) checkTarget(attribute, `${path}.${enrich}.attribute`, findings);
    if (thingName !== undefined) parsedPath(thingName, `${path}.${enrich}.thingName`, findings);
  }
}

/** A name that an activity gives to an attribute of the message's root. */
function checkTarget(name: string, path: string, findings: Findings): void {
  if (/[.[\]]/.test(name)) {
    findings.refuse(
      path,
      `${show(name)} has a dot or a bracket; attributes are only made at the root of a message, so name one such as ${show(name.replace(/[.[\]]+/g, "_").replace(/_$/, ""))}`,
    );
  }
}

function parsedPath(text: string, path: string, findings: Findings): (string | number)[] | undefined {
  try {
    return parseAttributePath(text);
  } catch (error) {
    findings.refuse(path, (error as Error).message);
    return undefined;
  }
}

function parsed(text: string, path: string, functions: typeof MATH_FUNCTIONS, findings: Findings): Node | undefined {
  // it is missing, which the schema has reported
  if (text === "") return undefined;
  if (findings.place.placeholder(path)) {
    const anyway = mistakeAnyway(text, ["a", "1", ""], (filled) => mistakeIn(filled, functions));
    if (anyway !== undefined) findings.errorAnyway(path, anyway);
    return undefined;
  }
  try {
    const { node, warnings } = parseExpression(text, { functions });
    for (const { message } of warnings) findings.warning(path, message);
    return node;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    findings.error(path, error.withCaret());
    return undefined;
  }
}

function mistakeIn(text: string, functions: typeof MATH_FUNCTIONS): string | undefined {
  try {
    parseExpression(text, { functions });
    return undefined;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return error.withCaret();
  }
}

function checkMath(text: string, path: string, findings: Findings): void {
  const node = parsed(text, path, MATH_FUNCTIONS, findings);
  if (node === undefined) return;
  const options = { functions: MATH_FUNCTIONS };
  const types = expressionTypes(node, options);
  if ((types & NUMBERS) !== 0) return;
  const never = neverYields(node, options);
  const yields =
    never !== undefined
      ? `this one never yields any: ${whyNever(never)}\n${caret(text, never.at)}`
      : `this one yields ${formatTypes(types)}${quotedName(types)}\n${caret(text, node.at)}`;
  findings.error(path, `a math expression must yield a number, and ${yields}`);
}

/** Why a part of an expression can have no value. */
function whyNever(node: Node): string {
  const part = show(printExpression(node));
  if (node.kind === "binary" && (node.operator === "/" || node.operator === "%")) {
    const divisor = node.right;
    if (divisor.kind === "number" && Number(divisor.value) === 0) return `${part} divides by zero`;
  }
  const quoted = children(node).find((child) => child.kind === "string");
  if (quoted?.kind === "string") {
    const order = node.kind === "between" || (node.kind === "binary" && /[<>]/.test(node.operator));
    return `${part} has an operand of a type that it cannot take; '${quoted.value}' is a text${order ? ", which has no order (only numbers have one)" : ""}, and the names of attributes are written without quotes`;
  }
  const compared = node.kind === "binary" && children(node).some(({ kind }) => kind === "null");
  const hint = compared ? '; to test for a value write "a IS NOT NULL"' : "";
  return `${part} has an operand of a type that it cannot take${hint}`;
}

/** Somebody who puts an attribute's name in quotes gets a text. */
function quotedName(types: number): string {
  return (types & typesOf("String")) !== 0 ? "; the names of attributes are written without quotes" : "";
}

function checkFilter(text: string, path: string, findings: Findings): void {
  const node = parsed(text, path, FILTER_FUNCTIONS, findings);
  if (node === undefined) return;
  const options = { functions: FILTER_FUNCTIONS };
  const types = expressionTypes(node, options);
  const never = neverYields(node, options);
  if (never !== undefined) {
    findings.warning(
      path,
      `this filter is never true, so it drops every message: ${whyNever(never)}\n${caret(text, never.at)}`,
    );
  } else if ((types & typesOf("Boolean", "String")) === 0 || (node.kind === "string" && isNoTruth(node))) {
    findings.error(
      path,
      `a filter must yield a Boolean, and this one yields ${formatTypes(types)}; compare it with something\n${caret(text, node.at)}`,
    );
  } else if ((node.kind === "boolean" || node.kind === "string") && !isTrue(node)) {
    findings.warning(path, "this filter drops every message");
  } else checkOperands(node, text, path, findings);
  checkUndefined(node, text, path, findings);
  for (const comparison of textComparisons(node))
    findings.warning(path, `${textComparisonProblem(comparison)}\n${caret(text, comparison.at)}`);
}

/** There is no literal for Undefined; the word is an attribute like any other. */
function checkUndefined(node: Node, text: string, path: string, findings: Findings): void {
  if (node.kind === "path" && node.steps.length === 1 && /^undefined$/i.test(String(node.steps[0]))) {
    findings.warning(
      path,
      `${String(node.steps[0])} is read as an attribute of that name; to test for a missing one write isUndefined(a)\n${caret(text, node.at)}`,
    );
  }
  for (const child of children(node)) checkUndefined(child, text, path, findings);
}

/** A text that is no truth value. */
function isNoTruth(node: Node & { kind: "string" }): boolean {
  return !/^(?:true|false)$/i.test(node.value);
}

function isTrue(node: Node & { kind: "boolean" | "string" }): boolean {
  return String(node.value).toLowerCase() === "true";
}

/** Operands of AND, OR and NOT that can never be true or false: `status = 'a' OR 'b'`. */
function checkOperands(node: Node, text: string, path: string, findings: Findings): void {
  const options = { functions: FILTER_FUNCTIONS };
  const operands = node.kind === "logic" ? node.operands : [];
  for (const operand of operands) {
    const never = neverYields(operand, options);
    const types = expressionTypes(operand, options);
    const wrong = operand.kind === "string" ? isNoTruth(operand) : (types & typesOf("Boolean", "String")) === 0;
    if (never === undefined && !wrong) continue;
    const reason =
      never === undefined ? `${show(printExpression(operand))} is neither true nor false` : whyNever(never);
    findings.warning(path, `${reason}; in AND and OR it counts as false\n${caret(text, (never ?? operand).at)}`);
  }
  for (const child of children(node)) checkOperands(child, text, path, findings);
}

function checkAdded({ attributes }: AddAttributesActivity, path: string, findings: Findings): void {
  const targets = new Map<string, string>();
  for (const [source, target] of Object.entries(attributes)) {
    const place = memberPath(path, source);
    parsedPath(source, place, findings);
    checkTarget(target, place, findings);
    const other = targets.get(target);
    if (other !== undefined)
      findings.warning(place, `${show(target)} is also made from ${show(other)}; the last one that is there wins`);
    targets.set(target, source);
  }
}

function checkPaths({ attributes }: AttributeListActivity, path: string, findings: Findings): void {
  attributes.forEach((attribute, index) => parsedPath(attribute, `${path}[${index}]`, findings));
}

function checkSelected({ attributes }: AttributeListActivity, path: string, findings: Findings): void {
  const names = new Map<string, string>();
  attributes.forEach((attribute, index) => {
    const place = `${path}[${index}]`;
    const last = parsedPath(attribute, place, findings)?.pop();
    if (typeof last === "number") {
      findings.refuse(
        place,
        `${show(attribute)} ends in an index, so the attribute it makes would have no name; make one by addAttributes before ({ ${show(attribute)}: "name" }) and select that`,
      );
    } else if (last !== undefined) {
      const other = names.get(last);
      if (other === attribute) findings.warning(place, `${show(attribute)} is selected twice; once is enough`);
      else if (other !== undefined) {
        findings.refuse(
          place,
          `${show(attribute)} and ${show(other)} would both become the attribute ${show(last)}; select one of them, or copy one by addAttributes under another name before`,
        );
      }
      names.set(last, attribute);
    }
  });
}
