import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { iotLogCollisions, namesBeginningWith, ruleNameCollisions, stackNameOverlaps } from "../../stacks/siblings";
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

describe("stacks/siblings: names that begin with another's", () => {
  let folder: string;
  beforeEach(() => (folder = fs.mkdtempSync(path.join(os.tmpdir(), "siblings-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const write = (stacks: Record<string, string | undefined>): void => {
    for (const [stack, account] of Object.entries(stacks))
      fs.writeFileSync(
        path.join(folder, `Pulumi.${stack}.yaml`),
        account === undefined ? "config: {}\n" : `config:\n  aws:allowedAccountIds: ["${account}"]\n`,
      );
  };

  it("are within the reach of the other's roles, unless the accounts are known to differ", () => {
    write({ dev: undefined, "dev-2": undefined, Dev_b: undefined, devtwo: undefined, prod: "111111111111" });
    assert.deepEqual(namesBeginningWith(folder, "iot-telemetry-etl", "dev").sort(), ["Dev_b", "dev-2"]);
    assert.deepEqual(namesBeginningWith(folder, "another-project", "dev"), []);
    assert.deepEqual(stackNameOverlaps(folder, "devtwo"), { errors: [], warnings: [] });
    const { errors, warnings } = stackNameOverlaps(folder, "dev-2");
    assert.deepEqual(errors, []);
    assert.deepEqual(warnings, [
      "the stack dev-2 begins with the name of the stack dev, whose deploy role and boundary reach all that is called iot-telemetry-etl-dev-...; give it a name of letters and digits (dev2), or, if the two are in different accounts, say so in both: pulumi config set --path 'aws:allowedAccountIds[0]' ACCOUNT",
    ]);
  });

  it("are an error in one account, and nothing in two", () => {
    write({ dev: "111111111111", "dev-2": "111111111111", "dev-3": "333333333333" });
    assert.deepEqual(stackNameOverlaps(folder, "dev-3"), { errors: [], warnings: [] });
    assert.deepEqual(stackNameOverlaps(folder, "dev-2").errors, [
      "the stack dev-2 begins with the name of the stack dev, whose deploy role and boundary reach all that is called iot-telemetry-etl-dev-..., in the same account; give it a name of letters and digits (dev2)",
    ]);
    assert.deepEqual(namesBeginningWith(folder, "iot-telemetry-etl", "dev"), ["dev-2"]);
  });
});

describe("stacks/siblings: the log of AWS IoT", () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), "siblings-"));
    fs.mkdirSync(path.join(folder, "stacks", "bootstrap"), { recursive: true });
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));
  const collisions = (files: Record<string, string>) => {
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
    return iotLogCollisions(folder, "dev", { iotLogLevel: "ERROR" });
  };
  const stack = (region: string, account: string, level = "  iot-telemetry-etl:iotLogLevel: INFO\n"): string =>
    `config:\n  aws:region: ${region}\n  aws:allowedAccountIds: ["${account}"]\n${level}`;

  it("is set up by one stack of an account and region", () => {
    const dev = { "Pulumi.dev.yaml": stack("eu-central-1", "123456789012") };
    assert.deepEqual(collisions({ ...dev, "Pulumi.prod.yaml": stack("eu-central-1", "123456789012") }).errors, [
      "iot-telemetry-etl:iotLogLevel: the stack prod sets it, too, and an account has one log of AWS IoT in a region; keep it in one of them",
    ]);
    for (const other of [
      stack("eu-west-1", "123456789012"),
      stack("eu-central-1", "210987654321"),
      stack("eu-central-1", "123456789012", ""),
    ])
      assert.deepEqual(collisions({ ...dev, "Pulumi.prod.yaml": other }), { errors: [], warnings: [] });
    const { errors, warnings } = collisions({ ...dev, "Pulumi.prod.yaml": "config:\n  iotLogLevel: INFO\n" });
    assert.deepEqual(errors, []);
    assert.match(warnings[0]!, /the stack prod sets it, too, .*pulumi config set --path 'aws:allowedAccountIds/);
  });

  it("is not set up by the stack and its bootstrap", () => {
    for (const key of ["iot-telemetry-etl-bootstrap:iotLogLevel", "iotLogLevel"]) {
      const { errors } = collisions({ "stacks/bootstrap/Pulumi.dev.yaml": `config:\n  ${key}: ERROR\n` });
      assert.match(errors[0]!, /iotLogLevel: the bootstrap of this stack sets it, too/);
    }
    assert.deepEqual(collisions({ "stacks/bootstrap/Pulumi.dev.yaml": "config: {}\n" }), { errors: [], warnings: [] });
  });
});
