import { strict as assert } from "node:assert";
import type { ResourceValidationArgs, ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { policies } from "../../policies/pack";
import { RULES } from "../../policies/rules";
import type { Inputs } from "../../aws/values";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";

/**
 * Runs the pack over one resource as the SDK does: every policy in its order, but those that are disabled, each with its own settings.
 * The SDK itself runs it in test/engine/policies.engine.ts.
 */
async function analyze(type: string, props: Inputs, settings: Readonly<Record<string, Inputs>> = {}) {
  const reports: [policy: string, message: string][] = [];
  for (const policy of policies) {
    if (!("validateResource" in policy) || settings[policy.name]?.enforcementLevel === "disabled") continue;
    const { name, validateResource } = policy as ResourceValidationPolicy;
    const args = {
      type,
      props,
      urn: `urn:pulumi:dev::plant::${type}::x`,
      name: "x",
      opts: {},
      getConfig: () => settings[name] ?? {},
    } as unknown as ResourceValidationArgs;
    await (validateResource as (args: ResourceValidationArgs, report: (message: string) => void) => void)(
      args,
      (message) => void reports.push([name, message]),
    );
  }
  return reports;
}

const undecidedOf = (reports: readonly [string, string][]): string[] =>
  reports.flatMap(([policy, message]) => (policy === "not-decidable" ? [message.split(":")[0]!] : []));

describe("the pack as Pulumi's SDK runs it", () => {
  it("has a policy for each rule, and last those that report on the others", () => {
    const names = policies.map(({ name }) => name);
    assert.deepEqual(
      RULES.map(({ id }) => id).filter((id) => !names.includes(id)),
      // The SDK hands secrets to policies in plain text, so a secret output looks like any other.
      ["no-secret-output"],
    );
    assert.deepEqual(names.slice(-4), ["not-decidable", "not-decidable-in-stack", "exceptions", "exceptions-unused"]);
  });

  it("reports violations of each rule under its own settings", async () => {
    const log = { name: "/plant", retentionInDays: 7, tags: {} };
    assert.deepEqual(await analyze(LOG_GROUP, log), []);
    const reports = await analyze(LOG_GROUP, log, { "log-retention": { minimumDays: 14 } });
    assert.deepEqual(
      reports.map(([policy]) => policy),
      ["log-retention"],
    );
  });

  it("reports once what a rule cannot decide, and nothing for a rule that is disabled", async () => {
    const log = { name: "/plant", retentionInDays: UNKNOWN };
    assert.deepEqual(undecidedOf(await analyze(LOG_GROUP, log)), ["log-retention", "workflow-limits"]);
    const disabled = { "log-retention": { enforcementLevel: "disabled" } };
    assert.deepEqual(undecidedOf(await analyze(LOG_GROUP, log, disabled)), ["workflow-limits"]);
  });

  it("forgets what was not decidable once it has been reported", async () => {
    await analyze(LOG_GROUP, { name: UNKNOWN, retentionInDays: 7 });
    const reports: string[] = [];
    const policy = policies.find(({ name }) => name === "not-decidable-in-stack") as StackValidationPolicy;
    await policy.validateStack({ resources: [] } as never, (message) => void reports.push(message));
    assert.deepEqual(reports, []);
  });
});
