import type { NativeContext, ScalarTemplate } from "./template";

const call =
  (name: string): ScalarTemplate =>
  (args) =>
    `${name}(${args.join(", ")})`;

/** Both count code points from 1; only Trino counts from the end below it. */
function substring(args: readonly string[], { exprs }: NativeContext): string | undefined {
  const counted = exprs.slice(1).every((expr) => {
    const constant = expr.kind === "cast" ? expr.operand : expr;
    return constant.kind === "literal" && Number(constant.value) >= 1;
  });
  return counted ? `substring(${args.join(", ")})` : undefined;
}

/** Numbers, texts, dates: DuckDB's function of the same meaning. */
export const SCALARS: Record<string, ScalarTemplate> = {
  "abs(double)": call("abs"),
  "substr(varchar(x), bigint, bigint)": substring,
  "substring(varchar(x), bigint, bigint)": substring,
  "random()": call("random"),
  "rand()": call("random"),
};
