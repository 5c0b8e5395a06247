/**
 * Halves of surrogate pairs. JSON may hold the escape of one half alone, such as `"caf\ud83c"` of a text that was cut, and
 * no character stands for it: readers of UTF-8, of Parquet and of JSON lines refuse it. U+FFFD, the replacement
 * character, takes its place, as in every conversion of such a text to UTF-8 (https://encoding.spec.whatwg.org/).
 */
const BACKSLASH = 0x5c;
const U = 0x75;
/** Bytes of one escape, `\ud83c`. */
const LENGTH = 6;
const REPLACEMENT = Buffer.from("\\ufffd");

/** A copy of bytes [from, to), which are JSON, without halves of pairs; undefined when there are none. */
export function replaceLoneSurrogates(bytes: Buffer, from: number, to: number): Buffer | undefined {
  let copy: Buffer | undefined;
  for (let at = bytes.indexOf(BACKSLASH, from); at >= 0 && at < to; at = bytes.indexOf(BACKSLASH, at)) {
    const code = codeAt(bytes, at);
    if (code === undefined || code < 0xd800 || code > 0xdfff) at += code === undefined ? 2 : LENGTH;
    else if (code < 0xdc00 && isLow(codeAt(bytes, at + LENGTH))) at += 2 * LENGTH;
    else {
      copy ??= Buffer.from(bytes.subarray(from, to));
      REPLACEMENT.copy(copy, at - from);
      at += LENGTH;
    }
  }
  return copy;
}

/** The code that an escape with four hex digits stands for; undefined for anything else. */
function codeAt(bytes: Buffer, at: number): number | undefined {
  if (bytes[at] !== BACKSLASH || bytes[at + 1] !== U) return undefined;
  return parseInt(bytes.toString("latin1", at + 2, at + LENGTH), 16);
}

function isLow(code: number | undefined): boolean {
  return code !== undefined && code >= 0xdc00 && code <= 0xdfff;
}
