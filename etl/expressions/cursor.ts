/** A place in a text of tokens: what parsers of expressions and of statements share. */
import { ExpressionError } from "./errors";
import { hintFor, shownToken } from "./hints";
import { readToken, type Token } from "./tokens";

/** Reads tokens one after the other, and reports what stands at the wrong place. */
export class TokenCursor {
  token: Token;

  constructor(
    readonly text: string,
    offset: number,
  ) {
    this.token = readToken(text, offset);
  }

  /** @throws ExpressionError at the current token: `expected` and what is there instead */
  fail(expected: string, hint: string = hintFor(this.text, this.token)): never {
    throw new ExpressionError(this.text, this.token.at, `${expected}, found ${shownToken(this.token)}${hint}`);
  }

  /** Goes on to the next token. @returns the one before it */
  advance(): Token {
    const { token } = this;
    this.token = readToken(this.text, token.end);
    return token;
  }

  /** The token behind the current one. */
  peek(): Token {
    return readToken(this.text, this.token.end);
  }

  /** Whether the current token is this keyword or operator. */
  is(word: string): boolean {
    return this.token.word === word && this.token.kind !== "string" && this.token.kind !== "end";
  }

  take(word: string): boolean {
    const found = this.is(word);
    if (found) this.advance();
    return found;
  }

  expect(word: string): Token {
    return this.is(word) ? this.advance() : this.fail(`expected "${word.toUpperCase()}"`);
  }

  /** Goes on with the token at or after an offset: for what is not made of tokens. */
  moveTo(offset: number): void {
    this.token = readToken(this.text, offset);
  }
}
