import assert from "node:assert/strict";
import * as fs from "node:fs";
import { evaluate } from "../../local/engine";
import { resolveMarkers } from "../../local/engine/markers";
import { TYPES, type Properties, type Resource } from "../../local/core/model";
import { Account, keyOf } from "../../local/provider/account";
import { engine, Example, type StateResource } from "./engine";

/** What one engine made of a resource. */
interface Made {
  parent: string | undefined;
  dependencies: string[];
  protect: boolean;
  inputs: Properties;
  outputs: Properties;
}

/** Holds the engine behind `npm start` and `npm run preview` against Pulumi's own. */
describe("the example's stacks, by npm start's engine and by the real one", () => {
  let project: Example;
  before(() => (project = new Example("stacks")));

  const stacks = fs.readdirSync(`${__dirname}/../..`).flatMap((name) => /^Pulumi\.(\w+)\.yaml$/.exec(name)?.[1] ?? []);
  assert.ok(stacks.length >= 3);
  for (const stack of stacks)
    it(`${stack}: the same resources, arguments, outputs, order and protection`, async () => {
      project.select(stack);
      project.pulumi(0, "up", "--yes", "--skip-preview");
      const evaluation = await evaluate({
        projectDir: project.folder,
        stack,
        config: { definitions: project.documents },
      });
      assert.deepEqual(evaluation.problems, []);
      const held = new Account(engine.account, evaluation.region).resources;

      const ours = new Map(
        evaluation.resources.map((resource): [string, Made] => {
          const { urn, parent, inputs, outputs, dependencies } = resource;
          const protect = evaluation.options.get(urn)!.protect;
          return [urn, { parent, dependencies: sorted(dependencies), protect, inputs, outputs }];
        }),
      );
      const theirs = new Map(
        project
          .state()
          .filter(({ type }) => !type.startsWith("pulumi:providers:"))
          .map((resource): [string, Made] => {
            const { urn, parent, dependencies = [], protect = false } = resource;
            const { inputs = {}, outputs = {} } = withCode(resource, held);
            const [given, made] = [inputs, outputs].map((raw) => resolveMarkers(raw, project.folder).value);
            return [urn, { parent, dependencies: sorted(dependencies), protect, inputs: given!, outputs: made! }];
          }),
      );
      assert.deepEqual([...ours.keys()].sort(), [...theirs.keys()].sort());
      assert.ok(ours.size > 60);
      for (const [urn, made] of ours) assert.deepEqual(plain(made), plain(theirs.get(urn)), urn);
      // Each engine keeps them in an order in which they can be made.
      for (const made of [ours, theirs]) {
        const seen = new Set<string>();
        for (const [urn, { dependencies, parent }] of made) {
          for (const earlier of [...dependencies, ...(parent === undefined ? [] : [parent])])
            assert.ok(seen.has(earlier), `${urn} comes before ${earlier}`);
          seen.add(urn);
        }
      }
    });
});

function sorted(urns: readonly string[]): string[] {
  return [...new Set(urns)].sort();
}

/** The engine keeps an archive's hash; the local cloud has what it was given. */
function withCode(resource: StateResource, held: readonly Resource[]): Pick<StateResource, "inputs" | "outputs"> {
  const { type, inputs, outputs, id } = resource;
  if (type !== TYPES.function) return resource;
  const { code } = held.find((other) => other.type === type && [other.id, keyOf(other)].includes(id!))!.inputs;
  return { inputs: { ...inputs, code }, outputs: { ...outputs, code } };
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
