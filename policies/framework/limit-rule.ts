import { limits } from "../../aws/limits";
import type { ResourceRule, Severity } from "./rule";
import { unknownPaths } from "./unknown";

/**
 * A rule over limits that the local cloud refuses with as well. A limit holds nothing against a value that is not known; here each such
 * value is said, for the limit may be about it.
 */
export function limitRule(
  id: string,
  title: string,
  page: string,
  tokens: readonly string[],
  severity: Severity = "high",
): ResourceRule {
  return {
    id,
    group: "limits",
    title,
    rationale: "AWS refuses the resource in the middle of the update, when half of the stack exists already.",
    severity,
    level: "mandatory",
    remediation: "Follow the way out in the message; the limit is AWS's.",
    page,
    types: tokens,
    check(view, found) {
      found.within("", limits[view.type]?.(view.plain) ?? []);
      for (const path of unknownPaths(view.plain)) if (!/^(arn|id|tagsAll|code)\b/.test(path)) found.unknown.add(path);
    },
  };
}
