import assert from "node:assert/strict";
import { RuleProgram, Template } from "../../../local/rules";
import type { RuleContext } from "../../../local/rules/functions";

const CONTEXT: RuleContext = {
  topic: "dt/sensor7/aggregate",
  clientId: "client-1",
  principal: "device/client-1",
  account: "000000000000",
  traceId: "",
  time: 1_700_000_000_123,
  message: undefined,
};

function select(sql: string, payload: string): string {
  const selected = new RuleProgram(sql).run(Buffer.from(payload), { ...CONTEXT });
  return selected.kind === "selected"
    ? selected.payload.toString()
    : selected.kind === "failed"
      ? `failed: ${selected.message}`
      : "unmatched";
}

describe("local/rules", () => {
  it("hands a payload on untouched for SELECT *, whatever it is", () => {
    for (const payload of ['{"a":1.10, "b":12345678901234567890}', "not json", "", "\u0000\u0001"])
      assert.equal(select("SELECT * FROM 'dt/+/aggregate'", payload), payload);
  });

  const CASES: [sql: string, payload: string, result: string][] = [
    [
      "SELECT *, timestamp() AS __received_at FROM 'a'",
      '{"id":12345678901234567890,"x":1.10}',
      '{"id":12345678901234567890,"x":1.10,"__received_at":1700000000123}',
    ],
    ["SELECT *, topic(2) AS device FROM 'a'", " { } ", '{"device":"sensor7"}'],
    ["select t.v as v, missing, topic() AS t FROM 'a'", '{"t":{"v":[1,2]}}', '{"v":[1,2],"t":"dt/sensor7/aggregate"}'],
    ["SELECT VALUE t FROM 'a'", '{"t":{"id":12345678901234567890}}', '{"id":12345678901234567890}'],
    [
      "SELECT * FROM 'a' WHERE temperature > 50 AND startswith(id, 'm')",
      '{"temperature":51,"id":"m1"}',
      '{"temperature":51,"id":"m1"}',
    ],
    ["SELECT * FROM 'a' WHERE temperature > 50", '{"temperature":50}', "unmatched"],
    ["SELECT * FROM 'a' WHERE missing > 50 OR true", '{"temperature":50}', "unmatched"],
    [
      "SELECT 7/2 AS int, 7.5/2 AS decimal, cast('4.7' AS int) AS cut, cast(4.7 AS int) AS rounded FROM 'a'",
      "{}",
      '{"int":3,"decimal":3.75,"cut":4,"rounded":5}',
    ],
    [
      "SELECT upper(a) AS u, concat(a, 1) AS c, get(b, 1) AS g, isUndefined(z) AS n FROM 'a'",
      '{"a":"x","b":[1,2]}',
      '{"u":"X","c":"x1","g":2,"n":true}',
    ],
    [
      "SELECT parse_time('yyyy-MM-dd HH:mm:ss', 0) AS t, time_to_epoch('1970-01-02', 'yyyy-MM-dd') AS e FROM 'a'",
      "{}",
      '{"t":"1970-01-01 00:00:00","e":86400000}',
    ],
    [
      "SELECT parse_time(\"yyyy-MM-dd'T'HH:mm:ssZ\", 0, \"UTC\") AS a, parse_time('HH:mm XXX', 0, 'America/New_York') AS b, parse_time('HH', 0, '+05:30') AS c, parse_time('HH', 0, 'Nowhere') AS d FROM \"a\"",
      "{}",
      '{"a":"1970-01-01T00:00:00+0000","b":"19:00 -05:00","c":"05"}',
    ],
    [
      "SELECT remainder(8, 3) AS r, lpad('x', 2) AS l, substring('012345', -1, 2) AS s, cast(-4.5 AS int) AS i, floor(-1.5) AS f FROM 'a'",
      "{}",
      '{"r":2,"l":"  x","s":"01","i":-5,"f":-2}',
    ],
    ["SELECT regexp_matches(a, b) AS m FROM 'a'", '{"a":"x","b":"("}', "{}"],
    [
      "SELECT encode(a, 'base64') AS e, sha256(a) AS h FROM 'a'",
      '{"a":"x"}',
      '{"e":"eA==","h":"2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"}',
    ],
  ];
  for (const [sql, payload, result] of CASES) it(sql, () => assert.equal(select(sql, payload), result));

  it("says why a payload that is no JSON cannot be selected from", () => {
    assert.match(select("SELECT *, topic() AS t FROM 'a'", "oops"), /^failed: The payload is not JSON/);
  });

  const WRONG: [sql: string, message: RegExp][] = [
    ["SELECT * 'a'", /expected "," or FROM, found "a"/],
    ["SELECT FROM 'a'", /expected/],
    ["SELECT topic() FROM 'a'", /needs a name: add AS/],
    ["SELECT * FROM 'a/#/b'", /"#" must stand alone/],
    ["SELECT * FROM a", /topic filter in quotes/],
    ["SELECT aws_lambda('x', 1) AS x FROM 'a'", /no function "aws_lambda"/],
    ["SELECT * FROM 'a' WHERE a > ", /expected a value/],
    ["SELECT * FROM 'a' WHERE a b", /expected an operator or the end/],
  ];
  for (const [sql, message] of WRONG) it(`refuses ${sql}`, () => assert.throws(() => new RuleProgram(sql), message));

  it("fills templates from the topic and the message", () => {
    assert.equal(new Template("${topic(2)}").evaluate(CONTEXT), "sensor7");
    assert.equal(new Template("${topic(9)}").evaluate(CONTEXT), "");
    const template = new Template("p-${device.id}-${topic(1)}");
    assert.equal(template.looksIntoPayload, true);
    assert.equal(template.evaluate({ ...CONTEXT, message: { device: { id: 7 } } }), "p-7-dt");
    assert.match(new Template("${newuuid()}").evaluate(CONTEXT), /^[0-9a-f-]{36}$/);
  });
});
