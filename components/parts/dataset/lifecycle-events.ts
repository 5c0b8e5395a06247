/** The events that a dataset's state machine puts on the account's default bus of EventBridge. */
import { expression, RETRY, text, type State } from "./states-language";

/**
 * The source of the events. The retired service's was `aws.iotanalytics`; AWS keeps sources that begin with `aws.` for itself.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
 */
export const EVENT_SOURCE = "iot-telemetry-etl";

/** The type of the retired service's events about contents. https://docs.aws.amazon.com/iotanalytics/latest/userguide/late-data-notification.html */
export const LIFECYCLE_EVENT = "IoT Analytics Dataset Lifecycle Notification";

/** Entries that one call of PutEvents takes. https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
const ENTRIES = 10;

/** What the machine's role may be asked to put: nothing under another's name. */
export const EVENT_CONDITION = {
  StringEquals: { "events:source": EVENT_SOURCE, "events:detail-type": LIFECYCLE_EVENT },
};

/** An event that waits in the variable `events` until the states of `notify` put it. */
export interface Noted {
  state: "SUCCEEDED" | "FAILED" | "CONTENT_DELIVERY_SUCCEEDED" | "CONTENT_DELIVERY_FAILED";
  /** place of the delivery rule in the document, from 0; only of deliveries */
  index?: number;
  /** JSONata of the S3 URI of the object that the event is about */
  uri?: string;
  /** JSONata of what went wrong */
  message?: string;
  /** name of the input of AWS IoT Events that the rule delivered to */
  input?: string;
}

/** JSONata of the variable `events` with one more. */
export function noted({ state, index, uri = "null", message = "null", input }: Noted): string {
  const rule = index === undefined ? "null" : text(String(index));
  const to = input === undefined ? "null" : text(input);
  return `$append($events, [{"state": ${text(state)}, "rule": ${rule}, "uri": ${uri}, "message": ${message}, "input": ${to}}])`;
}

/** The states that put what `events` holds. @param most events that there can be */
export function notify(dataset: string, most: number): [string, State][] {
  const calls = Math.ceil(most / ENTRIES);
  return Array.from({ length: calls }, (_, call): [string, State] => [
    call === 0 ? NOTIFY : `${NOTIFY} ${call + 1}`,
    put(entriesOf(dataset, `$events[[${call * ENTRIES}..${(call + 1) * ENTRIES - 1}]]`)),
  ]);
}

/** The first of the states that put events. */
export const NOTIFY = "Notify";

/** A task that puts events, given JSONata of their entries. */
export function put(entries: string): State {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::events:putEvents",
    Arguments: { Entries: expression(entries) },
    Retry: RETRY,
  };
}

function entriesOf(dataset: string, events: string): string {
  const detail = [
    '"event-detail-version": "1.0"',
    `"dataset-name": ${text(dataset)}`,
    '"version-id": $version = "" ? null : $version',
    '"content-delivery-rule-index": rule',
    '"state": state',
    '"message": message',
    '"content-uri": uri',
    '"iot-events-input": input',
  ];
  return `[${events}.${entry(`{${detail.join(", ")}}`)}]`;
}

/** JSONata of an entry, given that of its detail. Step Functions adds the ARNs of the execution and the machine. https://docs.aws.amazon.com/step-functions/latest/dg/connect-eventbridge.html */
export function entry(detail: string): string {
  return `{"Source": ${text(EVENT_SOURCE)}, "DetailType": ${text(LIFECYCLE_EVENT)}, "Detail": ${detail}}`;
}
