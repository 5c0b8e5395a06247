import { absent } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";
import { BUCKETS, LIFECYCLE, lifecycleRulesOf, uploadDays } from "../../graph/buckets";

export const multipartEnds: ResourceRule = {
  id: "multipart-ends",
  group: "retention",
  title: "A lifecycle ends multipart uploads that were never finished, in the whole bucket, within 30 days.",
  rationale: "Parts of broken uploads are invisible in listings, outlive every retention and are paid for.",
  severity: "medium",
  level: "mandatory",
  remediation: "Add abortIncompleteMultipartUpload with daysAfterInitiation 7 to a rule for the whole bucket.",
  page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html",
  types: [...LIFECYCLE, ...BUCKETS],
  check(view, found) {
    const inline = BUCKETS.includes(view.type);
    // A bucket's older arguments; without them its lifecycle is a resource of its own.
    if (inline && absent(view.inputs.lifecycleRules)) return;
    const rules = lifecycleRulesOf(view, found);
    const whole = rules.filter(({ prefix, narrowed }) => prefix === "" && !narrowed);
    const days = found.attempt(() => whole.map(uploadDays));
    if (days === undefined || found.unknown.size > 0) return;
    const given = days.filter((value) => typeof value === "number");
    if (given.length === 0)
      found.add(
        "rules",
        "no abortIncompleteMultipartUpload for the whole bucket",
        "unfinished uploads must end",
        "add it with daysAfterInitiation 7 to a rule with an empty prefix",
      );
    else if (Math.min(...given) > 30)
      found.add(
        "rules",
        `${Math.min(...given)} days`,
        "unfinished uploads must end within 30 days",
        "set daysAfterInitiation to 7",
      );
  },
};
