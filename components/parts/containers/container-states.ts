/** The definition of a container dataset's state machine, in the Amazon States Language with JSONata: pure, so that a test reads it as it is. */
import { deliver, type DeliveryStates } from "../dataset/after-content";
import { FAILURE, FAILURE_MESSAGE, orGoOn, orNotify } from "../dataset/failures";
import { noted, NOTIFY, notify } from "../dataset/lifecycle-events";
import {
  begin,
  chained,
  DELETED_AT_ONCE,
  deleteEach,
  expression,
  listed,
  text,
  type State,
} from "../dataset/states-language";

/** What the state machine of a container dataset does, with every name resolved. */
export interface ContainerStates {
  /** the component's name, and the container's */
  name: string;
  /** ARN */
  cluster: string;
  /** ARN of the task definition without a revision, which stands for the newest */
  taskDefinition: string;
  network: { subnetIds: readonly string[]; securityGroupIds: readonly string[]; assignPublicIp: boolean };
  logGroup: string;
  /** where contents are kept */
  bucket: string;
  /** `PREFIX/results/NAME/`; a content is a folder below it */
  prefix: string;
  /** datasets whose newest content the container is given */
  sources: readonly { dataset: string; bucket: string; prefix: string }[];
  /** variables whose values a run decides: an index of `sources`, or the name of a file to write */
  variables: readonly ({ name: string; source: number } | { name: string; file: string })[];
  timeoutMinutes: number;
  /** times that a container which failed runs again */
  retries: number;
  outputLimitMegabytes: number;
  /** contents that are kept, the newest; undefined for all */
  keep: number | undefined;
  deliveries: readonly (DeliveryStates & { file: string })[];
}

/** Variables that every container gets. */
export const OWN_VARIABLES = {
  version: "IOTANALYTICS_CONTENT_VERSION",
  scheduleTime: "IOTANALYTICS_SCHEDULE_TIME",
  outputUri: "IOTANALYTICS_OUTPUT_URI",
  dataset: "IOTANALYTICS_DATASET",
} as const;

/** The variable with the place of a content, beside that with its version. */
export function uriVariable(name: string): string {
  return `${name}_URI`;
}

/** Seconds that are left for everything but the container: lists, copies, deletions. */
const REST_SECONDS = 3600;
const MEGABYTE = 1024 * 1024;
/** Seconds from a failed run to the next. */
const RETRY_SECONDS = 60;

/** The definition of a state machine. https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html */
export function containerStates(settings: ContainerStates): Record<string, unknown> {
  const { name, sources, keep, timeoutMinutes, retries, bucket, prefix, deliveries } = settings;
  const first = begin();
  const none = (cause: string, error = "Content.NoSource"): State => noContent(text(error), text(cause));
  const states: [name: string, state: State][] = [
    // The name of the execution is the content's version.
    ["Begin", { ...first, Assign: { ...(first.Assign as object), version: "{% $states.context.Execution.Name %}" } }],
    ...sources.flatMap((source, index) => newestContent(source, index)).map(orNoRun),
    ["Run", run(settings)],
    ...output(settings).map(orNoRun),
    [
      "Content",
      { Type: "Pass", Assign: { events: expression(noted({ state: "SUCCEEDED", uri: outputUri(settings) })) } },
    ],
    ...deliveries.map((delivery, index): [string, State] => [
      `Deliver ${index + 1}`,
      deliver(settings, delivery, `$version & ${text(`/${delivery.file}`)}`),
    ]),
    ...(keep === undefined ? [] : supersede(settings, keep)).map(orNotify),
    ...notify(name, deliveries.length + 1).map(orGoOn),
    ["Failed?", { Type: "Choice", Choices: [{ Condition: "{% $error != '' %}", Next: "Failed" }], Default: "Done" }],
    ["Failed", { Type: "Fail", Error: "{% $error %}", Cause: "{% $cause %}" }],
    ["Done", { Type: "Succeed", Output: outcome(settings) }],
    ...sources.map(({ dataset }, index): [string, State] => [
      `No content ${index + 1}`,
      none(`the dataset ${dataset} has no content yet; make one, and start this again`),
    ]),
    [
      "No output",
      none(`the container ended well and wrote nothing to s3://${bucket}/${prefix}VERSION/`, "Content.Empty"),
    ],
    [
      "Too much output",
      none(
        `the container wrote more than ${settings.outputLimitMegabytes} MB (outputLimitMegabytes)`,
        "Content.TooLarge",
      ),
    ],
    ["Container failed", noContent("$states.input.Error", containerCause(settings))],
  ];
  return {
    Comment: `Makes a content of the dataset ${name}`,
    QueryLanguage: "JSONata",
    StartAt: "Begin",
    TimeoutSeconds: (retries + 1) * (timeoutMinutes * 60 + RETRY_SECONDS * 2 ** retries) + REST_SECONDS,
    States: chained(states),
  };
}

/** An execution's output: what somebody needs to find the content. */
function outcome(settings: ContainerStates): Record<string, string> {
  return {
    version: "{% $version %}",
    scheduleTime: "{% $scheduled %}",
    files: "{% $files %}",
    bytes: "{% $bytes %}",
    uri: expression(outputUri(settings)),
  };
}

/** Ends the run without a content, after the event that says so. @param cause JSONata, as is `error` */
function noContent(error: string, cause: string): State {
  return {
    Type: "Pass",
    Assign: {
      error: expression(error),
      cause: expression(cause),
      events: expression(noted({ state: "FAILED", message: `$substring(${error} & ": " & ${cause}, 0, 2000)` })),
    },
    Next: NOTIFY,
  };
}

/** A call without which there is no content: what it raises ends the run, after the event that says so. */
function orNoRun([name, state]: [string, State]): [string, State] {
  if (state.Type !== "Task") return [name, state];
  const Assign = { ...FAILURE, events: expression(noted({ state: "FAILED", message: FAILURE_MESSAGE })) };
  return [name, { ...state, Catch: [{ ErrorEquals: ["States.ALL"], Assign, Next: NOTIFY }] }];
}

/** The newest content of a dataset, or the one that an execution is started with: `{"dataset": NAME, "version": VERSION}`. */
function newestContent(
  { dataset, bucket, prefix }: ContainerStates["sources"][number],
  index: number,
): [string, State][] {
  const [number, given] = [index + 1, "$states.context.Execution.Input"];
  const version = `(${given}.dataset = ${text(dataset)} and $exists(${given}.version) ? ${given}.version : $substringBefore($substringAfter($newest.key, ${text(prefix)}), ".csv"))`;
  return [
    ...listed(
      [`Source ${number}`, `List source ${number}`, `Whole source ${number}?`],
      {
        bucket,
        prefix,
        initial: { newest: { key: "", time: "" } },
        collect: {
          newest:
            '$sort($append([$newest], [$states.result.Contents[$contains(Key, /\\.csv$/)].{"key": Key, "time": LastModified}]), function($a, $b) { $a.time < $b.time })[0]',
        },
      },
      `Any content ${number}?`,
    ),
    [
      `Any content ${number}?`,
      {
        Type: "Choice",
        Choices: [{ Condition: `{% ${version} = "" %}`, Next: `No content ${number}` }],
        Default: `Content ${number}`,
      },
    ],
    [`Content ${number}`, { Type: "Pass", Assign: { [sourceVariable(index)]: expression(version) } }],
  ];
}

function sourceVariable(index: number): string {
  return `source${index + 1}`;
}

function run(settings: ContainerStates): State {
  const { name, cluster, taskDefinition, network, timeoutMinutes, retries } = settings;
  return {
    Type: "Task",
    Resource: "arn:aws:states:::ecs:runTask.sync",
    Arguments: {
      Cluster: cluster,
      TaskDefinition: taskDefinition,
      LaunchType: "FARGATE",
      PlatformVersion: "LATEST",
      NetworkConfiguration: {
        AwsvpcConfiguration: {
          Subnets: network.subnetIds,
          ...(network.securityGroupIds.length === 0 ? {} : { SecurityGroups: network.securityGroupIds }),
          AssignPublicIp: network.assignPublicIp ? "ENABLED" : "DISABLED",
        },
      },
      Overrides: {
        ContainerOverrides: [
          {
            Name: name,
            Environment: runVariables(settings).map(([Name, Value]) => ({ Name, Value: expression(Value) })),
          },
        ],
      },
    },
    TimeoutSeconds: timeoutMinutes * 60,
    Retry: [
      { ErrorEquals: ["States.Timeout"], MaxAttempts: 0 },
      {
        ErrorEquals: ["States.TaskFailed"],
        IntervalSeconds: RETRY_SECONDS,
        MaxAttempts: retries,
        BackoffRate: 2,
        JitterStrategy: "FULL",
      },
    ],
    Catch: [{ ErrorEquals: ["States.ALL"], Next: "Container failed" }],
  };
}

/** Variables that a run decides, with their values as expressions. */
export function runVariables(
  settings: Pick<ContainerStates, "bucket" | "prefix" | "sources" | "variables">,
): [string, string][] {
  const { sources, variables } = settings;
  const uri = outputUri(settings);
  return [
    [OWN_VARIABLES.version, "$version"],
    [OWN_VARIABLES.scheduleTime, "$scheduled"],
    [OWN_VARIABLES.outputUri, uri],
    ...variables.flatMap((variable): [string, string][] => {
      if ("file" in variable) return [[variable.name, `${uri} & ${text(variable.file)}`]];
      const { bucket, prefix } = sources[variable.source]!;
      const version = `$${sourceVariable(variable.source)}`;
      return [
        [variable.name, version],
        [uriVariable(variable.name), `${text(`s3://${bucket}/${prefix}`)} & ${version} & ".csv"`],
      ];
    }),
  ];
}

function outputUri({ bucket, prefix }: Pick<ContainerStates, "bucket" | "prefix">): string {
  return `${text(`s3://${bucket}/${prefix}`)} & $version & "/"`;
}

/** Looks at what the container wrote: nothing, or too much, is no content. */
function output({ bucket, prefix, outputLimitMegabytes }: ContainerStates): [string, State][] {
  return [
    ...listed(
      ["Output", "List output", "Whole output?"],
      {
        bucket,
        prefix: expression(`${text(prefix)} & $version & "/"`),
        initial: { files: 0, bytes: 0 },
        collect: {
          files: "$files + $count($states.result.Contents)",
          bytes: "$exists($states.result.Contents) ? $bytes + $sum($states.result.Contents.Size) : $bytes",
        },
      },
      "Any output?",
    ),
    [
      "Any output?",
      {
        Type: "Choice",
        Choices: [
          { Condition: "{% $files = 0 %}", Next: "No output" },
          { Condition: expression(`$bytes > ${outputLimitMegabytes * MEGABYTE}`), Next: "Too much output" },
        ],
        Default: "Content",
      },
    ],
  ];
}

/**
 * Lists the objects twice: to find the newest contents, and to delete objects of all others. Of any number of objects no variable holds more
 * than the contents that are kept and the keys that are deleted at once: one has room for 256 KiB
 * (https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html).
 */
function supersede({ bucket, prefix }: ContainerStates, keep: number): [string, State][] {
  const versionOf = `$substringBefore($substringAfter(Key, ${text(prefix)}), "/")`;
  const others = `$states.result.Contents.{"key": Key, "time": LastModified, "version": ${versionOf}}[version != $version]`;
  const newest =
    `($all := $append($newest, ${others}); $each := $distinct($all.version).($v := $; {"version": $v, "time": $sort([$all[version = $v].time])[-1]}); ` +
    `[$sort([$each], function($a, $b) { $a.time < $b.time })[[0..${keep - 2}]]])`;
  return [
    // This execution's content is the newest; no other is kept of a dataset that keeps one.
    ...(keep === 1
      ? ([["None", { Type: "Pass", Assign: { newest: [] } }]] as [string, State][])
      : listed(
          ["First page", "List contents", "Whole list?"],
          { bucket, prefix, initial: { newest: [] }, collect: { newest } },
          "First page of superseded",
        )),
    ...listed(
      ["First page of superseded", "List superseded", "Whole list of superseded?"],
      {
        bucket,
        prefix,
        initial: { old: [] },
        collect: {
          old: `[$append($old, [${others}[$not(version in $newest.version)].key])[[0..${DELETED_AT_ONCE - 1}]]]`,
        },
      },
      "Delete superseded",
    ),
    ["Delete superseded", deleteEach("{% $old %}", bucket, false)],
  ];
}

/**
 * JSONata of why the container failed, in a sentence. What Step Functions gives is the whole task as JSON, cut at 32,768 characters.
 * https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html
 */
function containerCause({ logGroup, timeoutMinutes }: ContainerStates): string {
  const log = text(`; its log is in the log group ${logGroup}`);
  const code = '$match($cause, /"ExitCode":\\s*(\\d+)/)[0].groups[0]';
  const reason = '$match($cause, /"StoppedReason":\\s*"([^"]*)"/)[0].groups[0]';
  const killed = text(" (killed: most often for lack of memory)");
  const late = text(`the container did not end within ${timeoutMinutes} minutes and was stopped`);
  return (
    `($cause := $exists($states.input.Cause) ? $states.input.Cause : ""; $code := ${code}; $reason := ${reason}; ` +
    `$states.input.Error = "States.Timeout" ? ${late} & ${log} : ` +
    `$exists($code) ? "the container ended with exit code " & $code & ($code = "137" ? ${killed} : "") & ${log} : ` +
    `$exists($reason) ? $reason : $cause)`
  );
}
