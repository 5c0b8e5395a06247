import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { readStack } from "../../stacks/read";
import { ENVIRONMENTS, SETTINGS, type Setting } from "../../stacks/schema";
import { buildStack } from "../../stacks/build/build-stack";
import { run, type Run } from "../harness";

const program = (stack: string, config: Record<string, string> = {}): Promise<Run<unknown>> =>
  run<unknown>(() => buildStack(readStack()), { stack, config: { definitions: "definitions/etl", ...config } });

/** Properties that name a thing of an account. */
const NAMES = ["name", "bucket", "dashboardName", "alarmName"];

describe("stacks: environments", () => {
  let stacks: Record<"dev" | "staging" | "prod", Run<unknown>>;
  before(async () => {
    // one after the other: the mocks are of the process
    stacks = { dev: await program("dev"), staging: await program("staging"), prod: await program("prod") };
  });

  it("do not collide in an account: no name of a resource, a role or a file of two stacks is the same", () => {
    const named = Object.values(stacks).map(({ resources }) =>
      resources
        // These have a name inside of something that has one, too.
        .filter(({ custom, type }) => custom && !/(LogStream|CatalogTable)$/.test(type))
        .flatMap(({ type, inputs }) =>
          NAMES.flatMap((property) => (typeof inputs[property] === "string" ? [`${type} ${inputs[property]}`] : [])),
        ),
    );
    assert.ok(named.every((names) => names.length > 50));
    const all = named.flatMap((names) => [...new Set(names)]);
    assert.deepEqual(
      all.filter((name, index) => all.indexOf(name) !== index),
      [],
    );
  });

  it("protect data in prod only: the buckets and the streams", () => {
    const names = ({ resources }: Run<unknown>): string[] =>
      resources.flatMap(({ name, protect }) => (protect ? [name] : [])).sort();
    assert.deepEqual(names(stacks.dev), []);
    assert.deepEqual(names(stacks.staging), []);
    assert.deepEqual(names(stacks.prod), [
      "etl_aggregate_data-bucket",
      "etl_aggregate_store-bucket",
      "etl_device_data-bucket",
      "etl_device_data-stream",
    ]);
  });

  it("let a stack say otherwise", async () => {
    const { resources } = await program("prod", { protectData: "false" });
    assert.ok(resources.every(({ protect }) => !protect));
  });

  it("differ in the log level of their functions, never above what carries the metrics", () => {
    const levels = Object.values(stacks).map(
      ({ resources }) =>
        resources.find(({ type, name }) => type === "aws:lambda/function:Function" && name.endsWith("-transform"))!
          .inputs.loggingConfig.applicationLogLevel as unknown,
    );
    assert.deepEqual(levels, ["DEBUG", "INFO", "INFO"]);
  });

  it("refuse to delete what is protected, with the way out", async () => {
    await assert.rejects(
      program("prod", { allowDataDeletion: "true" }),
      /iot-telemetry-etl:allowDataDeletion: saw true beside protectData true, the default in prod, and what is protected is not deleted; remove it, or set protectData to false/,
    );
  });

  it("are described in their files as they are", () => {
    const differing = Object.entries(SETTINGS as Record<string, Setting<unknown>>).filter(
      ([, { defaults }]) => new Set(ENVIRONMENTS.map((name) => defaults[name])).size > 1,
    );
    for (const name of ENVIRONMENTS) {
      const text = fs.readFileSync(path.join(__dirname, "../..", `Pulumi.${name}.yaml`), "utf8");
      assert.deepEqual(
        [...text.matchAll(/^# {3}(\w+): (\S+) {2}/gm)].map(([, key, value]) => [key, value]),
        differing.map(([key, { defaults }]) => [key, String(defaults[name])]),
        name,
      );
    }
  });
});
