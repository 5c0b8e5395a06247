import assert from "node:assert/strict";
import fc from "fast-check";
import { wildcard } from "../../aws/wildcard";

/** The same question put to a regular expression, the textbook translation of a wildcard. */
function byRegExp(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, "[^]*")
    .replace(/\?/g, "[^]");
  return new RegExp(`^${source}$`);
}

const letters = fc.string({ unit: fc.constantFrom("a", "b", ":", "/", "*", "?"), maxLength: 12 });

describe("wildcard", () => {
  it("matches as the regular expression does", () => {
    fc.assert(
      fc.property(letters, letters, (pattern, text) => wildcard(pattern)(text) === byRegExp(pattern).test(text)),
      { numRuns: 2000 },
    );
  });

  it("matches every text that fills a pattern", () => {
    const part = fc.oneof(
      fc.constant("*"),
      fc.constant("?"),
      fc.string({ unit: fc.constantFrom("a", "b", "-"), minLength: 1 }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(part, fc.string({ maxLength: 4 })), { minLength: 1 }), (parts) => {
        const text = parts
          .map(([pattern, filling]) => (pattern === "*" ? filling : pattern === "?" ? "x" : pattern))
          .join("");
        return wildcard(parts.map(([pattern]) => pattern).join(""))(text);
      }),
    );
  });

  it("ignores the case of actions only", () => {
    assert.ok(wildcard("kinesis:put*", true)("Kinesis:PutRecord"));
    assert.ok(!wildcard("kinesis:put*")("kinesis:PutRecord"));
  });

  it("stays quick on a pattern that makes backtracking matchers stand still", () => {
    const started = process.hrtime.bigint();
    assert.ok(!wildcard("*a".repeat(30) + "b")("a".repeat(2000)));
    assert.ok(process.hrtime.bigint() - started < 1_000_000_000n);
  });
});
