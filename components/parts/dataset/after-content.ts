/** The states of a dataset's machine that come after its query: datasets that it starts, and deliveries. */
import { ALL, FAILURE, FAILURE_MESSAGE } from "./failures";
import { expression, RETRY, sdk, text, timeText, verbatim, type State } from "./states-language";
import { noted } from "./lifecycle-events";

/** Where Athena leaves contents. */
interface Contents {
  bucket: string;
  /** `PREFIX/results/NAME/` */
  prefix: string;
}

/** A copy of each content. */
export interface DeliveryStates {
  bucket: string;
  key: string;
  /** place of the rule in the document, from 0 */
  index: number;
}

/** A delivery to an input of AWS IoT Events, of which there is nothing but the event. */
export interface InputStates {
  name: string;
  /** place of the rule in the document, from 0 */
  index: number;
}

/**
 * A dataset that begins when this one has a content. The execution is named for the content, so that no repetition starts it twice; it sees
 * the schedule's time as its own. https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
 */
export function startNext(dataset: string, arn: string): State {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::states:startExecution",
    Arguments: {
      StateMachineArn: arn,
      Name: "{% $version %}",
      Input: {
        scheduledTime: "{% $scheduled %}",
        dataset: verbatim(dataset),
        version: "{% $version %}",
        // links the two executions in the console
        AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: "{% $states.context.Execution.Id %}",
      },
    },
    Retry: RETRY,
    Catch: [{ ErrorEquals: ["StepFunctions.ExecutionAlreadyExistsException"] }, { ...ALL, Assign: FAILURE }],
  };
}

/** A content of Athena, as JSONata of its key within the contents. */
const CSV = '$version & ".csv"';

/** One PUT copies up to 5 GB. @param object JSONata of what is copied, within the contents */
export function deliver({ bucket, prefix }: Contents, { index, ...delivery }: DeliveryStates, object = CSV): State {
  const key = deliveryKey(delivery.key);
  const uri = `${text(`s3://${delivery.bucket}/`)} & ${key}`;
  return {
    Type: "Task",
    Resource: sdk("s3:copyObject"),
    Arguments: {
      Bucket: delivery.bucket,
      Key: delivery.key.search(PLACEHOLDER) < 0 ? verbatim(delivery.key) : expression(key),
      CopySource: expression(`${text(`${bucket}/${prefix}`)} & ${object}`),
    },
    Retry: RETRY,
    Assign: { events: expression(noted({ state: "CONTENT_DELIVERY_SUCCEEDED", index, uri })) },
    Catch: [
      {
        ...ALL,
        Assign: {
          ...FAILURE,
          events: expression(noted({ state: "CONTENT_DELIVERY_FAILED", index, uri, message: FAILURE_MESSAGE })),
        },
      },
    ],
  };
}

/** The event in the place of a delivery to an input of AWS IoT Events, which is switched off. */
export function instead({ bucket, prefix }: Contents, { name: input, index }: InputStates): State {
  const uri = `${text(`s3://${bucket}/${prefix}`)} & ${CSV}`;
  return {
    Type: "Pass",
    Assign: { events: expression(noted({ state: "CONTENT_DELIVERY_SUCCEEDED", index, uri, input })) },
  };
}

/** The placeholders of a delivery's key, as JSONata. Times are UTC, `YYYYMMDDTHHMMSSZ`, as the retired service wrote them. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  versionId: "$version",
  scheduleTime: timeText("$scheduled"),
  creationTime: timeText("$states.context.Execution.StartTime"),
};

/** A placeholder in the key of a delivery: `!{iotanalytics:versionId}`. */
export const PLACEHOLDER = /!\{iotanalytics:([A-Za-z]+)\}/g;

/** Whether a delivery's key may have the placeholder. */
export function isPlaceholder(name: string): boolean {
  return Object.hasOwn(PLACEHOLDERS, name);
}

/** JSONata of a delivery's key. */
function deliveryKey(key: string): string {
  return key
    .split(PLACEHOLDER)
    .map((part, index) => (index % 2 === 0 ? text(part) : PLACEHOLDERS[part]!))
    .filter((part) => part !== '""')
    .join(" & ");
}
