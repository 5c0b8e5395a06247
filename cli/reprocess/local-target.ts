import { Cloud } from "../../local/cloud";
import { Clock } from "../../local/core/clock";
import type { StackState } from "../../local/state/data-folder";
import { withFunctionCode } from "../../local/state/function-code";
import { sdkTarget, type ReprocessTarget } from "./target";

/** Any keys that are not of a role act as the administrator of the local cloud. */
export const LOCAL_KEYS = { accessKeyId: "local", secretAccessKey: "local" };

/**
 * The local cloud over a data folder that no other process has. Its clock stands but for what a run waits for, so that waiting takes no
 * time.
 */
export async function folderTarget(machine: string, state: StackState, dataDir: string): Promise<ReprocessTarget> {
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
  const target = sdkTarget(machine, { endpoint: http, region: state.region, credentials: LOCAL_KEYS });
  cloud.start();
  await cloud.drain();
  const driven: Promise<void>[] = [];
  const drive = async (run: string): Promise<void> => {
    const running = cloud.machines.get(machine)!;
    const name = run.split(":").pop()!;
    for (let idle = running.idle(name); idle !== undefined; idle = running.idle(name)) {
      await idle;
      if (running.idle(name) !== undefined) await clock.advanceTo(clock.next ?? clock.now() + 1000);
    }
  };
  return {
    ...target,
    async start(input) {
      const run = await target.start(input);
      driven.push(drive(run));
      return run;
    },
    async redrive(run) {
      await target.redrive(run);
      driven.push(drive(run));
    },
    async state(run) {
      if (fatal !== undefined) throw fatal;
      return target.state(run);
    },
    async close() {
      await target.close();
      await Promise.all(driven);
      await cloud.close();
    },
  };
}
