import { strict as assert } from "node:assert";
import { configOf, environmentOf, member, optional, stackSetting } from "../../../policies/framework/context";

describe("the environment whose defaults count", () => {
  const CASES: readonly [configured: unknown, stack: string, tags: unknown[], expected: string][] = [
    ["staging", "prod", ["dev"], "staging"],
    ["test", "prod", ["dev"], "prod"],
    [undefined, "plant", ["x", undefined, "staging"], "staging"],
    [undefined, "plant", [], "dev"],
    [undefined, "plant-prod", [], "prod"],
    [undefined, "production.eu", [], "prod"],
    [undefined, "eu/prd", [], "prod"],
    [undefined, "LIVE", [], "prod"],
    [undefined, "delivery", [], "dev"],
    [undefined, "products", [], "dev"],
  ];
  for (const [configured, stack, tags, expected] of CASES)
    it(`is ${expected} for the setting ${configured}, the stack ${stack} and the tags [${tags.join(", ")}]`, () =>
      assert.equal(environmentOf(configured, stack, tags), expected));
});

describe("settings", () => {
  it("of a rule have the environment's defaults unless they are given", () => {
    const members = {
      days: member("integer", "days", { dev: 1, staging: 7, prod: 30 }),
      names: optional("array", "names"),
    };
    assert.deepEqual(configOf(members, "staging"), { days: 7, names: undefined });
    assert.deepEqual(configOf(members, "prod", { days: 90, names: ["a"], other: 1 }), { days: 90, names: ["a"] });
  });

  it("of the stack are found whatever its project is called, but not among the provider's", () => {
    const context = { environment: "dev", stack: "dev", config: {} } as const;
    const stackConfig = { "aws:region": "eu-central-1", "plant:region": "here", "plant:retention": "30" };
    assert.equal(stackSetting({ ...context, stackConfig }, "retention"), "30");
    assert.equal(stackSetting({ ...context, stackConfig }, "region"), "here");
    assert.equal(stackSetting({ ...context, stackConfig: { "aws:region": "x" } }, "region"), undefined);
  });
});
