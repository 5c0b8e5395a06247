import { parseArgs } from "node:util";
import { isEncoding, type ReadOptions } from "../../devices/replay";
import { nearest } from "../../aws/text/nearest";

/** One option of a command. `value` names what it takes; an option without it is a switch. */
export interface Option {
  name: string;
  short?: string;
  value?: string;
  multiple?: boolean;
  help: string;
}

/** What a command is, for its parser and its help. */
export interface Command {
  /** as the user calls it: `npm start` */
  call: string;
  summary: string;
  /** how positional arguments are called in the usage line; without it there are none */
  positionals?: string;
  options: readonly Option[];
  examples: readonly (readonly [command: string, explanation: string])[];
}

/** Wrong usage: exit code 2. */
export class UsageError extends Error {}

/** The parsed command line. */
export interface Parsed {
  positionals: string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
  texts(name: string): string[];
}

const HELP: Option = { name: "help", short: "h", help: "show this text" };

/** Parses `argv`. @throws UsageError naming every unknown option and every value that is missing */
export function parseOptions(command: Command, argv: readonly string[]): Parsed {
  const options = [...command.options, HELP];
  let parsed;
  try {
    parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: Object.fromEntries(
        options.map(({ name, short, value, multiple }) => [
          name,
          {
            type: value === undefined ? ("boolean" as const) : ("string" as const),
            ...(short === undefined ? {} : { short }),
            multiple: multiple ?? false,
          },
        ]),
      ),
    });
  } catch (error) {
    throw new UsageError(wording((error as Error).message, options));
  }
  if (command.positionals === undefined && parsed.positionals.length > 0)
    throw new UsageError(
      `${parsed.positionals.map((text) => `"${text}"`).join(", ")}: ${command.call} takes options only.`,
    );
  const values = parsed.values as Record<string, string | boolean | string[] | undefined>;
  return {
    positionals: parsed.positionals,
    flag: (name) => values[name] === true,
    text: (name) => values[name] as string | undefined,
    texts: (name) => (values[name] as string[] | undefined) ?? [],
  };
}

/** node:util explains how to pass a value that begins with a dash; the option's own help says more. */
function wording(message: string, options: readonly Option[]): string {
  const unknown = /^Unknown option '(--?[^']+)'/.exec(message);
  if (unknown !== null) {
    const given = unknown[1]!.replace(/^-+/, "");
    const near = nearest(
      given,
      options.map(({ name }) => name),
    );
    return `${unknown[1]}: there is no such option.${near === undefined ? "" : ` Did you mean --${near}?`}`;
  }
  // '-c, --config <value>' argument missing
  const missing = /^Option '(?:-\w, )?(--[\w-]+)[^']*' argument (missing|is ambiguous)/.exec(message);
  if (missing !== null) {
    const [, name, why] = missing;
    const what = options.find((option) => `--${option.name}` === name)?.value ?? "VALUE";
    return `${name} needs a value, ${name} ${what}${why === "missing" ? "." : `; one that begins with a dash is written ${name}=${what}.`}`;
  }
  return message;
}

/** The text of `--help`. */
export function helpText(command: Command): string {
  const rows = [...command.options, HELP].map(({ name, short, value, help }) => [
    `  ${short === undefined ? "    " : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`,
    help,
  ]);
  const width = Math.max(...rows.map(([left]) => left!.length)) + 2;
  return [
    command.summary,
    "",
    `Usage: ${command.call}${command.positionals === undefined ? "" : ` -- ${command.positionals}`} [-- OPTIONS]`,
    "",
    "Options:",
    ...rows.map(([left, help]) => `${left!.padEnd(width)}${help}`),
    "",
    "Examples:",
    ...command.examples.flatMap(([line, explanation]) => [`  ${line}`, `      ${explanation}`]),
    "",
    "Exit codes: 0 done, 1 an error of the input or a violation, 2 wrong usage, 130 Ctrl-C.",
    "",
  ].join("\n");
}

/** A whole number within bounds, or the reason why not. */
export function wholeNumber(parsed: Parsed, name: string, fallback: number, min: number, max: number): number {
  const text = parsed.text(name);
  if (text === undefined) return fallback;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < min || number > max)
    throw new UsageError(`--${name} ${text}: needs a whole number from ${min} to ${max}.`);
  return number;
}

/** Names under which the HTTP endpoint is reached, as `HOST` or `HOST:PORT`. */
export function hostsOption(parsed: Parsed): string[] {
  return parsed.texts("allow-host").map((host) => {
    if (!/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?$/.test(host))
      throw new UsageError(
        `--allow-host ${host}: needs the name of a host, with a port or without, such as build.example.com.`,
      );
    return host.toLowerCase();
  });
}

/** The stack's name, which names its data folder too. */
export function stackOption(parsed: Parsed): string {
  const stack = parsed.text("stack") ?? "dev";
  if (!/^(?!\.+$)[A-Za-z0-9_.-]{1,100}$/.test(stack))
    throw new UsageError(`--stack ${stack}: needs a name of letters, digits, "-", "_" and ".", at most 100.`);
  return stack;
}

/** Where messages are published, with `{attribute}` to be filled from each; AWS takes no wildcards there. */
export function topicOption(parsed: Parsed): string | undefined {
  const topic = parsed.text("topic");
  if (topic !== undefined && (/[+#{}]/.test(topic.replace(/\{[^{}]+\}/g, "x")) || topic === ""))
    throw new UsageError(
      `--topic ${topic}: needs the one topic to publish to, without + and #; {attribute} is filled from each message, as in dt/{device_id}/aggregate.`,
    );
  return topic;
}

/** Options of every command that reads recorded messages. */
export const RECORDING_OPTIONS: readonly Option[] = [
  {
    name: "encoding",
    value: "NAME",
    help: "encoding encoding of --input files that are not UTF-8: windows-1252, latin1, utf-16le, ...",
  },
  {
    name: "csv-separator",
    value: "CHAR",
    help: "CSV separator: one character, or tab (default: detected from the first lines)",
  },
  {
    name: "csv-decimal",
    value: "point|comma",
    help: "CSV decimal separator (default: detected from the first fraction)",
  },
];

/** How recordings are read, by the options of the command line. */
export function recordingOptions(parsed: Parsed): ReadOptions {
  const encoding = parsed.text("encoding");
  if (encoding !== undefined && !isEncoding(encoding))
    throw new UsageError(
      `--encoding ${encoding}: needs a name of https://encoding.spec.whatwg.org, such as windows-1252, latin1, utf-16le or shift_jis.`,
    );
  const named = parsed.text("csv-separator");
  const separator = named === "tab" || named === "\\t" ? "\t" : named;
  if (separator !== undefined && (separator.length !== 1 || /["\r\n]/.test(separator)))
    throw new UsageError(`--csv-separator ${named}: needs one character other than a quote, or the word tab.`);
  const decimal = parsed.text("csv-decimal");
  if (decimal !== undefined && decimal !== "point" && decimal !== "comma")
    throw new UsageError(`--csv-decimal ${decimal}: needs point or comma.`);
  return {
    ...(encoding === undefined ? {} : { encoding }),
    ...(separator === undefined ? {} : { separator }),
    ...(decimal === undefined ? {} : { decimal }),
  };
}

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** `10s`, `500ms`, `5m`, `1h`, `1d`; ms. */
export function duration(parsed: Parsed, name: string, fallback: number): number {
  const text = parsed.text(name);
  if (text === undefined) return fallback;
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|min|h|d)$/.exec(text);
  if (match === null)
    throw new UsageError(`--${name} ${text}: needs a number and a unit, such as 500ms, 10s, 5m, 1h, 1d.`);
  return Number(match[1]) * UNITS[match[2]!]!;
}

/** `name=value`, split at the first equals sign. */
export function pairs(parsed: Parsed, name: string, what: string): [string, string][] {
  return parsed.texts(name).map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw new UsageError(`--${name} ${text}: needs ${what}, with an equals sign between.`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
}
