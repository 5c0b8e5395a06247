import assert from "node:assert/strict";
import fc from "fast-check";
import {
  basicIngest,
  sharedSubscription,
  topicFilterProblem,
  topicMatchesFilter,
  topicNameProblem,
} from "../../aws/mqtt-topic";

describe("aws/mqtt-topic", () => {
  it("matches topics as AWS IoT Core does, where # leaves its parent out", () => {
    for (const [filter, topic, expected] of [
      ["dt/+/aggregate", "dt/a/aggregate", true],
      ["dt/+/aggregate", "dt/a/b/aggregate", false],
      ["sensor/#", "sensor", false],
      ["sensor/#", "sensor/", true],
      ["sensor/#", "sensor/temperature/room1", true],
      ["#", "a", true],
      ["#", "$aws/things/x", false],
      ["+/a", "/a", true],
      ["a", "a/", false],
      ["$aws/things/+/shadow/#", "$aws/things/x/shadow/get/accepted", true],
    ] as const)
      assert.equal(topicMatchesFilter(filter, topic), expected, `${filter} ${topic}`);
  });

  it("matches a filter made from a topic by generalising levels", () => {
    const level = fc.string({ unit: fc.constantFrom("a", "b", "1", " "), minLength: 0, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(level, { minLength: 1, maxLength: 7 }),
        fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
        fc.nat(7),
        (levels, plus, cut) => {
          const filter = levels.map((text, i) => (plus[i] ? "+" : text));
          assert.ok(topicMatchesFilter(filter.join("/"), levels.join("/")));
          const below = Math.min(cut, levels.length - 1);
          assert.ok(topicMatchesFilter([...filter.slice(0, below), "#"].join("/"), levels.join("/")));
          assert.ok(!topicMatchesFilter([...filter, "#"].join("/"), levels.join("/")));
          assert.ok(!topicMatchesFilter([...filter, "x"].join("/"), levels.join("/")));
        },
      ),
    );
  });

  it("tells basic ingest and shared subscriptions from other topics", () => {
    assert.deepEqual(basicIngest("$aws/rules/my_rule/dt/a"), { rule: "my_rule", topic: "dt/a" });
    assert.equal(basicIngest("dt/a"), undefined);
    assert.deepEqual(sharedSubscription("$share/workers/dt/#"), { name: "workers", filter: "dt/#" });
    assert.equal(sharedSubscription("share/workers/dt"), undefined);
  });

  it("says what is wrong with a topic filter", () => {
    for (const [filter, problem] of [
      ["a/b+/c", 'topic filter: "+" must stand alone in its level'],
      ["a/#/c", 'topic filter: "#" must stand alone, as the last level'],
      ["1/2/3/4/5/6/7/8/9", "topic filter has more than 7 slashes"],
      ["", "topic filter is empty"],
      ["$share/workers/1/2/3/4/5/6/7/8", undefined],
      ["$share/workers/1/2/3/4/5/6/7/8/9", "topic filter has more than 7 slashes"],
      ["$share/workers", "topic filter of a shared subscription needs $share/NAME/FILTER"],
      ["$share//a", "topic filter of a shared subscription needs $share/NAME/FILTER"],
      ["$share/a+/b", 'share name contains "+" or "#"'],
      [`$share/${"n".repeat(128)}/b`, undefined],
      [`$share/${"n".repeat(129)}/b`, "share name has more than 128 characters"],
      ["$share/a/$share/b/c", "topic filter of a shared subscription is itself shared"],
    ] as const)
      assert.equal(topicFilterProblem(filter), problem, filter);
  });

  it("says what is wrong with a topic name", () => {
    for (const [topic, problem] of [
      ["dt/a", undefined],
      ["", "topic name is empty"],
      ["a/+", 'topic name contains a wildcard ("+" or "#")'],
      ["a\u0000", "topic name contains a NUL character"],
      ["ä".repeat(129), "topic name has more than 256 bytes"],
      ["$aws/rules/r/1/2/3/4/5/6/7/8", undefined],
      ["$aws/rules//t", "topic name of basic ingest needs $aws/rules/RULE/TOPIC"],
      ["$aws/things/t/shadow/name/n/update", undefined],
    ] as const)
      assert.equal(topicNameProblem(topic), problem, topic);
  });
});
