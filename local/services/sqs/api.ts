import type {
  GetQueueAttributesRequest,
  GetQueueAttributesResult,
  GetQueueUrlRequest,
  GetQueueUrlResult,
  ListDeadLetterSourceQueuesRequest,
  ListDeadLetterSourceQueuesResult,
  ListQueuesRequest,
  ListQueuesResult,
  ListQueueTagsRequest,
  ListQueueTagsResult,
  PurgeQueueRequest,
} from "@aws-sdk/client-sqs";
import { ApiError, type Operation, operation, type ServiceApi } from "../../api";
import { ACCOUNT } from "../../core/model";
import { batchOperations } from "./batch-operations";
import { invalidValue, numberWithin } from "./errors";
import { QueueFinder } from "./find";
import { messageOperations } from "./message-operations";
import type { Queue } from "./queue";

interface Services {
  region: string;
  /** by ARN */
  queues: ReadonlyMap<string, Queue>;
}

/**
 * The API of SQS: messages of the standard queues that are declared.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
 */
export function sqsApi({ region, queues }: Services): ServiceApi {
  const finder = new QueueFinder(region, queues);
  return {
    service: "sqs",
    notes: [
      "Queues are standard queues. The URL in answers has the address that was called, for SDKs send to it; AWS's URL of a queue is understood as well.",
      "The AWS CLI of version 1 does not use `AWS_ENDPOINT_URL` for SQS; give it `--endpoint-url`.",
    ],
    operations: { ...messageOperations(finder), ...batchOperations(finder), ...queueOperations(finder) },
  };
}

function queueOperations(finder: QueueFinder): Record<string, Operation<never>> {
  return {
    GetQueueUrl: operation<GetQueueUrlRequest, GetQueueUrlResult>({
      takes: ["QueueName", "QueueOwnerAWSAccountId"],
      permissions: ({ QueueName }) => [{ action: "sqs:GetQueueUrl", resource: finder.arnOf(QueueName) }],
      answer: ({ input, headers }) => {
        if ((input.QueueOwnerAWSAccountId ?? ACCOUNT) !== ACCOUNT)
          throw new ApiError(400, "QueueDoesNotExist", "The specified queue does not exist.");
        return { QueueUrl: finder.urlOf(finder.named(input.QueueName), headers) };
      },
    }),
    GetQueueAttributes: operation<GetQueueAttributesRequest, GetQueueAttributesResult>({
      takes: ["QueueUrl", "AttributeNames"],
      permissions: (input) => finder.permissions("GetQueueAttributes", input),
      answer: ({ input }) => {
        const all = attributesOf(finder.find(input));
        const names: string[] = input.AttributeNames ?? [];
        const unknown = names.find((name) => name !== "All" && !KNOWN_ATTRIBUTES.includes(name));
        if (unknown !== undefined) throw new ApiError(400, "InvalidAttributeName", `Unknown Attribute ${unknown}.`);
        const wanted = Object.entries(all).filter(
          ([name, value]) => value !== undefined && (names.includes("All") || names.includes(name)),
        );
        return wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted) };
      },
    }),
    ListQueues: operation<ListQueuesRequest, ListQueuesResult>({
      takes: ["QueueNamePrefix", "MaxResults", "NextToken"],
      permissions: () => [{ action: "sqs:ListQueues", resource: "*" }],
      answer: ({ input, headers }) => {
        const found = finder.all.filter(({ name }) => name.startsWith(input.QueueNamePrefix ?? ""));
        const { queues, NextToken } = page(found, input);
        return queues.length === 0 ? {} : { QueueUrls: queues.map((queue) => finder.urlOf(queue, headers)), NextToken };
      },
    }),
    ListDeadLetterSourceQueues: operation<ListDeadLetterSourceQueuesRequest, ListDeadLetterSourceQueuesResult>({
      takes: ["QueueUrl", "MaxResults", "NextToken"],
      permissions: (input) => finder.permissions("ListDeadLetterSourceQueues", input),
      answer: ({ input, headers }) => {
        const target = finder.find(input);
        const sources = finder.all.filter(({ deadLetters }) => deadLetters === target);
        const { queues, NextToken } = page(sources, input);
        return { queueUrls: queues.map((queue) => finder.urlOf(queue, headers)), NextToken };
      },
    }),
    ListQueueTags: operation<ListQueueTagsRequest, ListQueueTagsResult>({
      takes: ["QueueUrl"],
      permissions: (input) => finder.permissions("ListQueueTags", input),
      answer: ({ input }) => {
        const tags = finder.find(input).resource.inputs.tags as Record<string, string> | undefined;
        return tags === undefined || Object.keys(tags).length === 0 ? {} : { Tags: tags };
      },
    }),
    PurgeQueue: operation<PurgeQueueRequest, object>({
      takes: ["QueueUrl"],
      permissions: (input) => finder.permissions("PurgeQueue", input),
      answer: ({ input }) => {
        const queue = finder.find(input);
        if (queue.purge()) return {};
        throw new ApiError(
          400,
          "PurgeQueueInProgress",
          `Only one PurgeQueue operation on ${queue.name} is allowed every 60 seconds.`,
        );
      },
    }),
  };
}

/** A page of a listing, whose token is the last name of it. Without MaxResults there are at most 1,000 and no token. */
function page(
  all: readonly Queue[],
  input: { MaxResults?: number | undefined; NextToken?: string | undefined },
): { queues: Queue[]; NextToken?: string } {
  const max = numberWithin("MaxResults", input.MaxResults, 1, 1000);
  if (input.NextToken !== undefined && max === undefined)
    throw invalidValue("MaxResults is a mandatory parameter when you provide a value for NextToken.");
  const left = all.filter(({ name }) => name > (input.NextToken ?? ""));
  const queues = left.slice(0, max ?? 1000);
  return max !== undefined && left.length > queues.length ? { queues, NextToken: queues.at(-1)!.name } : { queues };
}

const KNOWN_ATTRIBUTES = [
  "QueueArn",
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
  "CreatedTimestamp",
  "LastModifiedTimestamp",
  "VisibilityTimeout",
  "MaximumMessageSize",
  "MessageRetentionPeriod",
  "DelaySeconds",
  "ReceiveMessageWaitTimeSeconds",
  "RedrivePolicy",
  "RedriveAllowPolicy",
  "KmsMasterKeyId",
  "KmsDataKeyReusePeriodSeconds",
  "SqsManagedSseEnabled",
  "Policy",
];

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html */
function attributesOf(queue: Queue): Record<string, string | undefined> {
  const { inputs } = queue.resource;
  queue.expire();
  const { visible, hidden, delayed } = queue.counts;
  const key: string | undefined = inputs.kmsMasterKeyId;
  const seconds = String(Math.floor(queue.created / 1000));
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(hidden),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: seconds,
    LastModifiedTimestamp: seconds,
    VisibilityTimeout: String(queue.visibility / 1000),
    MaximumMessageSize: String(queue.maxBytes),
    MessageRetentionPeriod: String(queue.retention / 1000),
    DelaySeconds: String(queue.delay / 1000),
    ReceiveMessageWaitTimeSeconds: String(queue.waitSeconds),
    RedrivePolicy: inputs.redrivePolicy,
    RedriveAllowPolicy: inputs.redriveAllowPolicy,
    KmsMasterKeyId: key,
    KmsDataKeyReusePeriodSeconds: key === undefined ? undefined : String(inputs.kmsDataKeyReusePeriodSeconds ?? 300),
    SqsManagedSseEnabled: String(key === undefined && inputs.sqsManagedSseEnabled !== false),
  };
}
