import { SqlError } from "../error";
import type { Type } from "../types/type";
import type { Cast } from "./cast";

/** A value as JSON text. */
export function castToJson(_from: Type): Cast {
  return () => {
    throw new SqlError("NOT_SUPPORTED", "CAST to JSON is not executed by the local cloud");
  };
}

/** A JSON text as a value of a type. */
export function castFromJson(_to: Type): Cast {
  return () => {
    throw new SqlError("NOT_SUPPORTED", "CAST of JSON is not executed by the local cloud");
  };
}
