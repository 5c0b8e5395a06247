import { blocks, block, number, text } from "../../aws/values";
import { DAYS, GB } from "../model/month";
import { ofType, TYPES } from "../model/links";
import type { Flow, Registered, Usage } from "../model/types";

/** An alarm is paid for each metric that it watches. */
export function metricAlarm({ inputs }: Registered): Usage[] {
  const metrics = blocks(inputs.metricQueries).filter(([, query]) => block(query.metric) !== undefined).length;
  return [{ price: "cloudwatch-alarm", what: "alarms", quantity: Math.max(1, metrics), fixed: true }];
}

/** A dashboard. */
export function dashboard(): Usage[] {
  return [{ price: "cloudwatch-dashboard", what: "dashboards", quantity: 1, fixed: true }];
}

/** A log group: what the functions that write to it log for their batches, and the metrics that these events carry. */
export function logGroup(resource: Registered, flow: Flow): Usage[] {
  const name = text(resource.inputs.name);
  const writers = ofType(flow.resources, TYPES.function).filter(
    ({ inputs }) => text(block(inputs.loggingConfig)?.logGroup) === name || name === `/aws/lambda/${text(inputs.name)}`,
  );
  const bytes =
    writers.reduce((sum, { urn }) => sum + (flow.functions.get(urn)?.requests ?? 0), 0) * flow.assumptions.logBytes;
  if (bytes === 0) return [];
  const invoked = writers.filter(({ urn }) => (flow.functions.get(urn)?.requests ?? 0) > 0).length;
  const months = Math.min(flow.assumptions.months, (number(resource.inputs.retentionInDays) || Infinity) / DAYS);
  return [
    { price: "logs-in", what: "log events", quantity: bytes / GB },
    { price: "logs-month", what: "log events kept", quantity: (bytes * months) / GB },
    { price: "cloudwatch-metric", what: "metrics in log events", quantity: invoked * flow.assumptions.functionMetrics },
  ];
}
