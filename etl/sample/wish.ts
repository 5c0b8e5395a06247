/** What is wanted of an attribute of simulated messages: everything that the documents say about it. */
import type { ColumnType } from "../columns";
import type { PathStep } from "../expressions";

/** What a part of the documents does with an attribute. */
export type Use = "number" | "text" | "boolean" | "device";

/** An attribute, or the message itself. */
export interface Wish {
  readonly members: Map<string, Wish>;
  /** of an array */
  element: Wish | undefined;
  /** of the datastore's column */
  type: ColumnType | undefined;
  /** writes a time as the documents read it; ms since 1970 */
  time: ((ms: number) => unknown) | undefined;
  /** numbers that it is compared with: values lie around them */
  readonly near: number[];
  /** texts that it is compared with */
  readonly texts: string[];
  readonly uses: Set<Use>;
}

/** The wishes at a path of the message that an activity or a query sees; none if an activity made what is there. */
export type Reach = (path: readonly PathStep[]) => Wish[];

/** Nothing is known. */
export function newWish(): Wish {
  return {
    members: new Map(),
    element: undefined,
    type: undefined,
    time: undefined,
    near: [],
    texts: [],
    uses: new Set(),
  };
}

/** The wish at a path, made if there is none. */
export function wishAt(root: Wish, path: readonly PathStep[]): Wish {
  let wish = root;
  for (const step of path) {
    if (typeof step === "number") wish = wish.element ??= newWish();
    else {
      let member = wish.members.get(step);
      if (member === undefined) wish.members.set(step, (member = newWish()));
      wish = member;
    }
  }
  return wish;
}

/** Wants the value to fit a column. */
export function wantType(wish: Wish, type: ColumnType): void {
  if (type.kind === "struct") for (const field of type.fields) wantType(wishAt(wish, [field.name]), field.type);
  else if (type.kind === "array") wantType((wish.element ??= newWish()), type.element);
  else wish.type ??= type;
}
