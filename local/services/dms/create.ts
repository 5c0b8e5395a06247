import type { Resource } from "../../core/model";
import type { Stream } from "../kinesis/stream";
import { ReplicationTask, type TaskContext } from "./task";
import { taskDefinitions } from "./task-definition";

/** The replications of a program. @param streams by name */
export function createTasks(
  resources: readonly Resource[],
  streams: ReadonlyMap<string, Stream>,
  context: Omit<TaskContext, "stream">,
): ReplicationTask[] {
  return taskDefinitions(resources).map((definition) => {
    const stream = [...streams.values()].find(({ arn }) => arn === definition.target.kinesisSettings.streamArn)!;
    return new ReplicationTask(definition, { ...context, stream });
  });
}
