/** Nothing that a statement or a message says ends a run: a statement is refused with a place, or runs over every message. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { ExpressionError } from "../../../etl/expressions";
import { RULE_FUNCTIONS, RuleContext, RuleProgram } from "../../../etl/iot-sql";
import { FACTS } from "./run";

/** How often each property is tried: PROPERTY_RUNS=1000000 for a long run. */
const RUNS = process.env.PROPERTY_RUNS === undefined ? undefined : Number(process.env.PROPERTY_RUNS);

const run = (program: RuleProgram, payload: string | Buffer): void => {
  const outcome = program.run(new RuleContext(FACTS, Buffer.from(payload)));
  assert.ok(["selected", "unmatched", "failed"].includes(outcome.kind));
  // what a statement builds is JSON; what it passes on may be anything
  const { items } = program.statement;
  if (outcome.kind !== "selected" || items.length === 0 || items.some(({ kind }) => kind === "all")) return;
  JSON.parse(outcome.payload.toString());
};

const PATTERNS = [
  ..."G YYYY xxxx-ww-e HH:mm yyyy-MM-dd'T'HH:mm:ss.SSSZ yyyy MMMM EEEE a h K k z zz VV ZZZ ' '' [ ] { # \\ ( (?i)a [a&&b] *".split(
    " ",
  ),
  "",
  "\ud83c",
];
const texts = fc.oneof(
  fc.constantFrom(
    "",
    "x",
    "7",
    "-2.5",
    "1e400",
    "1e-400",
    "9".repeat(40),
    "true",
    "UTC",
    "+02:00",
    "Europe/Berlin",
    "base64",
  ),
  fc.constantFrom("eyJhIjoxfQ==", "!!", "enrichArray", "content_type", "2020-01-01", "24:00", "$0", "$", "\\", "${"),
  fc.constantFrom(...PATTERNS),
  fc.string({ unit: "binary", maxLength: 12 }),
);
const numbers = fc.oneof(
  fc.integer({ min: -5, max: 2000 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 0.5, 1e15, 1e21, 8.64e15, 8.65e15, -1e300, 2 ** 53, 1700000000123),
);
const json: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    texts,
    numbers,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "__proto__", "value"), tie("value"), { maxKeys: 3 }),
  ),
})).value;

describe("iot-sql, whatever it meets", function () {
  if (RUNS !== undefined) this.timeout(0);

  it("calls every function with every kind of argument", () => {
    const names = [...RULE_FUNCTIONS.keys()].filter((name) => !name.includes("*") && name !== "cast");
    const programs = new Map(
      names.flatMap((name) =>
        [0, 1, 2, 3, 4].flatMap((count): [string, RuleProgram][] => {
          const args = ["a", "b", "c", "d"].slice(0, count).join(", ");
          try {
            return [[`${name}/${count}`, new RuleProgram(`SELECT ${name}(${args}) AS x FROM 'a'`)]];
          } catch (error) {
            // roles and modes are written out
            assert.match(String(error), /takes a text in quotes here/);
            return [];
          }
        }),
      ),
    );
    assert.ok(programs.size > 4 * names.length);
    const members = { requiredKeys: [] };
    fc.assert(
      fc.property(
        fc.constantFrom(...programs.values()),
        fc.record({ a: json, b: json, c: json, d: json }, members),
        (program, message) => run(program, JSON.stringify(message)),
      ),
      { numRuns: RUNS ?? 10_000 },
    );
  });

  it("casts everything to every type", () => {
    const types = "String Nvarchar Text Ntext varchar Int Integer Double Decimal Bool Boolean".split(" ");
    const programs = types.map((type) => new RuleProgram(`SELECT cast(a AS ${type}) AS x FROM 'a'`));
    fc.assert(fc.property(fc.constantFrom(...programs), json, (program, a) => run(program, JSON.stringify({ a }))));
  });

  const words =
    "SELECT VALUE FROM WHERE SET AS AND OR NOT IN EXISTS CASE WHEN THEN ELSE END a a.b a[0] a[b] * a.* , ( ) [ ] { } : . + - / % = <> < >= 'x' 'dt/+/a' \"k\" 1 2.5 TRUE NULL @v @v=1 topic( upper( get(a,0) parse_time(a,b) concat( encode(*,'base64') (SELECT ; -- /* ${".split(
      " ",
    );
  const fragments = fc.array(fc.constantFrom(...words), { maxLength: 14 }).map((all) => all.join(" "));
  /** Statements in order, with pieces changed: most of them still parse. */
  const SEEDS = [
    "SELECT *, topic(2) AS device, timestamp() AS t FROM 'dt/+/aggregate' WHERE a.b > 5 AND startswith(c, 'x')",
    "SET @v = a, @w = upper(@v) SELECT VALUE [@v, @w, {'k': b}] FROM 'a' WHERE a IN (SELECT VALUE n FROM e)",
    "SELECT (SELECT v FROM e WHERE n = 'x') AS v, get((SELECT n FROM e), 0).n AS s.t, a.* FROM 'a' WHERE EXISTS (SELECT * FROM e)",
    "SELECT CASE a WHEN 1 THEN b ELSE a + b * c / d % 2 - -1 END AS x, cast(b AS Int) y FROM 'a' WHERE NOT a OR b <> c",
  ];
  const mutated = fc
    .tuple(
      fc.constantFrom(...SEEDS),
      fc.array(fc.tuple(fc.nat(120), fc.nat(6), fc.constantFrom("", ...words)), { maxLength: 3 }),
    )
    .map(([seed, edits]) =>
      edits.reduce((sql, [at, length, text]) => sql.slice(0, at) + text + sql.slice(at + length), seed),
    );
  const statement = fc.oneof(
    fragments.map((text) => `SELECT ${text}`),
    fragments.map((text) => `SELECT * FROM 'a' WHERE ${text}`),
    mutated,
    fragments,
    fc.string({ unit: "binary", maxLength: 60 }),
  );

  it("refuses a statement with its place, or runs it", () => {
    let ran = 0;
    fc.assert(
      fc.property(statement, json, (sql, message) => {
        let program: RuleProgram;
        try {
          program = new RuleProgram(sql);
        } catch (error) {
          assert.ok(error instanceof ExpressionError, `${sql}: ${(error as Error).stack}`);
          assert.ok(error.at >= 0 && error.at <= sql.length && error.withCaret().length > 0);
          return;
        }
        ran++;
        run(program, JSON.stringify(message));
        run(program, "");
        run(program, Buffer.from([0xff, 0x00]));
      }),
      { numRuns: RUNS ?? 10_000 },
    );
    assert.ok(ran > 100, `${ran} statements ran`);
  });

  it("neither overflows the stack nor takes long for deep and long texts", () => {
    for (const sql of [
      `SELECT ${"(".repeat(5000)}a FROM 'a'`,
      `SELECT ${"(SELECT a FROM ".repeat(3000)}a FROM 'a'`,
      `SELECT a${".a".repeat(100_000)} FROM 'a'`,
      `SELECT a${"[a".repeat(5000)} FROM 'a'`,
      `SELECT a AS ${"a.".repeat(20_000)}a FROM 'a'`,
      `SELECT ${"a, ".repeat(20_000)}a FROM 'a'`,
      `SELECT ${"NOT ".repeat(5000)}a FROM 'a'`,
      `SELECT a${" + a".repeat(5000)} FROM 'a'`,
    ])
      try {
        run(new RuleProgram(sql), "{}");
      } catch (error) {
        assert.ok(error instanceof ExpressionError, `${sql.slice(0, 40)}: ${String(error)}`);
      }
  }).timeout(20_000);
});
