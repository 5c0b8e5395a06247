import assert from "node:assert/strict";
import { select } from "./run";

const MESSAGE =
  '{"id":"p1","state":{"on":true,"room":"north"},"e":[{"n":"t","v":22.5},{"n":"h","v":40},{"v":7}],"messages":[{"x":1}],"tags":["a","b"],"i":1,"nil":null}';

/** Statements in the forms that the guide describes in words, or that AWS accepts without an example. */
const FORMS: readonly (readonly [sql: string, result: string, payload?: string])[] = [
  // items
  ["SELECT * AS all FROM 'a'", '{"all":{"a":1.10}}', '{"a":1.10}'],
  ["SELECT *, * AS copy FROM 'a'", '{"a":1.10,"copy":{"a":1.10}}', '{"a":1.10}'],
  ["SELECT state.* FROM 'a'", '{"on":true,"room":"north"}'],
  ["SELECT state.*, id FROM 'a'", '{"on":true,"room":"north","id":"p1"}'],
  ["SELECT id.*, missing.* FROM 'a'", "{}"],
  ["SELECT *.messages FROM 'a'", '{"messages":[{"x":1}]}'],
  ["SELECT VALUE *.messages FROM 'a'", '[{"x":1}]'],
  ["SELECT VALUE * FROM 'a'", '{"a":1.10}', '{"a":1.10}'],
  ["SELECT VALUE e[0].v FROM 'a'", "22.5"],
  ["SELECT value FROM 'a'", '{"value":5}', '{"value":5}'],
  ["SELECT value AS v, value.x FROM 'a'", '{"v":{"x":5},"x":5}', '{"value":{"x":5}}'],
  ["SELECT value * 2 AS v FROM 'a'", '{"v":10}', '{"value":5}'],
  ["SELECT e[i].v AS v, e[i + 1].v AS w, tags[9] AS x FROM 'a'", '{"v":40,"w":7}'],
  ["SELECT get(e, 1).n, topic(2), upper(id) FROM 'a'", '{"n":"h","topic":"sensor7","upper":"P1"}'],
  // names
  ["SELECT state.on AS state.desired.on FROM 'a'", '{"state":{"desired":{"on":true}}}'],
  [
    "SELECT id AS state.reported.id, i AS state.reported.i, i AS state.n FROM 'a'",
    '{"state":{"reported":{"id":"p1","i":1},"n":1}}',
  ],
  ["SELECT id AS 'my.name', i AS \"my-name\" FROM 'a'", '{"my.name":"p1","my-name":1}'],
  ["SELECT id AS from, i AS where FROM 'a'", '{"from":"p1","where":1}'],
  ["SELECT id AS x, i AS x FROM 'a'", '{"x":1}'],
  // a member of `*` that is named again is replaced in its place
  ["SELECT *, 7 AS b FROM 'a'", '{"a":1.10,"b":7,"c":3}', '{"a":1.10,"b":2,"c":3}'],
  ["SELECT *, 7 AS b.x FROM 'a'", '{"b":{"y":1.10,"x":7},"c":3}', '{"b":{"y":1.10},"c":3}'],
  ["SELECT *, missing AS b FROM 'a'", '{"b":2}', '{"b":2}'],
  ["SELECT *, 7 AS __proto__ FROM 'a'", '{"a":1,"__proto__":7}', '{"a":1}'],
  ["SELECT *, topic(2) AS d FROM 'a'", '{"d":"sensor7"}', '{"\\u0064":1}'],
  // nested queries
  ["SELECT (SELECT * FROM e WHERE v > 20) AS high FROM 'a'", '{"high":[{"n":"t","v":22.5},{"n":"h","v":40}]}'],
  ["SELECT (SELECT VALUE n FROM e) AS names FROM 'a'", '{"names":["t","h"]}'],
  ["SELECT (SELECT VALUE v * 2 FROM e WHERE n <> 'h') AS twice FROM 'a'", '{"twice":[45]}'],
  ["SELECT (SELECT n AS name, v FROM e WHERE isUndefined(n)) AS x FROM 'a'", '{"x":[{"v":7}]}'],
  [
    "SELECT (SELECT room FROM state) AS r, (SELECT VALUE room FROM state) AS v FROM 'a'",
    '{"r":{"room":"north"},"v":"north"}',
  ],
  ["SELECT (SELECT room FROM state WHERE on = false) AS r FROM 'a'", "{}"],
  ["SELECT (SELECT a FROM missing) AS r, (SELECT a FROM id) AS s FROM 'a'", "{}"],
  ["SELECT (SELECT VALUE id FROM *) AS r FROM 'a'", '{"r":"p1"}'],
  ["SELECT (SELECT VALUE * FROM tags) AS t FROM 'a'", '{"t":["a","b"]}'],
  [
    "SELECT (SELECT n, (SELECT VALUE k FROM l) AS ks FROM e) AS r FROM 'a'",
    '{"r":[{"n":1,"ks":[1,2]}]}',
    '{"e":[{"n":1,"l":[{"k":1},{"k":2}]}]}',
  ],
  [
    "SELECT get((SELECT VALUE v FROM e), 1) AS v, concat((SELECT VALUE v FROM e), 1) AS c FROM 'a'",
    '{"v":40,"c":[22.5,40,7,1]}',
  ],
  ["SELECT VALUE (SELECT n FROM e WHERE v > 30) FROM 'a'", '[{"n":"h"}]'],
  ["SELECT (SELECT * FROM get(e, 0)) AS x FROM 'a'", '{"x":{"n":"t","v":22.5}}'],
  // IN and EXISTS
  ["SELECT id FROM 'a' WHERE id IN ('p1', 'p2')", '{"id":"p1"}'],
  ["SELECT id FROM 'a' WHERE id IN ['p1', 'p2']", '{"id":"p1"}'],
  ["SELECT id FROM 'a' WHERE 'a' IN tags AND 'z' NOT IN tags", '{"id":"p1"}'],
  ["SELECT id FROM 'a' WHERE 'a' IN (tags)", '{"id":"p1"}'],
  ["SELECT id FROM 'a' WHERE 't' IN (SELECT VALUE n FROM e)", '{"id":"p1"}'],
  ["SELECT id FROM 'a' WHERE 't' IN (SELECT n FROM e)", '{"id":"p1"}'],
  ["SELECT id FROM 'a' WHERE 'z' IN (SELECT n FROM e)", "unmatched"],
  ["SELECT id FROM 'a' WHERE EXISTS (SELECT * FROM e WHERE v > 30)", '{"id":"p1"}'],
  ["SELECT id FROM 'a' WHERE EXISTS (SELECT * FROM e WHERE v > 300)", "unmatched"],
  ["SELECT id FROM 'a' WHERE NOT EXISTS (SELECT * FROM missing)", '{"id":"p1"}'],
  // SET
  ["SET @c = e[0].v * 2 SELECT @c AS c, @c + 1 AS d FROM 'a' WHERE @c > 40", '{"c":45,"d":46}'],
  ["SET @s = state, @r = @s.room SELECT @s.on, upper(@r) AS r FROM 'a'", '{"on":true,"r":"NORTH"}'],
  ["SET @max = 30 SELECT (SELECT VALUE v FROM e WHERE v > @max) AS high FROM 'a'", '{"high":[40]}'],
  ["SET @u = newuuid() SELECT @u = @u AS same FROM 'a'", '{"same":true}'],
  // FROM
  ["SELECT id FROM dt/+/aggregate WHERE i = 1", '{"id":"p1"}'],
  ['SELECT id FROM "dt/+/aggregate"', '{"id":"p1"}'],
  ["SELECT id", '{"id":"p1"}'],
  ["SELECT id WHERE i = 1", '{"id":"p1"}'],
  // payloads that are no JSON object
  ["SELECT encode(*, 'base64') AS d FROM 'a'", '{"d":""}', ""],
  ["SELECT a FROM 'a'", "{}", ""],
  ["SELECT * FROM 'a' WHERE a = 1", "unmatched", ""],
  ["SELECT *, topic(2) AS d FROM 'a'", '{"d":"sensor7"}', ""],
  ["SELECT * AS p, topic(2) AS d FROM 'a'", '{"p":"eA==","d":"sensor7"}', "x"],
  ["SELECT * AS p FROM 'a'", '{"p":[1,2]}', "[1,2]"],
  ["SELECT topic(2) AS d FROM 'a'", '{"d":"sensor7"}', "x"],
  ["SELECT get(*, 1) AS d FROM 'a'", '{"d":2}', "[1,2]"],
  [
    "SELECT *, 1 AS a FROM 'a'",
    "failed: The payload is no JSON object, and the rule's SQL adds members to it",
    "[1,2]",
  ],
  // functions of values
  [
    "SELECT get_or_default(missing, 'x') AS a, get_or_default(nil, id) AS b, get_or_default(missing) AS c FROM 'a'",
    '{"a":"x","b":"p1"}',
  ],
  ["SELECT sourceip() AS s, clientid() AS c FROM 'a'", '{"s":"127.0.0.1","c":"client-1"}'],
  ["SELECT transform('enrichArray', state, tags) AS t FROM 'a'", "{}"],
];

describe("iot-sql statements", () => {
  for (const [sql, result, payload = MESSAGE] of FORMS) it(sql, () => assert.equal(select(sql, payload), result));

  it("knows the headers of MQTT 5", () => {
    const properties = {
      payloadFormatIndicator: true,
      contentType: "application/json",
      responseTopic: "r/t",
      correlationData: Buffer.from("abc"),
      userProperties: [
        ["some key", "some value"],
        ["a different key", "a different value"],
        ["some key", "value with duplicate key"],
      ] as const,
    };
    // https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-sql-function-get-mqtt-property
    for (const [expression, value] of [
      ["get_mqtt_property('content_type')", '"application/json"'],
      ["get_mqtt_property('format_indicator')", '"UTF8_DATA"'],
      ["get_mqtt_property('response_topic')", '"r/t"'],
      ["get_mqtt_property('correlation_data')", '"YWJj"'],
      ["get_mqtt_property('other')", ""],
      ["get_user_properties('some key')", '["some value","value with duplicate key"]'],
      ["get_user_properties('a different key')", '["a different value"]'],
      ["get_user_properties('non-existent key')", ""],
      [
        "get_user_properties()",
        '[{"some key":"some value"},{"a different key":"a different value"},{"some key":"value with duplicate key"}]',
      ],
    ] as const)
      assert.equal(select(`SELECT VALUE ${expression} FROM 'a'`, "{}", { properties }), value, expression);
    assert.equal(select("SELECT VALUE get_mqtt_property('content_type') FROM 'a'", "{}"), "");
  });

  it("tells messages that did not come over MQTT", () => {
    const facts = { clientId: undefined, traceId: undefined };
    assert.equal(select("SELECT clientid() AS c, traceid() AS t FROM 'a'", "{}", facts), '{"c":"n/a"}');
  });
});
