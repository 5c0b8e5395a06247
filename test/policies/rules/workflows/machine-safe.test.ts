import { machineSafe } from "../../../../policies/rules/workflows/machine-safe";
import { spec } from "../../spec";

spec(machineSafe, {
  unknown: {
    of: "machine",
    property: "loggingConfiguration",
    says: "machine (aws:sfn:StateMachine), loggingConfiguration: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
