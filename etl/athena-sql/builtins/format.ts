/** format(), whose format string is java.util.Formatter's. https://trino.io/docs/current/functions/conversion.html#format */
import { SqlError } from "../syntax/error";
import { formatType, isWhole, VARCHAR, type Type, type TypeOf } from "../types/type";
import { makeCast } from "../values/cast";
import { formatJoda, formatMysql } from "../values/date-pattern";
import { formatDouble, formatReal } from "../values/number-text";
import { ZonedValue, type Value } from "../values/value";
import { floorDiv, formatDecimal } from "../values/whole";
import { offsetMicros } from "../values/zone";
import { formatDate, formatTime, MICROS_PER_DAY } from "../values/datetime";
import { scalar } from "./registry";

const SPECIFIER = /%(?:(\d+)\$|(<))?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([tT]?)([a-zA-Z%])|%/g;

interface Specifier {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  readonly conversion: string;
}

const invalid = (format: string, problem: string): never => {
  throw new SqlError("INVALID_FUNCTION_ARGUMENT", `Invalid format string: ${format} (${problem})`);
};

// The letters of a signature are types of their own.
const LETTERS = "ABCDEFGHIJKLMNOPQRST".split("");
for (let count = 1; count <= LETTERS.length; count++)
  scalar(`format(varchar, ${LETTERS.slice(0, count).join(", ")}): varchar`, undefined, {
    calledOnNull: true,
    make: ({ args }) => {
      const types = args.slice(1);
      return (format: string | null, ...values: Value[]) => (format === null ? null : write(format, types, values));
    },
    result: ({ args }) => {
      for (const type of args.slice(1))
        if (["array", "map", "row", "varbinary"].includes(type.kind) || type.kind.startsWith("interval"))
          throw new SqlError("NOT_SUPPORTED", `Type not supported for formatting: ${formatType(type)}`);
      return VARCHAR;
    },
  });

function write(format: string, types: readonly Type[], values: readonly Value[]): string {
  let next = 0;
  let last = -1;
  return format.replace(
    SPECIFIER,
    (
      whole: string,
      index?: string,
      again?: string,
      flags = "",
      width?: string,
      precision?: string,
      time?: string,
      letter?: string,
    ) => {
      if (letter === undefined) return invalid(format, "UnknownFormatConversion: Conversion = '%'");
      const specifier: Specifier = {
        flags,
        width: Number(width ?? 0),
        precision: precision === undefined ? undefined : Number(precision),
        conversion: letter,
      };
      if (letter === "n" && time === "") return "\n";
      if (letter === "%") return pad("%", specifier);
      if (time === "" && !/[bBhHsScCdoxXeEfgGaA]/.test(letter))
        return invalid(format, `UnknownFormatConversion: Conversion = '${letter}'`);
      const place = again !== undefined ? last : index !== undefined ? Number(index) - 1 : next++;
      last = place;
      const type = types[place];
      if (type === undefined) return invalid(format, `MissingFormatArgument: Format specifier '${whole}'`);
      const value = values[place] ?? null;
      const text = time !== "" ? timeText(format, specifier, type, value) : valueText(format, specifier, type, value);
      return pad(/[A-Z]/.test(time === "" ? letter : (time ?? "")) ? text.toUpperCase() : text, specifier);
    },
  );
}

function pad(text: string, { flags, width }: Specifier): string {
  return flags.includes("-") ? text.padEnd(width) : text.padStart(width);
}

function valueText(format: string, specifier: Specifier, type: Type, value: Value): string {
  const { conversion, precision, flags } = specifier;
  const cut = (text: string): string => (precision === undefined ? text : text.slice(0, precision));
  const letter = conversion.toLowerCase();
  if (letter === "b") return cut(type.kind === "boolean" && value !== null ? String(value) : String(value !== null));
  if (value === null) return cut("null");
  if (letter === "s") return cut(text(type, value));
  if (letter === "h") return cut((javaHash(type, value) >>> 0).toString(16));
  const wrong = (): never => invalid(format, `IllegalFormatConversion: ${conversion} != ${javaClass(type)}`);
  if (letter === "c") return isWhole(type) && type.kind !== "bigint" ? String.fromCodePoint(Number(value)) : wrong();
  if (/[dox]/.test(letter)) {
    if (!isWhole(type)) return wrong();
    const whole = BigInt(value as number | bigint);
    if (letter === "d")
      return signed(
        whole < 0n,
        flags.includes(",") ? grouped(String(absolute(whole))) : String(absolute(whole)),
        specifier,
      );
    const digits = BigInt.asUintN(type.kind === "integer" ? 32 : 64, whole).toString(letter === "x" ? 16 : 8);
    const prefix = flags.includes("#") ? (letter === "x" ? "0x" : "0") : "";
    return prefix + (flags.includes("0") ? digits.padStart(specifier.width - prefix.length, "0") : digits);
  }
  if (type.kind !== "double" && type.kind !== "real" && type.kind !== "decimal") return wrong();
  if (type.kind !== "decimal" && !Number.isFinite(value as number)) {
    const name = formatDouble(value as number).replace(/^-/, "");
    return (value as number) < 0 ? `-${name}` : flags.includes("+") ? `+${name}` : name;
  }
  const exact =
    type.kind === "decimal" ? formatDecimal(value as bigint, type.scale) : plainDigits(value as number, type.kind);
  const negative = exact.startsWith("-");
  const digits = precision ?? 6;
  const size = exact.replace("-", "");
  let written: string;
  if (letter === "f") written = roundHalfUp(size, digits);
  else if (letter === "e") written = scientific(size, digits);
  else if (letter === "g") written = general(size, digits === 0 ? 1 : digits);
  else return wrong();
  if (flags.includes(",")) written = grouped(written);
  return signed(negative, written, specifier);
}

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);
const grouped = (digits: string): string => digits.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));

function signed(negative: boolean, digits: string, { flags, width }: Specifier): string {
  const [before, after] = negative
    ? flags.includes("(")
      ? ["(", ")"]
      : ["-", ""]
    : [flags.includes("+") ? "+" : flags.includes(" ") ? " " : "", ""];
  const filled = flags.includes("0") ? digits.padStart(width - before!.length - after!.length, "0") : digits;
  return before! + filled + after!;
}

/** The shortest digits of a number, without an exponent. */
function plainDigits(value: number, kind: "double" | "real"): string {
  const [mantissa = "", exponent = "0"] = (kind === "real" ? formatReal(value) : formatDouble(value)).split("E");
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const sign = mantissa.startsWith("-") ? "-" : "";
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return `${sign}${digits.slice(0, point).padEnd(point, "0")}.${digits.slice(point) || "0"}`;
}

/** Digits with a point, rounded half up. */
function roundHalfUp(text: string, digits: number): string {
  const [whole = "0", fraction = ""] = text.split(".");
  let scaled = BigInt(whole + fraction.slice(0, digits).padEnd(digits, "0"));
  if ((fraction[digits] ?? "0") >= "5") scaled += 1n;
  return formatDecimal(scaled, digits);
}

function scientific(text: string, digits: number): string {
  const [whole = "0", fraction = ""] = text.split(".");
  const all = (whole + fraction).replace(/^0+/, "");
  if (all === "") return `${roundHalfUp("0", digits)}e+00`;
  const leading = (whole + fraction).length - all.length;
  let exponent = whole.length - leading - 1;
  let mantissa = roundHalfUp(`${all[0]}.${all.slice(1) || "0"}`, digits);
  if (mantissa.startsWith("10")) {
    mantissa = roundHalfUp("1.0", digits);
    exponent++;
  }
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function general(text: string, digits: number): string {
  const size = Number(text);
  if (size !== 0 && (size < 1e-4 || size >= 10 ** digits)) return scientific(text, digits - 1);
  const whole = text.split(".")[0]!.replace(/^0+/, "").length;
  const leading = whole > 0 || size === 0 ? 0 : /^0\.(0*)/.exec(text)![1]!.length;
  return roundHalfUp(text, whole > 0 ? digits - whole : digits + leading - (size === 0 ? 1 : 0));
}

function text(type: Type, value: Value): string {
  if (type.kind === "double") return formatDouble(value as number);
  if (type.kind === "real") return formatReal(value as number);
  if (type.kind === "json" || type.kind === "varchar") return value as string;
  if (type.kind === "time") return javaTime(value as bigint);
  if (type.kind === "timestamp") return javaTimestamp(value as bigint);
  if (type.kind === "timestamp with time zone") {
    const zoned = value as ZonedValue;
    const offset = offsetMicros(zoned.zone, zoned.instant);
    const region = /^[+-]/.test(zoned.zone) ? "" : `[${zoned.zone}]`;
    return javaTimestamp(zoned.instant + offset) + (offset === 0n ? "Z" : formatJoda(zoned, "ZZ")) + region;
  }
  return makeCast(type, VARCHAR)(value) as string;
}

/** As java.time prints a time: no more digits than it needs, in groups of three. */
function javaTime(micros: bigint): string {
  const digits = micros % 1_000_000n === 0n ? 0 : micros % 1000n === 0n ? 3 : 6;
  const written = formatTime(micros, digits);
  return digits === 0 && written.endsWith(":00") ? written.slice(0, -3) : written;
}

function javaTimestamp(micros: bigint): string {
  const days = floorDiv(micros, MICROS_PER_DAY);
  return `${formatDate(Number(days))}T${javaTime(micros - days * MICROS_PER_DAY)}`;
}

/** String.hashCode(), and what other classes have. */
function javaHash(type: Type, value: Value): number {
  if (isWhole(type)) return Number(BigInt.asIntN(32, BigInt(value as bigint) ^ (BigInt(value as bigint) >> 32n)));
  if (type.kind === "boolean") return value === true ? 1231 : 1237;
  return [...text(type, value)].reduce((hash, one) => (Math.imul(31, hash) + one.charCodeAt(0)) | 0, 0);
}

function javaClass(type: Type): string {
  const names: Partial<Record<Type["kind"], string>> = {
    boolean: "java.lang.Boolean",
    real: "java.lang.Float",
    double: "java.lang.Double",
    decimal: "java.math.BigDecimal",
    date: "java.time.LocalDate",
    timestamp: "java.time.LocalDateTime",
    "timestamp with time zone": "java.time.ZonedDateTime",
    time: "java.time.LocalTime",
  };
  return names[type.kind] ?? (isWhole(type) ? "java.lang.Long" : "java.lang.String");
}

/** What %t and a letter give, as patterns of MySQL's or of their own. */
const TIMES: Readonly<Record<string, string>> = {
  H: "%H",
  I: "%h",
  k: "%k",
  l: "%l",
  M: "%i",
  S: "%s",
  p: "%p",
  Y: "%Y",
  y: "%y",
  m: "%m",
  d: "%d",
  e: "%e",
  j: "%j",
  B: "%M",
  b: "%b",
  h: "%b",
  A: "%W",
  a: "%a",
  R: "%H:%i",
  T: "%T",
  r: "%r",
  D: "%m/%d/%y",
  F: "%Y-%m-%d",
};

function timeText(format: string, { conversion }: Specifier, type: Type, value: Value): string {
  if (value === null) return "null";
  const at = instantOf(type, value);
  const pattern = TIMES[conversion];
  if (at === undefined) return invalid(format, `IllegalFormatConversion: ${conversion} != ${javaClass(type)}`);
  if (pattern === undefined) return invalid(format, `UnknownFormatConversion: Conversion = 't${conversion}'`);
  const written = formatMysql(at, pattern);
  return conversion === "p" ? written.toLowerCase() : written;
}

function instantOf(type: Type, value: Value): ZonedValue | undefined {
  switch ((type as TypeOf<"timestamp">).kind as Type["kind"]) {
    case "date":
      return new ZonedValue(BigInt(value as number) * MICROS_PER_DAY, "UTC");
    case "timestamp":
    case "time":
      return new ZonedValue(value as bigint, "UTC");
    case "timestamp with time zone":
      return value as ZonedValue;
    default:
      return undefined;
  }
}
