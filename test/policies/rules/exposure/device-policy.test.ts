import { devicePolicy } from "../../../../policies/rules/exposure/device-policy";
import { spec } from "../../spec";

spec(devicePolicy, {
  unknown: {
    of: "device-policy",
    property: "policy",
    says: "device-policy (aws:iot:Policy), policy: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
