/**
 * Which message a function's result came from, when it returned another number of messages than it was given. The
 * service never asked that; a delivery stream wants to know which record a row belongs to.
 */

/** How far from its share of the way a result is looked for; an answer of many thousands must not take a minute. */
const WINDOW = 100;

/**
 * For each result the index of its source, ascending. A result belongs to the message that shares most attributes with
 * it, and among equals to the one at the same share of the way. With fewer results than messages, no two share a source.
 *
 * @param messages of each the attributes, name and value in one text
 */
export function align(messages: readonly ReadonlySet<string>[], results: readonly ReadonlySet<string>[]): number[] {
  const sources: number[] = [];
  const [given, returned] = [messages.length, results.length];
  const fewer = returned < given;
  let from = 0;
  results.forEach((result, index) => {
    // every later result needs a message of its own
    const end = fewer ? given - (returned - index) : given - 1;
    const even = Math.floor((index * given) / returned);
    const last = Math.min(end, Math.max(from, even + WINDOW));
    let best = from;
    let most = -1;
    for (let candidate = from; candidate <= last; candidate++) {
      const shared = sharedBy(messages[candidate] as ReadonlySet<string>, result);
      const closer = Math.abs(candidate - even) < Math.abs(best - even);
      if (shared > most || (shared === most && closer)) {
        best = candidate;
        most = shared;
      }
    }
    sources.push(best);
    from = fewer ? best + 1 : best;
  });
  return sources;
}

function sharedBy(message: ReadonlySet<string>, result: ReadonlySet<string>): number {
  let shared = 0;
  for (const attribute of result) if (message.has(attribute)) shared++;
  return shared;
}
