import { alarmHeard } from "../../../../policies/rules/operability/alarm-heard";
import { spec } from "../../spec";

spec(alarmHeard, {
  unknown: {
    of: "alerts",
    property: "kmsMasterKeyId",
    says: "alerts (aws:sns:Topic), kmsMasterKeyId: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
