/**
 * The parser of topic rule SQL, version 2016-03-23: expressions, and around them
 *
 *     statement := [ SET @name = or { , @name = or } ] SELECT list [ FROM 'filter' ] [ WHERE or ]
 *     query     := ( SELECT list FROM value [ WHERE or ] )
 *     list      := VALUE or | item { , item }
 *     item      := * | * AS alias | value . * | or [ AS alias ]
 *     alias     := name { . name } | 'name'
 *
 * https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-reference.html
 */
import {
  ExpressionError,
  ExpressionParser,
  type FunctionSpec,
  type FunctionTable,
  type Node,
  type Query,
  type SelectItem,
} from "../expressions";
import type { Statement, Variable } from "./statement";
import { nearest } from "../../aws/text/nearest";
import { ruleFilterProblem } from "../../aws/mqtt-topic";

/** Longest name of a variable. https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-set.html */
const VARIABLE_CHARACTERS = 64;
/** Words that end an item, so that VALUE before them is an attribute's name. */
const NOT_AFTER_VALUE: ReadonlySet<string> = new Set(
  "as , from . where and or in like between is ) = <> != < <= > >= + / % -".split(" "),
);
/** Functions whose arguments, by place, choose what they do: AWS takes no variables there. */
const CONSTANT_ARGUMENTS: ReadonlyMap<string, readonly number[]> = new Map([
  ["transform", [0]],
  ["get_registry_data", [0, 2]],
]);
/** Objects within objects that AS may make: no message is deeper. */
const ALIAS_LEVELS = 100;
const CLAUSES = ["FROM", "WHERE"];

/** The functions that a statement may call, and those that are refused by name. */
export interface StatementOptions<C> {
  readonly functions: FunctionTable<C>;
  readonly refused?: ReadonlyMap<string, string>;
}

/** Parses a whole statement. @throws ExpressionError with the place of what is wrong */
export function parseStatement<C>(sql: string, options: StatementOptions<C>): Statement {
  return new StatementParser(sql, options, new Set()).statement();
}

/**
 * Parses an expression as rules have them: that of a substitution template.
 * @param variables those that the rule's statement sets
 * @throws ExpressionError
 */
export function parseRuleExpression<C>(
  text: string,
  options: StatementOptions<C>,
  variables: readonly Variable[],
): Node {
  return new StatementParser(text, options, new Set(variables.map(({ name }) => name))).expression();
}

class StatementParser<C> extends ExpressionParser<C> {
  constructor(
    sql: string,
    options: StatementOptions<C>,
    private readonly variables: Set<string>,
  ) {
    super(sql, 0, options);
  }

  expression(): Node {
    const node = this.or();
    if (this.token.kind !== "end") this.fail("expected an operator or the end");
    return node;
  }

  statement(): Statement {
    this.skipComments();
    const variables = this.take("set") ? this.assignments() : [];
    if (!this.take("select")) this.fail(variables.length === 0 ? "expected SELECT" : 'expected "," or SELECT');
    const { items, value } = this.selectList();
    const listEnd = this.token.at;
    const filter = this.take("from") ? this.filter() : undefined;
    const where = this.take("where") ? this.or() : undefined;
    this.skipComments();
    if (this.token.kind !== "end") {
      if (where !== undefined) this.fail("expected an operator or the end");
      this.clause(filter === undefined ? 'expected "," or FROM' : "expected WHERE or the end", filter === undefined);
    }
    return { text: this.text, variables, items, value, listEnd, filter, where, warnings: this.warnings };
  }

  /** The current token continues nothing: it may be a misspelled clause. */
  private clause(expected: string, beforeFrom: boolean): never {
    const { kind, text } = this.token;
    const meant = kind === "name" ? nearest(text, beforeFrom ? [...CLAUSES, "AS"] : ["WHERE"]) : undefined;
    if (meant !== undefined) this.fail(expected, `; did you mean ${meant}?`);
    if (kind === "name" && beforeFrom) this.fail(expected, `; another name for an item is written AS ${text}`);
    return this.fail(expected);
  }

  /** Comments are not documented, and a statement that begins with one is common in repositories. */
  private skipComments(): void {
    const { at } = this.token;
    const comments = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)+/.exec(this.text.slice(at))?.[0];
    if (comments === undefined || comments.trim() === "") return;
    this.warnings.push({ at, message: "AWS documents no comments in a rule's SQL" });
    this.moveTo(at + comments.length);
  }

  private assignments(): Variable[] {
    const found: Variable[] = [];
    do {
      const { at } = this.token;
      const name = this.variableName("expected a variable such as @celsius");
      if (this.variables.has(name))
        throw new ExpressionError(this.text, at, `the variable @${name} is set twice; a variable is set once`);
      this.expect("=");
      const node = this.or();
      // only now, so that it cannot be a part of itself
      this.variables.add(name);
      found.push({ at, name, node });
    } while (this.take(","));
    if (this.is("set")) this.fail('expected "," or SELECT', "; several variables stand in one SET, with commas");
    return found;
  }

  private variableName(expected: string): string {
    const { at, text } = this.token;
    if (text !== "@") this.fail(expected);
    const name = /^@([A-Za-z0-9_]+)/.exec(this.text.slice(at))?.[1];
    if (name === undefined)
      throw new ExpressionError(this.text, at, "a variable is @ and letters, digits, underscores");
    if (name.length > VARIABLE_CHARACTERS)
      throw new ExpressionError(
        this.text,
        at,
        `the variable's name has ${name.length} characters and may have ${VARIABLE_CHARACTERS}`,
      );
    this.moveTo(at + 1 + name.length);
    return name;
  }

  private selectList(): { items: SelectItem[]; value: Node | undefined } {
    if (this.isValueKeyword()) {
      this.advance();
      const value = this.or();
      if (this.is(",")) this.fail("expected FROM", "; SELECT VALUE takes one value");
      return { items: [], value };
    }
    const items: SelectItem[] = [];
    do items.push(this.item());
    while (this.take(","));
    if (items.filter(({ kind }) => kind === "all").length > 1)
      throw new ExpressionError(this.text, items[0]!.at, "* stands in the list twice; once is all of the message");
    return { items, value: undefined };
  }

  private isValueKeyword(): boolean {
    if (!this.is("value")) return false;
    const next = this.peek();
    if (next.kind === "end") return false;
    if (next.kind === "string") return true;
    // `value NOT IN (...)`, but `VALUE NOT a`
    if (next.word === "not") return !/^not\s+(?:in|like|between)\b/i.test(this.text.slice(next.at));
    // `value[0]` is an element of an attribute, `VALUE [a, b]` an array
    if (next.word === "[") return next.at > this.token.end;
    if (next.word !== "*") return !NOT_AFTER_VALUE.has(next.word);
    // `VALUE *` and `VALUE *.a`, but `value * 2`
    return /^\*\s*(?:$|\.|from\b|where\b|\))/i.test(this.text.slice(next.at));
  }

  private item(): SelectItem {
    const { at } = this.token;
    if (this.is("*") && !["as", "."].includes(this.peek().word)) {
      this.advance();
      return { kind: "all", at };
    }
    const node = this.or();
    if (this.take(".")) {
      this.expect("*");
      return { kind: "spread", at, node };
    }
    return { kind: "named", at, node, name: this.take("as") ? this.alias() : [this.nameOf(node)] };
  }

  private alias(): string[] {
    const { kind } = this.token;
    if (kind === "string") return [this.advance().text];
    const names: string[] = [];
    do {
      if (this.token.kind !== "name")
        this.fail(names.length === 0 ? "expected a name after AS" : "expected a name after the dot");
      names.push(this.advance().text);
      if (names.length > ALIAS_LEVELS) this.fail(`expected at most ${ALIAS_LEVELS} names after AS`);
    } while (this.take("."));
    if (this.is("-")) this.fail('expected "," or FROM', "; a name with a hyphen must be quoted: AS 'my-name'");
    return names;
  }

  /** The member that an item without AS becomes. AWS documents it for attributes only. */
  private nameOf(node: Node): string {
    const last = (steps: readonly (string | number)[]): string => String(steps.findLast((s) => typeof s === "string"));
    if (node.kind === "path") return last(node.steps);
    const name =
      node.kind === "member" && node.key.kind === "string"
        ? node.key.value
        : node.kind === "call"
          ? node.name
          : node.kind === "variable"
            ? node.name
            : "value";
    if (node.kind !== "member" && node.kind !== "variable")
      this.warnings.push({
        at: node.at,
        message: `this item has no name; it is read as AS ${name}, which AWS does not document`,
      });
    return name;
  }

  /** The topic filter behind FROM. */
  private filter(): string {
    const { at, kind } = this.token;
    let filter: string;
    if (kind === "string") {
      if (this.text[at] === '"')
        this.warnings.push({ at, message: "AWS documents single quotes around a topic filter" });
      filter = this.advance().text;
    } else {
      filter = /^[^\s'"();,]*/.exec(this.text.slice(at))![0];
      if (filter === "" || /^where$/i.test(filter)) this.fail("expected the topic filter, in single quotes");
      this.warnings.push({ at, message: `write the topic filter in single quotes: FROM '${filter}'` });
      this.moveTo(at + filter.length);
    }
    const problem = ruleFilterProblem(filter);
    if (problem !== undefined)
      throw new ExpressionError(
        this.text,
        at,
        `the topic filter '${filter}' is not valid: ${problem.rule}; ${problem.wayOut}`,
      );
    return filter;
  }

  protected override further(): Node | undefined {
    const { at, word, text } = this.token;
    if (this.is("*")) {
      this.advance();
      return this.made({ kind: "payload", at });
    }
    if (text === "@" && this.token.kind === "unknown") {
      const name = this.variableName("expected a variable");
      if (!this.variables.has(name)) {
        const meant = nearest(name, this.variables);
        const hint = meant === undefined ? `set it first: SET @${name} = ...` : `did you mean @${meant}?`;
        throw new ExpressionError(this.text, at, `the variable @${name} is not set here; ${hint}`);
      }
      return this.made({ kind: "variable", at, name });
    }
    if (word === "exists" && this.token.kind === "name" && this.peek().word === "(") {
      this.advance();
      const operand = this.nested(() => this.postfix());
      if (operand.kind !== "query")
        throw new ExpressionError(this.text, operand.at, "EXISTS wants a nested query: EXISTS (SELECT ... FROM ...)");
      return this.made({ kind: "exists", at, operand });
    }
    return undefined;
  }

  protected override query(): Node {
    const { at } = this.advance();
    const { items, value } = this.selectList();
    if (!this.is("from")) this.clause('expected "," or FROM', true);
    this.advance();
    if (this.token.kind === "string")
      this.fail(
        "expected an array or an object of the message",
        "; the attribute of a nested query stands without quotes",
      );
    const from = this.postfix();
    const where = this.take("where") ? this.or() : undefined;
    const query: Query = { items, value, from, where };
    return this.made({ kind: "query", at, query });
  }

  /** A candidate list of one column is the values of that column. */
  protected override candidates(): Node[] {
    const found = super.candidates();
    return found.map((node) => {
      if (node.kind !== "query" || node.query.items.length !== 1) return node;
      const [item] = node.query.items;
      if (item?.kind !== "named") return node;
      return { ...node, query: { ...node.query, items: [], value: item.node } };
    });
  }

  protected override called(node: Node & { kind: "call" }): Node {
    const { name, args, at } = node;
    const role = this.options.functions.get(name)?.lastIsRole === true ? [args.length - 1] : [];
    for (const place of [...(CONSTANT_ARGUMENTS.get(name) ?? []), ...role]) {
      const argument = args[place];
      if (argument !== undefined && argument.kind !== "string")
        throw new ExpressionError(
          this.text,
          argument.at,
          `${name} takes a text in quotes here, which AWS reads when the rule is made`,
        );
    }
    // the bytes of the payload, and not what they mean
    if (name === "encode" && args[0]?.kind === "payload")
      return { kind: "call", at, name: "encode*", args: args.slice(1) };
    return node;
  }

  /** IoT SQL yields Undefined; so nobody is refused, and the author hears of it. */
  protected override miscounted({ signature }: FunctionSpec<C>, at: number, count: number): void {
    const given = `${count} ${count === 1 ? "argument" : "arguments"}`;
    this.warnings.push({ at, message: `${signature} is called with ${given}, which always yields Undefined` });
  }

  protected override wrongArguments(name: string, at: number, reason: string): void {
    if (name === "cast" || name === "encode" || name === "decode") throw new ExpressionError(this.text, at, reason);
    this.warnings.push({ at, message: `${reason}, so it always yields Undefined` });
  }
}
