/**
 * The time in the name of an object that a delivery stream wrote: `STREAM-VERSION-yyyy-MM-dd-HH-mm-ss-UUID`, UTC, of the oldest record in it.
 * https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html
 */
const NAME =
  /-(\d{4})-(\d{2})-(\d{2})-(\d{2})-(\d{2})-(\d{2})-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\.[a-z0-9]+)*$/;

/** Milliseconds since 1970, in whole seconds; undefined for an object of another name. */
export function objectTime(key: string): number | undefined {
  const found = NAME.exec(key);
  if (found === null) return undefined;
  const [year, month, day, hour, minute, second] = found.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** Part of a day's or an hour's prefix that two times have in common: `dt=2026-1` of October and November. */
export function commonPrefix(from: number, to: number): string {
  const [first, last] = [hourPrefix(from), hourPrefix(to)];
  let length = 0;
  while (length < first.length && first[length] === last[length]) length++;
  return first.slice(0, length);
}

/** Where a channel's archive puts what arrived in an hour. */
function hourPrefix(time: number): string {
  const text = new Date(time).toISOString();
  return `dt=${text.slice(0, 10)}/hour=${text.slice(11, 13)}/`;
}
