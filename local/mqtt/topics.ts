import { filterProblem as wildcardProblem } from "../rules/topics";

/** Limits of topics and filters (building blocks 1.6); the three levels of basic ingest do not count (1.2). */
const MAX_BYTES = 256;
const MAX_SLASHES = 7;
/** What a client asks of a shadow; the answers are published by AWS alone. */
const SHADOW_REQUEST =
  /^\$aws\/things\/[a-zA-Z0-9:_-]{1,128}\/shadow\/(name\/[$a-zA-Z0-9:_-]{1,64}\/)?(get|update|delete)$/;
/** Topics of AWS's own that clients may listen to. */
const SHADOWS = "$aws/things/";
const BASIC_INGEST = /^\$aws\/rules\/([^/]*)\/(.*)$/s;

/** What is wrong with the name of a topic to publish to, or undefined. */
export function topicProblem(topic: string): string | undefined {
  if (topic === "") return "topic name is empty";
  if (topic.includes("+") || topic.includes("#")) return 'topic name contains a wildcard ("+" or "#")';
  if (!topic.startsWith("$")) return nameProblem(topic, "topic name");
  const direct = BASIC_INGEST.exec(topic);
  if (direct === null)
    return SHADOW_REQUEST.test(topic)
      ? undefined
      : "topic name begins with $: reserved topics other than $aws/rules/RULE/... and $aws/things/THING/shadow/get, update and delete are not part of the local cloud";
  if (direct[1] === "" || direct[2] === "") return "topic name of basic ingest needs $aws/rules/RULE/TOPIC";
  return nameProblem(direct[2]!, "topic name behind $aws/rules/RULE/");
}

/** What is wrong with a filter to subscribe to, or undefined. */
export function filterProblem(filter: string): string | undefined {
  if (filter.startsWith("$") && !filter.startsWith(SHADOWS))
    return "topic filter begins with $: reserved topics other than $aws/things/THING/shadow/... are not part of the local cloud, and nobody can subscribe to $aws/rules";
  const problem = nameProblem(filter, "topic filter") ?? wildcardProblem(filter);
  return problem?.startsWith("topic filter") === false ? `topic filter: ${problem}` : problem;
}

/** What makes a text no MQTT string, or undefined; invalid UTF-8 has been decoded to replacement characters. */
export function textProblem(text: string): string | undefined {
  if (text.includes("\u0000")) return "contains a NUL character";
  return text.includes("\ufffd") ? "is not valid UTF-8" : undefined;
}

function nameProblem(text: string, what: string): string | undefined {
  const problem = textProblem(text);
  if (problem !== undefined) return `${what} ${problem}`;
  if (Buffer.byteLength(text) > MAX_BYTES) return `${what} has more than ${MAX_BYTES} bytes`;
  let slashes = 0;
  for (let at = text.indexOf("/"); at !== -1; at = text.indexOf("/", at + 1)) slashes++;
  return slashes > MAX_SLASHES ? `${what} has more than ${MAX_SLASHES} slashes` : undefined;
}
