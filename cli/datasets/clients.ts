import { AthenaClient } from "@aws-sdk/client-athena";
import { GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { parseS3Url } from "../../local/services/s3/location";
import type { StackOutputs } from "../../local/session";
import { folderCloud, LOCAL_KEYS, type FolderCloud } from "../command/folder-cloud";
import { freeFolder, type StackPlace } from "../command/stack-place";

/** A dataset of a stack, and its name. */
export type Dataset = StackOutputs["datasets"][string] & {
  readonly name: string;
  /** its contents are folders of files that a container writes; there is no query */
  readonly container?: true;
};

/** Those with a query, then those with a container action. */
export function datasetsOf({ datasets, containers = {} }: StackOutputs): Dataset[] {
  const none = { workgroup: "", namedQuery: "", database: "", query: "" };
  return [
    ...Object.entries(datasets).map(([name, each]) => ({ ...each, name })),
    ...Object.entries(containers).map(([name, { stateMachine, resultsLocation, schedules = [] }]): Dataset => {
      return { ...none, name, container: true, stateMachine, resultsLocation, schedules: [...schedules] };
    }),
  ];
}

/** AWS's clients for the services that keep contents. */
export interface Clients {
  readonly athena: AthenaClient;
  readonly glue: GlueClient;
  readonly s3: S3Client;
  readonly sfn: SFNClient;
  /** the local cloud that runs in this process; undefined for AWS and for one that runs elsewhere */
  readonly cloud?: FolderCloud;
  /** name of the region that they call */
  region(): Promise<string>;
  close(): Promise<void>;
}

/** Clients for the place of a stack. Over a data folder a local cloud runs until they are closed. @throws UserError if the folder is in use */
export async function clientsOf(place: StackPlace): Promise<Clients> {
  if (place.kind === "aws") return clients(undefined, regionOf(place.outputs));
  if (place.kind === "endpoint") return clients(place.endpoint, place.region);
  const folder = freeFolder(place.dataDir);
  try {
    const cloud = await folderCloud(place.state, place.dataDir);
    const local = clients(cloud.endpoint, place.state.region);
    return {
      ...local,
      cloud,
      async close() {
        await local.close();
        await cloud.close();
        folder.release();
      },
    };
  } catch (error) {
    folder.release();
    throw error;
  }
}

function clients(endpoint: string | undefined, region: string | undefined): Clients {
  const options = {
    ...(region !== undefined && { region }),
    ...(endpoint !== undefined && { endpoint, credentials: LOCAL_KEYS }),
    // Descriptions of many versions come close to the rates of Athena and Step Functions.
    maxAttempts: 8,
  };
  const [athena, glue, sfn] = [new AthenaClient(options), new GlueClient(options), new SFNClient(options)];
  const s3 = new S3Client({ ...options, forcePathStyle: endpoint !== undefined });
  return {
    athena,
    glue,
    s3,
    sfn,
    region: () => athena.config.region(),
    close() {
      for (const client of [athena, glue, s3, sfn]) client.destroy();
      return Promise.resolve();
    },
  };
}

/** The region that the ARNs of a stack name; without one the environment's counts. */
function regionOf(outputs: StackOutputs): string | undefined {
  return datasetsOf(outputs)
    .map(({ stateMachine }) => stateMachine?.split(":")[3])
    .find((region) => region !== undefined);
}

/** Bucket and key of a content, and where it is as a URL. */
export function objectOf({ resultsLocation }: Dataset, version: string): { Bucket: string; Key: string; url: string } {
  const { bucket, prefix } = parseS3Url(resultsLocation);
  const Key = `${prefix}${version}.csv`;
  return { Bucket: bucket, Key, url: `s3://${bucket}/${Key}` };
}
