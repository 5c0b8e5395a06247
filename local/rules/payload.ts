import { parseJson as parse } from "../../etl/json";
import type { Value } from "../../etl/expressions";

/** A payload as a rule's expressions see it, and its text, from which nothing is lost. */
export type Payload = { ok: true; text: string; value: Value } | { ok: false; reason: string };

export function parseJson(payload: Buffer): Payload {
  try {
    return { ok: true, value: parse(payload), text: payload.toString("utf8") };
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  }
}
