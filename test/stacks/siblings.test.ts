import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { ruleNameCollisions } from "../../stacks/siblings";
import { validate } from "../../stacks/validate";

describe("stacks/siblings: topic rules that keep their names", () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "siblings-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const collisions = (files: Record<string, string>, kept = '["etl"]'): { errors: string[]; warnings: string[] } => {
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
    return ruleNameCollisions(folder, "dev", validate({ keepRuleNames: kept }, "dev").settings);
  };
  const file = (region: string, accounts: string, kept = "[other, etl]"): string =>
    `config:\n  aws:region: ${region}\n${accounts === "" ? "" : `  aws:allowedAccountIds: ${accounts}\n`}  iot-telemetry-etl:keepRuleNames: ${kept}\n`;
  const none = { errors: [], warnings: [] };

  it("collide in the same account and region, by whatever notation the account is given", () => {
    for (const account of ["[123456789012]", '["123456789012"]', `'["123456789012"]'`]) {
      const { errors, warnings } = collisions({
        "Pulumi.dev.yaml": file("eu-central-1", '["123456789012"]'),
        "Pulumi.prod.yaml": file("eu-central-1", account),
      });
      assert.deepEqual(errors, [
        "iot-telemetry-etl:keepRuleNames: the stack prod keeps the rule name etl, too, in the same account and region, where a name exists once; keep it in one of them",
      ]);
      assert.deepEqual(warnings, []);
    }
  });

  it("may collide where the accounts are unknown, which is a warning with the way to state them", () => {
    const { errors, warnings } = collisions({
      "Pulumi.dev.yaml": file("eu-central-1", ""),
      "Pulumi.prod.yaml": file("eu-central-1", '["123456789012"]'),
      "Pulumi.staging.yaml": "config: {}\n",
    });
    assert.deepEqual(errors, []);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]!, /the stack prod keeps the rule name etl.*pulumi config set --path 'aws:allowedAccount/);
  });

  it("do not collide in other accounts or regions, under other names, or with the stack itself", () => {
    const dev = file("eu-central-1", '["123456789012"]');
    assert.deepEqual(collisions({ "Pulumi.dev.yaml": dev }), none);
    assert.deepEqual(collisions({ "Pulumi.prod.yaml": file("eu-west-1", "") }), none);
    assert.deepEqual(collisions({ "Pulumi.prod.yaml": file("eu-central-1", '["210987654321"]') }), none);
    assert.deepEqual(collisions({ "Pulumi.prod.yaml": file("eu-central-1", "", "[other]") }), none);
    assert.deepEqual(collisions({ "Pulumi.prod.yaml": "config: {\n" }), none);
  });

  it("count where the project's file keeps them for every stack", () => {
    const { warnings } = collisions({
      "Pulumi.yaml": "name: x\nconfig:\n  keepRuleNames:\n    value: [etl]\n",
      "Pulumi.prod.yaml": "config: {}\n",
    });
    assert.equal(warnings.length, 1);
  });
});
