import assert from "node:assert/strict";
import type { Registration } from "../harness";
import { FULL, runVariant, VALUES } from "./variants";

/** The same JSON, with the members of every object the other way round. */
function reversed(text: string): string {
  return JSON.stringify(JSON.parse(text), (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).reverse())
      : value,
  );
}

/** What is registered, with the text of archives. */
async function shown(resources: readonly Registration[]): Promise<string[]> {
  const settled = async (value: unknown): Promise<unknown> => {
    const known: unknown = await value;
    if (Array.isArray(known)) return Promise.all(known.map(settled));
    if (typeof known !== "object" || known === null) return known;
    const members = Object.entries(known).map(async ([name, member]) => [name, await settled(member)] as const);
    return Object.fromEntries(await Promise.all(members)) as unknown;
  };
  const texts = await Promise.all(
    resources.map(async ({ inputs, ...rest }) => JSON.stringify({ ...rest, inputs: await settled(inputs) })),
  );
  // Each run has a folder of its own.
  return texts.map((text) => text.replace(/variant-\w+/g, "FOLDER"));
}

describe("the order of members in a stack's configuration", () => {
  // Pulumi's engine hands objects over with their members sorted, the local cloud as they are in the file.
  it("changes no resource, and nothing in the archives of functions", async function () {
    this.timeout(60_000);
    const given: Record<string, string> = {
      environment: "prod",
      functions: VALUES.functions[0]!,
      historians: VALUES.historians[0]!,
      fleets: JSON.stringify({ pumps: { publish: ["a/{thing}"], devices: "DEVICES" }, fans: {} }),
      things: JSON.stringify({ "pump-1": { type: "pump", attributes: { site: "north", hall: "a" } }, "pump-2": {} }),
      pipelines: VALUES.pipelines[0]!,
      tags: '{"plant":"north","line":"2"}',
      traffic: VALUES.traffic[0]!,
      channels: VALUES.channels[2]!,
    };
    const other = Object.fromEntries(
      Object.entries(given).map(([key, text]) => [key, text.startsWith("{") ? reversed(text) : text]),
    );
    assert.notDeepEqual(given, other);
    const [one, two] = [await runVariant(FULL, given), await runVariant(FULL, other)];
    const [first, second] = [await shown(one.made.resources), await shown(two.made.resources)];
    assert.ok(first.some((text) => text.includes("definition.json") && text.includes("tag_values")));
    assert.deepEqual(second.sort(), first.sort());
    assert.deepEqual(two.made.outputs, one.made.outputs);
  });
});
