import { text } from "../../aws/values";
import { runsAMonth } from "../flow/queries";
import { HOURS } from "../model/month";
import type { Flow, Registered, Usage } from "../model/types";

/** A schedule: its invocations. */
export function schedule({ inputs }: Registered, flow: Flow): Usage[] {
  if (inputs.state === "DISABLED") return [];
  const runs = runsAMonth(text(inputs.scheduleExpression), flow.now);
  return [{ price: "scheduler-invocation", what: "runs started", quantity: runs / 1e6, fixed: true }];
}

/** A state machine: a transition for each state of a run. */
export function stateMachine(resource: Registered, flow: Flow): Usage[] {
  const runs = flow.runs.get(resource.urn) ?? 0;
  const states = (text(resource.inputs.definition) ?? "").split(/"Type"\s*:/).length - 1;
  if (runs === 0 || states === 0) return [];
  return [
    {
      price: "states-transition",
      what: "transitions, one for each state",
      quantity: (runs * states) / 1000,
      fixed: true,
    },
  ];
}

/** A replication instance of AWS DMS. */
export function replicationInstance({ inputs }: Registered): Usage[] {
  if (text(inputs.replicationInstanceClass) !== "dms.t3.medium") return [];
  const two = inputs.multiAz === true;
  return [{ price: two ? "dms-t3-medium-multi-az" : "dms-t3-medium", what: "instance", quantity: HOURS, fixed: true }];
}

/** A key. */
export function kmsKey(): Usage[] {
  return [{ price: "kms-key", what: "key", quantity: 1, fixed: true }];
}
