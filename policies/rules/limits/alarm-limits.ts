import { limitRule } from "../../framework/limit-rule";

export const alarmLimits = limitRule(
  "alarm-limits",
  "An alarm's metric, statistic, periods and queries go together as CloudWatch demands.",
  "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
  ["aws:cloudwatch/metricAlarm:MetricAlarm"],
);
