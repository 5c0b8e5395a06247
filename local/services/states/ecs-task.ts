import type { Containers } from "../ecs/containers";
import { TaskRefused } from "../ecs/containers";
import type { Properties } from "../../core/model";
import { StateError, type TaskCaller, type TaskType } from "./types";

/** Seconds that a task may run whose state has no TimeoutSeconds: Step Functions waits for a year. */
const NO_LIMIT = 2_000_000;

/** Runs a task of ECS to its end. https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html */
export const runTask: TaskType = {
  arguments: {
    Cluster: "required",
    TaskDefinition: "required",
    LaunchType: "required",
    NetworkConfiguration: "required",
    Overrides: "optional",
    PlatformVersion: "optional",
  },
  values: { LaunchType: ["FARGATE"] },
  async run({ containers }, role, args, caller) {
    try {
      return await runTaskOf(containers, role, args, caller);
    } catch (error) {
      if (error instanceof TaskRefused) throw new StateError(error.code, error.message);
      throw error;
    }
  },
};

async function runTaskOf(
  containers: Containers,
  role: string,
  { Cluster, TaskDefinition, Overrides }: Properties,
  { timeoutSeconds = NO_LIMIT, signal }: TaskCaller,
): Promise<unknown> {
  const [container] = ((Overrides as Properties | undefined)?.ContainerOverrides ?? []) as Properties[];
  const outcome = await containers.run(role, {
    cluster: String(Cluster),
    taskDefinition: String(TaskDefinition),
    environment: (container?.Environment ?? []) as { Name: string; Value: string }[],
    timeoutSeconds,
    signal,
  });
  // Step Functions stops the task then.
  if ("timedOut" in outcome) throw new StateError("States.Timeout", "");
  const { task } = outcome;
  if (task.StopCode !== "EssentialContainerExited" || task.Containers.some(({ ExitCode }) => ExitCode !== 0))
    throw new StateError("States.TaskFailed", JSON.stringify(task));
  return task;
}
