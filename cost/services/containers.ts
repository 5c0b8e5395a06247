import { block, number, text } from "../../aws/values";
import { ofType, TYPES } from "../model/links";
import type { Flow, Registered, Usage } from "../model/types";

/** GB of a task's disk that cost nothing. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html */
const INCLUDED_DISK = 20;

/** A task definition: the runs of the state machines that name it, each for as long as is assumed. Fargate bills by the second, a minute at least. */
export function taskDefinition({ inputs }: Registered, flow: Flow): Usage[] {
  const runs = taskRuns(inputs.family, flow);
  if (runs === 0) return [];
  const hours = (runs * flow.assumptions.containerMinutes) / 60;
  const arm = text(block(inputs.runtimePlatform)?.cpuArchitecture) === "ARM64";
  const disk = Math.max(0, (number(block(inputs.ephemeralStorage)?.sizeInGib) ?? INCLUDED_DISK) - INCLUDED_DISK);
  return [
    {
      price: arm ? "fargate-arm64-cpu" : "fargate-x86-cpu",
      what: "containers' processors",
      quantity: (hours * Number(text(inputs.cpu) ?? 0)) / 1024,
      fixed: true,
    },
    {
      price: arm ? "fargate-arm64-memory" : "fargate-x86-memory",
      what: "containers' memory",
      quantity: (hours * Number(text(inputs.memory) ?? 0)) / 1024,
      fixed: true,
    },
    ...(disk === 0
      ? []
      : [{ price: "fargate-disk" as const, what: "containers' disk", quantity: hours * disk, fixed: true }]),
  ];
}

/** Runs a month of a family's tasks. */
function taskRuns(family: unknown, flow: Flow): number {
  const name = text(family);
  return ofType(flow.resources, TYPES.machine)
    .filter(
      ({ inputs }) => name !== undefined && text(inputs.definition)?.includes(`:task-definition/${name}"`) === true,
    )
    .reduce((sum, { urn }) => sum + (flow.runs.get(urn) ?? 0), 0);
}

/** What a task definition costs that the program does not say. */
export function unknownRuns(definition: Registered, flow: Flow): string[] {
  const name = definition.name;
  if (taskRuns(definition.inputs.family, flow) === 0)
    return [`${name}: how often its container runs is not known from the program`];
  return [
    `${name}: containers are counted with ${flow.assumptions.containerMinutes} minutes a run (containerMinutes); their data transfer, log and public IP address (0.005 USD an hour) are not`,
  ];
}
