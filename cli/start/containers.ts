import * as path from "node:path";
import { failureText } from "../../local/services/states";
import { parseS3Url } from "../../local/services/s3/location";
import type { Session } from "../../local/session";

/** The content of a dataset with a container action, or why there is none. */
export type ContainerReport =
  | {
      version: string;
      files: number;
      bytes: number;
      /** folder of its files, on this machine */
      path: string;
    }
  | { error: string };

/**
 * Makes a content of each dataset with a container action, as a person does, of those that nothing has started in this run; of the others, their last.
 */
export async function containerReports({ cloud, outputs }: Session): Promise<Record<string, ContainerReport>> {
  const reports: Record<string, ContainerReport> = {};
  for (const [name, { stateMachine }] of Object.entries(outputs.containers ?? {})) {
    const last = await cloud.contents.lastExecution(stateMachine);
    const { status, output, error, cause } = last ?? (await cloud.contents.executeMachine(stateMachine));
    if (status !== "SUCCEEDED") {
      reports[name] = { error: failureText(error, cause) };
      continue;
    }
    const { version, files, bytes, uri } = output as { version: string; files: number; bytes: number; uri: string };
    const { bucket, prefix } = parseS3Url(uri);
    reports[name] = { version, files, bytes, path: path.join(cloud.s3.folder(bucket), prefix) };
  }
  return reports;
}
