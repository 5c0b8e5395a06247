import { containerLimits } from "../../../../policies/rules/limits/container-limits";
import { taskDefinition } from "../../misconfigurations/workflows";
import { spec } from "../../spec";

spec(containerLimits, {
  unknown: {
    of: "report",
    property: "memory",
    says: "report (aws:ecs:TaskDefinition), memory: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
    add: [taskDefinition({})],
  },
});
