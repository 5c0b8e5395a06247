import assert from "node:assert/strict";
import { FirehoseClient, PutRecordCommand as PutToFirehose } from "@aws-sdk/client-firehose";
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  RegisterStreamConsumerCommand,
} from "@aws-sdk/client-kinesis";
import { InvokeCommand, LambdaClient, ListEventSourceMappingsCommand } from "@aws-sdk/client-lambda";
import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { ACCOUNT, TYPES } from "../../local/core/model";
import { mappingStack, SOURCE } from "./services/event-sources/support";
import { smallStack, TestCloud } from "./stack";

/** Sends each event on to the queue whose URL is in its environment, with the SDK of the runtime and the keys of its role. */
const FORWARDS = `const { SQSClient, SendMessageCommand } = require("@aws-sdk/client-sqs");
exports.handler = async ({ text }) => {
  const client = new SQSClient({});
  return (await client.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: text }))).MessageId;
};`;

describe("the SDK's clients on streams, functions and queues", () => {
  let test: TestCloud;
  let settings: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  before(async () => {
    const resources = mappingStack({
      code: FORWARDS,
      mapping: { eventSourceArn: SOURCE, enabled: false },
      functionInputs: {
        environment: { variables: { QUEUE_URL: `https://sqs.eu-central-1.amazonaws.com/${ACCOUNT}/dead` } },
      },
    });
    const archive = smallStack().filter(({ type, name }) => type === TYPES.bucket || name.startsWith("archive"));
    const direct = archive.map((resource) =>
      resource.type === TYPES.deliveryStream
        ? { ...resource, inputs: { ...resource.inputs, kinesisSourceConfiguration: undefined } }
        : resource,
    );
    test = new TestCloud([...resources, ...direct], undefined, Date.now());
    const { http } = await test.cloud.listen({ mqtt: 0, http: 0 });
    settings = { endpoint: http, region: "eu-central-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } };
  });
  after(() => test.close());

  it("Kinesis: puts, lists and reads", async () => {
    const client = new KinesisClient(settings);
    const Data = Buffer.from([0, 255, 10]);
    const put = await client.send(new PutRecordsCommand({ StreamName: "in", Records: [{ PartitionKey: "ä", Data }] }));
    assert.equal(put.FailedRecordCount, 0);
    const { Shards } = await client.send(new ListShardsCommand({ StreamName: "in" }));
    const { ShardId } = Shards![0]!;
    const { ShardIterator } = await client.send(
      new GetShardIteratorCommand({ StreamName: "in", ShardId, ShardIteratorType: "TRIM_HORIZON" }),
    );
    const { Records, MillisBehindLatest } = await client.send(new GetRecordsCommand({ ShardIterator }));
    assert.deepEqual([Buffer.from(Records![0]!.Data!), Records![0]!.PartitionKey, MillisBehindLatest], [Data, "ä", 0]);
    assert.ok(Records![0]!.ApproximateArrivalTimestamp instanceof Date);
    await assert.rejects(
      client.send(new RegisterStreamConsumerCommand({ StreamARN: "arn:x", ConsumerName: "c" })),
      /RegisterStreamConsumer of Kinesis Data Streams is not part of the local cloud/,
    );
  });

  it("Firehose: puts", async () => {
    const client = new FirehoseClient(settings);
    const Record = { Data: Buffer.from("x") };
    const { RecordId } = await client.send(new PutToFirehose({ DeliveryStreamName: "archive", Record }));
    assert.ok(RecordId!.length > 40);
  });

  it("Lambda: invokes, and a function reaches the queue whose URL the program gave it", async () => {
    const client = new LambdaClient(settings);
    const answer = await client.send(
      new InvokeCommand({ FunctionName: "reader", Payload: '{"text":"from the function"}' }),
    );
    assert.equal(answer.FunctionError, undefined, answer.Payload!.transformToString());
    const { EventSourceMappings } = await client.send(new ListEventSourceMappingsCommand({}));
    assert.equal(EventSourceMappings![0]!.State, "Disabled");
    const sqs = new SQSClient(settings);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: "dead" }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
    assert.equal(Messages![0]!.Body, "from the function");
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages![0]!.ReceiptHandle }));
  });

  it("SQS: compares the digests of what it sends and receives, and knows its errors", async () => {
    const client = new SQSClient(settings);
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: "source" }));
    const MessageAttributes = { n: { DataType: "Number", StringValue: "1" } };
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "ä\n", MessageAttributes }));
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"] }));
    assert.deepEqual([Messages![0]!.Body, Messages![0]!.MessageAttributes], ["ä\n", MessageAttributes]);
    await assert.rejects(client.send(new GetQueueUrlCommand({ QueueName: "none" })), QueueDoesNotExist);
  });
});
