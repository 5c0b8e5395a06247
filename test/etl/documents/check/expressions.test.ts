import assert from "node:assert/strict";
import { changed, checkOne, PIPELINE } from "../support";

/** What is said of an expression in a pipeline: `severity message`. */
function said(kind: "math" | "filter", text: string): string[] {
  const activity =
    kind === "math"
      ? { math: { name: "compute", attribute: "temperature", math: text, next: "to" } }
      : { filter: { name: "compute", filter: text, next: "to" } };
  // what means something else than it did is told in the migration report
  return checkOne(changed(PIPELINE, "pipelineActivities.1", activity))
    .filter((problem) => problem.includes(`[1].${kind}.${kind}: `))
    .filter((problem) => !/^note|: it compares .* with NULL/.test(problem))
    .map((problem) => problem.replace(/ \$.*?: /, " "));
}

/** As people write them; nothing is wrong with any. */
const MATHS = [
  "temp * 1.8 + 32",
  " ( temperature * 9/5 )+32 ",
  "((temp - 32) * 5.0) / 9.0",
  "5. / 9. * (t - 32)",
  "round(temp * 100) / 100",
  "trunc(voltage / 1000, 2)",
  "sqrt(power(ax, 2) + power(ay, 2) + power(az, 2))",
  "atan2(vy, vx) * 180 / 3.14159265",
  "reading.value[0] - calibration.offset",
  "-offset + abs( -x )",
  "mod(count, 60)",
  "ABS(SIN(angle))",
  "temperature_celsius",
  "1.5E3 * kW",
  "a\t*\r\n b",
  "CASE unit WHEN 'F' THEN (t - 32) / 1.8 ELSE t END",
  "'5' * x",
  "case + end - in",
];

const FILTERS = [
  "temp > 40 AND hum < 20",
  "temperature >= -10 and temperature <= 40 or override = true",
  "co <> NULL OR lpg <> NULL",
  "NOT (status = 'off')",
  "status IN ('on', 'standby') AND NOT isUndefined(device.id)",
  "device.readings[0].value BETWEEN 1 AND 10",
  "name LIKE 'sensor%' AND name NOT LIKE '%test'",
  "value IS NOT NULL",
  'lower(room) = "kitchen"',
  "startswith(device_id, 'line-') AND length(device_id) < 20",
  "regexp_matches(serial, '^[A-Z]{2}[0-9]+$')",
  "cast(count AS Decimal) / 2 > floor(limit)",
  "nanvl(temperature, 0) > 0",
  "abs(delta) > 0.5",
  "battery % 10 = 0",
  "active",
  "'true'",
  "TRUE",
  "CASE kind WHEN 'a' THEN x > 1 WHEN 'b' THEN x > 2 ELSE FALSE END",
  "get(tags, 'a-b') = 'x'",
];

/** The whole message, or a part of it. */
const WRONG: ["math" | "filter", string, RegExp][] = [
  [
    "math",
    "sqrt(TRUE) + a",
    /^error a math expression must yield a number.*"sqrt\(TRUE\)" has an operand[^]*\n {4}sqrt\(TRUE\) \+ a\n {4}\^$/,
  ],
  ["math", "a * (1/0)", /"1 \/ 0" divides by zero\n {4}a \* \(1\/0\)\n {10}\^$/],
  ["math", '"temp" * 1.8', /'temp' is a text, and the names of attributes are written without quotes/],
  ["math", '"temp"', /yields a String; the names of attributes are written without quotes/],
  ["math", "a + 'x'", /yields Undefined or a String; the names/],
  ["math", "a > 1", /yields Undefined or a Boolean/],
  ["math", "[1, 2]", /yields an Array/],
  ["math", "NULL", /yields Null/],
  ["filter", "1", /^error a filter must yield a Boolean, and this one yields an Int/],
  ["filter", "'x'", /^error a filter must yield a Boolean, and this one yields a String/],
  ["filter", "FALSE", /^warning this filter drops every message/],
  [
    "filter",
    "a > NULL",
    /^warning this filter is never true.*"a > NULL" has an operand.*IS NOT NULL[^]*\n {4}a > NULL\n {6}\^$/,
  ],
  ["filter", '"temp" > 40', /^warning this filter is never true.*names of attributes are written without quotes/],
  ["filter", "ts >= '2024-01-01'", /'2024-01-01' is a text, which has no order \(only numbers have one\)/],
  ["filter", "ts BETWEEN 'a' AND 'b'", /'a' is a text, which has no order/],
  ["filter", "a LIKE 5", /^warning this filter is never true/],
  ["filter", "NOT 'x'", /^warning this filter is never true/],
  [
    "filter",
    "status = 'a' OR 'b'",
    /^warning "'b'" is neither true nor false; in AND and OR it counts as false\n.*\n {20}\^$/,
  ],
  [
    "filter",
    "\"Battery Status\" = 'Good'",
    /^warning it compares two texts, so it has the same outcome for every message; .* copied by an addAttributes activity\n.*\n {4}\^?/,
  ],
  ["filter", "a > 1 AND 'status' IN ('x', 'y')", /^warning it compares two texts, .*write status without quotes/],
  ["filter", "a AND 5", /^warning "5" is neither/],
  ["filter", "b = 1 OR (a AND 1 > NULL)", /^warning "1 > NULL" has an operand.*counts as false/],
  ["filter", "a <> undefined", /^warning undefined is read as an attribute.*isUndefined/],
  ["filter", "a == 1", /^warning "==" is not IoT SQL/],
];

describe("expressions in documents", () => {
  for (const text of MATHS)
    it(`takes the math ${JSON.stringify(text)}`, () => assert.deepEqual(said("math", text), []));
  for (const text of FILTERS) it(`takes the filter ${text}`, () => assert.deepEqual(said("filter", text), []));
  for (const [kind, text, message] of WRONG) {
    it(`says what is wrong with the ${kind} ${text}`, () => {
      const [first, ...more] = said(kind, text);
      assert.deepEqual(more, []);
      assert.match(first ?? "nothing", message);
    });
  }
});
