import { strict as assert } from "node:assert";
import * as path from "node:path";
import { evaluate } from "../../local/engine";
import { registeredOf } from "../../cli/preview/evaluate-stack";
import { judge, type Judgement } from "../../policies/framework/judge";
import type { Registered } from "../../policies/framework/view";
import { RULES } from "../../policies/rules";
import { ownStack } from "./misconfigurations/stack";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const FOLDER = path.join(__dirname, "programs");

async function registered(program: string): Promise<Registered[]> {
  const evaluation = await evaluate({
    projectDir: FOLDER,
    stack: "dev",
    config: { "programs:program": program },
    dryRun: true,
  });
  assert.deepEqual(evaluation.problems, []);
  return registeredOf(evaluation);
}

/** What Pulumi knows in the first preview: names that were given, and no id, ARN or URL of anything. */
function unborn(resources: readonly Registered[]): Registered[] {
  const made = new Map<string, { text: string; whole: boolean }[]>();
  for (const { urn, inputs } of resources)
    made.set(
      urn,
      ["id", "arn", "url", "keyId"].flatMap((member) =>
        typeof inputs[member] === "string" && inputs[member] !== ""
          ? [{ text: inputs[member], whole: !/^(arn|https):/.test(inputs[member]) }]
          : [],
      ),
    );
  return resources.map((resource) => {
    const references: Record<string, string[]> = {};
    const hide = (value: unknown, property: string): unknown => {
      if (typeof value === "string") {
        const from = (resource.dependencies ?? []).filter((urn) =>
          made.get(urn)?.some(({ text, whole }) => (whole ? value === text : value.includes(text))),
        );
        if (from.length === 0) return value;
        references[property] = [...new Set([...(references[property] ?? []), ...from])];
        return UNKNOWN;
      }
      if (Array.isArray(value)) return value.map((item) => hide(item, property));
      if (typeof value === "object" && value !== null)
        return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hide(item, property)]));
      return value;
    };
    const inputs = Object.fromEntries(
      Object.entries(resource.inputs).map(([key, value]) => [
        key,
        ["id", "arn", "url"].includes(key) ? UNKNOWN : hide(value, key),
      ]),
    );
    return { ...resource, inputs, references };
  });
}

const run = (stack: string, resources: readonly Registered[], stackConfig = {}): Judgement =>
  judge({ stack, resources, region: "eu-central-1", stackConfig }, { rules: RULES });

describe("good programs", () => {
  it("of people who know nothing of our components: nothing is reported, in any environment, whether ids are known or not", async () => {
    const resources = await registered("archive uploads reports bridge");
    assert.ok(resources.length > 75);
    for (const stack of ["dev", "staging", "prod"]) {
      const { violations, undecided } = run(stack, resources);
      assert.deepEqual(violations, []);
      assert.deepEqual(undecided, []);
    }
    const { violations, undecided } = run("dev", unborn(resources));
    assert.deepEqual(violations, []);
    assert.ok(undecided.length > 0);
    assert.ok(undecided.every(({ message }) => message.includes("not decidable: ")));
  });

  it("our own stack in production, with everything that it can have", async () => {
    const { evaluation, resources } = await ownStack("prod");
    const { violations, undecided } = run("prod", resources, evaluation.config);
    assert.deepEqual(violations, []);
    assert.deepEqual(undecided, []);
  });
});
