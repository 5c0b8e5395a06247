import { alarmLimits } from "../../../../policies/rules/limits/alarm-limits";
import { spec } from "../../spec";

spec(alarmLimits, {
  messages: {
    "transform-errors: more points than periods": [
      "transform-errors (aws:cloudwatch:MetricAlarm), datapointsToAlarm: saw 3; of 1 evaluationPeriods at most 1 can be over the threshold; lower it",
    ],
    "transform-errors: a period of 45 seconds": [
      "transform-errors (aws:cloudwatch:MetricAlarm), period: saw 45; a period is 10, 20, 30 or a multiple of 60 seconds; set 60",
    ],
    "transform-errors: no statistic": [
      'transform-errors (aws:cloudwatch:MetricAlarm), statistic: saw nothing; an alarm has one of statistic and extendedStatistic; set statistic, for example "Sum"',
    ],
  },
  unknown: {
    of: "transform-errors",
    property: "datapointsToAlarm",
    says: "transform-errors (aws:cloudwatch:MetricAlarm), datapointsToAlarm: not decidable: the value is not known in preview; give the resource an explicit name, or check it after the update",
  },
});
