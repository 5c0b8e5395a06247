/** Schedule expressions of CloudWatch Events, as dataset triggers take them (reference 8.4). */

const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const DAYS = "SUN MON TUE WED THU FRI SAT".split(" ");

interface Field {
  readonly name: string;
  readonly least: number;
  readonly greatest: number;
  /** words in place of numbers, the first one for `least` */
  readonly words?: readonly string[];
  /** what the field takes beside numbers, ranges, lists and steps */
  readonly special?: RegExp;
}

const FIELDS: readonly Field[] = [
  { name: "minutes", least: 0, greatest: 59 },
  { name: "hours", least: 0, greatest: 23 },
  { name: "day of the month", least: 1, greatest: 31, special: /^(?:\?|L|LW|L-\d{1,2}|\d{1,2}W)$/ },
  { name: "month", least: 1, greatest: 12, words: MONTHS },
  {
    name: "day of the week",
    least: 1,
    greatest: 7,
    words: DAYS,
    special: /^(?:\?|L|[1-7]L|(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#[1-5])$/,
  },
  { name: "year", least: 1970, greatest: 2199 },
];

/** What is wrong with an expression, as the end of a sentence about it; undefined when nothing is. */
export function scheduleMistake(expression: string): string | undefined {
  const rate = /^rate\(\s*(\d+)\s+(minutes?|hours?|days?)\s*\)$/.exec(expression.trim());
  if (rate !== null) return Number(rate[1]) > 0 ? undefined : "has the rate 0; write a whole number above it";
  const cron = /^cron\((.*)\)$/.exec(expression.trim());
  if (cron === null) {
    return 'is neither cron(minutes hours day-of-month month day-of-week year) nor rate(number unit); write for example "cron(0 12 * * ? *)" or "rate(1 day)"';
  }
  const fields = (cron[1] as string).trim().split(/\s+/);
  if (fields.length !== FIELDS.length) {
    return `has ${fields.length} fields; cron has six: minutes, hours, day of the month, month, day of the week, year`;
  }
  for (const [index, field] of FIELDS.entries()) {
    const text = fields[index] as string;
    if (!fits(text, field)) {
      return `has ${JSON.stringify(text)} for the ${field.name}; there it takes ${field.least} to ${field.greatest}, *, ranges, lists and steps`;
    }
  }
  const unset = [fields[2], fields[4]].filter((text) => text === "?").length;
  if (unset !== 1) {
    return `must have ? for the day of the month or for the day of the week, and not for both; write for example "cron(0 12 * * ? *)"`;
  }
  return undefined;
}

function fits(text: string, field: Field): boolean {
  return text.split(",").every((part) => {
    const upper = part.toUpperCase();
    if (field.special?.test(upper) === true) return true;
    const [range = "", step, ...rest] = upper.split("/");
    if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
    if (range === "*") return true;
    const ends = range.split("-").map((end) => numberOf(end, field));
    return ends.length <= 2 && ends.every((end) => end >= field.least && end <= field.greatest);
  });
}

function numberOf(text: string, { least, words }: Field): number {
  const word = words?.indexOf(text) ?? -1;
  return word >= 0 ? least + word : /^\d+$/.test(text) ? Number(text) : NaN;
}
