/** Values of a query's result: typed by the local cloud, texts by Athena's API. */
import type { Cell } from "./model";
import type { CommonType } from "./types";

/** A count or a measure; 0 for NULL. */
export function numberOf(value: unknown): number {
  return value === null || value === undefined || value === "" ? 0 : Number(value);
}

/** A value as JSON can hold it. */
export function cellOf(value: unknown, { kind }: Pick<CommonType, "kind">): Cell {
  if (value === null || value === undefined) return null;
  if (kind === "boolean") return typeof value === "boolean" ? value : String(value) === "true";
  if (kind !== "number")
    return typeof value === "string"
      ? value
      : typeof value === "object"
        ? JSON.stringify(value)
        : String(value as number);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  const text = String(value as string | bigint);
  const number = Number(text);
  if (!Number.isFinite(number)) return text;
  // Digits that a double does not hold stay as text.
  return Number.isSafeInteger(number) || /[.eE]/.test(text) ? exact(text, number) : text;
}

/** A decimal with more digits than a double tells apart stays as text. */
function exact(text: string, number: number): Cell {
  const digits = text.replace(/[eE].*$/, "").replace(/^[-0.]+|\./g, "");
  return digits.length <= 17 ? number : text;
}
