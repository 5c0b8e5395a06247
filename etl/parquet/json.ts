/** Records of JSON objects, read by the scanner of etl/json: numbers keep their digits until a column's type is known. */
import { compact, decodeText, eachElement, eachMember, spanText, type Span } from "../json/decode";
import { Scanner } from "../json/scanner";
import { ARRAY, ESCAPED, FALSE, INTEGER, NULL, NUMBER, OBJECT, TEXT, TRUE } from "../json/token-kinds";

/** Nesting that a record may have; far beyond real telemetry, and far below the stack's end. */
const MAX_DEPTH = 512;

/** A number's text, exactly as sent. */
export class Numeral {
  constructor(readonly text: string) {}
}

/** An array, and its text. */
export class JsonArray {
  constructor(
    readonly items: readonly Json[],
    private readonly span: Readonly<Span>,
  ) {}

  /** as JSON without blanks */
  get text(): string {
    return compact(spanText(this.span));
  }
}

/** An object, and its text. */
export class JsonObject {
  /** names are in lower case if the reader lowers them */
  constructor(
    readonly members: ReadonlyMap<string, Json>,
    private readonly span: Readonly<Span>,
  ) {}

  /** as JSON without blanks */
  get text(): string {
    return compact(spanText(this.span));
  }
}

/** A value as the SerDe sees it. */
export type Json = null | boolean | string | Numeral | JsonArray | JsonObject;

/** Why a record cannot be converted. Not an Error: it is thrown for every bad record, and a stack costs more than the record. */
export class Failure {
  constructor(
    readonly code: string,
    readonly message: string,
  ) {}
}

const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const COMMA = 0x2c;

/** Reads JSON values one after the other. Everything that is not JSON is thrown as a Failure. */
export class JsonReader {
  at = 0;
  private bytes: Buffer = Buffer.alloc(0);
  private readonly scanner = new Scanner(MAX_DEPTH);

  constructor(private readonly lowerCaseNames: boolean) {}

  reset(bytes: Buffer): void {
    this.bytes = bytes;
    this.at = 0;
    this.scanner.bytes = bytes;
    this.scanner.end = bytes.length;
  }

  get atEnd(): boolean {
    return this.next() === undefined;
  }

  /** Steps over the bytes if they follow. */
  take(expected: Buffer): boolean {
    this.next();
    const { bytes, at } = this;
    const { length } = expected;
    for (let index = 0; index < length; index++) if (bytes[at + index] !== expected[index]) return false;
    this.at += length;
    return true;
  }

  openObject(): void {
    if (this.next() !== OPEN_OBJECT) this.fail(this.at, "a JSON object");
    this.at++;
  }

  /** Steps over `}` if it follows. */
  closeObject(): boolean {
    if (this.next() !== CLOSE_OBJECT) return false;
    this.at++;
    return true;
  }

  /** Behind a member: true when another one follows, false when the object ended. */
  anotherMember(): boolean {
    const byte = this.next();
    if (byte !== COMMA && byte !== CLOSE_OBJECT) return this.fail(this.at, '"," or "}"');
    this.at++;
    return byte === COMMA;
  }

  /** A member's name and the colon behind it. */
  name(): string {
    const { scanner } = this;
    this.next();
    const start = this.at;
    if (this.bytes[start] !== 0x22) return this.fail(start, "a member's name in double quotes");
    const end = this.checked(scanner.text(start + 1));
    const name = decodeText(this.bytes, scanner.kind, start, end);
    this.at = this.checked(scanner.colon(end));
    return this.lowerCaseNames ? name.toLowerCase() : name;
  }

  /** The text that follows; undefined, and nothing is read, if another value does. */
  string(): string | undefined {
    if (this.next() !== 0x22) return undefined;
    const start = this.at;
    this.at = this.checked(this.scanner.text(start + 1));
    return decodeText(this.bytes, this.scanner.kind, start, this.at);
  }

  /** The number that follows if it has at most 15 digits and no exponent; NaN, and nothing is read, for anything else. */
  shortNumber(onlyWhole: boolean): number {
    this.next();
    const { scanner } = this;
    const end = this.checked(scanner.value(this.at, 1));
    const { kind, number } = scanner;
    // the sign of a negative zero is in its text alone
    if (kind !== INTEGER && (onlyWhole || kind !== NUMBER || number === 0 || Number.isNaN(number))) return NaN;
    this.at = end;
    return number;
  }

  /** The value that follows, of any kind. */
  value(): Json {
    this.next();
    const { bytes, scanner, at: start } = this;
    const end = this.checked(scanner.value(start, 1));
    this.at = end;
    return this.json({ bytes, kind: scanner.kind, start, end, number: scanner.number });
  }

  private json(span: Span): Json {
    switch (span.kind) {
      case NULL:
        return null;
      case TRUE:
        return true;
      case FALSE:
        return false;
      case TEXT:
      case ESCAPED:
        return decodeText(span.bytes, span.kind, span.start, span.end);
      case ARRAY: {
        const items: Json[] = [];
        eachElement(span, (item) => void items.push(this.json(item)));
        return new JsonArray(items, span);
      }
      case OBJECT: {
        const members = new Map<string, Json>();
        eachMember(span, (given, member) => {
          const name = this.lowerCaseNames ? given.toLowerCase() : given;
          if (members.has(name)) throw duplicate(name);
          members.set(name, this.json(member));
        });
        return new JsonObject(members, span);
      }
      default:
        return new Numeral(spanText(span));
    }
  }

  /** Skips white space and returns the byte that follows; undefined at the end. */
  private next(): number | undefined {
    this.at = this.scanner.skipBlanks(this.at);
    return this.bytes[this.at];
  }

  private checked(end: number): number {
    return end < 0 ? this.fail(this.scanner.at, this.scanner.expected) : end;
  }

  private fail(at: number, expected: string): never {
    const before = this.bytes.toString("utf8", 0, at).length;
    const found =
      at < this.bytes.length ? JSON.stringify(this.bytes.toString("utf8", at, at + 80).slice(0, 20)) : "the end";
    const reason = expected.startsWith("at most")
      ? `the record is nested more than ${MAX_DEPTH} levels deep`
      : `${expected} was expected`;
    throw new Failure(
      "DataFormatConversion.ParseError",
      `Encountered malformed JSON: ${reason} at character ${before + 1}, found ${found}`,
    );
  }
}

/**
 * Two names of one object that are the same, perhaps once they are in lower case.
 * https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
 */
export function duplicate(name: string): Failure {
  return new Failure("DataFormatConversion.ParseError", `Encountered malformed JSON: duplicate key ${quoted(name)}`);
}

/** A text as a message shows it: JSON, cut when it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
