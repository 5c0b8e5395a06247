/** A kind of call that was refused. */
export interface Refusal {
  principal: string;
  action: string;
  resource: string;
  decidedBy: string;
  /** how often it was refused */
  count: number;
}

/** Different refusals that are listed one by one; with names of objects in them there could be as many as objects. */
const LISTED = 1000;

/** Refused calls, each kind once with its number. */
export class Ledger {
  private readonly refusals = new Map<string, Refusal>();

  /** The entry of a refusal; the caller counts it up. */
  entry(principal: string, action: string, resource: string, decidedBy: string): Refusal {
    const known = this.refusals.get(keyOf(principal, action, resource));
    if (known !== undefined) return known;
    const listed = this.refusals.size < LISTED ? resource : "(further resources)";
    const key = keyOf(principal, action, listed);
    let refusal = this.refusals.get(key);
    if (refusal === undefined) {
      refusal = { principal, action, resource: listed, decidedBy, count: 0 };
      this.refusals.set(key, refusal);
    }
    return refusal;
  }

  list(): Refusal[] {
    return [...this.refusals.values()].filter(({ count }) => count > 0).map((refusal) => ({ ...refusal }));
  }
}

function keyOf(principal: string, action: string, resource: string): string {
  return `${principal}\n${action}\n${resource}`;
}
