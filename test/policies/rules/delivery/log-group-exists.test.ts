import { logGroupExists } from "../../../../policies/rules/delivery/log-group-exists";
import { spec } from "../../spec";

spec(logGroupExists, {
  unknown: {
    of: "transform",
    property: "loggingConfig",
    says: "transform (aws:lambda:Function), loggingConfig: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
