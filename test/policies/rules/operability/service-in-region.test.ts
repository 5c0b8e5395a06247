import { serviceInRegion } from "../../../../policies/rules/operability/service-in-region";
import { spec } from "../../spec";

spec(serviceInRegion, {
  messages: {
    "a region without IoT Core": [
      "rule (aws:iot:TopicRule): saw region ap-south-2; AWS IoT Core is not in that region; choose another with aws:region",
    ],
  },
  unknown: {
    never: "the region is the stack's configuration",
  },
});
