import { estimateWithinBudget } from "../../../../policies/rules/operability/estimate-within-budget";
import { spec } from "../../spec";

const over = (config: Record<string, string>): { stackConfig: Record<string, string> } => ({
  stackConfig: Object.fromEntries(Object.entries(config).map(([key, value]) => [`iot-telemetry-etl:${key}`, value])),
});

spec(estimateWithinBudget, {
  more: [
    {
      rule: "estimate-within-budget",
      what: "fixed costs above the budget",
      messages: [
        "stream (aws:kinesis:Stream): saw 29.20 of the stack's 57.15 USD a month without messages; monthlyBudget is 1.00 USD; npm run cost -- --stack dev says what would change it, or raise monthlyBudget",
      ],
      ...over({ monthlyBudget: "1" }),
    },
    {
      rule: "estimate-within-budget",
      what: "expected traffic whose messages cost more than the budget",
      messages: [
        "rule (aws:iot:TopicRule): saw 1,645.40 of the stack's 2,366.77 USD a month for 1,000 messages/s of 300 bytes; monthlyBudget is 100.50 USD; npm run cost -- --stack dev says what would change it, or raise monthlyBudget",
      ],
      ...over({ monthlyBudget: "100.5", traffic: '{"rate":1000}' }),
    },
  ],
  good: {
    "a budget above the bill": over({ monthlyBudget: "100000", traffic: '{"rate":1000}' }),
    "a budget that holds without messages, and no traffic expected": over({ monthlyBudget: "100" }),
  },
  unknown: { never: "what is not known yet costs nothing in an estimate" },
});
