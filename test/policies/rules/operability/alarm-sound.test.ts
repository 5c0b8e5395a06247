import { alarmSound } from "../../../../policies/rules/operability/alarm-sound";
import { spec } from "../../spec";

spec(alarmSound, {
  unknown: {
    of: "transform-errors",
    property: "metricName",
    says: "transform-errors (aws:cloudwatch:MetricAlarm), metricName: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
