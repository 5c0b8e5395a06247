import { checkName } from "../names";
import { absent, block, blocks, Findings, list, show, text, type Inputs, type Limit } from "../values";

/**
 * Memory in MiB that Fargate offers with CPU units of 1/1024 vCPU: from, to, and the step between.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html
 */
const FARGATE_MEMORY: Readonly<Record<string, readonly [from: number, to: number, step: number]>> = {
  "256": [512, 2048, 512],
  "512": [1024, 4096, 1024],
  "1024": [2048, 8192, 1024],
  "2048": [4096, 16_384, 1024],
  "4096": [8192, 30_720, 1024],
  "8192": [16_384, 61_440, 4096],
  "16384": [32_768, 122_880, 8192],
};

/** Cluster. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html */
export const cluster: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "ecs");
  return findings.all;
};

/** Task definition. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html */
export const taskDefinition: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "family", inputs.family, "ecs");
  const fargate = (list(inputs.requiresCompatibilities) ?? []).includes("FARGATE");
  if (fargate) checkFargate(findings, inputs);
  findings.range(
    "ephemeralStorage.sizeInGib",
    block(inputs.ephemeralStorage)?.sizeInGib,
    21,
    200,
    "the disk of a task in GiB",
  );
  const definitions = text(inputs.containerDefinitions);
  if (definitions !== undefined) checkContainers(findings, definitions, fargate);
  return findings.all;
};

function checkFargate(findings: Findings, inputs: Inputs): void {
  findings.among("networkMode", inputs.networkMode, ["awsvpc"], "the network mode of a task on Fargate");
  findings.required("networkMode", inputs.networkMode, "a task on Fargate has the network mode awsvpc");
  findings.required("executionRoleArn", inputs.executionRoleArn, "a task on Fargate has a role that pulls its image");
  findings.among("cpu", inputs.cpu, Object.keys(FARGATE_MEMORY), "the CPU of a task on Fargate");
  findings.required("cpu", inputs.cpu, "a task on Fargate says its CPU");
  findings.required("memory", inputs.memory, "a task on Fargate says its memory");
  const range = FARGATE_MEMORY[text(inputs.cpu) ?? ""];
  const memory = Number(text(inputs.memory));
  if (range === undefined || text(inputs.memory) === undefined) return;
  const [from, to, step] = range;
  if (!((memory >= from && memory <= to && (memory - from) % step === 0) || (from === 512 && memory === 1024)))
    findings.add(
      "memory",
      show(inputs.memory),
      `with cpu ${inputs.cpu} it is ${from} to ${to} MiB in steps of ${step}`,
      "choose one of these",
    );
}

function checkContainers(findings: Findings, definitions: string, fargate: boolean): void {
  const at = "containerDefinitions";
  let parsed: unknown;
  try {
    parsed = JSON.parse(definitions);
  } catch {
    return findings.add(at, show(definitions), "it is JSON", "write it with JSON.stringify");
  }
  const containers = blocks(parsed);
  if (containers.length === 0)
    return findings.add(at, show(definitions), "it is a list of one container or more", "give one");
  if (!containers.some(([, container]) => container.essential !== false))
    findings.add(at, "no essential container", "one of them is essential", "leave essential out of one");
  for (const [index, container] of containers) {
    const own = `${at}[${index}]`;
    const name = text(container.name);
    if (name === undefined || !/^[A-Za-z0-9_-]{1,255}$/.test(name))
      findings.add(
        `${own}.name`,
        show(container.name),
        "a name has 1 to 255 letters, digits, hyphens and underscores",
        "choose another name",
      );
    findings.required(`${own}.image`, container.image, "a container has an image");
    if (fargate && container.privileged === true)
      findings.add(`${own}.privileged`, "true", "Fargate runs no privileged container", "leave it out");
    for (const [number, variable] of blocks(container.environment))
      if (absent(variable.name) || variable.name === "")
        findings.add(`${own}.environment[${number}].name`, show(variable.name), "a variable has a name", "give it one");
  }
}

/** Repository. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html */
export const repository: Limit = (inputs) => {
  const findings = new Findings();
  checkName(findings, "name", inputs.name, "repository");
  findings.among(
    "imageTagMutability",
    inputs.imageTagMutability,
    ["MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"],
    "whether tags can be moved",
  );
  return findings.all;
};
