/** The shortest part of a name that suggests the whole: `pow`, `log10`. */
const LEAST_PART = 3;

/**
 * The candidate that a mistyped name most probably means: at most a third of its characters differ, or one of the two
 * begins or ends with the other (`pow` and power, `activities` and pipelineActivities).
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const all = [...candidates];
  return nearestSpelling(name, all) ?? within(name, all);
}

function within(name: string, candidates: readonly string[]): string | undefined {
  const lower = name.toLowerCase();
  const parts = candidates.filter((candidate) => {
    const [short, long] = [lower, candidate.toLowerCase()].sort((a, b) => a.length - b.length) as [string, string];
    return short.length >= LEAST_PART && (long.startsWith(short) || long.endsWith(short));
  });
  // of several the one whose length is closest
  const distance = (candidate: string): number => Math.abs(candidate.length - name.length);
  return parts.sort((a, b) => distance(a) - distance(b))[0];
}

/** The candidate of which at most a third of the characters differ. */
export function nearestSpelling(name: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= least) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

/** How many characters to insert, delete, replace, or swap with their neighbour. Names are short. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min((previous[j] as number) + 1, (row[j - 1] as number) + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforePrevious[j - 2] as number) + 1);
      }
      row.push(cost);
    }
    beforePrevious = previous;
    previous = row;
  }
  return previous[b.length] as number;
}
