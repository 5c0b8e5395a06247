import assert from "node:assert/strict";
import * as path from "node:path";
import { ROOT } from "../../stacks/root";
import { ruleNamesIn } from "../../stacks/rules";
import * as fs from "node:fs";
import { parse } from "yaml";

describe("stacks/rules: ruleNames", () => {
  const example = path.join(ROOT, "definitions", "etl");

  it("give a name under a path to the file there, and to no other of its name", () => {
    const names = { "definitions/etl/topic_rule.json": "etl_analytics" };
    assert.deepEqual(ruleNamesIn(example, names), { "topic_rule.json": "etl_analytics" });
    assert.deepEqual(ruleNamesIn("/somewhere/else", names), {});
  });

  it("give a name under a file's name to the file of the folder that is deployed", () => {
    assert.deepEqual(ruleNamesIn("/somewhere/else", { "rule.json": "own" }), { "rule.json": "own" });
    const both = { "definitions/etl/rule.json": "by_path", "rule.json": "by_name" };
    assert.deepEqual(ruleNamesIn(example, both), { "rule.json": "by_path" });
    assert.deepEqual(ruleNamesIn("/somewhere/else", both), { "rule.json": "by_name" });
  });

  for (const stack of ["dev", "staging", "prod"])
    it(`of the stack ${stack} are for its own documents`, () => {
      const file = fs.readFileSync(path.join(ROOT, `Pulumi.${stack}.yaml`), "utf8");
      const { config } = parse(file) as { config: Record<string, unknown> };
      const ruleNames = config["iot-telemetry-etl:ruleNames"] as Record<string, string>;
      const definitions = config["iot-telemetry-etl:definitions"] as string;
      assert.deepEqual(ruleNamesIn(path.join(ROOT, definitions), ruleNames), { "topic_rule.json": "etl_analytics" });
      assert.deepEqual(ruleNamesIn("/somewhere/else", ruleNames), {});
    });
});
