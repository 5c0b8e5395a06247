/**
 * Compares parsing, compiling and evaluating expressions with hand-written functions and three popular formula libraries, in the same
 * run. Before anything is measured, all must yield the same values.
 */
import { createRequire } from "node:module";
import { compileExpression as compileFiltrex } from "filtrex";
import type Jsonata from "jsonata";
import { compileExpression, FILTER_FUNCTIONS, parseExpression, type Value } from "../etl/expressions";

const MESSAGES = 1000;
const ROUNDS = 9;
const ROUND_MS = 120;
/** An asynchronous library is measured with fewer calls. */
const FEWER = 100;
const TURNS = 500;

type Message = Record<string, number>;
type Evaluate = (message: Message) => unknown;

interface Formula {
  readonly ours: string;
  readonly filtrex: string;
  readonly mathjs: string;
  readonly jsonata: string;
  readonly byHand: Evaluate;
}

const FORMULAS: readonly Formula[] = [
  {
    ours: "(temperature * 9/5) + 32",
    filtrex: "(temperature * 9/5) + 32",
    mathjs: "(temperature * 9/5) + 32",
    jsonata: "(temperature * 9/5) + 32",
    byHand: ({ temperature }) => ((temperature as number) * 9) / 5 + 32,
  },
  {
    ours: "(a + b + c) * 1.5",
    filtrex: "(a + b + c) * 1.5",
    mathjs: "(a + b + c) * 1.5",
    jsonata: "(a + b + c) * 1.5",
    byHand: ({ a, b, c }) => ((a as number) + (b as number) + (c as number)) * 1.5,
  },
  {
    ours: "sqrt(a * a + b * b) / 2",
    filtrex: "sqrt(a * a + b * b) / 2",
    mathjs: "sqrt(a * a + b * b) / 2",
    jsonata: "$sqrt(a * a + b * b) / 2",
    byHand: ({ a, b }) => Math.sqrt((a as number) * (a as number) + (b as number) * (b as number)) / 2,
  },
  {
    ours: "temperature >= 10 AND temperature <= 40 OR c > 95",
    filtrex: "temperature >= 10 and temperature <= 40 or c > 95",
    mathjs: "temperature >= 10 and temperature <= 40 or c > 95",
    jsonata: "temperature >= 10 and temperature <= 40 or c > 95",
    byHand: ({ temperature, c }) =>
      ((temperature as number) >= 10 && (temperature as number) <= 40) || (c as number) > 95,
  },
];

/** Expressions of all lengths, such as a pull request with hundreds of documents contains. */
const TEXTS: readonly string[] = [
  ...FORMULAS.map(({ ours }) => ours),
  "temp > 40 AND hum < 20",
  "co <> NULL OR lpg <> NULL OR smoke <> NULL OR temp <> NULL OR humidity <> NULL",
  "trunc(sqrt(power(ax, 2) + power(ay, 2) + power(az, 2)), 3)",
  "startswith(lower(device.name), 'line-') AND NOT isUndefined(device.readings[0].value)",
  "CASE unit WHEN 'F' THEN (t - 32) / 1.8 WHEN 'K' THEN t - 273.15 ELSE t END",
  `a${" + 1".repeat(63)}`,
];

function messages(): Message[] {
  return Array.from({ length: MESSAGES }, (_, index) => ({
    temperature: ((index * 7) % 600) / 8,
    a: index % 41,
    b: (index * 3) % 25,
    c: 17.25 + (index % 90),
  }));
}

function ours(text: string): Evaluate {
  const { node } = parseExpression(text, { functions: FILTER_FUNCTIONS });
  return compileExpression<Message>(node, {
    functions: FILTER_FUNCTIONS,
    attribute: ([name]) => {
      const known = String(name);
      return (message): Value => message[known];
    },
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/** Calls per second, median of rounds. */
function rate(run: () => number): number {
  const rates = Array.from({ length: ROUNDS }, () => {
    const begin = performance.now();
    let calls = 0;
    let elapsed: number;
    do {
      calls += run();
      elapsed = performance.now() - begin;
    } while (elapsed < ROUND_MS);
    return (calls * 1000) / elapsed;
  });
  return median(rates);
}

let sink: unknown;

function overAll(evaluate: Evaluate, all: readonly Message[]): () => number {
  return () => {
    for (const message of all) sink = evaluate(message);
    return all.length;
  };
}

async function rateWaiting(evaluate: (message: Message) => Promise<unknown>, all: readonly Message[]): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const begin = performance.now();
    for (const message of all) sink = await evaluate(message);
    rates.push((all.length * 1000) / (performance.now() - begin));
  }
  return median(rates);
}

/** Microseconds of CPU time to parse and compile one of the texts; the minimum of rounds, to exclude other processes. */
function processorTime(texts: readonly string[]): number {
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let turn = 0; turn < TURNS; turn++) for (const text of texts) sink = ours(text);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / (TURNS * texts.length));
  }
  return least;
}

function same(a: unknown, b: unknown): boolean {
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(a));
  // filtrex has 1 for true
  return a === b || Number(a) === Number(b);
}

function millions(value: number): string {
  return (value / 1e6).toFixed(2).padStart(8);
}

/** Measures and prints. */
export async function benchExpressions(): Promise<void> {
  const require = createRequire(__filename);
  const jsonata = require("jsonata") as typeof Jsonata;
  const mathjs = require("mathjs") as typeof import("mathjs");
  const all = messages();
  process.stdout.write(`  evaluations a second in millions, medians of ${ROUNDS} rounds over ${MESSAGES} messages\n`);
  process.stdout.write(`  ${"".padEnd(52)}    ours  by hand  filtrex   mathjs  jsonata\n`);
  for (const formula of FORMULAS) {
    const filtrex = compileFiltrex(formula.filtrex);
    const math = mathjs.compile(formula.mathjs);
    const query = jsonata(formula.jsonata);
    const evaluate = ours(formula.ours);
    for (const message of all) {
      const expected = formula.byHand(message);
      const found = [
        evaluate(message),
        filtrex(message),
        math.evaluate({ ...message }),
        await query.evaluate(message),
      ] as unknown[];
      const wrong = found.findIndex((value) => !same(expected, value));
      if (wrong >= 0)
        throw new Error(`${formula.ours} of ${JSON.stringify(message)}: ${String(expected)}, ${found.join()}`);
    }
    const rates = [
      rate(overAll(evaluate, all)),
      rate(overAll(formula.byHand, all)),
      rate(overAll((message) => filtrex(message), all)),
      rate(overAll((message) => math.evaluate(message) as unknown, all)),
      await rateWaiting((message) => query.evaluate(message) as Promise<unknown>, all.slice(0, FEWER)),
    ];
    process.stdout.write(`  ${formula.ours.padEnd(52)}${rates.map(millions).join(" ")}\n`);
  }
  const each = processorTime(TEXTS);
  const longest = processorTime(TEXTS.slice(-1));
  process.stdout.write(
    `  parsing and compiling: ${each.toFixed(1)} us of processor time an expression, ${longest.toFixed(1)} us one of 253 characters (aim: under 50 us)\n`,
  );
  if (sink === null) throw new Error("nothing was evaluated");
}

if (require.main === module) void benchExpressions();
