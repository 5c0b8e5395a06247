/** Compiles the expressions and SELECT lists of topic rules. */
import {
  children,
  compileExpression,
  isArray,
  member,
  selected,
  type CompileOptions,
  type Evaluate,
  type Node,
  type Query,
  type Selection,
  type Value,
} from "../expressions";
import type { RuleContext } from "./context";
import { RULE_FUNCTIONS } from "./functions";
import { ObjectBuilder } from "./object-builder";
import type { Variable } from "./statement";

type Options = CompileOptions<RuleContext>;

/** How the expressions of one rule are compiled: topic rules have IoT SQL's own division, AND and OR. */
export function ruleOptions(variables: readonly Variable[]): Options {
  const values = new Map<string, Evaluate<RuleContext>>();
  const options: Options = {
    functions: RULE_FUNCTIONS,
    integerDivision: true,
    strictLogic: true,
    attribute: (steps) => (context) => context.payload.at(steps),
    payload: (context) => context.payload.value,
    variable: (name) => {
      const evaluate = values.get(name) as Evaluate<RuleContext>;
      return (context) => {
        if (!context.variables.has(name)) context.variables.set(name, evaluate(context));
        return context.variables.get(name);
      };
    },
    query: (query) => compileQuery(query, options),
  };
  // in order, since a variable may be made of those before it
  for (const { name, node } of variables) values.set(name, compileExpression(node, options));
  return options;
}

/** A nested query: an array of an array, one value of an object, Undefined of anything else. */
function compileQuery(query: Query, outer: Options): Evaluate<RuleContext> {
  const from = compileExpression(query.from, outer);
  const inner: Options = {
    ...outer,
    attribute: (steps) => (context) => steps.reduce<Value>((value, step) => member(value, step), context.element),
    payload: (context) => context.element,
    query: (nested) => compileQuery(nested, inner),
  };
  const where = query.where && compileExpression(query.where, inner);
  const project = compileProjection(query, inner);
  const one = (context: RuleContext, element: Value): Value => {
    const before = context.element;
    context.element = element;
    const value = where === undefined || where(context) === true ? project(context) : undefined;
    context.element = before;
    return value;
  };
  return (context) => {
    const source = from(context);
    if (!isArray(source)) return typeof source === "object" && source !== null ? one(context, source) : undefined;
    return source.map((element) => one(context, element)).filter((value) => value !== undefined);
  };
}

function compileProjection({ items, value }: Selection, options: Options): Evaluate<RuleContext> {
  if (value !== undefined) return compileExpression(value, options);
  // an element may be no object
  if (items.length === 1 && items[0]?.kind === "all") return options.payload as Evaluate<RuleContext>;
  const fill = compileItems(items, options, {
    all: (context, builder) => builder.setAll(context.element),
    payload: (context, builder, name) => builder.set(name, context.element),
  });
  return (context) => {
    const builder = new ObjectBuilder();
    fill(context, builder);
    return builder.toValue();
  };
}

type Fill = (context: RuleContext, builder: ObjectBuilder) => void;

interface Wholes {
  /** puts in the members that `*` stands for */
  readonly all: Fill;
  /** puts in `* AS name` */
  readonly payload: (context: RuleContext, builder: ObjectBuilder, name: readonly string[]) => void;
}

/** Compiles a SELECT list to a function that fills an object. */
export function compileItems(items: Selection["items"], options: Options, wholes: Wholes): Fill {
  const fills = items.map((item): Fill => {
    if (item.kind === "all") return wholes.all;
    const evaluate = compileExpression(item.node, options);
    if (item.kind === "spread") return (context, builder) => builder.setAll(evaluate(context));
    const { name, node } = item;
    if (node.kind === "payload") return (context, builder) => wholes.payload(context, builder, name);
    return (context, builder) => builder.set(name, evaluate(context));
  });
  return (context, builder) => {
    for (const fill of fills) fill(context, builder);
  };
}

/** Whether an expression looks into the payload as JSON. */
export function readsPayload(node: Node): boolean {
  return node.kind === "path" || node.kind === "payload" || children(node).some(readsPayload);
}

/** Whether an expression calls a function that is answered outside of the rule. */
export function callsExternal(node: Node): boolean {
  return (
    (node.kind === "call" && RULE_FUNCTIONS.get(node.name)?.external === true) || children(node).some(callsExternal)
  );
}

/** All expressions of a selection and of the variables. */
export function expressionsOf(selection: Selection, variables: readonly Variable[]): Node[] {
  return [...variables.map(({ node }) => node), ...selected(selection)];
}
