import { array, VARCHAR, type Type } from "../../../etl/athena-sql/types/type";
import { joinList } from "../../../etl/athena-sql/builtins/collections";
import type { AggregateTemplate } from "./template";

/** The group's texts in the order of WITHIN GROUP, joined. */
const listagg: AggregateTemplate = ([text, separator, filler, count], write, { emitter, call }) => {
  const list = `list_filter(${write("list", [text!])}, lambda e: e IS NOT NULL)`;
  const rest = filler === undefined ? [] : [filler, count!];
  const types: Type[] = [array(VARCHAR), ...call.args.slice(1)];
  return emitter.udf("join list", types, VARCHAR, () => joinList, [list, separator!, ...rest]);
};

export const COLLECTIONS: Record<string, AggregateTemplate> = {
  "listagg(varchar, varchar)": listagg,
  "listagg(varchar, varchar, varchar, boolean)": listagg,
  "bitwise_and_agg(bigint)": ([value], write) => write("bit_and", [value!]),
  "bitwise_or_agg(bigint)": ([value], write) => write("bit_or", [value!]),
};
