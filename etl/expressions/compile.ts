/** Compiles a tree to closures. Nothing is generated as text and evaluated. */
import type { Node, PathStep, Query } from "./ast";
import { Decimal34 } from "./decimal34";
import { comparison, negatable } from "./comparison";
import type { FunctionSpec, FunctionTable } from "./functions";
import * as operators from "./operators";
import { compileMillionths, fromMillionths } from "./millionths";
import { DOUBLE_FUNCTIONS } from "./math-functions";
import { elementOf, isArray, member, toBoolean, type ObjectValue, type Value } from "./values";
import { asDecimal, divideTagged, tagging, untag, type Operand } from "./whole-decimal";

/** A compiled expression. It never throws for any context. */
export type Evaluate<C> = (context: C) => Value;

/** How to compile an expression: what its names and functions mean. */
export interface CompileOptions<C> {
  /** the table the expression was parsed with */
  readonly functions: FunctionTable<C>;
  /** how to read an attribute; called once for each path, when the expression is compiled */
  attribute(path: readonly PathStep[]): Evaluate<C>;
  /**
   * How to tell whether an attribute is a text, Undefined for one that is missing, without making its value; called once
   * for each comparison. Absent, or undefined for a path: the value is read and compared.
   */
  textEquals?(path: readonly PathStep[], text: string): ((context: C) => boolean | undefined) | undefined;
  /** topic rules only: what `*`, a variable and a nested query are */
  readonly payload?: Evaluate<C>;
  variable?(name: string): Evaluate<C>;
  query?(query: Query): Evaluate<C>;
  /** Int / Int is an Int, truncated towards zero, as IoT Core documents it; default false: 9/5 is 1.8 */
  readonly integerDivision?: boolean;
  /**
   * IoT SQL's table of AND and OR: an operand that is no Boolean makes the whole Undefined. Default false: such an
   * operand counts as false, so that `missing > 1 OR present > 1` keeps a message (docs/sources.md, undefined-operand).
   */
  readonly strictLogic?: boolean;
}

type Step<C> = (context: C) => Operand;

/** Compiles a tree that was parsed with the same functions. */
export function compileExpression<C>(node: Node, options: CompileOptions<C>): Evaluate<C> {
  return new Compiler(options).value(node);
}

interface Operators {
  readonly "+": (a: Operand, b: Operand) => Operand;
  readonly "-": (a: Operand, b: Operand) => Operand;
  readonly "*": (a: Operand, b: Operand) => Operand;
  readonly "/": (a: Operand, b: Operand) => Operand;
  readonly "%": (a: Operand, b: Operand) => Operand;
}

/** Without integer division no operand is ever tagged, so the plain operators are the ones to use. */
const DECIMAL_DIVISION = {
  "+": operators.add,
  "-": operators.subtract,
  "*": operators.multiply,
  "/": operators.divide,
  "%": operators.remainder,
} as Operators;

/** For results of functions of double precision, such as sqrt: there are no 34 digits to keep. */
const DOUBLE_PRECISION = {
  "+": operators.inDoubles((a, b) => a + b, operators.add),
  "-": operators.inDoubles((a, b) => a - b, operators.subtract),
  "*": operators.inDoubles((a, b) => a * b, operators.multiply),
  "/": operators.inDoubles((a, b) => a / b, operators.divide),
  "%": operators.inDoubles((a, b) => a % b, operators.remainder),
} as Operators;

/** Whether an operand of an arithmetic operator is the result of a function of double precision. */
function isDoublePrecision(node: Node): boolean {
  if (node.kind === "call") return DOUBLE_FUNCTIONS.has(node.name);
  if (node.kind === "negate") return isDoublePrecision(node.operand);
  return (
    node.kind === "binary" &&
    /[-+*/%]/.test(node.operator) &&
    (isDoublePrecision(node.left) || isDoublePrecision(node.right))
  );
}

const INTEGER_DIVISION: Operators = {
  "+": tagging(operators.add),
  "-": tagging(operators.subtract),
  "*": tagging(operators.multiply),
  "/": divideTagged,
  "%": tagging(operators.remainder),
};

class Compiler<C> {
  private readonly operators: Operators;
  private readonly tagged: boolean;
  /** the operators of a formula are compiled, which is exact as a whole */
  private inFormula = false;

  constructor(private readonly options: CompileOptions<C>) {
    this.tagged = options.integerDivision === true;
    this.operators = this.tagged ? INTEGER_DIVISION : DECIMAL_DIVISION;
  }

  /** A node's value as everybody but the arithmetic operators sees it. */
  value(node: Node): Evaluate<C> {
    const step = this.operand(node);
    return this.tagged && mayBeTagged(node) ? (context) => untag(step(context)) : (step as Evaluate<C>);
  }

  private operand(node: Node): Step<C> {
    switch (node.kind) {
      case "number": {
        const value = this.tagged && node.decimal ? asDecimal(node.value) : node.value;
        return () => value;
      }
      case "string":
      case "boolean": {
        const { value } = node;
        return () => value;
      }
      case "null":
        return () => null;
      case "path":
        return this.options.attribute(node.steps);
      case "member":
        return this.member(node);
      case "variable":
        return this.options.variable?.(node.name) ?? nothing;
      case "payload":
        return this.options.payload ?? nothing;
      case "query":
        return this.options.query?.(node.query) ?? nothing;
      case "exists": {
        const operand = this.value(node.operand);
        return (context) => {
          const found = operand(context);
          return isArray(found) ? found.length > 0 : found !== undefined;
        };
      }
      case "negate": {
        const operand = this.operand(node.operand);
        if (node.operand.kind === "number") return this.negated(node.operand);
        if (!this.tagged) return (context) => operators.negate(operand(context) as Value);
        const subtract = this.operators["-"];
        // a text is a Decimal here, and so must its negation be
        return (context) => subtract(0, numberOf(operand(context)));
      }
      case "not": {
        const operand = this.value(node.operand);
        return (context) => operators.not(operand(context));
      }
      case "binary":
        return this.binary(node);
      case "logic":
        return this.logic(node.operator, node.operands);
      case "isNull": {
        const operand = this.value(node.operand);
        const { negated } = node;
        return (context) => ((operand(context) ?? null) === null) !== negated;
      }
      case "in":
        return this.isIn(node);
      case "between": {
        const [operand, low, high] = [this.value(node.operand), this.value(node.low), this.value(node.high)];
        return negatable(node.negated, (context) => operators.isBetween(operand(context), low(context), high(context)));
      }
      case "like":
        return this.like(node);
      case "case":
        return this.caseOf(node);
      case "call":
        return this.call(node.name, node.args);
      case "array": {
        const items = node.items.map((item) => this.value(item));
        return (context) => items.map((item) => item(context));
      }
      case "object":
        return this.object(node.members);
    }
  }

  /** A number with a minus sign before it is a number. */
  private negated({ value, decimal }: Node & { kind: "number" }): Step<C> {
    const negative = operators.negate(value);
    const operand = this.tagged && decimal ? asDecimal(negative) : negative;
    return () => operand;
  }

  private binary(node: Node & { kind: "binary" }): Step<C> {
    const { operator } = node;
    if (operator === "+" || operator === "-" || operator === "*" || operator === "/" || operator === "%") {
      const inDoubles = isDoublePrecision(node) && !this.tagged;
      const fast = inDoubles || this.tagged || this.inFormula ? undefined : this.millionths(node);
      if (fast !== undefined) return fast;
      const apply = inDoubles ? DOUBLE_PRECISION[operator] : this.operators[operator];
      const left = this.operand(node.left);
      if (node.right.kind === "number") {
        // formulas are full of constants, and a call less is felt
        const constant = this.operand(node.right)(undefined as C);
        return (context) => apply(left(context), constant);
      }
      const right = this.operand(node.right);
      return (context) => apply(left(context), right(context));
    }
    return this.textComparison(node) ?? comparison(operator, this.value(node.left), this.value(node.right));
  }

  /** The formula in whole millionths, and where that does not do, by the exact operators. */
  private millionths(node: Node & { kind: "binary" }): Step<C> | undefined {
    const units = compileMillionths<C>(node, (part) => this.value(part));
    if (units === undefined) return undefined;
    this.inFormula = true;
    const exact = this.operand(node);
    this.inFormula = false;
    return (context) => {
      const found = units(context);
      return found === found ? fromMillionths(found) : exact(context);
    };
  }

  /** `attribute = 'text'`, and the other way round. */
  private textComparison({ operator, left, right }: Node & { kind: "binary" }): Step<C> | undefined {
    if (operator !== "=" && operator !== "<>") return undefined;
    const [path, text] = left.kind === "path" ? [left, right] : [right, left];
    if (path.kind !== "path" || text.kind !== "string") return undefined;
    const test = this.options.textEquals?.(path.steps, text.value);
    return test && negatable(operator === "<>", test);
  }

  private logic(operator: "AND" | "OR", nodes: readonly Node[]): Step<C> {
    const operands = nodes.map((node) => this.value(node));
    const decisive = operator === "OR";
    if (this.options.strictLogic === true) {
      return (context) => {
        let result: boolean | undefined = !decisive;
        for (const operand of operands) {
          const value = toBoolean(operand(context));
          if (value === undefined) result = undefined;
          else if (value === decisive && result !== undefined) result = decisive;
        }
        return result;
      };
    }
    return (context) => {
      for (const operand of operands) {
        const value = operand(context);
        if ((value === true || toBoolean(value) === true) === decisive) return decisive;
      }
      return !decisive;
    };
  }

  private member({ object, key }: Node & { kind: "member" }): Step<C> {
    const container = this.value(object);
    if (key.kind === "string") return (context) => member(container(context), key.value);
    const place = this.value(key);
    return (context) => elementOf(container(context), place(context));
  }

  private isIn(node: Node & { kind: "in" }): Step<C> {
    const operand = this.value(node.operand);
    const items = node.items.map((item) => this.value(item));
    const [only] = items;
    if (items.length === 1 && only !== undefined) {
      // an array is looked through; any other value is compared
      return negatable(node.negated, (context) => {
        const candidates = only(context);
        return operators.isIn(operand(context), isArray(candidates) ? candidates : [candidates]);
      });
    }
    return negatable(node.negated, (context) =>
      operators.isIn(
        operand(context),
        items.map((item) => item(context)),
      ),
    );
  }

  private like(node: Node & { kind: "like" }): Step<C> {
    const operand = this.value(node.operand);
    const { escape, negated } = node;
    if (node.pattern.kind === "string") {
      const matches = operators.likeMatcher(node.pattern.value, escape);
      return negatable(negated, (context) => {
        const text = operand(context);
        return typeof text === "string" ? matches(text) : undefined;
      });
    }
    const pattern = this.value(node.pattern);
    return negatable(negated, (context) => {
      const text = operand(context);
      const like = pattern(context);
      return typeof text === "string" && typeof like === "string"
        ? operators.likeMatcher(like, escape)(text)
        : undefined;
    });
  }

  /** No branch and no ELSE, or an Undefined operand: Undefined. */
  private caseOf(node: Node & { kind: "case" }): Step<C> {
    const operand = this.value(node.operand);
    const branches = node.branches.map(({ when, then }) => ({ when: this.value(when), then: this.operand(then) }));
    const otherwise = node.otherwise === undefined ? () => undefined : this.operand(node.otherwise);
    return (context) => {
      const value = operand(context);
      if (value === undefined) return undefined;
      for (const { when, then } of branches) {
        if (operators.equal(value, when(context)) === true) return then(context);
      }
      return otherwise(context);
    };
  }

  private call(name: string, nodes: readonly Node[]): Step<C> {
    const spec = this.options.functions.get(name);
    if (spec === undefined) throw new Error(`the function ${name} is not in the table that compiles the expression`);
    // IoT SQL: a function that is called with too few or too many arguments yields Undefined
    if (nodes.length < spec.min || nodes.length > spec.max) return nothing;
    if (this.tagged) return this.taggedCall(spec, nodes);
    const args = nodes.map((node) => this.value(node));
    const [first, second] = args;
    const { ofOne, ofTwo } = spec;
    if (ofOne !== undefined && first !== undefined) return (context) => ofOne(first(context));
    if (ofTwo !== undefined && first !== undefined && second !== undefined) {
      return (context) => ofTwo(first(context), second(context));
    }
    if (args.length === 1 && first !== undefined) return (context) => spec.evaluate([first(context)], context);
    if (args.length === 2 && first !== undefined && second !== undefined) {
      return (context) => spec.evaluate([first(context), second(context)], context);
    }
    return (context) =>
      spec.evaluate(
        args.map((arg) => arg(context)),
        context,
      );
  }

  private taggedCall(spec: FunctionSpec<C>, nodes: readonly Node[]): Step<C> {
    const args = nodes.map((node) => this.operand(node));
    const { result } = spec;
    return (context) => {
      const operands = args.map((arg) => arg(context));
      const values = operands.map(untag);
      const value = spec.evaluate(values, context);
      const decimal =
        result === "Decimal" ||
        (result === "Same" && isTaggedDecimal(operands[0])) ||
        (result === "Widest" && operands.some((operand) => isTaggedDecimal(operand))) ||
        spec.yieldsDecimal?.(values) === true;
      return decimal ? asDecimal(value) : value;
    };
  }

  private object(nodes: readonly { readonly name: string; readonly value: Node }[]): Step<C> {
    const members = nodes.map(({ name, value }) => ({ name, value: this.value(value) }));
    return (context) => {
      const result = Object.create(null) as Record<string, Value>;
      for (const { name, value } of members) result[name] = value(context);
      return result as ObjectValue;
    };
  }
}

const nothing = (): undefined => undefined;

function mayBeTagged(node: Node): boolean {
  return (
    node.kind === "number" ||
    node.kind === "negate" ||
    node.kind === "binary" ||
    node.kind === "call" ||
    node.kind === "case"
  );
}

function isTaggedDecimal(operand: Operand): boolean {
  return (
    untag(operand) !== operand ||
    typeof operand === "string" ||
    operand instanceof Decimal34 ||
    (typeof operand === "number" && !Number.isSafeInteger(operand))
  );
}

/** A text as the Decimal it means; everything else as it is. */
function numberOf(operand: Operand): Operand {
  return typeof operand === "string" ? asDecimal(operators.negate(operators.negate(operand))) : operand;
}
