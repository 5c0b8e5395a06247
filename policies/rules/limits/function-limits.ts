import { limitRule } from "../../framework/limit-rule";

export const functionLimits = limitRule(
  "function-limits",
  "A function and its event sources stay within Lambda's limits.",
  "https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html",
  ["aws:lambda/function:Function", "aws:lambda/eventSourceMapping:EventSourceMapping"],
);
