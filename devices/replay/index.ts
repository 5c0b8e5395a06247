import { fillTopic, topicNames } from "../simulator";
import { edit, type Edits } from "./edit";
import { RecordingError } from "./error";
import { checkArray, messagesOf } from "./file";

export { edit, type Edits } from "./edit";
export { RecordingError } from "./error";
export { batchesOf, type Payload } from "./file";
export { inputFiles } from "./folder";

export interface RecordingOptions extends Edits {
  /** `{name}` is filled from each message */
  topic: string;
}

/** A message of a recording, ready to be published. */
export interface RecordedMessage {
  /** undefined if the message lacks what the topic is filled from */
  topic: string | undefined;
  payload: Buffer | string;
  /** empty for a payload that is no JSON object */
  attributes(): Record<string, unknown>;
}

/** The messages of the files, one after the other, edited. Memory does not grow with their number. @throws RecordingError */
export async function* readRecording(
  files: readonly string[],
  options: RecordingOptions,
): AsyncGenerator<RecordedMessage> {
  for (const file of files) for await (const raw of messagesOf(file)) yield messageOf(raw, options);
}

function messageOf(raw: Buffer | string, options: RecordingOptions): RecordedMessage {
  const edits = options.set.length + options.rename.length > 0;
  const payload = edits ? edit(raw.toString(), options) : raw;
  let parsed: Record<string, unknown> | undefined;
  const attributes = (): Record<string, unknown> => (parsed ??= attributesOf(payload.toString()));
  const topic = options.topic.includes("{") ? fillTopic(options.topic, attributes()) : options.topic;
  return { topic, payload, attributes };
}

function attributesOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // What is no JSON has no attributes; the rule and the pipeline say so when they meet it.
  }
  return {};
}

/**
 * Looks at the first message of every file, before anything is created: whether it can be read, has what is renamed, and what the topic
 * is filled from. @throws RecordingError with the problems of all files
 */
export async function checkRecordings(files: readonly string[], options: RecordingOptions): Promise<void> {
  const problems: string[] = [];
  for (const file of files)
    try {
      problems.push(...(await problemsOf(file, options)));
    } catch (error) {
      if (!(error instanceof RecordingError)) throw error;
      problems.push(...error.problems);
    }
  if (problems.length > 0) throw new RecordingError(problems);
}

async function problemsOf(file: string, options: RecordingOptions): Promise<string[]> {
  for await (const raw of messagesOf(file)) {
    const before = Object.keys(attributesOf(raw.toString()));
    const message = messageOf(raw, options);
    const has = `its first message has ${before.join(", ") || "no attributes"}`;
    const problems = options.rename
      .filter(([from]) => !before.includes(from))
      .map(([from, to]) => `--rename ${from}=${to}: ${file} has no attribute ${from}; ${has}.`);
    if (message.topic === undefined) {
      const attributes = message.attributes();
      const wrong = topicNames(options.topic).filter((name) => fillTopic(`{${name}}`, attributes) === undefined);
      problems.push(
        `--topic ${options.topic}: ${wrong.map((name) => `{${name}}`).join(", ")} cannot be filled from ${file}; ${has}.\n` +
          `Set it (--set ${wrong[0]}=NAME), rename another attribute to it, or give a topic without it.`,
      );
    }
    await checkArray(file);
    return problems;
  }
  return [`--input ${file}: holds no messages.`];
}
