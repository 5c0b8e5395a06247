import type { LifecycleRule } from "./bucket";

const DAY = 86_400_000;

/** An object, noncurrent version, upload or delete marker that a rule may remove. */
export interface Expirable {
  /** ms since 1970-01-01 UTC from which its age counts */
  since: number;
  expire(): void;
}

/** What a lifecycle rule looks through. */
export interface ExpirableObjects {
  objects(prefix: string): Iterable<Expirable>;
  versions(prefix: string): Iterable<Expirable>;
  uploads(prefix: string): Iterable<Expirable>;
  /** delete markers that are all that is left of their key */
  markers(prefix: string): Iterable<Expirable>;
}

/** Applies a rule: what is due at `now` expires, and the rule remembers when it has to be looked at again. */
export function applyRule(rule: LifecycleRule, now: number, bucket: ExpirableObjects): void {
  if (rule.idleUntil > now) return;
  rule.idleUntil = Infinity;
  const expire = (days: number | undefined, candidates: (prefix: string) => Iterable<Expirable>): void => {
    if (days === undefined) return;
    // What is put from now on is due no earlier than this.
    rule.idleUntil = Math.min(rule.idleUntil, due(now, days));
    for (const candidate of candidates(rule.prefix)) {
      const time = due(candidate.since, days);
      if (time <= now) candidate.expire();
      else rule.idleUntil = Math.min(rule.idleUntil, time);
    }
  };
  expire(rule.days, (prefix) => bucket.objects(prefix));
  if (rule.date !== undefined) {
    if (rule.date <= now) for (const object of bucket.objects(rule.prefix)) object.expire();
    // From then on S3 looks every day (https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html).
    rule.idleUntil = Math.min(rule.idleUntil, Math.max(rule.date, due(now, 1)));
  }
  expire(rule.noncurrentDays, (prefix) => bucket.versions(prefix));
  expire(rule.uploadDays, (prefix) => bucket.uploads(prefix));
  // An expiration by age takes markers, too (https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html).
  expire(rule.markers ? 0 : rule.days, (prefix) => bucket.markers(prefix));
}

/** When an object expires and by which rule: the first that comes. */
export function expirationOf(
  rules: readonly LifecycleRule[],
  key: string,
  modified: number,
): { time: number; rule: string } | undefined {
  const found = rules.flatMap(({ id, prefix, days, date }) => {
    const time = days === undefined ? date : due(modified, days);
    return time !== undefined && key.startsWith(prefix) ? [{ time, rule: id }] : [];
  });
  return found.sort((a, b) => a.time - b.time)[0];
}

/**
 * Midnight UTC after `days` full days: S3 rounds a lifecycle date up to the next midnight.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#intro-lifecycle-rules-number-of-days
 */
function due(since: number, days: number): number {
  return Math.ceil((since + days * DAY) / DAY) * DAY;
}
