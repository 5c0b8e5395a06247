import type * as kinesis from "@pulumi/aws/kinesis";
import * as pulumi from "@pulumi/pulumi";
import { customerKey, readsStream, writesObjects } from "../common/kms";
import { lift } from "../common/inputs";
import { member } from "../common/transform";
import { writesDeliveryLog, type DeliveryLogNodes } from "../common/logs";
import type { AwsContext } from "../common/aws-context";
import type { Statement } from "../common/role";

/** The stream that a delivery stream reads. */
export interface SourceStream {
  name: pulumi.Input<string>;
  /** the customer's key of the stream */
  kmsKeyArn: pulumi.Input<string> | undefined;
}

/** What every delivery stream of a component does: read a stream, write objects, log its errors. */
interface Delivery {
  aws: AwsContext;
  /** undefined for one that records are put into */
  stream: SourceStream | undefined;
  bucket: pulumi.Input<string>;
  /** below which it writes unless a transform decided otherwise: data, then errors */
  prefixes: [data: string, errors: string];
  /** the delivery stream after its transform */
  written: kinesis.FirehoseDeliveryStreamArgs;
  log: DeliveryLogNodes;
}

/** The statements of a delivery stream's role, each with the call that needs it. */
export function deliveryStatements(delivery: Delivery): Statement[] {
  const { aws, stream, bucket, written, log } = delivery;
  const [data, errors] = delivery.prefixes;
  const prefixes = [
    below(data, member<string>(written, S3, "prefix")),
    below(errors, member<string>(written, S3, "errorOutputPrefix")),
  ];
  const objectKey = customerKey(member<string>(written, S3, "kmsKeyArn"));
  return [
    ...(stream === undefined ? [] : [readsRecords(stream, aws)]),
    // The bucket itself: its region, and which uploads of an earlier attempt are unfinished.
    {
      Sid: "FindBucket",
      Effect: "Allow",
      Action: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
      Resource: [aws.bucket(bucket)],
    },
    // Objects under the two prefixes: PutObject writes, AbortMultipartUpload gives up, GetObject looks whether it is there.
    {
      Sid: "WriteObjects",
      Effect: "Allow",
      Action: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
      Resource: prefixes.map((prefix) => aws.bucket(bucket, pulumi.interpolate`${prefix}*`)),
    },
    // Its own log: why an object could not be delivered.
    writesDeliveryLog(log, aws),
    // Records that the stream encrypts with a customer's key.
    ...readsStream(stream?.kmsKeyArn, aws),
    // Objects that are encrypted with a customer's key.
    ...writesObjects(objectKey, aws, bucket, prefixes),
  ];
}

/** The source: its shards, a position in each, the records. */
function readsRecords({ name }: SourceStream, aws: AwsContext): Statement {
  return {
    Sid: "ReadStream",
    Effect: "Allow",
    Action: ["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards"],
    Resource: [aws.arn("kinesis", streamPath(name))],
  };
}

const S3 = "extendedS3Configuration";

/** Seconds that a delivery stream buffers after its transform. */
export function bufferingSecondsOf(args: kinesis.FirehoseDeliveryStreamArgs, usual: number): pulumi.Input<number> {
  return member<number>(args, S3, "bufferingInterval") ?? usual;
}

/** Where objects of a prefix lie: below the usual one, or below what stands before the first expression of another. */
function below(usual: string, prefix: pulumi.Input<string> = usual): pulumi.Input<string> {
  return lift<[string], string>([prefix], (text) => (text.startsWith(usual) ? usual : text.split("!{")[0]!));
}

function streamPath(name: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.interpolate`stream/${name}`;
}

/** `cloudwatchLoggingOptions` of a delivery stream. */
export function deliveryLogging({ logGroup, logStream }: DeliveryLogNodes) {
  return { enabled: true, logGroupName: logGroup.name, logStreamName: logStream.name };
}
