import type { Registered } from "../model/types";
import { HOURS } from "../model/month";
import type { Estimate } from "./estimate";

/** A stack and its bill. */
export interface StackBill {
  stack: string;
  resources: readonly Registered[];
  estimate: Estimate;
}

interface Component {
  name: string;
  unit: string;
  hourlyQuantity: string;
  monthlyQuantity: string;
  price: string;
  hourlyCost: string;
  monthlyCost: string;
  usageBased: boolean;
  priceNotFound: boolean;
}

interface Resource {
  name: string;
  resourceType: string;
  tags: Record<string, string>;
  metadata: Record<string, unknown>;
  hourlyCost: string;
  monthlyCost: string;
  costComponents: Component[];
}

interface Breakdown {
  resources: Resource[];
  totalHourlyCost: string;
  totalMonthlyCost: string;
  totalMonthlyUsageCost: string;
}

/**
 * The bills in the JSON shape that `infracost output` and the tools around it read.
 * https://github.com/infracost/infracost/blob/master/schema/infracost.schema.json
 * @param generated ISO 8601
 */
export function infracostJson(bills: readonly StackBill[], projectDir: string, generated: string): object {
  const projects = bills.map((bill) => projectOf(bill, projectDir));
  const total = bills.reduce((sum, { estimate }) => sum + estimate.usdPerMonth, 0);
  const fixed = bills.reduce((sum, { estimate }) => sum + estimate.fixedUsdPerMonth, 0);
  return {
    version: "0.2",
    // Of the commit that Infracost would look at, nothing is known here.
    metadata: {
      infracostCommand: "breakdown",
      vcsBranch: "",
      vcsCommitSha: "",
      vcsCommitAuthorName: "",
      vcsCommitAuthorEmail: "",
      vcsCommitTimestamp: generated,
      vcsCommitMessage: "",
    },
    currency: "USD",
    projects,
    totalHourlyCost: text(total / HOURS),
    totalMonthlyCost: text(total),
    totalMonthlyUsageCost: text(total - fixed),
    pastTotalHourlyCost: "0",
    pastTotalMonthlyCost: "0",
    pastTotalMonthlyUsageCost: "0",
    diffTotalHourlyCost: text(total / HOURS),
    diffTotalMonthlyCost: text(total),
    diffTotalMonthlyUsageCost: text(total - fixed),
    timeGenerated: generated,
    summary: summed(projects.map(({ summary }) => summary)),
  };
}

interface Summary {
  totalDetectedResources: number;
  totalSupportedResources: number;
  totalUnsupportedResources: number;
  totalUsageBasedResources: number;
  totalNoPriceResources: number;
}

function projectOf(
  { stack, resources, estimate }: StackBill,
  path: string,
): {
  name: string;
  displayName: string;
  metadata: { path: string; type: string };
  pastBreakdown: Breakdown;
  breakdown: Breakdown;
  diff: Breakdown;
  summary: Summary;
} {
  const own = resources.filter(({ type }) => type.startsWith("aws:"));
  const priced = own.filter(({ urn }) => estimate.items.some(({ resource }) => resource === urn));
  const breakdown = totalOf(
    priced.map((resource) => resourceOf(resource, estimate)),
    estimate,
  );
  const unsupported = own.filter(({ type }) =>
    estimate.unknown.some((sentence) => sentence.endsWith(`the price of ${type} is not known`)),
  ).length;
  return {
    name: stack,
    displayName: stack,
    metadata: { path, type: "pulumi" },
    pastBreakdown: { resources: [], totalHourlyCost: "0", totalMonthlyCost: "0", totalMonthlyUsageCost: "0" },
    breakdown,
    diff: breakdown,
    summary: {
      totalDetectedResources: own.length,
      totalSupportedResources: own.length - unsupported,
      totalUnsupportedResources: unsupported,
      totalUsageBasedResources: priced.filter(({ urn }) =>
        estimate.items.some(({ resource, fixed }) => resource === urn && !fixed),
      ).length,
      totalNoPriceResources: own.length - unsupported - priced.length,
    },
  };
}

function resourceOf({ urn, type, name, inputs }: Registered, estimate: Estimate): Resource {
  const items = estimate.items.filter(({ resource }) => resource === urn);
  const total = items.reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0);
  return {
    name: `${type}.${name}`,
    resourceType: type,
    tags: Object.fromEntries(
      Object.entries((inputs.tags ?? {}) as Record<string, unknown>).map(([key, value]) => [key, String(value)]),
    ),
    metadata: { urn },
    hourlyCost: text(total / HOURS),
    monthlyCost: text(total),
    costComponents: items.map(({ what, unit, quantity, unitPrice, usdPerMonth, fixed }) => ({
      name: what,
      unit,
      hourlyQuantity: text(quantity / HOURS),
      monthlyQuantity: text(quantity),
      price: text(unitPrice),
      hourlyCost: text(usdPerMonth / HOURS),
      monthlyCost: text(usdPerMonth),
      usageBased: !fixed,
      priceNotFound: false,
    })),
  };
}

function totalOf(resources: Resource[], { usdPerMonth, fixedUsdPerMonth }: Estimate): Breakdown {
  return {
    resources,
    totalHourlyCost: text(usdPerMonth / HOURS),
    totalMonthlyCost: text(usdPerMonth),
    totalMonthlyUsageCost: text(usdPerMonth - fixedUsdPerMonth),
  };
}

function summed(summaries: readonly Summary[]): Summary {
  const sum = (name: keyof Summary): number => summaries.reduce((total, summary) => total + summary[name], 0);
  return {
    totalDetectedResources: sum("totalDetectedResources"),
    totalSupportedResources: sum("totalSupportedResources"),
    totalUnsupportedResources: sum("totalUnsupportedResources"),
    totalUsageBasedResources: sum("totalUsageBasedResources"),
    totalNoPriceResources: sum("totalNoPriceResources"),
  };
}

/** A decimal number without an exponent, as their tools expect. */
function text(value: number): string {
  return value.toFixed(12).replace(/\.?0+$/, "");
}
