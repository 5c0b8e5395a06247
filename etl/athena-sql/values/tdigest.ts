/** The value at a share of weighted values in order, between neighbours as Trino's T-digest has it (io.airlift.stats.TDigest.valueAt). */
export function valueAt(sorted: readonly (readonly [value: number, weight: number])[], share: number): number {
  const last = sorted.length - 1;
  const [least] = sorted[0]!;
  const [most, lastWeight] = sorted[last]!;
  if (last === 0) return least;
  const total = sorted.reduce((sum, [, weight]) => sum + weight, 0);
  const offset = share * total;
  if (offset < 1) return least;
  if (total - offset < 1) return most;
  const firstWeight = sorted[0]![1];
  if (firstWeight > 1 && offset < firstWeight / 2) return least;
  if (lastWeight > 1 && total - offset <= lastWeight / 2) return most;
  let before = firstWeight / 2;
  for (let i = 0; i < last; i++) {
    const [left, leftWeight] = sorted[i]!;
    const [right, rightWeight] = sorted[i + 1]!;
    const step = (leftWeight + rightWeight) / 2;
    if (before + step > offset) {
      const single = leftWeight === 1;
      if (single && offset - before < 0.5) return left;
      if (rightWeight === 1 && before + step - offset <= 0.5) return right;
      const toRight = offset - before - (single ? 0.5 : 0);
      const toLeft = before + step - offset - (rightWeight === 1 ? 0.5 : 0);
      return (left * toLeft + right * toRight) / (toLeft + toRight);
    }
    before += step;
  }
  return most;
}
