/**
 * IoT SQL expressions: one parser, type check and compiler for math, filter and topic rules.
 *
 * A whole text:
 *
 *     const { node, warnings } = parseExpression("(temperature * 9/5) + 32", { functions: MATH_FUNCTIONS });
 *     expressionTypes(node, { functions: MATH_FUNCTIONS });          // which types it can yield
 *     const evaluate = compileExpression<Message>(node, {
 *       functions: MATH_FUNCTIONS,
 *       attribute: (path) => (message) => message.at(path),          // called once per path, when compiling
 *     });
 *     evaluate(message);                                             // never throws; Undefined is `undefined`
 *
 * Inside another language (`SELECT <expression> AS x, ... FROM '...' WHERE <expression>`): `parseExpressionAt(text,
 * offset, options)` reads one expression and stops at the first token that cannot continue it (`AS`, `,`, `FROM`,
 * `WHERE`, the end ...). `end` is that token's offset. The surrounding parser can share the tokenizer: `readToken(text,
 * offset)` gives the token there, blanks skipped; `token.word` is lower-case for names, so `word === "from"` is a test
 * in any case, and `token.end` is where to go on. Offsets in trees and errors are offsets in the whole text, so
 * `ExpressionError.withCaret()` shows the place in the statement; throw the same class for the statement's own errors.
 *
 * Functions of one's own: a table is a Map from lower-case name to `FunctionSpec<Context>`; its `evaluate(args, context)`
 * gets what the compiled expression is called with:
 *
 *     const functions = functionTable<Context>(RULE_FUNCTIONS, [
 *       ["topic", { min: 0, max: 1, signature: "topic(n)", result: "String",
 *                   evaluate: ([n], context) => (n === undefined ? context.topic : context.segments[Number(n) - 1]) }],
 *     ]);
 *
 * The context may be anything: the attribute resolver and the functions are the only ones that look at it. A rule wants
 * `integerDivision: true` and `strictLogic: true` (IoT SQL's own tables); math and filter leave both off by default.
 *
 * Mistakes are thrown as `ExpressionError` (a SyntaxError with `at`, `reason`, `text`), for any input: nesting is
 * bounded (`maxDepth`), so is the length of a chain, and no input overflows the stack.
 */
export {
  attributePaths,
  children,
  formatPath,
  selected,
  type BinaryOperator,
  type Node,
  type PathStep,
  type Query,
  type SelectItem,
  type Selection,
} from "./ast";
export { compileExpression, type CompileOptions, type Evaluate } from "./compile";
export { Decimal34, type Numeric } from "./decimal34";
export { caret, ExpressionError, type Finding } from "./errors";
export { functionTable, type FunctionSpec, type FunctionTable, type ResultType } from "./functions";
export { textComparisonProblem, textComparisons } from "./literals";
export { MATH_FUNCTIONS } from "./math-functions";
export type { Parsed, ParseOptions } from "./grammar";
export { ExpressionParser, parseExpression, parseExpressionAt } from "./parser";
export { printExpression } from "./print";
export { FILTER_FUNCTIONS, PURE_FUNCTIONS } from "./text-functions";
export { readToken, type Token, type TokenKind } from "./tokens";
export {
  ANY_TYPE,
  expressionTypes,
  formatTypes,
  neverYields,
  NUMBERS,
  typesOf,
  type TypeOptions,
  type Types,
} from "./types";
export {
  elementOf,
  isArray,
  member,
  roundHalfAway,
  toBoolean,
  toInt,
  toJson,
  toNumber,
  toText,
  typeOf,
  type ObjectValue,
  type TypeName,
  type Value,
} from "./values";
