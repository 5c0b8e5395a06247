/** `a.b[0]["c"]` -> a, b, 0, c */
export function propertyPath(text: string): string[] {
  return [...text.matchAll(/\["([^"]*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(
    ([, quoted, index, name]) => quoted ?? index ?? name ?? "",
  );
}
