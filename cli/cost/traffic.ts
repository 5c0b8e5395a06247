import { gzipSync } from "node:zlib";
import { ASSUMPTIONS, NO_TRAFFIC, type Assumptions, type Traffic } from "../../cost";
import { batchesOf, inputFiles, readTime, TIME_RULE } from "../../devices/replay";
import { nearest } from "../../aws/text/nearest";
import { recordingOptions, UsageError, wholeNumber, type Parsed } from "../command/options";
import { UserError } from "../command/run";

/** Bytes of a recording that are compressed to find its ratio. */
const SAMPLE = 16 * 1024 * 1024;

/** What a recording says of the traffic. */
export interface Measured {
  messages: number;
  /** bytes of a message, on average */
  size: number;
  /** messages a second; undefined without times */
  rate: number | undefined;
  gzipRatio: number;
}

/** Measures a recording. @throws UserError for a message whose time cannot be read, or RecordingError */
export async function measure(parsed: Parsed): Promise<Measured | undefined> {
  const inputs = parsed.texts("input");
  const time = parsed.text("time");
  if (inputs.length === 0) {
    for (const name of ["time", "encoding", "csv-separator", "csv-decimal"])
      if (parsed.text(name) !== undefined) throw new UsageError(`--${name} needs --input FILE.`);
    return undefined;
  }
  const read = recordingOptions(parsed);
  const sample: Buffer[] = [];
  let sampled = 0;
  let messages = 0;
  let bytes = 0;
  let first = Infinity;
  let last = -Infinity;
  for (const file of inputFiles(inputs))
    for await (const batch of batchesOf(file, read))
      for (const payload of batch) {
        const buffer = Buffer.from(payload);
        messages++;
        bytes += buffer.length;
        if (sampled < SAMPLE) {
          sample.push(buffer, Buffer.from("\n"));
          sampled += buffer.length + 1;
        }
        if (time === undefined) continue;
        const ms = timeOf(buffer, time, `${file}, message ${messages}`);
        first = Math.min(first, ms);
        last = Math.max(last, ms);
      }
  if (messages === 0) throw new UserError([`--input ${inputs.join(", ")}: holds no messages`]);
  if (time !== undefined && last <= first)
    throw new UserError([
      `--time ${time}: every message has the same time, so there is no rate; give --rate instead of --time`,
    ]);
  return {
    messages,
    size: bytes / messages,
    rate: time === undefined ? undefined : (messages - 1) / ((last - first) / 1000),
    gzipRatio: gzipSync(Buffer.concat(sample)).length / sampled,
  };
}

function timeOf(message: Buffer, attribute: string, place: string): number {
  let value: unknown;
  try {
    value = (JSON.parse(message.toString()) as Record<string, unknown> | null)?.[attribute];
  } catch (error) {
    throw new UserError([`${place}: is not JSON: ${(error as Error).message}`]);
  }
  const time = readTime(value);
  if (time === undefined)
    throw new UserError([`${place}: ${attribute} is ${JSON.stringify(value) ?? "missing"}; ${TIME_RULE}`]);
  return time.ms;
}

/** The traffic of a stack: options of the command line, then the recording, then the stack's configuration. */
export function trafficOf(parsed: Parsed, measured: Measured | undefined, configured: Traffic = NO_TRAFFIC): Traffic {
  const rates: Record<string, number> = {};
  let rate: number | undefined;
  for (const text of parsed.texts("rate")) {
    const [, name, value] = /^(?:([^=]+)=)?([^=]*)$/.exec(text) ?? [];
    const number = decimal("rate", text, value);
    if (name === undefined) rate = number;
    else rates[name] = number;
  }
  const queries = parsed.text("queries");
  return {
    rate: rate ?? measured?.rate ?? configured.rate,
    rates,
    size: wholeNumber(parsed, "size", Math.max(1, Math.round(measured?.size ?? configured.size)), 1, 131_072),
    devices: wholeNumber(parsed, "devices", configured.devices, 0, 100_000_000),
    batch: wholeNumber(parsed, "batch", configured.batch, 1, 1000),
    basicIngest: parsed.flag("basic-ingest") || configured.basicIngest,
    queries: queries === undefined ? configured.queries : decimal("queries", queries, queries),
  };
}

/** The assumptions, with those of the command line and the recording. */
export function assumptionsOf(parsed: Parsed, measured: Measured | undefined): Assumptions {
  const given: Record<string, number> = {};
  for (const text of parsed.texts("assume")) {
    const [, name, value] = /^([^=]+)=(.*)$/.exec(text) ?? [];
    if (name === undefined) throw new UsageError(`--assume ${text}: needs NAME=N, such as parquetRatio=0.2.`);
    if (!Object.hasOwn(ASSUMPTIONS, name)) {
      const near = nearest(name, Object.keys(ASSUMPTIONS));
      throw new UsageError(
        `--assume ${text}: there is no such assumption; ${near === undefined ? `there are ${Object.keys(ASSUMPTIONS).join(", ")}` : `did you mean ${near}?`}`,
      );
    }
    given[name] = decimal("assume", text, value);
  }
  const months = parsed.text("months");
  return {
    ...ASSUMPTIONS,
    ...(measured === undefined ? {} : { gzipRatio: measured.gzipRatio }),
    ...(months === undefined ? {} : { months: decimal("months", months, months) }),
    ...given,
  };
}

function decimal(name: string, shown: string, value: string | undefined): number {
  const number = Number(value);
  if (value === undefined || !/^\d+(\.\d+)?$/.test(value))
    throw new UsageError(`--${name} ${shown}: needs a number that is not negative.`);
  return number;
}
