import assert from "node:assert/strict";
import { after } from "./support";

/** Reference 7, and 13 numbers 3, 4 and 32; the language itself is tested with the expressions. */
describe("etl/activities: filter", () => {
  const KEPT = true;
  const DROPPED = false;
  const cases: [filter: string, message: string, kept: boolean][] = [
    ["t > 10 AND t < 40", '{"t":20}', KEPT],
    ["t > 10 AND t < 40", '{"t":40}', DROPPED],
    ["t > 10", '{"t":"20"}', KEPT],
    ["t > 10", '{"t":"hot"}', DROPPED],
    ["t > 10", '{"x":1}', DROPPED],
    ["NOT t > 10", '{"x":1}', DROPPED],
    ["t > 10 OR x = 1", '{"x":1}', KEPT],
    ["t <> NULL OR x <> NULL", '{"x":1}', KEPT],
    ["t <> NULL", '{"t":null}', DROPPED],
    ["t = NULL", '{"t":null}', KEPT],
    ["t IS NULL", '{"t":null}', KEPT],
    ["isUndefined(t)", '{"x":1}', KEPT],
    ["unit.pos[1] = 4", '{"unit":{"pos":[3,4]}}', KEPT],
    ["unit.pos[2] = 4", '{"unit":{"pos":[3,4]}}', DROPPED],
    ["id = 9007199254740993", '{"id":9007199254740993}', KEPT],
    ["id = 9007199254740992", '{"id":9007199254740993}', DROPPED],
    ["ok", '{"ok":true}', KEPT],
    ["ok", '{"ok":"TRUE"}', KEPT],
    ["ok", '{"ok":1}', DROPPED],
    ["ok", '{"ok":"yes"}', DROPPED],
    ["name LIKE 'pump-%'", '{"name":"pump-7"}', KEPT],
    ["site IN ('north', 'south')", '{"site":"east"}', DROPPED],
    ["t BETWEEN 1 AND 2", '{"t":2}', KEPT],
    [" t > 1 ", '{"t":2}', KEPT],
  ];
  for (const [filter, message, kept] of cases)
    it(`${filter} ${kept ? "keeps" : "drops"} ${message}`, () =>
      assert.equal(after({ filter: { filter } }, message), kept ? message : "filtered"));
});
