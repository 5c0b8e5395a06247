/**
 * Buckets of numbers, as Trino's numeric_histogram joins them: the two neighbours that spread least become one.
 * Ben-Haim and Tom-Tov, "A streaming parallel decision tree algorithm", https://jmlr.org/papers/v11/ben-haim10a.html
 */
export class NumericHistogram {
  private values: [value: number, weight: number][] = [];

  constructor(private readonly most: number) {}

  add(value: number, weight: number): void {
    this.values.push([value, weight]);
    if (this.values.length >= this.most + BUFFER) this.values = this.buckets();
  }

  /** By value. */
  buckets(): [value: number, weight: number][] {
    const sorted = [...this.values].sort(([a], [b]) => a - b);
    const buckets: [number, number][] = [];
    for (const [value, weight] of sorted) {
      const last = buckets[buckets.length - 1];
      if (last?.[0] === value) last[1] += weight;
      else buckets.push([value, weight]);
    }
    while (buckets.length > this.most) {
      let nearest = 0;
      for (let i = 1; i + 1 < buckets.length; i++)
        if (spread(buckets[i]!, buckets[i + 1]!) < spread(buckets[nearest]!, buckets[nearest + 1]!)) nearest = i;
      const [[a, weightA], [b, weightB]] = [buckets[nearest]!, buckets[nearest + 1]!];
      const weight = weightA + weightB;
      buckets.splice(nearest, 2, [(a * weightA + b * weightB) / weight, weight]);
    }
    return buckets;
  }
}

/** Values that are held before they are joined. */
const BUFFER = 100;

function spread([a, weightA]: readonly [number, number], [b, weightB]: readonly [number, number]): number {
  return ((a - b) ** 2 * weightA * weightB) / (weightA + weightB);
}
