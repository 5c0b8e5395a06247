/** A part of a JSON text. */
export interface Span {
  start: number;
  /** offset of the first character after it */
  end: number;
}

/** A member of a JSON object, by its position in the text. */
export interface Member {
  /** including its quotes */
  name: Span;
  value: Span;
}

/** The members of the object in `text`, with their positions, so the text can be edited without changing digits. Requires valid JSON. */
export function membersOf(text: string): Member[] {
  const members: Member[] = [];
  let at = skipBlank(text, skipBlank(text, 0) + 1);
  while (text[at] !== "}") {
    const name = { start: at, end: endOfText(text, at) };
    const start = skipBlank(text, skipBlank(text, name.end) + 1);
    const value = { start, end: endOfValue(text, start) };
    members.push({ name, value });
    at = skipBlank(text, value.end);
    if (text[at] === ",") at = skipBlank(text, at + 1);
  }
  return members;
}

function skipBlank(text: string, at: number): number {
  while (text[at] === " " || text[at] === "\n" || text[at] === "\r" || text[at] === "\t") at++;
  return at;
}

function endOfValue(text: string, start: number): number {
  if (text[start] === '"') return endOfText(text, start);
  if (text[start] !== "{" && text[start] !== "[") {
    let at = start;
    while (at < text.length && !",]} \n\r\t".includes(text[at]!)) at++;
    return at;
  }
  let depth = 0;
  for (let at = start; ; at++) {
    const character = text[at];
    if (character === '"') at = endOfText(text, at) - 1;
    else if (character === "{" || character === "[") depth++;
    else if ((character === "}" || character === "]") && --depth === 0) return at + 1;
  }
}

function endOfText(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
  }
}
