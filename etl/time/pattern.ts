/** Patterns of Java's DateTimeFormatter, as datastore partitions have them, parsed into elements. */
import { MONTHS, WEEKDAYS } from "./names";

export type Field =
  | "year"
  | "month"
  | "day"
  | "dayOfYear"
  | "weekday"
  | "hour"
  | "hour12"
  | "hour24"
  | "hour11"
  | "half"
  | "minute"
  | "second"
  | "nano"
  | "nanoOfDay"
  | "milliOfDay";

/** Finds the zone whose English name a text begins with, and the length of the name. */
export type LongNames = (text: string) => { readonly region: string; readonly length: number } | undefined;

export type Element =
  | { readonly kind: "literal"; readonly text: string }
  /** digits; `reduced` is the two-digit year of this century, `fraction` digits behind a point */
  | {
      readonly kind: "number";
      readonly field: Field;
      readonly least: number;
      readonly greatest: number;
      readonly form: "plain" | "reduced" | "fraction";
      /** may be negative */
      readonly signed?: true;
    }
  /** before Christ, and after */
  | { readonly kind: "era"; readonly names: readonly string[] }
  | { readonly kind: "name"; readonly field: "month" | "weekday" | "half"; readonly names: readonly string[] }
  /** an offset: with or without minutes and colon; Z for zero; GMT in front */
  | {
      readonly kind: "offset";
      readonly minutes: "always" | "needed";
      readonly colon: boolean;
      readonly zero: "Z" | "";
      readonly seconds?: true;
    }
  | { readonly kind: "gmt"; readonly long: boolean }
  | { readonly kind: "zone"; readonly id: boolean; readonly extended?: true; readonly longName?: LongNames }
  | { readonly kind: "optional"; readonly elements: readonly Element[] };

/** Longest digits of a number that has no width of its own; enough for a year, a month, an hour. */
const FREE = 9;

/** Why a letter is not taken. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ["Y", "it is a week-based year; for the calendar year write y"],
  ["w", "weeks are not read"],
  ["W", "weeks are not read"],
  ["F", "weeks are not read"],
  ["Q", "quarters are not read"],
  ["q", "quarters are not read"],
  ["G", "eras are not read"],
  ["e", "localised days of the week are not read; write E"],
  ["c", "localised days of the week are not read; write E"],
  ["p", "padding is not read"],
  ["v", "generic names of time zones are not read"],
  ["B", "periods of the day are not read"],
  ["g", "modified Julian days are not read"],
  ["T", "it is not a pattern letter; a T in the text is written 'T', in quotes"],
]);

/**
 * Parses a pattern. Throws SyntaxError naming the letter that is wrong.
 * @param longNames takes what patterns of partitions have no use for: eras, names of zones, seconds of offsets, years beyond 9999
 */
export function parsePattern(pattern: string, longNames?: LongNames): Element[] {
  const stack: Element[][] = [[]];
  const top = (): Element[] => stack[stack.length - 1] as Element[];
  let at = 0;
  while (at < pattern.length) {
    const character = pattern[at] as string;
    if (/[A-Za-z]/.test(character)) {
      let count = 1;
      while (pattern[at + count] === character) count++;
      top().push((longNames && furtherLetter(character, count, longNames)) ?? letter(character, count));
      at += count;
    } else if (character === "'") {
      const { text, end } = quoted(pattern, at);
      top().push({ kind: "literal", text });
      at = end;
    } else if (character === "[") {
      if (stack.length > 20) throw new SyntaxError("optional sections are nested too deep");
      stack.push([]);
      at++;
    } else if (character === "]") {
      const elements = stack.pop() as Element[];
      if (stack.length === 0) throw new SyntaxError(`the "]" at character ${at + 1} closes nothing`);
      top().push({ kind: "optional", elements });
      at++;
    } else if (character === "{" || character === "}" || character === "#") {
      throw new SyntaxError(`"${character}" is reserved; write it in quotes`);
    } else {
      top().push({ kind: "literal", text: character });
      at++;
    }
  }
  // an optional section that is not closed ends with the pattern
  while (stack.length > 1) {
    const elements = stack.pop() as Element[];
    top().push({ kind: "optional", elements });
  }
  return stack[0] as Element[];
}

/** Text in quotes; two quotes stand for one. */
function quoted(pattern: string, from: number): { text: string; end: number } {
  let text = "";
  let at = from + 1;
  for (;;) {
    const close = pattern.indexOf("'", at);
    if (close < 0) throw new SyntaxError(`the quote at character ${from + 1} is not closed`);
    text += pattern.slice(at, close);
    if (pattern[close + 1] !== "'") return { text: text === "" ? "'" : text, end: close + 1 };
    text += "'";
    at = close + 2;
  }
}

/** Letters that are read by rules and not by partitions, or otherwise. */
function furtherLetter(character: string, count: number, longName: LongNames): Element | undefined {
  switch (character) {
    case "G":
      if (count > 5) return undefined;
      return {
        kind: "era",
        names: count === 4 ? ["Before Christ", "Anno Domini"] : count === 5 ? ["B", "A"] : ["BC", "AD"],
      };
    case "y":
    case "u": {
      if (count === 2 || count > 19) return undefined;
      const year = {
        kind: "number",
        field: "year",
        least: count,
        greatest: count === 4 ? 4 : 19,
        form: "plain",
      } as const;
      return character === "u" ? { ...year, signed: true } : year;
    }
    case "X":
    case "x":
      if (count < 4 || count > 5) return undefined;
      return {
        kind: "offset",
        minutes: "always",
        colon: count === 5,
        zero: character === "X" ? "Z" : "",
        seconds: true,
      };
    case "Z":
      return count === 5 ? { kind: "offset", minutes: "always", colon: true, zero: "Z", seconds: true } : undefined;
    case "z":
      if (count > 4) return undefined;
      return count === 4
        ? { kind: "zone", id: false, extended: true, longName }
        : { kind: "zone", id: false, extended: true };
    case "V":
      return count === 2 ? { kind: "zone", id: true, extended: true } : undefined;
    default:
      return undefined;
  }
}

function letter(character: string, count: number): Element {
  const short = (names: readonly string[]): string[] => names.map((name) => name.slice(0, 3));
  switch (character) {
    case "y":
    case "u":
      if (count === 2) return { kind: "number", field: "year", least: 2, greatest: 2, form: "reduced" };
      return number("year", count, 4, character, count === 4 ? 4 : FREE);
    case "M":
    case "L":
      if (count >= 5) return refuse(character, count, "one letter for a month is ambiguous");
      if (count >= 3) return { kind: "name", field: "month", names: count === 3 ? short(MONTHS) : MONTHS };
      return number("month", count, 2, character);
    case "E":
      if (count > 4) return refuse(character, count, "one letter for a day is ambiguous");
      return { kind: "name", field: "weekday", names: count < 4 ? short(WEEKDAYS) : WEEKDAYS };
    case "a":
      return count === 1
        ? { kind: "name", field: "half", names: ["AM", "PM"] }
        : refuse(character, count, "it is written once");
    case "d":
      return number("day", count, 2, character);
    case "D":
      return number("dayOfYear", count, 3, character);
    case "H":
      return number("hour", count, 2, character);
    case "h":
      return number("hour12", count, 2, character);
    case "k":
      return number("hour24", count, 2, character);
    case "K":
      return number("hour11", count, 2, character);
    case "m":
      return number("minute", count, 2, character);
    case "s":
      return number("second", count, 2, character);
    case "S":
      if (count > 9) return refuse(character, count, "a second has nine digits behind the point");
      return { kind: "number", field: "nano", least: count, greatest: count, form: "fraction" };
    case "n":
      return { kind: "number", field: "nano", least: count, greatest: Math.max(count, 9), form: "plain" };
    case "N":
      return { kind: "number", field: "nanoOfDay", least: count, greatest: Math.max(count, 14), form: "plain" };
    case "A":
      return { kind: "number", field: "milliOfDay", least: count, greatest: Math.max(count, 8), form: "plain" };
    default:
      return zoneLetter(character, count);
  }
}

function zoneLetter(character: string, count: number): Element {
  switch (character) {
    case "X":
    case "x":
      if (count > 3) return refuse(character, count, "offsets with seconds are not read");
      return {
        kind: "offset",
        minutes: count === 1 ? "needed" : "always",
        colon: count === 3,
        zero: character === "X" ? "Z" : "",
      };
    case "Z":
      if (count === 4) return { kind: "gmt", long: true };
      if (count > 5) return refuse(character, count, "it is written one to five times");
      return { kind: "offset", minutes: "always", colon: count === 5, zero: count === 5 ? "Z" : "" };
    case "O":
      if (count !== 1 && count !== 4) return refuse(character, count, "it is written once or four times");
      return { kind: "gmt", long: count === 4 };
    case "z":
      if (count > 3) return refuse(character, count, "full names of time zones are not read");
      return { kind: "zone", id: false };
    case "V":
      if (count !== 2) return refuse(character, count, "it is written twice");
      return { kind: "zone", id: true };
    default:
      return refuse(
        character,
        count,
        REFUSED.get(character) ?? "it is not a pattern letter; letters of the text are written in quotes",
      );
  }
}

function refuse(character: string, count: number, reason: string): never {
  throw new SyntaxError(`"${character.repeat(count)}" cannot be used: ${reason}`);
}

/** One letter: any width. As many letters as digits: exactly that width. */
function number(field: Field, count: number, widest: number, character: string, greatest?: number): Element {
  if (count > widest) return refuse(character, count, `it is written at most ${widest} times`);
  const free = field === "dayOfYear" ? 3 : field === "year" ? FREE : 2;
  return { kind: "number", field, least: count, greatest: greatest ?? (count === 1 ? free : count), form: "plain" };
}
