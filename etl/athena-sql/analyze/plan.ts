/** A statement with every name resolved and every type known: what the analyzer makes and an executor reads. */
import type { Comparison } from "../syntax/ast";
import type { Position } from "../syntax/error";
import type { BoundFunction } from "../builtins/registry";
import type { Type } from "../types/type";
import type { Value } from "../values/value";

export type Expr =
  | { readonly kind: "literal"; readonly type: Type; readonly value: Value }
  | ColumnExpr
  | { readonly kind: "variable"; readonly type: Type; readonly id: number; readonly name: string }
  | {
      readonly kind: "lambda";
      readonly type: Type;
      readonly parameters: readonly LambdaParameter[];
      readonly body: Expr;
    }
  | {
      readonly kind: "call";
      readonly type: Type;
      readonly call: BoundFunction;
      readonly args: readonly Expr[];
      readonly at: Position;
    }
  | { readonly kind: "cast"; readonly type: Type; readonly operand: Expr; readonly safe: boolean }
  | {
      readonly kind: "compare";
      readonly type: Type;
      readonly operator: Comparison;
      readonly left: Expr;
      readonly right: Expr;
    }
  | { readonly kind: "distinctFrom"; readonly type: Type; readonly left: Expr; readonly right: Expr }
  | { readonly kind: "logical"; readonly type: Type; readonly operator: "AND" | "OR"; readonly terms: readonly Expr[] }
  | { readonly kind: "not"; readonly type: Type; readonly operand: Expr }
  | { readonly kind: "isNull"; readonly type: Type; readonly operand: Expr }
  | { readonly kind: "in"; readonly type: Type; readonly operand: Expr; readonly items: readonly Expr[] }
  | {
      readonly kind: "like";
      readonly type: Type;
      readonly operand: Expr;
      readonly pattern: Expr;
      readonly escape: Expr | undefined;
    }
  | {
      readonly kind: "case";
      readonly type: Type;
      readonly whens: readonly { readonly when: Expr; readonly then: Expr }[];
      readonly otherwise: Expr;
    }
  | { readonly kind: "coalesce"; readonly type: Type; readonly items: readonly Expr[] }
  | { readonly kind: "nullif"; readonly type: Type; readonly value: Expr; readonly left: Expr; readonly right: Expr }
  | { readonly kind: "try"; readonly type: Type; readonly operand: Expr }
  | { readonly kind: "field"; readonly type: Type; readonly operand: Expr; readonly index: number }
  | { readonly kind: "row"; readonly type: Type; readonly items: readonly Expr[] }
  | { readonly kind: "array"; readonly type: Type; readonly items: readonly Expr[] }
  | { readonly kind: "scalarQuery"; readonly type: Type; readonly query: QueryPlan }
  | { readonly kind: "exists"; readonly type: Type; readonly query: QueryPlan }
  | {
      readonly kind: "inQuery";
      readonly type: Type;
      readonly operand: Expr;
      readonly query: QueryPlan;
      readonly compareAs: Type;
    }
  | {
      readonly kind: "quantified";
      readonly type: Type;
      readonly operator: Comparison;
      readonly quantifier: "ALL" | "ANY";
      readonly operand: Expr;
      readonly query: QueryPlan;
      readonly compareAs: Type;
    }
  | AggregateExpr
  | WindowExpr
  | { readonly kind: "grouping"; readonly type: Type; readonly items: readonly Expr[]; readonly at: Position };

export type ExprOf<K extends Expr["kind"]> = Extract<Expr, { kind: K }>;

/** A column of a relation. */
export interface ColumnExpr {
  readonly kind: "column";
  readonly type: Type;
  readonly relation: number;
  readonly index: number;
  /** as the statement writes it, for messages */
  readonly text: string;
  readonly at: Position;
}

/** A parameter of a lambda. */
export interface LambdaParameter {
  readonly id: number;
  readonly name: string;
  readonly type: Type;
}

/** A key of ORDER BY. */
export interface Sort {
  readonly key: Expr;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** A call of an aggregate. */
export interface AggregateExpr {
  readonly kind: "aggregate";
  readonly type: Type;
  readonly call: BoundFunction;
  readonly args: readonly Expr[];
  readonly distinct: boolean;
  readonly orderBy: readonly Sort[];
  readonly filter: Expr | undefined;
  readonly at: Position;
  /** as the statement writes it, for messages */
  readonly text: string;
}

/** A call of a function behind OVER. */
export interface WindowExpr {
  readonly kind: "window";
  readonly type: Type;
  readonly call: BoundFunction;
  readonly args: readonly Expr[];
  readonly distinct: boolean;
  readonly filter: Expr | undefined;
  readonly orderedBy: readonly Sort[];
  readonly ignoreNulls: boolean;
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly Sort[];
  readonly frame: Frame | undefined;
  readonly at: Position;
  readonly text: string;
}

/** A window frame. */
export interface Frame {
  readonly unit: "ROWS" | "RANGE" | "GROUPS";
  readonly start: Bound;
  readonly end: Bound;
}

/** A bound of a window frame. */
export interface Bound {
  readonly kind: "UNBOUNDED PRECEDING" | "PRECEDING" | "CURRENT ROW" | "FOLLOWING" | "UNBOUNDED FOLLOWING";
  readonly value: Expr | undefined;
}

/** A column of a result or a relation. */
export interface OutputColumn {
  readonly name: string | undefined;
  readonly type: Type;
}

/** A query with every name resolved. */
export interface QueryPlan {
  /** named queries that this one and those in it may read */
  readonly withs: readonly WithPlan[];
  readonly body: BodyPlan;
  /** for a SELECT over its own sources; for others over the relation `result` */
  readonly orderBy: readonly Sort[];
  readonly offset: number | undefined;
  readonly limit: { readonly count: number; readonly ties: boolean } | undefined;
  /** the relation that ORDER BY of anything but a SELECT reads */
  readonly result: number;
  readonly output: readonly OutputColumn[];
}

/** A query of WITH. */
export interface WithPlan {
  readonly id: number;
  readonly query: QueryPlan;
  readonly recursive: boolean;
}

export type BodyPlan =
  | SelectPlan
  | {
      readonly kind: "setOperation";
      readonly operator: "UNION" | "INTERSECT" | "EXCEPT";
      readonly distinct: boolean;
      readonly left: BodyPlan;
      readonly right: BodyPlan;
      readonly types: readonly Type[];
      readonly leftTypes: readonly Type[];
      readonly rightTypes: readonly Type[];
    }
  | { readonly kind: "values"; readonly rows: readonly (readonly Expr[])[]; readonly types: readonly Type[] }
  | { readonly kind: "nested"; readonly query: QueryPlan };

/** A SELECT with every name resolved. */
export interface SelectPlan {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly items: readonly Expr[];
  readonly from: RelationPlan | undefined;
  readonly where: Expr | undefined;
  readonly grouping: GroupingPlan | undefined;
  readonly having: Expr | undefined;
}

/** Grouping makes a relation of its own: first the keys, then the aggregates, then GROUPING(...). What is selected reads it. */
export interface GroupingPlan {
  readonly relation: number;
  readonly keys: readonly Expr[];
  /** places of keys; undefined when there is no GROUP BY, or one list of keys */
  readonly sets: readonly (readonly number[])[];
  readonly aggregates: readonly AggregateExpr[];
  readonly groupings: readonly (readonly number[])[];
}

export type RelationPlan =
  | {
      readonly kind: "table";
      readonly relation: number;
      readonly database: string;
      readonly name: string;
      readonly columns: readonly OutputColumn[];
    }
  | { readonly kind: "derived"; readonly relation: number; readonly query: QueryPlan; readonly lateral: boolean }
  | {
      readonly kind: "named";
      readonly relation: number;
      readonly id: number;
      readonly columns: readonly OutputColumn[];
    }
  | {
      readonly kind: "unnest";
      readonly relation: number;
      readonly items: readonly Expr[];
      readonly ordinality: boolean;
    }
  | {
      readonly kind: "sampled";
      readonly relation: RelationPlan;
      readonly percentage: number;
      readonly method: "BERNOULLI" | "SYSTEM";
    }
  | {
      readonly kind: "join";
      readonly join: "INNER" | "LEFT" | "RIGHT" | "FULL" | "CROSS";
      readonly left: RelationPlan;
      readonly right: RelationPlan;
      readonly on: Expr | undefined;
    };
