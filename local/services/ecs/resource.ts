import { NAMES } from "../../../aws/names";
import { isRecord } from "../../../aws/text/record";
import { TYPES, type Properties } from "../../core/model";
import { arnOf, automaticName, type Handler } from "../../resources/handler";
import {
  arn,
  block,
  checked,
  list,
  number,
  oneOf,
  physicalName,
  refused,
  replaces,
  required,
  tags,
  text,
  type Finding,
  type Refused,
  type Table,
} from "../../resources/properties";

const NOT_FARGATE = "the local cloud executes tasks on Fargate; leave it out";

/**
 * Cluster: a name in which tasks run.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html
 */
export const cluster: Handler = {
  type: TYPES.cluster,
  naming: { property: "name", make: (context) => automaticName(context, 255) },
  properties: {
    name: physicalName(NAMES.ecs),
    settings: checked(
      list(
        block({
          name: required(oneOf(["containerInsights"])),
          value: required(oneOf(["enabled", "disabled", "enhanced"])),
        }),
      ),
    ),
    configuration: refused("leave it out"),
    serviceConnectDefaults: refused("the local cloud has no services of ECS; leave it out"),
    tags,
    region: checked(text()),
  },
  plan: (inputs, context) => {
    const own = arnOf(context, "ecs", `cluster/${inputs.name}`);
    return { id: own, outputs: { arn: own } };
  },
};

const others = (names: string): Table =>
  Object.fromEntries(names.split(" ").map((name): [string, Refused] => [name, refused(NOT_FARGATE)]));

/**
 * Task definition of one container on Fargate.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html
 */
export const taskDefinition: Handler = {
  type: TYPES.taskDefinition,
  drawn: ["arn", "revision"],
  properties: {
    family: replaces(required(text())),
    containerDefinitions: replaces(required(text())),
    // A process has what the machine has; with docker or podman the container does.
    cpu: replaces(required(checked(text()))),
    memory: replaces(required(checked(text()))),
    ephemeralStorage: replaces(checked(block({ sizeInGib: required(number(21, 200)) }))),
    requiresCompatibilities: replaces(required(list(oneOf(["FARGATE"])))),
    networkMode: replaces(checked(oneOf(["awsvpc"]))),
    runtimePlatform: replaces(
      checked(block({ cpuArchitecture: oneOf(["ARM64", "X86_64"]), operatingSystemFamily: oneOf(["LINUX"]) })),
    ),
    executionRoleArn: replaces(required(arn("iam"))),
    taskRoleArn: replaces(required(arn("iam"))),
    // Of an empty folder that the container may write to, if it has a read-only root.
    volumes: replaces(
      checked(
        list(
          block({
            name: required(text()),
            ...others(
              "configureAtLaunch dockerVolumeConfiguration efsVolumeConfiguration fsxWindowsFileServerVolumeConfiguration hostPath s3filesVolumeConfiguration",
            ),
          }),
        ),
      ),
    ),
    tags,
    region: checked(text()),
    ...others("ipcMode pidMode placementConstraints proxyConfiguration"),
    enableFaultInjection: refused("leave it out", false),
    skipDestroy: refused("leave it out", false),
    trackLatest: refused("leave it out", false),
  },
  check: ({ containerDefinitions }: Properties): Finding[] => checkContainers(String(containerDefinitions)),
  references: ({ executionRoleArn, taskRoleArn, containerDefinitions }, declared, report) => {
    declared.require(TYPES.role, executionRoleArn, "role", "executionRoleArn", report);
    declared.require(TYPES.role, taskRoleArn, "role", "taskRoleArn", report);
    for (const container of parsed(String(containerDefinitions))) {
      const group: unknown = container.logConfiguration?.options?.["awslogs-group"];
      declared.require(TYPES.logGroup, group, "log group", "containerDefinitions[0].logConfiguration", report);
    }
  },
  plan: (inputs, context) => {
    const family = arnOf(context, "ecs", `task-definition/${inputs.family}`);
    return { id: inputs.family, outputs: { arn: `${family}:1`, arnWithoutRevision: family, revision: 1 } };
  },
};

/** Fields of a container that are executed, or have nothing to do where a command runs in the container's place. */
const FIELDS = [
  ...["name", "image", "essential", "environment", "logConfiguration", "readonlyRootFilesystem", "user"],
  ...["mountPoints", "linuxParameters", "stopTimeout", "privileged"],
];

function checkContainers(text: string): Finding[] {
  const containers = parsed(text);
  if (containers.length === 0) return [];
  const at = "containerDefinitions";
  if (containers.length > 1)
    return [{ path: at, message: `saw ${containers.length} containers; the local cloud executes tasks of one` }];
  const findings = Object.keys(containers[0]!)
    .filter((name) => !FIELDS.includes(name))
    .map((name) => ({
      path: `${at}[0].${name}`,
      message: `the local cloud does not execute this field of a container; it executes ${FIELDS.join(", ")}`,
    }));
  const driver: unknown = containers[0]!.logConfiguration?.logDriver;
  if (driver !== undefined && driver !== "awslogs")
    findings.push({
      path: `${at}[0].logConfiguration.logDriver`,
      message: `saw ${JSON.stringify(driver)}; the local cloud executes awslogs`,
    });
  return findings;
}

/** What is no list of objects is refused as AWS refuses it. */
function parsed(text: string): Properties[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter(isRecord) : [];
  } catch {
    return [];
  }
}
