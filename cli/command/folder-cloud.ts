import { Cloud } from "../../local/cloud";
import { Clock } from "../../local/core/clock";
import type { StackState } from "../../local/state/data-folder";
import { withFunctionCode } from "../../local/state/function-code";

/** Any keys that are not of a role act as the administrator of the local cloud. */
export const LOCAL_KEYS = { accessKeyId: "local", secretAccessKey: "local" };

/** A local cloud over a data folder, for the time of a command. */
export interface FolderCloud {
  /** URL of AWS's APIs */
  readonly endpoint: string;
  /** Moves the clock for an execution of a state machine until it ends. */
  drive(execution: string): void;
  /** @throws what has ended the local cloud */
  check(): void;
  /** Waits for the executions that are driven, then ends the local cloud. */
  close(): Promise<void>;
}

/**
 * The local cloud over a data folder that no other process has. Its clock stands but for what an execution waits for, so that waiting takes
 * no time.
 */
export async function folderCloud(state: StackState, dataDir: string): Promise<FolderCloud> {
  let fatal: unknown;
  const clock = new Clock(Date.now());
  const cloud = new Cloud({
    resources: withFunctionCode(state.resources, dataDir),
    region: state.region,
    dataDir,
    clock,
    onError: (error) => (fatal ??= error),
  });
  const { http } = await cloud.listen({ mqtt: 0, http: 0 });
  // The clock of a run before may have been ahead of this machine's; a new content is newer than those that are there.
  const last = cloud.workgroups.lastCompleted;
  if (last !== undefined && last >= clock.now()) clock.reset(last + 1000);
  cloud.start();
  await cloud.drain();
  const driven: Promise<void>[] = [];
  const drive = async (execution: string): Promise<void> => {
    const name = execution.split(":").pop()!;
    const machine = cloud.machines.get(execution.replace(":execution:", ":stateMachine:").replace(/:[^:]+$/, ""))!;
    for (let idle = machine.idle(name); idle !== undefined; idle = machine.idle(name)) {
      await idle;
      if (machine.idle(name) !== undefined) await clock.advanceTo(clock.next ?? clock.now() + 1000);
    }
  };
  return {
    endpoint: http,
    drive: (execution) => void driven.push(drive(execution)),
    check() {
      if (fatal !== undefined) throw fatal;
    },
    async close() {
      await Promise.all(driven);
      await cloud.close();
    },
  };
}
