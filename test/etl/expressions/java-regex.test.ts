import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import fc from "fast-check";
import { javaPattern, javaReplace, RegexError } from "../../../etl/expressions/java-regex";

type Row = [
  pattern: string,
  text: string,
  replacement: string,
  found: boolean | null,
  first: string | null,
  replaced: string | null,
];

const rows = fs
  .readFileSync(path.join(__dirname, "../../oracles/java-regex/table.ndjson"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);

describe("regular expressions of Java", () => {
  it("match and replace as java.util.regex does", () => {
    for (const [pattern, text, replacement, found, first, replaced] of rows) {
      const at = JSON.stringify([pattern, text, replacement]);
      if (found === null) {
        assert.throws(() => javaPattern(pattern), SyntaxError, at);
        continue;
      }
      const compiled = javaPattern(pattern);
      const match = compiled.regexp.exec(text);
      assert.equal(match !== null, found, at);
      assert.equal(match?.[0] ?? null, first, at);
      // Java looks at the replacement only when there is a match
      if (found) assert.equal(javaReplace(text, compiled, replacement) ?? null, replaced, at);
    }
  });

  it("name what is not taken", () => {
    for (const [pattern, reason] of [
      ["a(?i)b", /flags within a pattern, \(\?i\), are not taken; write them at its begin/],
      ["(?i:a)", /flags within a pattern, \(\?i:, are not taken/],
      ["(?d)a", /the flag \(\?d\) is not taken/],
      ["\\Ga", /\\G is not taken/],
      ["\\X", /\\X is not taken/],
    ] as const)
      assert.throws(
        () => javaPattern(pattern),
        (error: Error) => error instanceof RegexError && reason.test(error.message),
      );
  });

  it("throw nothing but a SyntaxError", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 10 }),
      fc.array(fc.constantFrom(..."ab[]()&^-\\|*+?{}1,$.<>:=!Qpx#\n"), { maxLength: 12 }).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(text, text, text, (pattern, subject, replacement) => {
        try {
          const compiled = javaPattern(pattern);
          compiled.regexp.test(subject);
          javaReplace(subject, compiled, replacement);
        } catch (error) {
          assert.ok(error instanceof SyntaxError, String(error));
        }
      }),
      { numRuns: 10_000 },
    );
  });
});
