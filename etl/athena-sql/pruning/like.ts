import { SqlError } from "../syntax/error";

/**
 * LIKE as a regular expression: `%` is any text, `_` one character.
 * @throws SqlError where the escape stands before nothing that it could escape
 */
export function likePattern(pattern: string, escape?: string): RegExp {
  const characters = [...pattern];
  let source = "";
  for (let i = 0; i < characters.length; i++) {
    let character = characters[i]!;
    const escaped = character === escape;
    if (escaped) {
      character = characters[++i] ?? "";
      if (character !== "%" && character !== "_" && character !== escape)
        throw new SqlError(
          "INVALID_FUNCTION_ARGUMENT",
          "Escape character must be followed by '%', '_' or the escape character itself",
        );
    }
    if (!escaped && character === "%") source += "[^]*";
    else if (!escaped && character === "_") source += "[^]";
    else source += character.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  }
  return new RegExp(`^${source}$`, "u");
}
