import type { ScalarTemplate } from ".";

const call =
  (name: string): ScalarTemplate =>
  (args) =>
    `${name}(${args.join(", ")})`;

/** Numbers, texts, dates: DuckDB's function of the same meaning. */
export const SCALARS: Record<string, ScalarTemplate> = {
  "random()": call("random"),
};
for (const type of ["bigint", "integer", "smallint", "tinyint", "double", "real", "decimal(p,s)"])
  SCALARS[`abs(${type})`] = call("abs");
