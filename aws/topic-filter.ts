/**
 * What is wrong with the topic filter of a topic rule, and the way out; undefined when nothing is.
 * https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-from.html
 */
export function topicFilterProblem(filter: string): { rule: string; wayOut: string } | undefined {
  const levels = filter.split("/");
  if (filter === "") return { rule: "a filter has at least one character", wayOut: "name a topic" };
  if (filter.includes("\0")) return { rule: "a filter has no NUL character", wayOut: "remove it" };
  if (Buffer.byteLength(filter) > 256)
    return { rule: `it has ${Buffer.byteLength(filter)} bytes and may have 256`, wayOut: "shorten it" };
  const hash = levels.findIndex((level) => level.includes("#"));
  if (hash !== -1 && (levels[hash] !== "#" || hash !== levels.length - 1))
    return { rule: "# stands alone in the last level", wayOut: "end the filter with /#" };
  if (levels.some((level) => level.includes("+") && level !== "+"))
    return { rule: "+ stands alone in its level", wayOut: "write /+/" };
  // Basic ingest's three levels in front do not count.
  const counted = /^\$aws\/rules\/[^/]+\//.test(filter) ? levels.length - 3 : levels.length;
  if (counted > 8) return { rule: `it has ${counted} levels and a topic has at most 8`, wayOut: "shorten it" };
  return undefined;
}
