/**
 * Regular expressions of Java, in which IoT SQL's are written, as JavaScript has them.
 * https://docs.oracle.com/en/java/javase/11/docs/api/java.base/java/util/regex/Pattern.html
 *
 * Taken besides what both have alike: inline flags for the whole pattern `(?i)` `(?s)` `(?m)` `(?x)` `(?u)` `(?U)`, `\A` `\z` `\Z`, `\h` `\H` `\R`, `\a` `\e`, `\x{h..h}`,
 * `\Q..\E`, POSIX classes `\p{Alpha}`, possessive quantifiers and atomic groups `(?>...)` as a lookahead and a reference, intersections and unions of
 * classes `[a&&[^b]]`, escapes that are not needed. Not taken, and named: `\G`, flags in the middle of a pattern, `(?d)`, `\X`, `\N{name}`, recursion.
 */

/** What Java has and JavaScript cannot be made to do. */
export class RegexError extends SyntaxError {}

/** POSIX and java.lang.Character classes. */
const CLASSES: Readonly<Record<string, string>> = {
  Lower: "a-z",
  Upper: "A-Z",
  ASCII: "\\x00-\\x7f",
  Alpha: "a-zA-Z",
  Digit: "0-9",
  Alnum: "a-zA-Z0-9",
  Punct: "!-\\/:-@\\[-`\\{-~",
  Graph: "!-~",
  Print: " -~",
  Blank: " \\t",
  Cntrl: "\\x00-\\x1f\\x7f",
  XDigit: "0-9a-fA-F",
  Space: " \\t\\n\\x0b\\f\\r",
  javaLowerCase: "\\p{Lowercase}",
  javaUpperCase: "\\p{Uppercase}",
  javaWhitespace: "\\s",
  IsAlphabetic: "\\p{Alphabetic}",
  IsLetter: "\\p{L}",
  IsDigit: "\\p{Nd}",
  IsUppercase: "\\p{Uppercase}",
  IsLowercase: "\\p{Lowercase}",
  IsWhite_Space: "\\p{White_Space}",
};
/** Characters that JavaScript escapes as Java does. */
const SYNTAX = new Set("^$\\.*+?()[]{}|/");
const HORIZONTAL = " \\t\\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000";
const LINE_BREAK = "(?:\\r\\n|[\\n\\x0b\\f\\r\\x85\\u2028\\u2029])";
/** What Java's `.` does not match. */
const NO_LINE_END = "[^\\n\\r\\x85\\u2028\\u2029]";

/** A pattern, and the names of its groups by their numbers; group 0 is the match. */
export interface JavaPattern {
  readonly regexp: RegExp;
  readonly groups: readonly string[];
}

/** Translates a pattern. @throws SyntaxError for one that is none, or is not taken */
export function javaPattern(pattern: string): JavaPattern {
  const { source, flags, groups } = new Translator(pattern).translate();
  return { regexp: new RegExp(source, `v${flags}`), groups };
}

/**
 * Replaces every match. In the replacement `$1` and `${name}` are groups, `$0` the match, and a backslash takes the next character as it is.
 * @returns Undefined for a replacement that Java refuses
 */
export function javaReplace(text: string, { regexp, groups }: JavaPattern, replacement: string): string | undefined {
  const parts = replacementParts(replacement, groups);
  if (parts === undefined) return undefined;
  return text.replace(new RegExp(regexp.source, `${regexp.flags}g`), (...found: unknown[]) => {
    const last = found.at(-1);
    const named = (typeof last === "object" ? last : {}) as Record<string, string | undefined>;
    return parts
      .map((part) =>
        typeof part === "string" ? part : part.group === "" ? String(found[0]) : (named[part.group] ?? ""),
      )
      .join("");
  });
}

/** Texts and groups, of which "" is the match; undefined when it is no replacement of Java's. */
function replacementParts(text: string, groups: readonly string[]): (string | { group: string })[] | undefined {
  const parts: (string | { group: string })[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === "\\") {
      if (++at === text.length) return undefined;
      parts.push(text[at] as string);
    } else if (character === "$") {
      const [all, name, number] = /^\$(?:\{([A-Za-z][A-Za-z0-9]*)\}|(\d+))/.exec(text.slice(at)) ?? [];
      if (all === undefined) return undefined;
      // as many digits as there are groups
      let digits = number ?? "";
      while (digits.length > 1 && Number(digits) >= groups.length) digits = digits.slice(0, -1);
      const group = name === undefined ? groups[Number(digits)] : groups.includes(name) ? name : undefined;
      if (group === undefined) return undefined;
      parts.push({ group });
      at += name === undefined ? digits.length : all.length - 1;
    } else parts.push(character);
  }
  return parts;
}

class Translator {
  private at = 0;
  private out = "";
  private flags = "";
  private comments = false;
  /** names of the groups that capture: every group has one, so that those which are added change no numbers */
  private readonly groups: string[] = [""];
  private added = 0;
  /** where the last atom begins in `out`; -1 when nothing can be repeated */
  private atom = -1;
  private readonly open: number[] = [];

  constructor(private readonly pattern: string) {}

  translate(): { source: string; flags: string; groups: readonly string[] } {
    this.leadingFlags();
    while (this.at < this.pattern.length) this.next();
    if (this.open.length > 0) throw new SyntaxError("a ( is not closed");
    return { source: this.out, flags: this.flags, groups: this.groups };
  }

  private leadingFlags(): void {
    const [all, flags = ""] = /^\(\?([a-zA-Z]+)\)/.exec(this.pattern) ?? [];
    if (all === undefined) return;
    for (const flag of flags) {
      if (flag === "x") this.comments = true;
      else if (flag === "i" || flag === "s" || flag === "m") this.flags += this.flags.includes(flag) ? "" : flag;
      // the case of letters beyond ASCII is folded anyway
      else if (flag !== "u" && flag !== "U") throw new RegexError(`the flag (?${flag}) is not taken`);
    }
    this.at = all.length;
  }

  private emit(text: string): void {
    this.atom = this.out.length;
    this.out += text;
  }

  private next(): void {
    const character = this.pattern[this.at] as string;
    if (this.comments && this.skipComment(character)) return;
    switch (character) {
      case "\\":
        return this.escape();
      case "[":
        return this.emit(this.characterClass());
      case "(":
        return this.group();
      case ")": {
        this.at++;
        const start = this.open.pop();
        if (start === undefined) throw new SyntaxError("a ) closes nothing");
        this.out += ")";
        this.atom = start;
        this.closeAtomic(start);
        return;
      }
      case "*":
      case "+":
      case "?":
      case "{":
        return this.quantifier();
      case ".":
        this.at++;
        return this.emit(this.flags.includes("s") ? "." : NO_LINE_END);
      case "|":
      case "^":
        this.at++;
        this.out += character;
        this.atom = -1;
        return;
      case "$":
        this.at++;
        // before a line end at the very end, too
        this.out += this.flags.includes("m") ? "$" : "(?=(?:\\r\\n|[\\n\\r\\x85\\u2028\\u2029])?$)";
        this.atom = -1;
        return;
      default: {
        const whole = String.fromCodePoint(this.pattern.codePointAt(this.at) as number);
        this.at += whole.length;
        this.emit(literal(whole));
      }
    }
  }

  private skipComment(character: string): boolean {
    if (/\s/.test(character)) this.at++;
    else if (character === "#") this.at = this.pattern.indexOf("\n", this.at) + 1 || this.pattern.length;
    else return false;
    return true;
  }

  private escape(): void {
    const rest = this.pattern.slice(this.at + 1);
    const [quoted, text = ""] = /^Q([^]*?)(?:\\E|$)/.exec(rest) ?? [];
    if (quoted !== undefined) {
      this.at += 1 + quoted.length;
      for (const character of text) this.emit(literal(character));
      return;
    }
    const assertion = {
      A: "(?<![^])",
      z: "(?![^])",
      Z: "(?=(?:\\r\\n|[\\n\\r\\x85\\u2028\\u2029])?(?![^]))",
      b: "\\b",
      B: "\\B",
    }[rest[0] ?? ""];
    if (assertion !== undefined) {
      this.at += 2;
      this.out += assertion;
      this.atom = -1;
      return;
    }
    const [reference, digits, name] = /^(?:([1-9]\d*)|k<([A-Za-z][A-Za-z0-9]*)>)/.exec(rest) ?? [];
    if (reference !== undefined) return this.reference(digits, name ?? "");
    if (rest[0] === "R") {
      this.at += 2;
      return this.emit(LINE_BREAK);
    }
    const { source, isClass } = this.classEscape();
    this.emit(isClass ? `[${source}]` : source);
  }

  /** A group that was opened before; any other matches nothing. */
  private reference(digits: string | undefined, name: string): void {
    let number = digits ?? "";
    while (number.length > 1 && Number(number) >= this.groups.length) number = number.slice(0, -1);
    this.at += digits === undefined ? name.length + 4 : number.length + 1;
    const group = digits === undefined ? name : this.groups[Number(number)];
    if (digits === undefined && !this.groups.includes(name)) throw new SyntaxError(`there is no group ${name}`);
    this.emit(group !== undefined && this.groups.includes(group) ? `(?:\\k<${group}>)` : "(?!)");
  }

  /** An escape that stands for characters, within a class or outside. */
  private classEscape(): { source: string; isClass: boolean } {
    const rest = this.pattern.slice(this.at + 1);
    const take = (length: number, source: string, isClass = false): { source: string; isClass: boolean } => {
      this.at += 1 + length;
      return { source, isClass };
    };
    const first = rest[0];
    if (first === undefined) throw new SyntaxError("the pattern ends in a backslash");
    const [hex, digits] = /^x\{([0-9a-fA-F]{1,6})\}/.exec(rest) ?? [];
    if (hex !== undefined && digits !== undefined) return take(hex.length, `\\u{${digits}}`);
    const [code] = /^(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|c[A-Z])/.exec(rest) ?? [];
    if (code !== undefined) return take(code.length, `\\${code}`);
    const [octal, octets = "0"] = /^0([0-3]?[0-7]{1,2})/.exec(rest) ?? [];
    if (octal !== undefined) return take(octal.length, `\\u{${parseInt(octets, 8).toString(16)}}`);
    if (first === "p" || first === "P") return this.property(rest, take);
    if (first === "d" || first === "D") return take(1, first === "d" ? "0-9" : "^0-9", true);
    if (first === "w" || first === "W") return take(1, first === "w" ? "a-zA-Z0-9_" : "^a-zA-Z0-9_", true);
    if (first === "s" || first === "S") return take(1, (first === "s" ? "" : "^") + (CLASSES.Space as string), true);
    if (first === "h" || first === "H") return take(1, (first === "h" ? "" : "^") + HORIZONTAL, true);
    if (first === "v" || first === "V")
      return take(1, `${first === "v" ? "" : "^"}\\n\\x0b\\f\\r\\x85\\u2028\\u2029`, true);
    if ("tnrf".includes(first)) return take(1, `\\${first}`);
    if (first === "a") return take(1, "\\x07");
    if (first === "e") return take(1, "\\x1b");
    if (/[A-Za-z]/.test(first)) throw new RegexError(`\\${first} is not taken`);
    const whole = String.fromCodePoint(rest.codePointAt(0) as number);
    return take(whole.length, literal(whole));
  }

  private property(
    rest: string,
    take: (length: number, source: string, isClass?: boolean) => { source: string; isClass: boolean },
  ): { source: string; isClass: boolean } {
    const [all, name = ""] = /^[pP](?:\{([^}]*)\}|([A-Z]))/.exec(rest) ?? [];
    if (all === undefined) throw new SyntaxError("\\p wants a name in braces");
    const property = name === "" ? (all[1] as string) : name;
    const negated = all[0] === "P" ? "^" : "";
    const known = CLASSES[property];
    if (known !== undefined) return take(all.length, negated + known, true);
    const [, script] = /^(?:script=|sc=|Is)(\w+)$/.exec(property) ?? [];
    return take(all.length, `${negated}\\p{${script === undefined ? property : `Script=${script}`}}`, true);
  }

  private group(): void {
    const rest = this.pattern.slice(this.at);
    const start = this.out.length;
    const [flags] = /^\(\?[a-zA-Z]*(?:-[a-zA-Z]+)?[):]/.exec(rest) ?? [];
    if (flags !== undefined && flags !== "(?:")
      throw new RegexError(`flags within a pattern, ${flags}, are not taken; write them at its begin`);
    this.open.push(start);
    this.atom = -1;
    if (rest.startsWith("(?>")) {
      const name = this.addedName();
      this.atomic.set(start, name);
      // a lookahead gives nothing back, and the reference consumes what it saw
      this.out += `(?=(?<${name}>`;
      this.at += 3;
      return;
    }
    const [special, name] = /^\(\?(?::|=|!|<=|<!|<([A-Za-z][A-Za-z0-9]*)>)/.exec(rest) ?? [];
    if (special === undefined && rest.startsWith("(?")) throw new SyntaxError("a group begins with ?");
    if (special !== undefined && name === undefined) {
      this.out += special;
      this.at += special.length;
      return;
    }
    const group = name ?? `_g${this.groups.length}`;
    this.groups.push(group);
    this.out += `(?<${group}>`;
    this.at += special?.length ?? 1;
  }

  private addedName(): string {
    return `_a${++this.added}`;
  }

  private readonly atomic = new Map<number, string>();

  private closeAtomic(start: number): void {
    const name = this.atomic.get(start);
    if (name === undefined) return;
    this.atomic.delete(start);
    this.out = `${this.out.slice(0, start)}(?:${this.out.slice(start)})\\k<${name}>)`;
  }

  private quantifier(): void {
    const [all, quantifier = "", mode = ""] =
      /^([*+?]|\{\d+(?:,\d*)?\})([?+]?)/.exec(this.pattern.slice(this.at)) ?? [];
    if (all === undefined) throw new SyntaxError("a { begins no quantifier");
    if (this.atom < 0) throw new SyntaxError(`${all} repeats nothing`);
    this.at += all.length;
    if (mode !== "+") {
      this.out += all;
    } else {
      const name = this.addedName();
      const atom = this.out.slice(this.atom);
      this.out = `${this.out.slice(0, this.atom)}(?:(?=(?<${name}>${atom}${quantifier}))\\k<${name}>)`;
    }
    this.atom = -1;
  }

  /** A class in brackets; JavaScript's `v` flag has nested classes and intersections as Java does. */
  private characterClass(): string {
    this.at++;
    let out = "[";
    if (this.pattern[this.at] === "^") {
      out += "^";
      this.at++;
    }
    const operands: string[] = [];
    let current = "";
    for (;;) {
      const character = this.pattern[this.at];
      if (character === undefined) throw new SyntaxError("a [ has no closing ]");
      if (character === "]" && (current !== "" || operands.length > 0)) break;
      if (character === "[") {
        current += this.characterClass();
        continue;
      }
      if (this.pattern.startsWith("&&", this.at)) {
        operands.push(current);
        current = "";
        this.at += 2;
        continue;
      }
      if (character === "\\") {
        const [quoted, text = ""] = /^\\Q([^]*?)(?:\\E|$)/.exec(this.pattern.slice(this.at)) ?? [];
        if (quoted !== undefined) {
          this.at += quoted.length;
          current += [...text].map(inClass).join("");
          continue;
        }
        const escaped = this.pattern.codePointAt(this.at + 1);
        if (escaped !== undefined && !/[A-Za-z0-9]/.test(String.fromCodePoint(escaped))) {
          const own = String.fromCodePoint(escaped);
          this.at += 1 + own.length;
          current += inClass(own);
          continue;
        }
        const { source, isClass } = this.classEscape();
        current += isClass ? `[${source}]` : source;
        continue;
      }
      const whole = String.fromCodePoint(this.pattern.codePointAt(this.at) as number);
      this.at += whole.length;
      current += whole === "-" ? (isRange(current, this.pattern[this.at]) ? "-" : "\\-") : inClass(whole);
    }
    this.at++;
    if (operands.length === 0) return `${out}${current}]`;
    return `${out}${[...operands, current].map((operand) => `[${operand}]`).join("&&")}]`;
  }
}

/** Whether a hyphen stands between two characters. */
function isRange(before: string, next: string | undefined): boolean {
  return before !== "" && !before.endsWith("]") && next !== undefined && next !== "]" && next !== "[";
}

function literal(character: string): string {
  return SYNTAX.has(character) ? `\\${character}` : character;
}

/** A character in a class of JavaScript's `v` flag, in which more of them have a meaning. */
function inClass(character: string): string {
  return /[()[\]{}/\-\\|&!#$%*+,.:;<=>?@^`~]/.test(character) ? `\\${character}` : character;
}
