/**
 * Compares rule statements in IoT SQL over a device's message with the same hand-written on JSON.parse, per second, in the same run. The results
 * are compared before anything is measured.
 */
import { RuleContext, RuleProgram, Template, type MessageFacts } from "../etl/iot-sql";

const MESSAGES = 1000;
const ROUNDS = 9;
const ROUND_MS = 150;
const FACTS: MessageFacts = {
  topic: "dt/sensor7/aggregate",
  clientId: "sensor7",
  principal: "device/sensor7",
  account: "000000000000",
  traceId: undefined,
  sourceIp: "127.0.0.1",
  time: 1_700_000_000_123,
};

interface Reading {
  device_id: string;
  temperature: number;
  humidity: number;
  state: { on: boolean; room: string };
  e: { n: string; v: number }[];
}

interface Statement {
  readonly sql: string;
  readonly byHand: (text: string) => string | undefined;
}

const parse = (text: string): Reading => JSON.parse(text) as Reading;

const STATEMENTS: readonly Statement[] = [
  { sql: "SELECT * FROM 'dt/+/aggregate'", byHand: (text) => text },
  {
    sql: "SELECT *, timestamp() AS __received_at FROM 'dt/+/aggregate'",
    byHand: (text) => JSON.stringify({ ...parse(text), __received_at: FACTS.time }),
  },
  {
    sql: "SELECT device_id, temperature * 2 + 32 AS f, topic(2) AS t FROM 'dt/+/aggregate' WHERE temperature > 20 AND state.on = true",
    byHand: (text) => {
      const { device_id, temperature, state } = parse(text);
      if (!(temperature > 20 && state.on)) return undefined;
      return JSON.stringify({ device_id, f: temperature * 2 + 32, t: FACTS.topic.split("/")[1] });
    },
  },
  {
    sql: "SELECT (SELECT v FROM e WHERE n = 't') AS t, upper(state.room) AS room FROM 'dt/+/aggregate'",
    byHand: (text) => {
      const { e, state } = parse(text);
      return JSON.stringify({
        t: e.filter(({ n }) => n === "t").map(({ v }) => ({ v })),
        room: state.room.toUpperCase(),
      });
    },
  },
  {
    sql: "SELECT parse_time('yyyy-MM-dd HH:mm:ss', timestamp(), 'UTC') AS at FROM 'dt/+/aggregate'",
    byHand: () => JSON.stringify({ at: new Date(FACTS.time).toISOString().slice(0, 19).replace("T", " ") }),
  },
];

/** Readings in halves and quarters, so that hand-written code with doubles yields the same values. */
function messages(): Buffer[] {
  return Array.from({ length: MESSAGES }, (_, index) =>
    Buffer.from(
      JSON.stringify({
        device_id: `sensor${index % 50}`,
        temperature: (index % 200) / 4,
        humidity: 30 + (index % 60),
        state: { on: index % 3 > 0, room: "north" },
        e: [
          { n: "t", v: 22.5 },
          { n: "h", v: index % 100 },
        ],
      }),
    ),
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

let sink: unknown;

/** Messages per second, median of rounds. */
function rate(run: (payload: Buffer) => unknown, all: readonly Buffer[]): number {
  const rates = Array.from({ length: ROUNDS }, () => {
    const begin = performance.now();
    let count = 0;
    do {
      for (const payload of all) sink = run(payload);
      count += all.length;
    } while (performance.now() - begin < ROUND_MS);
    return (count * 1000) / (performance.now() - begin);
  });
  return median(rates);
}

/** Measures and prints. */
export function benchRules(): Promise<void> {
  const all = messages();
  process.stdout.write(
    `  rule statements a second in thousands, medians of ${ROUNDS} rounds over ${MESSAGES} messages\n`,
  );
  process.stdout.write(`  ${"".padEnd(100)}     ours  by hand  ratio\n`);
  const key = new Template("${topic(2)}");
  for (const { sql, byHand } of STATEMENTS) {
    const program = new RuleProgram(sql);
    const ours = (payload: Buffer): string | undefined => {
      const context = new RuleContext(FACTS, payload);
      const outcome = program.run(context);
      sink = key.evaluate(context);
      return outcome.kind === "selected" ? outcome.payload.toString() : undefined;
    };
    for (const payload of all) {
      const [found, expected] = [ours(payload), byHand(payload.toString())];
      if (found !== expected) throw new Error(`${sql} of ${payload.toString()}: ${found} and not ${expected}`);
    }
    const mine = rate(ours, all);
    const hand = rate((payload) => byHand(payload.toString()), all);
    const shown = sql.length > 100 ? `${sql.slice(0, 97)}...` : sql.padEnd(100);
    process.stdout.write(
      `  ${shown} ${(mine / 1000).toFixed(0).padStart(8)} ${(hand / 1000).toFixed(0).padStart(8)} ${(mine / hand).toFixed(2).padStart(6)}\n`,
    );
  }
  if (sink === null) throw new Error("nothing ran");
  return Promise.resolve();
}
