import assert from "node:assert/strict";
import { checkStatement, checkTemplate, filterOf } from "../../../etl/iot-sql";

const warnings = (sql: string): string[] => checkStatement(sql).warnings.map((text) => text.split("\n")[0] as string);

describe("iot-sql check", () => {
  it("shows the place of a mistake", () => {
    assert.equal(
      checkStatement("SELECT * FORM 'x'").error?.withCaret(),
      `expected "," or FROM, found "FORM"; did you mean FROM? (at character 10)
    SELECT * FORM 'x'
             ^`,
    );
  });

  it("finds the FROM that is the statement's", () => {
    for (const [sql, filter] of [
      ["SELECT *, 'sent FROM ' AS origin FROM 'dt/+/aggregate'", "dt/+/aggregate"],
      ['SELECT * FROM "dt/+/aggregate"', "dt/+/aggregate"],
      ["SELECT temp, md5(deviceid) AS hashed_id FROM topic/#", "topic/#"],
      ["SELECT (SELECT VALUE n FROM e) AS n FROM 'a/b'", "a/b"],
      ["SELECT * FROM 'it''s'", "it's"],
      ["SELECT *", undefined],
      ["SELECT * FORM 'x'", undefined],
    ] as const)
      assert.equal(filterOf(sql), filter, sql);
  });

  const WARNED: [sql: string, warning: RegExp][] = [
    ["SELECT * FROM topic/#", /write the topic filter in single quotes: FROM 'topic\/#'/],
    ['SELECT * FROM "a"', /AWS documents single quotes/],
    ["SELECT upper(a) FROM 'a'", /this item has no name; it is read as AS upper/],
    ["SELECT upper() AS u FROM 'a'", /upper\(text\) is called with 0 arguments, which always yields Undefined/],
    ["SELECT regexp_matches(a, '(') AS m FROM 'a'", /'\(' is not a regular expression, so it always yields Undefined/],
    ["SELECT * FROM 'a' WHERE 'temperature' > 50", /'temperature' > 50 is always Undefined/],
    ["SELECT * FROM 'a' WHERE 5", /the condition is never true or false/],
    [`SELECT * FROM 'a' WHERE "status" = 'Good'`, /compares two texts, .* write status without quotes/],
    [
      "SELECT parse_time('yyyy-MM-dd X', timestamp()) AS t FROM 'a'",
      /"X" is not a letter of Joda-Time's patterns, so it always/,
    ],
    ["SELECT time_to_epoch(t, 'YYYY-MM-dd') AS t FROM 'a'", /"YYYY" cannot be used: .*, so it always yields Undefined/],
    ["-- readings\nSELECT * FROM 'a'", /AWS documents no comments/],
  ];
  for (const [sql, warning] of WARNED)
    it(`warns of ${sql}`, () => {
      const found = warnings(sql);
      assert.equal(found.length, 1, found.join());
      assert.match(found[0]!, warning);
    });

  it("has nothing to say of statements in order", () => {
    for (const sql of [
      "SELECT *, timestamp() AS __received_at FROM 'dt/+/aggregate'",
      "SET @c = (f - 32) * 5 / 9 SELECT @c AS c FROM 'a' WHERE @c > 10",
      "SELECT a.b, c[0] FROM 'a' WHERE status = 'Good'",
    ])
      assert.deepEqual(checkStatement(sql), { ...checkStatement(sql), error: undefined, warnings: [] }, sql);
  });

  it("allows one call of get_registry_data", () => {
    const call = "get_registry_data('DescribeThing', clientid(), 'arn:aws:iam::000000000000:role/r')";
    assert.equal(checkStatement(`SELECT ${call}.attributes AS a FROM 'a'`).error, undefined);
    const twice = `SELECT ${call}.attributes AS a FROM 'a' WHERE ${call}.version > 1`;
    assert.match(
      checkStatement(twice).error!.message,
      /AWS calls get_registry_data once in a statement; set a variable/,
    );
  });

  it("says whether a template may be empty", () => {
    for (const [template, sql, empty] of [
      ["${topic(2)}", "SELECT * FROM 'dt/+/aggregate'", false],
      ["${topic(2)}", "SELECT * FROM 'dt/#'", false],
      ["${topic(3)}", "SELECT * FROM 'dt/#'", true],
      ["${topic(2)}", "SELECT * FROM 'dt'", true],
      ["${topic(2)}", "SELECT *", true],
      ["${topic()}", "SELECT * FROM 'a'", false],
      ["${device_id}", "SELECT * FROM 'a/b'", true],
      ["${topic(9)}${device_id}", "SELECT * FROM 'a/b'", true],
      ["device-${device_id}", "SELECT * FROM 'a/b'", false],
      ["${get_or_default(device_id, topic())}", "SELECT * FROM 'a/b'", false],
      ["${newuuid()}", "SELECT *", false],
      ["${clientid()}", "SELECT *", false],
    ] as const)
      assert.equal(checkTemplate(template, sql).mayBeEmpty, empty, `${template} of ${sql}`);
  });
});
