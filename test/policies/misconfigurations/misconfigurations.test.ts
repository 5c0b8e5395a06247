import { strict as assert } from "node:assert";
import type { Registered } from "../../../policies/framework/view";
import { judge, type Judgement } from "../../../policies/framework/judge";
import { RULES } from "../../../policies/rules";
import { REGION } from "../resources";
import { ENVIRONMENTS } from "../../../stacks/schema";
import { CASES } from "./cases";
import { OWN, type OwnMisconfiguration } from "./own";
import { isMeant, judged, programOf } from "./run";
import { ownStack, type OwnStack } from "./stack";

describe("the good program in plain resources", () => {
  for (const stack of ENVIRONMENTS)
    it(`breaks no rule in ${stack}`, () => {
      const { violations, undecided } = judged(programOf({ stack }), RULES, { stack });
      assert.deepEqual(violations, []);
      assert.deepEqual(undecided, []);
    });
});

describe("the tables of misconfigurations", () => {
  it("name rules that there are", () => {
    const ids = new Set(RULES.map(({ id }) => id));
    assert.deepEqual(
      [...CASES, ...OWN].filter(({ rule }) => !ids.has(rule)),
      [],
    );
  });
});

/** The rule reports it, as a mandatory violation with the resource, the path, the value seen, the rule and the way out. */
function assertCaught({ rule }: OwnMisconfiguration, run: (rules: typeof RULES) => Judgement): void {
  const { violations } = run(RULES.filter(({ id }) => id === rule));
  assert.ok(violations.length > 0, "nothing was found");
  for (const { level, message } of violations) {
    assert.equal(level, "mandatory");
    assert.match(message, /^\S.* \([a-z0-9:]+:[A-Za-z0-9]+\)(, .+)?: (saw [\s\S]+|not set); [\s\S]+; [\s\S]+$/);
  }
}

describe("misconfigurations of our own stack", () => {
  let own: OwnStack;
  const run = (resources: readonly Registered[], rules: typeof RULES): Judgement =>
    judge({ stack: "dev", resources, region: REGION, stackConfig: own.evaluation.config }, { rules });
  before(async () => {
    own = await ownStack("dev");
  });

  it("are changes of a stack that breaks no rule", () => {
    const { violations, undecided } = run(own.resources, RULES);
    assert.deepEqual(violations, []);
    assert.deepEqual(undecided, []);
  });

  for (const each of OWN)
    it(`${each.of === undefined ? "" : `${each.of}: `}${each.what} (${each.rule})`, () => {
      const { of, change, without = [] } = each;
      for (const meant of [...without, ...(of === undefined ? [] : [of])])
        assert.ok(
          own.resources.some((resource) => isMeant(resource, meant)),
          `there is no ${meant}`,
        );
      const resources = own.resources
        .filter((resource) => !without.some((meant) => isMeant(resource, meant)))
        .map((resource) => {
          if (resource.name !== of) return resource;
          const changed = { ...resource, inputs: structuredClone(resource.inputs) };
          change?.(changed.inputs);
          return changed;
        });
      assertCaught(each, (rules) => run(resources, rules));
    });
});
