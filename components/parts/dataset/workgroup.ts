import * as athena from "@pulumi/aws/athena";
import type * as pulumi from "@pulumi/pulumi";
import { uniqueName } from "../common/names";
import type { Scope } from "../common/scope";
import { transformed, type Transform } from "../common/transform";
import type { Store } from "../storage/store";

const MEGABYTE = 1024 * 1024;

/** What decides about a workgroup of a dataset, or of its dashboard. */
export interface WorkgroupSettings {
  store: Store;
  /** `s3://BUCKET/PREFIX/` */
  location: pulumi.Output<string>;
  /** tells it from the workgroup of the contents; undefined for that */
  purpose?: string;
  /** what its queries are for; that of a dataset by default */
  description?: string;
  scanLimitMegabytes?: number;
  kmsKeyArn?: pulumi.Input<string>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** A workgroup with a scan limit, whose results are encrypted and in one place. */
export function createWorkgroup(
  { component, name, aws }: Scope,
  { store, location, purpose, description, scanLimitMegabytes = 10_240, kmsKeyArn, tags }: WorkgroupSettings,
  transform: Transform<athena.WorkgroupArgs> | undefined,
): athena.Workgroup {
  const args: athena.WorkgroupArgs = {
    name: uniqueName(component, "workgroup", name, purpose),
    description: description ?? (purpose === undefined ? `Dataset ${name}` : `Dataset ${name}, ${purpose} rows`),
    // What is lost with it is the history of its queries; contents are in the bucket.
    forceDestroy: true,
    configuration: {
      enforceWorkgroupConfiguration: true,
      publishCloudwatchMetricsEnabled: true,
      bytesScannedCutoffPerQuery: scanLimitMegabytes * MEGABYTE,
      engineVersion: { selectedEngineVersion: "Athena engine version 3" },
      resultConfiguration: {
        outputLocation: location,
        encryptionConfiguration:
          kmsKeyArn === undefined ? { encryptionOption: "SSE_S3" } : { encryptionOption: "SSE_KMS", kmsKeyArn },
        // The dataset's own bucket is in this account; a query never writes to a stranger's of the same name.
        expectedBucketOwner: store.nodes === undefined ? undefined : aws.account,
      },
    },
    tags,
  };
  const opts = { parent: component, dependsOn: store.ready };
  return new athena.Workgroup(
    ...transformed(transform, `${name}-${purpose === undefined ? "" : `${purpose}-`}workgroup`, args, opts),
  );
}
