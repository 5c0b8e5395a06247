/**
 * Sends random messages through twenty rules that take time patterns, regular expressions and partition keys from the messages. No message may
 * cause an exception. `RULES_FUZZ_MESSAGES` sets their number; the default is a million.
 */
import { Payload, RuleContext, RuleProgram, Template, type MessageFacts } from "../etl/iot-sql";

const MESSAGES = Number(process.env.RULES_FUZZ_MESSAGES ?? 1_000_000);

const RULES: readonly string[] = [
  "SELECT parse_time(fmt, ts) AS t FROM 'a'",
  "SELECT parse_time(fmt, ts, zone) AS t FROM 'a'",
  "SELECT time_to_epoch(text, fmt) AS t FROM 'a'",
  "SELECT time_to_epoch(parse_time(fmt, ts, zone), fmt) AS t FROM 'a'",
  "SELECT *, parse_time(fmt, timestamp(), zone) AS __t FROM 'a' WHERE isUndefined(ts) OR ts > 0",
  "SELECT regexp_matches(text, fmt) AS m, regexp_substr(fmt, text) AS s FROM 'a'",
  "SELECT regexp_replace(text, fmt, zone) AS r FROM 'a'",
  "SELECT substring(text, ts, n) AS s, lpad(text, n) AS l, chr(n) AS c FROM 'a'",
  "SELECT ts + n AS a, ts - n AS b, ts * n AS c, ts / n AS d, ts % n AS e FROM 'a'",
  "SELECT power(ts, n) AS p, trunc(ts, n) AS t, mod(ts, n) AS m, round(ts) AS r, sqrt(n) AS q FROM 'a'",
  "SELECT cast(text AS Decimal) AS d, cast(ts AS Int) AS i, cast(n AS String) AS s, cast(zone AS Boolean) AS b FROM 'a'",
  "SELECT decode(text, 'base64') AS d, encode(*, 'base64') AS e FROM 'a'",
  "SELECT (SELECT v FROM list WHERE v > n) AS high, get(list, n).v AS one FROM 'a'",
  "SELECT transform('enrichArray', object, list) AS t, object.* FROM 'a'",
  "SET @x = object, @y = get(@x, text) SELECT @y AS y, @x.a AS a FROM 'a' WHERE NOT (n IN (SELECT v FROM list))",
  "SELECT concat(text, n, list) AS c, replace(text, fmt, zone) AS r, indexof(text, fmt) AS i FROM 'a'",
  "SELECT bitand(n, ts) AS a, bitor(n, ts) AS o, bitxor(n, ts) AS x, bitnot(n) AS n FROM 'a'",
  "SELECT md5(text) AS m, sha256(fmt) AS s, md2(zone) AS k FROM 'a'",
  "SELECT * FROM 'a' WHERE EXISTS (SELECT * FROM list WHERE v = n) AND startswith(text, zone)",
  "SELECT CASE n WHEN 1 THEN text WHEN ts THEN fmt ELSE zone END AS c, text = fmt AS e, text < fmt AS l FROM 'a'",
];
const PATTERNS =
  "yyyy-MM-dd|G|YYYY|xxxx-'W'ww-e|HH:mm|z|zz|ZZZ|VV|'|''|[|{|yyyy-MM-dd'T'HH:mm:ss.SSSZ|dd MMMM yyyy|K a|CC|SSSSSSSSSSSS|b|T|(?i)a|a*+|[a&&[^b]]|(|\\|$0|\ud83c|\u0000||yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy".split(
    "|",
  );
const ZONES =
  "UTC|Europe/Berlin|+02:00|-25:00|Nowhere|EST|America/New_York|Z|$1|true|false|999999999999999999999999|x".split("|");
const NUMBERS =
  "0|1|-1|0.1|1e999|-1e-999|1700000000123|9007199254740993|123456789012345678901234567890123456|8.64e15|1e22|2.5|-0|0.30000000000000004".split(
    "|",
  );

/** A seeded random number generator, so that a run can be repeated. */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

/** Runs the messages and prints their number. */
export function benchRulesFuzz(): Promise<void> {
  const random = generator(20_260_315);
  const pick = (all: readonly string[]): string => all[random(all.length)] as string;
  const letters = "yMdHhmsSzZaEGDkKwxeCnV'[]-: TabA0129+\\(){}*?.|^$";
  const word = (): string => Array.from({ length: random(9) }, () => letters[random(letters.length)]).join("");
  const value = (all: readonly string[]): string => {
    const kind = random(8);
    if (kind === 0) return pick(NUMBERS);
    if (kind === 1) return pick(["null", "true", "[]", "{}", '[1,"a",null]', '{"a":{"b":1}}']);
    return JSON.stringify(kind === 2 ? word() : pick(all));
  };
  const message = (): string => {
    const members = [
      `"fmt":${value(PATTERNS)}`,
      `"zone":${value(ZONES)}`,
      `"text":${value([...PATTERNS, "2020-01-01", "a b", "eyJhIjoxfQ=="])}`,
    ];
    if (random(10) > 0) members.push(`"ts":${pick(NUMBERS)}`);
    if (random(10) > 0) members.push(`"n":${pick(NUMBERS)}`);
    members.push(
      `"list":${pick(['[{"v":1},{"v":2.5}]', "[]", '[1,{"v":"x"}]', "null"])}`,
      `"object":${pick(['{"a":1}', "{}", "7"])}`,
    );
    const text = `{${members.join(",")}}`;
    return random(50) === 0 ? text.slice(0, random(text.length)) : text;
  };
  const facts: MessageFacts = {
    topic: "a/b",
    clientId: "c",
    principal: "p",
    account: "000000000000",
    traceId: undefined,
    sourceIp: "127.0.0.1",
    time: 1_700_000_000_123,
  };
  const programs = RULES.map((sql) => new RuleProgram(sql));
  const key = new Template("${parse_time(fmt, ts, zone)}-${text}");
  const counts = { selected: 0, unmatched: 0, failed: 0 };
  const begin = performance.now();
  for (let index = 0; index < MESSAGES; index++) {
    const text = message();
    const payload = new Payload(Buffer.from(text));
    for (const program of programs)
      try {
        const context = new RuleContext(facts, payload);
        counts[program.run(context).kind]++;
        key.evaluate(context);
      } catch (error) {
        throw new Error(`${program.statement.text} of ${text}`, { cause: error });
      }
  }
  const seconds = (performance.now() - begin) / 1000;
  process.stdout.write(
    `  ${MESSAGES.toLocaleString("en")} messages through ${RULES.length} rules in ${seconds.toFixed(0)} s: ${JSON.stringify(counts)}, none threw\n`,
  );
  return Promise.resolve();
}
