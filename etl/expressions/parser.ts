/**
 * The parser: recursive descent over the expressions of IoT SQL, of which math and filters are made, with `IS [NOT]
 * NULL`, `[NOT] IN`, `[NOT] BETWEEN`, `[NOT] LIKE` and IoT SQL's `CASE`, `cast(x AS type)`, array and object literals.
 *
 *     or     := and { OR and }                          keywords in any case
 *     and    := not { AND not }
 *     not    := NOT not | cmp
 *     cmp    := add [ ( = | <> | < | <= | > | >= ) add | IS [NOT] NULL | [NOT] IN ( or, ... )
 *                   | [NOT] BETWEEN add AND add | [NOT] LIKE add [ESCAPE 'c'] ]
 *     add    := mul { (+|-) mul }
 *     mul    := unary { (*|/|%) unary }
 *     unary  := - unary | primary { . name | [or] }
 *     primary:= number | 'string' | "string" | TRUE | FALSE | NULL | path | name(or, ...) | ( or ) | case | [..] | {..}
 *     path   := name { . name | [or] }
 *
 * Only TRUE, FALSE, NULL, NOT, AND and OR are reserved; every other word is an attribute where a value is expected.
 */
import { children, type BinaryOperator, type Node, type PathStep } from "./ast";
import { TokenCursor } from "./cursor";
import { ExpressionError, type Finding } from "./errors";
import type { FunctionSpec } from "./functions";
import {
  COMPARISONS,
  DEFAULT_DEPTH,
  HAS_ELEMENTS,
  LITERAL_TOKENS,
  LITERALS,
  MAX_HEIGHT,
  NOT_AFTER_CASE,
  RESERVED,
  type Parsed,
  type ParseOptions,
} from "./grammar";
import { elsewhere, shorten, shownToken } from "./hints";
import { nearest } from "../../aws/text/nearest";
import type { Token } from "./tokens";
import { parseNumeral } from "./decimal34";
import { fromBigInt } from "./values";

/** Parses a text that is one expression. Throws ExpressionError. */
export function parseExpression<C>(text: string, options: ParseOptions<C>): Parsed {
  const parser = new ExpressionParser(text, 0, options);
  const parsed = parser.parse();
  if (parser.token.kind !== "end") parser.fail("expected an operator or the end");
  return parsed;
}

/** Parses the expression that begins at `offset` and stops at the first token that cannot continue it. */
export function parseExpressionAt<C>(text: string, offset: number, options: ParseOptions<C>): Parsed {
  return new ExpressionParser(text, offset, options).parse();
}

/** Parses expressions; a language that has more than expressions extends it. */
export class ExpressionParser<C> extends TokenCursor {
  private depth = 0;
  private readonly heights = new Map<Node, number>();
  protected readonly warnings: Finding[] = [];
  private readonly maxDepth: number;

  constructor(
    text: string,
    offset: number,
    protected readonly options: ParseOptions<C>,
  ) {
    super(text, offset);
    this.maxDepth = options.maxDepth ?? DEFAULT_DEPTH;
  }

  parse(): Parsed {
    const node = this.or();
    return { node, end: this.token.at, warnings: this.warnings };
  }

  /** What may stand where a value is expected besides what the grammar above has; undefined for none of it. */
  protected further(): Node | undefined {
    return undefined;
  }

  /** A nested query behind its parenthesis; the current token is SELECT. */
  protected query(): Node {
    return this.fail("a nested query is not supported here");
  }

  protected made(node: Node): Node {
    let height = 0;
    for (const child of children(node)) height = Math.max(height, this.heights.get(child) ?? 1);
    if (height >= MAX_HEIGHT) {
      throw new ExpressionError(this.text, this.token.at, `more than ${MAX_HEIGHT} operations in one chain`);
    }
    this.heights.set(node, height + 1);
    return node;
  }

  protected nested<T>(parse: () => T): T {
    if (++this.depth > this.maxDepth) {
      throw new ExpressionError(this.text, this.token.at, `nested deeper than ${this.maxDepth} levels`);
    }
    const result = parse();
    this.depth--;
    return result;
  }

  protected or(): Node {
    return this.logic("OR", () => this.logic("AND", () => this.not()));
  }

  private logic(operator: "AND" | "OR", operand: () => Node): Node {
    const first = operand();
    const word = operator.toLowerCase();
    if (!this.is(word)) return first;
    const operands = [first];
    while (this.take(word)) operands.push(operand());
    return this.made({ kind: "logic", at: first.at, operator, operands });
  }

  private not(): Node {
    if (!this.is("not")) return this.comparison();
    const { at } = this.advance();
    return this.made({ kind: "not", at, operand: this.nested(() => this.not()) });
  }

  private comparison(): Node {
    const left = this.sum();
    const operator = this.token.kind === "operator" ? COMPARISONS.get(this.token.word) : undefined;
    const node = operator === undefined ? this.predicate(left) : this.binaryComparison(left, operator);
    if (node !== left && this.token.kind === "operator" && COMPARISONS.has(this.token.word)) {
      this.fail("comparisons cannot be chained; join two of them by AND");
    }
    return node;
  }

  private binaryComparison(left: Node, operator: BinaryOperator): Node {
    const { text, at } = this.advance();
    if (text !== operator) this.warnings.push({ at, message: `"${text}" is not IoT SQL; it is read as "${operator}"` });
    return this.made({ kind: "binary", at, operator, left, right: this.sum() });
  }

  /** The part after an operand: IS NULL, IN, BETWEEN, LIKE. */
  private predicate(operand: Node): Node {
    const { at } = this.token;
    if (this.take("is")) {
      const negated = this.take("not");
      this.expect("null");
      return this.made({ kind: "isNull", at, operand, negated });
    }
    const negated = this.is("not");
    if (negated) {
      this.advance();
      if (!this.is("in") && !this.is("between") && !this.is("like")) this.fail("expected IN, BETWEEN or LIKE");
    }
    if (this.take("in")) return this.made({ kind: "in", at, operand, items: this.candidates(), negated });
    if (this.take("between")) {
      const low = this.sum();
      this.expect("and");
      return this.made({ kind: "between", at, operand, low, high: this.sum(), negated });
    }
    if (this.take("like")) {
      const pattern = this.sum();
      const escape = this.take("escape") ? this.escapeCharacter() : undefined;
      return this.made({ kind: "like", at, operand, pattern, escape, negated });
    }
    return operand;
  }

  /** What IN looks through: a list in parentheses, or one value that is an array. */
  protected candidates(): Node[] {
    if (!this.is("(")) {
      const array = this.token.kind === "name" || !LITERAL_TOKENS.has(this.token.kind) ? this.postfix() : undefined;
      return array === undefined ? this.fail('expected "("') : [array];
    }
    const { at } = this.advance();
    if (!this.is("select")) return this.list(")");
    return [this.members(this.queryIn(at))];
  }

  private escapeCharacter(): string {
    if (this.token.kind !== "string" || [...this.token.text].length !== 1) {
      this.fail("expected one character in quotes after ESCAPE");
    }
    return this.advance().text;
  }

  private sum(): Node {
    return this.chain(["+", "-"], () => this.chain(["*", "/", "%"], () => this.unary()));
  }

  private chain(operators: readonly string[], operand: () => Node): Node {
    let left = operand();
    while (this.token.kind === "operator" && operators.includes(this.token.word)) {
      const { at, word } = this.advance();
      left = this.made({ kind: "binary", at, operator: word as BinaryOperator, left, right: operand() });
    }
    return left;
  }

  private unary(): Node {
    if (!this.is("-")) return this.postfix();
    const { at } = this.advance();
    return this.made({ kind: "negate", at, operand: this.nested(() => this.unary()) });
  }

  /** A value, and the members of it that are asked for. */
  protected postfix(): Node {
    return this.members(this.primary());
  }

  private primary(): Node {
    const { kind, at, word } = this.token;
    if (kind === "number") return this.number();
    if (kind === "string") return this.made({ kind: "string", at, value: this.advance().text });
    const further = this.further();
    if (further !== undefined) return further;
    if (kind === "name") return this.name();
    if (kind === "operator" && (word === "(" || word === "[" || word === "{")) return this.nested(() => this.bracket());
    return this.fail("expected a value");
  }

  private bracket(): Node {
    const { at, word } = this.advance();
    if (word === "[") return this.made({ kind: "array", at, items: this.list("]") });
    if (word === "{") return this.object(at);
    if (this.is("select")) return this.queryIn(at);
    const node = this.or();
    if (!this.is(")")) this.fail('expected an operator or ")"');
    this.advance();
    return node;
  }

  private queryIn(at: number): Node {
    const node = { ...this.nested(() => this.query()), at };
    if (!this.is(")")) this.fail('expected an operator or ")"');
    this.advance();
    return this.made(node);
  }

  private number(): Node {
    const { at, text } = this.advance();
    const decimal = /[.eE]/.test(text);
    const value = decimal ? parseNumeral(text.replace(/^\./, "0.").replace(/\.(?!\d)/, "")) : fromBigInt(BigInt(text));
    if (value === undefined) {
      throw new ExpressionError(
        this.text,
        at,
        `the number ${shorten(text)} is too large; a whole number has at most 34 digits`,
      );
    }
    return this.made({ kind: "number", at, value, decimal });
  }

  private name(): Node {
    const name = this.token;
    const { at, word, text } = name;
    if (word === "true" || word === "false") {
      this.advance();
      return this.made({ kind: "boolean", at, value: word === "true" });
    }
    if (word === "null") {
      this.advance();
      return this.made({ kind: "null", at });
    }
    if (word === "not") this.fail("expected a value; put NOT and its operand in parentheses");
    if (RESERVED.has(word)) this.fail("expected a value");
    this.advance();
    if (word === "case" && this.startsCase()) return this.nested(() => this.caseOf(at));
    if (this.is("(")) return this.nested(() => this.call(name));
    return this.made({ kind: "path", at, steps: [text] });
  }

  /**
   * The members behind a value: `.name`, `[expression]`. Those of an attribute that are written out make one path. A dot
   * before `*` is left to who reads lists of SELECT.
   */
  private members(object: Node): Node {
    let node = object;
    for (;;) {
      if (!LITERALS.has(node.kind) && this.is(".")) {
        if (this.peek().word === "*") return node;
        this.advance();
        if (this.token.kind !== "name") this.fail("expected an attribute's name after the dot");
        const { at, text } = this.advance();
        node = this.step(node, { kind: "string", at, value: text });
      } else if (HAS_ELEMENTS.has(node.kind) && this.take("[")) {
        const key = this.index();
        this.expect("]");
        node = this.step(node, key);
      } else {
        return node;
      }
    }
  }

  /** The place of an element: a whole number, or an expression that gives one. */
  private index(): Node {
    const { kind, text } = this.token;
    const expected = "expected an index such as [0]";
    if (kind === "string") this.fail(expected, "; a member is written after a dot, or get(object, 'name')");
    if ((kind === "number" && !/^\d{1,9}$/.test(text)) || this.is("-")) this.fail(expected);
    return this.nested(() => this.or());
  }

  private step(object: Node, key: Node): Node {
    const fixed = key.kind === "string" || (key.kind === "number" && typeof key.value === "number" && !key.decimal);
    if (object.kind !== "path" || !fixed) return this.made({ kind: "member", at: object.at, object, key });
    if (object.steps.length >= MAX_HEIGHT)
      throw new ExpressionError(this.text, key.at, `more than ${MAX_HEIGHT} members in one path`);
    return this.made({ kind: "path", at: object.at, steps: [...object.steps, key.value as PathStep] });
  }

  private call(called: Token): Node {
    const { at, word: name } = called;
    const spec = this.options.functions.get(name);
    if (spec === undefined) throw new ExpressionError(this.text, at, this.unknown(called));
    this.advance();
    const args = name === "cast" ? this.castArguments() : this.list(")");
    if (args.length < spec.min || args.length > spec.max) this.miscounted(spec, at, args.length);
    else {
      const wrong = spec.check?.(args);
      if (wrong !== undefined) this.wrongArguments(name, at, wrong);
    }
    return this.made(this.called({ kind: "call", at, name, args }));
  }

  /** The node of a call; for a language that looks at some calls more closely. */
  protected called(node: Node & { kind: "call" }): Node {
    return node;
  }

  /** A call whose arguments can never be right, as far as they are known. */
  protected wrongArguments(_name: string, at: number, reason: string): void {
    throw new ExpressionError(this.text, at, reason);
  }

  /** A call with more or fewer arguments than the function has. */
  protected miscounted({ signature }: FunctionSpec<C>, at: number, count: number): void {
    throw new ExpressionError(
      this.text,
      at,
      `${signature} cannot be called with ${count} ${count === 1 ? "argument" : "arguments"}`,
    );
  }

  private unknown(called: Token): string {
    const refused = this.options.refused?.get(called.word);
    if (refused !== undefined) return `the function ${shownToken(called)} is not executed: ${refused}`;
    const known = [...this.options.functions.values()].map(({ signature }) =>
      signature.slice(0, signature.indexOf("(")),
    );
    const near = nearest(called.word, known);
    const hint = near === undefined ? `there are ${known.sort().join(", ")}` : `did you mean ${near}?`;
    return `there is no function ${shownToken(called)} here; ${elsewhere(called.word) ?? hint}`;
  }

  /** `x AS type`: the type is handed to the function as a text. */
  private castArguments(): Node[] {
    const operand = this.or();
    this.expect("as");
    if (this.token.kind !== "name") this.fail("expected a type");
    const { at, word } = this.advance();
    this.expect(")");
    return [operand, this.made({ kind: "string", at, value: word })];
  }

  private list(close: ")" | "]"): Node[] {
    const items: Node[] = [];
    if (this.take(close)) return items;
    do items.push(this.nested(() => this.or()));
    while (this.take(","));
    if (!this.is(close)) this.fail(`expected an operator, "," or "${close}"`);
    this.advance();
    return items;
  }

  private object(at: number): Node {
    const members: { name: string; value: Node }[] = [];
    if (!this.take("}")) {
      do {
        if (this.token.kind !== "string") this.fail("expected a member's name in quotes");
        const name = this.advance().text;
        this.expect(":");
        members.push({ name, value: this.nested(() => this.or()) });
      } while (this.take(","));
      this.expect("}");
    }
    return this.made({ kind: "object", at, members });
  }

  private startsCase(): boolean {
    const { kind, word } = this.token;
    return kind === "number" || kind === "string" || word === "(" || (kind === "name" && !NOT_AFTER_CASE.has(word));
  }

  private caseOf(at: number): Node {
    if (this.is("when")) this.fail("expected a value after CASE (CASE value WHEN ... THEN ... END)");
    const operand = this.or();
    const branches: { when: Node; then: Node }[] = [];
    if (!this.is("when")) this.fail("expected WHEN");
    while (this.take("when")) {
      const when = this.or();
      this.expect("then");
      branches.push({ when, then: this.or() });
    }
    const otherwise = this.take("else") ? this.or() : undefined;
    this.expect("end");
    return this.made({ kind: "case", at, operand, branches, otherwise });
  }
}
