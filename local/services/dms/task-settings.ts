import { isRecord } from "../../../aws/text/record";
import { show } from "../../../aws/text/show";

/** What a task's settings come to here. https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TaskSettings.html */
export interface TaskSettings {
  logging: boolean;
  /** whether tables are dropped on the target first, which a stream is only told of */
  dropsTables: boolean;
  /** rows that are read and written at a time in the full load */
  commitRate: number;
  /** characters of a LOB beyond which it is cut off */
  lobCharacters: number;
}

/** AWS's defaults. */
const DEFAULTS: TaskSettings = { logging: false, dropsTables: true, commitRate: 10_000, lobCharacters: 32 * 1024 };

/**
 * Reads settings.
 * @throws Error for one that is not executed here
 */
export function taskSettings(text: string | undefined): TaskSettings {
  const settings = { ...DEFAULTS };
  const members = (JSON.parse(text === undefined || text === "" ? "{}" : text) ?? {}) as Record<string, unknown>;
  const each: Readonly<Record<string, (value: unknown, at: string) => void>> = {
    "Logging.EnableLogging": (value, at) => (settings.logging = wants(value, [true, false], at)),
    "ErrorBehavior.DataErrorPolicy": (value, at) => void wants(value, ["LOG_ERROR"], at),
    "ErrorBehavior.TableErrorPolicy": (value, at) => void wants(value, ["SUSPEND_TABLE"], at),
    "FullLoadSettings.TargetTablePrepMode": (value, at) =>
      (settings.dropsTables = wants(value, ["DROP_AND_CREATE", "DO_NOTHING"], at) === "DROP_AND_CREATE"),
    "FullLoadSettings.CommitRate": (value, at) => (settings.commitRate = whole(value, 1, 50_000, at)),
    "TargetMetadata.LobMaxSize": (value, at) => (settings.lobCharacters = whole(value, 1, 1024, at) * 1024),
    "TargetMetadata.LimitedSizeLobMode": (value, at) => void wants(value, [true], at),
    "TargetMetadata.SupportLobs": (value, at) => void wants(value, [true], at),
  };
  for (const [group, values] of Object.entries(members)) {
    if (!isRecord(values))
      throw new Error(`${group}: saw ${show(values)}; the local cloud does not execute this setting`);
    for (const [name, value] of Object.entries(values)) {
      const at = `${group}.${name}`;
      const take = Object.hasOwn(each, at) ? each[at] : undefined;
      if (take === undefined)
        throw new Error(`${at}: saw ${show(value)}; the local cloud does not execute this setting; leave it out`);
      take(value, at);
    }
  }
  return settings;
}

function wants<V>(value: unknown, values: readonly V[], at: string): V {
  if (values.includes(value as V)) return value as V;
  throw new Error(`${at}: saw ${show(value)}; the local cloud executes ${values.map((each) => show(each)).join(", ")}`);
}

function whole(value: unknown, min: number, max: number, at: string): number {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
  throw new Error(`${at}: saw ${show(value)}; a whole number from ${min} to ${max}`);
}
