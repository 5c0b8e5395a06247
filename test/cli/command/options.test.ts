import assert from "node:assert/strict";
import {
  duration,
  helpText,
  pairs,
  parseOptions,
  stackOption,
  topicOption,
  UsageError,
  wholeNumber,
} from "../../../cli/command/options";
import { START } from "../../../cli/start/options";

const parse = (...argv: string[]) => parseOptions(START, argv);

describe("cli/command/options", () => {
  it("reads switches, values and repeated options", () => {
    const parsed = parse("--keep", "--stack", "prod", "--set", "a=1", "--set", "b=x=y", "-c", "k=v");
    assert.equal(parsed.flag("keep"), true);
    assert.equal(parsed.flag("json"), false);
    assert.equal(parsed.text("stack"), "prod");
    assert.deepEqual(pairs(parsed, "set", "a name and a value"), [
      ["a", "1"],
      ["b", "x=y"],
    ]);
    assert.deepEqual(parsed.texts("config"), ["k=v"]);
  });

  const WRONG: [argv: string[], message: RegExp][] = [
    [["--stak", "dev"], /^--stak: there is no such option. Did you mean --stack\?$/],
    [["--zzz"], /^--zzz: there is no such option.$/],
    [["--breif"], /^--breif: there is no such option.$/],
    [["--frehs"], /^--frehs: there is no such option. Did you mean --fresh\?$/],
    [["--stack"], /^--stack needs a value, --stack NAME.$/],
    [["-c"], /^--config needs a value, --config KEY=VALUE.$/],
    [
      ["--devices", "-1"],
      /^--devices needs a value, --devices N; one that begins with a dash is written --devices=N.$/,
    ],
    [["dev"], /^"dev": npm start takes options only.$/],
  ];
  for (const [argv, message] of WRONG)
    it(`refuses ${argv.join(" ")}`, () =>
      assert.throws(
        () => parse(...argv),
        (error) => error instanceof UsageError && message.test(error.message),
      ));

  it("reads numbers and durations within bounds", () => {
    assert.equal(wholeNumber(parse("--devices", "7"), "devices", 1, 0, 10), 7);
    assert.equal(wholeNumber(parse(), "devices", 1, 0, 10), 1);
    for (const text of ["-1", "1.5", "x", "11", "1e1"])
      assert.throws(
        () => wholeNumber(parse(`--devices=${text}`), "devices", 1, 0, 10),
        /needs a whole number from 0 to 10/,
      );
    for (const [text, ms] of [
      ["500ms", 500],
      ["10s", 10_000],
      ["1.5m", 90_000],
      ["2h", 7_200_000],
      ["1d", 86_400_000],
    ] as const)
      assert.equal(duration(parse("--interval", text), "interval", 0), ms);
    assert.throws(() => duration(parse("--interval", "10"), "interval", 0), /needs a number and a unit/);
    assert.throws(() => pairs(parse("--set", "novalue"), "set", "a name and a value"), /needs a name and a value/);
  });

  it("takes a stack's name, and no path out of the data folders", () => {
    assert.equal(stackOption(parse()), "dev");
    assert.equal(stackOption(parse("--stack", "team.prod-2")), "team.prod-2");
    for (const stack of ["../x", "..", ".", "a/b", "a b", "", "x".repeat(101)])
      assert.throws(() => stackOption(parse(`--stack=${stack}`)), /needs a name of letters/);
  });

  it("takes a topic that can be published to", () => {
    assert.equal(topicOption(parse()), undefined);
    for (const topic of ["dt/a/aggregate", "dt/{device_id}/{site}", "größe/1 a"])
      assert.equal(topicOption(parse("--topic", topic)), topic);
    for (const topic of ["dt/+/aggregate", "dt/#", "dt/{id", "dt/id}", "dt/{}", ""])
      assert.throws(() => topicOption(parse(`--topic=${topic}`)), /needs the one topic to publish to/);
  });

  it("explains every option and every example", () => {
    const text = helpText(START);
    for (const { name } of START.options) assert.ok(text.includes(`--${name}`), name);
    for (const [line] of START.examples) assert.ok(text.includes(line));
  });
});
