import type { LifecycleRule } from "./bucket";

const DAY = 86_400_000;

/** An object or a noncurrent version that a rule may remove. */
export interface Expirable {
  /** ms since 1970-01-01 UTC from which its age counts */
  since: number;
  expire(): void;
}

/** What a lifecycle rule looks through. */
export interface ExpirableObjects {
  objects(prefix: string): Iterable<Expirable>;
  versions(prefix: string): Iterable<Expirable>;
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
  expire(rule.noncurrentDays, (prefix) => bucket.versions(prefix));
}

/**
 * Midnight UTC after `days` full days: S3 rounds a lifecycle date up to the next midnight.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#intro-lifecycle-rules-number-of-days
 */
function due(since: number, days: number): number {
  return Math.ceil((since + days * DAY) / DAY) * DAY;
}
