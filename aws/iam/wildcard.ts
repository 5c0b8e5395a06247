/**
 * A matcher for IAM's wildcards: `*` any text, `?` one character; everything else is meant as it stands.
 * Linear in the text for patterns without wildcards, and never exponential: on a mismatch only the last `*` is moved.
 */
export function wildcard(pattern: string, ignoreCase = false): (text: string) => boolean {
  const wanted = ignoreCase ? pattern.toLowerCase() : pattern;
  if (wanted === "*") return () => true;
  if (!/[*?]/.test(wanted)) return ignoreCase ? (text) => text.toLowerCase() === wanted : (text) => text === wanted;
  return (given) => matches(wanted, ignoreCase ? given.toLowerCase() : given);
}

function matches(pattern: string, text: string): boolean {
  let at = 0;
  let from = 0;
  let star = -1;
  let starText = 0;
  while (from < text.length) {
    // A star is looked for first: the text may hold a star itself, which is then one of the characters it stands for.
    if (pattern[at] === "*") {
      star = at++;
      starText = from;
    } else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === text[from])) {
      at++;
      from++;
    } else if (star >= 0) {
      at = star + 1;
      from = ++starText;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}

/** ARNs match part by part: a wildcard does not reach over a ":" except in the last part, the resource. */
export function arnWildcard(pattern: string): (text: string) => boolean {
  const parts = splitArn(pattern).map((part) => wildcard(part));
  return (text) => {
    const given = splitArn(text);
    return given.length === parts.length && parts.every((part, index) => part(given[index]!));
  };
}

function splitArn(arn: string): string[] {
  const parts = arn.split(":");
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
}
