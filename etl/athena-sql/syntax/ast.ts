/** What a statement says, before names and types are looked up. */
import type { Position } from "./error";

/** A name as it is written. */
export interface Identifier {
  readonly name: string;
  readonly quoted: boolean;
  readonly at: Position;
}

/** A type as it is written. */
export interface TypeNode {
  readonly at: Position;
  /** lower case; `timestamp with time zone` and `interval day to second` in full */
  readonly name: string;
  readonly parameters: readonly (number | TypeNode)[];
  /** of ROW */
  readonly fields?: readonly { readonly name: string | undefined; readonly type: TypeNode }[];
}

export type Node =
  | { kind: "null"; at: Position }
  | { kind: "boolean"; at: Position; value: boolean }
  | { kind: "number"; at: Position; form: "integer" | "decimal" | "double"; text: string }
  | { kind: "string"; at: Position; value: string }
  | { kind: "binary"; at: Position; value: string }
  | { kind: "typed"; at: Position; type: string; value: string }
  | { kind: "interval"; at: Position; sign: 1 | -1; value: string; from: IntervalField; to: IntervalField | undefined }
  | { kind: "parameter"; at: Position; index: number }
  | { kind: "identifier"; at: Position; name: Identifier }
  | { kind: "dereference"; at: Position; base: Node; field: Identifier }
  | { kind: "subscript"; at: Position; base: Node; index: Node }
  /** `word`: written as ROW(...) */
  | { kind: "row"; at: Position; items: Node[]; word: boolean }
  | { kind: "array"; at: Position; items: Node[] }
  | { kind: "call"; at: Position; call: Call }
  | { kind: "lambda"; at: Position; parameters: Identifier[]; body: Node }
  | { kind: "subquery"; at: Position; query: Query }
  | { kind: "exists"; at: Position; query: Query }
  | {
      kind: "case";
      at: Position;
      operand: Node | undefined;
      whens: { when: Node; then: Node; at: Position }[];
      otherwise: Node | undefined;
    }
  | { kind: "cast"; at: Position; operand: Node; type: TypeNode; safe: boolean }
  | { kind: "extract"; at: Position; field: string; operand: Node }
  | { kind: "current"; at: Position; name: string; precision: number | undefined }
  | { kind: "trim"; at: Position; side: "BOTH" | "LEADING" | "TRAILING"; characters: Node | undefined; operand: Node }
  | { kind: "normalize"; at: Position; operand: Node; form: string }
  | { kind: "grouping"; at: Position; items: Node[] }
  | { kind: "json"; at: Position; json: JsonCall }
  | { kind: "not"; at: Position; operand: Node }
  | { kind: "logical"; at: Position; operator: "AND" | "OR"; terms: Node[] }
  | { kind: "unary"; at: Position; operator: "+" | "-"; operand: Node }
  | { kind: "arithmetic"; at: Position; operator: "+" | "-" | "*" | "/" | "%"; left: Node; right: Node }
  | { kind: "concat"; at: Position; left: Node; right: Node }
  | { kind: "atTimeZone"; at: Position; operand: Node; zone: Node }
  | { kind: "comparison"; at: Position; operator: Comparison; left: Node; right: Node }
  | { kind: "distinctFrom"; at: Position; left: Node; right: Node; negated: boolean }
  | { kind: "quantified"; at: Position; operator: Comparison; quantifier: "ALL" | "ANY"; left: Node; query: Query }
  | { kind: "between"; at: Position; operand: Node; low: Node; high: Node; negated: boolean }
  | { kind: "in"; at: Position; operand: Node; items: Node[]; negated: boolean }
  | { kind: "inQuery"; at: Position; operand: Node; query: Query; negated: boolean }
  | { kind: "like"; at: Position; operand: Node; pattern: Node; escape: Node | undefined; negated: boolean }
  | { kind: "isNull"; at: Position; operand: Node; negated: boolean };

export type NodeOf<K extends Node["kind"]> = Extract<Node, { kind: K }>;
export type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=";
export type IntervalField = "YEAR" | "MONTH" | "DAY" | "HOUR" | "MINUTE" | "SECOND";

/** `f(x, y)` with all that may stand in and behind it. */
export interface Call {
  readonly name: readonly Identifier[];
  readonly args: readonly Node[];
  /** `count(*)` */
  readonly star: boolean;
  readonly distinct: boolean;
  readonly orderBy: readonly SortItem[];
  readonly filter: Node | undefined;
  readonly nulls: "RESPECT" | "IGNORE" | undefined;
  readonly over: WindowSpec | Identifier | undefined;
  /** `LISTAGG(x, sep ON OVERFLOW ...)` */
  readonly overflow?: { readonly truncate: boolean; readonly filler: string; readonly count: boolean };
}

/** JSON_EXISTS, JSON_VALUE, JSON_QUERY, JSON_OBJECT, JSON_ARRAY. */
export interface JsonCall {
  readonly name: "JSON_EXISTS" | "JSON_VALUE" | "JSON_QUERY" | "JSON_OBJECT" | "JSON_ARRAY";
  readonly input: Node | undefined;
  readonly path: string;
  readonly passing: readonly { readonly value: Node; readonly name: Identifier }[];
  readonly returning: TypeNode | undefined;
  /** upper case: ERROR, NULL, `DEFAULT`, TRUE, FALSE, UNKNOWN, `EMPTY ARRAY`, `EMPTY OBJECT` */
  readonly onEmpty: string | undefined;
  readonly emptyDefault?: Node;
  readonly onError: string | undefined;
  readonly errorDefault?: Node;
  /** `WITHOUT`, `CONDITIONAL`, `UNCONDITIONAL` */
  readonly wrapper: string | undefined;
  readonly quotes: "KEEP" | "OMIT" | undefined;
  /** of JSON_OBJECT (key and value) and JSON_ARRAY (value) */
  readonly members: readonly { readonly key?: Node; readonly value: Node; readonly format: boolean }[];
  readonly nullOnNull: boolean;
  readonly uniqueKeys: boolean;
}

/** A key of ORDER BY. */
export interface SortItem {
  readonly at: Position;
  readonly key: Node;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** What stands behind OVER or in WINDOW. */
export interface WindowSpec {
  readonly at: Position;
  readonly base: Identifier | undefined;
  readonly partitionBy: readonly Node[];
  readonly orderBy: readonly SortItem[];
  readonly frame: WindowFrame | undefined;
}

/** ROWS, RANGE or GROUPS with its bounds. */
export interface WindowFrame {
  readonly at: Position;
  readonly unit: "ROWS" | "RANGE" | "GROUPS";
  readonly start: FrameBound;
  readonly end: FrameBound | undefined;
}

/** A bound of a window frame. */
export interface FrameBound {
  readonly at: Position;
  readonly kind: "UNBOUNDED PRECEDING" | "PRECEDING" | "CURRENT ROW" | "FOLLOWING" | "UNBOUNDED FOLLOWING";
  readonly value: Node | undefined;
}

/** A query with WITH, ORDER BY, OFFSET and LIMIT. */
export interface Query {
  readonly at: Position;
  readonly recursive: boolean;
  readonly withs: readonly NamedQuery[];
  readonly body: Body;
  readonly orderBy: readonly SortItem[];
  readonly offset: { readonly count: Node; readonly at: Position } | undefined;
  readonly limit: { readonly count: Node | undefined; readonly ties: boolean; readonly at: Position } | undefined;
}

/** A query of WITH. */
export interface NamedQuery {
  readonly name: Identifier;
  readonly columns: readonly Identifier[] | undefined;
  readonly query: Query;
}

export type Body =
  | Select
  | {
      kind: "setOperation";
      at: Position;
      operator: "UNION" | "INTERSECT" | "EXCEPT";
      distinct: boolean;
      left: Body;
      right: Body;
    }
  | { kind: "values"; at: Position; rows: Node[] }
  | { kind: "tableBody"; at: Position; name: Identifier[] }
  | { kind: "nested"; at: Position; query: Query };

/** A SELECT without what stands behind its last clause. */
export interface Select {
  readonly kind: "select";
  readonly at: Position;
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: Relation | undefined;
  readonly where: Node | undefined;
  readonly groupBy: GroupBy | undefined;
  readonly having: Node | undefined;
  readonly windows: readonly { readonly name: Identifier; readonly spec: WindowSpec }[];
}

export type SelectItem =
  | { kind: "expression"; at: Position; value: Node; alias: Identifier | undefined }
  | { kind: "all"; at: Position; base: Node | undefined; aliases: Identifier[] | undefined };

/** GROUP BY with all its elements. */
export interface GroupBy {
  readonly at: Position;
  readonly distinct: boolean;
  readonly elements: readonly GroupingElement[];
}

export type GroupingElement =
  { kind: "simple"; at: Position; items: Node[] } | { kind: "rollup" | "cube" | "sets"; at: Position; sets: Node[][] };

export type Relation =
  | { kind: "table"; at: Position; name: Identifier[] }
  | { kind: "subqueryRelation"; at: Position; query: Query }
  | { kind: "unnest"; at: Position; items: Node[]; ordinality: boolean }
  | { kind: "lateral"; at: Position; query: Query }
  | { kind: "aliased"; at: Position; relation: Relation; alias: Identifier; columns: Identifier[] | undefined }
  | { kind: "sampled"; at: Position; relation: Relation; method: "BERNOULLI" | "SYSTEM"; percentage: Node }
  | {
      kind: "join";
      at: Position;
      join: "INNER" | "LEFT" | "RIGHT" | "FULL" | "CROSS" | "IMPLICIT";
      left: Relation;
      right: Relation;
      on: Node | undefined;
      using: Identifier[] | undefined;
    };

/** Statements other than queries carry what the local cloud needs to execute them, or only their name to refuse them by. */
export type Statement =
  | { kind: "query"; at: Position; query: Query }
  | {
      kind: "show";
      at: Position;
      what: ShowWhat;
      target: Identifier[] | undefined;
      like: string | undefined;
      escape: string | undefined;
      text: string;
    }
  | { kind: "describe"; at: Position; target: Identifier[] }
  | {
      kind: "explain";
      at: Position;
      analyze: boolean;
      type: string | undefined;
      format: string | undefined;
      statement: Statement;
    }
  | {
      kind: "createTableAs";
      at: Position;
      table: Identifier[];
      ifNotExists: boolean;
      properties: Property[];
      columns: Identifier[] | undefined;
      query: Query;
      withData: boolean;
    }
  | { kind: "insert"; at: Position; table: Identifier[]; columns: Identifier[] | undefined; query: Query }
  | { kind: "createView"; at: Position; view: Identifier[]; replace: boolean; query: Query; text: string }
  | { kind: "unload"; at: Position; query: Query; location: string; properties: Property[] }
  | { kind: "prepare"; at: Position; name: Identifier; statement: Statement; text: string }
  | { kind: "execute"; at: Position; name: Identifier; parameters: Node[] }
  | { kind: "deallocate"; at: Position; name: Identifier }
  | { kind: "other"; at: Position; name: string };

export type StatementOf<K extends Statement["kind"]> = Extract<Statement, { kind: K }>;
export type ShowWhat =
  | "TABLES"
  | "VIEWS"
  | "DATABASES"
  | "SCHEMAS"
  | "COLUMNS"
  | "PARTITIONS"
  | "CREATE TABLE"
  | "CREATE VIEW"
  | "FUNCTIONS"
  | "CATALOGS"
  | "TBLPROPERTIES";

/** A property in WITH (...), such as `format = 'PARQUET'`. */
export interface Property {
  readonly name: string;
  readonly value: Node;
  readonly at: Position;
}
