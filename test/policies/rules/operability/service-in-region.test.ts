import { serviceInRegion } from "../../../../policies/rules/operability/service-in-region";
import { spec } from "../../spec";

spec(serviceInRegion, {
  unknown: {
    never: "the region is the stack's configuration",
  },
});
