import { block, list, number, text } from "../../aws/values";
import { runsAMonth } from "../flow/queries";
import { HOURS } from "../model/month";
import type { Flow, Registered, Usage } from "../model/types";

/** A schedule: its invocations. */
export function schedule({ inputs }: Registered, flow: Flow): Usage[] {
  if (inputs.state === "DISABLED") return [];
  const runs = runsAMonth(text(inputs.scheduleExpression), flow.now);
  return [{ price: "scheduler-invocation", what: "runs started", quantity: runs / 1e6, fixed: true }];
}

/** A state machine: a transition for each state of a run, and the events of a dataset's, one for the content and each delivery. */
export function stateMachine(resource: Registered, flow: Flow): Usage[] {
  const runs = flow.runs.get(resource.urn) ?? 0;
  const definition = text(resource.inputs.definition) ?? "";
  const states = count(definition, /"Type"\s*:/) - count(definition, /"Type"\s*:\s*"Fail"/);
  if (runs === 0 || states === 0) return [];
  const transitions: Usage = {
    price: "states-transition",
    what: "transitions, one for each state",
    quantity: (runs * states) / 1000,
    fixed: true,
  };
  const usages = [transitions];
  if (definition.includes(":events:putEvents")) {
    const quantity = (runs * count(definition, /SUCCEEDED\\?"/)) / 1e6;
    usages.push({ price: "custom-event", what: "events about contents", quantity, fixed: true });
  }
  if (definition.includes(":cloudwatch:putMetricData"))
    usages.push({ price: "cloudwatch-metric", what: "metric of late rows", quantity: 1, fixed: true });
  return usages;
}

function count(words: string, pattern: RegExp): number {
  return words.split(pattern).length - 1;
}

/** A replication instance of AWS DMS. */
export function replicationInstance({ inputs }: Registered): Usage[] {
  if (text(inputs.replicationInstanceClass) !== "dms.t3.medium") return [];
  const two = inputs.multiAz === true;
  return [{ price: two ? "dms-t3-medium-multi-az" : "dms-t3-medium", what: "instance", quantity: HOURS, fixed: true }];
}

/** A serverless replication of AWS DMS, at its fewest capacity units. */
export function replicationConfig({ inputs }: Registered): Usage[] {
  const compute = block(inputs.computeConfig);
  const units = number(compute?.minCapacityUnits) ?? 1;
  const price = compute?.multiAz === true ? "dms-capacity-unit-multi-az" : "dms-capacity-unit";
  return [{ price, what: "capacity, at the least", quantity: units * HOURS, fixed: true }];
}

/** An interface endpoint. */
export function vpcEndpoint({ inputs }: Registered): Usage[] {
  if (text(inputs.vpcEndpointType) !== "Interface") return [];
  return [
    { price: "vpc-endpoint", what: "endpoint", quantity: (list(inputs.subnetIds)?.length ?? 1) * HOURS, fixed: true },
  ];
}

/** A VPC at a transit gateway. */
export function gatewayAttachment(): Usage[] {
  return [{ price: "transit-gateway-attachment", what: "attachment", quantity: HOURS, fixed: true }];
}

/** A key. */
export function kmsKey(): Usage[] {
  return [{ price: "kms-key", what: "key", quantity: 1, fixed: true }];
}
