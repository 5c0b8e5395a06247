import { noPlainSecret } from "../../../../policies/rules/exposure/no-plain-secret";
import { spec } from "../../spec";

spec(noPlainSecret, {
  unknown: {
    of: "transform",
    property: "environment",
    says: "transform (aws:lambda:Function), environment: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
