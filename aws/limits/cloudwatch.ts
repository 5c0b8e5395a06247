import { checkName } from "../names";
import { tagLimits } from "./tags";
import { absent, blocks, Findings, list, number, show, type Limit } from "../values";

const COMPARISONS = [
  "GreaterThanOrEqualToThreshold",
  "GreaterThanThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
  "LessThanLowerOrGreaterThanUpperThreshold",
  "LessThanLowerThreshold",
  "GreaterThanUpperThreshold",
];

/** Alarm on a metric or on a query of several. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
export const metricAlarm: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "alarm");
  findings.required("comparisonOperator", inputs.comparisonOperator, "an alarm says how it compares");
  findings.among("comparisonOperator", inputs.comparisonOperator, COMPARISONS, "the comparison");
  findings.range("evaluationPeriods", inputs.evaluationPeriods, 1, 100_000, "the number of periods");
  findings.among(
    "statistic",
    inputs.statistic,
    ["SampleCount", "Average", "Sum", "Minimum", "Maximum"],
    "the statistic of an alarm",
  );
  findings.among(
    "treatMissingData",
    inputs.treatMissingData,
    ["missing", "ignore", "breaching", "notBreaching"],
    "the meaning of no data",
  );
  const period = number(inputs.period);
  if (period !== undefined && ![10, 20, 30].includes(period) && (period < 60 || period % 60 !== 0))
    findings.add("period", String(period), "a period is 10, 20, 30 or a multiple of 60 seconds", "set 60");
  const points = number(inputs.datapointsToAlarm);
  const periods = number(inputs.evaluationPeriods);
  if (points !== undefined && periods !== undefined && points > periods)
    findings.add(
      "datapointsToAlarm",
      String(points),
      `of ${periods} evaluationPeriods at most ${periods} can be over the threshold`,
      "lower it",
    );
  if (period !== undefined && periods !== undefined && period * periods > 7 * 86_400)
    findings.add("evaluationPeriods", `${periods} of ${period} s`, "together they span at most seven days", "lower it");
  const queries = list(inputs.metricQueries);
  const single = !absent(inputs.metricName);
  if (single === (queries !== undefined && queries.length > 0) && !(absent(inputs.metricQueries) && single))
    findings.add(
      "metricName",
      single ? `${show(inputs.metricName)} and queries` : "neither a metric nor queries",
      "an alarm watches one metric, or queries",
      "keep one of metricName and metricQueries",
    );
  if (single) {
    findings.required("namespace", inputs.namespace, "a metric has a namespace");
    findings.required("period", inputs.period, "a metric is taken over a period");
    if (absent(inputs.statistic) === absent(inputs.extendedStatistic))
      findings.add(
        "statistic",
        absent(inputs.statistic) ? "nothing" : "statistic and extendedStatistic",
        "an alarm has one of statistic and extendedStatistic",
        'set statistic, for example "Sum"',
      );
  }
  const returned = blocks(inputs.metricQueries).filter(([, query]) => query.returnData === true);
  if (queries !== undefined && queries.length > 0 && returned.length !== 1)
    findings.add(
      "metricQueries",
      `${returned.length} with returnData`,
      "exactly one query is the alarm's value",
      "set returnData: true at one",
    );
  for (const member of ["alarmActions", "okActions", "insufficientDataActions"])
    if ((list(inputs[member])?.length ?? 0) > 5)
      findings.add(member, `${list(inputs[member])!.length} actions`, "an alarm has at most 5", "use a topic");
  findings.within("", tagLimits(inputs.tags));
  return findings.all;
};
