import type { ScalarTemplate } from "./template";

const call =
  (name: string): ScalarTemplate =>
  (args) =>
    `${name}(${args.join(", ")})`;

/** Numbers, texts, dates: DuckDB's function of the same meaning. */
export const SCALARS: Record<string, ScalarTemplate> = {
  "random()": call("random"),
  "rand()": call("random"),
};
