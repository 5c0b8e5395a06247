import { randomUUID } from "node:crypto";
import { withActions } from "../../../aws/calls/call";
import { LAMBDA_CALLS } from "../../../aws/calls/lambda";
import type { Clock } from "../../core/clock";
import type { Iam } from "../../iam";
import { sequenceNumber, shardId } from "../kinesis/stream";
import type { ShardRecord } from "../kinesis/shard";
import type { Invocation, LambdaFunction } from "../lambda/function";
import type { Queue } from "../sqs/queue";

/** Why a batch is given up. https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html */
export type Condition = "RetryAttemptsExhausted" | "RecordAgeExceeded";

/** A batch of a stream that was given up. */
export interface FailedBatch {
  shard: number;
  /** not empty */
  records: readonly ShardRecord[];
  condition: Condition;
  invocations: number;
  /** its last; undefined if the function was never called with it */
  invocation: Invocation | undefined;
}

/** The on-failure destination of a mapping: a queue that gets a message about each batch that was given up. */
export class FailedBatches {
  constructor(
    private readonly queue: Queue | undefined,
    private readonly lambda: LambdaFunction,
    private readonly streamArn: string,
    private readonly context: { clock: Clock; iam: Iam },
  ) {
    if (queue === undefined) return;
    const send = {
      call: withActions(LAMBDA_CALLS.failedBatches, "sqs:SendMessage"),
      why: "only for a batch that the function failed on",
    };
    context.iam.requirePermissions({ principal: lambda.role, resource: queue.arn }, send);
    for (const { action, resource, context: of } of queue.keyPermissions("kms:GenerateDataKey", "kms:Decrypt"))
      context.iam.requirePermissions(
        { principal: lambda.role, resource, context: of },
        { ...send, call: withActions(send.call, action) },
      );
  }

  /** @returns why it could not be sent, or undefined; without a destination there is nothing to send */
  send(batch: FailedBatch): string | undefined {
    const { queue, lambda } = this;
    if (queue === undefined || queue.send(lambda.role, JSON.stringify(this.envelope(batch)), {})) return undefined;
    return `the role of function ${lambda.name} may not send a failed batch to ${queue.arn}`;
  }

  /** As in AWS's example: what the batch was, and not its records. */
  private envelope({ shard, records, condition, invocations, invocation }: FailedBatch): object {
    const first = records[0]!;
    const last = records.at(-1)!;
    const time = (ms: number): string => new Date(ms).toISOString();
    return {
      requestContext: {
        requestId: randomUUID(),
        functionArn: this.lambda.arn,
        condition,
        approximateInvokeCount: invocations,
      },
      ...(invocation === undefined
        ? {}
        : {
            responseContext: {
              statusCode: 200,
              executedVersion: "$LATEST",
              ...(invocation.ok ? {} : { functionError: "Unhandled" }),
            },
          }),
      version: "1.0",
      timestamp: time(this.context.clock.now()),
      KinesisBatchInfo: {
        shardId: shardId(shard),
        startSequenceNumber: sequenceNumber(shard, first.index),
        endSequenceNumber: sequenceNumber(shard, last.index),
        approximateArrivalOfFirstRecord: time(first.arrival),
        approximateArrivalOfLastRecord: time(last.arrival),
        batchSize: records.length,
        streamArn: this.streamArn,
      },
    };
  }
}
