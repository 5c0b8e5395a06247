import { absent, isUnknown, show, text } from "../../../aws/values";
import { nearestSpelling } from "../../../aws/text/nearest";
import type { Found } from "../../framework/found";
import type { ResourceRule } from "../../framework/rule";
import { watchesOfAlarm, type Watch } from "../../graph/alarms";
import { FAILURES, METRICS, STEADY, SUCCESSES } from "../../../aws/metrics";

export const alarmSound: ResourceRule = {
  id: "alarm-sound",
  group: "operability",
  title:
    "An alarm watches a metric and dimensions that its service publishes, in the right direction, and says what missing data means.",
  rationale: "CloudWatch accepts any name: an alarm on a metric that is never published never goes off.",
  severity: "high",
  level: "mandatory",
  remediation:
    "Write namespace, metricName and dimensions as the service's guide does; treatMissingData notBreaching for counts of failures.",
  page: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
  types: ["aws:cloudwatch/metricAlarm:MetricAlarm"],
  check(view, found) {
    for (const watch of watchesOfAlarm(view)) {
      checkName(found, watch);
      checkDimensions(found, watch);
      if (watch.at === "") checkUse(found, watch);
    }
    found.attempt(() => {
      if (absent(view.inputs.treatMissingData))
        found.add(
          "treatMissingData",
          "nothing",
          "an alarm must say what missing data means; by default it goes to INSUFFICIENT_DATA and notifies nobody",
          'set "notBreaching" for counts of failures, "breaching" for what always has data',
        );
    });
  },
};

const at = (watch: Watch, member: string): string => (watch.at === "" ? member : `${watch.at}.${member}`);

function checkName(found: Found, watch: Watch): void {
  const { namespace, metric } = watch;
  const known = METRICS[namespace];
  if (known === undefined) {
    const near = Object.keys(METRICS).find(
      (own) => own.toLowerCase().replace("aws/", "") === namespace.toLowerCase().replace(/^aws[/:]/, ""),
    );
    if (near !== undefined || (/^aws\//i.test(namespace) && !namespace.startsWith("AWS/")))
      found.add(
        at(watch, "namespace"),
        show(namespace),
        "AWS publishes under no such namespace",
        near === undefined ? "write AWS/SERVICE" : `write ${near}`,
      );
    return;
  }
  if (known.names.includes(metric)) return;
  const near = nearestSpelling(metric, known.names);
  found.add(
    at(watch, "metricName"),
    show(metric),
    `${namespace} has no such metric`,
    near === undefined ? "look it up in the service's guide" : `write ${near}`,
  );
}

function checkDimensions(found: Found, watch: Watch): void {
  const known = METRICS[watch.namespace];
  if (known === undefined) return;
  const given = Object.keys(watch.dimensions);
  for (const name of given)
    if (!known.dimensions.includes(name)) {
      const near = nearestSpelling(name, known.dimensions);
      found.add(
        at(watch, `dimensions.${name}`),
        show(name),
        `${watch.namespace} publishes under ${known.dimensions.join(", ")}`,
        near === undefined ? "use one of them" : `write ${near}`,
      );
    }
  const unknown = watch.at === "" && isUnknown(watch.alarm.plain.dimensions);
  if (given.length === 0 && known.total !== true && !watch.all && !unknown && watch.namespace !== "AWS/IoT")
    found.add(
      at(watch, "dimensions"),
      "nothing",
      `${watch.namespace} publishes ${watch.metric} under ${known.dimensions[0]}, so there is never any data`,
      `set ${known.dimensions[0]}`,
    );
}

function checkUse(found: Found, { alarm, namespace, metric, statistic }: Watch): void {
  const key = `${namespace} ${metric}`;
  const comparison = found.attempt(() => text(alarm.inputs.comparisonOperator)) ?? "";
  const missing = found.attempt(() => text(alarm.inputs.treatMissingData));
  if (FAILURES.has(key)) {
    if (comparison.startsWith("Less"))
      found.add(
        "comparisonOperator",
        show(comparison),
        `${metric} is worrying when it is high`,
        'use "GreaterThanThreshold"',
      );
    if (missing === "breaching" && !STEADY.has(key))
      found.add(
        "treatMissingData",
        '"breaching"',
        `${metric} has no data while all is well, so the alarm would stay on`,
        'set "notBreaching"',
      );
    if (statistic === "SampleCount" || statistic === "Minimum")
      found.add("statistic", show(statistic), `it does not count the failures of ${metric}`, 'use "Sum" or "Maximum"');
  }
  if (SUCCESSES.has(key) && comparison.startsWith("Greater"))
    found.add(
      "comparisonOperator",
      show(comparison),
      `${metric} is worrying when it is low`,
      'use "LessThanThreshold"',
    );
}
