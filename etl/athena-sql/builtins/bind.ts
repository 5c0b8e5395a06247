import { SqlError, type Position } from "../syntax/error";
import { canCoerce } from "../types/coerce";
import { formatType, isOrderable, sameType, UNKNOWN, type Type, type TypeOf } from "../types/type";
import { declarationsOf, type BoundFunction, type FunctionDeclaration } from "./registry";
import { parametersFor, realize, unify, type Bindings, type Pattern } from "./signature";

/** An argument of a call: a type, or a lambda whose type follows from its parameters'. */
export type Argument = { readonly type: Type } | { readonly parameters: number; resultOf(args: readonly Type[]): Type };

/** Chooses the overload that Trino chooses; undefined if none takes the arguments. */
export function choose(name: string, args: readonly Argument[], at: Position): BoundFunction | undefined {
  const declarations = declarationsOf(name);
  for (const declaration of declarations) {
    const bound = bind(declaration, args, false);
    if (bound !== undefined) return bound;
  }
  const fitting = declarations.flatMap((declaration) => bind(declaration, args, true) ?? []);
  if (fitting.length <= 1) return fitting[0];
  const best = fitting.filter((one) => fitting.every((other) => other === one || isMoreSpecific(one, other)));
  if (best.length > 0) return best[0];
  // A NULL is of any type: the overload is meant that converts nothing else.
  const others = fitting.filter((one) =>
    args.every((arg, i) => !("type" in arg) || arg.type.kind === "unknown" || sameType(arg.type, one.args[i]!)),
  );
  if (others.length === 1) return others[0];
  // A NULL fits everywhere: it does not matter which, as long as all give the same type.
  if (fitting.every(({ result }) => sameType(result, fitting[0]!.result))) return fitting[0];
  throw new SqlError(
    "TYPE_MISMATCH",
    `Could not choose a best candidate operator. Explicit type casts must be added.`,
    at,
  );
}

/** Whether everything that one overload takes could be given to the other. */
function isMoreSpecific(one: BoundFunction, other: BoundFunction): boolean {
  const args = one.args.map((type): Argument =>
    type.kind === "function" ? { parameters: type.args.length, resultOf: () => type.result } : { type },
  );
  return bind(other.declaration, args, true) !== undefined;
}

/** @throws SqlError if the function is not known or takes other arguments */
export function bindFunction(name: string, args: readonly Argument[], at: Position): BoundFunction {
  const bound = choose(name, args, at);
  if (bound !== undefined) return bound;
  const expected = declarationsOf(name).map(({ signature }) => signature.text);
  throw new SqlError(
    "FUNCTION_NOT_FOUND",
    `Unexpected parameters (${args.map((arg) => ("type" in arg ? formatType(arg.type) : "<function>")).join(", ")}) for function ${name}. Expected: ${expected.join(", ")}`,
    at,
  );
}

function bind(declaration: FunctionDeclaration, args: readonly Argument[], coerce: boolean): BoundFunction | undefined {
  const { signature } = declaration;
  const parameters = parametersFor(signature, args.length);
  if (parameters === undefined) return undefined;
  const bindings: Bindings = { types: new Map(), numbers: new Map() };
  for (const [i, arg] of args.entries()) {
    const isFunction = "name" in parameters[i]! && parameters[i].name === "function";
    if ("type" in arg === isFunction) {
      // NULL may stand for a lambda nowhere.
      return undefined;
    }
    if ("type" in arg && !unify(parameters[i]!, arg.type, bindings, coerce)) return undefined;
  }
  for (const [i, arg] of args.entries()) {
    if ("type" in arg) continue;
    const inner = (parameters[i] as { parameters: readonly Pattern[] }).parameters;
    if (arg.parameters !== inner.length - 1) return undefined;
    const result = arg.resultOf(inner.slice(0, -1).map((pattern) => realize(pattern, bindings)));
    const wanted = inner[inner.length - 1]!;
    if (result.kind === "unknown" && !("variable" in wanted)) return undefined;
    if (!unify(wanted, result, bindings, true)) return undefined;
  }
  for (const letter of signature.orderable) if (!isOrderable(bindings.types.get(letter) ?? UNKNOWN)) return undefined;
  const types = parameters.map((pattern) => realize(pattern, bindings));
  for (const [i, arg] of args.entries()) {
    if (!("type" in arg)) {
      // What a lambda gives is not converted.
      const { args: given, result: wanted } = types[i] as TypeOf<"function">;
      const result = arg.resultOf(given);
      if (result.kind !== "unknown" && !sameShape(result, wanted)) return undefined;
      continue;
    }
    if (coerce ? !canCoerce(arg.type, types[i]!) : !sameShape(arg.type, types[i]!)) return undefined;
  }
  const result =
    declaration.result?.({ args: types, result: UNKNOWN, bindings }) ?? realize(signature.result, bindings);
  return { declaration, name: signature.name, args: types, result, bindings };
}

/** The same type but for a length or the digits of a second. */
function sameShape(a: Type, b: Type): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind === "varchar" || a.kind === "char") return true;
  if (a.kind === "array") return sameShape(a.element, (b as TypeOf<"array">).element);
  if (a.kind === "map")
    return sameShape(a.key, (b as TypeOf<"map">).key) && sameShape(a.value, (b as TypeOf<"map">).value);
  if (a.kind === "row") {
    const { fields } = b as TypeOf<"row">;
    return (
      fields.length === 0 ||
      (fields.length === a.fields.length && a.fields.every((field, i) => sameShape(field.type, fields[i]!.type)))
    );
  }
  return sameType(a, b);
}
