/** Texts by their code points, as Trino counts them. */

const SURROGATE = /[\ud800-\udfff]/;

/** Code points, each as a text. */
export function codePoints(text: string): string[] {
  return SURROGATE.test(text) ? [...text] : text.split("");
}

/** The length of a text as Trino counts it: in code points. */
export function codePointCount(text: string): number {
  return SURROGATE.test(text) ? [...text].length : text.length;
}

/** @param start from 0 @param end after the last one; default the end */
export function codePointSlice(text: string, start: number, end?: number): string {
  return SURROGATE.test(text) ? [...text].slice(start, end).join("") : text.slice(start, end);
}

/** Where a UTF-16 index is, in code points. */
export function codePointIndex(text: string, index: number): number {
  return codePointCount(text.slice(0, index));
}
