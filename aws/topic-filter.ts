/** The topic filter of a rule's `FROM 'filter'`, undefined if there is none (basic ingest only). */
export function filterOf(sql: string): string | undefined {
  // Literals of the SELECT may hold the word; the FROM that counts is outside of quotes.
  let quote: string | undefined;
  for (let at = 0; at < sql.length; at++) {
    const char = sql[at]!;
    if (quote !== undefined) {
      if (char === quote) quote = undefined;
    } else if (char === "'" || char === '"') quote = char;
    else {
      const match = /^\bFROM\s+'([^']*)'/i.exec(sql.slice(at, at + 1024));
      if (match !== null && (at === 0 || /[\s)*\]}'"]/.test(sql[at - 1]!))) return match[1];
    }
  }
  return undefined;
}

/** What is wrong with an MQTT topic filter of a rule (building blocks 1.1, 1.6). */
export function topicFilterProblem(filter: string): { rule: string; wayOut: string } | undefined {
  const levels = filter.split("/");
  if (filter === "") return { rule: "a filter has at least one character", wayOut: "name a topic" };
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
