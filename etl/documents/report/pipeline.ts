/**
 * What a pipeline means here and meant, or may have meant, otherwise in the retired service (docs/sources.md): each with
 * the messages in which it shows. Serious ones are reported when deploying too, the others when checking.
 */
import { attributePaths, children, FILTER_FUNCTIONS, formatPath, MATH_FUNCTIONS, type Node } from "../../expressions";
import { memberPath } from "../../../aws/text/json-path";
import { show } from "../../../aws/text/show";
import type { Findings } from "../model/findings";
import type { PipelineDocument } from "../model/types";
import { flowOf, missingPart, whyAbsent, type AttributeSet, type FlowStep } from "./attribute-flow";
import { parsed, listed } from "./expressions";
import { remarkActivity } from "./undocumented-behaviour";
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
      remarkGone([enrich.thingName], step, `${path}.thingName`, "so nothing is looked up", findings);
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
    `no message still has ${missing.map(show).join(", ")} at this activity (${why}), ${consequence}`,
    "all messages",
  );
}

/** Attributes of an expression that are gone when it is evaluated. */
function remarkMissing(node: Node, step: FlowStep, place: string, findings: Findings): void {
  const paths = attributePaths(node).map(formatPath);
  const consequence =
    step.kind === "math"
      ? "so the formula yields no number and every message fails and goes to the error prefix, or continues without the attribute with onMathFailure: pass"
      : "so this part of the filter is never true";
  remarkGone(paths, step, place, consequence, findings);
}

function remarkName(name: string, place: string, findings: Findings): void {
  if (ATTRIBUTE_NAME.test(name) || findings.purpose === "deploy" || findings.place.placeholder(place)) return;
  const consequence = name.startsWith("__")
    ? "names that begin with two underscores are reserved and reach no column"
    : "the service allowed letters, digits and underscores, not beginning with a digit; AWS never documented what it did with other names, and no column here can have this one";
  findings.difference("warning", place, `the attribute ${show(name)}: ${consequence}`, "every message that gets it");
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
      `it compares ${compared.join(", ")} with NULL: only a null in the message is NULL; a missing attribute is Undefined, ` +
        "and a comparison with it counts as false in AND and OR here (AWS never documented it for the retired service; IoT Core makes the whole expression Undefined)",
      `messages in which ${listed(compared, "or")} is missing`,
    );
  }
  const others = names.filter((name) => !withNull.includes(name));
  if (others.length === 0) return;
  findings.difference(
    "note",
    place,
    `a comparison with an attribute that is missing, or of a type that cannot be compared, is not true: the message is dropped and counted as filtered, unless another part of the filter is true`,
    `messages in which ${listed(others, "or")} is missing or of another type`,
  );
}
