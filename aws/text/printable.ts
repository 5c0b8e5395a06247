/**
 * Characters that change what a terminal shows or does beside themselves: control characters (C0, C1), controls of the writing direction,
 * and the separators of lines and paragraphs (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing).
 */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u;
const ALL_UNSAFE = new RegExp(UNSAFE, "gu");
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** A value of a message or a file as one line of a terminal: characters that would move the cursor or change colours or direction are escaped. */
export function printable(text: string): string {
  return UNSAFE.test(text) ? text.replace(ALL_UNSAFE, escaped) : text;
}

/** As `printable`, for a text of several lines: line feeds and tabs stay. */
export function printableLines(text: string): string {
  return UNSAFE.test(text)
    ? text.replace(ALL_UNSAFE, (char) => (char === "\n" || char === "\t" ? char : escaped(char)))
    : text;
}

function escaped(char: string): string {
  return SHORT[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
