"""boto3 on the Kinesis, Firehose, Lambda and SQS APIs of a stack that runs in the local cloud.

Usage: AWS_ENDPOINT_URL=http://127.0.0.1:8080 python test/clients/streams.py

Uses the stack's first stream, delivery stream, function and queue; kinds that the stack does not have are left out and named.
Records that are put to a stream go the stack's way like any other. Ends with 1 and what was seen if something is wrong.
"""

import json
import os
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

os.environ.setdefault("AWS_ACCESS_KEY_ID", "local")
os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "local")
REGION = os.environ.setdefault("AWS_REGION", os.environ.get("AWS_DEFAULT_REGION", "eu-central-1"))
CLIENTS = 200

if "AWS_ENDPOINT_URL" not in os.environ:
    sys.exit("AWS_ENDPOINT_URL is not set; npm start -- --keep prints it")


def client(service):
    return boto3.client(service, region_name=REGION, config=Config(max_pool_connections=CLIENTS, retries={"mode": "standard", "max_attempts": 8}))


def expect(what, seen, wanted):
    if seen != wanted:
        sys.exit(f"{what}: saw {seen!r}, expected {wanted!r}")
    print(f"ok  {what}")


def refused(what, code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        return expect(what, error.response["Error"]["Code"], code)
    sys.exit(f"{what}: was not refused; expected {code}")


def read_from(kinesis, name, starts, wanted):
    """A consumer as people write it: an iterator for each shard, and GetRecords until all is there."""
    found = []
    iterators = {
        shard: kinesis.get_shard_iterator(StreamName=name, ShardId=shard, **start)["ShardIterator"]
        for shard, start in starts.items()
    }
    for _ in range(60):
        for shard, iterator in iterators.items():
            answer = kinesis.get_records(ShardIterator=iterator, Limit=1000)
            iterators[shard] = answer["NextShardIterator"]
            found += [record["Data"] for record in answer["Records"] if record["Data"] in wanted]
        if len(found) >= len(wanted):
            break
        time.sleep(0.3)
    return found


def kinesis_part():
    kinesis = client("kinesis")
    streams = kinesis.list_streams()["StreamNames"]
    if not streams:
        return print("--  no stream")
    name = streams[0]
    summary = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
    shards = [shard["ShardId"] for page in kinesis.get_paginator("list_shards").paginate(StreamName=name) for shard in page["Shards"]]
    expect("ListShards gives the open shards", len(shards), summary["OpenShardCount"])
    described = kinesis.describe_stream(StreamName=name)["StreamDescription"]
    expect("DescribeStream gives the same", [s["ShardId"] for s in described["Shards"]], shards)
    begin = time.time()
    latest = {shard: {"ShardIteratorType": "LATEST"} for shard in shards}
    iterators = {s: kinesis.get_shard_iterator(StreamName=name, ShardId=s, **latest[s])["ShardIterator"] for s in shards}
    texts = [json.dumps({"device_id": f"client-{i % 7}", "n": i, "run": str(uuid.uuid4())}).encode() for i in range(300)]
    put = kinesis.put_records(StreamName=name, Records=[{"PartitionKey": f"client-{i % 7}", "Data": t} for i, t in enumerate(texts)])
    expect("PutRecords takes 300 records", put["FailedRecordCount"], 0)
    first = put["Records"][0]
    got = []
    for _ in range(30):
        for shard in shards:
            answer = kinesis.get_records(ShardIterator=iterators[shard])
            iterators[shard] = answer["NextShardIterator"]
            got += [record["Data"] for record in answer["Records"] if record["Data"] in texts]
        if len(got) >= len(texts):
            break
        time.sleep(0.3)
    expect("LATEST gives what was put afterwards, once", sorted(got), sorted(texts))
    time.sleep(1)
    at = {s: {"ShardIteratorType": "AT_TIMESTAMP", "Timestamp": begin - 2} for s in shards}
    expect("AT_TIMESTAMP gives it, too", sorted(read_from(kinesis, name, at, set(texts))), sorted(texts))
    time.sleep(1)
    iterator = kinesis.get_shard_iterator(
        StreamName=name, ShardId=first["ShardId"], ShardIteratorType="AT_SEQUENCE_NUMBER", StartingSequenceNumber=first["SequenceNumber"]
    )["ShardIterator"]
    expect("AT_SEQUENCE_NUMBER begins there", kinesis.get_records(ShardIterator=iterator, Limit=1)["Records"][0]["Data"], texts[0])
    refused("an iterator that is none", "InvalidArgumentException", kinesis.get_records, ShardIterator="x")
    refused("a stream that is not there", "ResourceNotFoundException", kinesis.describe_stream, StreamName="no-such-stream")
    refused("a registered consumer, which SubscribeToShard would need", "NotImplementedException", kinesis.register_stream_consumer, StreamARN=summary["StreamARN"], ConsumerName="c")
    with ThreadPoolExecutor(CLIENTS) as pool:
        one = {"StreamName": name, "Data": texts[0]}
        answers = list(pool.map(lambda i: kinesis.put_record(PartitionKey=f"parallel-{i}", **one), range(2 * CLIENTS)))
    numbers = {(a["ShardId"], a["SequenceNumber"]) for a in answers}
    expect(f"{CLIENTS} clients put at the same time", len(numbers), 2 * CLIENTS)


def firehose_part():
    firehose = client("firehose")
    names = firehose.list_delivery_streams(Limit=1000)["DeliveryStreamNames"]
    if not names:
        return print("--  no delivery stream")
    for name in names:
        description = firehose.describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
        expect(f"{name} is there", description["DeliveryStreamStatus"], "ACTIVE")
        if description["DeliveryStreamType"] == "DirectPut":
            batch = firehose.put_record_batch(DeliveryStreamName=name, Records=[{"Data": b'{"n":1}\n'}] * 10)
            expect("PutRecordBatch takes 10 records", batch["FailedPutCount"], 0)
        else:
            refused("a put beside the stream", "InvalidArgumentException", firehose.put_record, DeliveryStreamName=name, Record={"Data": b"x"})


def lambda_part():
    functions = client("lambda")
    names = [f["FunctionName"] for page in functions.get_paginator("list_functions").paginate() for f in page["Functions"]]
    if not names:
        return print("--  no function")
    name = names[0]
    expect("GetFunction", functions.get_function(FunctionName=name)["Configuration"]["State"], "Active")
    expect("DryRun", functions.invoke(FunctionName=name, InvocationType="DryRun")["StatusCode"], 204)
    answer = functions.invoke(FunctionName=name, LogType="Tail", Payload=b'{"records":[]}')
    json.load(answer["Payload"])
    expect("Invoke, with the log", (answer["StatusCode"], "LogResult" in answer), (200, True))
    expect("Event", functions.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"records":[]}')["StatusCode"], 202)
    refused("a function that is not there", "ResourceNotFoundException", functions.get_function, FunctionName="no-such-function")
    mappings = [m for page in functions.get_paginator("list_event_source_mappings").paginate() for m in page["EventSourceMappings"]]
    for mapping in mappings:
        expect("GetEventSourceMapping", functions.get_event_source_mapping(UUID=mapping["UUID"])["UUID"], mapping["UUID"])


def sqs_part():
    sqs = client("sqs")
    urls = sqs.list_queues().get("QueueUrls", [])
    if not urls:
        return print("--  no queue")
    # What reads the queue already would take the messages.
    read = {m["EventSourceArn"] for m in client("lambda").list_event_source_mappings()["EventSourceMappings"]}
    free = [u for u in urls if sqs.get_queue_attributes(QueueUrl=u, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"] not in read]
    if not free:
        return print("--  no queue without a reader")
    url = free[0]
    text = f"message {uuid.uuid4()}"
    attributes = {"kind": {"DataType": "String", "StringValue": "test"}, "n": {"DataType": "Number", "StringValue": "1"}}
    sqs.send_message(QueueUrl=url, MessageBody=text, MessageAttributes=attributes)
    batch = sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": str(i), "MessageBody": f"{text} {i}"} for i in range(9)])
    expect("SendMessageBatch", len(batch["Successful"]), 9)
    own = []
    for _ in range(100):
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, MessageAttributeNames=["All"]).get("Messages", []):
            if message["Body"].startswith(text):
                own.append(message)
            else:
                sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=30)
        if len(own) >= 10:
            break
    expect("ReceiveMessage gives each once", sorted(m["Body"] for m in own), sorted([text] + [f"{text} {i}" for i in range(9)]))
    expect("attributes come along", [m["MessageAttributes"] for m in own if m["Body"] == text], [attributes])
    gone = sqs.delete_message_batch(QueueUrl=url, Entries=[{"Id": str(i), "ReceiptHandle": m["ReceiptHandle"]} for i, m in enumerate(own)])
    expect("DeleteMessageBatch", len(gone["Successful"]), 10)
    refused("a receipt that is none", "ReceiptHandleIsInvalid", sqs.delete_message, QueueUrl=url, ReceiptHandle="x")
    try:
        sqs.get_queue_url(QueueName="no-such-queue")
        sys.exit("a queue that is not there: was not refused")
    except sqs.exceptions.QueueDoesNotExist:
        print("ok  a queue that is not there")


for part in (kinesis_part, firehose_part, lambda_part, sqs_part):
    part()
