/** Reads texts by the elements of a pattern of Java's DateTimeFormatter. */
import type { Element, Field } from "./pattern";
import { isRegion, regionOf } from "./zones";

/** What a text says, field by field; `era` is 0 before Christ. */
export type Fields = { [field in Field]?: number } & { offset?: number; region?: string; era?: number };

/** The offset behind the elements, -1 when the text is not of this form. */
export function parseElements(elements: readonly Element[], text: string, from: number, fields: Fields): number {
  let at = from;
  for (let index = 0; index < elements.length && at >= 0; index++) {
    const element = elements[index] as Element;
    switch (element.kind) {
      case "literal":
        at = text.startsWith(element.text, at) ? at + element.text.length : -1;
        break;
      case "number":
        at = parseDigits(element, reserved(elements, index), text, at, fields);
        break;
      case "name":
        at = parseName(element, text, at, fields);
        break;
      case "offset":
        at = parseOffset(element, text, at, fields);
        break;
      case "gmt":
        at = parseGmt(text, at, fields);
        break;
      case "era": {
        const era = element.names.findIndex((name) => text.startsWith(name, at));
        fields.era = era;
        at = era < 0 ? -1 : at + (element.names[era] as string).length;
        break;
      }
      case "zone":
        at = parseZone(element, text, at, fields);
        break;
      case "optional": {
        const attempt: Fields = { ...fields };
        const end = parseElements(element.elements, text, at, attempt);
        if (end >= 0) {
          Object.assign(fields, attempt);
          at = end;
        }
      }
    }
  }
  return at;
}

/** Digits that numbers of fixed width directly behind a number of free width need: `yMMdd`. */
function reserved(elements: readonly Element[], index: number): number {
  let width = 0;
  for (let next = index + 1; next < elements.length; next++) {
    const element = elements[next] as Element;
    if (element.kind !== "number" || element.least !== element.greatest) break;
    width += element.least;
  }
  return width;
}

function parseDigits(
  element: Element & { kind: "number" },
  keep: number,
  text: string,
  at: number,
  fields: Fields,
): number {
  const negative = element.signed === true && text[at] === "-";
  if (negative) at++;
  let end = at;
  while (end < text.length && isDigit(text.charCodeAt(end))) end++;
  const available = end - at;
  const { least, greatest, form, field } = element;
  const width = least === greatest ? least : Math.min(greatest, available - keep);
  if (width < least || available < width) return -1;
  const value = Number(text.slice(at, at + width)) * (negative ? -1 : 1);
  const meant = form === "fraction" ? value * 10 ** (9 - width) : form === "reduced" ? 2000 + value : value;
  // there is no year 0 in an era
  if (field === "year" && meant === 0 && element.signed !== true) return -1;
  // a field that is there twice must say the same
  if (fields[field] !== undefined && fields[field] !== meant) return -1;
  fields[field] = meant;
  return at + width;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function parseName(element: Element & { kind: "name" }, text: string, at: number, fields: Fields): number {
  // longest first would matter only if one name began another, and none does
  const index = element.names.findIndex((name) => text.startsWith(name, at));
  if (index < 0) return -1;
  fields[element.field] = element.field === "half" ? index : index + 1;
  return at + (element.names[index] as string).length;
}

function parseOffset(element: Element & { kind: "offset" }, text: string, at: number, fields: Fields): number {
  if (element.zero === "Z" && text[at] === "Z") {
    fields.offset = 0;
    return at + 1;
  }
  const minutes = element.colon ? ":\\d\\d" : "\\d\\d";
  const seconds = element.seconds === true ? `(?:${minutes})?` : "";
  const pattern = new RegExp(`[+-]\\d\\d${element.minutes === "always" ? minutes : `(?:${minutes})?`}${seconds}`, "y");
  pattern.lastIndex = at;
  const found = pattern.exec(text)?.[0];
  if (found === undefined) return -1;
  return setOffset(fields, found.replaceAll(":", "")) ? at + found.length : -1;
}

/** `+hh[mm[ss]]`; at most 18 hours, as Java has it. */
function setOffset(fields: Fields, text: string): boolean {
  const [hours = 0, minutes = 0, seconds = 0] = (text.slice(1).match(/../g) ?? []).map(Number);
  const offset = hours * 3600 + minutes * 60 + seconds;
  if (minutes > 59 || seconds > 59 || offset > 18 * 3600) return false;
  fields.offset = offset * (text.startsWith("-") ? -1 : 1);
  return true;
}

function parseGmt(text: string, at: number, fields: Fields): number {
  if (!text.startsWith("GMT", at)) return -1;
  const pattern = /([+-])(\d{1,2})(?::(\d\d))?/y;
  pattern.lastIndex = at + 3;
  const [all = "", sign = "+", hours = "0", minutes = "00"] = pattern.exec(text) ?? [];
  return setOffset(fields, sign + hours.padStart(2, "0") + minutes) ? at + 3 + all.length : -1;
}

/** `VV` reads ids and offsets, `z` the names of zones too; the old readers of partitions read `z` by abbreviations alone. */
function parseZone(element: Element & { kind: "zone" }, text: string, at: number, fields: Fields): number {
  const { id, extended = false, longName } = element;
  const offset = extended ? /(?:UTC|GMT|UT)?[+-]\d\d(?::\d\d)?/y : /[+-]\d\d:\d\d/y;
  offset.lastIndex = at;
  const found = id || extended ? offset.exec(text)?.[0] : undefined;
  if (found !== undefined) {
    return setOffset(fields, found.replace(/^[A-Z]*/, "").replace(":", "")) ? at + found.length : -1;
  }
  const named = longName?.(text.slice(at));
  if (named !== undefined) {
    fields.region = named.region;
    return at + named.length;
  }
  const word = id || extended ? /[A-Za-z][A-Za-z0-9~/._+-]*/y : /[A-Z]{1,5}/y;
  word.lastIndex = at;
  const name = word.exec(text)?.[0];
  if (name === undefined) return -1;
  if (extended)
    fields.region = (id && name !== "Z" ? undefined : regionOf(name)) ?? (isRegion(name, id) ? name : undefined);
  else fields.region = id ? (regionOf(name) ?? name) : regionOf(name);
  return fields.region === undefined ? -1 : at + name.length;
}
