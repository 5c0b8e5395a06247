import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as components from "../../components";
import { settle } from "../../plugin/arguments";
import { schemaFile } from "../../plugin/generate";
import { OUTPUTS, TYPESCRIPT_ONLY } from "../../plugin/outputs";

const ROOT = path.resolve(__dirname, "..", "..");
const json = <T>(name: string): T => JSON.parse(fs.readFileSync(path.join(ROOT, name), "utf8")) as T;

describe("plugin: the components for other languages", () => {
  it("has the schema that follows from the components", async function () {
    this.timeout(120_000);
    assert.equal(await schemaFile(), fs.readFileSync(path.join(ROOT, "plugin", "schema.json"), "utf8"));
  });

  it("has every component, and the version and dependencies of the package", () => {
    const classes = Object.entries(components).filter(
      ([, value]) => typeof value === "function" && value.prototype instanceof pulumi.ComponentResource,
    );
    assert.deepEqual(classes.map(([name]) => name).sort(), [...Object.keys(OUTPUTS), ...TYPESCRIPT_ONLY].sort());
    type Manifest = { version: string; dependencies: Record<string, string>; devDependencies: Record<string, string> };
    const [own, root] = [json<Manifest>("plugin/package.json"), json<Manifest>("package.json")];
    assert.equal(own.version, root.version);
    for (const [name, version] of Object.entries(own.dependencies))
      assert.equal(version, { ...root.devDependencies, ...root.dependencies }[name], name);
  });

  it("opens what is known of its arguments, and remembers what it depends on", async () => {
    const input = pulumi.output({ name: "rows", columns: [pulumi.output({ name: "a" })] });
    const { args, dependsOn } = await settle({ datastore: input, list: [pulumi.output(1)] }, () => false);
    assert.deepEqual(args, { datastore: { name: "rows", columns: [{ name: "a" }] }, list: [1] });
    assert.deepEqual(dependsOn, []);
  });

  it("leaves a secret closed where the component takes an output, and refuses it elsewhere", async () => {
    const secret = pulumi.secret("x");
    const { args } = await settle({ kmsKeyArn: secret }, () => true);
    assert.equal(args.kmsKeyArn, secret);
    await assert.rejects(
      settle({ datastore: secret }, (name) => name !== "datastore"),
      (error) => {
        assert.ok(pulumi.InputPropertiesError.isInstance(error));
        const { errors } = error as unknown as { errors: pulumi.InputPropertyErrorDetails[] };
        assert.deepEqual(
          errors.map(({ propertyPath }) => propertyPath),
          ["datastore"],
        );
        return true;
      },
    );
  });
});
