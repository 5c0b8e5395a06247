/** Functions of numbers and conditions that DuckDB has under the same meaning. */
import { native } from "./registry";

for (const type of ["bigint", "integer", "smallint", "tinyint", "double", "real", "decimal(p,s)"])
  native(`abs(${type}): ${type}`);
