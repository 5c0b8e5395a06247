/** The entry that differs least from a text, if it differs by little; case does not count. */
export function nearestOf(text: string, entries: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(2, Math.floor(text.length / 4)) + 1;
  for (const entry of entries) {
    if (Math.abs(entry.length - text.length) >= least) continue;
    const distance = distanceOf(text.toLowerCase(), entry.toLowerCase());
    if (distance < least) [best, least] = [entry, distance];
  }
  return best;
}

/** Levenshtein's distance. */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++)
      next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[other.length]!;
}
