import {
  compileExpression,
  parseExpression,
  toJson,
  toText,
  member,
  type Evaluate,
  type Node,
  type Value,
} from "../../etl/expressions";
import { parseJson } from "./payload";
import { RULE_FUNCTIONS, type RuleContext } from "./functions";
import { parseStatement, type Statement } from "./statement";

/** What a statement makes of a message. */
export type Selected =
  | { kind: "selected"; payload: Buffer }
  /** the condition is not true */
  | { kind: "unmatched" }
  | { kind: "failed"; message: string };

/** IoT SQL as topic rules run it: Int / Int is an Int, and an operand that is no Boolean makes AND and OR Undefined. */
function compile(node: Node): Evaluate<RuleContext> {
  return compileExpression(node, {
    functions: RULE_FUNCTIONS,
    integerDivision: true,
    strictLogic: true,
    attribute: (steps) => (context) => steps.reduce<Value>((value, step) => member(value, step), context.message),
  });
}

/** A rule's statement, compiled. */
export class RuleProgram {
  readonly filter: string;
  private readonly statement: Statement;
  private readonly items: { name: string; evaluate: Evaluate<RuleContext> }[];
  private readonly value: Evaluate<RuleContext> | undefined;
  private readonly where: Evaluate<RuleContext> | undefined;
  /** `SELECT *` hands the payload on as it is, whatever it is */
  private readonly untouched: boolean;

  /** @throws ExpressionError */
  constructor(sql: string) {
    this.statement = parseStatement(sql, RULE_FUNCTIONS);
    this.filter = this.statement.filter;
    this.items = this.statement.items.map(({ name, node }) => ({ name, evaluate: compile(node) }));
    this.value = this.statement.value === undefined ? undefined : compile(this.statement.value);
    this.where = this.statement.where === undefined ? undefined : compile(this.statement.where);
    this.untouched = this.statement.all && this.items.length === 0 && this.where === undefined;
  }

  /** Whether the statement, or a template beside it, has to look into the payload. */
  run(payload: Buffer, context: RuleContext): Selected {
    if (this.untouched) return { kind: "selected", payload };
    const parsed = parseJson(payload);
    if (!parsed.ok)
      return { kind: "failed", message: `The payload is not JSON, and the rule's SQL looks into it: ${parsed.reason}` };
    context.message = parsed.value;
    if (this.where !== undefined && this.where(context) !== true) return { kind: "unmatched" };
    if (this.value !== undefined) return { kind: "selected", payload: Buffer.from(toJson(this.value(context))) };
    return { kind: "selected", payload: this.select(parsed.text, parsed.value, context) };
  }

  /** `*` keeps the text of the message, so that no digit of it is lost, and the items follow. */
  private select(text: string, value: Value, context: RuleContext): Buffer {
    const members: string[] = [];
    for (const { name, evaluate } of this.items) {
      const item = evaluate(context);
      if (item !== undefined) members.push(`${JSON.stringify(name)}:${toJson(item)}`);
    }
    if (!this.statement.all) return Buffer.from(`{${members.join(",")}}`);
    if (members.length === 0) return Buffer.from(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isObject) return Buffer.from(`{${members.join(",")}}`);
    const head = text.slice(text.indexOf("{"), text.lastIndexOf("}")).trimEnd();
    return Buffer.from(`${head}${head.endsWith("{") ? "" : ","}${members.join(",")}}`);
  }
}

/** A text with `${expression}` in it, such as a partition key; without any it is itself. */
export class Template {
  private readonly parts: (string | Evaluate<RuleContext>)[] = [];
  /** the level of a lone `${topic(n)}`, which is what partition keys nearly always are */
  private readonly level: number | undefined;
  readonly looksIntoPayload: boolean;

  /** @throws ExpressionError */
  constructor(text: string) {
    const lone = /^\$\{\s*topic\(\s*(\d+)\s*\)\s*\}$/i.exec(text);
    this.level = lone === null ? undefined : Number(lone[1]);
    this.looksIntoPayload = false;
    let last = 0;
    for (const match of text.matchAll(/\$\{([^}]*)\}/g)) {
      this.parts.push(text.slice(last, match.index));
      const { node } = parseExpression(match[1]!, { functions: RULE_FUNCTIONS });
      if (readsPayload(node)) this.looksIntoPayload = true;
      this.parts.push(compile(node));
      last = match.index + match[0].length;
    }
    this.parts.push(text.slice(last));
  }

  evaluate(context: RuleContext): string {
    if (this.level !== undefined) return context.topic.split("/")[this.level - 1] ?? "";
    return this.parts.map((part) => (typeof part === "string" ? part : (toText(part(context)) ?? ""))).join("");
  }
}

function readsPayload(node: Node): boolean {
  return JSON.stringify(node, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)).includes(
    '"kind":"path"',
  );
}
