import assert from "node:assert/strict";
import { EXPRESSIONS, STATEMENTS } from "../../oracles/iot-sql/guide";
import { FACTS, select, valueOf } from "./run";

describe("iot-sql as AWS's guide has it", () => {
  for (const { page, sql, payload, result, topic } of STATEMENTS)
    it(`${page}: ${sql}`, () =>
      assert.equal(select(sql, payload, { topic: topic ?? FACTS.topic }), result ?? "unmatched"));

  for (const [expression, value] of EXPRESSIONS) it(expression, () => assert.equal(valueOf(expression), value));
});
