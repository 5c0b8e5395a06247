/** What the state machines of datasets have in common, in the Amazon States Language with JSONata. */

/** A state of a machine. https://states-language.net/spec.html */
export type State = Record<string, unknown>;

/** Objects in one page of a list: an answer with more would be too long for Step Functions, which takes 256 KiB. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const PAGE = 400;
/** Contents that one execution deletes at most, each with its metadata; the next goes on. */
export const DELETED_AT_ONCE = 500;

/** States by name, each of which leads to the one after it, unless it says where else; and so does each error that it catches. */
export function chained(states: readonly [name: string, state: State][]): Record<string, State> {
  return Object.fromEntries(
    states.map(([state, fields], index) => {
      const after = { Next: states[index + 1]?.[0] };
      const caught = (fields.Catch as State[] | undefined)?.map((each) => ({ ...after, ...each }));
      const whole = caught === undefined ? fields : { ...fields, Catch: caught };
      const ends = "Next" in whole || ["Choice", "Succeed", "Fail"].includes(whole.Type as string);
      return [state, ends ? whole : { ...whole, ...after }];
    }),
  );
}

/** The schedule says for when a run is; one that a person starts is for now. Nothing has been made, and nothing has failed. */
export function begin(): State {
  return {
    Type: "Pass",
    Assign: {
      scheduled: expression(
        "$fromMillis($toMillis($exists($states.input.scheduledTime) ? $states.input.scheduledTime : $states.context.Execution.StartTime))",
      ),
      version: "",
      events: [],
      error: "",
      cause: "",
    },
  };
}

/** A time as the keys of deliveries have it: UTC, `YYYYMMDDTHHMMSSZ`. @param time an expression */
export function timeText(time: string): string {
  return `$fromMillis($toMillis(${time}), "[Y0001][M01][D01]T[H01][m01][s01]Z")`;
}

/** What is collected of a list of objects. */
interface Listing {
  bucket: string;
  /** a text, or an expression */
  prefix: string;
  /** variables by name as they are before the first page */
  initial: Record<string, unknown>;
  /** and after each page, as expressions that see them and `$states.result.Contents`, which is absent from an empty page */
  collect: Record<string, string>;
}

/** States that list the objects below a prefix page by page. @param names of the states; the last one leads to `next` */
export function listed(
  [first, list, whole]: readonly [first: string, list: string, whole: string],
  { bucket, prefix, initial, collect }: Listing,
  next: string,
): [string, State][] {
  return [
    [first, { Type: "Pass", Assign: { ...initial, after: prefix } }],
    [
      list,
      {
        Type: "Task",
        Resource: sdk("s3:listObjectsV2"),
        Arguments: { Bucket: bucket, Prefix: prefix, MaxKeys: PAGE, StartAfter: "{% $after %}" },
        Assign: {
          ...Object.fromEntries(Object.entries(collect).map(([name, jsonata]) => [name, expression(jsonata)])),
          // Keys are in order, so the next page begins after the last one.
          after: expression("$exists($states.result.Contents) ? $states.result.Contents[-1].Key : $after"),
          more: expression("$states.result.IsTruncated = true"),
        },
        Retry: RETRY,
      },
    ],
    [whole, { Type: "Choice", Choices: [{ Condition: "{% $more %}", Next: list }], Default: next }],
  ];
}

/**
 * Deletes objects of a bucket, at most so many at a time as S3 takes without throttling.
 * @param keys an expression: a list of keys
 * @param metadata whether Athena's metadata is beside each
 * @param what names what is deleted, in the names of the states: no two states may have one name
 */
export function deleteEach(keys: string, bucket: string, metadata: boolean, what = "content"): State {
  const [own, beside] = [`Delete ${what}`, what === "content" ? "Delete metadata" : `Delete metadata of ${what}`];
  const content = { ...remove(bucket, "{% $states.input %}"), Output: "{% $states.input %}", End: true };
  const withMetadata = remove(bucket, expression('$states.input & ".metadata"'));
  return {
    Type: "Map",
    Items: keys,
    MaxConcurrency: 10,
    ItemProcessor: {
      ProcessorConfig: { Mode: "INLINE" },
      StartAt: metadata ? beside : own,
      States: {
        ...(metadata ? { [beside]: { ...withMetadata, Output: "{% $states.input %}", Next: own } } : {}),
        [own]: content,
      },
    },
  };
}

function remove(bucket: string, key: string): State {
  return { Type: "Task", Resource: sdk("s3:deleteObject"), Arguments: { Bucket: bucket, Key: key }, Retry: RETRY };
}

/** Retries of a call that failed for a moment. */
export const RETRY = [
  { ErrorEquals: ["States.TaskFailed"], IntervalSeconds: 5, MaxAttempts: 3, BackoffRate: 2, JitterStrategy: "FULL" },
];

/** The resource of a task that calls the SDK, `s3:copyObject`. */
export function sdk(action: string): string {
  return `arn:aws:states:::aws-sdk:${action}`;
}

/** JSONata as the value of a field. */
export function expression(jsonata: string): string {
  return `{% ${jsonata} %}`;
}

/** A text literal of JSONata, whose escapes are JSON's; without a percent sign, which might end the expression. */
export function text(value: string): string {
  return JSON.stringify(value).replaceAll("%", "\\u0025");
}

/** A field that is text and looks like an expression would be taken for one. */
export function verbatim(value: string): string {
  return /^\{%[^]*%\}$/.test(value) ? expression(text(value)) : value;
}
