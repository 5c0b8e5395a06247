/** Paths of values within a document, such as `$.actions[0].sql` or `$["odd name"]`; `$` is the whole document. */

/** `path.name`, or `path["odd name"]`. */
export function memberPath(path: string, name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
}

/** The path itself or the longest beginning of it that is known, at least `$`. */
export function nearestKnown(path: string, known: { has(path: string): boolean }): string {
  let current = path;
  while (!known.has(current)) {
    const shorter = parentPath(current);
    if (shorter === undefined) return current;
    current = shorter;
  }
  return current;
}

/** `$.a` of `$.a[0]`, `$.a.b` and `$.a["b c"]`; undefined for `$`. */
export function parentPath(path: string): string | undefined {
  const last = /(?:\.[A-Za-z_][A-Za-z0-9_]*|\[\d+\]|\["(?:[^"\\]|\\.)*"\])$/.exec(path);
  return last === null ? undefined : path.slice(0, last.index);
}
