import assert from "node:assert/strict";
import fc from "fast-check";
import { printable, printableLines } from "../../../aws/text/printable";

/** Code points that a terminal acts on, or that show other characters in another order. */
const UNSAFE = new Set([
  ...Array.from({ length: 0x20 }, (_, code) => code),
  ...Array.from({ length: 0x21 }, (_, i) => 0x7f + i),
  ...[0x61c, 0x200e, 0x200f, 0x2028, 0x2029],
  ...[0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069],
]);

describe("aws/text/printable: values of messages on a terminal", () => {
  it("escapes every character that moves the cursor, colours, rings or turns the writing direction", () => {
    for (const code of UNSAFE) {
      const shown = printable(`a${String.fromCharCode(code)}b`);
      assert.match(shown, /^a\\(u[0-9a-f]{4}|[nrt])b$/, code.toString(16));
    }
    assert.equal(printable("\u001b[31mred\u0007\r\n"), "\\u001b[31mred\\u0007\\r\\n");
  });

  it("keeps the lines of a text, and nothing else that is unsafe", () => {
    assert.equal(printableLines("one\n\ttwo\r\u001b[2J"), "one\n\ttwo\\r\\u001b[2J");
  });

  it("leaves every other text as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const safe = [...text].filter((char) => !UNSAFE.has(char.codePointAt(0)!)).join("");
        assert.equal(printable(safe), safe);
        assert.equal(printableLines(safe), safe);
      }),
    );
  });

  it("leaves nothing unsafe in any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        assert.ok([...printable(text)].every((char) => !UNSAFE.has(char.codePointAt(0)!)));
        assert.ok(
          [...printableLines(text)].every((char) => "\n\t".includes(char) || !UNSAFE.has(char.codePointAt(0)!)),
        );
      }),
    );
  });
});
