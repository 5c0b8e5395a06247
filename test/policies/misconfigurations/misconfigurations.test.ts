import { strict as assert } from "node:assert";
import { judge, type Judgement } from "../../../policies/framework/judge";
import type { Registered } from "../../../policies/framework/view";
import { RULES } from "../../../policies/rules";
import { ACCOUNT, REGION } from "../harness";
import { GROUPS } from "./cases";
import { OWN } from "./own";
import { judged, isMeant, programOf, type Misconfiguration } from "./run";
import { ownStack, type OwnStack } from "./stack";

const ENVIRONMENTS = ["dev", "staging", "prod"];

/** The rule that has to say it, alone: that the good program is good for all of them is said once. */
function caughtBy({ rule }: Misconfiguration, run: (rules: typeof RULES) => Judgement): void {
  const own = RULES.filter(({ id }) => id === rule);
  assert.equal(own.length, 1, `there is no rule ${rule}`);
  const { violations } = run(own);
  assert.ok(violations.length > 0, "nothing was found");
  for (const { level, message, remediation } of violations) {
    assert.equal(level, "mandatory");
    // resource, path: saw value; rule; way out
    assert.match(message, /^\S.* \([a-z0-9:]+:[A-Za-z0-9]+\)(, .+)?: saw [\s\S]+; [\s\S]+; [\s\S]+$/);
    assert.notEqual(remediation, "");
  }
}

describe("misconfigurations of a program in plain resources", () => {
  for (const stack of ENVIRONMENTS)
    it(`has nothing to say of the program itself in ${stack}`, () => {
      const { violations, undecided } = judged(programOf({ stack }), stack);
      assert.deepEqual(violations, []);
      assert.deepEqual(undecided, []);
    });

  for (const [group, cases] of Object.entries(GROUPS))
    describe(group, () => {
      for (const each of cases)
        it(`${each.of === undefined ? "" : `${each.of}: `}${each.what} (${each.rule})`, () => {
          const { stack = "dev", stackConfig, region = REGION, config } = each;
          const resources = programOf(each);
          caughtBy(each, (rules) =>
            judge({ stack, resources, stackConfig, region, account: ACCOUNT }, { rules, config }),
          );
        });
    });

  it("reach every rule that is mandatory", () => {
    const met = new Set(Object.values(GROUPS).flatMap((cases) => cases.map(({ rule }) => rule)));
    assert.deepEqual(
      RULES.filter(({ id, level }) => level === "mandatory" && !met.has(id)).map(({ id }) => id),
      [],
    );
  });
});

describe("misconfigurations of our own stack", () => {
  let own: OwnStack;
  const run = (resources: readonly Registered[], rules: typeof RULES): Judgement =>
    judge({ stack: "dev", resources, region: REGION, stackConfig: own.evaluation.config }, { rules });
  before(async () => {
    own = await ownStack("dev");
  });

  it("has nothing to say of the stack itself", () => {
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
      caughtBy(each, (rules) => run(resources, rules));
    });
});
