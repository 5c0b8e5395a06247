import { eachElement, type Span } from "./decode";
import { parseSpan } from "./parse";
import { ARRAY } from "./token-kinds";

const OPEN_ARRAY = 0x5b;
const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** The elements of bytes that are a JSON array, as they were sent; undefined for anything else, also for an array with a mistake. */
export function elementsOf(bytes: Buffer): Span[] | undefined {
  let at = 0;
  while (at < bytes.length && BLANKS.has(bytes[at]!)) at++;
  // Most messages are objects; they are not read twice.
  if (bytes[at] !== OPEN_ARRAY) return undefined;
  let span: Span;
  try {
    span = parseSpan(bytes);
  } catch {
    return undefined;
  }
  if (span.kind !== ARRAY) return undefined;
  const elements: Span[] = [];
  eachElement(span, (element) => void elements.push(element));
  return elements;
}
