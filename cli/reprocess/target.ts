import { paginateListObjectsV2, S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  DescribeMapRunCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  RedriveExecutionCommand,
  SFNClient,
  type SFNClientConfig,
  StartExecutionCommand,
  StopExecutionCommand,
  type ExecutionStatus,
} from "@aws-sdk/client-sfn";

/** A run as Step Functions describes it. */
export interface RunState {
  arn: string;
  status: ExecutionStatus;
  input: string;
  output: string | undefined;
  error: string | undefined;
  cause: string | undefined;
  startDate: Date;
  redrivable: boolean;
}

/** How far a run is, in source objects. */
export interface RunProgress {
  total: number;
  done: number;
  failed: number;
}

/** Where runs are started: AWS, a running local cloud, or a data folder. */
export interface ReprocessTarget {
  start(input: string): Promise<string>;
  redrive(run: string): Promise<void>;
  stop(run: string): Promise<void>;
  state(run: string): Promise<RunState>;
  /** undefined until the archive is listed */
  progress(run: string): Promise<RunProgress | undefined>;
  /** the newest run; undefined if there is none */
  last(): Promise<RunState | undefined>;
  /** number and bytes of the objects below a prefix */
  measure(bucket: string, prefix: string): Promise<{ objects: number; bytes: number }>;
  close(): Promise<void>;
}

/** The state machine, by the SDK. @param options of the clients: an endpoint, credentials */
export function sdkTarget(
  machine: string,
  options: Pick<S3ClientConfig, "endpoint" | "region" | "credentials">,
): ReprocessTarget {
  const sfn = new SFNClient(options as SFNClientConfig);
  const s3 = new S3Client({ ...options, forcePathStyle: options.endpoint !== undefined });
  const state = async (run: string): Promise<RunState> => {
    const found = await sfn.send(new DescribeExecutionCommand({ executionArn: run }));
    const { status, input = "{}", output, error, cause, startDate, redriveStatus } = found;
    return {
      arn: run,
      status: status!,
      input,
      output,
      error,
      cause,
      startDate: startDate!,
      redrivable: redriveStatus === "REDRIVABLE",
    };
  };
  return {
    state,
    async start(input) {
      return (await sfn.send(new StartExecutionCommand({ stateMachineArn: machine, input }))).executionArn!;
    },
    async redrive(run) {
      await sfn.send(new RedriveExecutionCommand({ executionArn: run }));
    },
    async stop(run) {
      await sfn.send(new StopExecutionCommand({ executionArn: run, cause: "npm run reprocess" }));
    },
    async progress(run) {
      const { mapRuns = [] } = await sfn.send(new ListMapRunsCommand({ executionArn: run, maxResults: 1 }));
      if (mapRuns[0] === undefined) return undefined;
      const { itemCounts } = await sfn.send(new DescribeMapRunCommand({ mapRunArn: mapRuns[0].mapRunArn }));
      const { total = 0, succeeded = 0, failed = 0, timedOut = 0, aborted = 0 } = itemCounts ?? {};
      return { total, done: succeeded, failed: failed + timedOut + aborted };
    },
    async last() {
      const { executions = [] } = await sfn.send(
        new ListExecutionsCommand({ stateMachineArn: machine, maxResults: 1 }),
      );
      return executions[0] === undefined ? undefined : state(executions[0].executionArn!);
    },
    async measure(Bucket, Prefix) {
      let [objects, bytes] = [0, 0];
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket, Prefix }))
        for (const { Size = 0 } of Contents) {
          objects++;
          bytes += Size;
        }
      return { objects, bytes };
    },
    close() {
      sfn.destroy();
      s3.destroy();
      return Promise.resolve();
    },
  };
}
