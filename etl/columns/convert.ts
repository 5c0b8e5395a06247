/**
 * Conversion of an attribute's value to a column (docs/sources.md: value-of-another-type): what is lossless is done, a fraction for an integer column
 * is rounded half away from zero (so are digits beyond a decimal's scale), anything else does not fit and becomes null.
 */
import { formatDecimal, parseDecimal, roundTo, type Decimal } from "../expressions/decimal";
import { roundHalfAway } from "../expressions";
import { compact, decodeText, eachElement, eachMember, spanText, type Span } from "../json/decode";
import {
  ARRAY,
  COMPUTED,
  COMPUTED_BIG,
  ESCAPED,
  FALSE,
  INTEGER,
  NULL,
  NUMBER,
  OBJECT,
  TEXT,
  TRUE,
} from "../json/token-kinds";
import { RowBuffer } from "./row-buffer";
import { dateText, timestampOfNumber, timestampText } from "./times";
import type { ColumnType, IntegerKind } from "./type";

/** A value to convert: a span, or a number that was computed. */
export interface Source extends Span {
  big: bigint | undefined;
}

/**
 * Writes a value as JSON that the delivery stream's deserialiser reads into the column's type. False when it does not
 * fit; what was written by then is to be taken back. The value is not null.
 */
export type Converter = (source: Source, out: RowBuffer) => boolean;

/** Counts values within nested columns that did not fit and became null there. */
export interface Losses {
  nested: number;
}

const QUOTE = 0x22;

/** Range of an integer type, as doubles where they are exact and as bigints. */
const RANGES: Readonly<Record<IntegerKind, bigint>> = {
  tinyint: 2n ** 7n,
  smallint: 2n ** 15n,
  int: 2n ** 31n,
  bigint: 2n ** 63n,
};
const MAX_FLOAT = 3.4028234663852886e38;
/** A double shows this many digits of a decimal for certain. */
const DOUBLE_DIGITS = 15;

/** A converter for a column's type; values within it that are lost are counted in `losses`. */
export function compileConverter(type: ColumnType, losses: Losses): Converter {
  switch (type.kind) {
    case "boolean":
      return convertBoolean;
    case "tinyint":
    case "smallint":
    case "int":
    case "bigint":
      return integerConverter(type.kind);
    case "float":
      return floatConverter(MAX_FLOAT);
    case "double":
      return floatConverter(Number.MAX_VALUE);
    case "decimal":
      return decimalConverter(type.precision, type.scale);
    case "string":
      return convertString;
    case "char":
    case "varchar":
      return sizedTextConverter(type.length);
    case "date":
      return textConverter((source) => (isText(source) ? dateText(textOf(source)) : undefined));
    case "timestamp":
      return textConverter(timestampOf);
    case "binary":
      return convertBinary;
    case "array":
      return arrayConverter(compileConverter(type.element, losses), losses);
    case "map":
      return mapConverter(type, losses);
    case "struct": {
      const fields = type.fields.map((field) => ({
        name: field.name,
        convert: compileConverter(field.type, losses),
      }));
      return structConverter(fields, losses);
    }
  }
}

function isText(source: Source): boolean {
  return source.kind === TEXT || source.kind === ESCAPED;
}

function isNumber(source: Source): boolean {
  const { kind } = source;
  return kind === INTEGER || kind === NUMBER || kind === COMPUTED || kind === COMPUTED_BIG;
}

function textOf(source: Source): string {
  return decodeText(source.bytes, source.kind, source.start, source.end);
}

/** The numeral of a number, digits as sent. */
function numeralOf(source: Source): string {
  if (source.kind === COMPUTED) return String(source.number);
  return source.kind === COMPUTED_BIG ? String(source.big) : spanText(source);
}

/** The exact number of a number or of a text that is one. */
function decimalOf(source: Source): Decimal | undefined {
  if (isNumber(source)) return parseDecimal(numeralOf(source));
  return isText(source) ? parseDecimal(textOf(source)) : undefined;
}

function convertBoolean(source: Source, out: RowBuffer): boolean {
  const { kind } = source;
  const text = isText(source) ? textOf(source).toLowerCase() : "";
  const yes = kind === TRUE || text === "true";
  if (!yes && kind !== FALSE && text !== "false") return false;
  out.ascii(yes ? "true" : "false");
  return true;
}

function integerConverter(kind: IntegerKind): Converter {
  const limit = RANGES[kind];
  const greatest = Math.min(Number(limit) - 1, Number.MAX_SAFE_INTEGER);
  const least = Math.max(-Number(limit), -Number.MAX_SAFE_INTEGER);
  return (source, out) => {
    if (source.kind === INTEGER) {
      if (source.number > greatest || source.number < least) return false;
      out.copy(source.bytes, source.start, source.end);
      return true;
    }
    // a double stands for the decimal it was read from: halves are exact, and order is kept
    if (source.kind === COMPUTED || (source.kind === NUMBER && !Number.isNaN(source.number))) {
      const rounded = roundHalfAway(source.number);
      if (rounded >= least && rounded <= greatest) {
        out.integer(rounded);
        return true;
      }
    }
    const decimal = decimalOf(source);
    if (decimal === undefined) return false;
    const whole = roundTo(decimal, 0);
    if (whole >= limit || whole < -limit) return false;
    out.ascii(whole.toString());
    return true;
  };
}

function floatConverter(greatest: number): Converter {
  return (source, out) => {
    const { kind } = source;
    if (kind === INTEGER) {
      out.copy(source.bytes, source.start, source.end);
      return true;
    }
    if (kind === COMPUTED || (kind === NUMBER && !Number.isNaN(source.number))) {
      if (!(Math.abs(source.number) <= greatest)) return false;
      if (kind === COMPUTED) out.number(source.number);
      else out.copy(source.bytes, source.start, source.end);
      return true;
    }
    const text = isNumber(source) ? numeralOf(source) : isText(source) ? textOf(source) : "";
    if (text === "" || (isText(source) && parseDecimal(text) === undefined)) return false;
    if (!(Math.abs(Number(text)) <= greatest)) return false;
    // JSON has no leading zeros, and no sign before an exponent's digits is lost by leaving out a plus
    out.ascii(isText(source) ? text.replace(/^(-?)0+(?=\d)/, "$1") : text);
    return true;
  };
}

/** Decimals beyond a double's digits go as a text, since the deserialiser would read a number as a double. */
function decimalConverter(precision: number, scale: number): Converter {
  const limit = 10n ** BigInt(precision);
  return (source, out) => {
    const decimal = decimalOf(source);
    if (decimal === undefined) return false;
    const unscaled = roundTo(decimal, scale);
    if (unscaled >= limit || unscaled <= -limit) return false;
    const text = formatDecimal(unscaled, scale);
    out.ascii(text.replace(/\D/g, "").length > DOUBLE_DIGITS ? `"${text}"` : text);
    return true;
  };
}

function convertString(source: Source, out: RowBuffer): boolean {
  if (isText(source)) {
    out.copy(source.bytes, source.start, source.end);
  } else if (source.kind === OBJECT || source.kind === ARRAY) {
    out.utf8(JSON.stringify(compact(spanText(source))));
  } else {
    out.byte(QUOTE);
    out.ascii(source.kind === TRUE ? "true" : source.kind === FALSE ? "false" : numeralOf(source));
    out.byte(QUOTE);
  }
  return true;
}

/** A text that is longer than its column would be cut, so it does not fit. */
function sizedTextConverter(length: number): Converter {
  return (source, out) => {
    const from = out.length;
    convertString(source, out);
    const text = JSON.parse(out.text(from)) as string;
    return text.length <= length || [...text].length <= length;
  };
}

function textConverter(convert: (source: Source) => string | undefined): Converter {
  return (source, out) => {
    const text = convert(source);
    if (text === undefined) return false;
    out.byte(QUOTE);
    out.ascii(text);
    out.byte(QUOTE);
    return true;
  };
}

function timestampOf(source: Source): string | undefined {
  if (isText(source)) {
    const text = textOf(source);
    return timestampText(text) ?? timestampOfNumber(text);
  }
  const decimal = isNumber(source) ? parseDecimal(numeralOf(source)) : undefined;
  if (decimal === undefined) return undefined;
  return timestampOfNumber(
    decimal.scale > 0
      ? formatDecimal(decimal.unscaled, decimal.scale)
      : (decimal.unscaled * 10n ** BigInt(-decimal.scale)).toString(),
  );
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Bytes travel as base64. */
function convertBinary(source: Source, out: RowBuffer): boolean {
  if (!isText(source)) return false;
  const text = textOf(source);
  if (!BASE64.test(text)) return false;
  out.byte(QUOTE);
  out.ascii(text);
  out.byte(QUOTE);
  return true;
}

/** Writes a nested value, or null in place of one that does not fit. */
function convertNested(span: Span, convert: Converter, losses: Losses, out: RowBuffer): void {
  const from = out.length;
  if (span.kind === NULL) {
    out.ascii("null");
  } else if (!convert({ ...span, big: undefined }, out)) {
    losses.nested++;
    out.length = from;
    out.ascii("null");
  }
}

function arrayConverter(element: Converter, losses: Losses): Converter {
  return (source, out) => {
    if (source.kind !== ARRAY) return false;
    out.byte(0x5b);
    eachElement(source, (span, index) => {
      if (index > 0) out.byte(0x2c);
      convertNested(span, element, losses, out);
    });
    out.byte(0x5d);
    return true;
  };
}

/**
 * Names that are one key of the column's type, as `7` and `07` are for integers, are one entry, the last: a record with a name
 * twice is none for the deserialiser. What the others had is lost, and counted.
 */
function mapConverter(type: ColumnType & { kind: "map" }, losses: Losses): Converter {
  const key = compileConverter(type.key, losses);
  const value = compileConverter(type.value, losses);
  const identify = keyIdentity(type.key);
  const scratch = new RowBuffer(64);
  return (source, out) => {
    if (source.kind !== OBJECT) return false;
    const members = new Map<string, Span>();
    eachMember(source, (name, span) => members.set(name, span));
    const entries = new Map<string, { written: string; span: Span }>();
    for (const [name, span] of members) {
      scratch.length = 0;
      if (!convertKey(name, key, scratch)) {
        losses.nested++;
        continue;
      }
      const written = scratch.text(0);
      const id = identify(written);
      if (entries.has(id)) losses.nested++;
      entries.set(id, { written, span });
    }
    out.byte(0x7b);
    let first = true;
    for (const { written, span } of entries.values()) {
      if (!first) out.byte(0x2c);
      first = false;
      out.utf8(written);
      out.byte(0x3a);
      convertNested(span, value, losses, out);
    }
    out.byte(0x7d);
    return true;
  };
}

/** What two written keys have in common that are one key: numbers may be written in several ways, and blanks at the end of a char are none. */
function keyIdentity(type: ColumnType): (written: string) => string {
  const inner = (written: string): string => written.slice(1, -1);
  switch (type.kind) {
    case "double":
      return (written) => String(Number(inner(written)));
    case "float":
      return (written) => String(Math.fround(Number(inner(written))));
    case "char":
      return (written) => inner(written).replace(/ +$/, "");
    case "binary":
      return (written) => Buffer.from(inner(written), "base64").toString("latin1");
    default:
      return inner;
  }
}

/** A key has the form of its type, within quotes as every name in JSON. */
function convertKey(name: string, key: Converter, out: RowBuffer): boolean {
  const json = Buffer.from(JSON.stringify(name));
  const from = out.length;
  const source = { bytes: json, kind: ESCAPED, start: 0, end: json.length, number: NaN, big: undefined };
  if (!key(source, out)) return false;
  if (out.bytes[from] === QUOTE) return true;
  const text = out.text(from);
  out.length = from;
  out.ascii(`"${text}"`);
  return true;
}

function structConverter(fields: readonly { name: string; convert: Converter }[], losses: Losses): Converter {
  return (source, out) => {
    if (source.kind !== OBJECT) return false;
    const members = new Map<string, Span>();
    eachMember(source, (name, span) => members.set(name.toLowerCase(), span));
    out.byte(0x7b);
    const first = out.length;
    for (const { name, convert } of fields) {
      const span = members.get(name);
      if (span === undefined || span.kind === NULL) continue;
      if (out.length > first) out.byte(0x2c);
      out.ascii(`"${name}":`);
      convertNested(span, convert, losses, out);
    }
    out.byte(0x7d);
    return true;
  };
}
