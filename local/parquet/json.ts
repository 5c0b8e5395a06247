/** JSON as it was sent: numbers keep their digits, so nothing is lost before a column's type is known. */

/** Nesting that a record may have; far beyond real telemetry, and far below the stack's end. */
const MAX_DEPTH = 512;

/** A number's text, exactly as sent. */
export class Numeral {
  constructor(readonly text: string) {}
}

/** An array, with its place in the text. */
export class JsonArray {
  constructor(
    readonly items: readonly Json[],
    readonly text: string,
  ) {}
}

/** An object, with its place in the text. Names are lower-cased where the reader was told so. */
export class JsonObject {
  constructor(
    readonly members: ReadonlyMap<string, Json>,
    readonly text: string,
  ) {}
}

export type Json = null | boolean | string | Numeral | JsonArray | JsonObject;

/** Why a record cannot be converted. Not an Error: it is thrown for every bad record, and a stack costs more than the record. */
export class Failure {
  constructor(
    readonly code: string,
    readonly message: string,
  ) {}
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// A control character, which no string may hold, is left for JSON.parse to refuse.
const ESCAPED_STRING = /"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/** Reads JSON values one after the other from a text. Everything that is not JSON is thrown as a Failure. */
export class JsonReader {
  at = 0;
  private text = "";
  private depth = 0;

  constructor(private readonly lowerCaseNames: boolean) {}

  reset(text: string): void {
    this.text = text;
    this.at = 0;
    this.depth = 0;
  }

  /** Skips white space and returns the code of the character that follows; NaN at the end. */
  peek(): number {
    const { text } = this;
    let code = text.charCodeAt(this.at);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = text.charCodeAt(++this.at);
    return code;
  }

  get atEnd(): boolean {
    return Number.isNaN(this.peek());
  }

  /** Steps over the text if it stands right here. */
  take(expected: string): boolean {
    if (!this.text.startsWith(expected, this.at)) return false;
    this.at += expected.length;
    return true;
  }

  openObject(): void {
    if (this.peek() !== OPEN_OBJECT) this.fail("a JSON object was expected");
    this.at++;
  }

  /** Steps over `}` if it follows. */
  closeObject(): boolean {
    if (this.peek() !== CLOSE_OBJECT) return false;
    this.at++;
    return true;
  }

  /** Behind a member: true when another one follows, false when the object ended. */
  anotherMember(): boolean {
    const code = this.peek();
    this.at++;
    if (code === COMMA) return true;
    if (code === CLOSE_OBJECT) return false;
    this.at--;
    return this.fail('"," or "}" was expected');
  }

  /** A member's name and the colon behind it. */
  name(): string {
    if (this.peek() !== QUOTE) this.fail("a name in double quotes was expected");
    const name = this.string();
    if (this.peek() !== COLON) this.fail('":" was expected');
    this.at++;
    return this.lowerCaseNames ? name.toLowerCase() : name;
  }

  /** The text of a string that begins right here. */
  string(): string {
    const { text } = this;
    const start = this.at;
    let at = start + 1;
    let code = text.charCodeAt(at);
    while (code !== QUOTE) {
      if (code === BACKSLASH) return this.escapedString();
      if (code < 0x20) this.fail("a control character stands in a string", at);
      if (Number.isNaN(code)) this.fail("a string does not end", start);
      code = text.charCodeAt(++at);
    }
    this.at = at + 1;
    return text.slice(start + 1, at);
  }

  private escapedString(): string {
    ESCAPED_STRING.lastIndex = this.at;
    const found = ESCAPED_STRING.exec(this.text);
    if (found === null) return this.fail("a string is malformed");
    try {
      const value = JSON.parse(found[0]) as string;
      this.at = ESCAPED_STRING.lastIndex;
      return value;
    } catch {
      return this.fail("a control character stands in a string");
    }
  }

  /** A whole number of at most 15 digits that stands right here, or NaN; then nothing was read. */
  shortInteger(): number {
    const { text } = this;
    let { at } = this;
    let code = text.charCodeAt(at);
    const negative = code === MINUS;
    if (negative) code = text.charCodeAt(++at);
    const first = at;
    let value = 0;
    while (code >= 0x30 && code <= 0x39) {
      value = value * 10 + (code - 0x30);
      code = text.charCodeAt(++at);
    }
    const digits = at - first;
    if (digits === 0 || digits > 15 || (digits > 1 && text.charCodeAt(first) === 0x30)) return NaN;
    // a point, an exponent or rubbish: a whole number was not all of it
    if (code !== COMMA && code !== CLOSE_OBJECT && code !== CLOSE_ARRAY && code > 0x20) return NaN;
    this.at = at;
    return negative ? -value : value;
  }

  /** The value that follows, of any kind. */
  value(): Json {
    const code = this.peek();
    switch (code) {
      case QUOTE:
        return this.string();
      case OPEN_OBJECT:
        return this.object();
      case OPEN_ARRAY:
        return this.array();
      case 0x74:
        return this.word("true", true);
      case 0x66:
        return this.word("false", false);
      case 0x6e:
        return this.word("null", null);
      default:
        return this.number();
    }
  }

  private word<T>(word: string, value: T): T {
    return this.take(word) ? value : this.fail("a JSON value was expected");
  }

  private number(): Numeral {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (found === null) return this.fail("a JSON value was expected");
    this.at = NUMBER.lastIndex;
    return new Numeral(found[0]);
  }

  private array(): JsonArray {
    const start = this.at++;
    this.deeper();
    const items: Json[] = [];
    if (this.peek() === CLOSE_ARRAY) this.at++;
    else
      for (let more = true; more;) {
        items.push(this.value());
        const code = this.peek();
        more = code === COMMA;
        if (!more && code !== CLOSE_ARRAY) this.fail('"," or "]" was expected');
        this.at++;
      }
    this.depth--;
    return new JsonArray(items, this.text.slice(start, this.at));
  }

  private object(): JsonObject {
    const start = this.at++;
    this.deeper();
    const members = new Map<string, Json>();
    if (!this.closeObject())
      do {
        const name = this.name();
        if (members.has(name)) throw duplicate(name);
        members.set(name, this.value());
      } while (this.anotherMember());
    this.depth--;
    return new JsonObject(members, this.text.slice(start, this.at));
  }

  private deeper(): void {
    if (++this.depth > MAX_DEPTH) this.fail(`the record is nested more than ${MAX_DEPTH} levels deep`);
  }

  fail(reason: string, at: number = this.at): never {
    const found = at < this.text.length ? JSON.stringify(this.text.slice(at, at + 20)) : "the end";
    throw new Failure(
      "DataFormatConversion.ParseError",
      `Encountered malformed JSON: ${reason} at character ${at + 1}, found ${found}`,
    );
  }
}

/** Two names of one object that are the same, perhaps once they are in lower case (building blocks 3.4). */
export function duplicate(name: string): Failure {
  return new Failure("DataFormatConversion.ParseError", `Encountered malformed JSON: duplicate key ${quoted(name)}`);
}

/** A value for a message: JSON, cut when it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

/** JSON text without the white space between its tokens. */
export function compact(text: string): string {
  return /\s/.test(text)
    ? text.replace(/"(?:[^"\\]|\\.)*"|[ \t\r\n]+/g, (part) => (part.startsWith('"') ? part : ""))
    : text;
}
