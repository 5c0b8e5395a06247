import { briefOf, configuredBudget, knownUsd, trafficText, usd } from "../../../cost";
import type { StackRule } from "../../framework/rule";

export const estimateWithinBudget: StackRule = {
  id: "estimate-within-budget",
  group: "operability",
  title: "The estimated monthly bill of a stack is within the budget that its configuration sets (`monthlyBudget`).",
  rationale: "The first invoice comes a month after the deployment, and says nothing about the change that caused it.",
  severity: "medium",
  level: "advisory",
  remediation: "Run npm run cost for what would change the bill, or raise monthlyBudget.",
  page: "https://docs.aws.amazon.com/wellarchitected/latest/cost-optimization-pillar/welcome.html",
  checkStack(stack, found, { stackConfig, region, stack: name }) {
    const budget = configuredBudget(stackConfig);
    if (budget === undefined) return;
    // What is not known yet costs nothing in an estimate, so it is never above the bill.
    const resources = stack.all.map(({ urn, type, name: own, parent, plain }) => ({
      urn,
      type,
      name: own,
      parent,
      inputs: plain,
    }));
    const brief = briefOf(resources, stackConfig, { region, now: Date.now() });
    const known = knownUsd(brief);
    if (known <= budget) return;
    const counted = brief.estimate.items.filter(({ fixed }) => brief.traffic !== undefined || fixed);
    const totals = new Map<string, number>();
    for (const { resource, usdPerMonth } of counted) totals.set(resource, (totals.get(resource) ?? 0) + usdPerMonth);
    const [largest, usdPerMonth] = [...totals].sort(([, one], [, other]) => other - one)[0]!;
    const traffic = brief.traffic === undefined ? "without messages" : `for ${trafficText(brief.traffic)}`;
    found
      .on(stack.at(largest)!)
      .add(
        "",
        `${usd(usdPerMonth)} of the stack's ${usd(known)} USD a month ${traffic}`,
        `monthlyBudget is ${usd(budget)} USD`,
        `npm run cost -- --stack ${name} says what would change it, or raise monthlyBudget`,
      );
  },
};
