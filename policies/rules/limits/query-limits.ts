import { limitRule } from "../../framework/limit-rule";

export const queryLimits = limitRule(
  "query-limits",
  "A workgroup and its queries stay within Athena's limits.",
  "https://docs.aws.amazon.com/athena/latest/ug/service-limits.html",
  [
    "aws:athena/namedQuery:NamedQuery",
    "aws:athena/preparedStatement:PreparedStatement",
    "aws:athena/workgroup:Workgroup",
  ],
);
