import { show } from "../../../aws/values";
import type { ResourceRule } from "../../framework/rule";
import { statementsIn, typesOf } from "../../iam/documents";

export const noInvertedGrant: ResourceRule = {
  id: "no-inverted-grant",
  group: "iam",
  title: "No statement that allows uses NotAction, NotResource or NotPrincipal.",
  rationale: "It allows everything except what is named, including future services, new resources and strangers.",
  severity: "critical",
  level: "mandatory",
  remediation: "Name what is allowed with Action, Resource and Principal.",
  page: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html",
  types: typesOf("identity", "trust", "resource", "device"),
  check(view, found) {
    for (const { allow, raw, at } of statementsIn(view, found, "identity", "trust", "resource", "device"))
      for (const member of ["NotAction", "NotResource", "NotPrincipal"])
        if (allow && raw[member] !== undefined)
          found.add(
            `${at}.${member}`,
            show(raw[member]),
            `${member} with Allow grants everything else`,
            `write ${member.slice(3)} with what is needed`,
          );
  },
};
