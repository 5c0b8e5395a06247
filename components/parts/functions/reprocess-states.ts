/**
 * The definition of the state machine that reprocesses an archive, in the Amazon States Language with JSONata: pure, so that a test reads
 * it as it is. https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */

/** What the state machine does, with every name resolved. */
export interface ReprocessStates {
  /** the component's name */
  name: string;
  functionArn: string;
  /** where results are left: the datastore's bucket */
  bucket: string;
  resultsPrefix: string;
  /** objects that are processed at a time, at most */
  concurrency: number;
}

/** Of the Map, in the ARNs of its executions. */
export const MAP_LABEL = "Objects";
/** Source objects that one invocation takes. */
export const OBJECTS_PER_INVOCATION = 10;
/** Seconds that one invocation may take: the most that Lambda has. */
export const INVOCATION_SECONDS = 900;
/** Days that a run may take; a run that is stopped goes on where it was. */
const RUN_SECONDS = 14 * 86_400;
/** Of a hundred batches; above, something is wrong with all of them. */
const TOLERATED_PERCENT = 10;
/** How often the archive is listed again for what it has delivered meanwhile. */
const PASSES = 20;

type State = Record<string, unknown>;

/** The definition. Its input: `{"from": T, "to": T}` or `{"errors": true}`. Its output: the counts of the run. */
export function reprocessStates({ name, functionArn, bucket, resultsPrefix, concurrency }: ReprocessStates): State {
  return {
    Comment: `Reprocesses the archive of the pipeline ${name}`,
    QueryLanguage: "JSONata",
    StartAt: "Prepare",
    TimeoutSeconds: RUN_SECONDS,
    States: {
      Prepare: {
        ...invoke(functionArn, { action: "prepare", input: "{% $states.input %}" }),
        Assign: { run: "{% $states.result.Payload %}", pass: 1 },
        Next: "Is all of it delivered?",
      },
      "Is all of it delivered?": {
        Type: "Choice",
        Choices: [{ Condition: "{% $run.waitSeconds > 0 %}", Next: "Until it is delivered" }],
        Default: "Reprocess",
      },
      "Until it is delivered": { Type: "Wait", Seconds: "{% $run.waitSeconds %}", Next: "Reprocess" },
      Reprocess: {
        Type: "Map",
        Label: MAP_LABEL,
        MaxConcurrency: concurrency,
        ToleratedFailurePercentage: TOLERATED_PERCENT,
        ItemReader: {
          Resource: "arn:aws:states:::s3:listObjectsV2",
          Arguments: { Bucket: "{% $run.bucket %}", Prefix: "{% $run.prefix %}" },
        },
        ItemBatcher: { MaxItemsPerBatch: OBJECTS_PER_INVOCATION, BatchInput: { run: "{% $run %}" } },
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType: "STANDARD" },
          StartAt: "Objects",
          States: {
            Objects: {
              ...invoke(functionArn, "{% $states.input %}"),
              Output: "{% $states.result.Payload %}",
              End: true,
            },
          },
        },
        ResultWriter: {
          Resource: "arn:aws:states:::s3:putObject",
          Arguments: { Bucket: bucket, Prefix: resultsPrefix },
        },
        Next: "Finish",
      },
      Finish: {
        ...invoke(functionArn, {
          action: "finish",
          run: "{% $run %}",
          results: "{% $states.input.ResultWriterDetails %}",
        }),
        Output: "{% $states.result.Payload %}",
        Next: "Is it complete?",
      },
      "Is it complete?": {
        Type: "Choice",
        Choices: [
          { Condition: "{% $states.input.failedObjects > 0 %}", Next: "Objects failed" },
          {
            Condition: `{% $states.input.unseen > 0 and $pass < ${PASSES} %}`,
            Assign: { pass: "{% $pass + 1 %}" },
            Next: "Reprocess",
          },
          { Condition: "{% $states.input.unseen > 0 %}", Next: "Objects keep coming" },
        ],
        Default: "Done",
      },
      "Objects failed": {
        Type: "Fail",
        Error: "ObjectsFailed",
        Cause:
          "{% $string($states.input.failedObjects) & ' objects could not be processed: ' & $states.input.failure %}",
      },
      "Objects keep coming": {
        Type: "Fail",
        Error: "ObjectsKeepComing",
        Cause: `after ${PASSES} passes the archive still delivers messages of the range; see whether its delivery stream is behind`,
      },
      Done: { Type: "Succeed" },
    },
  };
}

/** A call of the function, which is called again when Lambda has no room, and when its time was up before its objects were done. */
function invoke(functionArn: string, payload: unknown): State {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    Arguments: { FunctionName: functionArn, Payload: payload },
    TimeoutSeconds: INVOCATION_SECONDS + 30,
    Retry: [
      { ErrorEquals: ["TimeIsUp"], IntervalSeconds: 1, MaxAttempts: 50, BackoffRate: 1 },
      // The run is wrong, and would be wrong again.
      { ErrorEquals: ["RangeOverlaps", "NoEnd", "BadRange", "VersionChanged"], MaxAttempts: 0 },
      {
        ErrorEquals: ["States.TaskFailed", "States.Timeout"],
        IntervalSeconds: 5,
        MaxAttempts: 5,
        BackoffRate: 2,
        MaxDelaySeconds: 120,
        JitterStrategy: "FULL",
      },
    ],
  };
}
