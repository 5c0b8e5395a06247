/** Basic ingest: messages to `$aws/rules/RULE/...` go straight to that rule and to nobody else (building blocks 1.2). */
const BASIC_INGEST = "$aws/rules/";

/** Whether a topic matches an MQTT filter; `+` is one level, `#` the rest. Topics of AWS' own (`$...`) need a literal first level. */
export function matches(filter: string, topic: string): boolean {
  if (topic.startsWith("$") && !filter.startsWith("$")) return false;
  const levels = filter.split("/");
  const parts = topic.split("/");
  for (let i = 0; i < levels.length; i++) {
    if (levels[i] === "#") return true;
    if (i >= parts.length || (levels[i] !== "+" && levels[i] !== parts[i])) return false;
  }
  return levels.length === parts.length;
}

/** What is wrong with a filter, or undefined (building blocks 1.1). */
export function filterProblem(filter: string): string | undefined {
  const levels = filter.split("/");
  if (filter === "") return "it is empty";
  if (levels.length > 8) return "it has more than 8 levels";
  for (const [i, level] of levels.entries()) {
    if (level.includes("#") && (level !== "#" || i !== levels.length - 1))
      return '"#" must stand alone, as the last level';
    if (level.includes("+") && level !== "+") return '"+" must stand alone in its level';
  }
  return undefined;
}

/** The rule and the topic of a basic ingest publish, or undefined for any other topic. */
export function basicIngest(topic: string): { rule: string; topic: string } | undefined {
  if (!topic.startsWith(BASIC_INGEST)) return undefined;
  const [rule = "", ...rest] = topic.slice(BASIC_INGEST.length).split("/");
  return { rule, topic: rest.join("/") };
}
