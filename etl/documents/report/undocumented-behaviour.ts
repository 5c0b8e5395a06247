/**
 * What single activities do where the retired service's way was never documented (docs/sources.md), and the messages in
 * which it shows. These notes are added when checking only.
 */
import {
  attributePaths,
  children,
  FILTER_FUNCTIONS,
  formatPath,
  MATH_FUNCTIONS,
  parseExpression,
  type Node,
} from "../../expressions";
import { missingPart, stepsOf, type FlowStep } from "./attribute-flow";
import type { Findings } from "../model/findings";
import { memberPath } from "../../../aws/text/json-path";
import { show } from "../../../aws/text/show";

const NEVER = "AWS never documented what the retired service did";

/** Notes what one activity does where AWS documented nothing. */
export function remarkActivity(step: FlowStep, path: string, findings: Findings): void {
  const { math, filter, addAttributes, removeAttributes, lambda } = step.activity;
  if (math !== undefined) remarkMath(math.math, step, `${path}.math`, findings);
  if (filter !== undefined) remarkOperators(filter.filter, `${path}.filter`, findings);
  for (const [source, copy] of Object.entries(addAttributes?.attributes ?? {})) {
    if (missingPart(step.before, source) !== undefined) continue;
    findings.difference(
      "note",
      memberPath(`${path}.attributes`, source),
      `a message without ${source} gets no ${copy}, and an existing ${copy} is overwritten; ${NEVER}`,
      `messages without ${source}, or with ${copy} already`,
    );
  }
  removeAttributes?.attributes.forEach((attribute, index) => {
    if (stepsOf(attribute).length < 2) return;
    findings.difference(
      "note",
      `${path}.attributes[${index}]`,
      `${show(attribute)} is removed where it stands, below its attribute; AWS never documented whether the retired service accepted paths here`,
      `messages that have ${attribute}`,
    );
  });
  if (lambda !== undefined) {
    findings.difference(
      "note",
      path,
      "a function may return fewer or more messages than it received, which AWS's guides allowed until 2021 and forbade later: missing ones are filtered out, additional ones become rows of their own, and both are counted. The messages of a failed call go to the error prefix",
      "messages of calls that return another number of them, or fail",
    );
  }
  remarkEnrichment(step, path, findings);
}

function remarkEnrichment({ activity }: FlowStep, path: string, findings: Findings): void {
  const [what, enrich] =
    activity.deviceRegistryEnrich !== undefined
      ? ["thing", activity.deviceRegistryEnrich]
      : ["shadow", activity.deviceShadowEnrich];
  if (enrich === undefined) return;
  findings.difference(
    "note",
    path,
    `if no ${what} is found, the message continues without ${enrich.attribute} and is counted, or fails with onEnrichmentFailure: fail; an existing attribute of that name is overwritten; ${NEVER}. Results are cached for minutes`,
    `messages whose ${enrich.thingName} is missing or names no thing${what === "shadow" ? " with a classic shadow" : ""}, or have ${enrich.attribute} already`,
  );
}

/** A formula without a number as its result (docs/sources.md: math-failure, undefined-results). */
function remarkMath(text: string, { before }: FlowStep, place: string, findings: Findings): void {
  const node = parsed(text, MATH_FUNCTIONS, place, findings);
  if (node === undefined) return;
  const paths = attributePaths(node).map(formatPath);
  // that every message fails is reported by remarkMissing
  if (paths.length === 0 || paths.some((path) => missingPart(before, path) !== undefined)) return;
  const names = paths.length > 1 ? `${paths.slice(0, -1).join(", ")} or ${paths.at(-1)}` : paths[0];
  findings.difference(
    "note",
    place,
    `a message for which it yields no number fails and goes to the error prefix with the reason, or continues without the attribute with onMathFailure: pass; ${NEVER}`,
    `messages in which ${names} is missing or no number${divides(node) ? ", or the divisor is 0" : ""}`,
  );
}

function divides(node: Node): boolean {
  const byAttribute =
    (node.kind === "binary" &&
      (node.operator === "/" || node.operator === "%") &&
      attributePaths(node.right).length > 0) ||
    (node.kind === "call" && node.name === "mod" && node.args.slice(1).some((arg) => attributePaths(arg).length > 0));
  return byAttribute || children(node).some(divides);
}

const WORDS: Readonly<Partial<Record<Node["kind"], string>>> = {
  isNull: "IS NULL",
  in: "IN",
  between: "BETWEEN",
  like: "LIKE",
};

/** Operators that IoT SQL has not (docs/sources.md: filter-extensions). */
function remarkOperators(text: string, place: string, findings: Findings): void {
  const node = parsed(text, FILTER_FUNCTIONS, place, findings);
  if (node === undefined) return;
  const found = new Set<string>();
  const visit = (current: Node): void => {
    const word = WORDS[current.kind];
    if (word !== undefined) found.add(word);
    children(current).forEach(visit);
  };
  visit(node);
  if (found.size === 0) return;
  findings.difference(
    "note",
    place,
    `${[...found].join(", ")}: IoT Core's SQL, from which the language came, has no such operator; here it means what it means in SQL. AWS never documented whether the retired service accepted it`,
    "all messages, if it did not",
  );
}

/** The tree of an expression; undefined for one with mistakes, which checking has reported, and for a placeholder. */
function parsed(text: string, functions: typeof MATH_FUNCTIONS, place: string, findings: Findings): Node | undefined {
  if (findings.place.placeholder(place)) return undefined;
  try {
    return parseExpression(text, { functions }).node;
  } catch {
    return undefined;
  }
}
