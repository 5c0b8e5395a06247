import { compileExpression, ExpressionError, toText, type Evaluate, type Node } from "../expressions";
import { callsExternal, readsPayload, ruleOptions } from "./compile";
import type { RuleContext } from "./context";
import { REFUSED_FUNCTIONS, RULE_FUNCTIONS } from "./functions";
import { parseRuleExpression } from "./parser";
import type { Variable } from "./statement";

/**
 * A text of an action with `${expression}` in it, such as a partition key; without any it is itself.
 * https://docs.aws.amazon.com/iot/latest/developerguide/iot-substitution-templates.html
 */
export class Template {
  readonly parts: readonly (string | Node)[];
  /** whether `evaluate` has to be settled by the context, for a function outside of the rule is called */
  readonly external: boolean;
  readonly looksIntoPayload: boolean;
  private readonly evaluators: (string | Evaluate<RuleContext>)[];
  /** the level of a lone `${topic(n)}`, which is what partition keys nearly always are */
  private readonly level: number | undefined;

  /**
   * @param variables those that the rule's statement sets
   * @throws ExpressionError
   */
  constructor(text: string, variables: readonly Variable[] = []) {
    this.parts = partsOf(text, variables);
    const options = ruleOptions(variables);
    this.evaluators = this.parts.map((part) => (typeof part === "string" ? part : compileExpression(part, options)));
    const nodes = this.parts.filter((part) => typeof part !== "string");
    this.external = nodes.some(callsExternal);
    this.looksIntoPayload = nodes.some(readsPayload);
    this.level = this.parts.length === 1 && typeof this.parts[0] !== "string" ? topicLevel(this.parts[0]) : undefined;
  }

  /** The text; what is Undefined or Null leaves nothing in it. */
  evaluate(context: RuleContext): string {
    if (this.level !== undefined) return context.facts.topic.split("/")[this.level - 1] ?? "";
    return this.evaluators.map((part) => (typeof part === "string" ? part : (toText(part(context)) ?? ""))).join("");
  }
}

/** The n of `topic(n)`; undefined for any other expression. */
export function topicLevel(node: Node | undefined): number | undefined {
  if (node?.kind !== "call" || node.name !== "topic") return undefined;
  const [level] = node.args;
  return level?.kind === "number" && typeof level.value === "number" && !level.decimal ? level.value : undefined;
}

function partsOf(text: string, variables: readonly Variable[]): (string | Node)[] {
  const parts: (string | Node)[] = [];
  let last = 0;
  for (let begin = text.indexOf("${"); begin >= 0; begin = text.indexOf("${", last)) {
    if (begin > last) parts.push(text.slice(last, begin));
    const end = closing(text, begin + 2);
    if (end < 0) throw new ExpressionError(text, begin, "this ${ has no closing }");
    parts.push(expressionIn(text, begin + 2, end, variables));
    last = end + 1;
  }
  if (last < text.length) parts.push(text.slice(last));
  return parts;
}

/** The offset of the brace that closes a template; braces within texts and object literals do not. */
function closing(text: string, from: number): number {
  let depth = 0;
  let quote = "";
  for (let at = from; at < text.length; at++) {
    const character = text[at] as string;
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === "'" || character === '"') quote = character;
    else if (character === "{") depth++;
    else if (character === "}" && depth-- === 0) return at;
  }
  return -1;
}

function expressionIn(text: string, from: number, to: number, variables: readonly Variable[]): Node {
  try {
    return parseRuleExpression(
      text.slice(from, to),
      { functions: RULE_FUNCTIONS, refused: REFUSED_FUNCTIONS },
      variables,
    );
  } catch (error) {
    if (error instanceof ExpressionError) throw new ExpressionError(text, from + error.at, error.reason);
    throw error;
  }
}
