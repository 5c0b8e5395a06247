import { number } from "../../../aws/values";
import type { StackRule } from "../../framework/rule";
import { bucketsOf, lifecycleOf, lifecycleRulesOf, noncurrentDays, versioningOf } from "../../graph/buckets";

export const noncurrentEnds: StackRule = {
  id: "noncurrent-ends",
  group: "retention",
  title: "In a bucket with versions, noncurrent ones end within a year, in the whole bucket.",
  rationale: "With versioning on, an expired object only becomes noncurrent: without an end, deletion deletes nothing.",
  severity: "high",
  level: "mandatory",
  remediation: "Add noncurrentVersionExpiration with noncurrentDays to a rule for the whole bucket.",
  page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html",
  checkStack(stack, found) {
    for (const bucket of bucketsOf(stack)) {
      const lifecycle = lifecycleOf(stack, bucket);
      if (lifecycle === undefined || versioningOf(stack, bucket)?.value !== "Enabled") continue;
      const on = found.on(lifecycle);
      const days = lifecycleRulesOf(lifecycle, on)
        .filter(({ prefix, narrowed }) => prefix === "" && !narrowed)
        .flatMap((rule) => on.attempt(() => number(noncurrentDays(rule))) ?? []);
      if (on.unknown.size > 0) continue;
      if (days.length === 0)
        on.add(
          "rules",
          "no noncurrentVersionExpiration for the whole bucket",
          `${bucket.name} keeps versions, and old ones end`,
          "add it with noncurrentDays 7 to a rule with an empty prefix",
        );
      else if (Math.min(...days) > 365)
        on.add("rules", `${Math.min(...days)} days`, "noncurrent versions end within 365 days", "lower noncurrentDays");
    }
  },
};
