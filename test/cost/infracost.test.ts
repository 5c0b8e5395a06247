import assert from "node:assert/strict";
import { infracostJson } from "../../cost";
import { estimate, optionsFor, seed } from "./stacks";

/** Required members of https://github.com/infracost/infracost/blob/master/schema/infracost.schema.json. */
const REQUIRED = {
  root: "version metadata currency projects totalHourlyCost totalMonthlyCost pastTotalHourlyCost pastTotalMonthlyCost diffTotalHourlyCost diffTotalMonthlyCost timeGenerated summary",
  project: "name displayName metadata pastBreakdown breakdown diff summary",
  breakdown: "resources totalHourlyCost totalMonthlyCost totalMonthlyUsageCost",
  resource: "name metadata",
  component: "name unit hourlyQuantity monthlyQuantity price hourlyCost monthlyCost priceNotFound",
};

type Json = Record<string, unknown>;

describe("cost: Infracost's shape", () => {
  it("has what its schema requires, and the same sums", async () => {
    const resources = await seed("dev");
    const bill = estimate(resources, optionsFor({ rate: 10 }));
    const json = infracostJson([{ stack: "dev", resources, estimate: bill }], ".", "2026-01-01T00:00:00Z") as Json;
    const has = (value: Json, members: string): void => {
      for (const member of members.split(" ")) assert.ok(member in value, member);
    };
    has(json, REQUIRED.root);
    const [project] = json.projects as Json[];
    has(project!, REQUIRED.project);
    const breakdown = project!.breakdown as Json & { resources: (Json & { costComponents: Json[] })[] };
    has(breakdown, REQUIRED.breakdown);
    let sum = 0;
    for (const resource of breakdown.resources) {
      has(resource, REQUIRED.resource);
      for (const component of resource.costComponents) {
        has(component, REQUIRED.component);
        assert.match(String(component.monthlyCost), /^\d+(\.\d+)?$/);
        sum += Number(component.monthlyCost);
      }
    }
    assert.ok(Math.abs(sum - bill.usdPerMonth) < 1e-6);
    assert.ok(Math.abs(Number(json.totalMonthlyCost) - bill.usdPerMonth) < 1e-6);
    assert.deepEqual(project!.summary, {
      totalDetectedResources: resources.filter(({ type }) => type.startsWith("aws:")).length,
      totalSupportedResources: resources.filter(({ type }) => type.startsWith("aws:")).length,
      totalUnsupportedResources: 0,
      totalUsageBasedResources: 10,
      totalNoPriceResources: (json.summary as Json).totalNoPriceResources,
    });
  });
});
