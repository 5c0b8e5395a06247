import { compileExpression, toJson, type CompileOptions, type Evaluate, type SelectItem } from "../expressions";
import { kinds, spanText } from "../json";
import { callsExternal, compileItems, expressionsOf, readsPayload, ruleOptions } from "./compile";
import type { RuleContext } from "./context";
import { REFUSED_FUNCTIONS, RULE_FUNCTIONS } from "./functions";
import { ObjectBuilder } from "./object-builder";
import { parseStatement } from "./parser";
import type { Statement } from "./statement";

type Options = CompileOptions<RuleContext>;

const BACKSLASH = 0x5c;
const BLANKS: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** What a statement makes of a message. */
export type Selected =
  | { readonly kind: "selected"; readonly payload: Buffer }
  /** the condition is not true */
  | { readonly kind: "unmatched" }
  /** the statement reads JSON, and the payload is none */
  | { readonly kind: "failed"; readonly message: string };

/** A topic rule's statement, compiled. */
export class RuleProgram {
  readonly statement: Statement;
  /** the topic filter; undefined for a rule that basic ingest alone reaches */
  readonly filter: string | undefined;
  /** whether `run` has to wait for functions outside of the rule */
  readonly external: boolean;
  private readonly where: Evaluate<RuleContext> | undefined;
  private readonly select: (context: RuleContext) => Buffer;
  private readonly wantsJson: boolean;
  /** `SELECT *, ...`: without an object there is nothing to add to, and what was sent would be lost */
  private readonly addsToPayload: boolean;

  /** @throws ExpressionError with the place of what is wrong */
  constructor(sql: string) {
    const statement = parseStatement(sql, { functions: RULE_FUNCTIONS, refused: REFUSED_FUNCTIONS });
    const { variables, where, items, value } = statement;
    const options = ruleOptions(variables);
    this.statement = statement;
    this.filter = statement.filter;
    this.external = expressionsOf(statement, variables).some(callsExternal);
    this.where = where && compileExpression(where, options);
    this.wantsJson = expressionsOf({ items, value, where: undefined }, variables).some(
      (node) => node.kind !== "payload" && readsPayload(node),
    );
    this.addsToPayload = items.length > 1 && items.some(({ kind }) => kind === "all");
    if (value?.kind === "payload" || (items.length === 1 && items[0]?.kind === "all")) {
      this.select = ({ payload }) => payload.bytes;
    } else if (value !== undefined) {
      const evaluate = compileExpression(value, options);
      this.select = (context) => {
        const result = evaluate(context);
        // by itself, Undefined is the empty text
        return Buffer.from(result === undefined ? "" : toJson(result));
      };
    } else {
      this.select = listSelect(statement, options);
    }
  }

  /**
   * Runs the statement over a message. WHERE comes first, and reads a payload that is no JSON as one without attributes.
   * A program that is `external` is run by `runSettled`.
   */
  run(context: RuleContext): Selected {
    return this.matches(context) ? this.selected(context) : { kind: "unmatched" };
  }

  /** As `run`, waiting for functions outside of the rule; those of SELECT are not called when the condition is not true. */
  async runSettled(context: RuleContext): Promise<Selected> {
    if (!(await context.settled(() => this.matches(context)))) return { kind: "unmatched" };
    return context.settled(() => this.selected(context));
  }

  private matches(context: RuleContext): boolean {
    return this.where === undefined || this.where(context) === true;
  }

  private selected(context: RuleContext): Selected {
    const { payload } = context;
    const problem = this.wantsJson || this.addsToPayload ? payload.problem : undefined;
    if (problem !== undefined) {
      const use = this.wantsJson ? "looks into it" : "adds members to it";
      return { kind: "failed", message: `The payload is not JSON, and the rule's SQL ${use}: ${problem}` };
    }
    if (this.addsToPayload && payload.bytes.length > 0 && payload.span?.kind !== kinds.OBJECT)
      return { kind: "failed", message: "The payload is no JSON object, and the rule's SQL adds members to it" };
    return { kind: "selected", payload: this.select(context) };
  }
}

/** A list of items: an object as JSON text, in which `*` keeps the digits of the message. */
function listSelect({ items }: Statement, options: Options): (context: RuleContext) => Buffer {
  const fill = compileItems(items, options, {
    all: ({ payload }, builder) => {
      for (const [name, json] of payload.members()) builder.setJson([name], json);
    },
    payload: ({ payload }, builder, name) => {
      if (payload.span !== undefined) builder.setJson(name, spanText(payload.span));
      else if (payload.bytes.length > 0) builder.set(name, payload.bytes.toString("base64"));
    },
  });
  const build = (context: RuleContext): Buffer => {
    const builder = new ObjectBuilder();
    fill(context, builder);
    return Buffer.from(builder.toJson());
  };
  return appendSelect(items, options, build) ?? build;
}

/**
 * `*` and then further members, which is what most rules are: they are written behind those of the message, unless one of
 * them may be there already.
 */
function appendSelect(
  [first, ...rest]: readonly SelectItem[],
  options: Options,
  build: (context: RuleContext) => Buffer,
): ((context: RuleContext) => Buffer) | undefined {
  const named = rest.filter((item) => item.kind === "named" && item.name.length === 1 && item.node.kind !== "payload");
  if (first?.kind !== "all" || named.length < rest.length) return undefined;
  const added = (named as (SelectItem & { kind: "named" })[]).map(({ name, node }) => {
    const key = JSON.stringify(name[0]);
    return { key, prefix: `,${key}:`, evaluate: compileExpression(node, options) };
  });
  const names = new Set(added.map(({ key }) => key));
  if (names.size < added.length) return undefined;
  return (context) => {
    const { bytes, span } = context.payload;
    // a name may be written with escapes
    if (span?.kind !== kinds.OBJECT || bytes.includes(BACKSLASH) || added.some(({ key }) => bytes.includes(key)))
      return build(context);
    let more = "";
    for (const { prefix, evaluate } of added) {
      const value = evaluate(context);
      if (value !== undefined) more += prefix + toJson(value);
    }
    if (more === "") return bytes;
    let end = span.end - 1;
    while (BLANKS.has(bytes[end - 1] as number)) end--;
    const head = bytes.subarray(span.start, end);
    const isEmpty = end === span.start + 1;
    return Buffer.concat([head, Buffer.from(`${isEmpty ? more.slice(1) : more}}`)]);
  };
}
