import assert from "node:assert/strict";
import fc from "fast-check";
import { withReceivedAt } from "../../etl/received-at";

const NOW = 1_760_000_000_123;
const stamped = (text: string): string => withReceivedAt(Buffer.from(text), NOW).toString();

describe("etl/received-at", () => {
  it("is the last member of an object, and every other byte stays", () =>
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()).filter((value) => !Object.hasOwn(value, "__received_at")),
        fc.constantFrom(undefined, 2),
        fc.constantFrom("", "\n", " \r\n"),
        (value, indent, end) => {
          const text = JSON.stringify(value, undefined, indent) + end;
          const result = stamped(text);
          assert.deepEqual(JSON.parse(result), { ...(JSON.parse(text) as object), __received_at: NOW });
          const head = text.slice(0, text.lastIndexOf("}"));
          assert.ok(result.startsWith(head) && result.endsWith(`}${end}`), result);
        },
      ),
    ));

  it("keeps digits that a double does not hold", () =>
    assert.equal(stamped('{"n":12345678901234567890.50}'), `{"n":12345678901234567890.50,"__received_at":${NOW}}`));

  it("stays as it was sent: a time that is there, and what is no object", () => {
    for (const text of [
      '{"__received_at":5}',
      '{"__received_at":null}',
      '{"__received\\u005fat":5}',
      "[{}]",
      '"{}"',
      "12",
      "null",
      "{",
      '{"a":1}}',
      "",
      "21.5 C",
    ])
      assert.equal(stamped(text), text);
    const latin1 = Buffer.from('{"a":"\xe9"}', "latin1");
    assert.deepEqual(withReceivedAt(latin1, NOW), latin1);
    // within another object it is another attribute
    assert.equal(stamped('{"a":{"__received_at":1}}'), `{"a":{"__received_at":1},"__received_at":${NOW}}`);
  });
});
