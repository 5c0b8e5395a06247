import { parseTimestampFormat } from "../time/format";
import { TIME_FORMS } from "./definition";

/** What DMS writes for dates with a time, whatever the database; a time without a zone is UTC's. */
const DMS_TIME = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d\d):?(\d\d)?)?$/;

/** ms since 1970 of a time as DMS writes it, a fraction of a millisecond cut off; undefined if it is none. */
export function parseDmsTime(text: string): number | undefined {
  const match = DMS_TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "", sign, hours = "0", minutes = "0"] =
    match;
  const ms = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    Number(fraction.padEnd(3, "0").slice(0, 3)),
  );
  // Date takes the 31st of a short month for a day of the next one.
  const date = new Date(ms);
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === "-" ? ms + offset : sign === "+" ? ms - offset : ms;
}

/**
 * Writes a time of DMS in another form, as JSON; undefined for what is no such time.
 * @param format one of TIME_FORMS, or a pattern as of a datastore's timestamp partition
 * @throws SyntaxError for a pattern that is none
 */
export function timeWriter(format: string): ((text: string) => string | undefined) | undefined {
  if (format === "iso") return undefined;
  const writer =
    format === "milliseconds"
      ? (ms: number) => String(ms)
      : format === "seconds"
        ? (ms: number) => String(Math.floor(ms / 1000))
        : patternWriter(format);
  return (text) => {
    const ms = parseDmsTime(text);
    return ms === undefined ? undefined : writer(ms);
  };
}

function patternWriter(pattern: string): (ms: number) => string {
  const format = parseTimestampFormat(pattern);
  return (ms) => JSON.stringify(format.format(ms));
}

/** What is wrong with a form of time, in words; undefined if nothing is. */
export function timeFormatProblem(format: string): string | undefined {
  try {
    timeWriter(format);
    return undefined;
  } catch (error) {
    return `it is ${TIME_FORMS.join(", ")} or a pattern such as yyyy-MM-dd HH:mm:ss; ${(error as Error).message}`;
  }
}
