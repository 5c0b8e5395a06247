/** What is known of a column by its values, and its counterpart in the catalog. */
import { formatColumnType, type ColumnType } from "./type";

/** A column's type as its values show it. */
export type InferredType =
  /** by null alone */
  | { readonly kind: "nothing" }
  | { readonly kind: "boolean" | "bigint" | "double" | "string" }
  | { readonly kind: "array"; readonly element: InferredType }
  | { readonly kind: "struct"; readonly fields: readonly { readonly name: string; readonly type: InferredType }[] }
  /** a type that values do not come to by themselves, such as a `timestamp` that somebody set in the catalog: it stays */
  | { readonly kind: "set"; readonly type: ColumnType };

/** Of a column that had nothing but null. */
export const NOTHING: InferredType = { kind: "nothing" };

/** A struct of the given fields, in their order. */
export function structOf(fields: ReadonlyMap<string, InferredType>): InferredType {
  return { kind: "struct", fields: [...fields].map(([name, type]) => ({ name, type })) };
}

/** Whether two types are equal, the order of fields included. */
export function sameType(a: InferredType, b: InferredType): boolean {
  if (a === b) return true;
  if (a.kind === "array") return b.kind === "array" && sameType(a.element, b.element);
  if (a.kind === "struct") {
    return (
      b.kind === "struct" &&
      a.fields.length === b.fields.length &&
      a.fields.every(({ name, type }, index) => {
        const other = b.fields[index];
        return name === other?.name && sameType(type, other.type);
      })
    );
  }
  if (a.kind === "set") return b.kind === "set" && formatColumnType(a.type) === formatColumnType(b.type);
  return a.kind === b.kind;
}

/** The type as the catalog has it, without what nothing is known of; undefined when that is all of it. */
export function columnTypeOf(type: InferredType): ColumnType | undefined {
  switch (type.kind) {
    case "nothing":
      return undefined;
    case "set":
      return type.type;
    case "array": {
      const element = columnTypeOf(type.element);
      return element === undefined ? undefined : { kind: "array", element };
    }
    case "struct": {
      const fields = type.fields.flatMap(({ name, type: of }) => {
        const field = columnTypeOf(of);
        return field === undefined ? [] : [{ name, type: field }];
      });
      return fields.length === 0 ? undefined : { kind: "struct", fields };
    }
    default:
      return type;
  }
}

/** A type of the catalog as values would come to it, or as one that stays. */
export function inferredTypeOf(type: ColumnType): InferredType {
  switch (type.kind) {
    case "boolean":
    case "bigint":
    case "double":
    case "string":
      return { kind: type.kind };
    case "array":
      return { kind: "array", element: inferredTypeOf(type.element) };
    case "struct":
      return structOf(new Map(type.fields.map((field) => [field.name, inferredTypeOf(field.type)])));
    default:
      return { kind: "set", type };
  }
}
