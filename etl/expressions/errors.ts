/** What is wrong with an expression, and where. */
export interface Finding {
  /** offset of the character in the expression's text */
  at: number;
  message: string;
}

/** How much of a long expression an error shows on each side of the caret. */
const WINDOW = 60;

/**
 * A mistake in an expression's text. `message` is one sentence; `withCaret()` adds the text and a caret under the place.
 */
export class ExpressionError extends SyntaxError {
  readonly reason: string;
  readonly at: number;
  readonly text: string;

  constructor(text: string, at: number, reason: string) {
    super(`${reason} (at character ${at + 1})`);
    this.name = "ExpressionError";
    this.reason = reason;
    this.at = at;
    this.text = text;
  }

  withCaret(): string {
    return `${this.message}\n${caret(this.text, this.at)}`;
  }
}

/** Two indented lines: the text around `at`, and a caret under it. */
export function caret(text: string, at: number): string {
  const from = at > WINDOW ? at - WINDOW : 0;
  const to = Math.min(text.length, at + WINDOW);
  const before = from > 0 ? "..." : "";
  const after = to < text.length ? "..." : "";
  // a tab or a line break would move the caret away from its place
  const shown = text.slice(from, to).replace(/\s/g, " ");
  return `    ${before}${shown}${after}\n    ${" ".repeat(before.length + at - from)}^`;
}
