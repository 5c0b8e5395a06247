/** Plausible values for attributes of which documents say little: the column's type, what they are compared with, else the name. */
import type { ColumnType, IntegerKind } from "../columns/type";
import type { Wish } from "./wish";

/** What a message is made for. */
export interface Moment {
  /** name of the device, such as sensor0 */
  device: string;
  /** ms since 1970 */
  ms: number;
  /** from 0 (inclusive) to 1 (exclusive) */
  random(): number;
}

const LARGEST: Readonly<Record<IntegerKind, number>> = {
  tinyint: 127,
  smallint: 32_767,
  int: 2_147_483_647,
  bigint: Number.MAX_SAFE_INTEGER,
};
const TIME = /(?:^|_)(?:time|timestamp|ts|date|datetime)(?:$|_)|(?:Time|Timestamp|Date|At)$|^(?:time|date|epoch)/;
const DEVICE =
  /(?:^|_)(?:id|uuid|serial|mac|imei)_?$|(?:Id|ID|Serial)$|^(?:device|thing|sensor|machine|asset|meter|gateway|client)s?(?:_?name)?$/i;
/** Ranges of numbers by name: what a sensor in a hall may say. */
const RANGES: readonly (readonly [RegExp, number, number])[] = [
  [/temp.*f(ahrenheit)?$/i, 60, 95],
  [/temp/i, 15, 35],
  [/hum/i, 30, 70],
  [/press/i, 980, 1040],
  [/volt/i, 220, 240],
  [/amp|current/i, 0, 16],
  [/rssi|signal/i, -90, -40],
  [/^lat/i, 47, 54],
  [/^(lon|lng)/i, 6, 15],
  [/batt|percent|level|soc$/i, 0, 100],
];
/** Texts by name. */
const TEXTS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/status|state|mode|health/i, ["ok", "warning", "error"]],
  [/site|location|region|zone|plant|area|city/i, ["north", "south", "east"]],
  [/unit/i, ["C"]],
];

/** A value for an attribute or, with members, an object. */
export function valueOf(name: string, wish: Wish, moment: Moment): unknown {
  if (wish.time !== undefined) return wish.time(moment.ms);
  if (wish.members.size > 0) return objectOf(wish, moment);
  if (wish.element !== undefined) {
    const { element } = wish;
    return [0, 1].map(() => valueOf(name.replace(/s$/, ""), element, moment));
  }
  const { type, uses, near, texts } = wish;
  if (type?.kind === "map") return { [`${name}_1`]: typed(name, type.value, wish, moment) };
  if (texts.length > 0) return textAmong(texts, moment);
  if (uses.has("device")) return moment.device;
  if (type !== undefined) return typed(name, type, wish, moment);
  if (near.length > 0 || uses.has("number")) return TIME.test(name) ? moment.ms : numberOf(name, wish, moment, 1);
  if (uses.has("boolean")) return moment.random() < 0.5;
  if (TIME.test(name)) return timeText(moment.ms, 19);
  if (uses.has("text") || DEVICE.test(name) || TEXTS.some(([pattern]) => pattern.test(name)))
    return textOf(name, moment);
  return numberOf(name, wish, moment, 1);
}

/** Attributes whose names differ only in case are one: columns know no case. */
export function objectOf(wish: Wish, moment: Moment): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  const seen = new Map<string, Wish>();
  for (const [name, member] of wish.members) {
    const first = seen.get(name.toLowerCase());
    if (first !== undefined) first.type ??= member.type;
    else seen.set(name.toLowerCase(), member);
  }
  for (const [name, member] of wish.members)
    if (seen.get(name.toLowerCase()) === member) object[name] = valueOf(name, member, moment);
  return object;
}

function typed(name: string, type: ColumnType, wish: Wish, moment: Moment): unknown {
  switch (type.kind) {
    case "boolean":
      return moment.random() < 0.5;
    case "tinyint":
    case "smallint":
    case "int":
    case "bigint": {
      const whole = TIME.test(name) ? timeIn(type.kind, moment.ms) : numberOf(name, wish, moment, 0);
      return Math.max(-LARGEST[type.kind], Math.min(LARGEST[type.kind], whole));
    }
    case "float":
    case "double":
      return TIME.test(name) && wish.near.length === 0 ? moment.ms / 1000 : numberOf(name, wish, moment, 1);
    case "decimal": {
      const largest = 10 ** Math.min(type.precision - type.scale, 15) - 1;
      return Math.min(numberOf(name, wish, moment, Math.min(type.scale, 2)), largest);
    }
    case "date":
      return timeText(moment.ms, 10);
    case "timestamp":
      return timeText(moment.ms, 23);
    case "binary":
      return Buffer.from(textOf(name, moment)).toString("base64");
    case "char":
    case "varchar":
      return textOf(name, moment).slice(0, type.length);
    case "array":
      return [typed(name, type.element, wish, moment)];
    case "map":
      return { [`${name}_1`]: typed(name, type.value, wish, moment) };
    case "struct":
      return Object.fromEntries(type.fields.map((field) => [field.name, typed(field.name, field.type, wish, moment)]));
    default:
      if (wish.near.length > 0 || wish.uses.has("number")) return numberOf(name, wish, moment, 1);
      return TIME.test(name) ? timeText(moment.ms, 19) : textOf(name, moment);
  }
}

function timeIn(kind: IntegerKind, ms: number): number {
  return kind === "bigint" ? ms : Math.floor(ms / 1000);
}

function timeText(ms: number, length: number): string {
  return new Date(ms).toISOString().replace("T", " ").replace("Z", "").slice(0, length);
}

/** Around the numbers that it is compared with, so that some pass and some do not. @param digits after the point */
function numberOf(name: string, { near }: Wish, { random }: Moment, digits: number): number {
  const [, from, to] = RANGES.find(([pattern]) => pattern.test(name)) ?? [undefined, 0, 100];
  const [low, high] = near.length === 0 ? [from, to] : [Math.min(...near), Math.max(...near)];
  const spread = near.length === 0 ? 0 : Math.max(high - low, Math.abs(high) / 2, Math.abs(low) / 2, 5) / 2;
  const number = low - spread + random() * (high - low + 2 * spread);
  return Number(number.toFixed(digits));
}

/** Mostly one of the texts that it is compared with, now and then another. */
function textAmong(texts: readonly string[], { random }: Moment): string {
  return random() < 0.25 ? "other" : texts[Math.floor(random() * texts.length)]!;
}

function textOf(name: string, moment: Moment): string {
  if (DEVICE.test(name)) return moment.device;
  const among = TEXTS.find(([pattern]) => pattern.test(name))?.[1] ?? [1, 2, 3].map((number) => `${name}-${number}`);
  return among[Math.floor(moment.random() * among.length)]!;
}
