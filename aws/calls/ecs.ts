import { imageRepository } from "../ecr-image";
import { blocks, block, text, type Inputs } from "../values";
import { ResourceCalls, type ServiceCall } from "./call";

const GUIDE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide";
const FAILS = "The task does not start.";

/** The calls that ECS makes with a task's execution role. */
export const ECS_CALLS = {
  authorize: {
    actions: ["ecr:GetAuthorizationToken"],
    on: "any resource",
    need: "must",
    refused: FAILS,
    source: `${GUIDE}/task_execution_IAM_role.html`,
  },
  pullImage: {
    actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    on: "the repository of its image",
    need: "must",
    refused: FAILS,
    source: `${GUIDE}/task_execution_IAM_role.html`,
  },
  writeLog: {
    actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
    on: "its log group",
    need: "must",
    refused: FAILS,
    source: `${GUIDE}/using_awslogs.html`,
  },
} as const satisfies Record<string, ServiceCall>;

/** @param raw arguments of an `aws.ecs.TaskDefinition`; what a container calls with the task's role is not described */
export function taskDefinitionCalls({ executionRoleArn: role, containerDefinitions }: Inputs): ResourceCalls {
  const calls = new ResourceCalls();
  calls.incomplete = true;
  for (const [index, container] of containersOf(containerDefinitions)) {
    const at = `containerDefinitions[${index}]`;
    const repository = imageRepository(text(container.image) ?? "");
    if (repository !== undefined) {
      calls.add(ECS_CALLS.authorize, role, "*", `${at}.image`);
      calls.add(ECS_CALLS.pullImage, role, repository.arn, `${at}.image`);
    }
    const group = text(block(block(container.logConfiguration)?.options)?.["awslogs-group"]);
    if (group !== undefined)
      calls.add(ECS_CALLS.writeLog, role, `arn:*:logs:*:*:log-group:${group}:log-stream:*`, `${at}.logConfiguration`);
  }
  return calls;
}

/** The containers of a task definition, with their index; none while the text is not known or is no JSON. */
export function containersOf(containerDefinitions: unknown): [index: number, container: Inputs][] {
  try {
    return blocks(JSON.parse(text(containerDefinitions) ?? "[]"));
  } catch {
    return [];
  }
}
