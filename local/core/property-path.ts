/** `a.b[0]["c"]` -> a, b, 0, c; a name in quotes is written as JSON writes it. */
export function propertyPath(text: string): string[] {
  return [...text.matchAll(/\[("(?:[^"\\]|\\.)*")\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, name]) => (quoted === undefined ? (index ?? name) : unquoted(quoted)) ?? "",
  );
}

function unquoted(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.slice(1, -1); // people write paths too
  }
}
