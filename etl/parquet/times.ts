/** Texts and numbers that a date or timestamp column takes, as the OpenX JSON SerDe reads them. https://docs.aws.amazon.com/firehose/latest/APIReference/API_OpenXJsonSerDe.html */

const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
/** With a T there is an offset or Z, and no fraction or three digits of it; with a blank neither, and up to nine digits. */
const ZONED = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{3}))?(?:Z|([+-])(\d{2}):(\d{2}))$/;
const LOCAL = /^(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?$/;
const WHOLE = /^-?\d+$/;
const FRACTION = /^(-?)(\d*)\.(\d*)$/;

const DAY_MS = 86_400_000;
/** Text of as many characters is milliseconds, shorter text is seconds. */
const MILLISECONDS_LENGTH = 13;
/** Microseconds since 1970 that 64 bits hold, less the two values that readers keep for the infinities. */
const GREATEST = 2n ** 63n - 2n;

/** Days since 1970-01-01 of a `yyyy-MM-dd`; undefined for any other text. */
export function dayOf(text: string): number | undefined {
  const found = DATE.exec(text);
  if (found === null) return undefined;
  const ms = instant(found, 0, 0, 0);
  return ms === undefined ? undefined : ms / DAY_MS;
}

/**
 * Microseconds since 1970 UTC of a timestamp's text or number; undefined when it is none. Digits of a fraction beyond
 * the sixth are cut: Athena shows three.
 */
export function microsecondsOf(text: string): bigint | undefined {
  if (text.includes(":")) return ofDateText(text);
  if (text.includes(".")) return ofFraction(text);
  if (!WHOLE.test(text)) return undefined;
  return bounded(BigInt(text) * (text.length >= MILLISECONDS_LENGTH ? 1000n : 1_000_000n));
}

function ofDateText(text: string): bigint | undefined {
  const found = ZONED.exec(text) ?? LOCAL.exec(text);
  if (found === null) return undefined;
  const ms = instant(found, Number(found[4]), Number(found[5]), Number(found[6]));
  if (ms === undefined) return undefined;
  const offset = found[8] === undefined ? 0 : (Number(found[9]) * 60 + Number(found[10])) * 60_000;
  const utc = found[8] === "-" ? ms + offset : ms - offset;
  return BigInt(utc) * 1000n + BigInt((found[7] ?? "").padEnd(6, "0").slice(0, 6));
}

function ofFraction(text: string): bigint | undefined {
  const found = FRACTION.exec(text);
  if (found === null || (found[2] === "" && found[3] === "")) return undefined;
  const us = BigInt(found[2] || "0") * 1_000_000n + BigInt(found[3]!.padEnd(6, "0").slice(0, 6));
  return bounded(found[1] === "-" ? -us : us);
}

function bounded(us: bigint): bigint | undefined {
  return us > GREATEST || us < -GREATEST ? undefined : us;
}

function instant(found: RegExpExecArray, hour: number, minute: number, second: number): number | undefined {
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  // a day that its month does not have would become one of the next month
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
}
