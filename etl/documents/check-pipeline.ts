/** What a pipeline's schema cannot say: the chain, the expressions, the attribute paths. */
import { parseAttributePath } from "../attribute-path";
import { followChain } from "../chain";
import {
  expressionTypes,
  ExpressionError,
  FILTER_FUNCTIONS,
  formatTypes,
  MATH_FUNCTIONS,
  NUMBERS,
  parseExpression,
  typesOf,
  type Node,
} from "../expressions";
import type { Findings } from "./problem";
import { memberPath, show } from "./schema";
import type { AddAttributesActivity, AttributeListActivity, PipelineActivity, PipelineDocument } from "./types";

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
  // nobody knows the text yet
  if (findings.place.placeholder(path)) return undefined;
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

function checkMath(text: string, path: string, findings: Findings): void {
  const node = parsed(text, path, MATH_FUNCTIONS, findings);
  if (node === undefined) return;
  const types = expressionTypes(node, { functions: MATH_FUNCTIONS });
  if ((types & NUMBERS) !== 0) return;
  const yields =
    types === typesOf("Undefined")
      ? "can never yield a value (it divides by zero, or computes with what is no number)"
      : `yields ${formatTypes(types)}`;
  findings.error(path, `a math expression must yield a number, and ${show(text)} ${yields}`);
}

function checkFilter(text: string, path: string, findings: Findings): void {
  const node = parsed(text, path, FILTER_FUNCTIONS, findings);
  if (node === undefined) return;
  const types = expressionTypes(node, { functions: FILTER_FUNCTIONS });
  if (types === typesOf("Undefined")) {
    findings.warning(
      path,
      `${show(text)} is never true, so this filter drops every message: comparing by size with what is no number gives no answer. To test for a value write "a IS NOT NULL"`,
    );
  } else if ((types & typesOf("Boolean", "String")) === 0) {
    findings.error(
      path,
      `a filter must yield a Boolean, and ${show(text)} yields ${formatTypes(types)}; compare it with something`,
    );
  } else if (node.kind === "boolean" && !node.value) {
    findings.warning(path, "this filter drops every message");
  }
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
      if (other !== undefined) {
        findings.refuse(
          place,
          `${show(attribute)} and ${show(other)} would both become the attribute ${show(last)}; select one of them, or copy one by addAttributes under another name before`,
        );
      }
      names.set(last, attribute);
    }
  });
}
