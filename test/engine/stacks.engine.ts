import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { evaluate } from "../../local/engine";
import { resolveMarkers } from "../../local/engine/markers";
import { TYPES, type Properties, type Resource } from "../../local/core/model";
import { Account, keyOf } from "../../local/provider/account";
import { testAuthority } from "../authority";
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
  const variants = [
    ...stacks.map((stack) => ({ stack, more: "" })),
    { stack: "dev", more: " with fleets and IoT's log" },
  ];
  for (const { stack, more } of variants)
    it(`${stack}${more}: the same resources, arguments, outputs, order and protection`, async () => {
      project.select(stack);
      if (more !== "") withFleets(project);
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
            const { inputs = {}, outputs = {} } = withGiven(resource, held);
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

/** One fleet whose devices have certificates of an authority of its own, one whose devices claim theirs. */
function withFleets(project: Example): void {
  const [authority, devices] = ["factory-ca.pem", "devices.csv"].map((name) => path.join(project.folder, name));
  fs.writeFileSync(authority!, testAuthority().pem);
  fs.writeFileSync(devices!, "serial,site\nA1001,north\n");
  const settings = {
    "fleets.pumps.authorities[0]": authority!,
    "fleets.valves.devices": devices!,
    iotLogLevel: "INFO",
  };
  for (const [setting, value] of Object.entries(settings))
    project.pulumi(0, "config", "set", "--path", `iot-telemetry-etl:${setting}`, value);
}

function sorted(urns: readonly string[]): string[] {
  return [...new Set(urns)].sort();
}

/** The engine keeps an archive's hash and encrypts a certificate; the local cloud has what it was given. */
function withGiven(resource: StateResource, held: readonly Resource[]): Pick<StateResource, "inputs" | "outputs"> {
  const { type, inputs, outputs, id } = resource;
  const name = { [TYPES.function]: "code", [TYPES.certificateAuthority]: "caCertificatePem" }[type];
  if (name === undefined) return resource;
  const given = held.find((other) => other.type === type && [other.id, keyOf(other)].includes(id!))!.inputs[name];
  return { inputs: { ...inputs, [name]: given }, outputs: { ...outputs, [name]: given } };
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
