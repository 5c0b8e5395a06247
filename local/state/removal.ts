import * as fs from "node:fs";
import * as path from "node:path";
import { TYPES, type Resource } from "../core/model";
import { partitionsFile } from "../services/glue/partition-store";
import { tableFile } from "../services/glue/table-version";
import { RECORDS, UPLOADS } from "../services/s3/bucket-store";
import { fileOf } from "../services/ssm/parameters";

/** Why a resource may not be deleted, or undefined: S3 deletes a bucket with objects only with forceDestroy. */
export function removalProblem(resource: Resource, dataDir: string): string | undefined {
  if (objectsLost(resource, dataDir) === 0) return undefined;
  return (
    `${resource.urn.split("::").at(-1)}: the bucket ${resource.inputs.bucket} holds objects and would be deleted with them (BucketNotEmpty). ` +
    "Allow it with both keys (the component's argument and the stack's allowDataDeletion) and start once before it goes, or start over with --fresh."
  );
}

/** Objects that would go with a bucket although nobody allowed it. */
export function objectsLost({ type, inputs }: Resource, dataDir: string): number {
  if (type !== TYPES.bucket || inputs.forceDestroy === true || typeof inputs.bucket !== "string") return 0;
  const folder = path.join(dataDir, "s3", inputs.bucket);
  if (!fs.existsSync(folder)) return 0;
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
}

/** Removes what a deleted resource leaves in the data folder. */
export function removeData(resource: Resource, dataDir: string): void {
  const remove = (service: string, ...parts: string[]): void => {
    const folder = path.join(dataDir, service);
    const target = path.join(folder, ...parts);
    // A name of a state that was edited by hand must not lead out of the service's folder.
    if (target.startsWith(folder + path.sep)) fs.rmSync(target, { recursive: true, force: true });
  };
  switch (resource.type) {
    case TYPES.stream:
      return remove("kinesis", resource.inputs.name);
    case TYPES.deliveryStream:
      return remove("firehose", resource.inputs.name);
    case TYPES.function:
      remove("lambda-events", `${resource.inputs.name}.ndjson`);
      return remove("lambda", resource.inputs.name);
    case TYPES.logGroup:
      return remove(
        "logs",
        ...String(resource.inputs.name)
          .split("/")
          .filter((part) => part !== ""),
      );
    case TYPES.bucket:
      remove("s3", resource.inputs.bucket);
      for (const beside of [RECORDS, UPLOADS]) remove("s3", beside, resource.inputs.bucket);
      return;
    case TYPES.table:
      remove("glue", tableFile(resource.inputs.databaseName, resource.inputs.name));
      return remove("glue", partitionsFile(resource.inputs.databaseName, resource.inputs.name));
    case TYPES.stateMachine:
      return remove("states", resource.inputs.name);
    case TYPES.parameter:
      return remove("ssm", fileOf(resource.inputs.name));
    case TYPES.eventSourceMapping:
      return remove("event-sources", `${resource.outputs.uuid}.json`);
    case TYPES.queue:
      remove("sqs", `${resource.inputs.name}.queue`);
      return remove("sqs", `${resource.inputs.name}.ndjson`);
  }
}
