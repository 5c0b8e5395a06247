import type * as pulumi from "@pulumi/pulumi";
import { flag, input, matching, object, whole } from "../common/shape";

/** The alarms of a component: which there are and what each means is in docs/operations.md. */
export interface AlarmsArgs {
  /** Whether there are alarms. Default: true. Example: false. */
  enabled?: boolean;
  /** ARN of an SNS topic that is notified when an alarm goes off and when it is over. Default: none. Example: "arn:aws:sns:eu-central-1:123456789012:on-call". */
  topicArn?: pulumi.Input<string>;
  /** How far a reader of the stream may be behind, percent of the stream's retention, 1 to 90. Default: 10. Example: 25. */
  behindPercent?: number;
  /** How long a batch may take, percent of the function's time, 10 to 99. Default: 80. Example: 90. */
  durationPercent?: number;
  /** Messages of one minute that may fail in the pipeline, 0 to 1,000,000. Default: 0. Example: 10. */
  failedMessages?: number;
}

/** The thresholds of alarms whose arguments state none: percent, percent, messages. */
export const DEFAULT_ALARMS = { behindPercent: 10, durationPercent: 80, failedMessages: 0 } as const;

/** The argument `alarms`. */
export const ALARMS = object<AlarmsArgs>({
  enabled: flag,
  topicArn: input(
    matching(
      /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
      "the ARN of a topic, arn:aws:sns:REGION:ACCOUNT:NAME, and not a FIFO one, which CloudWatch does not call",
    ),
  ),
  behindPercent: whole(1, 90, "percent"),
  durationPercent: whole(10, 99, "percent"),
  failedMessages: whole(0, 1_000_000, "messages"),
});
