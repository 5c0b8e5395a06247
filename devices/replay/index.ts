import { topicNameProblem } from "../../aws/mqtt-topic";
import { isSiteWiseTopic } from "../../aws/sitewise";
import { fillTopic, topicNames } from "../simulator";
import { edit, type Edits } from "./edit";
import { RecordingError } from "./error";
import { checkArray, messagesOf, type ReadOptions } from "./file";
import { readTime, TIME_RULE } from "./time";
import { notificationAttributes } from "./sitewise";

export { edit, type Edits } from "./edit";
export { isEncoding } from "./encoding";
export { RecordingError } from "./error";
export { batchesOf, type Payload, type ReadOptions } from "./file";
export { inputFiles } from "./folder";
export { readTime, TIME_RULE, type EpochUnit } from "./time";

/** How the messages of a recording are read, changed and addressed. */
export interface RecordingOptions extends Edits {
  /** `{name}` is filled from each message */
  topic: string;
  /** the attribute that sets the clock, if the user names one */
  time?: string | undefined;
  read?: ReadOptions;
}

/** A message of a recording, ready to be published. */
export interface RecordedMessage {
  /** file and number of the message, from 1, for messages to the user */
  place: string;
  /** undefined if it cannot be published; `problem` has the reason */
  topic: string | undefined;
  problem: string | undefined;
  payload: Buffer | string;
  /** empty for a payload that is not a JSON object */
  attributes(): Record<string, unknown>;
}

/** The messages of the files, one after the other, edited. Memory does not grow with their number. @throws RecordingError */
export async function* readRecording(
  files: readonly string[],
  options: RecordingOptions,
): AsyncGenerator<RecordedMessage> {
  for (const file of files) {
    let number = 0;
    for await (const raw of messagesOf(file, options.read))
      yield messageOf(raw, `${file}, message ${++number}`, options);
  }
}

function messageOf(raw: Buffer | string, place: string, options: RecordingOptions): RecordedMessage {
  const edits = options.set.length + options.rename.length > 0;
  const payload = edits ? edit(raw.toString(), options) : raw;
  let parsed: Record<string, unknown> | undefined;
  const read = (): Record<string, unknown> => {
    const own = attributesOf(payload.toString());
    return isSiteWiseTopic(options.topic) ? notificationAttributes(own) : own;
  };
  const attributes = (): Record<string, unknown> => (parsed ??= read());
  return { place, payload, attributes, ...topicOf(options.topic, attributes, payload) };
}

function topicOf(
  template: string,
  attributes: () => Record<string, unknown>,
  payload: Buffer | string,
): Pick<RecordedMessage, "topic" | "problem"> {
  const topic = template.includes("{") ? fillTopic(template, attributes()) : template;
  if (topic === undefined) {
    const broken = jsonProblem(payload.toString());
    const problem = broken ?? `what ${template} is filled from is missing, empty or contains /, + or #`;
    return { topic: undefined, problem: `no topic: ${problem}` };
  }
  const problem = topic === template || isSiteWiseTopic(topic) ? undefined : topicNameProblem(topic);
  return problem === undefined ? { topic, problem } : { topic: undefined, problem };
}

/** Why a text is not JSON, with the likely cause; undefined for JSON. */
export function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    const word = /(?<=[:[,]\s*)-?(NaN|Infinity|nan|inf|None|True|False|undefined)(?=\s*[,\]}])/.exec(text)?.[0];
    return word === undefined ? "the message is not JSON" : `the message is not JSON: ${word} is not a JSON value`;
  }
}

function attributesOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // A payload that is not JSON has no attributes; the rule and the pipeline report it.
  }
  return {};
}

/**
 * Looks at the first message of every file, before anything is created: whether it can be read, has what is renamed, what the topic is
 * filled from and a readable time. @throws RecordingError with the problems of all files
 */
export async function checkRecordings(files: readonly string[], options: RecordingOptions): Promise<void> {
  const problems: string[] = [];
  const fixed =
    options.topic.includes("{") || isSiteWiseTopic(options.topic) ? undefined : topicNameProblem(options.topic);
  if (fixed !== undefined) problems.push(`--topic ${JSON.stringify(options.topic)}: ${fixed}.`);
  for (const file of files)
    try {
      for (const problem of await problemsOf(file, options)) problems.push(problem);
    } catch (error) {
      if (!(error instanceof RecordingError)) throw error;
      for (const problem of error.problems) problems.push(problem);
    }
  if (problems.length > 0) throw new RecordingError(problems);
}

async function problemsOf(file: string, options: RecordingOptions): Promise<string[]> {
  const read = { ...options.read, onNote: undefined };
  for await (const raw of messagesOf(file, read)) {
    const broken = jsonProblem(raw.toString());
    const before = Object.keys(attributesOf(raw.toString()));
    const message = messageOf(raw, `${file}, message 1`, options);
    const has = `its first message has ${before.join(", ") || "no attributes"}${broken === undefined ? "" : ` (${broken})`}`;
    const problems = options.rename
      .filter(([from]) => !before.includes(from))
      .map(([from, to]) => `--rename ${from}=${to}: ${file} has no attribute ${from}; ${has}.`);
    const attributes = message.attributes();
    const wrong = topicNames(options.topic).filter((name) => fillTopic(`{${name}}`, attributes) === undefined);
    if (wrong.length > 0)
      problems.push(
        `--topic ${options.topic}: ${wrong.map((name) => `{${name}}`).join(", ")} cannot be filled from ${file}; ${has}.\n` +
          `Set it (--set ${wrong[0]}=NAME), rename another attribute to it, or give a topic without it.`,
      );
    else if (message.problem !== undefined)
      problems.push(`--topic ${options.topic}: ${message.place}: ${message.problem}.`);
    if (options.time !== undefined && readTime(attributes[options.time]) === undefined)
      problems.push(
        `--time ${options.time}: ${message.place} has ${JSON.stringify(attributes[options.time]) ?? "no such attribute"}; ${TIME_RULE}.`,
      );
    await checkArray(file, read);
    return problems;
  }
  return [];
}
