import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { refreshFrequency } from "../../../etl/dashboard";
import { questions, type Question } from "./quicksight-resources";

const FILE = path.join(__dirname, "../../oracles/quicksight/verdicts.ndjson");

describe("Resources of QuickSight", () => {
  const verdicts = fs
    .readFileSync(FILE, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Question & { findings: string[] });

  it("are those that cfn-lint and botocore were asked about", () => {
    // As JSON, in which a member without a value is none.
    assert.deepEqual(
      verdicts.map(({ name, judge, given }) => ({ name, judge, given })),
      JSON.parse(JSON.stringify(questions())),
    );
  });

  it("have nothing wrong, and the judges find what is", () => {
    for (const { name, findings } of verdicts)
      if (name.startsWith("wrong")) assert.notEqual(findings.length, 0, name);
      else assert.deepEqual(findings, [], name);
  });
});

describe("The refresh of SPICE", () => {
  const CASES: [schedules: string[], frequency: string][] = [
    [[], "none"],
    [["rate(5 minutes)"], "HOURLY"],
    [["rate(12 hours)"], "HOURLY"],
    [["rate(1 days)"], "DAILY 00:00"],
    [["cron(0 12 * * ? *)"], "DAILY 12:00"],
    [["cron(5 6 ? * 2 *)"], "WEEKLY 06:05 MONDAY"],
    [["cron(5 6 ? * FRI *)"], "WEEKLY 06:05 FRIDAY"],
    [["cron(5 6 ? * MON-FRI *)"], "DAILY 06:05"],
    [["cron(0 3 1 * ? *)"], "MONTHLY 03:00 1"],
    [["cron(0 3 31 * ? *)"], "DAILY 03:00"],
    [["cron(0 3 1 1 ? *)"], "DAILY 03:00"],
    [["cron(0/15 * * * ? *)"], "HOURLY"],
    [["cron(0 */6 * * ? *)"], "HOURLY"],
    [["cron(0 12 * * ? *)", "rate(1 hours)"], "HOURLY"],
    [["cron(0 6 * * ? *)", "cron(0 18 * * ? *)"], "HOURLY"],
    [["cron(0 6 ? * MON *)", "cron(0 6 ? * THU *)"], "DAILY 06:00"],
    [["cron(0 6 ? * MON *)", "cron(0 3 1 * ? *)"], "WEEKLY 06:00 MONDAY"],
  ];
  for (const [schedules, expected] of CASES)
    it(`${schedules.join(" and ") || "no schedule"}: ${expected}`, () => {
      const { interval = "none", timeOfTheDay, dayOfWeek, dayOfMonth } = refreshFrequency(schedules) ?? {};
      assert.equal(
        [interval, timeOfTheDay, dayOfWeek, dayOfMonth].filter((part) => part !== undefined).join(" "),
        expected,
      );
    });
});
