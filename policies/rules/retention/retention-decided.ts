import { block, text } from "../../../aws/values";
import type { Found } from "../../framework/found";
import type { StackRule } from "../../framework/rule";
import type { StackView, View } from "../../framework/view";
import { areasIn, bucketsOf, expirationDays, lifecycleRulesOf, lifecycleOf, rulesFor } from "../../graph/buckets";

export const retentionDecided: StackRule = {
  id: "retention-decided",
  group: "retention",
  title:
    "Every bucket, and every prefix that something writes, has an explicit retention: a number of days, or `unlimited`.",
  rationale:
    "Data that is kept without a decision costs money indefinitely and may violate promises about personal data.",
  severity: "high",
  level: "mandatory",
  remediation:
    "Set an expiration in the lifecycle. To keep data forever, set the retention to unlimited in the document or the configuration, or the tag data-retention=unlimited on a bucket of your own.",
  page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-set-lifecycle-configuration-intro.html",
  checkStack(stack, found) {
    for (const bucket of bucketsOf(stack)) {
      const source = lifecycleOf(stack, bucket);
      // A bucket without a lifecycle is another rule's.
      if (source === undefined) continue;
      const on = found.on(source);
      const rules = lifecycleRulesOf(source, on).filter((rule) => expirationDays(rule) !== undefined);
      const said = on.attempt(() => saidOf(stack, bucket));
      if (said !== undefined && said !== "unlimited" && said !== "" && !/^\d+ days?$/.test(said))
        found
          .on(bucket)
          .add(
            "tags.data-retention",
            JSON.stringify(said),
            "the tag says `unlimited`, or for example `30 days`",
            "write it so",
          );
      if (on.unknown.size > 0 || rules.some((rule) => !rule.narrowed && rule.prefix === "")) continue;
      if (said === "unlimited") continue;
      const areas = areasIn(stack, bucket);
      const open = [...new Set(areas.map(({ prefix }) => prefix))].filter(
        (prefix) => rulesFor(rules, prefix).length === 0,
      );
      if (areas.length > 0 && open.length === 0) continue;
      undecided(on, bucket, open);
    }
  },
};

function undecided(on: Found, bucket: View, open: readonly string[]): void {
  const where = open.length === 0 || open.includes("") ? "its objects" : `objects below ${open.join(", ")}`;
  on.add(
    "rules",
    `no expiration for ${where} in ${bucket.name}`,
    "every prefix needs a retention: a number of days, or unlimited",
    "add a rule with expiration.days, or set the retention to unlimited in the document or the configuration, or by the tag data-retention=unlimited on the bucket",
  );
}

/** What was said of a bucket's retention: by its tag, or by an argument of the component that made it. */
export function saidOf(stack: StackView, bucket: View): string | undefined {
  const tag = text(block(bucket.inputs.tags)?.["data-retention"]);
  if (tag !== undefined) return tag.trim();
  const retention = block(stack.at(bucket.parent)?.raw.retention);
  if (retention?.unlimited === true) return "unlimited";
  return typeof retention?.days === "number" ? `${retention.days} days` : undefined;
}
