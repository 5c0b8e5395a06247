import { containerSafe } from "../../../../policies/rules/workflows/container-safe";
import { taskDefinition } from "../../misconfigurations/workflows";
import { spec } from "../../spec";

spec(containerSafe, {
  unknown: {
    of: "report",
    property: "containerDefinitions",
    says: "report (aws:ecs:TaskDefinition), containerDefinitions: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
    add: [taskDefinition({})],
  },
});
