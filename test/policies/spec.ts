import { strict as assert } from "node:assert";
import { judge, type Judgement } from "../../policies/framework/judge";
import type { Registered } from "../../policies/framework/view";
import type { Rule } from "../../policies/framework/rule";
import { ACCOUNT, REGION, resource, type Shorthand } from "./harness";
import { CASES } from "./misconfigurations/cases";
import { programOf, type Misconfiguration } from "./misconfigurations/run";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Spec {
  /** by what is wrong, as the tables of misconfigurations say it (`RESOURCE: WHAT` where several say the same): the messages, word for word */
  messages: Readonly<Record<string, readonly string[]>>;
  /** a property whose value is not known in preview, and how the output names it; or why the rule reads none */
  unknown: { of: string; property: string; says: string; add?: readonly Shorthand[] } | { never: string };
  /** for rules that the tables do not reach: further cases by the same names */
  more?: readonly Misconfiguration[];
}

/** The name of a case within those of its rule. */
export function titleOf({ of, what, stack }: Misconfiguration): string {
  return `${of === undefined ? "" : `${of}: `}${what}${stack === undefined ? "" : ` (${stack})`}`;
}

/** The spec of one rule: the good program passes, each case has its exact messages, and a value that is not known is said. */
export function spec(rule: Rule, { messages, unknown, more = [] }: Spec): void {
  const run = (resources: readonly Registered[], own: Partial<Misconfiguration> = {}): Judgement =>
    judge(
      {
        stack: own.stack ?? "dev",
        resources,
        stackConfig: own.stackConfig,
        region: own.region ?? REGION,
        account: ACCOUNT,
      },
      { rules: [rule], config: own.config },
    );
  const cases = [...CASES, ...more].filter((each) => each.rule === rule.id);
  describe(`rule ${rule.id}`, () => {
    it("has nothing to say of a good program", () => {
      const { violations, undecided } = run(programOf({}));
      assert.deepEqual(violations, []);
      assert.deepEqual(undecided, []);
    });

    for (const each of cases)
      it(`says it: ${titleOf(each)}`, () => {
        const { violations } = run(programOf(each), each);
        assert.deepEqual(
          violations.map(({ message }) => message),
          messages[titleOf(each)],
        );
        assert.ok(violations.every(({ level, policy }) => level === rule.level && policy === rule.id));
      });

    it("has no message without its case", () => {
      assert.deepEqual(Object.keys(messages).sort(), cases.map(titleOf).sort());
    });

    if (!("never" in unknown)) decided(unknown);
    else it(`decides always: ${unknown.never}`, () => assert.ok(unknown.never.length > 0));
  });

  function decided({ of, property, says, add = [] }: Exclude<Spec["unknown"], { never: string }>): void {
    it("says what it cannot decide, and reports nothing", () => {
      const resources = [...programOf({}), ...add.map((each) => resource(each))];
      const target = resources.find(({ name }) => name === of);
      assert.ok(target, `there is no ${of}`);
      target.inputs[property] = UNKNOWN;
      const { violations, undecided } = run(resources);
      assert.deepEqual(violations, []);
      assert.ok(
        undecided.some(({ message }) => message === says),
        undecided.map(({ message }) => message).join("\n") || "nothing was undecided",
      );
    });
  }
}
