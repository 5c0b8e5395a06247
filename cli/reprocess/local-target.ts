import { folderCloud, LOCAL_KEYS } from "../command/folder-cloud";
import type { StackState } from "../../local/state/data-folder";
import { sdkTarget, type ReprocessTarget } from "./target";

/** Runs in the local cloud over a data folder that no other process has. */
export async function folderTarget(machine: string, state: StackState, dataDir: string): Promise<ReprocessTarget> {
  const cloud = await folderCloud(state, dataDir);
  const target = sdkTarget(machine, { endpoint: cloud.endpoint, region: state.region, credentials: LOCAL_KEYS });
  return {
    ...target,
    async start(input) {
      const run = await target.start(input);
      cloud.drive(run);
      return run;
    },
    async redrive(run) {
      await target.redrive(run);
      cloud.drive(run);
    },
    async state(run) {
      cloud.check();
      return target.state(run);
    },
    async close() {
      await target.close();
      await cloud.close();
    },
  };
}
