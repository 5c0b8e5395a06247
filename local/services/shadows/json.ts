import { eachElement, eachMember, kinds, parseSpan, spanText, type Span } from "../../../etl/json";

/** A JSON value; whole numbers beyond 2^53 are bigints, so that none of their digits is lost. */
export type Json = null | boolean | number | bigint | string | Json[] | { [name: string]: Json };
export type JsonObject = Record<string, Json>;

/** Whether a value is an object and no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A member of its own; `__proto__`, `constructor` and the like are names as any other. */
export function member(object: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Sets a member, whatever its name is. */
export function setMember(object: JsonObject, name: string, value: Json): void {
  if (name === "__proto__")
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  else object[name] = value;
}

/** @throws Error when the text is no JSON, is nested more than 128 levels deep, or has a number beyond a double's range */
export function parseDocument(text: Buffer): Json {
  return valueOf(parseSpan(text));
}

/** JSON text of a value that may hold bigints, which JSON.stringify refuses. */
export function stringifyDocument(value: Json): string {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return `[${value.map(stringifyDocument).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${stringifyDocument(item)}`).join(",")}}`;
}

function valueOf(span: Span): Json {
  switch (span.kind) {
    case kinds.OBJECT: {
      const object: JsonObject = {};
      eachMember(span, (name, value) => setMember(object, name, valueOf(value)));
      return object;
    }
    case kinds.ARRAY: {
      const items: Json[] = [];
      eachElement(span, (value) => void items.push(valueOf(value)));
      return items;
    }
    case kinds.INTEGER:
    case kinds.NUMBER:
      return numberOf(spanText(span));
    default:
      return JSON.parse(spanText(span)) as Json;
  }
}

function numberOf(text: string): number | bigint {
  const number = Number(text);
  if (!Number.isFinite(number)) throw new Error("a number is beyond the range of a double");
  return /^-?\d+$/.test(text) && !Number.isSafeInteger(number) ? BigInt(text) : number;
}
