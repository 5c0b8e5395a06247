/**
 * A matcher for the wildcards of IAM's policies: `*` stands for any text, `?` for one character, everything else for itself.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 *
 * @param confined for each index of the pattern, whether the wildcard there stops at a ":"; between a confined star and a `?` that is not
 *   confined there must be a ":"
 */
export function wildcard(
  pattern: string,
  ignoreCase = false,
  confined: readonly boolean[] = [],
): (text: string) => boolean {
  const wanted = ignoreCase ? pattern.toLowerCase() : pattern;
  if (wanted === "*" && confined[0] !== true) return () => true;
  if (!/[*?]/.test(wanted)) return ignoreCase ? (text) => text.toLowerCase() === wanted : (text) => text === wanted;
  return (given) => matches(wanted, ignoreCase ? given.toLowerCase() : given, confined);
}

/**
 * Never exponential: after a mismatch only the last star is moved, and when that one has reached a ":" that it may not cross, the last
 * star that may.
 */
function matches(pattern: string, text: string, confined: readonly boolean[]): boolean {
  let at = 0;
  let from = 0;
  let star = -1;
  let starText = 0;
  let near = -1;
  let nearText = 0;
  while (from < text.length) {
    const wanted = pattern[at];
    // A star is looked for first: the text may hold a star itself, which is then one of the characters it stands for.
    if (wanted === "*") {
      if (confined[at] === true) [near, nearText] = [at, from];
      else [star, starText, near] = [at, from, -1];
      at++;
    } else if (wanted === text[from] || (wanted === "?" && !(confined[at] === true && text[from] === ":"))) {
      at++;
      from++;
    } else if (near >= 0 && text[nearText] !== ":") {
      at = near + 1;
      from = ++nearText;
    } else if (star >= 0) {
      at = star + 1;
      from = ++starText;
      near = -1;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
