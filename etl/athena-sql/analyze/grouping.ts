import type { Node } from "../syntax/ast";
import { SqlError } from "../syntax/error";
import { formatNode } from "./format";
import type { AggregateExpr, Expr, GroupingPlan } from "./plan";
import { column, type Scope } from "./scope";
import { keyOf, mapParts, visitParts } from "./walk";

/** Turns expressions over the rows of a FROM into expressions over their groups. */
export class Grouping {
  private readonly keys: Expr[] = [];
  private readonly places = new Map<string, number>();
  private readonly aggregates: AggregateExpr[] = [];
  private readonly aggregatePlaces = new Map<string, number>();
  private readonly groupings: number[][] = [];
  /** relations of the FROM, whose columns exist only in keys and aggregates */
  private readonly sources: ReadonlySet<number>;
  sets: readonly (readonly number[])[] = [[]];

  constructor(
    scope: Scope,
    private readonly relation: number,
  ) {
    const sources = new Set<number>();
    for (const { expr } of scope.fields)
      visitParts(expr, (part) => {
        if (part.kind === "column") sources.add(part.relation);
      });
    this.sources = sources;
  }

  /** Adds a key. @returns its place */
  key(expr: Expr): number {
    const key = keyOf(expr);
    const known = this.places.get(key);
    if (known !== undefined) return known;
    this.keys.push(expr);
    this.places.set(key, this.keys.length - 1);
    return this.keys.length - 1;
  }

  /** Whether an expression has an aggregate of this query; those of queries inside it are in their plans already. */
  collects(expr: Expr): boolean {
    let found = false;
    visitParts(expr, ({ kind }) => {
      if (kind === "aggregate" || kind === "grouping") found = true;
      return !found;
    });
    return found;
  }

  /** The expression over groups. @throws SqlError for a column that is neither a key nor in an aggregate */
  over(expr: Expr, node: Node | undefined): Expr {
    const place = this.places.get(keyOf(expr));
    if (place !== undefined) return column(this.relation, place, expr.type, "", { line: 1, column: 1 });
    if (expr.kind === "aggregate") return this.aggregate(expr);
    if (expr.kind === "grouping") return this.grouping(expr);
    if (expr.kind === "column" && this.sources.has(expr.relation)) {
      const at = node?.at ?? expr.at;
      const text = node === undefined ? expr.text : formatNode(node);
      throw new SqlError(
        "EXPRESSION_NOT_AGGREGATE",
        `'${text}' must be an aggregate expression or appear in GROUP BY clause`,
        at,
      );
    }
    return mapParts(expr, (part) => this.over(part, node));
  }

  private aggregate(expr: AggregateExpr): Expr {
    const key = keyOf(expr);
    let place = this.aggregatePlaces.get(key);
    if (place === undefined) {
      place = this.aggregates.push(expr) - 1;
      this.aggregatePlaces.set(key, place);
    }
    // Keys may still be added by nobody: they are all known before the first expression is turned.
    return column(this.relation, this.keys.length + place, expr.type, expr.text, expr.at);
  }

  private grouping({ items, at, type }: Extract<Expr, { kind: "grouping" }>): Expr {
    const places = items.map((item) => {
      const place = this.places.get(keyOf(item));
      if (place === undefined)
        throw new SqlError(
          "INVALID_ARGUMENTS",
          "The arguments to GROUPING() must be expressions referenced by the GROUP BY at the associated query level",
          at,
        );
      return place;
    });
    this.groupings.push(places);
    return { kind: "grouping", type, items: [column(this.relation, -this.groupings.length, type, "", at)], at };
  }

  plan(): GroupingPlan {
    return {
      relation: this.relation,
      keys: this.keys,
      sets: this.sets,
      aggregates: this.aggregates,
      groupings: this.groupings,
    };
  }
}
