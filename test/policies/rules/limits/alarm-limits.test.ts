import { alarmLimits } from "../../../../policies/rules/limits/alarm-limits";
import { spec } from "../../spec";

spec(alarmLimits, {
  unknown: {
    of: "transform-errors",
    property: "datapointsToAlarm",
    says: "transform-errors (aws:cloudwatch:MetricAlarm), datapointsToAlarm: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
