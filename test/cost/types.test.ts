import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { PRICES } from "../../aws/prices/table";
import { ASSUMPTIONS, estimate, LIST_PRICES, NO_TRAFFIC } from "../../cost";
import { PRICINGS } from "../../cost/services";
import { TYPES } from "../../local/core/model";
import { ownStack } from "../policies/misconfigurations/stack";

const ROOT = path.resolve(__dirname, "../..");

/** Types of the resources that source files construct: `new kinesis.Stream(`. */
function constructed(folder: string): [type: string, file: string][] {
  return fs.readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" }).flatMap((name) => {
    if (!name.endsWith(".ts")) return [];
    const text = fs.readFileSync(path.join(ROOT, folder, name), "utf8");
    const modules = new Map(
      [...text.matchAll(/import \* as (\w+) from "@pulumi\/aws\/(\w+)"/g)].map(([, as, module]) => [as!, module!]),
    );
    return [...text.matchAll(/\bnew (\w+)\.([A-Z]\w+)\(/g)].flatMap(([, as, name_]): [string, string][] => {
      const module = modules.get(as!);
      if (module === undefined) return [];
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- the module's name comes from the source
      const loaded = require(`@pulumi/aws/${module}`) as Record<string, { __pulumiType?: string }>;
      return [[loaded[name_!]!.__pulumiType!, `${folder}/${name}`]];
    });
  });
}

describe("cost: types of resources", () => {
  it("knows each type that the program can register", () => {
    const found = [...constructed("components"), ...constructed("stacks/build")];
    assert.ok(new Set(found.map(([type]) => type)).size > 20);
    assert.deepEqual(
      found.filter(([type]) => PRICINGS[type] === undefined),
      [],
    );
  });

  it("knows each type that the local cloud executes", () => {
    assert.deepEqual(
      Object.values(TYPES).filter((type) => PRICINGS[type] === undefined),
      [],
    );
  });

  it("knows each type of a stack with everything that it can have", async () => {
    const { resources } = await ownStack("prod");
    const { unknown } = estimate(resources, {
      traffic: NO_TRAFFIC,
      assumptions: ASSUMPTIONS,
      prices: LIST_PRICES,
      now: Date.UTC(2026, 0, 1),
    });
    assert.deepEqual(
      unknown.filter((sentence) => / is not known$/.test(sentence) && sentence.includes("aws:")),
      [],
    );
  });

  it("uses every price of the table", () => {
    const folder = path.join(ROOT, "cost");
    const text = fs
      .readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => fs.readFileSync(path.join(folder, name), "utf8"))
      .join("\n");
    assert.deepEqual(
      Object.keys(PRICES).filter((name) => !text.includes(`"${name}"`)),
      [],
    );
  });

  it("says of a type that it does not know", () => {
    const { unknown, items } = estimate([{ urn: "urn:a", type: "aws:ec2/instance:Instance", name: "a", inputs: {} }], {
      traffic: NO_TRAFFIC,
      assumptions: ASSUMPTIONS,
      prices: LIST_PRICES,
      now: 0,
    });
    assert.deepEqual(unknown, ["a: the price of aws:ec2/instance:Instance is not known"]);
    assert.deepEqual(items, []);
  });
});
