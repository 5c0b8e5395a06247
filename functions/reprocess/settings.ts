/** What a reprocess function gets from its environment and its definition. */
import type { TransformDefinition } from "../../etl/pipeline";

/** `definition.json` in the function's archive. */
export interface ReprocessDefinition extends TransformDefinition {
  /** of the documents and the settings that change rows; one run never mixes rows of two */
  version: string;
}

/** Where a reprocess function reads and writes. */
export interface ReprocessSettings {
  archive: { bucket: string; prefix: string };
  /** seconds that the archive's delivery stream buffers at most */
  bufferSeconds: number;
  target: {
    bucket: string;
    /** of rows, in front of their partitions */
    rowsPrefix: string;
    /** of failed messages, in front of the error type */
    errorPrefix: string;
    /** of what runs remember: ranges, and what has become of each object */
    statePrefix: string;
    /** a customer's key for objects; undefined for the bucket's own encryption */
    kmsKeyArn: string | undefined;
  };
  table: { database: string; table: string };
  /** object with the boundary to the live messages; undefined where a run is given its end */
  boundaryKey: string | undefined;
  /** whether lines of the log contain messages */
  logPayloads: boolean;
}

/** Reads the environment. @throws Error that names what is missing */
export function settingsOf(env: NodeJS.ProcessEnv): ReprocessSettings {
  const of = (name: string): string => {
    const value = env[name];
    if (value === undefined) throw new Error(`the environment variable ${name} is not set`);
    return value;
  };
  return {
    archive: { bucket: of("ARCHIVE_BUCKET"), prefix: of("ARCHIVE_PREFIX") },
    bufferSeconds: Number(of("ARCHIVE_BUFFER_SECONDS")),
    target: {
      bucket: of("DATASTORE_BUCKET"),
      rowsPrefix: of("ROWS_PREFIX"),
      errorPrefix: of("ERROR_PREFIX"),
      statePrefix: of("STATE_PREFIX"),
      kmsKeyArn: env.KMS_KEY_ARN,
    },
    table: { database: of("DATASTORE_DATABASE"), table: of("DATASTORE_TABLE") },
    boundaryKey: env.BOUNDARY_KEY,
    logPayloads: env.LOG_PAYLOADS !== "false",
  };
}
