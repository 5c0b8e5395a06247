import assert from "node:assert/strict";
import { RuleContext, RuleProgram, Template } from "../../../etl/iot-sql";
import { FACTS, select, selectSettled } from "./run";

describe("iot-sql programs", () => {
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
      '{"a":"1970-01-01T00:00:00+0000","c":"05"}',
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
    ["SELECT * 'a'", /expected "," or FROM, found the text 'a'/],
    ["SELECT FROM 'a'", /expected/],
    ["SELECT * FROM 'a/#/b'", /# stands alone in the last level/],
    ["SELECT * FROM", /topic filter, in single quotes/],
    ["SELECT get_dynamodb('t', 'k', k, 'role') AS x FROM 'a'", /"get_dynamodb" is not executed: .*lambda activity/],
    ["SELECT get_secret('s', 'SecretString', 'role') AS x FROM 'a'", /"get_secret" is not executed/],
    ["SELECT machinelearning_predict('m', 'r', *) AS x FROM 'a'", /is not executed: Amazon Machine Learning is closed/],
    ["SELECT * FORM 'a'", /expected "," or FROM, found "FORM"; did you mean FROM\? \(at character 10\)/],
    ["SELECT a b FROM 'a'", /another name for an item is written AS b/],
    ["SELECT * FROM 'a' WHER a = 1", /did you mean WHERE\?/],
    ["SELECT * FROM 'a' WHERE", /expected a value, found the end/],
    ["SELECT * FROM 'a/b+/c'", /\+ stands alone in its level/],
    ["SELECT * FROM '1/2/3/4/5/6/7/8/9'", /it has 9 levels and a topic has at most 8/],
    ["SELECT *, * FROM 'a'", /\* stands in the list twice/],
    ["SELECT nope(a) AS x FROM 'a'", /there is no function "nope" here/],
    ["SELECT uper(a) AS x FROM 'a'", /did you mean upper\?/],
    ["SET @a = 1, @a = 2 SELECT @a FROM 'a'", /the variable @a is set twice/],
    ["SELECT @b AS b FROM 'a'", /the variable @b is not set here/],
    ["SET @a = @a + 1 SELECT @a FROM 'a'", /the variable @a is not set here/],
    ["SELECT (SELECT a FROM 'b') AS x FROM 'a'", /stands without quotes/],
    ["SELECT get_thing_shadow(thing, role) AS s FROM 'a'", /get_thing_shadow takes a text in quotes here/],
    ["SET @m = 'enrichArray' SELECT transform(@m, a, b) AS x FROM 'a'", /transform takes a text in quotes here/],
    ["SELECT decode(a, 'proto') AS x FROM 'a'", /protobuf is not decoded here/],
    ["SELECT cast(a AS float) AS x FROM 'a'", /cast supports the types/],
    ["SELECT * FROM 'a';", /found ";"; an expression has no semicolon/],
    ["SELECT a AS b-c FROM 'a'", /a name with a hyphen must be quoted/],
    ["SELECT * FROM 'a' WHERE a > ", /expected a value/],
    ["SELECT * FROM 'a' WHERE a b", /expected an operator or the end/],
  ];
  for (const [sql, message] of WRONG) it(`refuses ${sql}`, () => assert.throws(() => new RuleProgram(sql), message));

  it("fills templates from the topic and the message", () => {
    const context = (payload = "{}"): RuleContext => new RuleContext(FACTS, Buffer.from(payload));
    assert.equal(new Template("${topic(2)}").evaluate(context()), "sensor7");
    assert.equal(new Template("${topic(9)}").evaluate(context()), "");
    const template = new Template("p-${device.id}-${topic(1)}");
    assert.equal(template.looksIntoPayload, true);
    assert.equal(template.evaluate(context('{"device":{"id":7}}')), "p-7-dt");
    assert.equal(template.evaluate(context("not json")), "p--dt");
    assert.match(new Template("${newuuid()}").evaluate(context()), /^[0-9a-f-]{36}$/);
    assert.equal(new Template("${get({'a': '}'}, 'a')}").evaluate(context()), "}");
    const { variables } = new RuleProgram("SET @id = upper(id) SELECT * FROM 'a'").statement;
    assert.equal(new Template("k-${@id}", variables).evaluate(context('{"id":"x"}')), "k-X");
    assert.throws(() => new Template("${@other}", variables), /the variable @other is not set here/);
    assert.throws(() => new Template("a${topic(}"), /expected a value, found the end \(at character 10\)/);
    assert.throws(() => new Template("${a"), /has no closing }/);
  });

  it("waits for functions outside of the rule, and calls those of SELECT only when the condition is true", async () => {
    const calls: string[] = [];
    const external = (name: string, args: readonly unknown[]): Promise<{ on: boolean }> => {
      calls.push(`${name}(${JSON.stringify(args)})`);
      return Promise.resolve({ on: args[0] === "a" });
    };
    const sql =
      "SELECT aws_lambda('f', {'x': id}).on AS f, newuuid() AS u FROM 'a' WHERE get_thing_shadow(id, 'r').on = true";
    assert.match(await selectSettled(sql, '{"id":"a"}', external), /^\{"f":false,"u":"[0-9a-f-]{36}"\}$/);
    assert.deepEqual(calls, ['get_thing_shadow(["a","r"])', 'aws_lambda(["f",{"x":"a"}])']);
    calls.length = 0;
    assert.equal(await selectSettled(sql, '{"id":"b"}', external), "unmatched");
    assert.deepEqual(calls, ['get_thing_shadow(["b","r"])']);
  });
});
