import * as path from "node:path";
import { Clock } from "../../local/core/clock";
import { ACCOUNT } from "../../local/core/model";
import { Iam } from "../../local/iam";
import { Glue } from "../../local/services/glue/glue";
import { S3 } from "../../local/services/s3/s3";
import type { StackOutputs } from "../../local/session";
import { stackOutputs } from "../../local/stack-outputs";
import { readDataFolder, type StackState } from "../../local/state/data-folder";

/** What a data folder holds, as its catalog knows it. A local cloud may run over the folder meanwhile. */
export interface FolderCatalog {
  readonly state: StackState;
  readonly outputs: StackOutputs;
  readonly glue: Glue;
  readonly s3: S3;
}

/** @throws StateError if there is nothing in the folder */
export function readCatalog(folder: string): FolderCatalog {
  const state = readDataFolder(folder);
  const clock = new Clock(Date.now());
  const s3 = new S3(state.resources, path.join(folder, "s3"), clock, new Iam(state.resources, ACCOUNT), state.region);
  return {
    state,
    outputs: stackOutputs(state),
    glue: new Glue(state.resources, s3, clock, path.join(folder, "glue")),
    s3,
  };
}
