/**
 * Regular expressions in the syntax of Java, which Trino reads (by Joni), as JavaScript's.
 * https://trino.io/docs/current/functions/regexp.html
 */
import { SqlError } from "../syntax/error";

/** A regular expression of Java's dialect, compiled to JavaScript's. */
export interface JavaRegex {
  /** as it is written */
  readonly pattern: string;
  /** with the flags `g` and `v`; groups are named g1, g2, ... */
  readonly regex: RegExp;
  readonly groups: number;
  /** number of a named group */
  readonly names: ReadonlyMap<string, number>;
}

const cache = new Map<string, JavaRegex>();

/** @throws SqlError for a pattern that Java does not read, or that JavaScript cannot run */
export function javaRegex(pattern: string): JavaRegex {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const compiled = { ...new Translator(pattern).translate(), pattern };
  if (cache.size > 500) cache.clear();
  cache.set(pattern, compiled);
  return compiled;
}

interface Flags {
  readonly i: boolean;
  readonly s: boolean;
  readonly m: boolean;
  readonly x: boolean;
}

const CLASSES: Readonly<Record<string, string>> = {
  d: "0-9",
  w: "A-Za-z0-9_",
  s: " \\t\\n\\x0b\\f\\r",
};

const POSIX: Readonly<Record<string, string>> = {
  alpha: "A-Za-z",
  digit: "0-9",
  alnum: "A-Za-z0-9",
  upper: "A-Z",
  lower: "a-z",
  space: " \\t\\n\\x0b\\f\\r",
  blank: " \\t",
  xdigit: "0-9A-Fa-f",
  punct: "!-\\/:-@\\[-`\\{-~",
  cntrl: "\\x00-\\x1f\\x7f",
  graph: "!-~",
  print: " -~",
  ascii: "\\x00-\\x7f",
  word: "A-Za-z0-9_",
};

const CONTROLS: Readonly<Record<string, string>> = {
  t: "\\t",
  n: "\\n",
  r: "\\r",
  f: "\\f",
  a: "\\x07",
  e: "\\x1b",
  v: "\\x0b",
};

const START = "(?<![\\s\\S])";
const END = "(?![\\s\\S])";

class Translator {
  private at = 0;
  private groups = 0;
  private atomics = 0;
  private readonly names = new Map<string, number>();
  private readonly total: number;

  constructor(private readonly pattern: string) {
    this.total = (pattern.match(/\\.|\[|\((?!\?)|\(\?<[A-Za-z]/gs) ?? []).filter((one) => one.startsWith("(")).length;
  }

  translate(): Omit<JavaRegex, "pattern"> {
    const source = this.alternatives({ i: false, s: false, m: false, x: false });
    if (this.at < this.pattern.length) this.fail("unmatched close parenthesis");
    try {
      return { regex: new RegExp(source, "gv"), groups: this.groups, names: this.names };
    } catch (error) {
      return this.fail((error as Error).message.replace(/^Invalid regular expression: /, ""));
    }
  }

  private fail(text: string): never {
    throw new SqlError("INVALID_FUNCTION_ARGUMENT", text);
  }

  private peek(): string {
    return this.pattern[this.at] ?? "";
  }

  /** The next code point. */
  private next(): string {
    const one = String.fromCodePoint(this.pattern.codePointAt(this.at)!);
    this.at += one.length;
    return one;
  }

  private take(text: string): boolean {
    if (!this.pattern.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    const sticky = new RegExp(pattern.source, "sy");
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.pattern);
    if (found === null) return undefined;
    this.at += found[0].length;
    return found;
  }

  /** Up to `)` or the end. */
  private alternatives(outer: Flags): string {
    let flags = outer;
    let result = "";
    while (this.at < this.pattern.length && this.peek() !== ")") {
      if (this.take("|")) {
        result += "|";
        continue;
      }
      const options = this.match(/\(\?([a-z]*)(?:-([a-z]*))?\)/);
      if (options !== undefined) {
        flags = this.withFlags(flags, options[1] ?? "", options[2] ?? "");
        continue;
      }
      if (flags.x && this.match(/\s+|#[^\n]*/) !== undefined) continue;
      result += this.quantified(flags);
    }
    return result;
  }

  private withFlags(flags: Flags, on: string, off: string): Flags {
    const changed: Record<string, boolean> = { ...flags };
    for (const [letters, value] of [
      [on, true],
      [off, false],
    ] as const)
      for (const letter of letters) {
        if (letter === "d" || letter === "u") continue;
        if (!(letter in flags)) this.fail("undefined group option");
        changed[letter] = value;
      }
    return changed as unknown as Flags;
  }

  private quantified(flags: Flags): string {
    const atom = this.atom(flags);
    let result = atom;
    for (;;) {
      if (flags.x) this.match(/\s+/);
      const quantifier = this.match(/[*+?]|\{\d+(?:,\d*)?\}/)?.[0];
      if (quantifier === undefined) return result;
      if (atom === "") this.fail("target of repeat operator is not specified");
      if (this.take("+") && !quantifier.startsWith("{")) result = this.atomic(result + quantifier);
      else result = `${result === atom ? result : `(?:${result})`}${quantifier}${this.take("?") ? "?" : ""}`;
    }
  }

  /** What matches once and is not tried again. */
  private atomic(source: string): string {
    const name = `a${++this.atomics}`;
    return `(?:(?=(?<${name}>${source}))\\k<${name}>)`;
  }

  private atom(flags: Flags): string {
    const one = this.next();
    switch (one) {
      case "(":
        return this.group(flags);
      case "[":
        return this.characterClass(flags);
      case ".":
        return flags.s ? "[\\s\\S]" : "[^\\n]";
      case "^":
        return flags.m ? "(?<![^\\n])" : START;
      case "$":
        return flags.m ? "(?![^\\n])" : `(?=\\n?${END})`;
      case "\\":
        return this.escape(flags);
      case "*":
      case "+":
      case "?":
        return this.fail("target of repeat operator is not specified");
      default:
        return literal(one, flags.i);
    }
  }

  private group(flags: Flags): string {
    const close = (open: string, inner: Flags = flags): string => {
      const body = this.alternatives(inner);
      if (!this.take(")")) this.fail("end pattern with unmatched parenthesis");
      return `${open}${body})`;
    };
    if (!this.take("?")) return close(`(?<g${++this.groups}>`);
    for (const open of [":", "=", "!", "<=", "<!"]) if (this.take(open)) return close(`(?${open}`);
    if (this.take(">")) return this.atomic(close("(?:"));
    const name = this.match(/<([A-Za-z][A-Za-z0-9]*)>/)?.[1];
    if (name !== undefined) {
      this.names.set(name, ++this.groups);
      return close(`(?<g${this.groups}>`);
    }
    const options = this.match(/([a-z]*)(?:-([a-z]*))?:/);
    if (options !== undefined) return close("(?:", this.withFlags(flags, options[1] ?? "", options[2] ?? ""));
    return this.fail("undefined group option");
  }

  /** Behind a backslash, outside a class. */
  private escape(flags: Flags): string {
    if (this.at >= this.pattern.length) this.fail("end pattern at escape");
    if (this.take("Q")) {
      const end = this.pattern.indexOf("\\E", this.at);
      const text = this.pattern.slice(this.at, end < 0 ? undefined : end);
      this.at = end < 0 ? this.pattern.length : end + 2;
      return `(?:${[...text].map((one) => literal(one, flags.i)).join("")})`;
    }
    if (this.take("A")) return START;
    if (this.take("z")) return END;
    if (this.take("Z")) return `(?=\\n?${END})`;
    if (this.take("b")) return "\\b";
    if (this.take("B")) return "\\B";
    if (this.take("G")) return this.fail("\\G is not executed by the local cloud");
    const named = this.match(/k<([A-Za-z][A-Za-z0-9]*)>/)?.[1];
    if (named !== undefined)
      return `\\k<g${this.names.get(named) ?? this.fail(`undefined name <${named}> reference`)}>`;
    const number = this.match(/[1-9]\d*/)?.[0];
    if (number !== undefined) {
      let digits = number;
      while (digits.length > 1 && Number(digits) > this.total) digits = digits.slice(0, -1);
      this.at -= number.length - digits.length;
      if (Number(digits) > this.total) this.fail("invalid backref number");
      return `\\k<g${digits}>`;
    }
    const set = this.setEscape();
    if (set !== undefined) return set;
    return literal(this.characterEscape(), flags.i);
  }

  /** \d, \p{L} and their kin as a class of JavaScript; undefined for what stands for one character. */
  private setEscape(): string | undefined {
    const one = this.match(/[dwsDWS]/)?.[0];
    if (one !== undefined) return `[${one === one.toLowerCase() ? "" : "^"}${CLASSES[one.toLowerCase()]}]`;
    const property = this.match(/([pP])(?:\{(\^?)([^}]*)\}|([A-Z]))/);
    if (property === undefined) return undefined;
    const [, letter, caret, long, short] = property;
    const negated = (letter === "P") !== (caret === "^");
    return (
      propertyClass(short ?? long ?? "", negated) ?? this.fail(`invalid character property name {${short ?? long}}`)
    );
  }

  /** Behind a backslash: one character. */
  private characterEscape(): string {
    const code = this.match(/x\{([0-9a-fA-F]+)\}|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})/);
    if (code !== undefined) return String.fromCodePoint(parseInt(code[1] ?? code[2] ?? code[3]!, 16));
    const octal = this.match(/0([0-7]{0,3})/);
    if (octal !== undefined) return String.fromCodePoint(parseInt(octal[1] || "0", 8));
    const control = this.match(/c([A-Za-z@[\]^_])/);
    if (control !== undefined) return String.fromCharCode(control[1]!.toUpperCase().charCodeAt(0) ^ 64);
    const one = this.next();
    return one in CONTROLS ? (JSON.parse(`"${CONTROLS[one]!.replace("\\x", "\\u00")}"`) as string) : one;
  }

  /** Behind `[`. */
  private characterClass(flags: Flags): string {
    const negated = this.take("^");
    const parts: string[] = [];
    let items = "";
    let first = true;
    for (;;) {
      if (this.at >= this.pattern.length) this.fail("premature end of char-class");
      if (!first && this.take("]")) break;
      const posix = this.match(/\[:(\^?)([a-z]+):\]/);
      if (posix !== undefined) {
        const set = POSIX[posix[2]!] ?? this.fail("invalid POSIX bracket type");
        items += `[${posix[1]}${set}]`;
      } else if (this.take("&&")) {
        parts.push(items);
        items = "";
      } else if (this.take("[")) items += this.characterClass(flags);
      else items += this.classItem(flags, first);
      first = false;
    }
    parts.push(items);
    const body =
      parts.length === 1
        ? parts[0]!
        : parts
            .filter((part) => part !== "")
            .map((part) => `[${part}]`)
            .join("&&");
    return `[${negated ? "^" : ""}${body}]`;
  }

  private classItem(flags: Flags, first: boolean): string {
    let from: string;
    if (this.take("\\")) {
      if (this.at >= this.pattern.length) this.fail("end pattern at escape");
      const set = this.setEscape();
      if (set !== undefined) return set;
      from = this.take("b") ? "\b" : this.characterEscape();
    } else from = this.next();
    void first;
    const range = /^-(?![\]&[])/.exec(this.pattern.slice(this.at, this.at + 2));
    if (range === null) return classLiteral(from, flags.i);
    this.at++;
    const to = this.take("\\") ? this.characterEscape() : this.next();
    if (from.codePointAt(0)! > to.codePointAt(0)!) this.fail("empty range in char class");
    if (!flags.i) return `${classLiteral(from, false)}-${classLiteral(to, false)}`;
    const other = (fold: (text: string) => string): string => {
      const [a, b] = [fold(from), fold(to)];
      return [...a].length === 1 && [...b].length === 1 && a <= b
        ? `${classLiteral(a, false)}-${classLiteral(b, false)}`
        : "";
    };
    return other((text) => text) + other((text) => text.toUpperCase()) + other((text) => text.toLowerCase());
  }
}

function propertyClass(name: string, negated: boolean): string | undefined {
  const posix = POSIX[name.toLowerCase()];
  if (posix !== undefined) return `[${negated ? "^" : ""}${posix}]`;
  const bare = name.replace(/^(?:Is|In)/, "");
  for (const property of [bare, `Script=${bare}`, name.replace(/^(?:gc|general_category)=/i, "")])
    try {
      const source = `\\${negated ? "P" : "p"}{${property}}`;
      new RegExp(source, "v");
      return source;
    } catch {
      // not a property of JavaScript's
    }
  return undefined;
}

function literal(one: string, ignoreCase: boolean): string {
  const variants = ignoreCase ? variantsOf(one) : [one];
  if (variants.length > 1) return `[${variants.map((variant) => escaped(variant)).join("")}]`;
  return escaped(one);
}

const classLiteral = (one: string, ignoreCase: boolean): string =>
  (ignoreCase ? variantsOf(one) : [one]).map(escaped).join("");

const variantsOf = (one: string): string[] =>
  [...new Set([one, one.toLowerCase(), one.toUpperCase()])].filter((variant) => [...variant].length === 1);

/** A character that means itself, in a class or outside. */
function escaped(one: string): string {
  return /[A-Za-z0-9_]|[^\0-\x7f]/.test(one) ? one : `\\u{${one.codePointAt(0)!.toString(16)}}`;
}
