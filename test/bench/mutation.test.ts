import assert from "node:assert/strict";
import { EXAMPLES, evaluated, judged, lessened, played, widened, type Mutant } from "../../bench/mutation";
import type { Evaluation } from "../../local/engine";
import { UNEXERCISED, type UnexercisedCall } from "../../local/iam";

/** Every n-th, so that each role is met in seconds; `npm run bench -- mutation` takes all of them. */
const some = (mutants: readonly Mutant[], n: number): Mutant[] => mutants.filter((_, index) => index % n === 0);
const told = ({ role, statement, value }: Mutant): string => `${role} ${statement} ${value}`;

describe("least privilege of the program", () => {
  let evaluation: Evaluation;
  before(async () => {
    evaluation = await evaluated(EXAMPLES[0]!);
  });

  it("refuses no call and leaves no grant unused, when messages fail too", async () => {
    const { refused, unused, serviceRequired } = await played(evaluation, evaluation.resources);
    assert.equal(refused, 0);
    assert.deepEqual(unused, []);
    // Other calls that AWS requires are made where something fails, and only the pipeline fails here: so these are left, and nothing else.
    const never = [UNEXERCISED.abortUpload, UNEXERCISED.findObject];
    const left: Record<string, readonly UnexercisedCall[]> = {
      "-parquet": never,
      "-archive": [...never, UNEXERCISED.writeErrors, UNEXERCISED.logErrors],
      "-rule": [UNEXERCISED.ruleErrors],
    };
    assert.ok(serviceRequired.length > 0);
    for (const grant of serviceRequired) {
      const [role = "", , action = ""] = grant.split(" ");
      const own = Object.entries(left).find(([actor]) => role.endsWith(actor))?.[1] ?? [];
      assert.ok(own.flatMap(({ call }) => call.actions).includes(action), grant);
    }
  });

  it("reports a role that has one action or one resource less", async () => {
    const mutants = some(lessened(evaluation.resources), 7);
    assert.ok(mutants.length >= 7);
    for (const mutant of mutants)
      assert.ok((await played(evaluation, mutant.resources)).refused > 0, `nobody missed ${told(mutant)}`);
  });

  it("is defended by the policy pack against one action or one resource more", () => {
    const before = judged(evaluation, evaluation.resources);
    const mutants = some(widened(evaluation.resources), 5);
    assert.ok(mutants.length >= 10);
    for (const mutant of mutants)
      assert.ok(
        [...judged(evaluation, mutant.resources)].some((message) => !before.has(message)),
        `nobody noticed ${told(mutant)}`,
      );
  });
});
