/**
 * MQTT topics and topic filters as AWS IoT Core takes them
 * (https://docs.aws.amazon.com/iot/latest/developerguide/topics.html, https://docs.aws.amazon.com/iot/latest/developerguide/reserved-topics.html).
 */

/** Bytes of a topic or topic filter (https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits). */
const MAX_TOPIC_BYTES = 256;
/** Slashes of a topic or topic filter; those of `$aws/rules/RULE/` and `$share/NAME/` do not count. */
const MAX_SLASHES = 7;
/** Characters of the name in `$share/NAME/FILTER`. */
const MAX_SHARE_NAME = 128;
const SHARED = "$share/";
const BASIC_INGEST = "$aws/rules/";
const SHADOW_TOPICS = "$aws/things/";
/** Topics of fleet provisioning; AWS alone publishes the answers below them. */
const PROVISIONING_REQUEST =
  /^\$aws\/(certificates\/(create|create-from-csr)|provisioning-templates\/[0-9A-Za-z_-]{1,36}\/provision)\/(json|cbor)$/;
/** Filters of its answers, and of what AWS says of certificates. */
const PROVISIONING_TOPICS = /^\$aws\/(certificates|provisioning-templates|events\/certificates)\//;
/** Topics by which a client asks something of a shadow; AWS alone publishes the answers. */
const SHADOW_REQUEST =
  /^\$aws\/things\/[a-zA-Z0-9:_-]{1,128}\/shadow\/(name\/[$a-zA-Z0-9:_-]{1,64}\/)?(get|update|delete)$/;

/**
 * Whether a topic matches a topic filter: `+` is one level, `#` the rest. Other than the MQTT standard says, `sensor/#` does not match
 * `sensor` (https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt-differences). Reserved topics (`$...`) match only filters
 * that begin with `$`.
 */
export function topicMatchesFilter(filter: string, topic: string): boolean {
  if (topic.startsWith("$") && !filter.startsWith("$")) return false;
  const levels = filter.split("/");
  const parts = topic.split("/");
  for (let i = 0; i < levels.length; i++) {
    if (i >= parts.length) return false;
    if (levels[i] === "#") return true;
    if (levels[i] !== "+" && levels[i] !== parts[i]) return false;
  }
  return levels.length === parts.length;
}

/**
 * The rule and the topic of a basic ingest publish (`$aws/rules/RULE/TOPIC`), which goes to that rule and to no subscriber; undefined for
 * any other topic (https://docs.aws.amazon.com/iot/latest/developerguide/iot-basic-ingest.html).
 */
export function basicIngest(topic: string): { rule: string; topic: string } | undefined {
  if (!topic.startsWith(BASIC_INGEST)) return undefined;
  const [rule = "", ...rest] = topic.slice(BASIC_INGEST.length).split("/");
  return { rule, topic: rest.join("/") };
}

/** The share name and the topic filter of `$share/NAME/FILTER`; undefined for a filter that is not shared. */
export function sharedSubscription(filter: string): { name: string; filter: string } | undefined {
  if (!filter.startsWith(SHARED)) return undefined;
  const slash = filter.indexOf("/", SHARED.length);
  return slash === -1
    ? { name: filter.slice(SHARED.length), filter: "" }
    : { name: filter.slice(SHARED.length, slash), filter: filter.slice(slash + 1) };
}

/** Why nobody may publish to a topic, or undefined. */
export function topicNameProblem(topic: string): string | undefined {
  if (topic === "") return "topic name is empty";
  if (topic.includes("+") || topic.includes("#")) return 'topic name contains a wildcard ("+" or "#")';
  if (!topic.startsWith("$")) return lengthProblem(topic, "topic name");
  const direct = basicIngest(topic);
  if (direct === undefined)
    return SHADOW_REQUEST.test(topic) || PROVISIONING_REQUEST.test(topic)
      ? undefined
      : "topic name begins with $: reserved topics other than $aws/rules/RULE/..., $aws/things/THING/shadow/get, update and delete, and those of fleet provisioning are not part of the local cloud";
  if (direct.rule === "" || direct.topic === "") return "topic name of basic ingest needs $aws/rules/RULE/TOPIC";
  return lengthProblem(direct.topic, "topic name behind $aws/rules/RULE/");
}

/** Why nobody may subscribe to a topic filter, or undefined. */
export function topicFilterProblem(filter: string): string | undefined {
  const shared = sharedSubscription(filter);
  if (shared !== undefined) return sharedProblem(shared);
  if (filter === "$share") return "topic filter of a shared subscription needs $share/NAME/FILTER";
  if (filter.startsWith("$") && !filter.startsWith(SHADOW_TOPICS) && !PROVISIONING_TOPICS.test(filter))
    return "topic filter begins with $: reserved topics other than $aws/things/THING/shadow/... and those of fleet provisioning are not part of the local cloud, and nobody can subscribe to $aws/rules";
  return lengthProblem(filter, "topic filter") ?? wildcardProblem(filter);
}

/**
 * Which rule the topic filter of a topic rule breaks, and the way out; undefined for a valid one
 * (https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-from.html).
 */
export function ruleFilterProblem(filter: string): { rule: string; wayOut: string } | undefined {
  const levels = filter.split("/");
  if (filter === "") return { rule: "a filter has at least one character", wayOut: "name a topic" };
  if (filter.includes("\0")) return { rule: "a filter has no NUL character", wayOut: "remove it" };
  if (Buffer.byteLength(filter) > MAX_TOPIC_BYTES)
    return { rule: `it has ${Buffer.byteLength(filter)} bytes and may have ${MAX_TOPIC_BYTES}`, wayOut: "shorten it" };
  const hash = levels.findIndex((level) => level.includes("#"));
  if (hash !== -1 && (levels[hash] !== "#" || hash !== levels.length - 1))
    return { rule: "# stands alone in the last level", wayOut: "end the filter with /#" };
  if (levels.some((level) => level.includes("+") && level !== "+"))
    return { rule: "+ stands alone in its level", wayOut: "write /+/" };
  // Basic ingest's three levels in front do not count.
  const counted = basicIngest(filter) === undefined ? levels.length : levels.length - 3;
  if (counted > MAX_SLASHES + 1)
    return { rule: `it has ${counted} levels and a topic has at most ${MAX_SLASHES + 1}`, wayOut: "shorten it" };
  return undefined;
}

/** Why a text cannot be an MQTT string, or undefined. */
export function mqttStringProblem(text: string): string | undefined {
  return text.includes("\u0000") ? "contains a NUL character" : undefined;
}

function sharedProblem({ name, filter }: { name: string; filter: string }): string | undefined {
  if (name === "" || filter === "") return "topic filter of a shared subscription needs $share/NAME/FILTER";
  if (/[+#]/.test(name)) return 'share name contains "+" or "#"';
  if ([...name].length > MAX_SHARE_NAME) return `share name has more than ${MAX_SHARE_NAME} characters`;
  if (filter.startsWith(SHARED)) return "topic filter of a shared subscription is itself shared";
  return mqttStringProblem(name) === undefined ? topicFilterProblem(filter) : `share name ${mqttStringProblem(name)}`;
}

function wildcardProblem(filter: string): string | undefined {
  if (filter === "") return "topic filter is empty";
  const levels = filter.split("/");
  for (const [i, level] of levels.entries()) {
    if (level.includes("#") && (level !== "#" || i !== levels.length - 1))
      return 'topic filter: "#" must stand alone, as the last level';
    if (level.includes("+") && level !== "+") return 'topic filter: "+" must stand alone in its level';
  }
  return undefined;
}

function lengthProblem(text: string, what: string): string | undefined {
  const problem = mqttStringProblem(text);
  if (problem !== undefined) return `${what} ${problem}`;
  if (Buffer.byteLength(text) > MAX_TOPIC_BYTES) return `${what} has more than ${MAX_TOPIC_BYTES} bytes`;
  let slashes = 0;
  for (let at = text.indexOf("/"); at !== -1; at = text.indexOf("/", at + 1)) slashes++;
  return slashes > MAX_SLASHES ? `${what} has more than ${MAX_SLASHES} slashes` : undefined;
}
