import { strict as assert } from "node:assert";
import type { Rule } from "../../policies/framework/rule";
import { resource, type Shorthand } from "./resources";
import { CASES } from "./misconfigurations/cases";
import { judged, programOf, titleOf, type Misconfiguration, type Variation } from "./misconfigurations/run";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Spec {
  /** a property whose value is not known in preview, and how the output names it; or why the rule reads none */
  unknown: { of: string; property: string; says: string; add?: readonly Shorthand[] } | { never: string };
  /** misconfigurations of this rule beside those of the tables */
  more?: readonly Misconfiguration[];
  /** variations of the good program in which the rule must find nothing, by what they are */
  good?: Readonly<Record<string, Variation>>;
}

/**
 * The spec of one rule: nothing is found in the good program and its variations, each misconfiguration has its exact messages, and a value
 * that is not known is reported as not decidable.
 */
export function spec(rule: Rule, { unknown, more = [], good = {} }: Spec): void {
  const cases = [...CASES, ...more].filter((each) => each.rule === rule.id);
  describe(`rule ${rule.id}`, () => {
    for (const [title, variation] of Object.entries<Variation>({ "the good program": {}, ...good }))
      it(`finds nothing: ${title}`, () => {
        const { violations, undecided } = judged(programOf(variation), [rule], variation);
        assert.deepEqual(violations, []);
        assert.deepEqual(undecided, []);
      });

    it("has a misconfiguration that it reports", () => assert.notEqual(cases.length, 0));

    for (const each of cases)
      it(`reports: ${titleOf(each)}`, () => {
        const { violations } = judged(programOf(each), [rule], each);
        assert.deepEqual(
          violations.map(({ message }) => message),
          each.messages,
        );
        for (const { level, policy, message, remediation } of violations) {
          assert.deepEqual([policy, level], [rule.id, rule.level]);
          assert.equal(remediation, rule.remediation);
          // resource, path: saw value; rule; way out
          assert.match(message, /^\S.* \([a-z0-9:]+:[A-Za-z0-9]+\)(, .+)?: (saw [\s\S]+|not set); [\s\S]+; [\s\S]+$/);
        }
      });

    if ("never" in unknown) {
      it(`never lacks a value: ${unknown.never}`, () => {
        // Every value of every argument unknown in turn, it has to come to a decision.
        for (const target of programOf({}))
          for (const property of Object.keys(target.inputs)) {
            const resources = programOf({});
            resources.find(({ urn }) => urn === target.urn)!.inputs[property] = UNKNOWN;
            const { undecided } = judged(resources, [rule]);
            assert.deepEqual(undecided, [], `${target.name}.${property}`);
          }
      });
      return;
    }
    const { of, property, says, add = [] } = unknown;
    it("reports what it cannot decide, and no violation", () => {
      const resources = [...programOf({}), ...add.map((each) => resource(each))];
      const target = resources.find(({ name }) => name === of);
      assert.ok(target, `there is no ${of}`);
      target.inputs[property] = UNKNOWN;
      const { violations, undecided } = judged(resources, [rule]);
      assert.deepEqual(violations, []);
      assert.ok(
        undecided.some(({ message }) => message === says),
        undecided.map(({ message }) => message).join("\n") || "nothing was undecided",
      );
    });
  });
}
