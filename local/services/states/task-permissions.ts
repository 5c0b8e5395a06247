import { UNEXERCISED, type Iam } from "../../iam";
import type { Definition } from "./types";

/**
 * Declares permissions that the role of a machine with tasks of ECS needs and a run may not use: to stop a task, to delete superseded contents,
 * and everything, as long as no execution was started.
 */
export function requireTaskPermissions(iam: Iam, principal: string, definition: Definition, idle: () => boolean): void {
  const states = Object.values(definition.States);
  const tasks = states.filter(({ Resource }) => Resource === "arn:aws:states:::ecs:runTask.sync");
  if (tasks.length === 0) return;
  iam.excuse(principal, UNEXERCISED.taskRun, idle);
  for (const { Arguments } of tasks) {
    const cluster = String(Arguments.Cluster);
    const resource = `${cluster.replace(":cluster/", ":task/")}/id`;
    iam.requirePermissions({ principal, resource, context: { "ecs:cluster": cluster } }, UNEXERCISED.stopTask);
  }
  if (!JSON.stringify(definition).includes(":s3:deleteObject")) return;
  // What is deleted was listed last.
  const last = states.findLast(({ Resource }) => Resource === "arn:aws:states:::aws-sdk:s3:listObjectsV2");
  const { Bucket, Prefix } = (last?.Arguments ?? {}) as { Bucket?: unknown; Prefix?: unknown };
  if (typeof Bucket !== "string" || typeof Prefix !== "string") return;
  const resource = `arn:aws:s3:::${Bucket}/${Prefix}object`;
  iam.requirePermissions({ principal, resource }, UNEXERCISED.deleteSuperseded);
}
