import type { StackRule } from "../../framework/rule";
import { bucketsOf, expirationDays, lifecycleOf, lifecycleRulesOf } from "../../graph/buckets";
import { saidOf } from "./retention-decided";

export const retentionAsSaid: StackRule = {
  id: "retention-as-said",
  group: "retention",
  title: "A lifecycle expires objects exactly when the document, the configuration or the bucket's tag says.",
  rationale: "If the documented retention differs from the bucket's, data is kept too long or lost too early.",
  severity: "critical",
  level: "mandatory",
  remediation: "Make the lifecycle and the stated retention agree.",
  page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-configuration-examples.html",
  checkStack(stack, found) {
    for (const bucket of bucketsOf(stack)) {
      const lifecycle = lifecycleOf(stack, bucket);
      if (lifecycle === undefined) continue;
      const on = found.on(lifecycle);
      const said = on.attempt(() => saidOf(stack, bucket));
      if (said === undefined) continue;
      const rules = lifecycleRulesOf(lifecycle, on).filter((rule) => expirationDays(rule) !== undefined);
      const days = Number(/^(\d+) days?$/.exec(said)?.[1]);
      for (const rule of rules) {
        const given = expirationDays(rule)!;
        if (said === "unlimited")
          on.add(
            `${rule.at}.expiration.days`,
            String(given),
            `${bucket.name} is said to keep its objects without limit`,
            "remove the rule, or change what is said",
          );
        else if (given < days)
          on.add(
            `${rule.at}.expiration.days`,
            String(given),
            `${bucket.name} is said to keep its objects for ${days} days`,
            `set ${days}, or change what is said`,
          );
      }
      if (!Number.isNaN(days) && rules.length > 0 && rules.every((rule) => expirationDays(rule)! > days))
        on.add(
          "rules",
          `${expirationDays(rules[0]!)!} days`,
          `${bucket.name} is said to keep its objects for ${days} days`,
          `set ${days}, or change what is said`,
        );
      if (!Number.isNaN(days) && rules.length === 0)
        on.add(
          "rules",
          "no expiration",
          `${bucket.name} is said to keep its objects for ${days} days`,
          `add a rule with expiration.days ${days}`,
        );
    }
  },
};
