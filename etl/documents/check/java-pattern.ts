/** What Java's DateTimeFormatter refuses in a pattern: such a format never worked anywhere. */

/** The most of each letter in a row; letters that are not here are none. */
const MOST: Readonly<Record<string, number>> = {
  G: 5,
  u: 19,
  y: 19,
  D: 3,
  M: 5,
  L: 5,
  d: 2,
  Q: 5,
  q: 5,
  Y: 19,
  w: 2,
  W: 1,
  E: 5,
  e: 5,
  c: 5,
  F: 1,
  a: 1,
  B: 5,
  h: 2,
  K: 2,
  k: 2,
  H: 2,
  m: 2,
  s: 2,
  S: 9,
  A: 19,
  n: 19,
  N: 19,
  V: 2,
  v: 4,
  z: 4,
  O: 4,
  X: 5,
  x: 5,
  Z: 5,
  p: 50,
  g: 19,
};

/** The reason, or undefined for a pattern that Java takes. */
export function javaMistake(pattern: string): string | undefined {
  let open = 0;
  for (let at = 0; at < pattern.length; at++) {
    const letter = pattern[at] as string;
    if (letter === "'") {
      const from = at;
      do {
        at = pattern.indexOf("'", at + 1);
        if (at < 0) return `the quote at character ${from + 1} is not closed`;
        // two quotes stand for one within a literal
      } while (pattern[at + 1] === "'" && at++ > 0);
    } else if (letter === "[") {
      open++;
    } else if (letter === "]") {
      if (--open < 0) return `the "]" at character ${at + 1} closes nothing`;
    } else if (/[A-Za-z]/.test(letter)) {
      const from = at;
      while (pattern[at + 1] === letter) at++;
      const most = MOST[letter];
      const count = at - from + 1;
      if (most === undefined) {
        const text = letter === "T" ? "; the T between date and time is written 'T', in quotes" : "";
        return `"${letter}" at character ${from + 1} is not a pattern letter${text}`;
      }
      if (
        count > most ||
        (letter === "V" && count !== 2) ||
        ((letter === "O" || letter === "v") && count !== 1 && count !== 4)
      ) {
        return `"${pattern.slice(from, at + 1)}" at character ${from + 1} has too many or too few letters`;
      }
    }
  }
  return undefined;
}
