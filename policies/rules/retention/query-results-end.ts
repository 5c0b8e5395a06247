import { block, text } from "../../../aws/values";
import type { StackRule } from "../../framework/rule";
import { BUCKETS, expirationDays, lifecycleRulesOf, lifecycleOf, s3LocationOf, rulesFor } from "../../graph/buckets";
import { resolve, WORKGROUP } from "../../graph/links";
import { saidOf } from "./retention-decided";

export const queryResultsEnd: StackRule = {
  id: "query-results-end",
  group: "retention",
  title: "Query results have their own retention.",
  rationale: "Each query stores a copy of the data that it read; without an expiration the copies outlive the data.",
  severity: "medium",
  level: "mandatory",
  remediation: "Give the prefix of the workgroup's outputLocation an expiration.",
  page: "https://docs.aws.amazon.com/athena/latest/ug/querying.html",
  checkStack(stack, found) {
    for (const workgroup of stack.of(WORKGROUP)) {
      const location = found.attempt(workgroup, () =>
        text(block(block(workgroup.inputs.configuration)?.resultConfiguration)?.outputLocation),
      );
      const place = s3LocationOf(location);
      if (place === undefined) continue;
      const bucket = resolve(stack, BUCKETS, place.bucket);
      if (bucket === undefined) continue;
      const lifecycle = lifecycleOf(stack, bucket);
      if (lifecycle === undefined) continue;
      const on = found.on(lifecycle);
      const rules = rulesFor(lifecycleRulesOf(lifecycle, on), place.prefix).filter(
        (rule) => expirationDays(rule) !== undefined,
      );
      if (rules.length === 0 && on.unknown.size === 0 && on.attempt(() => saidOf(stack, bucket)) !== "unlimited")
        on.add(
          "rules",
          `no expiration below ${place.prefix || "the bucket's root"}`,
          `${workgroup.name} puts the results of its queries there, and they end`,
          "add a rule with expiration.days",
        );
    }
  },
};
